"""Where and how long a patrol stood still."""

import numpy as np

from geoenforce.patrols.distance import Flags, Integers
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
    if not len(log):
        return np.zeros(0, dtype=bool)
    from geoenforce.patrols.motion_loops import still_marks

    first = np.append(np.flatnonzero(np.diff(outing, prepend=-1)), len(log))
    return still_marks(log.time_s, log.longitude, log.latitude, first, (STAY_S, STAY_M, _THIN_S))


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
