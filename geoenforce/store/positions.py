"""Places of rows in their table: new rows come in between without moving the others."""

from bisect import bisect_left

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def positions(before: Floats) -> Floats:
    """
    Place rows in a new order, moving as few of those that are there as can be.

    Parameters
    ----------
    before
        The places of the rows in their new order; NaN for new ones.

    Examples
    --------
    >>> positions(np.array([0.0, np.nan, 1.0, np.nan])).tolist()
    [0.0, 0.5, 1.0, 2.0]
    >>> positions(np.array([5.0, 1.0, 2.0, 3.0])).tolist()  # the first one has moved
    [0.0, 1.0, 2.0, 3.0]
    """
    count = len(before)
    there = _kept(before)
    if not len(there):
        return np.arange(count, dtype=np.float64)
    ends = np.r_[-1, there, count]
    room = np.diff(ends)
    values = np.r_[before[there[0]] - room[0], before[there], before[there[-1]] + room[-1]]
    placed = np.interp(np.arange(count), ends, values)
    is_in_order = bool((np.diff(placed) > 0).all())  # not where rows were put between the same two fifty times
    return placed if is_in_order else np.arange(count, dtype=np.float64)


def _kept(before: Floats) -> npt.NDArray[np.int64]:
    """Return the most rows that stand in the right order already: a longest increasing subsequence."""
    there = np.flatnonzero(~np.isnan(before))
    places = before[there]
    if (np.diff(places) > 0).all():
        return there
    ends: list[float] = []  # the least end of a run of each length
    lengths = np.empty(len(places), dtype=np.int64)
    for number, place in enumerate(places.tolist()):
        length = bisect_left(ends, place)
        ends[length : length + 1] = [place]
        lengths[number] = length
    kept, wanted, most = [], len(ends) - 1, np.inf
    for number in range(len(places) - 1, -1, -1):
        if lengths[number] == wanted and places[number] < most:
            kept.append(number)
            wanted, most = wanted - 1, places[number]
    return there[kept[::-1]]
