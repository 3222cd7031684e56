"""
Layers and shapes brought to the equal-area plane and back.

In the cylindrical equal-area plane on the CGCS2000 ellipsoid, a polygon's planar area *is* the
ellipsoidal area (图斑椭球面积) that the national land survey computes with its trapezoid formula,
and pieces of a polygon add up to it exactly. Every area of geoenforce is measured there; the plane
of a Gauss-Krüger zone, UTM or Web Mercator is never accepted as an area.

All coordinates are east, north (x, y), whatever the axis order of their coordinate system.
"""

from collections.abc import Callable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from geoenforce.core.errors import CrsError, TableError, some
from geoenforce.core.shares import in_shares
from geoenforce.core.systems import (
    CGCS2000,
    PLANE,
    base_of,
    describe,
    epsg_code,
    is_plane,
    is_shiftless,
    longlat_transform,
    metres_per_unit,
    plane_to_longlat,
    transformer,
)

__all__ = [
    "CGCS2000", "LONGEST_EDGE_M", "PLANE", "Floats", "back_to_plane", "describe", "epsg_code",
    "flat", "from_plane", "is_plane", "longlat_transform", "m2_to_mu", "mu_to_m2", "polygons_to_plane",
    "to_plane",
]  # fmt: skip

Floats = npt.NDArray[np.float64]

#: An edge longer than this is divided before it is brought to the plane (practice of the survey).
LONGEST_EDGE_M = 70.0
_NEARLY = 1 - 1e-9  # a square may round down; GEOS then decides

_FOR_THREADS = 500_000  # corners
_METRES_PER_DEGREE = 111_320.0  # along a meridian at least; so a piece in degrees is never over 70 m


def m2_to_mu(area_m2: Any) -> Any:
    """
    Convert square metres to mu (亩); 1 mu is exactly 2000/3 m².

    Examples
    --------
    >>> m2_to_mu(2000 / 3 * 5)
    5.0
    """
    return area_m2 * 3 / 2000


def mu_to_m2(area_mu: Any) -> Any:
    """
    Convert mu (亩) to square metres.

    Examples
    --------
    >>> mu_to_m2(1.5)
    1000.0
    """
    return area_mu * 2000 / 3


def to_plane(layer: gpd.GeoDataFrame, shift: "Mapping[str, float] | None" = None) -> gpd.GeoDataFrame:
    """
    Bring a layer to the equal-area plane, dividing edges longer than 70 m in its own CRS first.

    Parameters
    ----------
    layer
        Polygons in any coordinate system that can be tied to CGCS2000. WGS 84 is taken as equal to it
        (they agree within some centimetres). A layer that is in the plane already is returned as it is.
    shift
        For Xi'an 80, Beijing 54 and other old datums: the seven parameters to CGCS2000, see
        `longlat_transform`.

    Returns
    -------
    layer
        A new table in `PLANE`, same rows and columns; Z and M are dropped.

    Raises
    ------
    CrsError
        If the layer has no coordinate system, or its datum cannot be tied to CGCS2000 without
        parameters, or coordinates fall outside of what the projection can express.
    TableError
        If a polygon is invalid.

    Notes
    -----
    Source: 国土调查办发〔2008〕32号 (area formula), and `docs/decisions/0001-one-equal-area-plane.md`.

    Examples
    --------
    A rectangle of 100 m by 33.333 m, on the central meridian of zone 39:

    >>> ring = [(39500000, 2600000), (39500100, 2600000), (39500100, 2600033.333), (39500000, 2600033.333)]
    >>> layer = gpd.GeoDataFrame(geometry=[shapely.Polygon(ring)], crs="EPSG:4527")
    >>> float(to_plane(layer).area.round(2).iloc[0])
    3333.3
    """
    crs = layer.crs
    if crs is None:
        message = (
            'The layer has no coordinate system. Set it with set_crs(), or give crs = "EPSG:…" in the configuration.'
        )
        raise CrsError(message)
    if is_plane(crs):
        return layer
    _refuse_invalid(layer)  # dividing edges would mend a bow-tie in silence, to an area that nobody drew
    geometry = polygons_to_plane(layer.geometry.to_numpy(), crs, shift)
    _refuse_infinite(geometry, layer)
    active = layer.geometry.name
    moved = pd.DataFrame(layer).assign(**{active: geometry})
    return gpd.GeoDataFrame(moved, geometry=active, crs=PLANE)


def from_plane(layer: gpd.GeoDataFrame, crs: Any) -> gpd.GeoDataFrame:
    """
    Bring a layer back from the plane, for output.

    Parameters
    ----------
    layer
        Any geometry in `PLANE`.
    crs
        The target; CGCS2000 or WGS 84, geographic or projected.

    Examples
    --------
    >>> layer = gpd.GeoDataFrame(geometry=gpd.points_from_xy([116.4], [23.5]), crs=4490)
    >>> from_plane(to_plane(layer), 4490).get_coordinates().round(6).to_numpy().tolist()
    [[116.4, 23.5]]
    """
    target = pyproj.CRS(crs)
    if target.geodetic_crs is None or not is_shiftless(target):
        message = f"Results cannot be written in {describe(target)}: only CGCS2000 and WGS 84 systems are possible."
        raise CrsError(message)
    base = base_of(target)
    onwards = None if base.is_exact_same(target) else transformer(base.to_wkt(), target.to_wkt())

    def way(x: Any, y: Any) -> tuple[Any, Any]:
        longlat = plane_to_longlat(x, y)
        return longlat if onwards is None else onwards.transform(*longlat)

    shapes = np.array(layer.geometry.to_numpy(), dtype=object)
    moved = shapely.set_coordinates(shapes, _moved(shapely.get_coordinates(shapes), way))
    active = layer.geometry.name
    return gpd.GeoDataFrame(pd.DataFrame(layer).assign(**{active: moved}), geometry=active, crs=target)


def polygons_to_plane(geometry: Any, crs: Any, shift: "Mapping[str, float] | None" = None) -> Any:
    """
    Divide the long edges of an array of geometries and bring it to the plane.

    Same rules as `to_plane`, for arrays without a table: what is in the plane already stays as it is, but for Z and M.

    Examples
    --------
    >>> square = shapely.box(116.0, 23.0, 116.001, 23.001)
    >>> round(float(shapely.area(polygons_to_plane(square, 4490))), 1)
    11353.7
    >>> polygons_to_plane(square, PLANE) is square
    True
    """
    if shift is None and is_plane(crs):
        return flat(geometry)
    source = pyproj.CRS(crs)
    longest = LONGEST_EDGE_M / (_METRES_PER_DEGREE if source.is_geographic else metres_per_unit(source))
    to_longlat = longlat_transform(source, shift)
    onwards = transformer(CGCS2000.to_wkt(), PLANE.to_wkt())

    divided, xy = _divided(flat(geometry), longest)
    moved = shapely.set_coordinates(divided, _moved(xy, lambda x, y: onwards.transform(*to_longlat(x, y))))
    return moved if np.ndim(geometry) else moved[0]


def _moved(xy: Floats, way: Callable[[Any, Any], tuple[Any, Any]]) -> Floats:
    """Take coordinates, in place, the way from one system to another; several threads do so with many."""

    def move(span: tuple[int, int]) -> None:
        few = xy[slice(*span)]
        few[:, 0], few[:, 1] = way(few[:, 0], few[:, 1])

    in_shares(move, len(xy), _threads(len(xy)))  # each makes transformations of its own first
    return xy


def _threads(corners: int) -> int | None:
    return None if corners > _FOR_THREADS else 1


def flat(geometry: Any) -> Any:
    """
    Drop Z and M; shapes without them, which most are, are not copied.

    Examples
    --------
    >>> str(flat(shapely.Point(1, 2, 3)))
    'POINT (1 2)'
    """
    has_more = shapely.has_z(geometry) | shapely.has_m(geometry)
    return shapely.force_2d(geometry) if np.any(has_more) else geometry


def _divided(geometry: Any, longest: float) -> tuple[Any, Floats]:
    """
    Divide long edges; looking for them costs a tenth of dividing, and most shapes have none.

    Returns
    -------
    divided
        A new array of shapes.
    xy
        Their coordinates.
    """
    whole = np.atleast_1d(np.array(geometry, dtype=object))
    xy, owner = shapely.get_coordinates(whole, return_index=True)

    def look(span: tuple[int, int]) -> npt.NDArray[np.bool_]:
        """Say which corners of a part are far from the next one of their shape."""
        here, next_ = slice(*span), slice(span[0] + 1, span[1] + 1)
        east, north = (xy[next_] - xy[here]).T
        # From one ring to the next is no edge, but may be taken for one: then nothing is found to divide.
        is_long: npt.NDArray[np.bool_] = east**2 + north**2 >= (longest * _NEARLY) ** 2
        is_long &= owner[next_] == owner[here]
        return is_long

    edges = max(len(xy) - 1, 0)
    is_long = np.concatenate(in_shares(look, edges, _threads(edges)))
    some_long = np.unique(owner[1:][is_long])
    if not len(some_long):
        return whole, xy
    whole[some_long] = shapely.segmentize(whole[some_long], longest)
    return whole, shapely.get_coordinates(whole)


def back_to_plane(longlat: Any) -> Any:
    """
    Bring geometries that were in the plane before back to it, corner by corner; no edge is divided, no shape mended.

    Parameters
    ----------
    longlat
        An array of geometries in CGCS2000 longitude and latitude.

    Examples
    --------
    >>> edge = shapely.LineString([(116, 23), (117, 24)])
    >>> len(back_to_plane(edge).coords), len(polygons_to_plane(edge, 4490).coords) > 1000
    (2, True)
    """
    onwards = transformer(CGCS2000.to_wkt(), PLANE.to_wkt())
    return shapely.transform(longlat, lambda xy: np.column_stack(onwards.transform(xy[:, 0], xy[:, 1])))


def _refuse_invalid(layer: gpd.GeoDataFrame) -> None:
    wrong = ~layer.geometry.is_valid & layer.geometry.notna()
    if wrong.any():
        reasons = some(f"{row}: {reason}" for row, reason in layer.geometry[wrong].is_valid_reason().items())
        message = (
            f"The layer has invalid geometry in {reasons}. Read the file with geoenforce's readers, which repair what "
            "can be repaired, or correct the polygons."
        )
        raise TableError(message)


def _refuse_infinite(geometry: Any, layer: gpd.GeoDataFrame) -> None:
    bounds = shapely.bounds(geometry)
    lost = ~np.isfinite(bounds).all(axis=1) & ~shapely.is_empty(geometry) & ~shapely.is_missing(geometry)
    if lost.any():
        message = (
            f"The coordinates of rows {some(layer.index[lost])} lie outside of what {describe(layer.crs)} can express. "
            "Swapped axes or a wrong crs are the usual reasons: compare the layer's extent with the configured crs."
        )
        raise CrsError(message)
