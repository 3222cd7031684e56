"""What terrain hides: line of sight over an elevation raster instead of a plain disc."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geoenforce.patrols.distance import Flags, Integers
from geoenforce.patrols.frames import Frame, spread
from geoenforce.patrols.sight import Edges
from geoenforce.patrols.spans import NO_SPANS, Spans
from geoenforce.patrols.terrain import Elevation, heights_of

#: Height of the eyes of somebody who patrols, above the ground.
EYES_M = 2.0

_EVERY = 2  # cells along the way from one look to the next
_BATCH = 64  # looks at a time, few enough to stay in the processor's cache
_ABYSS = np.float32(-1e9)  # stands for ground whose height nobody knows: it hides nothing


class Viewshed:
    """
    The cells of a frame that can be seen from others, worked out once for each cell that is passed.

    The frame is divided into square cells as high as a row. Lines of sight go from the middle of a cell, 2 m
    above the ground, to the ground at the middle of another; heights between them are looked up wherever a
    line crosses a row or column of middles. A cell without a height hides nothing and can be seen.

    Examples
    --------
    From behind a wall of 5 m, three cells to the east, one sees the wall but nothing beyond:

    >>> from geoenforce.core.space import CGCS2000
    >>> from geoenforce.patrols.sight import edges_of
    >>> import shapely
    >>> frame = Frame((1_220_000.0, 2_530_000.0), 0.92, 110.0, 1, 10.0)
    >>> wall = Elevation(np.zeros((100, 2000)), (1e-5, 0, 115.95, 0, -1e-3, 23.6), CGCS2000)
    >>> west, _ = frame.longlat(np.array([30.0]), np.array([5.0]))
    >>> wall.values[:, int((west[0] - 115.95) * 1e5) :][:, :10] = 5.0
    >>> edges = edges_of(np.array([shapely.LineString([(5, 5), (5, 5)])]), np.array([200.0]), frame)
    >>> Viewshed(frame, wall, 200.0).visible_from(edges).end.tolist()
    [40.0]
    """

    def __init__(self, frame: Frame, elevation: Elevation, sight_m: float) -> None:
        """Sample the heights of a frame, for a sight of so many metres at most."""
        self._frame = frame
        self._rays = _rays(sight_m / frame.row_m + 2)  # the disc itself is cut exactly, by `seen_from`
        self._pad = 2 * self._rays.span  # a look from outside of the frame crosses ground outside of it
        self._heights = heights_of(frame, self._pad, elevation)
        self._known = np.zeros(self._heights.size, dtype=np.int32)  # one more than the position in `_seen`
        self._seen = np.zeros((0, -(-len(self._rays.down) // 8)), dtype=np.uint8)

    def visible_from(self, edges: Edges) -> Spans:
        """
        Return the cells that somebody on each trip can see.

        Returns
        -------
        spans
            A united set; the places of trip n are raised by n × `frame.size`, as in `seen_from`. It reaches up
            to two cells further than the sight.
        """
        trip, cell = self._passed(edges)
        self._look(np.unique(cell))
        first = np.flatnonzero(np.diff(trip, prepend=-1))
        spans = [
            self._spans(cells, int(number))
            for number, cells in zip(trip[first], np.split(cell, first[1:]), strict=True)
        ]
        if not spans:
            return NO_SPANS
        return Spans(np.concatenate([one.start for one in spans]), np.concatenate([one.end for one in spans]))

    def _passed(self, edges: Edges) -> tuple[Integers, Integers]:
        """List the cells from which each trip looks, those beyond the frame's border too."""
        step = self._frame.row_m * _EVERY
        count = np.ceil(np.hypot(edges.x2 - edges.x1, edges.y2 - edges.y1) / step).astype(np.int64) + 1
        edge, number = spread(count)
        share = number / np.maximum(count - 1, 1)[edge]
        x = edges.x1[edge] + share * (edges.x2 - edges.x1)[edge]
        y = edges.y1[edge] + share * (edges.y2 - edges.y1)[edge]
        rows, columns = self._heights.shape
        column, row = (np.floor(place / self._frame.row_m).astype(np.int64) + self._pad for place in (x, y))
        margin = self._rays.span
        inside = (row >= margin) & (row < rows - margin) & (column >= margin) & (column < columns - margin)
        pairs = np.unique(edges.trip[edge][inside] * self._heights.size + (row * columns + column)[inside])
        return pairs // self._heights.size, pairs % self._heights.size

    def _look(self, cells: Integers) -> None:
        """Work out what is seen from cells that nobody has looked from yet."""
        fresh = cells[self._known[cells] == 0]
        parts = [_views(self._heights, fresh[at : at + _BATCH], self._rays) for at in range(0, len(fresh), _BATCH)]
        self._known[fresh] = np.arange(len(self._seen) + 1, len(self._seen) + len(fresh) + 1)
        self._seen = np.concatenate([self._seen, *parts])

    def _spans(self, cells: Integers, trip: int) -> Spans:
        """Put together what one trip saw from its cells, within the frame."""
        columns, span = self._heights.shape[1], self._rays.span
        row, column = np.divmod(cells, columns)
        south, north = int(row.min()) - span, int(row.max()) + span + 1
        west, east = int(column.min()) - span, int(column.max()) + span + 2  # a column more: runs end before it
        seen = np.zeros((north - south, east - west), dtype=bool)
        around = self._rays.down * (east - west) + self._rays.right
        for at in range(0, len(cells), _BATCH):
            part = slice(at, at + _BATCH)
            bits = np.unpackbits(self._seen[self._known[cells[part]] - 1], axis=1, count=len(around)).view(bool)
            centre = (row[part] - south) * (east - west) + column[part] - west
            seen.ravel()[(centre[:, None] + around)[bits]] = True
        return self._runs(seen, south - self._pad, west - self._pad, trip)

    def _runs(self, seen: Flags, south: int, west: int, trip: int) -> Spans:
        """Return the runs of a mask whose first cell has a row and column of the frame."""
        frame, columns = self._frame, int(self._frame.width // self._frame.row_m)
        rows = slice(max(-south, 0), max(frame.rows - south, 0))
        part = seen[rows, max(-west, 0) : max(columns - west, 0)]
        edge = np.diff(part, axis=1, prepend=False, append=False)
        row, column = np.nonzero(edge)
        place = (row + max(south, 0)) * frame.width + (column + max(west, 0)) * frame.row_m + trip * frame.size
        return Spans(place[0::2], place[1::2])


@dataclass(frozen=True)
class _Rays:
    """
    The lines of sight from a cell, the same for every cell.

    Targets are ordered by their ring, the larger of their distances in rows and columns. The line to a target
    of ring n crosses each ring s < n between two cells: `crossings` holds for each s the first target beyond
    it, and for that one and all after it the two cells (positions in the window) and the share of the second.
    """

    span: int  # the window reaches so many cells to each side
    down: Integers
    right: Integers
    rings: Integers
    crossings: list[tuple[int, Integers, Integers, "npt.NDArray[np.float32]"]]


def _rays(reach: float) -> _Rays:
    """Lay out the lines of sight to all cells within reach."""
    span = int(np.ceil(reach))
    steps = np.arange(-span, span + 1)
    down, right = (grid.ravel() for grid in np.meshgrid(steps, steps, indexing="ij"))
    near = np.hypot(down, right) <= reach
    down, right = down[near], right[near]
    rings = np.maximum(np.abs(down), np.abs(right))
    order = np.argsort(rings, kind="stable")
    down, right, rings = down[order], right[order], rings[order]
    crossings = []
    for ring in range(1, int(rings.max(initial=0))):
        first = int(np.searchsorted(rings, ring, side="right"))
        row, column = (ring * side[first:] / rings[first:] for side in (down, right))
        low_row, low_column = np.floor(row).astype(np.int64), np.floor(column).astype(np.int64)
        share = np.maximum(row - low_row, column - low_column)  # one of them is 0: the line crosses in a row or column
        one = (low_row + span) * len(steps) + low_column + span
        other = one + np.where(row > low_row, len(steps), 0) + np.where(column > low_column, 1, 0)
        crossings.append((first, one, other, share.astype(np.float32)[:, None]))
    return _Rays(span, down, right, rings, crossings)


def _views(heights: Any, cells: Integers, rays: _Rays) -> Any:
    """Return for each of some cells which targets can be seen from it, as packed bits."""
    steps = np.arange(-rays.span, rays.span + 1)
    window = (steps[:, None] * heights.shape[1] + steps).ravel()
    around = heights.ravel()[window[:, None] + cells]
    ring = np.maximum(np.maximum(np.abs(steps)[:, None], np.abs(steps)).ravel(), 1).astype(np.float32)
    slope = (around - (around[len(window) // 2] + np.float32(EYES_M))) / ring[:, None]
    hiding = np.where(np.isnan(slope), _ABYSS, slope)
    horizon = np.full((len(rays.rings), len(cells)), _ABYSS, dtype=np.float32)
    for first, one, other, share in rays.crossings:
        crossed = hiding[other]
        crossed -= hiding[one]
        crossed *= share
        crossed += hiding[one]
        np.maximum(horizon[first:], crossed, out=horizon[first:])
    target = slope[(rays.down + rays.span) * len(steps) + rays.right + rays.span]
    return np.packbits(~(horizon > target), axis=0).T
