"""
GCJ-02, the shifted datum of Chinese internet maps, and the way back.

GCJ-02 is for display only: every stored position is WGS-84 or CGCS2000.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def wgs84_to_gcj02(longitude: Any, latitude: Any) -> tuple[Floats, Floats]:
    """
    Shift WGS-84 positions to GCJ-02, the datum of Chinese internet maps.

    Parameters
    ----------
    longitude, latitude
        Degrees, numbers or arrays. Positions outside China are returned unchanged.

    Examples
    --------
    >>> longitude, latitude = wgs84_to_gcj02(116.3974, 39.9093)
    >>> round(float(longitude), 4), round(float(latitude), 4)
    (116.4036, 39.9107)
    """
    x, y = np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float)
    dx, dy = _gcj02_offset(x, y)
    inside = _in_china(x, y)
    return np.where(inside, x + dx, x), np.where(inside, y + dy, y)


def gcj02_to_wgs84(longitude: Any, latitude: Any) -> tuple[Floats, Floats]:
    """
    Shift GCJ-02 positions back to WGS-84, to a millimetre.

    Parameters
    ----------
    longitude, latitude
        Degrees, numbers or arrays. Positions outside China are returned unchanged.

    Examples
    --------
    >>> there = wgs84_to_gcj02(116.4, 23.5)
    >>> longitude, latitude = gcj02_to_wgs84(*there)
    >>> round(float(longitude), 8), round(float(latitude), 8)
    (116.4, 23.5)
    """
    x, y = np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float)
    inside = _in_china(x, y)
    true_x, true_y = x, y
    for _ in range(8):  # the offset changes by less than 1 part in 1000, so each round gains three digits
        dx, dy = _gcj02_offset(true_x, true_y)
        true_x, true_y = x - dx, y - dy
    return np.where(inside, true_x, x), np.where(inside, true_y, y)


def _in_china(x: Floats, y: Floats) -> npt.NDArray[np.bool_]:
    return (x >= 72.004) & (x <= 137.8347) & (y >= 0.8293) & (y <= 55.8271)


def _gcj02_offset(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Return the offset in degrees; a sum of sine waves on the Krasovsky ellipsoid."""
    semi_major, eccentricity = 6378245.0, 0.00669342162296594323
    x, y = longitude - 105.0, latitude - 35.0
    root = np.sqrt(np.abs(x))
    ripple = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + 2 / 3 * _waves(ripple, y, ((20, 1), (40, 3), (160, 12), (320, 30)))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = east + 2 / 3 * _waves(ripple, x, ((20, 1), (40, 3), (150, 12), (300, 30)))
    phi = np.radians(latitude)
    flat = 1 - eccentricity * np.sin(phi) ** 2
    along_meridian = semi_major * (1 - eccentricity) / flat**1.5
    along_parallel = semi_major / np.sqrt(flat) * np.cos(phi)
    return np.degrees(east / along_parallel), np.degrees(north / along_meridian)


def _waves(ripple: Floats, along: Floats, waves: tuple[tuple[float, float], ...]) -> Floats:
    """Add sine waves along an axis to a ripple, each given by its height and half its length in degrees."""
    for height, half_length in waves:
        ripple = ripple + height * np.sin(np.pi / half_length * along)
    return ripple
