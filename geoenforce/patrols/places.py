"""In whose township a position lies: a raster for most positions, the exact border for the rest."""

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geoenforce.core.space import CGCS2000, from_plane, to_plane
from geoenforce.patrols.distance import Flags, Floats, Integers

OUTSIDE = -1
_BORDER = -2
_FEWEST_CELLS, _MOST_CELLS = 64, 1000  # along each side of the raster
_NEAR, _ROUNDING = 0.125, 0.001  # of a cell


@dataclass(frozen=True)
class Places:
    """
    Townships laid out for fast look-ups of positions in degrees.

    `codes` are the townships in ascending order; a township's number is its position there.
    """

    codes: list[str]
    shapes: Any  # their polygons in EPSG:4490
    corner: tuple[float, float]
    cell: tuple[float, float]
    grid: "npt.NDArray[np.int32]"  # rows from south to north; number of the township, or _BORDER
    _one_by_one: Lock = field(default_factory=Lock, compare=False)  # a prepared shape serves one thread at a time

    def numbers(self, longitude: Floats, latitude: Floats) -> Integers:
        """
        Return the number of each position's township, or `OUTSIDE`; a shared border belongs to the lower code.

        Examples
        --------
        >>> townships = gpd.GeoDataFrame(index=["445202102", "445202101"], crs=4490,
        ...     geometry=[shapely.box(116.4, 23.5, 116.5, 23.6), shapely.box(116.3, 23.5, 116.4, 23.6)])
        >>> places_of(townships, 3).numbers(np.array([116.35, 116.4, 116.6]), np.full(3, 23.55)).tolist()
        [0, 0, -1]
        """
        from geoenforce.patrols.loops import cells_of

        found = cells_of(longitude, latitude, self.corner, self.cell, self.grid, OUTSIDE)
        near = np.flatnonzero(found == _BORDER)
        with self._one_by_one:
            found[near] = _exact(self.shapes, longitude[near], latitude[near])
        return found


def places_of(townships: gpd.GeoDataFrame, positions: int) -> Places:
    """
    Lay out townships for looking up about so many positions.

    Parameters
    ----------
    townships
        Table TOWNSHIPS, in any coordinate system that `to_plane` accepts.
    positions
        How many look-ups will follow: the more, the finer the raster. It changes no result.
    """
    ordered = townships.sort_index()
    # By way of the plane, so that long edges bend as everywhere else.
    shapes = from_plane(to_plane(ordered), CGCS2000).geometry.to_numpy()
    shapely.prepare(shapes)
    bounds = shapely.total_bounds(shapes)
    side = int(np.clip(np.sqrt(positions) / 2, _FEWEST_CELLS, _MOST_CELLS))
    cell = (bounds[2:] - bounds[:2]) / side
    corner = bounds[:2] - 2 * cell
    grid = _grid(shapes, corner, cell, side + 4)
    codes = [str(code) for code in ordered.index]
    return Places(codes, shapes, (float(corner[0]), float(corner[1])), (float(cell[0]), float(cell[1])), grid)


def _grid(shapes: Any, corner: Floats, cell: Floats, side: int) -> "npt.NDArray[np.int32]":
    """Mark the cells near a border; a stretch of a row between them lies in one township, so one test decides it."""
    is_border = _near_borders(shapes, corner, cell, side)
    starts = ~is_border
    starts[:, 1:] &= is_border[:, :-1]
    row, column = np.nonzero(starts)
    values = _exact(shapes, corner[0] + (column + 0.5) * cell[0], corner[1] + (row + 0.5) * cell[1])
    stretch = np.cumsum(starts.ravel()) - 1
    filled = np.where(is_border.ravel(), _BORDER, values[np.maximum(stretch, 0)])
    return filled.reshape(side, side).astype(np.int32)


def _near_borders(shapes: Any, corner: Floats, cell: Floats, side: int) -> Flags:
    """Mark every cell that a border may touch: none of its points is farther than 1/8 of a cell from a vertex."""
    scaled = shapely.transform(shapely.boundary(shapes), lambda xy: (xy - corner) / cell)
    xy = shapely.get_coordinates(shapely.segmentize(scaled, 2 * _NEAR))
    is_border = np.zeros((side, side), dtype=bool)
    beside = np.array([-_NEAR - _ROUNDING, _NEAR + _ROUNDING])
    for columns in np.floor(xy[:, :1] + beside).astype(np.int64).T:
        for rows in np.floor(xy[:, 1:] + beside).astype(np.int64).T:
            is_border[np.clip(rows, 0, side - 1), np.clip(columns, 0, side - 1)] = True
    return is_border


def _exact(shapes: Any, longitude: Floats, latitude: Floats) -> Integers:
    found = np.full(len(longitude), OUTSIDE, dtype=np.int64)
    for number, (west, south, east, north) in enumerate(shapely.bounds(shapes)):
        near = (longitude >= west) & (longitude <= east) & (latitude >= south) & (latitude <= north)
        open_ = np.flatnonzero(near & (found == OUTSIDE))
        hit = shapely.intersects_xy(shapes[number], longitude[open_], latitude[open_])
        found[open_[hit]] = number
    return found
