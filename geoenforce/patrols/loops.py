"""
Loops over fixes that numpy cannot say in few passes, compiled to machine code by numba.

Import this module where a loop is called, and not at the head of a module: numba takes a quarter of a second to
import. The machine code of a loop is kept beside this file, so only its very first call on a machine compiles it.
"""

from typing import Any

import numpy as np

from geoenforce.core.compiled import compiled
from geoenforce.patrols.distance import Flags, Floats, Integers, Rows


@compiled
def rows_by_list(owner: Rows, is_flagged: Flags, block: Rows) -> tuple[Rows, Integers]:
    """
    Deal rows to two lists per block: those without a flag, and those with one.

    Parameters
    ----------
    owner
        Number of each row's owner; negative rows are dealt to nobody.
    is_flagged
        By row.
    block
        Number of each owner's block.

    Returns
    -------
    rows, ends
        List n (twice the block, and one more for the flagged) has the rows from ``ends[n]`` to ``ends[n + 1]``.

    Examples
    --------
    >>> rows, ends = rows_by_list(np.array([0, -1, 1, 0]), np.array([False, False, False, True]), np.array([0, 1]))
    >>> rows.tolist(), ends.tolist()
    ([0, 3, 2], [0, 1, 2, 3, 3])
    """
    most = 0
    for number in block:
        most = max(most, number + 1)
    ends = np.zeros(2 * most + 1, dtype=np.int64)
    for row in range(len(owner)):
        if owner[row] >= 0:
            ends[2 * block[owner[row]] + is_flagged[row] + 1] += 1
    ends = np.cumsum(ends)
    free = ends.copy()
    rows = np.empty(ends[-1], dtype=np.int32)
    for row in range(len(owner)):
        if owner[row] >= 0:
            number = 2 * block[owner[row]] + is_flagged[row]
            rows[free[number]] = row
            free[number] += 1
    return rows, ends


@compiled
def cells_of(
    longitude: Floats, latitude: Floats, corner: tuple[float, float], cell: tuple[float, float], grid: Any, outside: int
) -> Integers:
    """
    Look positions up in a raster; beyond it, they are outside.

    Examples
    --------
    >>> cells_of(np.array([0.5, 2.5]), np.array([0.5, 0.5]), (0.0, 0.0), (1.0, 1.0), np.array([[7]]), -1).tolist()
    [7, -1]
    """
    rows, columns = grid.shape
    found = np.empty(len(longitude), dtype=np.int64)
    for number in range(len(longitude)):
        column = (longitude[number] - corner[0]) / cell[0]
        row = (latitude[number] - corner[1]) / cell[1]
        if 0 <= column < columns and 0 <= row < rows:
            found[number] = grid[int(row), int(column)]
        else:
            found[number] = outside
    return found


@compiled
def gathered(rows: Rows, owner: Rows, time: tuple[Integers, int, int], place: tuple[Floats, Floats]) -> Any:
    """
    Take the owners, times in seconds and places of some rows, each row once.

    Parameters
    ----------
    rows
        Which ones.
    owner
        By row.
    time
        Moments by row, and what to multiply and then to divide them by to get microseconds.
    place
        Longitude and latitude by row.

    Examples
    --------
    >>> place = np.array([116.3, 116.4]), np.array([23.5, 23.6])
    >>> [found.tolist() for found in gathered(np.array([1]), np.array([7, 8]), (np.array([0, 1500]), 1000, 1), place)]
    [[8], [1.5], [116.4], [23.6]]
    """
    moment, times, over = time
    owners, time_s = np.empty(len(rows), dtype=owner.dtype), np.empty(len(rows))
    longitude, latitude = np.empty(len(rows)), np.empty(len(rows))
    for number in range(len(rows)):
        row = rows[number]
        owners[number] = owner[row]
        time_s[number] = (moment[row] * times // over) / 1e6
        longitude[number], latitude[number] = place[0][row], place[1][row]
    return owners, time_s, longitude, latitude


@compiled
def linked_steps(trip: Integers, time: tuple[Floats, Floats], hops_m: Floats, limit_m_s: float) -> Any:
    """
    Say which steps lie within a trip and are possible, and give length and time of these; the others have none.

    Examples
    --------
    >>> time = np.array([0.0, 10.0, 20.0]), np.ones(3)
    >>> [values.tolist() for values in linked_steps(np.zeros(3, int), time, np.array([100.0, 900.0]), 40.0)]
    [[True, False], [100.0, 0.0], [10.0, 0.0]]
    """
    linked = np.zeros(len(hops_m), dtype=np.bool_)
    length_m, time_s = np.zeros(len(hops_m)), np.zeros(len(hops_m))
    for at in range(len(hops_m)):
        took_s = time[0][at + 1] - time[0][at]
        if trip[at] == trip[at + 1] and hops_m[at] <= limit_m_s * max(took_s, time[1][at + 1]):
            linked[at], length_m[at], time_s[at] = True, hops_m[at], took_s
    return linked, length_m, time_s


@compiled
def added_up(slot: tuple[Integers, Integers, int], length_m: Floats, time_s: Floats, long_m: float) -> Any:
    """
    Count the fixes of each trip in each place, and add up the steps that stay in one.

    Parameters
    ----------
    slot
        Trip and place of each fix, and how many places there are; slots are numbered trip by trip.
    length_m, time_s
        Of the step from each fix to the next.
    long_m
        A longer step may leave its place and come back.

    Returns
    -------
    fixes, length_m, time_s, is_cut
        Three arrays by slot, and which steps are in none of them: that lead from one place to another, or are long.

    Examples
    --------
    >>> slot = np.zeros(3, int), np.array([0, 0, 1]), 2
    >>> [values.tolist() for values in added_up(slot, np.array([2.0, 5.0]), np.array([1.0, 1.0]), 300.0)]
    [[2, 1], [2.0, 0.0], [1.0, 0.0], [False, True]]
    """
    trip, place, places = slot
    slots = (trip[-1] + 1) * places if len(trip) else 0
    fixes, length, time = np.zeros(slots, dtype=np.int64), np.zeros(slots), np.zeros(slots)
    is_cut = np.zeros(len(length_m), dtype=np.bool_)
    for at in range(len(trip)):
        fixes[trip[at] * places + place[at]] += 1
    for at in range(len(length_m)):
        is_cut[at] = trip[at] == trip[at + 1] and (place[at] != place[at + 1] or length_m[at] > long_m)
        if not is_cut[at]:
            length[trip[at] * places + place[at]] += length_m[at]
            time[trip[at] * places + place[at]] += time_s[at]
    return fixes, length, time, is_cut


@compiled
def kept_vertices(x: Floats, y: Floats, first: Integers, squeeze: Floats, tolerance: float) -> Flags:
    """
    Choose the vertices of simplified lines, by Douglas and Peucker.

    Parameters
    ----------
    x, y
        Vertices of all lines.
    first
        Line n has the vertices from ``first[n]`` to ``first[n + 1]``, one at least.
    squeeze
        What x is multiplied by, line by line, to be in the unit of y.
    tolerance
        What lies no farther from the simplified line is left out; in the unit of y.

    Examples
    --------
    >>> x, y = np.array([0.0, 1.0, 2.0]), np.array([0.0, 0.1, 0.0])
    >>> [kept_vertices(x, y, np.array([0, 3]), np.ones(1), near).tolist() for near in (0.2, 0.05)]
    [[True, False, True], [True, True, True]]
    """
    kept = np.zeros(len(x), dtype=np.bool_)
    waiting = np.empty(len(x), dtype=np.int64)
    for line in range(len(first) - 1):
        start, end = first[line], first[line + 1] - 1
        kept[start] = kept[end] = True
        depth = 0 if start == end else 1
        waiting[0] = end
        while depth:
            far = _farthest(x, y, (start, waiting[depth - 1]), squeeze[line], tolerance * tolerance)
            if far >= 0:
                waiting[depth] = far
                depth += 1
            else:
                depth -= 1
                start = waiting[depth]
                kept[start] = True
    return kept


@compiled
def _farthest(x: Floats, y: Floats, ends: tuple[int, int], squeeze: float, near: float) -> int:
    """Return the vertex farthest from the straight way between two, -1 if none is farther than the root of `near`."""
    start, end = ends
    x0, y0 = x[start], y[start]
    run_x, run_y = (x[end] - x0) * squeeze, y[end] - y0
    whole = run_x * run_x + run_y * run_y
    part = 1 / whole if whole > 0 else 0.0
    found = -1
    for at in range(start + 1, end):
        east, north = (x[at] - x0) * squeeze, y[at] - y0
        along = east * run_x + north * run_y
        if along <= 0:
            away = east * east + north * north
        elif along >= whole:
            away = (east - run_x) ** 2 + (north - run_y) ** 2
        else:
            across = east * run_y - north * run_x
            away = across * across * part
        if away > near:
            near, found = away, at
    return found
