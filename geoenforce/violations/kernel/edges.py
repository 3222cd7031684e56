"""
Compiled: the areas that polygons share, as sums over pairs of their edges.

A polygon is the sum of what lies between each of its edges and the bottom of a window, counted with the edge's sign. So
the area that two polygons share is the sum, over pairs of edges, of what lies below both, and no corner of the shared
ground is ever looked for: edges that touch, coincide or cross in a vertex need no special case, and every term changes
only a little if a vertex does. Three polygons: what lies below both edges of a pair is again below an edge. Below the
bottom counts with the other sign, and cancels where one of the two lies in the window with all of its edges.

Coordinates count from the corner of the window, which keeps far-off origins from costing digits. Every sum has one
order, which depends on nothing but the polygons themselves.

Edges are rows: x and y of the left end, x of the right end, slope, sign, and, once sorted, how far right those up to
here reach. Inner loops pass numbers, not parts of arrays: making one costs more than an edge does.
"""

from typing import Any

import numpy as np

from geoenforce.core.compiled import compiled
from geoenforce.core.flat import CHUNK

_LEFT, _LOW, _RIGHT, _SLOPE, _SIGN, _REACH = range(6)
_COLUMNS = 6

_FEW = 100  # edges to be sorted
_EVERYWHERE = -1  # edges of basic farmland that covers all of a patch

#: Polygons that share less than this, in m², only have a border in common: it is the noise of their coordinates.
BORDER_M2 = 1e-6

#: A share of the patch that is nothing but the noise of its sums.
_NOTHING = 1e-12


@compiled
def measure(patches: Any, basic: Any, parcels: Any, near: Any, which: Any, to: Any) -> None:
    """
    Measure how much of some patches lies in basic farmland, and in each parcel, outside of it and within.

    `near` is what may touch each of these patches, of basic farmland and of the parcels, as `search` returns it. An
    area is written for each patch, and two for each parcel near it; what lies within basic farmland only if there is
    room for it. The areas hold if no two polygons of a layer share ground in the patch: whether some do is written for
    each patch, if there is room for that.
    """
    own, others = _room(), _room()
    of_basic, sorted_basic, seen = _nothing_kept(), _room(), _nothing_kept()
    (basic_start, near_basic), (parcel_start, near_parcels) = near
    in_basic_m2, outside_m2, within_m2, overlaps = to
    looks = len(overlaps) > 0
    for place in range(len(which)):
        window = _window(patches.box, which[place])
        others, count = _load(patches, which[place], window, others, 0)
        own = _sort(others, (0, count), own, 0)
        whole = _area(own, 0, count)
        patch = own, count, _NOTHING * whole, window
        span = basic_start[place], basic_start[place + 1]
        of_basic, number, total, (others, seen) = _in_any(
            patch, basic, near_basic, span, (of_basic, others, seen, looks)
        )
        in_basic_m2[place] = total
        if looks:
            overlaps[place] = _any_overlap(basic.box, seen, number, window)
        if total < whole - _NOTHING * whole:
            sorted_basic = _sort_each(of_basic, number, sorted_basic)
        elif len(within_m2):
            number = _EVERYWHERE
        else:
            continue
        span = parcel_start[place], parcel_start[place + 1]
        basic_there = basic.box, (sorted_basic, of_basic[1], of_basic[2]), number
        room = basic_there, (outside_m2, within_m2), (others, seen, looks)
        number, (others, seen) = _in_each(patch, parcels, near_parcels, span, room)
        if looks and _any_overlap(parcels.box, seen, number, window):
            overlaps[place] = True


@compiled
def _in_any(own: Any, layer: Any, near: Any, span: Any, room: Any) -> Any:
    """Keep the edges of what each polygon shares with the patch; return them, how many polygons, and the whole area."""
    ones, count, nothing, window = own
    (rows, ends, polygons), others, seen, looks = room
    number, total = 0, 0.0
    for k in range(span[0], span[1]):
        others, size = _load(layer, near[k], window, others, 0)
        rows, end = _shared_edges((ones, count), (others, size), rows, ends[number])
        area = _area(rows, ends[number], end)
        if area > nothing:
            total += area
            ends, polygons = _with_places(ends, number + 1), _with_places(polygons, number)
            ends[number + 1], polygons[number] = end, near[k]
            if looks:
                seen = _keep(seen, number, (others, size), near[k])
            number += 1
    return (rows, ends, polygons), number, total, (others, seen)


@compiled
def _in_each(own: Any, layer: Any, near: Any, span: Any, room: Any) -> Any:
    """Write what each polygon shares with the patch; keep the edges of those that share some, if one looks at them."""
    ones, count, nothing, window = own
    of_basic, (outside_m2, within_m2), (others, seen, looks) = room
    number = 0
    for k in range(span[0], span[1]):
        others, size = _load(layer, near[k], window, others, 0)
        shared = _shared_area(ones, (0, count), others, size)
        if shared <= nothing:
            continue
        within = shared
        if of_basic[2] != _EVERYWHERE:
            sides = layer.box[near[k], 0], layer.box[near[k], 1], layer.box[near[k], 2], layer.box[near[k], 3]
            within = min(_shared_with_any(of_basic, others, size, sides), shared)
        outside_m2[k] = shared - within
        if len(within_m2):
            within_m2[k] = within
        if looks:
            seen = _keep(seen, number, (others, size), near[k])
            number += 1
    return number, (others, seen)


@compiled
def _shared_with_any(those: Any, others: Any, size: int, sides: Any) -> float:
    """Sum the areas that edges share with what is kept of polygons, as far as the boxes of these reach there."""
    boxes, (rows, ends, polygons), number = those
    total = 0.0
    for one in range(number):
        box = polygons[one]
        beside = boxes[box, 0] >= sides[2] or boxes[box, 2] <= sides[0]
        if not (beside or boxes[box, 1] >= sides[3] or boxes[box, 3] <= sides[1]):
            total += max(_shared_area(rows, (ends[one], ends[one + 1]), others, size), 0.0)
    return total


@compiled
def _nothing_kept() -> Any:
    """Return room for the edges of polygons one after another: rows, where each one's end, and which they are."""
    return _room(), np.zeros(64, np.int64), np.zeros(64, np.int64)


@compiled
def _keep(kept: Any, number: int, edges: Any, polygon: int) -> Any:
    """Keep the edges of a polygon, sorted, behind those of so many others."""
    rows, ends, polygons = kept
    ends, polygons = _with_places(ends, number + 1), _with_places(polygons, number)
    rows = _sort(edges[0], (0, edges[1]), rows, ends[number])
    ends[number + 1], polygons[number] = ends[number] + edges[1], polygon
    return rows, ends, polygons


@compiled
def _with_places(places: Any, last: int) -> Any:
    return places if last < len(places) else np.append(places, np.zeros_like(places))


@compiled
def _sort_each(kept: Any, number: int, to: Any) -> Any:
    """Sort the edges of each polygon by themselves."""
    rows, ends, _ = kept
    for one in range(number):
        to = _sort(rows, (ends[one], ends[one + 1]), to, ends[one])
    return to


@compiled
def _any_overlap(boxes: Any, kept: Any, number: int, window: Any) -> bool:
    """Say whether two of the polygons that were kept, sorted by their boxes, share ground in a window."""
    polygons = kept[2]
    for i in range(number):
        for j in range(i + 1, number):
            if boxes[polygons[j], 0] >= boxes[polygons[i], 2]:
                break  # so are all further ones
            if _overlap(boxes, kept, i, j, window):
                return True
    return False


@compiled
def _overlap(boxes: Any, kept: Any, i: int, j: int, window: Any) -> bool:
    """Say whether two of the polygons that were kept share ground in a window."""
    rows, ends, polygons = kept
    sides = _common(boxes, polygons[i], polygons[j], window)
    if sides[0] >= sides[2] or sides[1] >= sides[3]:
        return False
    return bool(_shared_between(rows, (ends[i], ends[i + 1]), (ends[j], ends[j + 1]), sides) > BORDER_M2)


@compiled
def shared_by_pairs(layer: Any, pairs: Any, windows: Any, span: Any, shared_m2: Any) -> None:
    """Measure what pairs of polygons of one layer share within windows that lie in both of their boxes."""
    kept, others = _nothing_kept(), _room()
    for pair in range(span[0], span[1]):
        window = _window(windows, pair)
        for k in range(2):
            others, size = _load(layer, pairs[pair, k], window, others, 0)
            kept = _keep(kept, k, (others, size), pairs[pair, k])
        rows, ends, _ = kept
        shared_m2[pair] = _shared_between(rows, (ends[0], ends[1]), (ends[1], ends[2]), (0.0, 0.0, *window[2:]))


@compiled
def overlapping_near(boxes: Any, layer: Any, start: Any, near: Any) -> Any:
    """
    Find the polygons near a box that share ground in it, as pairs of places in `near`.

    Each polygon is loaded once for each box, and of a pair only what lies between the sides of their common box is
    looked at; heights count from its bottom, which keeps what is far below from costing digits.
    """
    kept, others = _nothing_kept(), _room()
    pairs, count = np.empty((64, 2), np.int64), 0
    for one in range(len(boxes)):
        window, first, number = _window(boxes, one), start[one], start[one + 1] - start[one]
        for k in range(number):
            others, size = _load(layer, near[first + k], window, others, 0)
            kept = _keep(kept, k, (others, size), near[first + k])
        for i in range(number):
            for j in range(i + 1, number):
                if _overlap(layer.box, kept, i, j, window):
                    pairs = _with_pairs(pairs, count)
                    pairs[count, 0], pairs[count, 1] = first + i, first + j
                    count += 1
    return pairs[:count].copy()


@compiled
def _common(boxes: Any, one: int, other: int, window: Any) -> Any:
    """Return what two boxes share in a window, counted from its corner."""
    west, south = max(boxes[one, 0], boxes[other, 0]) - window[0], max(boxes[one, 1], boxes[other, 1]) - window[1]
    east, north = min(boxes[one, 2], boxes[other, 2]) - window[0], min(boxes[one, 3], boxes[other, 3]) - window[1]
    return max(west, 0.0), max(south, 0.0), min(east, window[2]), min(north, window[3])


@compiled
def _with_pairs(pairs: Any, used: int) -> Any:
    if used < len(pairs):
        return pairs
    longer = np.empty((2 * used, 2), np.int64)
    longer[:used] = pairs
    return longer


@compiled
def _window(boxes: Any, one: int) -> Any:
    """Return the west and south side of a box, its width and its height."""
    return boxes[one, 0], boxes[one, 1], boxes[one, 2] - boxes[one, 0], boxes[one, 3] - boxes[one, 1]


@compiled
def _load(layer: Any, polygon: int, window: Any, edges: Any, count: int) -> Any:
    """
    Add the edges of a polygon behind those that are there, as far as they matter in a window; return the new count.

    They are cut at its sides, not at its bottom and top: what lies below the patch does so for its upper and its lower
    edges alike. Of edges above the window only where a run of them begins and ends matters, and so of a chunk of them.
    All that is decided without a branch, for none could foresee it: each edge is written, and the next one over it if
    it does not count. Its loop stands here because as a function of its own it took a quarter longer.
    """
    x, y, width, height = window
    xy, starts, chunks, boxes, signs = layer.xy, layer.ring, layer.chunk, layer.chunk_box, layer.sign
    for ring in range(layer.polygon[polygon], layer.polygon[polygon + 1]):
        sign = signs[ring]
        for chunk in range(chunks[ring], chunks[ring + 1]):
            if boxes[chunk, 2] - x <= 0 or boxes[chunk, 0] - x >= width or boxes[chunk, 3] - y < 0:
                continue
            begin = starts[ring] + (chunk - chunks[ring]) * CHUNK
            end = min(begin + CHUNK, starts[ring + 1] - 1)
            step = end - begin if boxes[chunk, 1] - y >= height else 1
            edges = _with_room(edges, count, CHUNK + 1)
            start, was_above, was_kept = 0.0, False, False
            for i in range(begin, end, step):
                ax, ay, bx, by = xy[i, 0] - x, xy[i, 1] - y, xy[i + step, 0] - x, xy[i + step, 1] - y
                above = (ay >= height) & (by >= height)
                slope = 0.0 if above else (by - ay) / (bx - ax)
                start = start if above & was_above else ax
                count -= above & was_above & was_kept
                left, right = max(min(start, bx), 0.0), min(max(start, bx), width)
                edges[count, _LEFT], edges[count, _RIGHT], edges[count, _SLOPE] = left, right, slope
                edges[count, _LOW] = height if above else ay + (left - ax) * slope
                edges[count, _SIGN] = -sign if start < bx else sign  # the ground is above it, or below
                was_above, was_kept = above, (left < right) & (max(ay, by) >= 0)
                count += was_kept
    return edges, count


@compiled
def _write(edges: Any, count: int, row: Any) -> int:
    if not row[0] < row[2]:
        return count
    edges[count, _LEFT], edges[count, _LOW], edges[count, _RIGHT] = row[0], row[1], row[2]
    edges[count, _SLOPE], edges[count, _SIGN] = row[3], row[4]
    return count + 1


@compiled
def _sort(edges: Any, span: Any, to: Any, end: int) -> Any:
    """Write edges sorted by their left ends behind others, with how far right those up to each reach."""
    first, count = span[0], span[1] - span[0]
    order = (
        _in_order(edges, first, count) if count <= _FEW else np.argsort(edges[first : span[1], _LEFT], kind="mergesort")
    )
    to = _with_room(to, end, count)
    reach = -np.inf
    for i in range(count):
        for column in range(_REACH):
            to[end + i, column] = edges[first + order[i], column]
        reach = max(reach, to[end + i, _RIGHT])
        to[end + i, _REACH] = reach
    return to


@compiled
def _in_order(edges: Any, first: int, count: int) -> Any:
    """Sort a few by insertion, which is quicker for them; equal ones keep their order, as they do in a merge."""
    order = np.empty(count, np.int64)
    for one in range(count):
        place, left = one, edges[first + one, _LEFT]
        while place > 0 and edges[first + order[place - 1], _LEFT] > left:
            order[place] = order[place - 1]
            place -= 1
        order[place] = one
    return order


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
def _area(edges: Any, first: int, end: int) -> float:
    """Return the area that edges bound."""
    twice = 0.0
    for i in range(first, end):
        width = edges[i, _RIGHT] - edges[i, _LEFT]
        twice += edges[i, _SIGN] * width * (2 * edges[i, _LOW] + width * edges[i, _SLOPE])
    return 0.5 * twice


@compiled
def _first_that_reaches(edges: Any, first: int, last: int, x: float) -> int:
    while first < last:
        middle = (first + last) // 2
        if edges[middle, _REACH] > x:
            last = middle
        else:
            first = middle + 1
    return first


@compiled
def _shared_area(ones: Any, span: Any, others: Any, number: int) -> float:
    """
    Return the area that a run of sorted edges shares with others.

    The run bounds ground within the window, all of it; the others are those of a polygon that matter there (`_load`).
    """
    total = 0.0
    for j in range(number):
        begin, stop = others[j, _LEFT], others[j, _RIGHT]
        other, of_one = (begin, others[j, _LOW], others[j, _SLOPE]), 0.0
        for i in range(_first_that_reaches(ones, span[0], span[1], begin), span[1]):
            first = ones[i, _LEFT]
            if first >= stop:
                break
            left, right = max(first, begin), min(ones[i, _RIGHT], stop)
            if left < right:
                heights = _heights((first, ones[i, _LOW], ones[i, _SLOPE]), other, left, right)
                of_one += ones[i, _SIGN] * (right - left) * _twice_below_both(heights)
        total += others[j, _SIGN] * of_one
    return 0.5 * total


@compiled
def _shared_between(edges: Any, ones: Any, others: Any, sides: Any) -> float:
    """Return the area that two runs of sorted edges share within a box: neither of the two need lie in it."""
    west, south, east, north = sides
    total = 0.0
    for j in range(_first_that_reaches(edges, others[0], others[1], west), others[1]):
        begin, stop = max(edges[j, _LEFT], west), min(edges[j, _RIGHT], east)
        if edges[j, _LEFT] >= east:
            break
        other, of_one = (edges[j, _LEFT], edges[j, _LOW] - south, edges[j, _SLOPE]), 0.0
        for i in range(_first_that_reaches(edges, ones[0], ones[1], begin), ones[1]):
            first = edges[i, _LEFT]
            if first >= stop:
                break
            left, right = max(first, begin), min(edges[i, _RIGHT], stop)
            if left < right:
                heights = _heights((first, edges[i, _LOW] - south, edges[i, _SLOPE]), other, left, right)
                of_one += edges[i, _SIGN] * (right - left) * _twice_below_both_within(heights, north - south)
        total += edges[j, _SIGN] * of_one
    return 0.5 * total


@compiled
def _heights(one: Any, other: Any, left: float, right: float) -> Any:
    """Return how high two edges are at the left and at the right; an edge is its left end and its slope."""
    return (
        one[1] + (left - one[0]) * one[2],
        one[1] + (right - one[0]) * one[2],
        other[1] + (left - other[0]) * other[2],
        other[1] + (right - other[0]) * other[2],
    )


@compiled
def _twice_below_both(heights: Any) -> Any:
    """Return twice the mean height of what lies below two edges."""
    a, b, c, d = heights
    left, right = a - c, b - d
    if left * right >= 0:
        return min(a, c) + min(b, d)
    share = left / (left - right)  # where they cross
    level = a + share * (b - a)
    return share * (min(a, c) + level) + (1 - share) * (level + min(b, d))


@compiled
def _twice_below_both_within(heights: Any, top: float) -> Any:
    """Return twice the mean height of what lies below two edges, above the ground and up to a top."""
    a, b, c, d = heights
    left, right = a - c, b - d
    if left * right >= 0:
        return _twice_mean_within(min(a, c), min(b, d), top)
    share = left / (left - right)  # where they cross
    level = a + share * (b - a)
    first, then = _twice_mean_within(min(a, c), level, top), _twice_mean_within(level, min(b, d), top)
    return share * first + (1 - share) * then


@compiled
def _twice_mean_within(begin: float, end: float, top: float) -> float:
    return _twice_mean_above(begin, end) - _twice_mean_above(begin - top, end - top)


@compiled
def _twice_mean_above(begin: float, end: float) -> float:
    """Return twice the mean of what of a line lies above zero."""
    low, high = min(begin, end), max(begin, end)
    if low >= 0:
        return begin + end
    return high * high / (high - low) if high > 0 else 0.0


@compiled
def _shared_edges(sorted_ones: Any, some: Any, to: Any, end: int) -> Any:
    """Write the edges below which lies what is below two, behind others; return where they are, and their new end."""
    (ones, count), (others, number) = sorted_ones, some
    for j in range(number):
        to = _with_room(to, end, 2 * count)
        begin, stop = others[j, _LEFT], others[j, _RIGHT]
        other = begin, others[j, _LOW], others[j, _SLOPE]
        for i in range(_first_that_reaches(ones, 0, count, begin), count):
            first = ones[i, _LEFT]
            if first >= stop:
                break
            left, right = max(first, begin), min(ones[i, _RIGHT], stop)
            if left < right:
                one, sign = (first, ones[i, _LOW], ones[i, _SLOPE]), ones[i, _SIGN] * others[j, _SIGN]
                end = _lower_edges(to, end, (one, other, sign), left, right)
    return to, end


@compiled
def _lower_edges(to: Any, number: int, both: Any, left: float, right: float) -> int:
    """Write the lower of two edges, and the other one from where they cross."""
    one, other, sign = both
    a, b, c, d = _heights(one, other, left, right)
    if a <= c and b <= d:
        return _write(to, number, (left, a, right, one[2], sign))
    if a >= c and b >= d:
        return _write(to, number, (left, c, right, other[2], sign))
    share = (a - c) / ((a - c) - (b - d))
    middle = left + share * (right - left)
    level = a + share * (b - a)
    first, then = (one[2], other[2]) if a < c else (other[2], one[2])
    number = _write(to, number, (left, min(a, c), middle, first, sign))
    return _write(to, number, (middle, level, right, then, sign))
