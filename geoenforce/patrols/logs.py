"""The usable fixes as sorted arrays; what was uploaded more than once is set aside here."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoenforce.core.patrol_tables import FixFlag
from geoenforce.patrols.distance import Flags, Floats, Integers

_SAME_DEGREES = 1e-5  # about a metre; copies of one log agree to the last digit written
_SAME_S = 0.5
_TIME_BITS = 42  # of a sorting key: 139 years in milliseconds; what lies further apart is sorted as if it were tied
_SAME_SHARE = 0.8  # of the shorter log's fixes; two receivers side by side share almost none


@dataclass(frozen=True)
class Log:
    """
    Fixes in order of stream and time.

    A stream is what one receiver wrote for one patrol unit; where it wrote two things at once (one
    device on two patrols), they are two streams.
    """

    position: Integers  # row of the fixes table, counted from 0
    stream: Integers
    time_s: Floats  # since 1970
    longitude: Floats
    latitude: Floats

    def __len__(self) -> int:
        """Return how many fixes there are."""
        return len(self.position)

    def keep(self, chosen: Flags | Integers) -> "Log":
        """Return the fixes that a mask or an order chooses."""
        return Log(
            self.position[chosen],
            self.stream[chosen],
            self.time_s[chosen],
            self.longitude[chosen],
            self.latitude[chosen],
        )


@dataclass(frozen=True)
class SetAside:
    """Rows of the fixes table that get a flag, and for outings uploaded again the file that counts."""

    position: Integers
    flag: FixFlag


def sorted_log(fixes: pd.DataFrame, gap_s: float) -> tuple[Log, list[SetAside]]:
    """
    Sort the usable fixes, and set aside outings uploaded more than once and repeated fixes.

    Parameters
    ----------
    fixes
        Table FIXES.
    gap_s
        A pause longer than this ends an outing.

    Examples
    --------
    Two members of a team hand in the same log:

    >>> log = pd.DataFrame({"recorded_at": pd.date_range("2026-04-08 08:00", periods=4, freq="10s", tz="Asia/Shanghai"),
    ...     "longitude": [116.4, 116.401, 116.402, 116.403], "latitude": 23.5, "patrol_unit": "一队", "flag": None})
    >>> both = pd.concat([log.assign(device_id="A"), log.assign(device_id="B")], ignore_index=True)
    >>> kept, aside = sorted_log(both, 1200.0)
    >>> len(kept), aside[0].flag.value, aside[0].position.tolist()
    (4, 'repeated_outing', [4, 5, 6, 7])
    """
    usable = np.flatnonzero((fixes["flag"].isna() & has_place(fixes)).to_numpy())
    chosen = fixes.iloc[usable] if len(usable) < len(fixes) else fixes
    log = Log(
        usable,
        _numbers(chosen, ["patrol_unit", "device_id"]),
        seconds(chosen["recorded_at"]),
        chosen["longitude"].to_numpy(dtype=float),
        chosen["latitude"].to_numpy(dtype=float),
    )
    file = _numbers(chosen, ["source_file"]) if "source_file" in chosen else np.zeros(len(log), dtype=np.int64)
    if not len(log):
        return log, []
    order = _order(log.stream * (int(file.max(initial=0)) + 1) + file, log)
    log, file = log.keep(order), file[order]
    run = _runs(log, file, gap_s)
    repeated = _repeated_runs(log, run)
    aside = [SetAside(np.sort(log.position[repeated]), FixFlag.REPEATED_OUTING)] if repeated.any() else []
    if aside:
        log, run = log.keep(~repeated), run[~repeated]
    log, run, double = _without_doubles(log, run)
    aside += [SetAside(np.sort(double), FixFlag.DUPLICATE)] if len(double) else []
    return (_by_stream(log, run) if _interleaved(run) else log), aside


def has_place(fixes: pd.DataFrame) -> "pd.Series[bool]":
    """
    Say which fixes have both a time and a position.

    Examples
    --------
    >>> has_place(pd.DataFrame({"recorded_at": [pd.NaT], "longitude": [116.0], "latitude": [23.0]})).to_list()
    [False]
    """
    return fixes["recorded_at"].notna() & fixes["longitude"].notna() & fixes["latitude"].notna()


def seconds(moments: "pd.Series[pd.Timestamp]") -> Floats:
    """
    Return the seconds since 1970 of zone-aware moments; NaN where there is none.

    Examples
    --------
    >>> seconds(pd.Series(pd.to_datetime(["1970-01-01 08:00:01.5+08:00"]))).tolist()
    [1.5]
    """
    whole = moments.dt.as_unit("us")
    found = whole.astype("int64").to_numpy() / 1e6
    missing = whole.isna().to_numpy()
    return np.where(missing, np.nan, found) if missing.any() else found


def _numbers(frame: pd.DataFrame, names: list[str]) -> Integers:
    """Give each combination of values a number, ascending, so that the order of rows decides nothing."""
    total = np.zeros(len(frame), dtype=np.int64)
    for name in names:
        codes, values = pd.factorize(frame[name], sort=True, use_na_sentinel=True)
        total = total * (len(values) + 1) + codes + 1
    return total


def _order(group: Integers, log: Log) -> Integers:
    """Sort by group, time and place; places are looked at only where times are equal."""
    since_ms = np.round((log.time_s - log.time_s.min(initial=np.inf)) * 1000)
    key = (group << _TIME_BITS) + np.minimum(since_ms, 2.0**_TIME_BITS - 1).astype(np.int64)
    is_sorted = bool((np.diff(key) >= 0).all())
    order = np.arange(len(key)) if is_sorted else np.argsort(key, kind="stable")
    tied = np.diff(key[order]) == 0
    if tied.any():
        among = np.concatenate([tied, [False]]) | np.concatenate([[False], tied])
        some = order[among]
        some = some[np.lexsort((log.latitude[some], log.longitude[some], log.time_s[some], group[some]))]
        order[among] = some
    return order


def _runs(log: Log, file: Integers, gap_s: float) -> Integers:
    """Tell outings apart as each file has them: a new one after a pause, and for each stream and file."""
    breaks = (np.diff(log.stream) != 0) | (np.diff(file) != 0) | (np.diff(log.time_s) > gap_s)
    return np.concatenate([[0], np.cumsum(breaks)]).astype(np.int64)[: len(log)]


@dataclass(frozen=True)
class _Spans:
    """First and last fix of each run, and their times."""

    first: Integers
    last: Integers  # the one after it
    start_s: Floats
    end_s: Floats

    def rows(self, run: int) -> slice:
        """Return where in the log a run is."""
        return slice(int(self.first[run]), int(self.last[run]))


def _spans(log: Log, run: Integers) -> _Spans:
    first = np.flatnonzero(np.diff(run, prepend=-1))
    last = np.append(first[1:], len(run))
    return _Spans(first, last, log.time_s[first], log.time_s[last - 1])


def _repeated_runs(log: Log, run: Integers) -> Flags:
    """Find runs whose fixes another, longer run has too, at the same times and places."""
    spans = _spans(log, run)
    size = spans.last - spans.first
    dropped = np.zeros(len(size), dtype=bool)
    for one, other in sorted(_alike(log, spans), key=lambda pair: (size[pair[0]], pair)):
        if not dropped[one] and not dropped[other]:
            shared = _shared(log, spans.rows(one), spans.rows(other))
            dropped[one] = shared >= _SAME_SHARE * size[one]
    return dropped[run]


def _alike(log: Log, spans: _Spans) -> Iterator[tuple[int, int]]:
    """Pair runs that could be copies: the shorter, the longer; nearly the same time and place."""
    order = np.argsort(spans.start_s, kind="stable")
    start, end, size = spans.start_s[order], spans.end_s[order], (spans.last - spans.first)[order]
    reach = np.maximum.accumulate(end)
    began = log.time_s.min()
    width = log.time_s.max() - began + 2.0
    clock = log.time_s - began + width * np.repeat(np.arange(len(order)), spans.last - spans.first)
    for step in range(1, len(order)):
        a, b = np.arange(len(order) - step), np.arange(step, len(order))
        if not (start[b] <= reach[a]).any():
            return
        common = np.minimum(end[a], end[b]) - start[b]
        shorter = np.minimum(end[a] - start[a], end[b] - start[b])
        together = (common >= 0) & (common >= _SAME_SHARE * shorter)
        smaller = size[a] < size[b]
        one, other = order[np.where(smaller, a, b)[together]], order[np.where(smaller, b, a)[together]]
        likely = _probed(log, spans, (one, other), clock, width)
        yield from zip(one[likely].tolist(), other[likely].tolist(), strict=True)


def _probed(log: Log, spans: _Spans, pairs: tuple[Integers, Integers], clock: Floats, width: float) -> Flags:
    """Look at five fixes of each run: of a copy, the other run has at least one at the same time and place."""
    one, other = pairs
    likely = np.zeros(len(one), dtype=bool)
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        fix = spans.first[one] + (share * (spans.last - spans.first)[one]).astype(np.int64)
        # The clock of the other run: the same moment, raised by its number.
        at = np.searchsorted(clock, clock[fix] + (other - one) * width - _SAME_S)
        for step in (0, 1):
            likely |= _same(log, fix, np.clip(at + step, spans.first[other], spans.last[other] - 1))
    return likely


def _same(log: Log, fix: Integers | slice, there: Integers) -> Flags:
    return np.asarray(
        (np.abs(log.time_s[there] - log.time_s[fix]) <= _SAME_S)
        & (np.abs(log.longitude[there] - log.longitude[fix]) <= _SAME_DEGREES)
        & (np.abs(log.latitude[there] - log.latitude[fix]) <= _SAME_DEGREES)
    )


def _shared(log: Log, one: slice, other: slice) -> int:
    """Count the fixes of one run that the other has at the same second and place."""
    found = np.zeros(one.stop - one.start, dtype=bool)
    at = np.searchsorted(log.time_s[other], log.time_s[one] - _SAME_S) + other.start
    for step in (0, 1):  # a device may write two fixes within a second
        found |= _same(log, one, np.minimum(at + step, other.stop - 1))
    return int(found.sum())


def _interleaved(run: Integers) -> bool:
    """Say whether outings alternate in a log sorted by time: a receiver wrote two things at once."""
    return bool(np.count_nonzero(np.diff(run)) + 1 > np.count_nonzero(np.bincount(run)))


def _without_doubles(log: Log, run: Integers) -> tuple[Log, Integers, Integers]:
    """Sort by stream, and set aside what a stream has twice, in one file or in two that overlap."""
    order = _order(log.stream, log)
    sorted_ = log.keep(order)
    same = np.ones(max(len(log) - 1, 0), dtype=bool)
    for values in (sorted_.stream, sorted_.time_s, sorted_.longitude, sorted_.latitude):
        same &= np.diff(values) == 0
    if not same.any():
        return sorted_, run[order], np.zeros(0, dtype=np.int64)
    double = np.concatenate([[False], same])
    return sorted_.keep(~double), run[order][~double], sorted_.position[double]


def _by_stream(log: Log, run: Integers) -> Log:
    """Give the runs of one stream that overlap in time streams of their own."""
    order = np.argsort(run, kind="stable")
    log, run = log.keep(order), run[order]
    spans = _spans(log, run)
    of_run = log.stream[spans.first]
    lane = np.zeros(len(of_run), dtype=np.int64)
    by_start = np.lexsort((spans.end_s, spans.start_s, of_run))
    ends: list[float] = []
    last = -1
    for one in by_start.tolist():
        if of_run[one] != last:
            ends, last = [], int(of_run[one])
        free = next((number for number, end in enumerate(ends) if end <= spans.start_s[one]), len(ends))
        ends[free : free + 1] = [float(spans.end_s[one])]
        lane[one] = free
    streams = np.unique(of_run * (int(lane.max(initial=0)) + 1) + lane, return_inverse=True)[1].astype(np.int64)
    whole = np.repeat(streams, spans.last - spans.first)
    return _restream(log, whole)


def _restream(log: Log, stream: Integers) -> Log:
    fresh = Log(log.position, stream, log.time_s, log.longitude, log.latitude)
    return fresh.keep(_order(stream, fresh))
