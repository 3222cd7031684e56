"""Positions that cannot be true: jumps away from the track and back, and speeds that nobody drives."""

from copy import copy
from dataclasses import dataclass

import numpy as np

from geoenforce.patrols.distance import Flags, Floats, Integers, distance_m
from geoenforce.patrols.logs import Log

_LONGEST_BURST = 5  # fixes that a receiver puts beside the track in one go
_ROUNDS = 20
_MINUTE_S = 60.0


@dataclass(frozen=True)
class Wrong:
    """Which fixes of a log are not used, and why."""

    jump: Flags
    impossible_speed: Flags


def find_wrong(log: Log, max_speed_m_s: float, gap_s: float) -> Wrong:
    """
    Find jumps and impossible speeds.

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
    >>> find_wrong(log, 40.0, 1200.0).jump.tolist()
    [False, False, True, False, False]
    """
    if not len(log):
        return Wrong(np.zeros(0, dtype=bool), np.zeros(0, dtype=bool))
    step_s = time_step_s(log)
    used = np.arange(len(log))
    jump = np.zeros(len(log), dtype=bool)
    pace = _Pace(log, used, step_s, max_speed_m_s, gap_s)
    for _ in range(_ROUNDS):
        bad = pace.bursts()
        if not len(bad):
            break
        jump[used[bad]] = True
        used = np.delete(used, bad)
        pace = pace.without(bad)
    speeding = np.zeros(len(log), dtype=bool)
    speeding[used[np.flatnonzero(pace.fast) + 1]] = True
    return Wrong(jump, speeding)


class _Pace:
    """Which steps from one used fix to the next are too fast."""

    def __init__(self, log: Log, used: Integers, step_s: Floats, max_speed_m_s: float, gap_s: float) -> None:
        self._log, self._used, self._step_s, self._limit, self._gap_s = log, used, step_s, max_speed_m_s, gap_s
        self._settle(self._too_fast(used[:-1], used[1:]))

    def without(self, bad: Integers) -> "_Pace":
        """Return the same with some fixes left out; only the steps over them are measured again."""
        rest = copy(self)
        kept = np.delete(np.arange(len(self._used)), bad)
        rest._used = self._used[kept]
        fast = self.fast[kept[:-1]]
        over = np.flatnonzero(np.diff(kept) > 1)
        fast[over] = self._too_fast(rest._used[over], rest._used[over + 1])
        rest._settle(fast)
        return rest

    def _settle(self, fast: Flags) -> None:
        log, used = self._log, self._used
        apart = (np.diff(log.stream[used]) != 0) | (np.diff(log.time_s[used]) > self._gap_s)
        self.fast = fast & ~apart
        starts = np.concatenate([[0], np.flatnonzero(apart) + 1])
        outing = np.cumsum(np.concatenate([[0], apart]))
        self._first, self._last = starts[outing], np.append(starts[1:], len(used))[outing] - 1

    def bursts(self) -> Integers:
        """Return positions among the used fixes that make up bursts; no two bursts share a step."""
        fast = np.flatnonzero(self.fast)  # from this fix to the next
        for steps in range(1, _LONGEST_BURST + 1):
            found = self._beside(fast[:-steps], fast[steps:])
            if len(found):
                return found
        return self._ends(fast)

    def _beside(self, reached: Integers, left: Integers) -> Integers:
        """Find fixes between a step that is too fast and a later one, if the track fits together without them."""
        within = (left - reached <= _LONGEST_BURST) & (left < self._last[reached])
        reached, left = reached[within], left[within]
        fits = ~self._too_fast(self._used[reached], self._used[left + 1])
        chosen = np.zeros(len(self._used), dtype=bool)
        taken = -1
        for before, last in zip(reached[fits].tolist(), left[fits].tolist(), strict=True):
            if before > taken:
                chosen[before + 1 : last + 1] = True
                taken = last
        return np.flatnonzero(chosen)

    def _ends(self, fast: Integers) -> Integers:
        """Find a few fixes at the start or end of an outing that has one step too fast."""
        first, last = self._first[fast], self._last[fast]
        left, right = fast - first + 1, last - fast  # fixes on either side of the step, within the outing
        is_only = np.bincount(first, minlength=len(self._used))[first] == 1
        chosen = np.zeros(len(self._used), dtype=bool)
        for number in np.flatnonzero(is_only & (np.minimum(left, right) <= _LONGEST_BURST)).tolist():
            if left[number] < right[number]:
                chosen[first[number] : fast[number] + 1] = True
            elif right[number] < left[number]:
                chosen[fast[number] + 1 : last[number] + 1] = True
        return np.flatnonzero(chosen)

    def _too_fast(self, before: Integers, after: Integers) -> Flags:
        log = self._log
        took_s = np.maximum(log.time_s[after] - log.time_s[before], self._step_s[after])
        length = distance_m(log.longitude[before], log.latitude[before], log.longitude[after], log.latitude[after])
        return np.asarray(length > self._limit * took_s)


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
    coarse = np.logical_and.reduceat(log.time_s % _MINUTE_S == 0, first)
    return np.repeat(np.where(coarse, _MINUTE_S, 1.0), np.diff(np.append(first, len(log))))
