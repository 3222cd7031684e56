"""Logs that say a patrol passed a violation before it was found, but were saved only afterwards."""

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.patrol_terms import IntegrityFlag
from geoenforce.core.space import PLANE, to_plane
from geoenforce.core.tables import VIOLATIONS, check
from geoenforce.patrols.frames import frame_of

_DAY_S = 86400.0


def edited_later(
    trips: gpd.GeoDataFrame,
    fixes: pd.DataFrame,
    violations: gpd.GeoDataFrame | None,
    limit_days: float,
    within_m: float,
) -> Iterator[dict[str, Any]]:
    """
    Point out logs saved long after the trip, and after a violation on the way was found.

    Parameters
    ----------
    trips, fixes, violations
        The tables; without violations, or without ``saved_at`` in the fixes, nothing is asked.
    limit_days
        Logs saved within so many days after the trip are no matter.
    within_m
        How near the violation lies to the track.

    Raises
    ------
    TableError
        If the violations are not in order.
    """
    if violations is None or "saved_at" not in fixes or trips.empty:
        return
    check(violations, VIOLATIONS)
    saved_at = fixes.groupby("trip_id", observed=True)["saved_at"].max().reindex(trips.index)
    late_days = (saved_at - trips["ended_at"]).dt.total_seconds() / _DAY_S
    for trip_id in trips.index[(late_days > limit_days).to_numpy(dtype=bool)]:
        trip = trips.loc[trip_id]
        saved_on = saved_at[trip_id].tz_convert(LOCAL_ZONE).tz_localize(None).normalize()
        between = violations[(violations["found_on"] > trip["on"]) & (violations["found_on"] <= saved_on)]
        passed = _near(between, trip.geometry, within_m) if len(between) else []
        if passed:
            detail = (
                f"The log was saved {late_days[trip_id]:.1f} days after the trip (limit {limit_days:g}); meanwhile "
                f"{passed[0]} was found, within {within_m:g} m of the track."
            )
            yield {
                "trip_id": trip_id,
                "flag": IntegrityFlag.EDITED_LATER.value,
                "measured": float(late_days[trip_id]),
                "limit": limit_days,
                "unit": "d",
                "detail": detail,
                "other_trip_id": None,
            }


def _near(violations: gpd.GeoDataFrame, line: Any, within_m: float) -> list[Any]:
    """List the violations near a line, in a plane that is true to scale there."""
    flat = gpd.GeoSeries([line], crs=4490).to_crs(PLANE)
    frame = frame_of(flat.total_bounds, within_m, 1.0)
    shapes = frame.lay(to_plane(violations).geometry.to_numpy())
    near = shapely.dwithin(shapes, frame.lay(flat.to_numpy())[0], within_m)
    return list(violations.index[near])
