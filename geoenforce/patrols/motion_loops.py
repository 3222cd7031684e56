"""Compiled loops over the steps of sorted fixes: how far, how fast, and where somebody stood; see `loops`."""

from typing import Any

import numpy as np

from geoenforce.core.compiled import compiled
from geoenforce.patrols.distance import Flags, Floats, Integers, Rows

_DEGREE = np.pi / 180
_SEMI_MAJOR_M, _SQUARED_ECCENTRICITY = 6378137.0, 0.006694380022903416  # of CGCS2000
_LEAST_RADIUS_M = 6_330_000.0  # of the meridian, at the equator
_LOOKS = 3  # at a stay: who drives into a lane and back does not stand


@compiled
def paced(
    place: tuple[Floats, Floats], stream: Rows, time: tuple[Floats, Floats], limit_m_s: float, gap_s: float
) -> Any:
    """
    Measure the steps between sorted fixes, and say which end an outing and which are too fast.

    Parameters
    ----------
    place
        Longitude and latitude.
    stream
        By fix.
    time
        Seconds by fix, and how finely each fix tells them.
    limit_m_s, gap_s
        What is possible; and the pause that ends an outing.

    Returns
    -------
    hops_m, apart, fast
        By step. Lengths by the radii of curvature at the middle latitude, which are good for short ones only.

    Examples
    --------
    >>> place = np.array([116.4, 116.4, 116.4]), np.array([23.495, 23.505, 23.505])
    >>> found = paced(place, np.zeros(3, int), (np.array([0.0, 10.0, 5000.0]), np.ones(3)), 40.0, 1200.0)
    >>> found[0].round(1).tolist(), found[1].tolist(), found[2].tolist()
    ([1107.5, 0.0], [False, True], [True, False])
    """
    steps = max(len(stream) - 1, 0)
    hops_m, apart, fast = np.empty(steps), np.empty(steps, dtype=np.bool_), np.empty(steps, dtype=np.bool_)
    for at in range(steps):
        hops_m[at] = _metres(place, at, at + 1)
        took_s = time[0][at + 1] - time[0][at]
        apart[at] = stream[at] != stream[at + 1] or took_s > gap_s
        fast[at] = not apart[at] and hops_m[at] > limit_m_s * max(took_s, time[1][at + 1])
    return hops_m, apart, fast


@compiled
def _metres(place: tuple[Floats, Floats], one: int, other: int) -> float:
    """Measure between two positions by the radii of curvature at the middle latitude."""
    longitude, latitude = place
    cosine = np.cos((latitude[one] + latitude[other]) * (_DEGREE / 2))
    flattened = 1 - _SQUARED_ECCENTRICITY * (1 - cosine * cosine)
    east = (longitude[other] - longitude[one]) * cosine
    north = (latitude[other] - latitude[one]) * ((1 - _SQUARED_ECCENTRICITY) / flattened)
    return float((_SEMI_MAJOR_M * _DEGREE) / np.sqrt(flattened) * np.sqrt(east * east + north * north))


@compiled
def still_marks(
    time_s: Floats, longitude: Floats, latitude: Floats, first: Integers, stay: tuple[float, float, float]
) -> Flags:
    """
    Mark the steps that are spent standing; see `geoenforce.patrols.stays.still_steps`.

    Parameters
    ----------
    time_s, longitude, latitude
        Sorted fixes.
    first
        Outing n has the fixes from ``first[n]`` to ``first[n + 1]``.
    stay
        How long a stay lasts at least, in seconds; within how many metres; how finely time is looked at, in seconds.

    Examples
    --------
    >>> time_s, place = np.arange(5) * 60.0, np.full(5, 20.0)
    >>> still_marks(time_s, place, place, np.array([0, 5]), (180.0, 30.0, 30.0)).tolist()
    [True, True, True, True]
    """
    is_still = np.zeros(len(time_s) - 1, dtype=np.bool_)
    thin, marks = np.empty(len(time_s), dtype=np.int64), np.zeros(len(time_s), dtype=np.int32)
    for outing in range(len(first) - 1):
        start, end = first[outing], first[outing + 1]
        count = _thinned(time_s, (start, end), stay[2], thin)
        _mark_stays(time_s, (longitude, latitude), thin[:count], stay, marks)
        running = 0
        for step in range(start, end - 1):
            running += marks[step]
            is_still[step] = running > 0
    return is_still


@compiled
def _thinned(time_s: Floats, ends: tuple[int, int], thin_s: float, thin: Integers) -> int:
    """Note the first fix of every stretch of time of an outing, and return how many there are."""
    start, end = ends
    count, last, due_s = 0, -1.0, 0.0
    for at in range(start, end):
        since_s = time_s[at] - time_s[start]
        if since_s < due_s:
            continue
        stretch = np.floor(since_s / thin_s)
        if stretch != last:
            thin[count] = at
            count += 1
            last = stretch
            due_s = (stretch + 1) * thin_s - 1e-3  # so that only the division decides
    return count


@compiled
def _mark_stays(
    time_s: Floats, place: tuple[Floats, Floats], thin: Integers, stay: tuple[float, float, float], marks: Rows
) -> None:
    """Note where stays begin and end: a fix is near after a third, two and all of a stay."""
    micros = np.rint(time_s[thin] * 1e6)
    third = np.rint(stay[0] / _LOOKS * 1e6)
    ahead = np.zeros(_LOOKS, dtype=np.int64)
    for number in range(len(thin)):
        is_near = True
        for look in range(_LOOKS):
            if is_near:
                later = ahead[look]
                while later < len(thin) and micros[later] < micros[number] + third * (look + 1):
                    later += 1
                ahead[look] = later
                is_near = later < len(thin) and _is_near(place, thin[number], thin[later], stay[1])
        if is_near:
            marks[thin[number]] += 1
            marks[thin[ahead[_LOOKS - 1]]] -= 1


@compiled
def _is_near(place: tuple[Floats, Floats], one: int, other: int, within_m: float) -> bool:
    """Say whether two fixes are near; most are not, as their latitudes tell at once."""
    north = abs(place[1][other] - place[1][one]) * _DEGREE
    return north * _LEAST_RADIUS_M <= within_m and _metres(place, one, other) <= within_m
