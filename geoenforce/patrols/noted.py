"""Violations that the ledger notes against those of the table: same day, same place."""

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoenforce.core.patrol_terms import Reconciled
from geoenforce.core.space import CGCS2000, from_plane, to_plane
from geoenforce.core.tables import VIOLATIONS, check
from geoenforce.core.terms import LeadSource
from geoenforce.patrols.distance import Floats, distance_m


def noted_violations(ledger: pd.DataFrame, violations: gpd.GeoDataFrame, within_m: float) -> list[dict[str, Any]]:
    """
    List the violations that only the ledger has, and those found on patrol that only the table has.

    Parameters
    ----------
    ledger
        Table LEDGER. An entry that notes violations without a place is held to mean any of that day.
    violations
        Table VIOLATIONS. Those found before the ledger's first day or after its last are not missed in it.
    within_m
        The distance, included.

    Returns
    -------
    rows
        Rows of RECONCILIATION, as dictionaries.

    Raises
    ------
    TableError
        If the violations are not in order.
    """
    check(violations, VIOLATIONS)
    noted = ledger[ledger["violations_noted"].fillna(0) > 0]
    patches = from_plane(to_plane(violations), CGCS2000)
    of_the_time = patches["found_on"].between(ledger["on"].min(), ledger["on"].max())
    return [*_not_recorded(noted, patches, within_m), *_not_noted(noted, patches[of_the_time], within_m)]


def _not_recorded(noted: pd.DataFrame, patches: gpd.GeoDataFrame, within_m: float) -> Iterator[dict[str, Any]]:
    for entry in noted.itertuples():
        same_day = patches[patches["found_on"] == entry.on]
        nearest = _nearest_m(entry, same_day)
        if nearest <= within_m:
            continue
        found = (
            "none was found on that day" if not len(same_day) else f"the nearest of that day lies {nearest:.0f} m away"
        )
        yield {
            "on": entry.on,
            "patrol_unit": entry.patrol_unit,
            "entry_id": entry.Index,
            "result": Reconciled.VIOLATION_NOT_RECORDED.value,
            "detail": f"The entry notes a violation, but in the table {found} (limit {within_m:g} m).",
        }


def _not_noted(noted: pd.DataFrame, patches: gpd.GeoDataFrame, within_m: float) -> Iterator[dict[str, Any]]:
    if "lead_source" not in patches:
        return
    for violation_id, patch in patches[patches["lead_source"] == LeadSource.PATROL.value].iterrows():
        alone = patches.loc[[violation_id]]
        entries = noted[noted["on"] == patch["found_on"]]
        if any(_nearest_m(entry, alone) <= within_m for entry in entries.itertuples()):
            continue
        yield {
            "on": patch["found_on"],
            "result": Reconciled.VIOLATION_UNKNOWN.value,
            "detail": f"The violation {violation_id} was found on patrol that day, but no entry notes one within "
            f"{within_m:g} m.",
        }


def _nearest_m(entry: Any, patches: gpd.GeoDataFrame) -> float:
    """Return the distance to the nearest patch; an entry without a place is at none from any of the day."""
    if not len(patches):
        return float("inf")
    longitude, latitude = getattr(entry, "longitude", None), getattr(entry, "latitude", None)
    if longitude is None or latitude is None or pd.isna(longitude) or pd.isna(latitude):
        return 0.0
    return float(_distances_m(float(longitude), float(latitude), patches.geometry.to_numpy()).min())


def _distances_m(longitude: float, latitude: float, shapes: Any) -> Floats:
    """Measure along the ellipsoid to the nearest point of each shape, which is sought in true proportions."""
    squeeze = np.array([np.cos(np.radians(latitude)), 1.0])
    place = shapely.Point(longitude * squeeze[0], latitude)
    ways = shapely.shortest_line(shapely.transform(shapes, lambda xy: xy * squeeze), place)
    ends = shapely.get_coordinates(ways).reshape(-1, 2, 2) / squeeze
    return distance_m(ends[:, 0, 0], ends[:, 0, 1], ends[:, 1, 0], ends[:, 1, 1])
