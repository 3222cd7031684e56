"""The heights of the ground, from an elevation raster."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj

from geoenforce.core.errors import InputError
from geoenforce.core.space import CGCS2000
from geoenforce.patrols.distance import Floats
from geoenforce.patrols.frames import Frame

Heights = npt.NDArray[np.float32]

_KNOT = 16  # cells from one place that is projected to the next; between them the projection is taken as even
_BLOCK = 128  # rows at a time


@dataclass(frozen=True)
class Elevation:
    """
    Heights of the ground, as a raster file holds them.

    Examples
    --------
    A plane that rises by one metre per column; positions between the centres are interpolated:

    >>> heights = Elevation(np.arange(12.0).reshape(1, -1).repeat(5, axis=0), (0.01, 0, 116.0, 0, -0.01, 23.5), 4490)
    >>> heights.at(np.array([116.02]), np.array([23.48])).round(6).tolist()
    [1.5]
    """

    values: "npt.NDArray[Any]"  # metres, rows from north to south; NaN where nothing is known
    transform: tuple[float, float, float, float, float, float]  # x = a·column + b·row + c, y = d·column + e·row + f
    crs: Any

    def at(self, longitude: Floats, latitude: Floats) -> Floats:
        """
        Return the height at positions in degrees, between the cells' centres; NaN outside of the raster.

        Raises
        ------
        InputError
            If the raster has fewer than two rows or columns, or its transform cannot be inverted.
        """
        return self.between(*self.places(longitude, latitude))

    def places(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        """
        Return the row and column of positions in degrees; 0 is the middle of the first cell.

        Raises
        ------
        InputError
            As `at`.

        Examples
        --------
        >>> heights = Elevation(np.zeros((2, 3)), (0.01, 0, 116.0, 0, -0.01, 23.5), 4490)
        >>> [place.round(6).tolist() for place in heights.places(np.array([116.02]), np.array([23.48]))]
        [[1.5], [1.5]]
        """
        a, b, c, d, e, f = self.transform[:6]
        rows, columns = self.values.shape
        if min(rows, columns) < 2 or a * e == b * d:
            message = (
                f"The elevation raster has {rows} rows, {columns} columns and the transform {self.transform}; expected "
                "at least two of each, and a transform as rasterio gives it (a, b, c, d, e, f)."
            )
            raise InputError(message)
        onwards = pyproj.Transformer.from_crs(CGCS2000, pyproj.CRS(self.crs), always_xy=True)
        x, y = onwards.transform(longitude, latitude)
        column = (e * (x - c) - b * (y - f)) / (a * e - b * d) - 0.5
        row = (a * (y - f) - d * (x - c)) / (a * e - b * d) - 0.5
        return row, column

    def between(self, row: Floats, column: Floats) -> Floats:
        """
        Interpolate between the four cells nearest to places; NaN outside of the raster.

        Examples
        --------
        >>> heights = Elevation(np.array([[0.0, 1.0], [0.0, 1.0]]), (1.0, 0, 0, 0, -1.0, 0), 4490)
        >>> heights.between(np.array([0.5, 0.5]), np.array([0.25, 1.75])).tolist()
        [0.25, nan]
        """
        rows, columns = self.values.shape
        inside = (column >= -0.5) & (column <= columns - 0.5) & (row >= -0.5) & (row <= rows - 0.5)
        row, column = np.where(inside, row, 0.0), np.where(inside, column, 0.0)
        row, column = np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)
        top = np.minimum(row.astype(np.int64), rows - 2)
        left = np.minimum(column.astype(np.int64), columns - 2)
        down, right, flat = row - top, column - left, self.values.ravel()
        at = top * columns + left
        upper = flat[at] * (1 - right) + flat[at + 1] * right
        lower = flat[at + columns] * (1 - right) + flat[at + columns + 1] * right
        return np.where(inside, upper * (1 - down) + lower * down, np.nan)


def heights_of(frame: Frame, pad: int, elevation: Elevation) -> Heights:
    """
    Sample the ground at the middles of the square cells of a frame, as high as its rows.

    Parameters
    ----------
    frame
        The frame; its first cell is in the south-west.
    pad
        How many cells to add on each side.
    elevation
        The raster; only every sixteenth cell is projected to it, which errs by less than a millimetre.

    Returns
    -------
    heights
        In metres, rows from south to north; NaN where nothing is known.

    Examples
    --------
    A plane that rises to the east by 1 m per 0.001°, which is 102.1 m at this latitude; cells of 10 m:

    >>> from geoenforce.patrols.frames import frame_of, lines_to_plane
    >>> import shapely
    >>> rise = Elevation(np.arange(200.0).reshape(1, -1).repeat(200, axis=0), (0.001, 0, 116.3, 0, -0.001, 23.6), 4490)
    >>> corners = lines_to_plane(shapely.LineString([(116.4, 23.5), (116.41, 23.51)]))
    >>> frame = frame_of(shapely.bounds(corners), 0.0, 10.0)
    >>> heights = heights_of(frame, 1, rise)
    >>> round(float(np.diff(heights[5]).mean() * 102.1), 2)
    10.0
    """
    rows, columns = frame.rows + 2 * pad, int(frame.width // frame.row_m) + 2 * pad
    down, right = (np.arange(0, count + _KNOT, _KNOT) for count in (rows, columns))
    y, x = ((0.5 - pad + knots) * frame.row_m for knots in (down, right))
    grid_x, grid_y = np.meshgrid(x, y)
    knots = elevation.places(*frame.longlat(grid_x.ravel(), grid_y.ravel()))
    left, right_share = np.divmod(np.arange(columns), _KNOT)
    wide = [_mixed(knot.reshape(grid_x.shape).T, left, right_share / _KNOT).T for knot in knots]
    found = np.empty((rows, columns), dtype=np.float32)
    for first in range(0, rows, _BLOCK):
        top, share = np.divmod(np.arange(first, min(first + _BLOCK, rows)), _KNOT)
        found[first : first + _BLOCK] = elevation.between(*(_mixed(place, top, share / _KNOT) for place in wide))
    return found


def _mixed(values: Floats, first: Any, share: Floats) -> Floats:
    """Interpolate between rows and the rows after them."""
    found: Floats = values[first] * (1 - share)[:, None] + values[first + 1] * share[:, None]
    return found
