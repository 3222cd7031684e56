"""Put the trips of several parts of the fixes together, as if they had been split as a whole."""

from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geoenforce.core.patrol_tables import flags_column
from geoenforce.core.space import CGCS2000
from geoenforce.patrols.distance import Integers
from geoenforce.patrols.flags import fix_issues
from geoenforce.patrols.logs import SetAside
from geoenforce.patrols.outings import trip_ids
from geoenforce.patrols.sources import FLAGS, source_of
from geoenforce.patrols.trips import SET_ASIDE, Trips


def joined_trips(fixes: pd.DataFrame, parts: list[tuple[Integers, Trips]]) -> Trips:
    """
    Join trips whose fixes were split apart where no trip, copy or flag concerns two parts.

    Parameters
    ----------
    fixes
        Table FIXES, all of it.
    parts
        Positions of the fixes of each part, and what `split_trips` returned for them; of its fixes only ``flag`` and
        ``trip_id`` are used.

    Returns
    -------
    trips
        What `split_trips` returns for all fixes at once.

    Examples
    --------
    >>> from geoenforce.patrols.trips import split_trips
    >>> when = pd.to_datetime(["2026-04-08 08:00+08:00", "2026-04-09 08:00+08:00"])
    >>> fixes = pd.DataFrame({"recorded_at": when, "longitude": 116.4, "latitude": 23.5, "flag": None,
    ...                       "patrol_unit": "一队", "device_id": "A", "row": [1, 2]})
    >>> days = [(np.array([number]), split_trips(fixes.iloc[[number]])) for number in (1, 0)]
    >>> joined_trips(fixes, days).trips.index.to_list()
    ['20260408-080000-A', '20260409-080000-A']
    """
    found = [one for _, one in parts]
    rows = pd.concat([one.trips.reset_index(drop=True) for one in found], ignore_index=True)
    order = np.lexsort((rows["device_id"].fillna(""), rows["patrol_unit"].fillna(""), rows["started_at"]))
    rows = rows.iloc[order]
    names = pd.Index(trip_ids(rows), dtype="str", name="trip_id")
    place = np.argsort(order)  # of each trip of the parts among the ordered
    first = np.cumsum([0, *(len(one.trips) for one in found)])
    number = [place[start:end] for start, end in pairwise(first)]
    flag, trip = source_of(fixes).flag.copy(), np.full(len(fixes), -1, dtype=np.int64)
    before = flag.copy()
    for (position, one), numbers in zip(parts, number, strict=True):
        flag[position] = pd.Categorical(one.fixes["flag"], categories=FLAGS).codes
        trip[position] = np.append(numbers, -1)[one.trips.index.get_indexer(one.fixes["trip_id"])]
    return Trips(
        gpd.GeoDataFrame(rows.set_index(names), geometry="geometry", crs=CGCS2000),
        _trip_parts(found, number, names),
        fixes.assign(flag=flags_column(flag), trip_id=pd.Categorical.from_codes(trip, names.rename(None))),
        fix_issues(source_of(fixes), fixes.get("row"), _aside(before, flag)),
    )


def _trip_parts(found: list[Trips], number: list[Integers], names: "pd.Index[str]") -> pd.DataFrame:
    """Give the parts of trips their names, and order them by trip."""
    of = [
        numbers[one.trips.index.get_indexer(one.parts["trip_id"])] for one, numbers in zip(found, number, strict=True)
    ]
    trip = np.concatenate(of)
    order = np.argsort(trip, kind="stable")
    parts = pd.concat([one.parts for one in found], ignore_index=True).iloc[order].reset_index(drop=True)
    return parts.assign(trip_id=pd.array(names.to_numpy(dtype=object)[trip[order]], dtype="str"))


def _aside(before: Any, after: Any) -> list[SetAside]:
    """Tell what was set aside from the flags that are new."""
    fresh = {flag: np.flatnonzero((before < 0) & (after == FLAGS.index(flag.value))) for flag in SET_ASIDE}
    return [SetAside(position, flag) for flag, position in fresh.items() if len(position)]
