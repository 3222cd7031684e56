"""The usable fixes as sorted arrays, block by block; what a device has twice is set aside here."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from geoenforce.core.patrol_terms import FixFlag
from geoenforce.patrols.distance import Flags, Floats, Integers, Rows
from geoenforce.patrols.sources import MICROS, NOBODY, Source, slices
from geoenforce.patrols.threads import in_order

_SORTING_BITS = 62  # of a key
_LOOKED_AT = 1000  # fixes that tell at once that a log is not sorted


@dataclass(frozen=True)
class Log:
    """
    Fixes in order of stream and time.

    A stream is what one receiver wrote for one patrol unit; where it wrote two things at once (one
    device on two patrols), they are two streams.
    """

    position: Rows  # row of the fixes table, counted from 0
    stream: Rows
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
    """Rows of the fixes table that get a flag."""

    position: Rows
    flag: FixFlag


@dataclass(frozen=True)
class Block:
    """
    The fixes of some owners: rows of the usable ones, ordered by owner, file, time and place, and of the others.

    An outing is what a file has of an owner without a pause; outing n has the rows from ``first[n]`` to
    ``first[n + 1]``. No trip, and nothing else but a copy of an outing, concerns the owners of two blocks.
    """

    position: Rows
    first: Integers
    flagged: Rows  # those that came with a flag

    @property
    def outing(self) -> Integers:
        """Return the number of each row's outing."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))


def blocks_of(source: Source, gap_s: float, fixes_at_once: int) -> list[Block]:
    """
    Sort the usable fixes, owner by owner.

    Parameters
    ----------
    source
        The fixes.
    gap_s
        A pause longer than this ends an outing.
    fixes_at_once
        An owner goes into the next block where a block has so many fixes. It changes no result.

    Returns
    -------
    blocks
        By ascending owner; at least one.

    Examples
    --------
    >>> from geoenforce.patrols.sources import source_of
    >>> when = pd.to_datetime(["2026-04-08 08:01+08:00", "2026-04-08 08:00+08:00", "2026-04-08 08:00+08:00"])
    >>> fixes = pd.DataFrame({"recorded_at": when, "longitude": 116.4, "latitude": 23.5, "flag": None,
    ...                       "patrol_unit": "一队", "device_id": ["A", "A", "B"]})
    >>> [(block.position.tolist(), block.first.tolist()) for block in blocks_of(source_of(fixes), 1200.0, 1)]
    [([1, 0], [0, 2]), ([2], [0, 1])]
    """
    from geoenforce.patrols.loops import rows_by_list

    owners = int(source.owner.max(initial=NOBODY)) + 1
    is_flagged = source.flag >= 0
    held = np.zeros(owners, dtype=np.int64)
    for part in slices(len(source)):
        held += np.bincount(source.owner[part][source.usable(part)], minlength=owners)
    block = np.unique((np.cumsum(held) - held) // fixes_at_once, return_inverse=True)[1]
    rows, ends = rows_by_list(source.owner, is_flagged, block)
    lists = [rows[start:end] for start, end in pairwise(ends.tolist())] or [rows, rows]
    return list(in_order(lambda own: _block(source, *own, gap_s), zip(lists[::2], lists[1::2], strict=True)))


def log_of(source: Source, position: Rows) -> Log:
    """
    Gather the fixes of some rows; a stream is an owner.

    Examples
    --------
    >>> from geoenforce.patrols.sources import source_of
    >>> fixes = pd.DataFrame({"recorded_at": pd.to_datetime(["1970-01-01 08:00:01.5+08:00"]), "longitude": 116.4,
    ...     "latitude": 23.5, "flag": None, "patrol_unit": "一队", "device_id": "A"})
    >>> log_of(source_of(fixes), np.array([0])).time_s.tolist()
    [1.5]
    """
    from geoenforce.patrols.loops import gathered

    time = source.moment, *MICROS[source.unit]
    return Log(position, *gathered(position, source.owner, time, (source.longitude, source.latitude)))


def without_doubles(source: Source, log: Log, outing: Integers) -> tuple[Log, SetAside]:
    """
    Sort outings by stream and time, and set aside what a stream has twice, in one file or in two that overlap.

    Parameters
    ----------
    source
        The fixes.
    log, outing
        Those of one block, ordered by stream, file, time and place, and their outings.

    Examples
    --------
    >>> from geoenforce.patrols.sources import source_of
    >>> fixes = pd.DataFrame({"recorded_at": pd.to_datetime(["2026-04-08 08:01+08:00"] * 3), "longitude": 116.4,
    ...     "latitude": [23.5, 23.6, 23.5], "flag": None, "patrol_unit": "一队", "device_id": "A"})
    >>> source = source_of(fixes)
    >>> log, double = without_doubles(source, log_of(source, np.array([0, 2, 1])), np.zeros(3, int))
    >>> log.position.tolist(), double.position.tolist()
    ([0, 1], [2])
    """
    went_on_s = np.diff(log.time_s)
    same = np.diff(log.stream) == 0
    is_mixed = bool((same & (went_on_s <= 0) & ((went_on_s < 0) | (np.diff(outing) != 0))).any())
    if is_mixed:
        order = _order(log.stream, source.micros(log.position), source, log.position)
        log, outing = log.keep(order), outing[order]
        went_on_s, same = np.diff(log.time_s), np.diff(log.stream) == 0
    at = np.flatnonzero(same & (went_on_s == 0))
    at = at[(log.longitude[at] == log.longitude[at + 1]) & (log.latitude[at] == log.latitude[at + 1])] + 1
    double = log.position[at]
    if len(at):
        kept = np.ones(len(log), dtype=bool)
        kept[at] = False
        log, outing = log.keep(kept), outing[kept]
    aside = SetAside(np.sort(double), FixFlag.DUPLICATE)
    return (_by_stream(source, log, outing) if is_mixed and _interleaved(outing) else log), aside


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


def _block(source: Source, rows: Rows, flagged: Rows, gap_s: float) -> Block:
    at = slice(None) if len(rows) == len(source) else rows  # all of them, and so in order
    owner, file, micros = source.owner[at], source.file[at], source.micros(at)
    group = owner.astype(np.int64)
    if len(source.files):
        group = group * (len(source.files) + 1) + file + 1
    order = _order(group, micros, source, rows)
    group, micros = group[order], micros[order]
    breaks = (np.diff(group) != 0) | (np.diff(micros) > gap_s * 1e6)
    first = np.concatenate([[0], np.flatnonzero(breaks) + 1, [len(rows)]]) if len(rows) else np.zeros(1)
    rows[:] = rows[order]
    return Block(rows, first.astype(np.int64), flagged)


def _order(group: Rows, micros: Integers, source: Source, rows: Rows) -> Integers:
    """Sort by group, time and place; places are looked at only where times are equal, rows where all is."""
    is_sorted = all(_ascending(group[:most], micros[:most]) for most in (_LOOKED_AT, len(rows)))
    order = np.arange(len(rows)) if is_sorted else _by_key(group, micros)
    at = np.flatnonzero(np.diff(micros if is_sorted else micros[order]) == 0)
    at = at[group[order[at]] == group[order[at + 1]]]
    if len(at):
        at = np.union1d(at, at + 1)
        tied = order[at]
        place = source.longitude[rows[tied]], source.latitude[rows[tied]]
        order[at] = tied[np.lexsort((rows[tied], place[1], place[0], micros[tied], group[tied]))]
    return order


def _ascending(group: Rows, micros: Integers) -> bool:
    further = np.diff(group)
    return bool(((further > 0) | ((further == 0) & (np.diff(micros) >= 0))).all())


def _by_key(group: Rows, micros: Integers) -> Integers:
    """Sort by one number made of group and time, or by both where they are too large for that."""
    since = micros - micros.min()
    bits = int(since.max()).bit_length()
    low, high = int(group.min()), int(group.max())
    if (high - low).bit_length() + bits > _SORTING_BITS:
        codes, known = pd.factorize(group)
        group = np.argsort(np.argsort(known))[codes]
        low, high = 0, len(known)
    if high.bit_length() + bits > _SORTING_BITS:
        return np.lexsort((micros, group))
    return np.argsort(((group.astype(np.int64) - low) << bits) + since)


def _interleaved(outing: Integers) -> bool:
    """Say whether outings alternate in a log sorted by time: a receiver wrote two things at once."""
    return bool(np.count_nonzero(np.diff(outing)) + 1 > len(np.unique(outing)))


def _by_stream(source: Source, log: Log, outing: Integers) -> Log:
    """Give the outings of one stream that overlap in time streams of their own."""
    order = np.argsort(outing, kind="stable")
    log, outing = log.keep(order), outing[order]
    first = np.flatnonzero(np.diff(outing, prepend=-1))
    size = np.diff(np.append(first, len(log)))
    owner, start_s, end_s = log.stream[first].astype(np.int64), log.time_s[first], log.time_s[first + size - 1]
    lane = np.zeros(len(first), dtype=np.int64)
    ends: list[float] = []
    last = -1
    for one in np.lexsort((end_s, start_s, owner)).tolist():
        if owner[one] != last:
            ends, last = [], int(owner[one])
        free = next((number for number, end in enumerate(ends) if end <= start_s[one]), len(ends))
        ends[free : free + 1] = [float(end_s[one])]
        lane[one] = free
    streams = np.unique(owner * (int(lane.max(initial=0)) + 1) + lane, return_inverse=True)[1].astype(np.int64)
    fresh = Log(log.position, np.repeat(streams, size), log.time_s, log.longitude, log.latitude)
    return fresh.keep(_order(fresh.stream, source.micros(fresh.position), source, fresh.position))
