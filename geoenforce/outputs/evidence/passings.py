"""Patrols whose tracks passed within sight of a case before it was found: a clue that it might have been seen."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.zones import Zone

_LEVEL_M = 1e-6  # distances are equal within the noise of the projection


def passings(patrols: PatrolResults, shapes: gpd.GeoSeries, found_on: "pd.Series[Any]", zone: Zone) -> pd.DataFrame:
    """
    Find the trips that passed within sight of a patch before it was found.

    Parameters
    ----------
    patrols
        The trips, and how far each of them sees.
    shapes
        The patches, by ``violation_id``.
    found_on
        The day on which each was found; a patch without one is passed over.
    zone
        In whose plane distances are measured.

    Returns
    -------
    passings
        One row per trip, by ``trip_id``, in order of time: ``violation_id`` of the patch it came nearest to,
        ``distance_m`` from its line to that patch, ``sight_m``, ``days_before`` that patch was found, ``started_at``
        and ``ended_at`` in Asia/Shanghai, ``patrol_unit``.

    Notes
    -----
    A trip counts if it ended on a day before the patch was found: the day itself is that of the finding. Terrain and
    whatever else stands between are not looked at.

    Examples
    --------
    >>> passings(results.patrols, case.shapes, found_on, case.zone)["distance_m"]  # doctest: +SKIP
    """
    trips = patrols.trips
    ended = trips["ended_at"].dt.tz_convert(LOCAL_ZONE)
    days = pd.Series(pd.to_datetime(found_on)).reindex(shapes.index)
    lines, patches = trips.geometry.to_crs(zone.crs).to_numpy(), shapes.to_crs(zone.crs).to_numpy()
    sight = sight_of(patrols)
    farthest = float(sight.max()) if len(sight) else 0.0
    patch, trip = shapely.STRtree(lines).query(patches, predicate="dwithin", distance=farthest + 1.0)
    found = pd.DataFrame(
        {
            "trip_id": trips.index.to_numpy()[trip],
            "violation_id": shapes.index.to_numpy()[patch],
            "distance_m": shapely.distance(lines[trip], patches[patch]),
            "sight_m": sight.to_numpy()[trip],
            "days_before": (days.to_numpy()[patch] - _day(ended.iloc[trip])) / np.timedelta64(1, "D"),
        }
    )
    found = found[(found["distance_m"] <= found["sight_m"] + _LEVEL_M) & (found["days_before"] >= 1)]
    nearest = found.sort_values(["distance_m", "violation_id"], kind="stable").drop_duplicates("trip_id")
    told = nearest.set_index("trip_id").join(trips[["started_at", "ended_at", "patrol_unit"]])
    for name in ("started_at", "ended_at"):
        told[name] = told[name].dt.tz_convert(LOCAL_ZONE)
    return told.astype({"days_before": "int64"}).sort_values(["started_at", "patrol_unit"], kind="stable")


def sight_of(patrols: PatrolResults) -> "pd.Series[float]":
    """
    Return how far each trip sees, in metres.

    Examples
    --------
    >>> sight_of(results.patrols).unique()  # doctest: +SKIP
    array([200.])
    """
    otherwise = patrols.sight_otherwise_m
    far = [float(otherwise.get(str(trip), patrols.sight_m)) for trip in patrols.trips.index]
    return pd.Series(far, index=patrols.trips.index, dtype="float64")


def _day(moments: "pd.Series[Any]") -> Any:
    return moments.dt.tz_localize(None).dt.normalize().to_numpy()
