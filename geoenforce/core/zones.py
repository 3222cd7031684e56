"""The Gauss-Krüger zones of CGCS2000."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj

from geoenforce.core.errors import CrsError


def gauss_kruger(zone: int, *, width_degrees: int = 3, prefixed: bool = True) -> pyproj.CRS:
    """
    Return the CGCS2000 Gauss-Krüger system of a zone.

    Parameters
    ----------
    zone
        25 to 45 for zones of 3 degrees, 13 to 23 for zones of 6 degrees.
    width_degrees
        3 or 6.
    prefixed
        Whether eastings begin with the zone number (8 digits).

    Raises
    ------
    CrsError
        If there is no such zone in China.

    Notes
    -----
    Source: EPSG registry; 3° with prefix 4488 + zone, without 4534 + (central meridian − 75) / 3.

    Examples
    --------
    >>> gauss_kruger(39).to_epsg(), gauss_kruger(39, prefixed=False).to_epsg()
    (4527, 4548)
    >>> gauss_kruger(20, width_degrees=6).to_epsg(), gauss_kruger(20, width_degrees=6, prefixed=False).to_epsg()
    (4498, 4509)
    """
    first, last, with_prefix, without = (25, 45, 4513, 4534) if width_degrees == 3 else (13, 23, 4491, 4502)
    if width_degrees not in (3, 6) or not first <= zone <= last:
        message = (
            f"There is no {width_degrees}-degree zone {zone} in China; "
            "3-degree zones are 25 to 45, 6-degree zones 13 to 23."
        )
        raise CrsError(message)
    return pyproj.CRS.from_epsg((with_prefix if prefixed else without) + zone - first)


def zone_at(longitude: float, *, width_degrees: int = 3) -> int:
    """
    Return the number of the zone that a longitude lies in.

    Examples
    --------
    >>> zone_at(116.4), zone_at(116.4, width_degrees=6)
    (39, 20)
    """
    if width_degrees == 3:
        return int(np.floor((longitude + 1.5) / 3))
    return int(np.floor(longitude / 6)) + 1


@dataclass(frozen=True)
class Zone:
    """A Gauss-Krüger zone by its number and width."""

    number: int
    width_degrees: int = 3

    @property
    def crs(self) -> pyproj.CRS:
        """
        Return its system, with the number before the eastings as boundary points carry it.

        Examples
        --------
        >>> Zone(39).crs.to_epsg()
        4527
        """
        return gauss_kruger(self.number, width_degrees=self.width_degrees)


def zone_of(crs: Any, longitude: float) -> Zone:
    """
    Return the zone of a CGCS2000 system; for any other system, the 3-degree zone that a longitude lies in.

    Parameters
    ----------
    crs
        A coordinate system; that of a zone with or without the number before its eastings.
    longitude
        In degrees; what it decides where the system is that of no zone.

    Examples
    --------
    >>> zone_of("EPSG:4527", 120.0) == zone_of("EPSG:4548", 120.0) == zone_of("EPSG:4490", 116.4) == Zone(39)
    True
    >>> zone_of("EPSG:4498", 116.4)
    Zone(number=20, width_degrees=6)
    """
    code = pyproj.CRS(crs).to_epsg() or 0
    for first_code, first, count, width in _ZONES:
        if first_code <= code < first_code + count:
            return Zone(code - first_code + first, width)
    return Zone(zone_at(longitude))


#: EPSG code of the first zone, its number, how many there are, and their width.
_ZONES = ((4491, 13, 11, 6), (4502, 13, 11, 6), (4513, 25, 21, 3), (4534, 25, 21, 3))


def zone_prefix(easting: float) -> int | None:
    """
    Read the zone number at the head of an easting; None where there is none.

    Examples
    --------
    >>> zone_prefix(39500123.4), zone_prefix(20500123.4), zone_prefix(500123.4)
    (39, 20, None)
    """
    zone = int(easting // 1_000_000)
    return zone if 25 <= zone <= 45 or 13 <= zone <= 23 else None
