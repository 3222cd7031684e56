"""
Places and areas: the equal-area plane, and the ways into it and out of it.

In the cylindrical equal-area plane on the CGCS2000 ellipsoid, a polygon's planar area *is* the
ellipsoidal area (图斑椭球面积) that the national land survey computes with its trapezoid formula,
and pieces of a polygon add up to it exactly. Every area of geoenforce is measured there; the plane
of a Gauss-Krüger zone, UTM or Web Mercator is never accepted as an area.

All coordinates are east, north (x, y), whatever the axis order of their coordinate system.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import LambertCylindricalEqualAreaConversion

from geoenforce.core.errors import CrsError, TableError, some
from geoenforce.core.shares import in_shares

Floats = npt.NDArray[np.float64]

#: CGCS2000, longitude and latitude.
CGCS2000 = pyproj.CRS.from_epsg(4490)

#: The plane in which areas are computed. The meridian 105° E runs through the middle of China.
PLANE = ProjectedCRS(
    conversion=LambertCylindricalEqualAreaConversion(latitude_first_parallel=0, longitude_natural_origin=105),
    geodetic_crs=CGCS2000,
    name="CGCS2000 / cylindrical equal-area (geoenforce)",
)

#: An edge longer than this is divided before it is brought to the plane (practice of the survey).
LONGEST_EDGE_M = 70.0
_NEARLY = 1 - 1e-9  # a square may round down; GEOS then decides

_FOR_THREADS = 500_000  # corners
_GEOD = pyproj.Geod(ellps="GRS80")  # the same figure of the earth as CGCS2000, to 0.1 mm
_METRES_PER_DEGREE = 111_320.0  # along a meridian at least; so a piece in degrees is never over 70 m
_OLD_DATUMS = {"xian 1980": "Xi'an 80 (西安80)", "beijing 1954": "Beijing 54 (北京54)"}


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
    Source: 国土调查办发〔2008〕32号 (area formula), `DESIGN.md` decision 1.

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
    if target.geodetic_crs is None or not _is_shiftless(target):
        message = f"Results cannot be written in {describe(target)}: only CGCS2000 and WGS 84 systems are possible."
        raise CrsError(message)
    longlat = shapely.transform(layer.geometry.to_numpy(), lambda xy: np.column_stack(_inverse(xy[:, 0], xy[:, 1])))
    active = layer.geometry.name
    moved = pd.DataFrame(layer).assign(**{active: longlat})
    return gpd.GeoDataFrame(moved, geometry=active, crs=_base(target)).to_crs(target)


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
    longest = LONGEST_EDGE_M / (_METRES_PER_DEGREE if source.is_geographic else _metres_per_unit(source))
    to_longlat = longlat_transform(source, shift)
    onwards = _transformer(CGCS2000.to_wkt(), PLANE.to_wkt())

    divided, xy = _divided(flat(geometry), longest)

    def move(span: tuple[int, int]) -> None:
        few = xy[slice(*span)]
        few[:, 0], few[:, 1] = onwards.transform(*to_longlat(few[:, 0], few[:, 1]))

    in_shares(move, len(xy), None if len(xy) > _FOR_THREADS else 1)  # each makes transformations of its own first
    moved = shapely.set_coordinates(divided, xy)
    return moved if np.ndim(geometry) else moved[0]


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
    along = np.diff(xy, axis=0)
    # From one ring to the next is no edge, but may be taken for one: then nothing is found to divide.
    is_long = (along[:, 0] ** 2 + along[:, 1] ** 2 >= (longest * _NEARLY) ** 2) & (owner[1:] == owner[:-1])
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
    onwards = _transformer(CGCS2000.to_wkt(), PLANE.to_wkt())
    return shapely.transform(longlat, lambda xy: np.column_stack(onwards.transform(xy[:, 0], xy[:, 1])))


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


def longlat_transform(crs: Any, shift: "Mapping[str, float] | None" = None) -> Any:
    """
    Return the function that takes (x, y) of a coordinate system to CGCS2000 (longitude, latitude).

    Parameters
    ----------
    crs
        The coordinate system the coordinates are in.
    shift
        The seven parameters from its datum to CGCS2000: ``dx, dy, dz`` in metres, ``rx, ry, rz`` in
        arc-seconds, ``ppm``; rotations in the position-vector convention; what is left out is zero.

    Raises
    ------
    CrsError
        For Xi'an 80 and Beijing 54 without parameters (PROJ would apply no shift, and say nothing),
        and for any datum to which PROJ knows no way.

    Examples
    --------
    >>> longitude, latitude = longlat_transform("EPSG:4527")(39500000.0, 2600000.0)
    >>> round(float(longitude), 6), round(float(latitude), 6)
    (117.0, 23.500801)
    """
    source = pyproj.CRS(crs)
    if source.geodetic_crs is None:
        message = (
            f"{describe(source)} is not tied to the earth, so it cannot be brought to CGCS2000. "
            'Give the right crs = "EPSG:…".'
        )
        raise CrsError(message)
    base = _base(source)
    to_base = _inverse if is_plane(source) else _transformer(source.to_wkt(), base.to_wkt()).transform
    if shift is not None:
        helmert = _helmert(base, shift)
        return lambda x, y: helmert.transform(*to_base(x, y))
    if _is_shiftless(source):
        return to_base
    old = _OLD_DATUMS.get(_datum_name(base))
    if old:
        message = (
            f"{describe(source)} is on the datum {old}; no public transformation to CGCS2000 is exact enough to decide "
            "a case. Give the parameters of your area as "
            "datum_shift = { dx = …, dy = …, dz = …, rx = …, ry = …, rz = …, ppm = … }, "
            "or deliver the layer in CGCS2000."
        )
        raise CrsError(message)
    return _known_way(source).transform


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


def is_plane(crs: Any) -> bool:
    """
    Say whether a coordinate system is the equal-area plane.

    Examples
    --------
    >>> is_plane(PLANE), is_plane("EPSG:4527")
    (True, False)
    """
    return crs is PLANE or (crs if isinstance(crs, pyproj.CRS) else pyproj.CRS(crs)) == PLANE


@lru_cache(maxsize=64)  # each part of a large file asks, and for a system without a code PROJ looks through all of them
def epsg_code(crs: pyproj.CRS) -> int | None:
    """
    Return the EPSG code of a coordinate system; nothing where it has none, or the match is not sure.

    Examples
    --------
    >>> epsg_code(CGCS2000), epsg_code(PLANE)
    (4490, None)
    """
    code: int | None = None if is_plane(crs) else crs.to_epsg()
    return code


def describe(crs: Any) -> str:
    """
    Name a coordinate system for people.

    Examples
    --------
    >>> describe("EPSG:4527")
    'EPSG:4527 (CGCS2000 / 3-degree Gauss-Kruger zone 39)'
    """
    system = pyproj.CRS(crs)
    code = epsg_code(system)
    return f"EPSG:{code} ({system.name})" if code else str(system.name)


def _inverse(x: Any, y: Any) -> tuple[Any, Any]:
    """Take the plane to longitude and latitude; PROJ's own inverse is a series that is off by about a millimetre."""
    onwards = _transformer(CGCS2000.to_wkt(), PLANE.to_wkt())
    near = onwards.transform(x, y, direction="INVERSE")
    reached = onwards.transform(*near)
    with np.errstate(invalid="ignore"):  # what lies outside of the plane stays infinite
        better = x + (x - reached[0]), y + (y - reached[1])
    longitude, latitude = onwards.transform(*better, direction="INVERSE")
    return longitude, latitude


@lru_cache(maxsize=64)
def _transformer(source_wkt: str, target_wkt: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source_wkt, target_wkt, always_xy=True)


def _known_way(source: pyproj.CRS) -> pyproj.Transformer:
    try:
        return pyproj.Transformer.from_crs(source, 4326, always_xy=True, allow_ballpark=False)
    except pyproj.exceptions.ProjError:
        message = (
            f"No transformation from {describe(source)} to CGCS2000 is known. "
            "Give datum_shift = { dx = …, dy = …, dz = … } for the layer, or deliver it in CGCS2000."
        )
        raise CrsError(message) from None


def _helmert(base: pyproj.CRS, shift: Mapping[str, float]) -> pyproj.Transformer:
    allowed = ("dx", "dy", "dz", "rx", "ry", "rz", "ppm")
    unknown = sorted(set(shift) - set(allowed))
    if unknown:
        message = f"datum_shift has unknown parameters {unknown}; known are {list(allowed)}."
        raise CrsError(message)
    names = dict(zip(allowed, ("x", "y", "z", "rx", "ry", "rz", "s"), strict=True))
    parameters = " ".join(f"+{names[name]}={value}" for name, value in shift.items())
    ellipsoid = base.ellipsoid
    assert ellipsoid is not None  # a geodetic system has one
    return pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=cart +a={ellipsoid.semi_major_metre} +rf={ellipsoid.inverse_flattening} "
        f"+step +proj=helmert {parameters} +convention=position_vector "
        "+step +inv +proj=cart +ellps=GRS80 "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )


def _base(crs: pyproj.CRS) -> pyproj.CRS:
    geodetic = crs.geodetic_crs
    assert geodetic is not None  # asked before
    return geodetic.to_2d()


def _datum_name(base: pyproj.CRS) -> str:
    name = (base.datum.name if base.datum else base.name).lower()
    return " ".join("".join(letter if letter.isalnum() else " " for letter in name).split())


def _is_shiftless(crs: pyproj.CRS) -> bool:
    name = _datum_name(_base(crs))
    return "china 2000" in name or "geodetic system 1984" in name or name in ("wgs 84", "wgs 1984")


def _metres_per_unit(crs: pyproj.CRS) -> float:
    axes = crs.axis_info
    return float(axes[0].unit_conversion_factor) if axes else 1.0


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
