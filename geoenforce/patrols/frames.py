"""A township laid out in rows, in a plane that keeps areas and is true to scale at its middle."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
import shapely

from geoenforce.core.space import CGCS2000, PLANE
from geoenforce.patrols.distance import Floats, Integers

_SQUARED_ECCENTRICITY = 0.006694380022903416
_SEMI_MAJOR_M = 6378137.0
_TO_PLANE = pyproj.Transformer.from_crs(CGCS2000, PLANE, always_xy=True)


@dataclass(frozen=True)
class Frame:
    """
    A rectangle around a township, divided into rows of equal height.

    The equal-area plane is squeezed from east to west and stretched from south to north by one factor, so
    areas stay what they are and distances at the middle latitude become true. `rows` are counted from the
    south; a place is told by one number, row × width + x.
    """

    origin: tuple[float, float]  # south-western corner in the plane
    squeeze: float
    width: float
    rows: int
    row_m: float

    @property
    def size(self) -> float:
        """Return the number that no place of the frame reaches."""
        return self.rows * self.width

    def lay(self, geometry: Any) -> Any:
        """Bring geometry from the plane into the frame."""
        factor = np.array([self.squeeze, 1 / self.squeeze])
        return shapely.transform(geometry, lambda xy: (xy - self.origin) * factor)

    def bounds(self, margin_m: float) -> tuple[float, float, float, float]:
        """Return west, south, east and north in the plane, with a margin."""
        west, south = self.origin[0] - margin_m / self.squeeze, self.origin[1] - margin_m * self.squeeze
        east = self.origin[0] + (self.width + margin_m) / self.squeeze
        return west, south, east, self.origin[1] + (self.rows * self.row_m + margin_m) * self.squeeze

    def longlat(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return the longitude and latitude of places of the frame."""
        longitude, latitude = _TO_PLANE.transform(
            x / self.squeeze + self.origin[0], y * self.squeeze + self.origin[1], direction="INVERSE"
        )
        return longitude, latitude


def frame_of(bounds: Floats, margin_m: float, row_m: float) -> Frame:
    """
    Lay a frame around bounds in the plane, with a margin.

    Examples
    --------
    A square kilometre at 23.5° N stays a square kilometre:

    >>> from geoenforce.core.space import polygons_to_plane
    >>> square = polygons_to_plane(shapely.box(116.4, 23.5, 116.41, 23.51), 4490)
    >>> frame = frame_of(shapely.bounds(square), 0.0, 10.0)
    >>> round(float(shapely.area(frame.lay(square)) / shapely.area(square)), 9)
    1.0
    >>> [round(float(side), 1) for side in shapely.bounds(frame.lay(square))[2:]]
    [1021.4, 1107.5]
    """
    west, south, east, north = (float(side) for side in bounds)
    _, latitude = _TO_PLANE.transform((west + east) / 2, (south + north) / 2, direction="INVERSE")
    phi = np.radians(latitude)
    squeeze = float(np.cos(phi) / np.sqrt(1 - _SQUARED_ECCENTRICITY * np.sin(phi) ** 2))
    origin = (west - margin_m / squeeze, south - margin_m * squeeze)
    width = (east - west) * squeeze + 2 * margin_m
    rows = int(np.ceil(((north - south) / squeeze + 2 * margin_m) / row_m)) + 1
    return Frame(origin, squeeze, width + row_m, rows, row_m)


def lines_to_plane(geometry: Any) -> Any:
    """
    Bring lines from EPSG:4490 to the equal-area plane.

    Examples
    --------
    >>> line = lines_to_plane(np.array([shapely.LineString([(105, 0), (106, 0)])]))
    >>> round(float(shapely.length(line)[0]), 2)
    111319.49
    """
    return shapely.transform(geometry, lambda xy: np.column_stack(_TO_PLANE.transform(xy[:, 0], xy[:, 1])))


def rows_between(frame: Frame, low: Floats, high: Floats) -> tuple[Integers, Integers]:
    """
    Return the first row whose middle lies at or above `low`, and how many there are below `high`.

    Examples
    --------
    >>> rows_between(Frame((0.0, 0.0), 1.0, 100.0, 10, 10.0), np.array([5.0]), np.array([25.0]))
    (array([0]), array([2]))
    """
    first = np.clip(np.ceil(low / frame.row_m - 0.5), 0, frame.rows).astype(np.int64)
    after = np.clip(np.ceil(high / frame.row_m - 0.5), 0, frame.rows).astype(np.int64)
    return first, np.maximum(after - first, 0)


def spread(counts: Integers) -> tuple[Integers, Integers]:
    """
    Repeat positions by counts, and number each repetition from 0.

    Examples
    --------
    >>> [numbers.tolist() for numbers in spread(np.array([2, 0, 1]))]
    [[0, 0, 2], [0, 1, 0]]
    """
    owner = np.repeat(np.arange(len(counts)), counts)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
