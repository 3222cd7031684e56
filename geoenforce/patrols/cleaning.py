"""Positions that cannot be true: jumps away from the track and back, and speeds that nobody drives."""

from copy import copy
from dataclasses import dataclass

import numpy as np

from geoenforce.patrols.distance import Flags, Floats, Integers, distance_m
from geoenforce.patrols.logs import Log

_LONGEST_BURST = 5  # fixes that a receiver puts beside the track in one go
_ROUNDS = 20
_SHORT_M = 2000.0  # longer steps are measured again, along geodesics
_MINUTE_S, _FEW = 60.0, 10


@dataclass(frozen=True)
class Cleaned:
    """What is left of a log, how far each fix of it is from the next, and the fixes that were taken out."""

    log: Log
    hops_m: Floats
    jump: Integers  # positions in the log as it was
    impossible_speed: Integers


def cleaned(log: Log, max_speed_m_s: float, gap_s: float) -> Cleaned:
    """
    Take out jumps and impossible speeds.

    A *jump* is a burst of at most five fixes that was reached and left faster than possible, while
    the track before and after it fits together; so is such a burst at the start or end of an outing.
    Where the track goes on from the far place, the first fix there has an *impossible speed*.

    Parameters
    ----------
    log
        Sorted fixes.
    max_speed_m_s
        What is possible.
    gap_s
        Fixes further apart in time are not compared.

    Examples
    --------
    The third fix lies 11 km off:

    >>> north = 23.5 + np.array([0, 0, 0.1, 0, 0])
    >>> log = Log(np.arange(5), np.zeros(5, int), np.arange(5) * 10.0, np.full(5, 116.4), north)
    >>> found = cleaned(log, 40.0, 1200.0)
    >>> found.jump.tolist(), found.impossible_speed.tolist(), found.hops_m.tolist()
    ([2], [], [0.0, 0.0, 0.0])
    """
    nothing = np.zeros(0, dtype=np.int64)
    if not len(log):
        return Cleaned(log, np.zeros(0), nothing, nothing)
    pace = _Pace(log, max_speed_m_s, gap_s)
    jumps = [nothing]
    for _ in range(_ROUNDS):
        bad = pace.bursts()
        if not len(bad):
            break
        jumps.append(pace.used[bad])
        pace = pace.without(bad)
    speeding = np.flatnonzero(pace.fast) + 1
    impossible = pace.used[speeding]
    if len(speeding):
        pace = pace.without(speeding)
    kept = log if len(pace.used) == len(log) else log.keep(pace.used)
    return Cleaned(kept, pace.hops_m, np.concatenate(jumps), impossible)


class _Pace:
    """Which steps from one used fix to the next are too fast; an outing ends where a step is a pause."""

    def __init__(self, log: Log, max_speed_m_s: float, gap_s: float) -> None:
        from geoenforce.patrols.motion_loops import paced

        self._log, self._limit, self._gap_s, self._step_s = log, max_speed_m_s, gap_s, time_step_s(log)
        self.used = np.arange(len(log))
        place, time = (log.longitude, log.latitude), (log.time_s, self._step_s)
        self.hops_m, self._apart, self.fast = paced(place, log.stream, time, max_speed_m_s, gap_s)
        far = np.flatnonzero(self.hops_m > _SHORT_M)
        if len(far):
            self.hops_m[far] = self._between(far, far + 1)
            self.fast[far] = self._is_fast(self.hops_m[far], far, far + 1) & ~self._apart[far]

    def without(self, bad: Integers) -> "_Pace":
        """Return the same with some fixes left out; only the steps over them are measured again."""
        rest = copy(self)
        is_kept = np.ones(len(self.used), dtype=bool)
        is_kept[bad] = False
        kept = np.flatnonzero(is_kept)
        rest.used = self.used[kept]
        rest.hops_m, rest._apart, rest.fast = (one[kept[:-1]] for one in (self.hops_m, self._apart, self.fast))
        over = np.flatnonzero(np.diff(kept) > 1)
        before, after = rest.used[over], rest.used[over + 1]
        log = self._log
        rest.hops_m[over] = self._between(before, after)
        rest._apart[over] = (log.stream[before] != log.stream[after]) | (
            log.time_s[after] - log.time_s[before] > self._gap_s
        )
        rest.fast[over] = self._is_fast(rest.hops_m[over], before, after) & ~rest._apart[over]
        return rest

    def bursts(self) -> Integers:
        """Return positions among the used fixes that make up bursts; no two bursts share a step."""
        fast = np.flatnonzero(self.fast)  # from this fix to the next
        if not len(fast):
            return fast
        ends = np.append(np.flatnonzero(self._apart), len(self.used) - 1)  # of outings
        outing = np.searchsorted(ends, fast)
        first, last = np.append(0, ends + 1)[outing], ends[outing]
        for steps in range(1, _LONGEST_BURST + 1):
            found = self._beside(fast[:-steps], fast[steps:], last[:-steps])
            if len(found):
                return found
        return _ends(fast, first, last)

    def _beside(self, reached: Integers, left: Integers, last: Integers) -> Integers:
        """Find fixes between a step that is too fast and a later one, if the track fits together without them."""
        within = (left - reached <= _LONGEST_BURST) & (left < last)
        reached, left = reached[within], left[within]
        before, after = self.used[reached], self.used[left + 1]
        fits = ~self._is_fast(self._between(before, after), before, after)
        chosen = [np.zeros(0, dtype=np.int64)]
        taken = -1
        for one, end in zip(reached[fits].tolist(), left[fits].tolist(), strict=True):
            if one > taken:
                chosen.append(np.arange(one + 1, end + 1))
                taken = end
        return np.concatenate(chosen)

    def _between(self, before: Integers, after: Integers) -> Floats:
        log = self._log
        return distance_m(log.longitude[before], log.latitude[before], log.longitude[after], log.latitude[after])

    def _is_fast(self, length_m: Floats, before: Integers, after: Integers) -> Flags:
        took_s = np.maximum(self._log.time_s[after] - self._log.time_s[before], self._step_s[after])
        return np.asarray(length_m > self._limit * took_s)


def _ends(fast: Integers, first: Integers, last: Integers) -> Integers:
    """Find a few fixes at the start or end of an outing that has one step too fast."""
    left, right = fast - first + 1, last - fast  # fixes on either side of the step, within the outing
    is_only = np.isin(first, first[1:][first[1:] == first[:-1]], invert=True)
    chosen = [np.zeros(0, dtype=np.int64)]
    for number in np.flatnonzero(is_only & (np.minimum(left, right) <= _LONGEST_BURST)).tolist():
        if left[number] < right[number]:
            chosen.append(np.arange(first[number], fast[number] + 1))
        elif right[number] < left[number]:
            chosen.append(np.arange(fast[number] + 1, last[number] + 1))
    return np.concatenate(chosen)


def time_step_s(log: Log) -> Floats:
    """
    Return how finely each fix's stream tells the time, in seconds: some sheets write whole minutes only.

    Examples
    --------
    >>> zeros = np.zeros(2)
    >>> time_step_s(Log(np.arange(2), zeros.astype(int), np.array([60.0, 180.0]), zeros, zeros)).tolist()
    [60.0, 60.0]
    """
    first = np.flatnonzero(np.diff(log.stream, prepend=-1))
    after = np.append(first[1:], len(log))[: len(first)]
    step_s = np.ones(len(log))
    for start, end in zip(first.tolist(), after.tolist(), strict=True):
        few = log.time_s[start : min(start + _FEW, end)]  # most streams show it at once
        if (few % _MINUTE_S == 0).all() and (log.time_s[start:end] % _MINUTE_S == 0).all():
            step_s[start:end] = _MINUTE_S
    return step_s
