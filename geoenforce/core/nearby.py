"""What lies near the violations: the part of a land layer that a map shows around them."""

import geopandas as gpd
import numpy as np
import shapely

#: Basic farmland this near a violation is drawn on the map.
CONTEXT_M = 600


def near(layer: gpd.GeoDataFrame, violations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Keep the polygons of a layer that lie near a violation.

    Parameters
    ----------
    layer, violations
        Both in the equal-area plane.

    Returns
    -------
    layer
        Its rows that touch the box around a violation, widened by 600 m, in their order.

    Examples
    --------
    >>> from geoenforce.core.space import PLANE
    >>> fields = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 10, 10), shapely.box(2000, 0, 2010, 10)], crs=PLANE)
    >>> len(near(fields, fields.iloc[:1]))
    1
    """
    boxes = surroundings(violations)
    _, hit = shapely.STRtree(layer.geometry.to_numpy()).query(shapely.box(*boxes.T))
    return layer.iloc[np.unique(hit)]


def surroundings(violations: gpd.GeoDataFrame) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """
    Return the box around each violation: west, south, east, north in the plane.

    Examples
    --------
    >>> surroundings(gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)])).tolist()
    [[-600.0, -600.0, 600.0, 600.0]]
    """
    bounds = shapely.bounds(violations.geometry.to_numpy()).reshape(-1, 4)
    widened: np.ndarray[tuple[int, int], np.dtype[np.float64]] = bounds + CONTEXT_M * np.array([-1, -1, 1, 1])
    return widened
