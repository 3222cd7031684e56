"""What terrain hides: line of sight over an elevation raster instead of a plain disc."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj

from geoenforce.core.errors import InputError
from geoenforce.core.space import CGCS2000
from geoenforce.patrols.distance import Floats, Integers
from geoenforce.patrols.frames import Frame, spread
from geoenforce.patrols.sight import Edges
from geoenforce.patrols.spans import NO_SPANS, Spans, united

#: Height of the eyes of somebody who patrols, above the ground.
EYES_M = 2.0

_BATCH = 2000  # observers at a time


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
        inside = (column >= -0.5) & (column <= columns - 0.5) & (row >= -0.5) & (row <= rows - 0.5)
        column, row = np.clip(column, 0, columns - 1), np.clip(row, 0, rows - 1)
        return np.where(inside, _between(self.values.astype(float), row, column), np.nan)


def visible_from(edges: Edges, frame: Frame, elevation: Elevation) -> Spans:
    """
    Return the cells of the frame that somebody on each trip can see, with the eyes 2 m above the ground.

    The frame is divided into square cells as high as a row. The patrol looks from every cell it passes, to
    the ground at the middle of every cell within sight; what lies between is looked at once per cell. A cell
    without a height hides nothing and can be seen.

    Returns
    -------
    spans
        A united set; the places of trip n are raised by n × `frame.size`, as in `seen_from`. It reaches up to
        two cells further than the sight.
    """
    if not len(edges.trip):
        return NO_SPANS
    columns = int(frame.width // frame.row_m)
    ground = _heights(frame, columns, elevation)
    trip, cell = _passed(edges, frame, columns)
    reach = float(edges.sight_m.max()) + 2 * frame.row_m  # the disc itself is cut exactly, by `seen_from`
    observers, at = np.unique(cell, return_inverse=True)
    views = [
        _views(ground, observers[first : first + _BATCH], reach / frame.row_m)
        for first in range(0, len(observers), _BATCH)
    ]
    seen = np.concatenate([view for part in views for view in part] or [np.zeros(0, dtype=np.int64)])
    counts = np.array([len(view) for part in views for view in part], dtype=np.int64)
    starts = np.cumsum(counts) - counts
    owner, number = spread(counts[at])
    visible = seen[starts[at][owner] + number]
    pairs = np.unique(trip[owner] * ground.size + visible)
    row, column = np.divmod(pairs % ground.size, columns)
    west = (pairs // ground.size) * frame.size + row * frame.width + column * frame.row_m
    return united(Spans(west, west + frame.row_m))


def _heights(frame: Frame, columns: int, elevation: Elevation) -> Floats:
    """Sample the ground at the middle of every cell; what is unknown is taken as very low."""
    y, x = np.mgrid[: frame.rows, :columns] + 0.5
    longitude, latitude = frame.longlat(x.ravel() * frame.row_m, y.ravel() * frame.row_m)
    return elevation.at(longitude, latitude).reshape(frame.rows, columns)


def _passed(edges: Edges, frame: Frame, columns: int) -> tuple[Integers, Integers]:
    """List the cells that each trip passes, sampled at every half cell."""
    length = np.hypot(edges.x2 - edges.x1, edges.y2 - edges.y1)
    count = np.ceil(length / frame.row_m * 2).astype(np.int64) + 1
    edge, number = spread(count)
    share = number / np.maximum(count - 1, 1)[edge]
    x = edges.x1[edge] + share * (edges.x2 - edges.x1)[edge]
    y = edges.y1[edge] + share * (edges.y2 - edges.y1)[edge]
    column, row = np.floor(x / frame.row_m).astype(np.int64), np.floor(y / frame.row_m).astype(np.int64)
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < frame.rows)
    cells = frame.rows * columns
    pairs = np.unique(edges.trip[edge][inside] * cells + (row * columns + column)[inside])
    return pairs // cells, pairs % cells


def _views(ground: Floats, observers: Integers, reach: float) -> list[Integers]:
    """List the cells that can be seen from each of some cells."""
    rows, columns = ground.shape
    down, right = _offsets(reach)
    row, column = np.divmod(observers, columns)
    target_row, target_column = row[:, None] + down, column[:, None] + right
    inside = (target_row >= 0) & (target_row < rows) & (target_column >= 0) & (target_column < columns)
    eyes = ground[row, column][:, None] + EYES_M
    flat = np.clip(target_row, 0, rows - 1) * columns + np.clip(target_column, 0, columns - 1)
    target = ground.ravel()[flat]
    hidden = np.zeros(flat.shape, dtype=bool)
    for step in range(1, int(np.ceil(reach))):
        between = step < np.maximum(np.abs(down), np.abs(right))
        share = step / np.maximum(np.maximum(np.abs(down), np.abs(right)), 1)[between]
        height = _between(
            ground,
            np.clip(row[:, None] + down[between] * share, 0, rows - 1),
            np.clip(column[:, None] + right[between] * share, 0, columns - 1),
        )
        hidden[:, between] |= height > eyes + (target[:, between] - eyes) * share
    return [flat[number][inside[number] & ~hidden[number]] for number in range(len(observers))]


def _offsets(reach: float) -> tuple[Integers, Integers]:
    """List the cells within reach of a cell."""
    span = np.arange(-int(np.ceil(reach)), int(np.ceil(reach)) + 1)
    down, right = (grid.ravel() for grid in np.meshgrid(span, span, indexing="ij"))
    near = np.hypot(down, right) <= reach
    return down[near], right[near]


def _between(values: Floats, row: Floats, column: Floats) -> Floats:
    """Interpolate between the four nearest cells."""
    top, left = np.floor(row).astype(np.int64), np.floor(column).astype(np.int64)
    top, left = np.minimum(top, values.shape[0] - 2), np.minimum(left, values.shape[1] - 2)
    down, right = row - top, column - left
    upper = values[top, left] * (1 - right) + values[top, left + 1] * right
    lower = values[top + 1, left] * (1 - right) + values[top + 1, left + 1] * right
    found: Floats = upper * (1 - down) + lower * down
    return found
