"""Areas and lengths on the ellipsoid of CGCS2000, of layers in any coordinate system."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geoenforce.core.space import m2_to_mu, to_plane
from geoenforce.core.systems import CGCS2000

_GEOD = pyproj.Geod(ellps="GRS80")  # the same figure of the earth as CGCS2000, to 0.1 mm


def area_m2(layer: "gpd.GeoDataFrame | gpd.GeoSeries") -> "pd.Series[float]":
    """
    Measure each polygon's ellipsoidal area on CGCS2000 (图斑椭球面积).

    Parameters
    ----------
    layer
        Polygons in any coordinate system that `to_plane` accepts.

    Returns
    -------
    area_m2
        In square metres, on the layer's index.

    Raises
    ------
    CrsError, TableError
        As `to_plane`.

    Notes
    -----
    Source: 国土调查办发〔2008〕32号, as used by the third national land survey with CGCS2000
    constants. Agreement with the formula: 5e-10; with geodesic edges: 3e-7 at worst.

    Examples
    --------
    >>> ring = [(550000, 3500000), (550333, 3500000), (550366.3, 3500299.7), (550066.6, 3500333)]
    >>> area_m2(gpd.GeoSeries([shapely.Polygon(ring)], crs="EPSG:4548")).round(2).to_list()
    [100902.72]
    """
    frame = layer if isinstance(layer, gpd.GeoDataFrame) else layer.to_frame("geometry")
    return pd.Series(to_plane(frame).area, index=layer.index, name="area_m2")


def area_mu(layer: "gpd.GeoDataFrame | gpd.GeoSeries") -> "pd.Series[float]":
    """
    Measure each polygon's ellipsoidal area in mu (亩), exactly 2000/3 m² each.

    Same input, errors and source as `area_m2`.

    Examples
    --------
    >>> square = gpd.GeoSeries([shapely.box(116.0, 23.0, 116.001, 23.001)], crs=4490)
    >>> area_mu(square).round(4).to_list()
    [17.0306]
    """
    return m2_to_mu(area_m2(layer)).rename("area_mu")


def length_m(layer: "gpd.GeoDataFrame | gpd.GeoSeries") -> "pd.Series[float]":
    """
    Measure lengths (of lines) or perimeters (of polygons) along geodesics of CGCS2000.

    Parameters
    ----------
    layer
        Lines or polygons in any coordinate system that can be tied to CGCS2000 without parameters.

    Returns
    -------
    length_m
        In metres, on the layer's index.

    Examples
    --------
    A hundredth of a degree along the meridian at 23.5° N is 1107.5 m:

    >>> line = gpd.GeoSeries([shapely.LineString([(116.4, 23.495), (116.4, 23.505)])], crs=4490)
    >>> length_m(line).round(1).to_list()
    [1107.5]
    """
    longlat = layer.geometry.to_crs(CGCS2000)
    parts, owner = shapely.get_parts(longlat.to_numpy(), return_index=True)
    dimensions = shapely.get_dimensions(parts)
    rings, part = shapely.get_rings(parts[dimensions == 2], return_index=True)
    paths = np.concatenate([rings, parts[dimensions == 1]])
    owners = np.concatenate([owner[dimensions == 2][part], owner[dimensions == 1]])
    xy, path = shapely.get_coordinates(paths, return_index=True)
    same = path[1:] == path[:-1]
    _, _, metres = _GEOD.inv(xy[:-1, 0][same], xy[:-1, 1][same], xy[1:, 0][same], xy[1:, 1][same])
    total = np.bincount(owners[path[1:][same]], weights=metres, minlength=len(longlat))
    return pd.Series(total, index=layer.index, name="length_m")
