"""Find which polygons of a flat layer may touch a box: a tree of boxes around boxes, searched in compiled loops."""

from typing import Any

import numpy as np

from geoenforce.core.compiled import compiled
from geoenforce.core.flat import FANOUT

_FEW = 100  # polygons to be sorted


@compiled
def search(boxes: Any, layer: Any, span: Any) -> Any:
    """
    Find the polygons whose boxes share ground with each of some boxes.

    Parameters
    ----------
    boxes
        West, south, east, north.
    layer
        `FlatPolygons`, best along a curve that fills the plane: neighbours then share the boxes around them.
    span
        The first of the boxes, and the one behind the last.

    Returns
    -------
    start, near
        Where in `near` the polygons of each box begin, and the end of the last; the polygons of a box are sorted by
        their own boxes, so that their order is the same whatever the layer's.
    """
    start, near = np.zeros(span[1] - span[0] + 1, np.int64), np.empty(64, np.int64)
    count, ends = 0, _level_ends(len(layer.box))
    nodes = np.empty((FANOUT * len(ends), 2), np.int64)
    for one in range(span[0], span[1]):
        near, count = _find(layer, ends, boxes[one], nodes, (near, count))
        start[one - span[0] + 1] = count
    return start, near[:count].copy()


@compiled
def _level_ends(count: int) -> Any:
    """Return where in a tree over so many polygons each level ends, the lowest first, after a zero."""
    ends, end = np.zeros(64, np.int64), 0
    levels = 0
    while count > 1 or levels == 0:
        count = (count + FANOUT - 1) // FANOUT
        end += count
        levels += 1
        ends[levels] = end
    return ends[: levels + 1]


@compiled
def _find(layer: Any, ends: Any, box: Any, nodes: Any, found: Any) -> Any:
    """
    Walk down the tree: from a box that meets, to those within it; `nodes` are those to visit, with their levels.

    Each box is written down, and the next one over it if it does not meet: no branch, for none could be foreseen.
    """
    near, count = found
    boxes, tree = layer.box, layer.tree_box
    first, left = count, 0
    sides = box[0], box[1], box[2], box[3]
    if len(tree):
        nodes[0, 0], nodes[0, 1], left = len(tree) - 1, len(ends) - 2, 1
    while left:
        left -= 1
        node, level = nodes[left, 0], nodes[left, 1]
        begin = (node - ends[level]) * FANOUT
        if level:
            begin += ends[level - 1]
            for one in range(begin, min(begin + FANOUT, ends[level])):
                nodes[left, 0], nodes[left, 1] = one, level - 1
                left += _meets(tree, one, sides)
            continue
        near = _with_room(near, count)
        for polygon in range(begin, min(begin + FANOUT, len(boxes))):
            near[count] = polygon
            count += _meets(boxes, polygon, sides)
    _put_in_order(boxes, near, first, count)
    return near, count


@compiled
def _with_room(near: Any, used: int) -> Any:
    if used + FANOUT <= len(near):
        return near
    longer = np.empty(2 * (used + FANOUT), np.int64)
    for i in range(used):
        longer[i] = near[i]
    return longer


@compiled
def _meets(boxes: Any, one: int, box: Any) -> bool:
    west_east = (boxes[one, 0] < box[2]) & (boxes[one, 2] > box[0])
    return bool(west_east & (boxes[one, 1] < box[3]) & (boxes[one, 3] > box[1]))


@compiled
def _put_in_order(boxes: Any, near: Any, first: int, end: int) -> None:
    """Sort by insertion, which is quick for a few; of many the west sides are sorted first, so that little is left."""
    if end - first > _FEW:
        west = np.empty(end - first)
        for one in range(first, end):
            west[one - first] = boxes[near[one], 0]
        order = np.argsort(west, kind="mergesort")
        near[first:end] = near[first:end][order]
    for one in range(first + 1, end):
        polygon, place = near[one], one
        while place > first and _comes_before(boxes, polygon, near[place - 1]):
            near[place] = near[place - 1]
            place -= 1
        near[place] = polygon


@compiled
def _comes_before(boxes: Any, one: int, other: int) -> bool:
    for side in range(4):
        if boxes[one, side] != boxes[other, side]:
            return bool(boxes[one, side] < boxes[other, side])
    return False
