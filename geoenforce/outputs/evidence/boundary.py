"""The boundary points of a case (界址点): coordinates in the project's zone and the lengths of the sides."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geoenforce.core.zones import Zone

_GEOD = pyproj.Geod(ellps="GRS80")  # the same figure of the earth as CGCS2000, to 0.1 mm


def boundary_points(shapes: gpd.GeoSeries, zone: Zone) -> pd.DataFrame:
    """
    List the boundary points of patches, in the order of their delivered vertices.

    Parameters
    ----------
    shapes
        Polygons as delivered, by ``violation_id``.
    zone
        The zone of the coordinates.

    Returns
    -------
    points
        One row per point: ``violation_id``; ``point``, numbered through the whole case from 1; ``ring``, numbered in
        each patch: an outer ring, then its holes, then the next part; ``x_north_m`` and ``y_east_m`` in the zone, the
        easting with the zone's number before it; ``side_m``, from this point to the next one of its ring along the
        geodesic on the ellipsoid of CGCS2000. The closing point is not repeated.

    Notes
    -----
    Source: the format of the ministry's filing system (报批坐标): X is north and Y is east.

    Examples
    --------
    >>> corners = [(39500000, 2600000), (39500100, 2600000), (39500100, 2600050)]
    >>> shapes = gpd.GeoSeries([shapely.Polygon(corners)], index=["A1"], crs=4527).to_crs(4490)
    >>> points = boundary_points(shapes, Zone(39)).round(3)
    >>> points[["point", "ring", "x_north_m", "y_east_m"]].to_numpy().tolist()[1]
    [2.0, 1.0, 2600000.0, 39500100.0]
    >>> points["side_m"].to_list()
    [100.0, 50.0, 111.803]
    """
    longlat = shapes.to_crs(4490)
    rings, owner, number = rings_of(longlat.to_numpy())
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    is_closing = np.append(ring[1:] != ring[:-1], True) if len(ring) else np.zeros(0, dtype=bool)
    start = np.flatnonzero(~is_closing)  # each point but the closing one; the next row is where its side ends
    _, _, side_m = _GEOD.inv(xy[start, 0], xy[start, 1], xy[start + 1, 0], xy[start + 1, 1])
    to_zone = pyproj.Transformer.from_crs(4490, zone.crs, always_xy=True)
    east, north = to_zone.transform(xy[start, 0], xy[start, 1])
    return pd.DataFrame(
        {
            "violation_id": longlat.index.to_numpy()[owner[ring[start]]],
            "point": np.arange(1, len(start) + 1),
            "ring": number[ring[start]],
            "x_north_m": north,
            "y_east_m": east,
            "side_m": side_m,
        }
    )


def rings_of(polygons: Any) -> tuple[Any, Any, Any]:
    """
    Take polygons to their rings: each ring, the position of its polygon, and its number there from 1.

    Examples
    --------
    >>> hole = shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 6, 6)
    >>> _, owner, number = rings_of([shapely.MultiPolygon([hole, shapely.box(20, 0, 21, 1)]), shapely.box(0, 0, 1, 1)])
    >>> owner.tolist(), number.tolist()
    ([0, 0, 0, 1], [1, 2, 3, 1])
    """
    parts, of_polygon = shapely.get_parts(polygons, return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    owner = of_polygon[of_part]
    number = pd.Series(owner).groupby(owner).cumcount().to_numpy() + 1
    return rings, owner, number
