"""Say of each fix why it cannot be used, and count that per file; nothing is deleted."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoenforce.core.fix_tables import flags_column
from geoenforce.core.patrol_terms import FixFlag
from geoenforce.core.sentences import say, word
from geoenforce.core.terms import Action
from geoenforce.inputs.reading import Problem

_FIRST_GPS_TIME = pd.Timestamp("1980-01-06", tz="UTC")  # a clock that was never set says 1970
_MOST_BACKWARD, _MOST_BACKWARD_SHARE = 5, 0.01  # of a table; with more, it was sorted by something else

_AT_ONCE = 2_000_000  # fixes, so that memory does not grow with their number
_MIXER = np.uint64(0x9E3779B97F4A7C15)

Flags = npt.NDArray[np.bool_]

_WORDS = {
    FixFlag.NO_TIME: "have no time, or one before 1980",
    FixFlag.NO_POSITION: "have no position",
    FixFlag.DUPLICATE: "repeat the device, time and place of an earlier one",
    FixFlag.BACKWARD_TIME: "run backward in time",
    FixFlag.BAD_CHECKSUM: "have a wrong checksum",
}


def flag_fixes(fixes: pd.DataFrame) -> "pd.Series[str]":
    """
    Return the first reason why each fix cannot be used; missing where there is none.

    Parameters
    ----------
    fixes
        All fixes of a reading, in the order of their files, with ``source_file``, ``device_id``,
        ``segment``, ``recorded_at``, ``longitude``, ``latitude``, ``has_bad_checksum``, ``has_no_fix``
        and ``is_recording`` (the rows stand in the order of recording).

    Notes
    -----
    A time runs backward where it is one of the fewest fixes of its segment without which time runs
    forward: one wild time in the future does not condemn all that follow. A table may have been sorted by
    something else; there more than five such fixes, and more than one in a hundred, are no fault.

    Examples
    --------
    >>> fixes = pd.DataFrame({"source_file": "a", "device_id": "XJ-01", "segment": 1,
    ...     "recorded_at": pd.to_datetime(["2026-04-02 01:00", "2026-04-02 03:00", "2026-04-02 01:01", None], utc=True),
    ...     "longitude": [116.3, 116.3, 200.0, 116.3], "latitude": 23.5,
    ...     "has_bad_checksum": False, "has_no_fix": False, "is_recording": True})
    >>> flag_fixes(fixes).to_list()
    [nan, nan, 'no_position', 'no_time']
    """
    no_time, no_position, is_bad = _no_time(fixes), _no_position(fixes), fixes["has_bad_checksum"].to_numpy(dtype=bool)
    is_repeated = _repeated(fixes, fixes["recorded_at"].notna().to_numpy() & ~is_bad)
    backward = _backward(fixes, ~(is_bad | no_position | no_time | is_repeated))
    codes = np.full(len(fixes), -1, dtype=np.int8)
    for flag, holds in (
        (FixFlag.BACKWARD_TIME, backward),
        (FixFlag.DUPLICATE, is_repeated),
        (FixFlag.NO_TIME, no_time),
        (FixFlag.NO_POSITION, no_position),
        (FixFlag.BAD_CHECKSUM, is_bad),
    ):
        codes[holds] = list(FixFlag).index(flag)
    return pd.Series(flags_column(codes), index=fixes.index)


def flag_problems(fixes: pd.DataFrame) -> Iterator[tuple[str, Problem]]:
    """
    Give one problem per file and flag, with the count and the first rows, and one more where no fix of a file is left.

    Parameters
    ----------
    fixes
        With ``source_file``, ``row`` and ``flag``.

    Examples
    --------
    >>> fixes = pd.DataFrame({"source_file": "a.gpx", "row": [1, 2, 3], "flag": [None, "no_time", "no_time"]})
    >>> [(file, problem.text) for file, problem in flag_problems(fixes)]
    [('a.gpx', '2 of 3 fixes have no time, or one before 1980: in the rows [2, 3]. They are kept and not used.')]
    """
    read = fixes["source_file"].value_counts()
    flagged = fixes[fixes["flag"].notna()]
    for (file, code), rows in flagged.groupby(["source_file", "flag"], sort=False)["row"]:
        why = word(_WORDS[FixFlag.of(str(code))])
        said = say("fixes_not_used", count=len(rows), read=read[file], why=why, rows=rows)
        yield str(file), Problem(str(code), said, Action.NOTED, int(rows.iloc[0]))
    lost = flagged.loc[flagged["flag"] != FixFlag.DUPLICATE.value, "source_file"].value_counts()
    for file, count in lost[(lost > 0) & (lost == read.reindex(lost.index))].items():
        yield str(file), Problem("no_usable_fix", say("no_usable_fix", count=count))


def _no_time(fixes: pd.DataFrame) -> Flags:
    return np.asarray(~(fixes["recorded_at"] >= _FIRST_GPS_TIME))


def _no_position(fixes: pd.DataFrame) -> Flags:
    """Mark what is nowhere: missing, beyond the globe, or at 0, 0, which receivers write without a fix."""
    longitude, latitude = fixes["longitude"], fixes["latitude"]
    is_somewhere = longitude.between(-180, 180) & latitude.between(-90, 90) & ((longitude != 0) | (latitude != 0))
    return np.asarray(~is_somewhere | fixes["has_no_fix"])


def _repeated(fixes: pd.DataFrame, asked: Flags) -> Flags:
    """Mark what has the device, time and place of a row above it."""
    names = ["device_id", "recorded_at", "longitude", "latitude"]
    device = fixes["device_id"].astype("category").cat.codes.to_numpy()
    moment = pd.DatetimeIndex(fixes["recorded_at"]).asi8

    def mixed(rows: "slice | npt.NDArray[np.int64]") -> "npt.NDArray[np.uint64]":
        """Make one number of device and time; what differs has another one, but for a chance that costs only time."""
        return np.asarray((moment[rows].view(np.uint64) ^ device[rows].astype(np.uint64)) * _MIXER)

    part = np.empty(len(fixes), dtype=np.uint8)
    for first in range(0, len(fixes), _AT_ONCE):
        rows = slice(first, first + _AT_ONCE)
        part[rows] = mixed(rows) >> np.uint64(56)
    found = np.zeros(len(fixes), dtype=bool)
    parts = min(len(fixes) // _AT_ONCE + 1, 256)
    for first, after in pairwise(np.linspace(0, 256, parts + 1).astype(int).tolist()):
        own = np.flatnonzero(asked & (part >= first) & (part < after))
        likely = own[pd.Series(mixed(own)).duplicated(keep=False).to_numpy()]
        found[likely] = fixes[names].iloc[likely].duplicated().to_numpy()
    return found


def _backward(fixes: pd.DataFrame, asked: Flags) -> Flags:
    """Mark the fewest fixes of each recording without which time runs forward; some files at a time."""
    file = fixes["source_file"].astype("category").cat
    held = file.codes.value_counts().reindex(range(-1, len(file.categories)), fill_value=0).to_numpy()
    batch = ((np.cumsum(held) - held) // _AT_ONCE).astype(np.int32)
    of_row = np.roll(batch, -1)[file.codes.to_numpy()]  # by the number of its file, what has none being -1
    marks = np.zeros(len(fixes), dtype=bool)
    names = ["source_file", "device_id", "segment", "recorded_at", "is_recording"]
    for number in np.unique(batch).tolist():
        rows = np.flatnonzero(asked & (of_row == number))
        marks[rows] = _backward_of_files(fixes[names].iloc[rows])
    return marks


def _backward_of_files(fixes: pd.DataFrame) -> Flags:
    marks = np.zeros(len(fixes), dtype=bool)
    times = pd.DatetimeIndex(fixes["recorded_at"]).asi8
    file = fixes["source_file"].astype("category").cat.codes.to_numpy()
    recordings = fixes.groupby(["source_file", "device_id", "segment"], sort=False, dropna=False, observed=True)
    numbers = recordings.ngroup().to_numpy()
    falls, rises = _falls_and_rises(numbers, times)
    if not falls.any():
        return marks
    # To undo a fall takes one of its two fixes, and each fix is in two falls at most.
    is_first = ~pd.Series(numbers).duplicated().to_numpy()
    at_least = np.where(is_first, ((np.minimum(falls, rises) + 1) // 2)[numbers], 0)
    is_hopeless = _is_sorted_otherwise(pd.Series(at_least), file, fixes)
    for places in recordings.indices.values():
        number, first = numbers[places[0]], places[0]
        if not falls[number] or is_hopeless[first]:
            continue
        if falls[number] > rises[number]:  # the newest stands first
            places = places[::-1]
        marks[places] = ~_longest_rise(times[places])
    return np.asarray(marks & ~_is_sorted_otherwise(pd.Series(marks), file, fixes))


def _is_sorted_otherwise(marked: "pd.Series[Any]", file: npt.NDArray[Any], fixes: pd.DataFrame) -> Flags:
    """Tell which fixes stand in a table that was sorted by something else than time."""
    by_file = marked.groupby(file)
    is_much = (by_file.transform("sum") > _MOST_BACKWARD) & (by_file.transform("mean") > _MOST_BACKWARD_SHARE)
    sorted_otherwise: Flags = is_much.to_numpy() & ~fixes["is_recording"].to_numpy()
    return sorted_otherwise


def _falls_and_rises(numbers: npt.NDArray[Any], times: npt.NDArray[np.int64]) -> "tuple[Any, Any]":
    """Count how often the time is before, and how often after, the one above it in the same recording."""
    order = np.argsort(numbers, kind="stable") if (np.diff(numbers) < 0).any() else np.arange(len(numbers))
    own, steps = numbers[order], np.diff(times[order])
    same = np.diff(own) == 0
    count = int(numbers.max(initial=-1)) + 1
    falls, rises = (np.bincount(own[1:][same & way], minlength=count) for way in (steps < 0, steps > 0))
    return falls, rises


def _longest_rise(times: npt.NDArray[np.int64]) -> Flags:
    """Mark a longest part of a sequence that never falls (patience sorting)."""
    tails: list[int] = []  # the lowest last time of a rise of each length
    places: list[int] = []  # and where it stands
    before = np.full(len(times), -1)
    for place, time in enumerate(times.tolist()):
        length = bisect_right(tails, time)
        before[place] = places[length - 1] if length else -1
        if length == len(tails):
            tails.append(time)
            places.append(place)
        else:
            tails[length], places[length] = time, place
    kept = np.zeros(len(times), dtype=bool)
    place = places[-1]
    while place >= 0:
        kept[place] = True
        place = int(before[place])
    return kept
