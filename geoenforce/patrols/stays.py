"""Where and how long a patrol stood still."""

import numpy as np

from geoenforce.patrols.distance import Flags, Integers, distance_m
from geoenforce.patrols.logs import Log

#: A stay lasts at least so long, within so many metres.
STAY_S, STAY_M = 180.0, 30.0
_THIRD_US = round(STAY_S / 3 * 1e6)
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
    if not len(log):
        return np.zeros(0, dtype=bool)
    first = np.flatnonzero(np.diff(outing, prepend=-1))
    after = np.append(first[1:], len(log))
    thin = _thinned(log, first, after)
    clock, number = _one_clock(log, first, after, thin)
    longitude, latitude = log.longitude[thin], log.latitude[thin]
    stays = np.arange(len(thin))  # most end at once, so that each part has less to look at
    for part in (1, 2, 3):  # a third, two and all of a stay: who drives into a lane and back does not stand
        b = np.searchsorted(clock, clock[stays] + part * _THIRD_US)
        known = b < len(thin)
        stays, b = stays[known], b[known]
        near = number[b] == number[stays]
        near &= distance_m(longitude[stays], latitude[stays], longitude[b], latitude[b]) <= STAY_M
        stays, b = stays[near], b[near]
    ends = np.bincount(thin[stays], minlength=len(log)) - np.bincount(thin[b], minlength=len(log))
    is_still: Flags = np.cumsum(ends)[:-1] > 0
    is_still[after[:-1] - 1] = False
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


def _thinned(log: Log, first: Integers, after: Integers) -> Integers:
    """Keep the first fix of every half minute of an outing."""
    since = log.time_s - np.repeat(log.time_s[first], after - first)
    begins = np.diff(np.floor(since / _THIN_S), prepend=-1.0) != 0
    begins[first] = True
    return np.flatnonzero(begins)


def _one_clock(log: Log, first: Integers, after: Integers, thin: Integers) -> tuple[Integers, Integers]:
    """Put the thinned outings one after another on a rising clock in microseconds, so that one search serves all."""
    number = np.searchsorted(first, thin, side="right") - 1
    micros, start = (np.rint(log.time_s[at] * 1e6).astype(np.int64) for at in (thin, first))
    room = np.rint(log.time_s[after - 1] * 1e6).astype(np.int64) - start + 4 * _THIRD_US
    return micros + (np.cumsum(room) - room - start)[number], number
