"""Builders of small layers: rectangles in the equal-area plane, where areas can be worked out in the head."""

import geopandas as gpd
import pandas as pd
import shapely

from geoenforce.core.space import PLANE

#: A rectangle of 40 m by 50 m is 2000 m², which is exactly 3 mu.
THREE_MU = (0, 0, 40, 50)


def patches(*boxes, **columns):
    """Violations A1, A2 … of the case A unless told otherwise; each box is (west, south, east, north)."""
    names = [f"A{number}" for number in range(1, len(boxes) + 1)]
    values = {"case_id": "A", "found_on": pd.Timestamp("2026-03-02"), "status": "confirmed", **columns}
    return gpd.GeoDataFrame(
        {name: value if isinstance(value, list) else [value] * len(boxes) for name, value in values.items()},
        index=pd.Index(names, name="violation_id"),
        geometry=shapes(boxes),
        crs=PLANE,
    )


def land(*boxes, **columns):
    """A land layer; columns are lists, or one value for all."""
    values = {name: value if isinstance(value, list) else [value] * len(boxes) for name, value in columns.items()}
    return gpd.GeoDataFrame(values, geometry=shapes(boxes), crs=PLANE)


def shapes(boxes):
    return [box if isinstance(box, shapely.Geometry) else shapely.box(*box) for box in boxes]
