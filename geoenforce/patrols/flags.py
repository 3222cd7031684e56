"""Write the flags beside the fixes, and say how many there are."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoenforce.core.fix_tables import flags_column
from geoenforce.core.sentences import say
from geoenforce.core.tables import issue, issues_table
from geoenforce.patrols.distance import Integers, Rows
from geoenforce.patrols.logs import Log, SetAside
from geoenforce.patrols.sources import FLAGS, Source, slices


def with_flags(source: Source, aside: list[SetAside]) -> pd.Categorical:
    """
    Return the flags of all fixes with the new ones; earlier flags are kept.

    Examples
    --------
    >>> from geoenforce.core.patrol_terms import FixFlag
    >>> from geoenforce.patrols.sources import source_of
    >>> fixes = pd.DataFrame({"recorded_at": pd.to_datetime([None, "2026-04-08 08:01+08:00"]), "longitude": 116.4,
    ...     "latitude": 23.5, "flag": ["no_time", None], "patrol_unit": "一队", "device_id": "A"})
    >>> list(with_flags(source_of(fixes), [SetAside(np.array([1]), FixFlag.JUMP)]))
    ['no_time', 'jump']
    """
    flag = source.flag.copy()
    for one in aside:
        flag[one.position] = FLAGS.index(one.flag.value)
    return flags_column(flag)


def nearest_trips(source: Source, log: Log, trip: Integers, rows: Rows, gap_s: float) -> "npt.NDArray[np.int32]":
    """
    Return the number of the trip of each flagged fix, -1 where there is none.

    A flagged fix belongs to the trip of its device and unit that was under way at its time.

    Parameters
    ----------
    source
        All fixes.
    log, trip
        The fixes used of some owners, and the numbers of their trips.
    rows
        The flagged fixes of these owners.
    gap_s
        How far a flagged fix may lie in time from the trip's nearest fix.

    Examples
    --------
    >>> from geoenforce.patrols.logs import log_of
    >>> from geoenforce.patrols.sources import source_of
    >>> when = pd.to_datetime(["2026-04-08 08:00+08:00", "2026-04-08 08:05+08:00", "2026-04-08 08:09+08:00"])
    >>> fixes = pd.DataFrame({"recorded_at": when, "longitude": 116.4, "latitude": 23.5, "flag": None,
    ...                       "patrol_unit": "一队", "device_id": ["A", "A", "A"]})
    >>> source = source_of(fixes)
    >>> nearest_trips(source, log_of(source, np.array([0, 2])), np.array([0, 1]), np.array([1]), 1200.0).tolist()
    [1]
    """
    found = np.full(len(rows), -1, dtype=np.int32)
    if not len(rows) or not len(log):
        return found
    whose, when = source.owner[rows], source.micros(rows) / 1e6
    apart_s = np.full(len(rows), np.inf)
    first = np.flatnonzero(np.diff(log.stream, prepend=-1))
    for start, end in zip(first.tolist(), [*first[1:].tolist(), len(log)], strict=True):
        own = np.flatnonzero(whose == source.owner[log.position[start]])
        after = np.searchsorted(log.time_s[start:end], when[own], side="right") + start
        for near in (np.maximum(after - 1, start), np.minimum(after, end - 1)):
            away_s = np.abs(log.time_s[near] - when[own])
            better = (away_s < apart_s[own]) & (away_s <= gap_s)
            found[own[better]], apart_s[own[better]] = trip[near[better]], away_s[better]
    return found


def fix_issues(source: Source, rows_of_file: "pd.Series[Any] | None", aside: list[SetAside]) -> pd.DataFrame:
    """
    Report the flags set here: one row of ISSUES per file and flag.

    Parameters
    ----------
    source
        All fixes.
    rows_of_file
        The column ``row`` of their table, where it has one.
    aside
        What was set aside, by flag.

    Examples
    --------
    >>> from geoenforce.core.patrol_terms import FixFlag
    >>> from geoenforce.patrols.sources import source_of
    >>> fixes = pd.DataFrame({"recorded_at": pd.to_datetime(["2026-04-08 08:01+08:00"] * 3), "longitude": 116.4,
    ...     "latitude": 23.5, "flag": None, "patrol_unit": "一队", "device_id": "A", "source_file": "a.gpx",
    ...     "row": [1, 2, 3]})
    >>> issues = fix_issues(source_of(fixes), fixes["row"], [SetAside(np.array([1, 2]), FixFlag.JUMP)])
    >>> issues[["file", "row", "detail"]].to_numpy().tolist()
    [['a.gpx', 2, '2 of 3 fixes are flagged: jump; the first is in row 2.']]
    """
    names = ["", *source.files]
    rows: list[dict[str, Any]] = []
    held = np.zeros(len(names), dtype=np.int64)
    for part in slices(len(source)):
        held += np.bincount(source.file[part].astype(np.int32) + 1, minlength=len(names))
    for one in aside:
        file = source.file[one.position].astype(np.int32) + 1
        number = np.full(len(file), -1) if rows_of_file is None else rows_of_file.iloc[one.position].to_numpy()
        marked = pd.DataFrame({"file": file, "row": number}).groupby("file")["row"].agg(["size", "min"])
        found = list(zip(marked.index, marked.to_numpy().tolist(), strict=True))
        for code, (count, least) in sorted(found, key=lambda pair: (pair[0] == 0, pair[0])):  # no file comes last
            told = {"count": count, "read": held[code], "flag": one.flag}
            if rows_of_file is None:
                rows.append(issue(one.flag.value, say("fixes_flagged", **told), file=names[code] or None))
                continue
            said = say("fixes_flagged_from", **told, row=least)
            rows.append(issue(one.flag.value, said, file=names[code] or None, row=least))
    return issues_table(rows)
