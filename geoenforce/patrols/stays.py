"""Where and how long a patrol stood still."""

import numpy as np

from geoenforce.patrols.distance import Flags, Integers, distance_m
from geoenforce.patrols.logs import Log

#: A stay lasts at least so long, within so many metres.
STAY_S, STAY_M = 180.0, 30.0
_THIN_S = 30.0


def still_steps(log: Log, outing: Integers) -> Flags:
    """
    Say which steps, from each fix to the next, are spent standing.

    A stay is any stretch of at least three minutes after which the patrol is still within 30 m. Its ends
    are found to half a minute.

    Parameters
    ----------
    log
        Sorted fixes.
    outing
        Number of each fix's outing, ascending; a step between two outings is never still.

    Examples
    --------
    Ten minutes at one place, then ten minutes of 100 m each:

    >>> time_s = np.arange(0, 21) * 60.0
    >>> north = np.concatenate([np.zeros(11), np.arange(1, 11)]) * 0.0009
    >>> log = Log(np.arange(21), np.zeros(21, int), time_s, np.full(21, 116.4), 23.5 + north)
    >>> still_steps(log, np.zeros(21, int)).tolist() == [True] * 10 + [False] * 10
    True
    """
    thin = _thinned(log, outing)
    # One rising clock for all outings, so that one search serves them all.
    clock_s = log.time_s[thin] - log.time_s.min(initial=np.inf)
    day = float(clock_s.max(initial=0.0)) + 2 * STAY_S
    clock_s = clock_s + outing[thin] * day
    stays = np.ones(len(thin), dtype=bool)
    for part in (1 / 3, 2 / 3, 1.0):  # on the way too: who drives into a lane and back does not stand
        b = thin[np.minimum(np.searchsorted(clock_s, clock_s + part * STAY_S), len(thin) - 1)]
        near = distance_m(log.longitude[thin], log.latitude[thin], log.longitude[b], log.latitude[b]) <= STAY_M
        stays &= near & (outing[thin] == outing[b]) & (log.time_s[b] - log.time_s[thin] >= part * STAY_S)
    change = np.zeros(len(log) + 1, dtype=np.int64)
    np.add.at(change, thin[stays], 1)
    np.add.at(change, b[stays], -1)
    is_still: Flags = np.cumsum(change)[: max(len(log) - 1, 0)] > 0
    is_still &= np.diff(outing) == 0
    return is_still


def count_stays(is_still: Flags, outing: Integers, outings: int) -> Integers:
    """
    Count the stays of each outing.

    Examples
    --------
    >>> count_stays(np.array([True, True, False, True]), np.zeros(5, int), 1).tolist()
    [2]
    """
    begins = is_still & ~np.concatenate([[False], is_still[:-1] & (outing[1:-1] == outing[:-2])])[: len(is_still)]
    return np.bincount(outing[:-1][begins], minlength=outings).astype(np.int64)


def _thinned(log: Log, outing: Integers) -> Integers:
    """Keep the first fix of every half minute of an outing."""
    if not len(log):
        return np.zeros(0, dtype=np.int64)
    first = np.flatnonzero(np.diff(outing, prepend=-1))
    since = log.time_s - np.repeat(log.time_s[first], np.diff(np.append(first, len(log))))
    slot = np.floor(since / _THIN_S)
    return np.flatnonzero((np.diff(outing, prepend=-1) != 0) | (np.diff(slot, prepend=-1.0) != 0))
