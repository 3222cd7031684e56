"""The steps from fix to fix: how long, how far, and in whose township; cut exactly at the borders."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geoenforce.patrols.cleaning import time_step_s
from geoenforce.patrols.distance import Flags, Floats, Integers
from geoenforce.patrols.logs import Log
from geoenforce.patrols.places import Places

_LEAST_SHARE = 0.00005  # that is not listed as 0.0000
_EDGES = 16  # of a border in one box
_LONG_M = 300.0  # a longer step is cut even where both its ends lie in one township


@dataclass(frozen=True)
class Steps:
    """One entry per step between consecutive fixes; what is not linked counts for nothing."""

    linked: Flags  # both ends belong to one trip, and nobody was impossibly fast
    length_m: Floats
    time_s: Floats


def steps_of(log: Log, trip: Integers, hops_m: Floats, max_speed_m_s: float) -> Steps:
    """
    Link the steps of sorted fixes whose lengths are known.

    Examples
    --------
    Three fixes of one trip; the last step would need 111 m/s:

    >>> from geoenforce.patrols.distance import hops_m
    >>> log = Log(np.arange(3), np.zeros(3, int), np.array([0.0, 10.0, 20.0]), np.full(3, 116.4),
    ...           23.5 + np.array([0.0, 0.001, 0.011]))
    >>> steps = steps_of(log, np.zeros(3, int), hops_m(log.longitude, log.latitude), 40.0)
    >>> steps.length_m.round(1).tolist(), steps.linked.tolist()
    ([110.8, 0.0], [True, False])
    """
    from geoenforce.patrols.loops import linked_steps

    return Steps(*linked_steps(trip, (log.time_s, time_step_s(log)), hops_m, max_speed_m_s))


class Borders:
    """The townships and, for the steps that cross them, all edges of their borders."""

    def __init__(self, places: Places) -> None:
        """Take the borders to pieces."""
        self.places = places
        xy, part = shapely.get_coordinates(shapely.get_parts(shapely.boundary(places.shapes)), return_index=True)
        edge = np.flatnonzero(np.diff(part) == 0)
        self._start, self._way = xy[edge], xy[edge + 1] - xy[edge]
        # A box around each few edges: what it catches is computed, which is quicker than a tree of every edge.
        few = np.arange(0, len(edge), _EDGES)
        low, high = np.minimum(xy[edge], xy[edge + 1]), np.maximum(xy[edge], xy[edge + 1])
        low, high = np.minimum.reduceat(low, few), np.maximum.reduceat(high, few)
        self._tree = shapely.STRtree(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))

    def meetings(self, start: Floats, way: Floats) -> tuple[Integers, Floats]:
        """Return where steps meet borders: number of the step, and how far along it."""
        step, box = self._tree.query(shapely.linestrings(np.stack([start, start + way], axis=1)))
        one = np.repeat(step, _EDGES)
        other = (box[:, None] * _EDGES + np.arange(_EDGES)).ravel()
        one, other = one[other < len(self._way)], other[other < len(self._way)]
        run, border = way[one], self._way[other]
        apart = self._start[other] - start[one]
        area = run[:, 0] * border[:, 1] - run[:, 1] * border[:, 0]
        is_parallel = area == 0
        area = np.where(is_parallel, 1.0, area)
        along = (apart[:, 0] * border[:, 1] - apart[:, 1] * border[:, 0]) / area
        across = (apart[:, 0] * run[:, 1] - apart[:, 1] * run[:, 0]) / area
        meets = ~is_parallel & (along > 0) & (along < 1) & (across >= 0) & (across <= 1)
        return one[meets], along[meets]


def crossings(log: Log, trip: Integers, steps: Steps, borders: Borders | None, place: Integers) -> pd.DataFrame:
    """
    Give each trip's length and time to the townships, cutting steps at the borders.

    Parameters
    ----------
    log, trip, steps
        Sorted fixes, their trips and steps.
    borders, place
        The townships, and the number of each fix's township.

    Returns
    -------
    parts
        Table TRIP_PARTS with the number of the trip as ``trip_id``, and ``fixes``; ``township_code`` is missing
        for ground outside, or without townships.

    Examples
    --------
    Two townships share a border at 116.4; the step over it lies to three quarters in the western one:

    >>> import geopandas as gpd
    >>> from geoenforce.patrols.distance import hops_m
    >>> from geoenforce.patrols.places import places_of
    >>> townships = gpd.GeoDataFrame(index=["445202101", "445202102"], crs=4490,
    ...     geometry=[shapely.box(116.3, 23.5, 116.4, 23.6), shapely.box(116.4, 23.5, 116.5, 23.6)])
    >>> east, north = np.array([116.397, 116.401]), np.full(2, 23.55)
    >>> log = Log(np.arange(2), np.zeros(2, int), np.array([0.0, 10.0]), east, north)
    >>> trip, places = np.zeros(2, int), places_of(townships, 2)
    >>> steps = steps_of(log, trip, hops_m(east, north), 50.0)
    >>> parts = crossings(log, trip, steps, Borders(places), places.numbers(east, north))
    >>> summary(parts, has_townships=True)["township_shares"].to_list()
    ['445202101 0.7500; 445202102 0.2500']
    """
    from geoenforce.patrols.loops import added_up

    codes = [None, *(borders.places.codes if borders else [])]
    long_m = np.inf if borders is None else _LONG_M
    fixes, length, time, is_cut = added_up((trip, place + 1, len(codes)), steps.length_m, steps.time_s, long_m)
    cut = np.flatnonzero(is_cut & steps.linked)
    if borders is not None and len(cut):
        step, where, share = _cut(log, cut, borders)
        slot = trip[step] * len(codes) + where + 1
        length += np.bincount(slot, steps.length_m[step] * share, len(length))
        time += np.bincount(slot, steps.time_s[step] * share, len(time))
    touched = np.flatnonzero((length > 0) | (time > 0) | (fixes > 0))
    return pd.DataFrame(
        {
            "trip_id": touched // len(codes),
            "township_code": pd.array(np.array(codes, dtype=object)[touched % len(codes)], dtype="str"),
            "length_m": length[touched],
            "duration_min": time[touched] / 60,
            "fixes": fixes[touched],
        }
    )


def summary(parts: pd.DataFrame, *, has_townships: bool) -> pd.DataFrame:
    """
    Say for each trip what lies inside, and list the townships by length, or by time where nobody moved.

    Parameters
    ----------
    parts
        As `crossings` returns them, each trip having one at least.
    has_townships
        Without townships all of a trip is inside.

    Returns
    -------
    summary
        township_shares, township_code, inside_m and inside_min by the trip's number.

    Examples
    --------
    >>> parts = pd.DataFrame({"trip_id": [0], "township_code": None, "length_m": 5.0, "duration_min": 1.0, "fixes": 2})
    >>> [summary(parts, has_townships=known)["inside_m"].item() for known in (True, False)]
    [0.0, 5.0]
    """
    trip, length, minutes, fixes = (parts[name].to_numpy() for name in ("trip_id", "length_m", "duration_min", "fixes"))
    trips = int(trip.max(initial=-1)) + 1

    def total(values: Floats) -> Floats:
        return np.bincount(trip, values, trips).astype(float)

    weight = np.where(total(length)[trip] > 0, length, np.where(total(minutes)[trip] > 0, minutes, fixes))
    share = weight / total(weight)[trip]
    inside = parts["township_code"].notna().to_numpy() | (not has_townships)
    shares, largest = _listed(trips, trip, parts["township_code"], share) if has_townships else ([None] * trips,) * 2
    return pd.DataFrame(
        {
            "township_shares": pd.array(shares, dtype="str"),
            "township_code": pd.array(largest, dtype="str"),
            "inside_m": total(length * inside),
            "inside_min": total(minutes * inside),
        }
    )


def _listed(
    trips: int, trip: Integers, codes: "pd.Series[str]", share: Floats
) -> tuple[list[str | None], list[str | None]]:
    """List each trip's townships by their share, and name the one with the largest."""
    rank = pd.factorize(codes, sort=True)[0]
    listed: list[list[str]] = [[] for _ in range(trips)]
    largest: list[str | None] = [None] * trips
    named = codes.astype(object).where(codes.notna(), None).to_list()
    for at in np.lexsort((np.where(rank < 0, len(codes), rank), -share, trip)).tolist():
        number, code = trip[at], named[at]
        if share[at] >= _LEAST_SHARE:
            listed[number].append(f"{code or '(outside)'} {share[at]:.4f}")
        largest[number] = largest[number] or code
    return ["; ".join(texts) or None for texts in listed], largest


def _cut(log: Log, step: Integers, borders: Borders) -> tuple[Integers, Integers, Floats]:
    """Return step, place and share: each step is divided where it meets a border, and its parts are looked up."""
    start = np.column_stack([log.longitude[step], log.latitude[step]])
    way = np.column_stack([log.longitude[step + 1], log.latitude[step + 1]]) - start
    at, share = borders.meetings(start, way)
    at = np.concatenate([np.arange(len(step)), at])
    share = np.concatenate([np.zeros(len(step)), share])
    order = np.lexsort((share, at))
    at, share = at[order], share[order]
    last = np.append(at[1:] != at[:-1], True)
    after = np.where(last, 1.0, np.append(share[1:], 1.0))
    middle = start[at] + way[at] * ((share + after) / 2)[:, None]
    return step[at], borders.places.numbers(middle[:, 0], middle[:, 1]), after - share
