"""The tracks of trips laid out for comparison, trip by trip: seconds, and metres in one plane."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoenforce.core.patrol_terms import FixFlag
from geoenforce.patrols.distance import Floats, Integers, Rows, metres_from
from geoenforce.patrols.logs import has_place
from geoenforce.patrols.sources import as_micros, slices

_AT_ONCE = 500_000  # fixes; it changes no result


@dataclass(frozen=True)
class Track:
    """
    The fixes used of one trip, or of several one after another, ordered by trip and time.

    x and y are metres east and north in one plane for all trips: good for telling tracks apart, not for
    lengths or areas. Degrees are kept for what concerns a single trip.
    """

    trip: Integers  # number of each fix's trip
    time_s: Floats
    x: Floats
    y: Floats
    longitude: Floats
    latitude: Floats

    def __len__(self) -> int:
        """Return how many fixes there are."""
        return len(self.time_s)


@dataclass(frozen=True)
class Tracks:
    """
    Which rows of the fixes each trip is made of; trip n has those from ``first[n]`` to ``first[n + 1]``.

    Only the numbers of rows are kept, for a year of a county has 50 million fixes: a trip's own are gathered when
    they are asked for.
    """

    first: Integers
    position: Rows
    moment: Integers
    unit: str  # that moments count in
    longitude: Floats
    latitude: Floats
    middle: tuple[float, float]  # of the plane

    def __len__(self) -> int:
        """Return how many trips there are."""
        return len(self.first) - 1

    def of(self, trip: int) -> Track:
        """Return the fixes of a trip."""
        return self._gathered(trip, trip + 1)

    def parts(self) -> Iterator[Track]:
        """Return the fixes of all trips, some trips at a time."""
        for trip, after in _few_at_a_time(self.first):
            yield self._gathered(trip, after)

    def _gathered(self, trip: int, after: int) -> Track:
        rows = self.position[self.first[trip] : self.first[after]]
        owner = np.repeat(np.arange(trip, after), np.diff(self.first[trip : after + 1]))
        time_s = as_micros(self.moment[rows], self.unit) / 1e6
        longitude, latitude = self.longitude[rows], self.latitude[rows]
        return Track(owner, time_s, *metres_from(self.middle, longitude, latitude), longitude, latitude)


def tracks_of(trips: pd.DataFrame, fixes: pd.DataFrame) -> Tracks:
    """
    Find the fixes that each trip is made of.

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
    >>> tracks_of(pd.DataFrame(index=["A"]), fixes).of(0).y.round(1).tolist()
    [-55.4, 55.4]
    """
    from geoenforce.patrols.loops import rows_by_list

    trip = _trip_of_used(trips, fixes)
    position, ends = rows_by_list(trip, np.zeros(len(trip), dtype=bool), np.arange(len(trips)))
    del trip  # of a year, 200 MB
    first = np.append(ends[:-1:2], len(position)).astype(np.int64)
    longitude, latitude = (fixes[name].to_numpy(dtype=float) for name in ("longitude", "latitude"))
    times = pd.DatetimeIndex(fixes["recorded_at"])
    for one, after in _few_at_a_time(first):
        rows = position[first[one] : first[after]]
        owner = np.repeat(np.arange(after - one), np.diff(first[one : after + 1]))
        rows[:] = rows[np.lexsort((latitude[rows], longitude[rows], times.asi8[rows], owner))]
    middle = _middle(longitude, position), _middle(latitude, position)
    return Tracks(first, position, times.asi8, times.unit, longitude, latitude, middle)


def _trip_of_used(trips: pd.DataFrame, fixes: pd.DataFrame) -> Rows:
    """Return the number of each fix's trip, -1 where it is in none or not used."""
    named = fixes["trip_id"].astype("category").cat
    of_name = np.append(trips.index.get_indexer(named.categories), -1).astype(np.int32)  # the last: what has none
    trip: Rows = of_name[named.codes.to_numpy()]
    for part in slices(len(fixes)):
        some = fixes[["recorded_at", "longitude", "latitude", "flag"]].iloc[part]
        used = has_place(some) & (some["flag"].isna() | (some["flag"] == FixFlag.OUTSIDE_COUNTY.value))
        trip[part][~used.to_numpy(dtype=bool)] = -1
    return trip


def _few_at_a_time(first: Integers) -> Iterator[tuple[int, int]]:
    """Cut the trips into stretches of about so many fixes as are worked on at once."""
    trip = 0
    while trip < len(first) - 1:
        after = int(np.searchsorted(first, first[trip] + _AT_ONCE, side="right")) - 1
        after = max(after, trip + 1)
        yield trip, after
        trip = after


def _middle(values: Floats, position: Rows) -> float:
    """Return the middle between the least and the largest of some rows."""
    if not len(position):
        return 0.0
    least, most = np.inf, -np.inf
    for at in range(0, len(position), _AT_ONCE):
        part = values[position[at : at + _AT_ONCE]]
        least, most = min(least, float(part.min())), max(most, float(part.max()))
    return (least + most) / 2
