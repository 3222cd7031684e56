"""
Areas by the slab method, written out in numpy: the ground truth of the demo county.

Between two neighbouring values of x at which a vertex lies or two edges cross, no edges cross, so
every class's length along the middle line times the slab's width is its exact area. Nothing here
uses an overlay of polygons, so the truth is independent of the program it is held against.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

from geoenforce.demo.fields import Floats
from geoenforce.demo.lattice import Integers

Shapes = Sequence[shapely.Geometry] | npt.NDArray[np.object_]


def areas_by_precedence(subject: Shapes, classes: Sequence[Shapes]) -> list[float]:
    """
    Measure how much of the subject lies in each class; each spot counts once, for the first class.

    Parameters
    ----------
    subject
        Polygons; their union is measured.
    classes
        For each class its polygons, which may overlap; a spot belongs to a class if any of its
        polygons holds it (rings by the even-odd rule).

    Returns
    -------
    areas
        One area for each class and one more for the rest, in squared units of the coordinates.

    Examples
    --------
    A square of 4; the first class covers its left half twice, the second its lower half:

    >>> left, low = shapely.box(-1, -1, 1, 3), shapely.box(0, -1, 5, 1)
    >>> areas_by_precedence([shapely.box(0, 0, 2, 2)], [[left, left], [low]])
    [2.0, 1.0, 1.0]
    """
    groups = [list(subject), *(list(shapes) for shapes in classes)]
    polygons = [polygon for group in groups for polygon in group]
    group_of = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    west, south, east, north = shapely.total_bounds(np.array(groups[0], dtype=object))
    edges, owner = _edges(polygons, (west, south))
    near = (edges[:, 2] > 0) & (edges[:, 0] < east - west)
    edges, owner = edges[near], owner[near]
    cuts = _cuts(edges, (east - west, north - south))

    width = np.diff(cuts)
    middle = (cuts[:-1] + cuts[1:]) / 2
    slab, edge = np.nonzero((edges[:, 0] < middle[:, None]) & (middle[:, None] < edges[:, 2]))
    x1, y1, x2, y2 = edges[edge].T
    height = y1 + (middle[slab] - x1) / (x2 - x1) * (y2 - y1)
    order = np.lexsort((height, slab))
    slab, edge, height = slab[order], edge[order], height[order]

    # Each slab crosses a ring an even number of times, so the states are all "outside" at its end.
    crossed = owner[edge][:, None] == np.arange(len(polygons))
    inside = np.logical_xor.accumulate(crossed, axis=0)
    gap = np.append(np.diff(height), 0.0) * width[slab]
    within = [inside[:, group_of == group].any(axis=1) for group in range(len(groups))]
    left, areas = within[0], []
    for hit in within[1:]:
        areas.append(float(gap[left & hit].sum()))
        left = left & ~hit
    return [*areas, float(gap[left].sum())]


def shoelace(polygon: shapely.Polygon) -> float:
    """
    Measure a polygon by the sum over its edges, as a second opinion on the slabs.

    Examples
    --------
    >>> shoelace(shapely.box(0, 0, 2, 3).difference(shapely.box(1, 1, 2, 2)))
    5.0
    """
    west, south, _, _ = shapely.bounds(polygon)
    total = 0.0
    for number, ring in enumerate([polygon.exterior, *polygon.interiors]):
        x, y = (shapely.get_coordinates(ring) - (west, south)).T
        area = abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2
        total += area if number == 0 else -area
    return total


def _edges(polygons: Sequence[shapely.Geometry], origin: tuple[float, float]) -> tuple[Floats, Integers]:
    """List all edges from west to east as x1, y1, x2, y2, seen from the origin, and whose they are."""
    parts, part_owner = shapely.get_parts(np.array(polygons, dtype=object), return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    points = points - origin
    same = ring[:-1] == ring[1:]
    starts, ends = points[:-1][same], points[1:][same]
    swap = starts[:, 0] > ends[:, 0]
    starts[swap], ends[swap] = ends[swap], starts[swap].copy()
    return np.hstack([starts, ends]), part_owner[ring_part[ring[:-1][same]]]


def _cuts(edges: Floats, size: tuple[float, float]) -> Floats:
    """Return all x within the subject's box at which a vertex lies or two edges cross."""
    low = np.minimum(edges[:, 1], edges[:, 3])
    high = np.maximum(edges[:, 1], edges[:, 3])
    seen = np.unique(edges[(high >= 0) & (low <= size[1])], axis=0)  # what crosses above or below does not matter
    x = np.concatenate([edges[:, 0], edges[:, 2], _crossings(seen), [0.0, size[0]]])
    return np.unique(x[(x >= 0) & (x <= size[0])])


def _crossings(edges: Floats) -> Floats:
    low = np.minimum(edges[:, 1], edges[:, 3])
    high = np.maximum(edges[:, 1], edges[:, 3])
    one, other = np.nonzero(
        np.triu((edges[:, 0] <= edges[:, None, 2]) & (edges[:, None, 0] <= edges[:, 2]), 1)
        & (low <= high[:, None])
        & (low[:, None] <= high)
    )
    ax, ay, bx, by = edges[one].T
    cx, cy, dx, dy = edges[other].T
    turn = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    is_parallel = turn == 0
    turn = np.where(is_parallel, 1.0, turn)
    along = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / turn
    across = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / turn
    meet = ~is_parallel & (along > 0) & (along < 1) & (across > 0) & (across < 1)
    return np.asarray((ax + along * (bx - ax))[meet])
