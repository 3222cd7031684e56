"""The tracks of trips laid out for comparison: seconds, and metres in one plane."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoenforce.core.patrol_tables import FixFlag
from geoenforce.patrols.distance import Floats, Integers, local_metres
from geoenforce.patrols.logs import has_place, seconds


@dataclass(frozen=True)
class Tracks:
    """
    All fixes used, ordered by trip and time; trip n has the rows from ``first[n]`` to ``first[n + 1]``.

    x and y are metres east and north in one plane for all trips: good for telling tracks apart, not for
    lengths or areas. Degrees are kept for what concerns a single trip.
    """

    first: Integers
    time_s: Floats
    x: Floats
    y: Floats
    longitude: Floats
    latitude: Floats

    def rows(self, trip: int) -> slice:
        """Return where the fixes of a trip are."""
        return slice(int(self.first[trip]), int(self.first[trip + 1]))

    @property
    def trip(self) -> Integers:
        """Return the trip of each fix."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))


def tracks_of(trips: pd.DataFrame, fixes: pd.DataFrame) -> Tracks:
    """
    Collect the fixes that each trip is made of.

    Parameters
    ----------
    trips
        Table TRIPS; its order numbers the trips.
    fixes
        Table FIXES with the column ``trip_id``, as `split_trips` returns it.

    Examples
    --------
    >>> when = pd.date_range("2026-04-01 08:00", periods=3, freq="10s", tz="Asia/Shanghai")
    >>> fixes = pd.DataFrame({"trip_id": ["A", "A", None], "recorded_at": when, "longitude": [116.4, 116.4, 116.4],
    ...                       "latitude": [23.5, 23.501, 23.5], "flag": None})
    >>> tracks_of(pd.DataFrame(index=["A"]), fixes).y.round(1).tolist()
    [-55.4, 55.4]
    """
    used = has_place(fixes) & (fixes["flag"].isna() | (fixes["flag"] == FixFlag.OUTSIDE_COUNTY.value))
    named = fixes["trip_id"].astype("category").cat
    of_name = np.append(trips.index.get_indexer(named.categories), -1)  # the last is for what has none
    trip = of_name[named.codes.to_numpy()]
    rows = np.flatnonzero(used.to_numpy(dtype=bool) & (trip >= 0))
    time_s, trip = seconds(fixes["recorded_at"].iloc[rows]), trip[rows]
    longitude, latitude = (fixes[name].to_numpy(dtype=float)[rows] for name in ("longitude", "latitude"))
    order = np.lexsort((latitude, longitude, time_s, trip))
    first = np.searchsorted(trip[order], np.arange(len(trips) + 1)).astype(np.int64)
    longitude, latitude = longitude[order], latitude[order]
    x, y = local_metres(longitude, latitude)
    return Tracks(first, time_s[order], x, y, longitude, latitude)
