"""Two trips that are one movement: a track replayed on another day, or two devices carried together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from geoenforce.patrols.distance import Flags, Floats, Integers
from geoenforce.patrols.tracks import Tracks

_CELL_M = 300.0
_DWELL_S, _SLOT_S = 10.0, 120.0
_SHARED_TOKENS = 0.3  # of the shorter trip's, before two trips are compared closely
_MOST_ALIKE = 400  # trips that have a token; one that more have (leaving the yard) tells nothing
_SEARCH_S = 12  # around the lag that the tokens tell
_SAMPLES = 400
_MOVING_M_S = 0.8


@dataclass(frozen=True)
class Likeness:
    """How near two trips are to each other at equal times, one of them moved by a lag."""

    one: int
    other: int
    lag_s: float
    median_m: float
    moving_min: float
    moving_m: float


def replays(tracks: Tracks, least_lag_s: float) -> Iterator[Likeness]:
    """
    Compare trips that entered the same squares in the same order and stayed as long in each.

    Parameters
    ----------
    tracks
        The trips.
    least_lag_s
        Trips less far apart in time are no replay.

    Yields
    ------
    likeness
        ``one`` is the earlier trip. Honest trips on the same road are compared too, and found to be far
        apart at equal times.
    """
    trip, token, entered_s = _visits(tracks)
    for one, other, lag_s in _alike(trip, token, entered_s, len(tracks.first) - 1):
        if abs(lag_s) >= least_lag_s:
            early, late, lag = (one, other, lag_s) if lag_s > 0 else (other, one, -lag_s)
            coarse = _compare(tracks, early, late, lag + np.arange(-_SEARCH_S, _SEARCH_S + 1.0))
            yield _compare(tracks, early, late, coarse.lag_s + np.linspace(-0.9, 0.9, 19))


def together(tracks: Tracks) -> Iterator[Likeness]:
    """
    Compare trips that were in the same squares during the same two minutes.

    Yields
    ------
    likeness
        With a lag of zero.
    """
    trip = tracks.trip
    token = _mix(_cells(tracks), np.floor(tracks.time_s / _SLOT_S).astype(np.int64))
    pairs = np.unique(np.column_stack([trip, token]), axis=0)
    times = np.zeros(len(pairs))
    for one, other, _ in _alike(pairs[:, 0], pairs[:, 1], times, len(tracks.first) - 1):
        yield _compare(tracks, one, other, np.zeros(1))


def _cells(tracks: Tracks) -> Integers:
    column = np.floor(tracks.x / _CELL_M).astype(np.int64)
    row = np.floor(tracks.y / _CELL_M).astype(np.int64)
    return column * 1_000_003 + row


def _mix(*values: Integers) -> Integers:
    """Make one number of several; that two differ and agree nevertheless is as good as impossible."""
    mixed = np.zeros(len(values[0]), dtype=np.uint64)
    for value in values:
        mixed = (mixed ^ value.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed.astype(np.int64)


def _visits(tracks: Tracks) -> tuple[Integers, Integers, Floats]:
    """List each trip's visits to squares: from where, where, where to, and how long."""
    cell, trip = _cells(tracks), tracks.trip
    starts = np.flatnonzero((np.diff(cell, prepend=cell[:1] - 1) != 0) | (np.diff(trip, prepend=-1) != 0))
    place, owner, entered = cell[starts], trip[starts], tracks.time_s[starts]
    inner = np.flatnonzero((owner[:-2] == owner[1:-1]) & (owner[1:-1] == owner[2:])) + 1
    dwell = np.round((entered[inner + 1] - entered[inner]) / _DWELL_S).astype(np.int64)
    return owner[inner], _mix(place[inner - 1], place[inner], place[inner + 1], dwell), entered[inner]


def _alike(trip: Integers, token: Integers, time_s: Floats, trips: int) -> Iterator[tuple[int, int, float]]:
    """Pair trips that share enough tokens, with the usual difference between their times."""
    order = np.lexsort((trip, token))
    trip, token, time_s = trip[order], token[order], time_s[order]
    group = np.flatnonzero(np.diff(token, prepend=token[:1] - 1))
    size = np.repeat(np.diff(np.append(group, len(token))), np.diff(np.append(group, len(token))))
    rare = size <= _MOST_ALIKE
    trip, token, time_s = trip[rare], token[rare], time_s[rare]
    found = [
        np.column_stack([trip[:-step][same], trip[step:][same], (time_s[step:] - time_s[:-step])[same]])
        for step in range(1, int(size[rare].max(initial=1)))
        if (same := (token[step:] == token[:-step]) & (trip[step:] != trip[:-step])).any()
    ]
    if not found:
        return
    pairs = np.concatenate(found)
    held = np.bincount(trip, minlength=trips)
    key = pairs[:, 0].astype(np.int64) * trips + pairs[:, 1].astype(np.int64)
    for number, differences in _groups(key, pairs[:, 2]):
        one, other = divmod(number, trips)
        if len(differences) >= max(3.0, _SHARED_TOKENS * min(held[one], held[other])):
            yield one, other, _mode(differences)


def _groups(key: Integers, values: Floats) -> Iterator[tuple[int, Floats]]:
    order = np.argsort(key, kind="stable")
    numbers, first = np.unique(key[order], return_index=True)
    yield from zip(numbers.tolist(), np.split(values[order], first[1:]), strict=True)


def _mode(values: Floats) -> float:
    """Return the middle of the ten seconds that hold most values."""
    values = np.sort(values)
    held = np.searchsorted(values, values + _DWELL_S, side="right") - np.arange(len(values))
    best = int(held.argmax())
    return float(np.median(values[best : best + held[best]]))


def _compare(tracks: Tracks, one: int, other: int, lags_s: Any) -> Likeness:
    """Hold the moving fixes of one trip against where the other was at the same time, for the best lag."""
    rows, there = tracks.rows(one), tracks.rows(other)
    time, x, y = tracks.time_s[rows], tracks.x[rows], tracks.y[rows]
    at, moving, step_m, step_s = _moving(time, x, y)
    time_b = tracks.time_s[there]
    best, best_lag, common = np.inf, 0.0, np.zeros(len(at), dtype=bool)
    for lag in lags_s.tolist():
        then = time[at] + lag
        inside = (then >= time_b[0]) & (then <= time_b[-1])
        if inside.sum() < 2:
            continue
        east = np.interp(then[inside], time_b, tracks.x[there]) - x[at][inside]
        north = np.interp(then[inside], time_b, tracks.y[there]) - y[at][inside]
        median = float(np.median(np.hypot(east, north)))
        if median < best:
            best, best_lag, common = median, lag, inside
    shared = _within(time + best_lag, time_b) & moving if common.any() else np.zeros(len(moving), dtype=bool)
    return Likeness(one, other, best_lag, best, float(step_s[shared].sum()) / 60, float(step_m[shared].sum()))


def _within(time_s: Floats, other_s: Floats) -> Flags:
    return np.asarray((time_s >= other_s[0]) & (time_s <= other_s[-1]))


def _moving(time: Floats, x: Floats, y: Floats) -> tuple[Integers, Flags, Floats, Floats]:
    """Choose fixes reached in motion: standing at the same gate proves nothing."""
    step_m = np.concatenate([[0.0], np.hypot(np.diff(x), np.diff(y))])
    step_s = np.concatenate([[1.0], np.maximum(np.diff(time), 1.0)])
    moving = step_m / step_s > _MOVING_M_S
    rows = np.flatnonzero(moving)
    return rows[:: max(1, len(rows) // _SAMPLES)], moving, step_m, step_s
