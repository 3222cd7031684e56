"""Let each spot of a layer belong to one polygon: what overlaps an earlier one is cut, before anything is summed."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geoenforce.core.flat import FlatPolygons, Integers, flat_polygons
from geoenforce.core.shares import Span, in_shares
from geoenforce.violations.ground import differences, union_by
from geoenforce.violations.kernel.edges import shared_by_pairs
from geoenforce.violations.kernel.search import search

#: Polygons that share less than this, in m², only have a border in common: it is the noise of their coordinates.
BORDER_M2 = 1e-6


class Settled(NamedTuple):
    """A layer in which no two polygons share ground, except those listed, which could not be cut apart."""

    flat: FlatPolygons
    unsettled: Integers


def without_overlaps(geometry: npt.NDArray[np.object_]) -> Settled:
    """
    Cut the polygons of a layer so that none shares ground with another; together they cover what they covered.

    Parameters
    ----------
    geometry
        Valid polygons in the equal-area plane.

    Examples
    --------
    >>> from shapely import box
    >>> settled = without_overlaps(np.array([box(0, 0, 2, 1), box(1, 0, 3, 1)]))
    >>> settled.flat.box.tolist(), settled.unsettled.tolist()
    ([[0.0, 0.0, 2.0, 1.0], [2.0, 0.0, 3.0, 1.0]], [])
    """
    flat = flat_polygons(geometry)
    pairs = overlapping(flat)
    if not len(pairs):
        return Settled(flat, np.empty(0, dtype=np.int64))
    geometry = geometry.copy()
    later, cut = cut_apart(geometry, pairs)
    geometry[later] = cut
    flat = flat_polygons(geometry)
    return Settled(flat, np.unique(overlapping(flat)))


def cut_apart(geometry: Any, pairs: Integers) -> tuple[Integers, npt.NDArray[np.object_]]:
    """
    Take from the later polygon of each pair what the earlier one covers.

    Returns
    -------
    later, cut
        The positions of the polygons that lost ground, and what is left of them.

    Examples
    --------
    >>> from shapely import area, box
    >>> boxes = np.array([box(0, 0, 2, 1), box(1, 0, 3, 1)])
    >>> later, cut = cut_apart(boxes, np.array([[0, 1]]))
    >>> later.tolist(), area(cut).tolist()
    ([1], [1.0])
    """
    pairs = pairs[np.argsort(pairs[:, 1], kind="stable")]
    later, owner = np.unique(pairs[:, 1], return_inverse=True)
    taken = union_by(owner, geometry[pairs[:, 0]], len(later))
    return later, differences(geometry[later], taken)


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
        Rows of two positions. The first of a pair comes earlier by its box, or, if these are the same, in the layer: so
        which one keeps the ground does not depend on the layer's order.

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
        # searched from both sides, a pair is found twice; the side whose box comes first keeps it
        is_first = _is_first(flat.box, owner, near)
        pairs = np.column_stack([owner[is_first], near[is_first]])
        shared_m2 = np.empty(len(pairs))
        shared_by_pairs(flat, pairs, (0, len(pairs)), shared_m2)
        return pairs[shared_m2 > BORDER_M2]

    return np.concatenate(in_shares(work, last - first))


def _is_first(box: Any, ones: Integers, others: Integers) -> Any:
    undecided, is_first = ones != others, np.zeros(len(ones), dtype=bool)
    for side in range(4):
        is_first |= undecided & (box[ones, side] < box[others, side])
        undecided &= box[ones, side] == box[others, side]
    return is_first | (undecided & (ones < others))
