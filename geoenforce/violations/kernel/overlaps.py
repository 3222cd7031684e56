"""Let each spot of a layer belong to one polygon: what overlaps an earlier one is cut, before anything is summed."""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geoenforce.core.flat import FlatPolygons, Floats, Integers, flat_polygons
from geoenforce.core.shares import Span, in_shares
from geoenforce.violations.ground import differences, intersections, union_by
from geoenforce.violations.kernel import edges
from geoenforce.violations.kernel.search import search

Geometries = npt.NDArray[np.object_]

#: Pairs that share no more than this, in m², certainly do not overlap: within any box, and summed in another order, it
#: stays below `edges.BORDER_M2`. Over 200 000 parcels, and rivers, the noise of sums was at most 2e-11 m².
SURELY_APART_M2 = edges.BORDER_M2 / 10

_MANY_CORNERS = 1000  # of a giant; others are cut whole, which is as quick
_MARGIN_M = 1.0  # so that no corner that is made lies in the box itself


def without_overlaps(geometry: Geometries) -> Geometries:
    """
    Cut the polygons of a layer so that none shares ground with another; together they cover what they covered.

    Parameters
    ----------
    geometry
        Valid polygons in the equal-area plane.

    Examples
    --------
    >>> from shapely import area, box
    >>> area(without_overlaps(np.array([box(0, 0, 2, 1), box(1, 0, 3, 1)]))).tolist()
    [2.0, 1.0]
    """
    pairs = overlapping(flat_polygons(geometry))
    return cut_apart(geometry, pairs) if len(pairs) else geometry


def cut_apart(geometry: Geometries, pairs: Integers) -> Geometries:
    """
    Take from the later polygon of each pair what the earlier one covers.

    Examples
    --------
    >>> from shapely import area, box
    >>> area(cut_apart(np.array([box(0, 0, 2, 1), box(1, 0, 3, 1)]), np.array([[0, 1]]))).tolist()
    [2.0, 1.0]
    """
    pairs = pairs[np.argsort(pairs[:, 1], kind="stable")]
    later, owner = np.unique(pairs[:, 1], return_inverse=True)
    taken = union_by(owner, geometry[pairs[:, 0]], len(later))
    cut = geometry.copy()
    cut[later] = differences(geometry[later], taken)
    return cut


def around(boxes: Floats, geometry: Geometries) -> Geometries:
    """
    Leave of each polygon of many corners what lies about its box; copies of a whole giant for each box fill the memory.

    Examples
    --------
    >>> circle = shapely.Point(0, 0).buffer(1000, quad_segs=500)
    >>> around(np.array([[0.0, 0.0, 10.0, 10.0]]), np.array([circle]))[0].bounds
    (-1.0, -1.0, 11.0, 11.0)
    """
    large = np.flatnonzero(shapely.get_num_coordinates(geometry) > _MANY_CORNERS)
    west, south, east, north = boxes[large].T
    windows = shapely.box(west - _MARGIN_M, south - _MARGIN_M, east + _MARGIN_M, north + _MARGIN_M)
    here = geometry.copy()
    here[large] = intersections(geometry[large], windows)
    return here


def overlapping(flat: FlatPolygons, span: Span | None = None) -> Integers:
    """
    Find the pairs of polygons of a layer that share ground.

    Parameters
    ----------
    flat
        The layer.
    span
        Only polygons from a first one up to, without it, a last, each with any other.

    Returns
    -------
    pairs
        Rows of two positions. The first of a pair counts, or both do or neither; then it comes earlier by its box, or,
        if these are the same, in the layer: so which one keeps the ground does not depend on the layer's order.

    Examples
    --------
    >>> from shapely import box
    >>> overlapping(flat_polygons([box(0, 0, 2, 1), box(2, 0, 3, 1), box(1, 0, 4, 1)])).tolist()
    [[0, 2], [2, 1]]
    """
    first, last = span or (0, len(flat.box))

    def work(share: Span) -> Integers:
        few = (share[0] + first, share[1] + first)
        start, near = search(flat.box, flat, few)
        owner = np.repeat(np.arange(*few), np.diff(start))
        is_first = _is_first(flat.box, owner, near)  # searched from both sides, a pair is found twice
        pairs = np.column_stack([owner[is_first], near[is_first]])
        pairs = pairs[_shared_m2(flat, pairs, _windows(flat.box[pairs[:, 0]], flat.box[pairs[:, 1]])) > edges.BORDER_M2]
        return _counting_first(pairs, flat.counts[pairs])

    return np.concatenate(in_shares(work, last - first))


def are_surely_apart(flat: FlatPolygons, first: int = 0) -> bool:
    """
    Say whether it is certain that polygons share no ground, neither with one another nor with those before them.

    What is said to be apart here overlaps neither for `overlapping` nor, in any box, for `overlapping_near`.

    Parameters
    ----------
    flat
        Valid polygons.
    first
        The first of those to look at.

    Examples
    --------
    >>> from shapely import box
    >>> layer = flat_polygons([box(0, 0, 2, 1), box(1, 0, 3, 1), box(3, 0, 4, 1)])
    >>> are_surely_apart(layer), are_surely_apart(layer, 2)
    (False, True)
    """

    def work(share: Span) -> bool:
        few = (share[0] + first, share[1] + first)
        start, near = search(flat.box, flat, few)
        owner = np.repeat(np.arange(*few), np.diff(start))
        is_before = near < owner
        pairs = np.column_stack([owner[is_before], near[is_before]])
        shared_m2 = _shared_m2(flat, pairs, _windows(flat.box[pairs[:, 0]], flat.box[pairs[:, 1]]))
        return bool((shared_m2 <= SURELY_APART_M2).all())

    return all(in_shares(work, len(flat.box) - first))


def overlapping_near(boxes: Floats, flat: FlatPolygons, start: Integers, near: Integers) -> Integers:
    """
    Find the pairs of polygons that share ground within the boxes that they are near to.

    Parameters
    ----------
    boxes
        West, south, east, north.
    flat
        The layer.
    start, near
        Which of its polygons are near each box, as `search` returns them.

    Returns
    -------
    pairs
        Rows of two places in `near`, both of one box; the first keeps the ground, as in `overlapping`.

    Examples
    --------
    >>> from shapely import box
    >>> layer = flat_polygons([box(0, 0, 2, 1), box(1, 0, 3, 1)])
    >>> boxes = np.array([[0.0, 0.0, 1.5, 1.0], [2.0, 0.0, 9.0, 9.0]])
    >>> overlapping_near(boxes, layer, *search(boxes, layer, (0, 2))).tolist()
    [[0, 1]]
    """
    pairs = edges.overlapping_near(boxes, flat, start, near)
    return _counting_first(pairs, flat.counts[near[pairs]])


def _counting_first(pairs: Integers, counts: npt.NDArray[np.bool_]) -> Integers:
    """Turn the pairs of which only the second counts."""
    return np.where((counts[:, 1] & ~counts[:, 0])[:, None], pairs[:, ::-1], pairs)


def _shared_m2(flat: FlatPolygons, pairs: Integers, windows: Floats) -> Floats:
    shared_m2 = np.empty(len(pairs))
    edges.shared_by_pairs(flat, pairs, windows, (0, len(pairs)), shared_m2)
    return shared_m2


def _windows(ones: Floats, others: Floats) -> Floats:
    return np.column_stack([np.maximum(ones[:, :2], others[:, :2]), np.minimum(ones[:, 2:], others[:, 2:])])


def _is_first(box: Floats, ones: Integers, others: Integers) -> Any:
    undecided, is_first = ones != others, np.zeros(len(ones), dtype=bool)
    for side in range(4):
        is_first |= undecided & (box[ones, side] < box[others, side])
        undecided &= box[ones, side] == box[others, side]
    return is_first | (undecided & (ones < others))
