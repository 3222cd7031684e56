"""Two trips that are one movement: a track replayed on another day, or two devices carried together."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from geoenforce.patrols.distance import Flags, Floats, Integers
from geoenforce.patrols.frames import spread
from geoenforce.patrols.tracks import Track, Tracks

_CELL_M = 300.0
_DWELL_S, _SLOT_S = 10.0, 120.0
_FEWEST_TOKENS, _SHARED_TOKENS = 3.0, 0.3  # of the shorter trip's, before two trips are compared closely
_MOST_ALIKE = 400  # trips that have a token; one that more have (leaving the yard) tells nothing
_SEARCH_S = 12  # around the lag that the tokens tell
_SAMPLES = 300
_FEWEST = 20
_MOST_PACE = 1.25
_MOVING_M_S = 0.8


@dataclass(frozen=True)
class Warp:
    """How the clock of one trip becomes that of another: a pace about a middle, and a lag."""

    pace: float
    lag_s: float
    middle_s: float = 0.0

    def of(self, time_s: Floats) -> Floats:
        """Return the other trip's time."""
        return self.middle_s + self.pace * (time_s - self.middle_s) + self.lag_s


@dataclass(frozen=True)
class Likeness:
    """How near two trips are to each other at equal times, one of them warped."""

    one: int
    other: int
    warp: Warp
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
    visits = [_visits(part) for part in tracks.parts()]
    if not visits:
        return
    trip, token, entered_s = (np.concatenate(values) for values in zip(*visits, strict=True))
    for one, other, times in _alike(trip, token, entered_s, len(tracks)):
        lag_s = _mode(times[:, 1] - times[:, 0])
        if abs(lag_s) < least_lag_s:
            continue
        early, late, times = (one, other, times) if lag_s > 0 else (other, one, times[:, ::-1])
        pair = _Pair(early, late, tracks.of(early), tracks.of(late))
        yield min((_best(pair, warp) for warp in _warps(times)), key=lambda found: found.median_m)


def together(tracks: Tracks) -> Iterator[Likeness]:
    """
    Compare trips that were in the same squares during the same two minutes.

    Yields
    ------
    likeness
        With a clock that both share.
    """
    slots = [_slots(part) for part in tracks.parts()]
    if not slots:
        return
    trip, token = np.concatenate(slots).T
    for one, other, _ in _alike(trip, token, np.zeros(len(trip)), len(tracks)):
        yield _compare(_Pair(one, other, tracks.of(one), tracks.of(other)), [Warp(1.0, 0.0)])


@dataclass(frozen=True)
class _Pair:
    """Two trips by their numbers, and their tracks."""

    one: int
    other: int
    track: Track
    other_track: Track


def _cells(track: Track) -> Integers:
    column = np.floor(track.x / _CELL_M).astype(np.int64)
    row = np.floor(track.y / _CELL_M).astype(np.int64)
    return column * 1_000_003 + row


def _slots(track: Track) -> Integers:
    """List in which squares each trip was in which two minutes, each once: pairs of trip and token."""
    token = _mix(_cells(track), np.floor(track.time_s / _SLOT_S).astype(np.int64))
    first = _first_of_runs(token, track.trip)  # most fixes are where the one before was
    return np.unique(np.column_stack([track.trip[first], token[first]]), axis=0)


def _first_of_runs(value: Integers, trip: Integers) -> Integers:
    """Return where a value differs from the one before, or a trip begins."""
    return np.flatnonzero((np.diff(value, prepend=value[:1] - 1) != 0) | (np.diff(trip, prepend=-1) != 0))


def _mix(*values: Integers) -> Integers:
    """Make one number of several; that two differ and agree nevertheless is as good as impossible."""
    mixed = np.zeros(len(values[0]), dtype=np.uint64)
    for value in values:
        mixed = (mixed ^ value.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed.astype(np.int64)


def _visits(track: Track) -> tuple[Integers, Integers, Floats]:
    """List each trip's visits to squares: from where, where, where to, and how long."""
    cell, trip = _cells(track), track.trip
    starts = _first_of_runs(cell, trip)
    place, owner, entered = cell[starts], trip[starts], track.time_s[starts]
    inner = np.flatnonzero((owner[:-2] == owner[1:-1]) & (owner[1:-1] == owner[2:])) + 1
    dwell = np.round((entered[inner + 1] - entered[inner]) / _DWELL_S).astype(np.int64)
    return owner[inner], _mix(place[inner - 1], place[inner], place[inner + 1], dwell), entered[inner]


def _alike(trip: Integers, token: Integers, time_s: Floats, trips: int) -> Iterator[tuple[int, int, Floats]]:
    """Pair trips that share enough tokens, with the times of both at each token that they share."""
    from geoenforce.patrols.pair_loops import sharing

    order = np.lexsort((trip, token))
    trip, token, time_s = trip[order], token[order], time_s[order]
    group = np.cumsum(np.diff(token, prepend=token[:1]) != 0)
    size = np.bincount(group)[group] if len(group) else group
    rare = size <= _MOST_ALIKE
    trip, group, time_s = trip[rare], group[rare], time_s[rare]
    group_end = np.searchsorted(group, group, side="right")
    of_trip = np.argsort(trip, kind="stable")
    first = np.searchsorted(trip[of_trip], np.arange(trips + 1))
    for one, other in sharing(trip, group_end, of_trip, first, (_FEWEST_TOKENS, _SHARED_TOKENS)).tolist():
        own, others = of_trip[first[one] : first[one + 1]], of_trip[first[other] : first[other + 1]]
        start, end = (np.searchsorted(group[others], group[own], side=side) for side in ("left", "right"))
        at, number = spread(end - start)
        yield one, other, np.column_stack([time_s[own[at]], time_s[others[start[at] + number]]])


def _warps(times: Floats) -> Iterator[Warp]:
    """Guess how the other's clock runs: as fast, or as the tokens of both ends of the trip tell."""
    early, late = times[np.argsort(times[:, 0], kind="stable")].T
    yield Warp(1.0, _mode(late - early))
    half = len(early) // 2
    run, other_run = early[-half:] - early[:half], late[-half:] - late[:half]
    if (run > 0).any():
        pace = float(np.clip(np.median(other_run[run > 0] / run[run > 0]), 1 / _MOST_PACE, _MOST_PACE))
        # About the middle of the trip, where an error of the pace matters least.
        middle = float(np.median(early))
        yield Warp(pace, float(np.median(late - pace * (early - middle))) - middle, middle)


def _best(pair: _Pair, warp: Warp) -> Likeness:
    """Search around a guess: first by the second, then by the tenth; the pace by a thousandth."""
    seconds = np.arange(-_SEARCH_S, _SEARCH_S + 1.0)
    paces = [0.0] if warp.pace == 1.0 else np.linspace(-0.02, 0.02, 21).tolist()
    tries = [replace(warp, pace=warp.pace + more, lag_s=warp.lag_s + by) for more in paces for by in seconds.tolist()]
    coarse = _compare(pair, tries)
    fine = [replace(coarse.warp, lag_s=coarse.warp.lag_s + by) for by in np.linspace(-0.9, 0.9, 19).tolist()]
    return _compare(pair, fine)


def _mode(values: Floats) -> float:
    """Return the middle of the ten seconds that hold most values."""
    values = np.sort(values)
    held = np.searchsorted(values, values + _DWELL_S, side="right") - np.arange(len(values))
    best = int(held.argmax())
    return float(np.median(values[best : best + held[best]]))


def _compare(pair: _Pair, warps: list[Warp]) -> Likeness:
    """Hold the moving fixes of one trip against where the other was at the same time, for the best warp."""
    time, x, y = pair.track.time_s, pair.track.x, pair.track.y
    at, moving, step_m, step_s = _moving(time, x, y)
    there = pair.other_track
    time_b = there.time_s
    best, chosen = np.inf, warps[0]
    for warp in warps:
        then = warp.of(time[at])
        inside = _within(then, time_b)
        if inside.sum() >= _FEWEST:
            east = np.interp(then[inside], time_b, there.x) - x[at][inside]
            north = np.interp(then[inside], time_b, there.y) - y[at][inside]
            median = float(np.median(np.hypot(east, north)))
            if median < best:
                best, chosen = median, warp
    shared = _within(chosen.of(time), time_b) & moving
    return Likeness(pair.one, pair.other, chosen, best, float(step_s[shared].sum()) / 60, float(step_m[shared].sum()))


def _within(time_s: Floats, other_s: Floats) -> Flags:
    return np.asarray((time_s >= other_s[0]) & (time_s <= other_s[-1]))


def _moving(time: Floats, x: Floats, y: Floats) -> tuple[Integers, Flags, Floats, Floats]:
    """Choose fixes reached in motion: standing at the same gate proves nothing."""
    step_m = np.concatenate([[0.0], np.hypot(np.diff(x), np.diff(y))])
    step_s = np.concatenate([[1.0], np.maximum(np.diff(time), 1.0)])
    moving = step_m / step_s > _MOVING_M_S
    rows = np.flatnonzero(moving)
    return rows[:: max(1, len(rows) // _SAMPLES)], moving, step_m, step_s
