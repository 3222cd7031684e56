"""Say of each fix why it cannot be used, and count that per file; nothing is deleted."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoenforce.core.errors import some
from geoenforce.core.patrol_tables import FixFlag
from geoenforce.core.terms import Action
from geoenforce.inputs.reading import Problem

_FIRST_GPS_TIME = pd.Timestamp("1980-01-06", tz="UTC")  # a clock that was never set says 1970
_MOST_BACKWARD, _MOST_BACKWARD_SHARE = 5, 0.01  # of a table; with more, it was sorted by something else

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
    is_repeated = _repeated(fixes)
    usable = ~(fixes["has_bad_checksum"] | _no_position(fixes) | _no_time(fixes) | is_repeated)
    backward = pd.Series(data=False, index=fixes.index)
    backward[usable] = _backward(fixes[usable])
    flags = pd.Series(np.nan, index=fixes.index, dtype="str")
    for flag, holds in (
        (FixFlag.BACKWARD_TIME, backward),
        (FixFlag.DUPLICATE, is_repeated),
        (FixFlag.NO_TIME, _no_time(fixes)),
        (FixFlag.NO_POSITION, _no_position(fixes)),
        (FixFlag.BAD_CHECKSUM, fixes["has_bad_checksum"]),
    ):
        if holds.any():
            flags = flags.mask(holds, flag.value)
    return flags


def flag_problems(fixes: pd.DataFrame) -> Iterator[tuple[str, Problem]]:
    """
    Give one problem per file and flag, with the count and the first rows.

    Parameters
    ----------
    fixes
        With ``source_file``, ``row`` and ``flag``.

    Examples
    --------
    >>> fixes = pd.DataFrame({"source_file": "a.gpx", "row": [1, 2, 3], "flag": [None, "no_time", "no_time"]})
    >>> [(file, problem.detail) for file, problem in flag_problems(fixes)]
    [('a.gpx', '2 of 3 fixes have no time, or one before 1980: in the rows [2, 3]. They are kept and not used.')]
    """
    read = fixes["source_file"].value_counts()
    flagged = fixes[fixes["flag"].notna()]
    for (file, code), rows in flagged.groupby(["source_file", "flag"], sort=False)["row"]:
        words = _WORDS[FixFlag.of(str(code))]
        detail = f"{len(rows)} of {read[file]} fixes {words}: in the rows {some(rows)}. They are kept and not used."
        yield str(file), Problem(str(code), detail, Action.NOTED, int(rows.iloc[0]))


def _no_time(fixes: pd.DataFrame) -> "pd.Series[bool]":
    return ~(fixes["recorded_at"] >= _FIRST_GPS_TIME)


def _no_position(fixes: pd.DataFrame) -> "pd.Series[bool]":
    """Mark what is nowhere: missing, beyond the globe, or at 0, 0, which receivers write without a fix."""
    longitude, latitude = fixes["longitude"], fixes["latitude"]
    is_somewhere = longitude.between(-180, 180) & latitude.between(-90, 90) & ((longitude != 0) | (latitude != 0))
    return ~is_somewhere | fixes["has_no_fix"]


def _repeated(fixes: pd.DataFrame) -> "pd.Series[bool]":
    has_time = fixes["recorded_at"].notna() & ~fixes["has_bad_checksum"]
    names = ["device_id", "recorded_at", "longitude", "latitude"]
    return fixes.loc[has_time, names].duplicated().reindex(fixes.index, fill_value=False)


def _backward(fixes: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Mark the fewest fixes of each recording without which time runs forward."""
    marks = np.zeros(len(fixes), dtype=bool)
    times = fixes["recorded_at"].to_numpy(dtype="datetime64[us]").astype("int64")
    recordings = fixes.groupby(["source_file", "device_id", "segment"], sort=False, dropna=False, observed=True)
    numbers = recordings.ngroup().to_numpy()
    if not _falls(numbers, times).any():
        return marks
    for places in recordings.indices.values():
        own = times[places]
        steps = np.diff(own)
        if not (steps < 0).any():
            continue
        if (steps < 0).sum() > (steps > 0).sum():  # the newest stands first
            places, own = places[::-1], own[::-1]
        marks[places] = ~_longest_rise(own)
    return marks & ~_is_sorted_otherwise(fixes, marks)


def _is_sorted_otherwise(fixes: pd.DataFrame, marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Tell which fixes stand in a table that was sorted by something else than time."""
    marked = pd.Series(marks).groupby(fixes["source_file"].to_numpy())
    is_much = (marked.transform("sum") > _MOST_BACKWARD) & (marked.transform("mean") > _MOST_BACKWARD_SHARE)
    sorted_otherwise: npt.NDArray[np.bool_] = is_much.to_numpy() & ~fixes["is_recording"].to_numpy()
    return sorted_otherwise


def _falls(numbers: npt.NDArray[Any], times: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Tell where a time is before the one above it in the same recording."""
    order = np.argsort(numbers, kind="stable")
    falls: npt.NDArray[np.bool_] = (np.diff(times[order]) < 0) & (np.diff(numbers[order]) == 0)
    return falls


def _longest_rise(times: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
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
