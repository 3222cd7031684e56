"""
Compiled: the areas that polygons share, as sums over pairs of their edges.

A polygon is the sum of what lies below each of its edges, down to the bottom of a window, counted with the edge's sign.
So the area that two polygons share is the sum, over pairs of edges, of what lies below both, and no corner of the
shared ground is ever looked for: edges that touch, coincide or cross in a vertex need no special case, and every term
changes only a little if a vertex does. Three polygons: what lies below both edges of a pair is again below an edge.

Coordinates count from the corner of the window, which keeps far-off origins from costing digits. Every sum has one
order, which depends on nothing but the polygons themselves.

Edges are rows: x and y of the left end, x of the right end, slope, sign, and, once sorted, how far right those up to
here reach.
"""

from typing import Any

import numpy as np

from geoenforce.core.compiled import compiled
from geoenforce.core.flat import CHUNK

_LEFT, _LOW, _RIGHT, _SLOPE, _SIGN, _REACH = range(6)
_COLUMNS = 6

#: A share of the patch that is nothing but the noise of its sums.
_NOTHING = 1e-12


@compiled
def measure(patches: Any, basic: Any, cultivated: Any, near: Any, span: Any, taken_m2: Any) -> None:
    """
    Measure how much of some patches lies in basic farmland, and in cultivated land outside of it.

    No two polygons of a layer share ground. `near` is what may touch each of these patches, of basic farmland and of
    cultivated land, as `search` returns it; `span` the first of them and the one behind the last.
    """
    room = _room(), _room(), _room(), _room()
    (basic_start, near_basic), (cultivated_start, near_cultivated) = near
    for place in range(span[1] - span[0]):
        patch = span[0] + place
        box = patches.box[patch]
        own, of_basic, shared, spare = room
        own, count, spare = _sorted_edges(patches, patch, box, own, spare)
        whole = _area(own, count)
        known = (own, count, _NOTHING * whole)
        close = near_basic[basic_start[place] : basic_start[place + 1]]
        of_basic, edges, taken_m2[patch, 0] = _in_any(known, basic, close, box, of_basic)
        if taken_m2[patch, 0] < (1 - _NOTHING) * whole:
            close = near_cultivated[cultivated_start[place] : cultivated_start[place + 1]]
            others = ((of_basic, edges), shared, spare)
            taken_m2[patch, 1], shared, spare = _outside(known, cultivated, close, box, others)
        room = (own, of_basic, shared, spare)


@compiled
def _in_any(own: Any, layer: Any, near: Any, box: Any, edges: Any) -> Any:
    """Sum what polygons share with the patch; return the edges of those that share ground, their number and the sum."""
    count, total = 0, 0.0
    for polygon in near:
        edges, end = _load(layer, polygon, box, edges, count)
        shared = _shared_area(own[0], own[1], edges[count:end])
        if shared > own[2]:
            total += shared
            count = end
    return edges, count, total


@compiled
def _outside(own: Any, layer: Any, near: Any, box: Any, room: Any) -> Any:
    """Sum what polygons share with the patch outside of the edges' ground."""
    ((others, other_count), shared, spare), total = room, 0.0
    for polygon in near:
        spare, end = _load(layer, polygon, box, spare, 0)
        if other_count == 0:
            total += max(_shared_area(own[0], own[1], spare[:end]), 0.0)
            continue
        shared, count = _shared_edges(own[0], own[1], spare[:end], shared)
        both = _area(shared, count)
        if both > own[2]:
            shared, spare = _sort(shared, count, spare)
            total += max(both - max(_shared_area(shared, count, others[:other_count]), 0.0), 0.0)
    return total, shared, spare


@compiled
def shared_by_pairs(layer: Any, pairs: Any, windows: Any, span: Any, shared_m2: Any) -> None:
    """Measure what pairs of polygons of one layer share within windows that lie in both of their boxes."""
    ones, others, spare = _room(), _room(), _room()
    for pair in range(span[0], span[1]):
        ones, count, spare = _sorted_edges(layer, pairs[pair, 0], windows[pair], ones, spare)
        others, number = _load(layer, pairs[pair, 1], windows[pair], others, 0)
        shared_m2[pair] = _shared_area(ones, count, others[:number])


@compiled
def _sorted_edges(layer: Any, polygon: int, box: Any, edges: Any, spare: Any) -> Any:
    edges, count = _load(layer, polygon, box, edges, 0)
    edges, spare = _sort(edges, count, spare)
    return edges, count, spare


@compiled
def _load(layer: Any, polygon: int, box: Any, edges: Any, count: int) -> Any:
    """
    Add the edges of a polygon behind those that are there, as far as they matter in a window; return the new count.

    A chunk of edges that lies above the window covers what one edge from its begin to its end would.
    """
    x, y, size = box[0], box[1], (box[2] - box[0], box[3] - box[1])
    for ring in range(layer.polygon[polygon], layer.polygon[polygon + 1]):
        for chunk in range(layer.chunk[ring], layer.chunk[ring + 1]):
            sides = layer.chunk_box[chunk]
            if sides[2] - x <= 0 or sides[0] - x >= size[0] or sides[3] - y <= 0:
                continue
            begin = layer.ring[ring] + (chunk - layer.chunk[ring]) * CHUNK
            end = min(begin + CHUNK, layer.ring[ring + 1] - 1)
            step = end - begin if sides[1] - y >= size[1] else 1
            edges = _with_room(edges, count, 2 * CHUNK)
            for i in range(begin, end, step):
                ends = (layer.xy[i, 0] - x, layer.xy[i, 1] - y, layer.xy[i + step, 0] - x, layer.xy[i + step, 1] - y)
                count = _add(edges, count, layer.sign[ring], ends, size)
    return edges, count


@compiled
def _add(edges: Any, count: int, sign: float, ends: Any, size: Any) -> int:
    """Add an edge as far as it lies in the window: what is above lies flat on its top, the rest goes."""
    ax, ay, bx, by = ends
    width, height = size
    if ax < bx:
        sign = -sign  # the ground is above it
    else:
        ax, ay, bx, by = bx, by, ax, ay
    left, right = max(ax, 0.0), min(bx, width)
    if left >= right or max(ay, by) <= 0:
        return count
    slope = 0.0 if min(ay, by) >= height else (by - ay) / (bx - ax)
    return _add_between(edges, count, (left, ay + (left - ax) * slope, right, slope, sign), height)


@compiled
def _add_between(edges: Any, count: int, row: Any, height: float) -> int:
    """Add an edge that lies between the sides of the window, cut at its bottom and top."""
    left, low, right, slope, sign = row
    high = low + (right - left) * slope
    if max(low, high) <= 0:
        return count
    if min(low, high) >= height:
        return _write(edges, count, (left, height, right, 0.0, sign))
    begin, end = left, right
    if min(low, high) < 0:
        foot = min(max(left - low / slope, left), right)
        begin, end = (foot, end) if low < 0 else (begin, foot)
    if max(low, high) > height:
        head = min(max(left + (height - low) / slope, begin), end)
        flat = (left, height, head, 0.0, sign) if low > height else (head, height, right, 0.0, sign)
        count = _write(edges, count, flat)
        begin, end = (head, end) if low > height else (begin, head)
    return _write(edges, count, (begin, min(max(low, 0.0), height), end, slope, sign))


@compiled
def _write(edges: Any, count: int, row: Any) -> int:
    if not row[0] < row[2]:
        return count
    edges[count, _LEFT], edges[count, _LOW], edges[count, _RIGHT] = row[0], row[1], row[2]
    edges[count, _SLOPE], edges[count, _SIGN] = row[3], row[4]
    return count + 1


@compiled
def _sort(edges: Any, count: int, spare: Any) -> Any:
    """Sort edges by their left ends, and note how far right those up to each reach."""
    order = np.argsort(edges[:count, _LEFT], kind="mergesort")
    spare = _with_room(spare, 0, count)
    reach = -np.inf
    for i in range(count):
        for column in range(_REACH):
            spare[i, column] = edges[order[i], column]
        reach = max(reach, spare[i, _RIGHT])
        spare[i, _REACH] = reach
    return spare, edges


@compiled
def _room() -> Any:
    return np.empty((256, _COLUMNS))


@compiled
def _with_room(rows: Any, used: int, more: int) -> Any:
    """Return the rows, or a longer copy of those used."""
    if used + more <= len(rows):
        return rows
    longer = np.empty((2 * (used + more), _COLUMNS))
    for row in range(used):
        for column in range(_COLUMNS):
            longer[row, column] = rows[row, column]
    return longer


@compiled
def _area(edges: Any, count: int) -> float:
    """Return the area that the edges bound."""
    twice = 0.0
    for i in range(count):
        width = edges[i, _RIGHT] - edges[i, _LEFT]
        twice += edges[i, _SIGN] * width * (2 * edges[i, _LOW] + width * edges[i, _SLOPE])
    return 0.5 * twice


@compiled
def _first_that_reaches(edges: Any, count: int, x: float) -> int:
    first, last = 0, count
    while first < last:
        middle = (first + last) // 2
        if edges[middle, _REACH] > x:
            last = middle
        else:
            first = middle + 1
    return first


@compiled
def _shared_area(ones: Any, count: int, others: Any) -> float:
    """Return the area that sorted edges share with others."""
    total = 0.0
    for j in range(len(others)):
        of_one = 0.0
        for i in range(_first_that_reaches(ones, count, others[j, _LEFT]), count):
            if ones[i, _LEFT] >= others[j, _RIGHT]:
                break
            left, right = max(ones[i, _LEFT], others[j, _LEFT]), min(ones[i, _RIGHT], others[j, _RIGHT])
            if left < right:
                of_one += ones[i, _SIGN] * (right - left) * _twice_below_both(ones[i], others[j], left, right)
        total += others[j, _SIGN] * of_one
    return 0.5 * total


@compiled
def _twice_below_both(one: Any, other: Any, left: float, right: float) -> float:
    """Return twice the mean height of what lies below two edges."""
    a, b = _height(one, left), _height(one, right)
    c, d = _height(other, left), _height(other, right)
    if a <= c and b <= d:
        return a + b
    if a >= c and b >= d:
        return c + d
    share = (a - c) / ((a - c) - (b - d))  # where they cross
    level = a + share * (b - a)
    if a < c:
        return share * (a + level) + (1 - share) * (level + d)
    return share * (c + level) + (1 - share) * (level + b)


@compiled
def _height(edge: Any, x: float) -> float:
    return float(edge[_LOW] + (x - edge[_LEFT]) * edge[_SLOPE])


@compiled
def _shared_edges(ones: Any, count: int, others: Any, to: Any) -> Any:
    """Write the edges below which lies what is below two; `ones` are sorted. Return where they are and how many."""
    number = 0
    for j in range(len(others)):
        to = _with_room(to, number, 2 * count)
        for i in range(_first_that_reaches(ones, count, others[j, _LEFT]), count):
            if ones[i, _LEFT] >= others[j, _RIGHT]:
                break
            left, right = max(ones[i, _LEFT], others[j, _LEFT]), min(ones[i, _RIGHT], others[j, _RIGHT])
            if left < right:
                number = _lower_edges(to, number, (ones[i], others[j]), left, right)
    return to, number


@compiled
def _lower_edges(to: Any, number: int, both: Any, left: float, right: float) -> int:
    """Write the lower of two edges, and the other one from where they cross."""
    one, other = both
    sign = one[_SIGN] * other[_SIGN]
    a, b = _height(one, left), _height(one, right)
    c, d = _height(other, left), _height(other, right)
    if a <= c and b <= d:
        return _write(to, number, (left, a, right, one[_SLOPE], sign))
    if a >= c and b >= d:
        return _write(to, number, (left, c, right, other[_SLOPE], sign))
    share = (a - c) / ((a - c) - (b - d))
    middle = left + share * (right - left)
    level = a + share * (b - a)
    first, then = (one, other) if a < c else (other, one)
    number = _write(to, number, (left, min(a, c), middle, first[_SLOPE], sign))
    return _write(to, number, (middle, level, right, then[_SLOPE], sign))
