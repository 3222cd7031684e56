"""How a patrol moves and what its receiver writes: honest tracks, and the fakes that are planted."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from geoenforce.demo.fields import Floats
from geoenforce.demo.routes import Route

# A receiver's error wanders: it keeps for most of a minute, and only a little of it is new at each fix.
_WANDER_M, _WANDER_S, _WHITE_M = 2.6, 45.0, 0.35
_TURN_DEGREES, _TURN_SPEED_M_S, _TURN_REACH_M = 50.0, 2.8, 18.0


@dataclass(frozen=True)
class Track:
    """
    One log as a device wrote it: times in seconds from `start_at`, points in EPSG:4527.

    `start_at` is zone-aware.
    """

    unit: str
    device: str
    start_at: datetime
    seconds: Floats
    points: Floats

    @property
    def end_at(self) -> datetime:
        """Return the time of the last fix."""
        return self.start_at + timedelta(seconds=float(self.seconds[-1]))

    @property
    def length_m(self) -> float:
        """Return the length of the line through the fixes, in the plane of the zone."""
        return float(np.hypot(*np.diff(self.points, axis=0).T).sum())


def drive(rng: np.random.Generator, route: Route, interval_s: int) -> tuple[Floats, Floats]:
    """
    Drive along a route and log it: slow at corners, stops to look, an error that wanders.

    Parameters
    ----------
    rng
        Source of chance.
    route
        The way.
    interval_s
        Usual time between fixes.

    Returns
    -------
    seconds, points
        Time from the start and position of each fix.

    Examples
    --------
    >>> route = Route(np.column_stack([np.arange(0.0, 3000.0, 10.0), np.zeros(300)]), np.full(300, 8.0))
    >>> seconds, points = drive(np.random.default_rng(1), route, 5)
    >>> bool((np.diff(seconds) > 0).all()), len(seconds) == len(points)
    (True, True)
    """
    reached = _progress(rng, route)
    steps = interval_s + rng.choice([0, 0, 0, 0, 0, 1, -1, 2], len(reached) // interval_s)
    lost = rng.random(len(steps)) < 0.004  # under trees or a bridge
    steps[lost] += rng.integers(20, 60, int(lost.sum()))
    seconds = np.concatenate([[0], np.cumsum(steps)])
    seconds = seconds[seconds < len(reached)]
    along, way = route.distance_m, reached[seconds]
    true = np.column_stack([np.interp(way, along, route.points[:, axis]) for axis in (0, 1)])
    return seconds.astype(float), true + receiver_error(rng, seconds.astype(float))


def receiver_error(rng: np.random.Generator, seconds: Floats) -> Floats:
    """
    Draw the error of a receiver at given times, in metres east and north.

    Examples
    --------
    >>> error = receiver_error(np.random.default_rng(1), np.arange(0.0, 20000.0, 5.0))
    >>> bool(abs(np.corrcoef(error[:-1, 0], error[1:, 0])[0, 1] - np.exp(-5 / 45)) < 0.05)
    True
    """
    keep = np.exp(-np.diff(seconds, prepend=seconds[0]) / _WANDER_S)
    fresh = rng.normal(0, 1, (len(seconds), 2)) * (_WANDER_M * np.sqrt(1 - keep**2))[:, None]
    error = np.empty_like(fresh)
    error[0] = rng.normal(0, _WANDER_M, 2)
    for number in range(1, len(seconds)):
        error[number] = keep[number] * error[number - 1] + fresh[number]
    return np.asarray(error + rng.normal(0, _WHITE_M, error.shape))


def replayed(rng: np.random.Generator, track: Track, start_at: datetime, device: str) -> Track:
    """
    Hand in an old log again under another day, each fix moved by a little chance.

    Examples
    --------
    >>> old = Track("一队", "XJ-01", datetime(2026, 4, 1), np.array([0.0, 5.0]), np.zeros((2, 2)))
    >>> replayed(np.random.default_rng(1), old, datetime(2026, 4, 9), "XJ-02").seconds.tolist()
    [0.0, 5.0]
    """
    points = track.points + rng.normal(0, 0.4, track.points.shape)
    return replace(track, start_at=start_at, device=device, points=points)


def generated(rng: np.random.Generator, corners: Floats, interval_s: int, speed_m_s: float) -> tuple[Floats, Floats]:
    """
    Make up a log: straight from corner to corner, one speed, noise without memory.

    Parameters
    ----------
    rng
        Source of chance.
    corners
        Corners of parcels, in the order in which they are passed.
    interval_s, speed_m_s
        Always the same.

    Examples
    --------
    >>> seconds, points = generated(np.random.default_rng(1), np.array([(0.0, 0.0), (100.0, 0.0)]), 10, 2.0)
    >>> seconds.tolist()
    [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]
    """
    along = Route(corners, np.zeros(len(corners))).distance_m
    seconds = np.arange(0.0, along[-1] / speed_m_s + 1e-9, interval_s)
    true = np.column_stack([np.interp(seconds * speed_m_s, along, corners[:, axis]) for axis in (0, 1)])
    return seconds, true + rng.normal(0, 1.0, true.shape)


def _progress(rng: np.random.Generator, route: Route) -> Floats:
    """Return how far along the route the patrol is at each second."""
    along = route.distance_m
    wanted = _speed_limits(route, along)
    halts = iter([*np.cumsum(rng.uniform(1800, 5200, 60)).tolist(), np.inf])
    mood = np.exp(np.cumsum(rng.normal(0, 0.012, 6 * 3600)))
    mood /= np.maximum(1.0, mood / 1.15)
    reached, place, speed = [0.0], 0.0, 0.0
    next_halt, waiting = next(halts), 0
    bounds, targets, moods = along.tolist(), wanted.tolist(), mood.tolist()
    for second in range(len(moods)):
        if waiting:
            waiting, speed = waiting - 1, 0.0
        elif place > next_halt:
            waiting, next_halt = int(rng.integers(60, 420)), next(halts)
        else:
            target = targets[min(bisect_right(bounds, place), len(targets) - 1)] * max(0.45, moods[second])
            speed = max(0.5, speed + min(max(target - speed, -2.2), 1.1))
        place += speed
        reached.append(min(place, bounds[-1]))
        if place >= bounds[-1]:
            break
    return np.array(reached)


def _speed_limits(route: Route, along: Floats) -> Floats:
    """Slow down before and after sharp corners."""
    steps = np.diff(route.points, axis=0)
    heading = np.degrees(np.arctan2(steps[:, 1], steps[:, 0]))
    turn = np.abs((np.diff(heading) + 180) % 360 - 180)
    limits = route.speed_m_s.copy()
    for corner in along[1:-1][turn > _TURN_DEGREES].tolist():
        near = np.abs(along - corner) < _TURN_REACH_M
        limits[near] = np.minimum(limits[near], _TURN_SPEED_M_S)
    return limits
