"""Write the flags beside the fixes, and say how many there are."""

from typing import Any

import numpy as np
import pandas as pd

from geoenforce.core.patrol_tables import FixFlag
from geoenforce.core.tables import issues_table
from geoenforce.core.terms import Action
from geoenforce.patrols.distance import Integers
from geoenforce.patrols.logs import Log, SetAside, has_place, seconds

_NOWHERE = -1


def with_flags(fixes: pd.DataFrame, aside: list[SetAside]) -> pd.DataFrame:
    """
    Return the fixes with the new flags; earlier flags are kept.

    Examples
    --------
    >>> fixes = pd.DataFrame({"flag": pd.array(["no_time", None], dtype="str")})
    >>> with_flags(fixes, [SetAside(np.array([1]), FixFlag.JUMP)])["flag"].to_list()
    ['no_time', 'jump']
    """
    flag = fixes["flag"].astype("str")
    for one in aside:
        flag.iloc[one.position] = one.flag.value
    return fixes.assign(flag=flag)


def trip_of_fixes(fixes: pd.DataFrame, log: Log, trip: Integers, gap_s: float) -> Integers:
    """
    Return the number of each fix's trip, -1 where there is none.

    A flagged fix belongs to the trip of its device and unit that was under way at its time.

    Parameters
    ----------
    fixes
        Table FIXES with all flags.
    log, trip
        The fixes used, and the numbers of their trips.
    gap_s
        How far a flagged fix may lie in time from the trip's nearest fix.
    """
    found = np.full(len(fixes), _NOWHERE, dtype=np.int64)
    found[log.position] = trip
    placed = has_place(fixes).to_numpy() & (fixes["flag"] != FixFlag.REPEATED_OUTING.value).to_numpy(dtype=bool)
    lost = np.flatnonzero((found == _NOWHERE) & placed)
    if not len(lost) or not len(log):
        return found
    unit, device = (pd.factorize(fixes[key])[0] for key in ("patrol_unit", "device_id"))
    owner = (unit + 1) * (int(device.max(initial=0)) + 2) + device + 1
    asked = np.isin(owner[log.position], np.unique(owner[lost]))
    used = pd.DataFrame(
        {"time": log.time_s[asked], "owner": owner[log.position][asked], "trip": trip[asked]}
    ).sort_values("time")
    wanted = pd.DataFrame({"time": seconds(fixes["recorded_at"].iloc[lost]), "owner": owner[lost], "at": lost})
    near = pd.merge_asof(wanted.sort_values("time"), used, on="time", by="owner", direction="nearest", tolerance=gap_s)
    hit = near["trip"].notna()
    found[near.loc[hit, "at"].to_numpy()] = near.loc[hit, "trip"].to_numpy(dtype=np.int64)
    return found


def fix_issues(fixes: pd.DataFrame, aside: list[SetAside]) -> pd.DataFrame:
    """
    Report the flags set here: one row of ISSUES per file and flag.

    Examples
    --------
    >>> fixes = pd.DataFrame({"source_file": ["a.gpx"] * 3, "row": [1, 2, 3]})
    >>> fix_issues(fixes, [SetAside(np.array([1, 2]), FixFlag.JUMP)])[["file", "row", "detail"]].to_numpy().tolist()
    [['a.gpx', 2, '2 of 3 fixes are flagged: jump; the first is in row 2.']]
    """
    rows: list[dict[str, Any]] = []
    file = fixes["source_file"] if "source_file" in fixes else pd.Series("", index=fixes.index)
    for one in aside:
        marked = fixes.iloc[one.position]
        for name, number in file.iloc[one.position].value_counts(dropna=False).sort_index().items():
            of_file = (file == name) if isinstance(name, str) else file.isna()
            first = marked.loc[of_file.iloc[one.position].to_numpy(), "row"].min() if "row" in fixes else None
            where = "" if first is None else f"; the first is in row {first}"
            rows.append(
                {
                    "file": name or None,
                    "row": first,
                    "problem": one.flag.value,
                    "detail": f"{number} of {int(of_file.sum())} fixes are flagged: {one.flag.en}{where}.",
                    "action": Action.NOTED.value,
                }
            )
    return issues_table(rows)
