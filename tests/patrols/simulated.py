"""Made-up patrols on a made-up network: honest ones of many kinds, and fakes made from them."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

WEST, SOUTH = 116.3, 23.4
METRE_E, METRE_N = 1 / 102_150.0, 1 / 110_750.0  # degrees, at 23.5° N
BLOCK_M = 450.0


@dataclass(frozen=True)
class Device:
    """How a receiver writes and how its bearer moves."""

    speed_m_s: float = 8.0
    unsteady: float = 0.25  # spread of the speed
    interval_s: float = 5.0
    jitter: float = 0.0  # share of intervals that are a second off
    wander_m: float = 2.5
    wander_s: float = 45.0
    white_m: float = 0.3
    decimals: int = 7
    stop_every_m: float = 2500.0


CAR, BIKE, WALKER = Device(), Device(4.5, 0.2, 5.0), Device(1.3, 0.15, 10.0, stop_every_m=900.0)
#: Receivers as they are met: loggers of 1 s and of 15 s, phones that round, cheap ones that scatter.
KINDS = {
    "car, 5 s": CAR,
    "car, 1 s, 6 decimals": replace(CAR, interval_s=1.0, decimals=6, white_m=0.05),
    "car, uneven intervals": replace(CAR, jitter=0.3),
    "car, 15 s, 5 decimals": replace(CAR, interval_s=15.0, decimals=5),
    "bike, 5 s": BIKE,
    "bike, 10 s, scattering": replace(BIKE, interval_s=10.0, wander_m=5.0, white_m=1.0),
    "walker, 10 s": WALKER,
    "walker, 5 s, 5 decimals": replace(WALKER, interval_s=5.0, decimals=5),
    "walker who never stops": replace(WALKER, unsteady=0.12, stop_every_m=1e9),
}


def corners(rng, kilometres, home=(10, 10)):
    """Crossings of a bent grid, one after the other, never straight back; the grid is the same for all."""
    node, came, length, way = np.array(home), None, 0.0, [np.array(home)]
    while length < kilometres * 1000:
        steps = [np.array(s) for s in ((1, 0), (-1, 0), (0, 1), (0, -1)) if came is None or tuple(-came) != s]
        steps = [s for s in steps if (node + s >= 0).all() and (node + s <= 40).all()]
        came = steps[rng.integers(len(steps))]
        node = node + came
        way.append(node)
        length += BLOCK_M
    points = np.array(way, float)
    bend = np.random.default_rng(7).uniform(-90, 90, (41, 41, 2))
    return points * BLOCK_M + bend[points[:, 0].astype(int), points[:, 1].astype(int)]


def curved(way):
    """Roads between crossings are not straight."""
    parts = []
    for a, b in pairwise(way):
        t = np.linspace(0, 1, 20)[:-1, None]
        low, high = (a, b) if tuple(a) < tuple(b) else (b, a)
        side = np.array([-(high - low)[1], (high - low)[0]]) / np.hypot(*(high - low))
        sway = 18 * np.sin(np.pi * t) * np.sign(np.sin(low.sum() * 0.01))
        parts.append(a + t * (b - a) + sway * side)
    return np.vstack([*parts, way[-1:]])


def travel(rng, way, device, minutes):
    """Seconds and metres of an honest patrol along a way."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(way, axis=0).T))])
    seconds = np.arange(int(minutes * 60))
    mood = np.zeros(len(seconds))
    for i in range(1, len(seconds)):
        mood[i] = 0.985 * mood[i - 1] + rng.normal(0, device.unsteady * np.sqrt(1 - 0.985**2))
    speed = device.speed_m_s * np.clip(1 + mood, 0.1, 1.6)
    place, halts = np.cumsum(speed), 0.0
    if device.stop_every_m < 1e8:
        halts = device.stop_every_m * rng.uniform(0.4, 1.2)
        while halts < place[-1]:
            at = int(np.searchsorted(place, halts))
            stay = int(rng.integers(60, 420))
            speed = np.concatenate([speed[:at], np.zeros(stay), speed[at:]])[: len(seconds)]
            place = np.cumsum(speed)
            halts += device.stop_every_m * rng.uniform(0.6, 1.4)
    place = np.minimum(place, along[-1])
    step = np.full(int(len(seconds) / device.interval_s) + 1, device.interval_s)
    step += np.where(rng.random(len(step)) < device.jitter, rng.choice([-1, 1], len(step)), 0)
    times = np.concatenate([[0], np.cumsum(step)])
    times = times[times < len(seconds)]
    true = np.column_stack([np.interp(place[times.astype(int)], along, way[:, k]) for k in (0, 1)])
    return times, true + receiver(rng, times, device)


def receiver(rng, times, device):
    keep = np.exp(-np.diff(times, prepend=times[0]) / device.wander_s)
    fresh = rng.normal(0, device.wander_m, (len(times), 2)) * np.sqrt(1 - keep**2)[:, None]
    error = np.zeros((len(times), 2))
    error[0] = rng.normal(0, device.wander_m, 2)
    for i in range(1, len(times)):
        error[i] = keep[i] * error[i - 1] + fresh[i]
    return error + rng.normal(0, device.white_m, error.shape)


def honest(seed, device=CAR, minutes=70, route=None):
    """An honest patrol; patrols with one route follow the same roads."""
    rng = np.random.default_rng(seed)
    roads = np.random.default_rng(1000 + route) if route is not None else rng
    way = curved(corners(roads, device.speed_m_s * minutes * 0.07))
    return travel(rng, way, device, minutes)


def straight(seed, minutes=70, *, speed=2.4, interval=10.0, noise=1.0, leg_m=80.0, wander_s=0.0, unsteady=0.0):
    """A patrol made by a program: straight from corner to corner of parcels."""
    rng = np.random.default_rng(seed)
    turns = rng.choice([-1.4, -0.7, 0.7, 1.4, 0.2], 2000).cumsum()
    way = 4000 + np.vstack([[0, 0], np.cumsum(leg_m * np.column_stack([np.cos(turns), np.sin(turns)]), axis=0)])
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(way, axis=0).T))])
    times = np.arange(0, minutes * 60, interval)
    pace = speed * np.clip(1 + rng.normal(0, unsteady, len(times)), 0.2, 2)
    place = np.concatenate([[0], np.cumsum(pace[1:] * interval)])
    true = np.column_stack([np.interp(place, along, way[:, k]) for k in (0, 1)])
    if wander_s:
        return times, true + receiver(rng, times, Device(wander_m=noise, wander_s=wander_s, white_m=0.2))
    return times, true + rng.normal(0, noise, true.shape)


def as_fixes(track, start, *, device="XJ-01", unit="一队", decimals=7, file=None):
    """One track as rows of FIXES."""
    times, points = track
    start = pd.Timestamp(start, tz="Asia/Shanghai")
    return pd.DataFrame(
        {
            "patrol_unit": unit,
            "device_id": device,
            "recorded_at": (start + pd.to_timedelta(times, unit="s")).as_unit("ms"),
            "longitude": np.round(WEST + points[:, 0] * METRE_E, decimals),
            "latitude": np.round(SOUTH + points[:, 1] * METRE_N, decimals),
            "source_file": file or f"{device}-{start:%Y%m%d%H%M}.gpx",
            "row": np.arange(1, len(times) + 1),
            "flag": pd.Series([None] * len(times), dtype="str"),
        }
    )
