"""
The coordinate system of a layer, checked at the door against the numbers of its coordinates.

A wrong coordinate system does not crash: it puts the land somewhere else. So each contradiction stops
the run with an error that says what to write into the configuration.
"""

from typing import Any

import numpy as np
import pyproj
import shapely

from geoenforce.core.errors import CrsError, GeoenforceError
from geoenforce.core.sentences import say
from geoenforce.core.space import CGCS2000, Floats, describe, epsg_code, is_plane, longlat_transform
from geoenforce.core.terms import Action
from geoenforce.core.zones import gauss_kruger, zone_prefix
from geoenforce.inputs.reading import Delivery, Geometries, Problem

CHINA = (73.0, 3.0, 136.0, 54.5)  # west, south, east, north, in degrees
_WIDEST_M = 1_000_000.0  # an easting this far from its central meridian belongs to another zone
_MOST_DEGREES = 180.0


def settle_crs(delivery: Delivery, crs: str | None, shift: dict[str, float] | None) -> tuple[pyproj.CRS, list[Problem]]:
    """
    Decide which coordinate system a layer is in, and refuse one that its numbers contradict.

    Parameters
    ----------
    delivery
        The layer as delivered.
    crs
        What the configuration says; it wins over the file.
    shift
        The parameters from an old datum, where the configuration has them.

    Returns
    -------
    crs
        The system, by its EPSG code where it has one.
    problems
        A note where the configuration overrules the file.

    Raises
    ------
    CrsError
        If there is none, if the zone is not clear, if degrees stand where metres should (or the
        reverse), if eastings carry another zone than the system, if the axes are swapped, or if the
        datum is an old one without a declared shift.
    """
    middle = _middle(delivery.geometry)
    declared = _from_configuration(crs, delivery) if crs else delivery.crs
    if declared is None:
        raise CrsError(_missing(delivery, middle))
    chosen = by_code(declared)
    if middle is not None:
        _refuse_contradiction(delivery, chosen, middle)
    try:
        to_longlat = longlat_transform(chosen, shift)
    except GeoenforceError as error:
        message = f"{delivery.where}: {error}"
        raise CrsError(message) from None
    if middle is not None:
        _refuse_swapped(delivery, chosen, middle, to_longlat)
    return chosen, _overruled(delivery, chosen) if crs else []


def by_code(crs: pyproj.CRS) -> pyproj.CRS:
    """
    Replace a coordinate system by the one of its EPSG code, so that equal systems compare equal.

    ESRI writes the same systems with other names. Only a sure match counts: less than pyproj's
    default confidence has been seen to give the wrong zone.

    Examples
    --------
    >>> by_code(pyproj.CRS(pyproj.CRS(4527).to_wkt("WKT1_ESRI"))) == pyproj.CRS(4527)
    True
    """
    code = epsg_code(crs)
    known = pyproj.CRS.from_epsg(code) if code else crs
    return known.to_2d() if len(known.axis_info) > 2 else known


def misplaced(geometry: Geometries, crs: pyproj.CRS) -> Any:
    """
    Mark the rows whose coordinates the system cannot hold, though most of its layer is right.

    Examples
    --------
    >>> both = np.array([shapely.box(116, 23, 117, 24), shapely.box(39500000, 1, 39500001, 2)])
    >>> misplaced(both, pyproj.CRS(4490)).tolist()
    [False, True]
    """
    west, south, east, north = shapely.bounds(geometry).T
    if crs.is_geographic:
        return (west < -2 * _MOST_DEGREES) | (east > 2 * _MOST_DEGREES) | (south < -90) | (north > 90)
    false_easting = _false_easting(crs)
    if false_easting is None:
        return np.zeros(len(geometry), dtype=bool)
    return (west < false_easting - _WIDEST_M) | (east > false_easting + _WIDEST_M)


def _from_configuration(crs: str, delivery: Delivery) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        message = f'{delivery.where}: {crs!r} is no coordinate system; write its EPSG code, such as crs = "EPSG:4527".'
        raise CrsError(message) from None


def _middle(geometry: Geometries) -> tuple[float, float] | None:
    """Return the median of the shapes' centres: one stray shape does not move it."""
    bounds = shapely.bounds(geometry)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return None
    x, y = np.median((bounds[:, :2] + bounds[:, 2:]) / 2, axis=0)
    return float(x), float(y)


def _missing(delivery: Delivery, middle: tuple[float, float] | None) -> str:
    beside = " (a shapefile's is in its .prj)" if delivery.file.lower().endswith((".shp", ".zip")) else ""
    where = f"{delivery.where} names no coordinate system{beside}"
    if middle is None:
        return f'{where}. Give it in the configuration: crs = "EPSG:…".'
    return f"{where}. Its coordinates are around {_shown(middle)}: {_guess(*middle)}"


def _guess(x: float, y: float) -> str:
    """Say which coordinate system the numbers look like, as a line for the configuration."""
    if _in_china(x, y):
        return 'longitude and latitude in degrees. If they are CGCS2000, write crs = "EPSG:4490".'
    if _in_china(y, x):
        return 'latitude stands before longitude. Swap the two, then write crs = "EPSG:4490".'
    if zone_prefix(y) is not None and zone_prefix(x) is None:
        return f"north stands before east. Swap the two, then write {_zone_line(y)}."
    if zone_prefix(x) is not None:
        return f"eastings begin with the zone number {zone_prefix(x)}. If they are CGCS2000, write {_zone_line(x)}."
    if 100_000 <= x <= 900_000 and 400_000 <= y <= 6_100_000:
        return _unclear_zone()
    return 'they fit no system of CGCS2000. Ask whoever delivered the file, then write crs = "EPSG:…".'


def _unclear_zone() -> str:
    lines = ", ".join(f"{meridian}° E: EPSG:{4534 + (meridian - 75) // 3}" for meridian in (114, 117, 120))
    return (
        "eastings of 6 digits, which do not tell the central meridian of their zone. Ask whoever delivered the file, "
        f'then write the 3-degree zone of CGCS2000 as crs = "EPSG:…" ({lines}; in general 4534 + (meridian - 75) / 3).'
    )


def _zone_line(easting: float) -> str:
    zone = zone_prefix(easting)
    assert zone is not None  # asked before
    return f'crs = "EPSG:{gauss_kruger(zone, width_degrees=3 if zone >= 25 else 6).to_epsg()}"'


def _refuse_contradiction(delivery: Delivery, crs: pyproj.CRS, middle: tuple[float, float]) -> None:
    x, y = middle
    is_degrees = abs(x) <= _MOST_DEGREES and abs(y) <= _MOST_DEGREES
    said = f"{delivery.where} is said to be in {describe(crs)}, but its coordinates are around {_shown(middle)}: "
    contradiction = _contradiction(crs, x, y, is_degrees=is_degrees)
    if contradiction:
        raise CrsError(said + contradiction)


def _contradiction(crs: pyproj.CRS, x: float, y: float, *, is_degrees: bool) -> str:
    if crs.is_geographic and not is_degrees:
        return f"metres, not degrees: {_guess(x, y)}"
    if is_plane(crs) or not crs.is_projected:
        return ""
    if is_degrees and (_in_china(x, y) or _in_china(y, x)):
        return f"degrees, not metres: {_guess(x, y)}"
    false_easting = _false_easting(crs)
    if false_easting is None or abs(x - false_easting) <= _WIDEST_M / 2:
        return ""
    if zone_prefix(x) is None and abs(y - false_easting) <= _WIDEST_M / 2:
        return "north stands before east. Swap the two and deliver the file again."
    return _other_zone(crs, x)


def _other_zone(crs: pyproj.CRS, x: float) -> str:
    prefix, false_easting = zone_prefix(x), _false_easting(crs)
    if prefix is not None:
        datum = "" if crs.geodetic_crs == CGCS2000 else " (on CGCS2000; for another datum, the zone of that datum)"
        return f"the eastings begin with {prefix}, which is another zone. Write {_zone_line(x)}{datum}."
    if false_easting is not None and false_easting > _WIDEST_M and 0 < x < _WIDEST_M:
        meridian = _central_meridian(crs)
        code = (
            f'"EPSG:{4534 + round((meridian - 75) / 3)}"' if meridian % 3 == 0 and 75 <= meridian <= 135 else '"EPSG:…"'
        )
        return (
            f"the eastings carry no zone number. If the central meridian {meridian:g}° E is right, write crs = {code}; "
            "else ask whoever delivered the file."
        )
    return 'they lie outside of that zone. Ask whoever delivered the file, then write crs = "EPSG:…".'


def _refuse_swapped(delivery: Delivery, crs: pyproj.CRS, middle: tuple[float, float], to_longlat: Any) -> None:
    x, y = middle
    if is_plane(crs) or _in_china(*_position(to_longlat, x, y)) or not _in_china(*_position(to_longlat, y, x)):
        return
    order = "latitude stands before longitude" if crs.is_geographic else "north stands before east"
    message = (
        f"{delivery.where} is in {describe(crs)}, and its coordinates around {_shown(middle)} lie outside of China, "
        f"but inside if swapped: {order}. Swap the two (QGIS: 'Swap X and Y coordinates') and deliver the file again."
    )
    raise CrsError(message)


def _position(to_longlat: Any, x: float, y: float) -> Floats:
    return np.asarray(to_longlat(np.array([x]), np.array([y])), dtype=float)[:2, 0]


def _overruled(delivery: Delivery, chosen: pyproj.CRS) -> list[Problem]:
    if delivery.crs is None or by_code(delivery.crs) == chosen:
        return []
    said, taken = describe(by_code(delivery.crs)), describe(chosen)
    return [Problem("crs_overruled", say("crs_overruled", said=said, taken=taken), Action.NOTED)]


def _false_easting(crs: pyproj.CRS) -> float | None:
    """Return the false easting of a transverse Mercator system; None for other projections."""
    return _parameter(crs, "False easting")


def _central_meridian(crs: pyproj.CRS) -> float:
    return _parameter(crs, "Longitude of natural origin") or 0.0


def _parameter(crs: pyproj.CRS, name: str) -> float | None:
    operation = crs.coordinate_operation
    if operation is None or "Transverse Mercator" not in operation.method_name:
        return None
    return next((float(one.value) for one in operation.params if one.name == name), None)


def _in_china(longitude: float, latitude: float) -> bool:
    west, south, east, north = CHINA
    return west <= longitude <= east and south <= latitude <= north


def _shown(position: tuple[float, float]) -> str:
    return f"({position[0]:.10g}, {position[1]:.10g})"
