"""A compiled loop that finds which of many trips have much in common; see `loops`."""

import numpy as np

from geoenforce.core.compiled import compiled
from geoenforce.patrols.distance import Integers


@compiled
def sharing(
    trip: Integers, group_end: Integers, of_trip: Integers, first: Integers, enough: tuple[float, float]
) -> Integers:
    """
    Find the pairs of trips that share enough tokens.

    Pairs are counted trip by trip, so that memory grows with the trips and not with what they share.

    Parameters
    ----------
    trip, group_end
        The trip of each token, ordered by token and then by trip, and where the tokens equal to it end.
    of_trip, first
        Where the tokens of each trip are: trip n has those at ``of_trip[first[n]:first[n + 1]]``.
    enough
        How many tokens two trips must share, and which part of those of the trip that has fewer.

    Returns
    -------
    pairs
        Two trips a row, ascending.

    Examples
    --------
    Trips 0 and 2 share two of their three tokens; trip 1 shares one:

    >>> trip, group_end = np.array([0, 1, 2, 0, 2, 0, 2]), np.array([3, 3, 3, 5, 5, 6, 7])
    >>> of_trip, first = np.argsort(trip, kind="stable"), np.array([0, 3, 4, 7])
    >>> sharing(trip, group_end, of_trip, first, (2.0, 0.3)).tolist()
    [[0, 2]]
    """
    trips, found = len(first) - 1, 0
    pairs = np.empty((16, 2), dtype=np.int64)
    shared, met = np.zeros(trips, dtype=np.int64), np.empty(trips, dtype=np.int64)
    for one in range(trips):
        count = 0
        for number in range(first[one], first[one + 1]):
            at = of_trip[number]
            for equal in range(at + 1, group_end[at]):
                other = trip[equal]
                if other != one and shared[other] == 0:
                    met[count] = other
                    count += 1
                shared[other] += other != one
        for other in np.sort(met[:count]):
            fewer = min(first[one + 1] - first[one], first[other + 1] - first[other])
            if shared[other] >= max(enough[0], enough[1] * fewer):
                pairs = _with_room(pairs, found)
                pairs[found, 0], pairs[found, 1] = one, other
                found += 1
            shared[other] = 0
    return pairs[:found]


@compiled
def _with_room(pairs: Integers, held: int) -> Integers:
    """Return a longer copy of a full array."""
    if held < len(pairs):
        return pairs
    longer = np.empty((2 * len(pairs), 2), dtype=np.int64)
    longer[:held] = pairs
    return longer
