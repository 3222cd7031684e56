"""
Coordinate systems: the equal-area plane, and the ways from one system to another.

CGCS2000 and WGS 84 count as equal; old datums are reached by their seven parameters only. All coordinates are
east, north (x, y), whatever the axis order of their coordinate system.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import LambertCylindricalEqualAreaConversion

from geoenforce.core.errors import CrsError

#: CGCS2000, longitude and latitude.
CGCS2000 = pyproj.CRS.from_epsg(4490)

#: The plane in which areas are computed. The meridian 105° E runs through the middle of China.
PLANE = ProjectedCRS(
    conversion=LambertCylindricalEqualAreaConversion(latitude_first_parallel=0, longitude_natural_origin=105),
    geodetic_crs=CGCS2000,
    name="CGCS2000 / cylindrical equal-area (geoenforce)",
)

_OLD_DATUMS = {"xian 1980": "Xi'an 80 (西安80)", "beijing 1954": "Beijing 54 (北京54)"}


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
    base = base_of(source)
    to_base = plane_to_longlat if is_plane(source) else transformer(source.to_wkt(), base.to_wkt()).transform
    if shift is not None:
        helmert = _helmert(base, shift)
        return lambda x, y: helmert.transform(*to_base(x, y))
    if is_shiftless(source):
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


def plane_to_longlat(x: Any, y: Any) -> tuple[Any, Any]:
    """
    Take places in the plane to longitude and latitude; PROJ's own inverse is a series that is off by a millimetre.

    Examples
    --------
    >>> longitude, latitude = plane_to_longlat(1_270_000.0, 2_528_000.0)
    >>> round(float(longitude), 4), round(float(latitude), 4)
    (116.4086, 23.4996)
    """
    onwards = transformer(CGCS2000.to_wkt(), PLANE.to_wkt())
    near = onwards.transform(x, y, direction="INVERSE")
    reached = onwards.transform(*near)
    with np.errstate(invalid="ignore"):  # what lies outside of the plane stays infinite
        better = x + (x - reached[0]), y + (y - reached[1])
    longitude, latitude = onwards.transform(*better, direction="INVERSE")
    return longitude, latitude


@lru_cache(maxsize=64)
def transformer(source_wkt: str, target_wkt: str) -> pyproj.Transformer:
    """
    Return PROJ's way between two systems that are given as WKT, each made once.

    Examples
    --------
    >>> transformer(CGCS2000.to_wkt(), CGCS2000.to_wkt()).transform(116.4, 23.5)
    (116.4, 23.5)
    """
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


def base_of(crs: pyproj.CRS) -> pyproj.CRS:
    """
    Return the longitude and latitude that a system tied to the earth rests on.

    Examples
    --------
    >>> base_of(pyproj.CRS("EPSG:4527")).to_epsg()
    4490
    """
    geodetic = crs.geodetic_crs
    assert geodetic is not None  # asked before
    return geodetic.to_2d()


def _datum_name(base: pyproj.CRS) -> str:
    name = (base.datum.name if base.datum else base.name).lower()
    return " ".join("".join(letter if letter.isalnum() else " " for letter in name).split())


def is_shiftless(crs: pyproj.CRS) -> bool:
    """
    Say whether a system's datum is CGCS2000 or WGS 84, which count as equal.

    Examples
    --------
    >>> is_shiftless(pyproj.CRS("EPSG:4527")), is_shiftless(pyproj.CRS("EPSG:4610"))  # Xi'an 80
    (True, False)
    """
    name = _datum_name(base_of(crs))
    return "china 2000" in name or "geodetic system 1984" in name or name in ("wgs 84", "wgs 1984")


def metres_per_unit(crs: pyproj.CRS) -> float:
    """
    Return how long a unit of a projected system is.

    Examples
    --------
    >>> metres_per_unit(pyproj.CRS("EPSG:4527"))
    1.0
    """
    axes = crs.axis_info
    return float(axes[0].unit_conversion_factor) if axes else 1.0
