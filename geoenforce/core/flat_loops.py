"""Compiled loops that read polygons from WKB and describe their rings."""

from typing import Any

import numpy as np

from geoenforce.core.compiled import compiled

_POLYGON, _MULTI_POLYGON = 3, 6
_HEAD = 5  # bytes: the order of bytes, and the type
_LOOKED_AT = 64  # boxes together


@compiled
def _number(data: Any, at: int) -> int:
    return int(data[at]) | int(data[at + 1]) << 8 | int(data[at + 2]) << 16 | int(data[at + 3]) << 24


@compiled
def _parts(data: Any, at: int) -> Any:
    """Return how many polygons a shape has, where the first one's head ends, and how long the heads of others are."""
    if _number(data, at + 1) == _MULTI_POLYGON:
        return _number(data, at + _HEAD), at + _HEAD + 4 + _HEAD, _HEAD
    return 1, at + _HEAD, 0


@compiled
def count_rings(data: Any, start: Any, rows: Any) -> Any:
    """Return the number of rings and of vertices of each shape; -1 rings where it is none that is read."""
    rings, vertices = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    for row in range(len(rows)):
        begin = start[rows[row]]
        if begin == start[rows[row] + 1]:
            continue
        kind = _number(data, begin + 1)
        if data[begin] != 1 or kind not in (_POLYGON, _MULTI_POLYGON):
            rings[row] = -1
            continue
        parts, at, head = _parts(data, begin)
        for _ in range(parts):
            count = _number(data, at)
            at += 4
            rings[row] += count
            for _ring in range(count):
                length = _number(data, at)
                at += 4 + 16 * length
                vertices[row] += length
            at += head
    return rings, vertices


@compiled
def copy_rings(data: Any, begin: Any, first: Any, to: Any) -> None:
    """Copy the rings of each shape that begins at a byte; `first` are its first ring and vertex, `to` the results."""
    ring_start, is_hole, coordinates = to
    for row in range(len(begin)):
        ring, vertex = first[0][row], first[1][row]
        if first[0][row + 1] == ring:
            continue
        parts, at, head = _parts(data, begin[row])
        for _ in range(parts):
            count = _number(data, at)
            at += 4
            for place in range(count):
                length = _number(data, at)
                at += 4
                coordinates[16 * vertex : 16 * (vertex + length)] = data[at : at + 16 * length]
                at += 16 * length
                vertex += length
                is_hole[ring] = place > 0
                ring += 1
                ring_start[ring] = vertex
            at += head


@compiled
def _is_counter_clockwise(xy: Any, begin: int, end: int) -> bool:
    twice = 0.0
    for i in range(begin + 1, end):
        left, low = xy[i - 1, 0] - xy[begin, 0], xy[i - 1, 1] - xy[begin, 1]
        twice += left * (xy[i, 1] - xy[begin, 1]) - (xy[i, 0] - xy[begin, 0]) * low
    return twice > 0


@compiled
def _box_of(xy: Any, begin: int, end: int, box: Any) -> None:
    """Write the box of some vertices."""
    west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
    for i in range(begin, end):
        west, south = min(west, xy[i, 0]), min(south, xy[i, 1])
        east, north = max(east, xy[i, 0]), max(north, xy[i, 1])
    box[0], box[1], box[2], box[3] = west, south, east, north


@compiled
def describe_rings(xy: Any, ring: Any, is_hole: Any, polygon: Any, to: Any) -> None:
    """Find on which side of each ring its ground lies, and the box of each polygon."""
    sign, box = to
    for one in range(len(polygon) - 1):
        first, last = polygon[one], polygon[one + 1]
        _box_of(xy, ring[first], ring[last], box[one])
        for place in range(first, last):
            is_left = _is_counter_clockwise(xy, ring[place], ring[place + 1]) != is_hole[place]
            sign[place] = 1.0 if is_left else -1.0


@compiled
def count_chunks(ring: Any, size: int) -> Any:
    """Return how many chunks of so many edges each ring has."""
    counts = np.zeros(len(ring) - 1, np.int64)
    for one in range(len(counts)):
        edges = max(0, ring[one + 1] - ring[one] - 1)
        counts[one] = (edges + size - 1) // size
    return counts


@compiled
def chunk_boxes(xy: Any, ring: Any, chunk: Any, size: int, boxes: Any) -> None:
    """Write the box of each chunk of edges."""
    for one in range(len(ring) - 1):
        for place in range(chunk[one], chunk[one + 1]):
            begin = ring[one] + (place - chunk[one]) * size
            _box_of(xy, begin, min(begin + size, ring[one + 1] - 1) + 1, boxes[place])


@compiled
def group_boxes(box: Any, size: int) -> Any:
    """Return the box around every so many boxes."""
    boxes = np.empty(((len(box) + size - 1) // size, 4))
    for group in range(len(boxes)):
        for side in range(2):
            boxes[group, side], boxes[group, side + 2] = np.inf, -np.inf
        for one in range(group * size, min((group + 1) * size, len(box))):
            for side in range(2):
                boxes[group, side] = min(boxes[group, side], box[one, side])
                boxes[group, side + 2] = max(boxes[group, side + 2], box[one, side + 2])
    return boxes


@compiled
def meets_any(sides: Any, others: Any) -> Any:
    """
    Mark the boxes that touch any of the others; borders count.

    `sides` are four arrays: west, south, east, north. It is quick where boxes lie along a curve that fills the plane,
    because most of the others are then far from all of the next few.
    """
    found, close = np.zeros(len(sides[0]), np.bool_), np.empty_like(others)
    for begin in range(0, len(found), _LOOKED_AT):
        end = min(begin + _LOOKED_AT, len(found))
        count = _close_to(sides, (begin, end), others, close)
        for one in range(begin, end):
            for other in range(count):
                if _touches(close, other, (sides[0][one], sides[1][one], sides[2][one], sides[3][one])):
                    found[one] = True
                    break
    return found


@compiled
def _close_to(sides: Any, span: Any, others: Any, close: Any) -> int:
    """Write those of the others that touch the box around a span of boxes; return how many there are."""
    west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
    for one in range(span[0], span[1]):
        west, south = min(west, sides[0][one]), min(south, sides[1][one])
        east, north = max(east, sides[2][one]), max(north, sides[3][one])
    count = 0
    for other in range(len(others)):
        if _touches(others, other, (west, south, east, north)):
            for side in range(4):
                close[count, side] = others[other, side]
            count += 1
    return count


@compiled
def _touches(boxes: Any, one: int, box: Any) -> bool:
    west, south, east, north = box
    beside = boxes[one, 0] > east or boxes[one, 2] < west
    return not (beside or boxes[one, 1] > north or boxes[one, 3] < south)
