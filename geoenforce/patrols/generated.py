"""Whether a track was made by a program: time, speed and noise too regular for somebody who patrols."""

from dataclasses import dataclass

import numpy as np

from geoenforce.patrols.distance import Floats, local_metres

_FEWEST = 60
_LONGEST_INTERVAL_S = 15.0  # beyond it, a receiver's error has forgotten the fix before, as a made-up one has
_NEAR, _FAR = 1, 4  # steps over which the noise is compared
_FEWEST_TRIPLES = 80
_SAME_INTERVAL_S = 0.5


@dataclass(frozen=True)
class Regularity:
    """What was measured of one track; NaN where there is too little to measure."""

    regular_share: float  # of the intervals: equal to the usual one
    speed_spread: float  # standard deviation ÷ median, robust; standing included
    noise_m: float  # scatter across the way from fix to fix
    least_noise_m: float  # the same where the way is straightest
    noise_ratio: float  # of the scatter's variance over four steps and over one: 1 on straight ways without memory
    resolution_m: float  # how finely the positions are written


def measure(time_s: Floats, longitude: Floats, latitude: Floats) -> Regularity | None:
    """
    Measure how regular a track is.

    Parameters
    ----------
    time_s, longitude, latitude
        The fixes of one trip in order of time.

    Returns
    -------
    regularity
        None for a track with fewer than 60 fixes.

    Examples
    --------
    Straight on, 20 m in each ten seconds:

    >>> steps = np.arange(100.0)
    >>> found = measure(steps * 10, np.full(100, 116.4), 23.5 + steps * 20 / 110751)
    >>> found.regular_share, round(found.speed_spread, 3), round(found.noise_m, 3)
    (1.0, 0.0, 0.0)
    """
    if len(time_s) < _FEWEST:
        return None
    x, y = local_metres(longitude, latitude)
    interval = np.diff(time_s)
    speed = np.hypot(np.diff(x), np.diff(y)) / np.maximum(interval, 1.0)
    usual = float(np.median(interval))
    low, middle, high = np.quantile(speed, [0.1, 0.5, 0.9])
    near, far = _across(time_s, x, y, _NEAR), _across(time_s, x, y, _FAR)
    enough = min(len(near), len(far)) >= _FEWEST_TRIPLES and usual <= _LONGEST_INTERVAL_S
    scatter = float(np.median(np.abs(near))) if len(near) >= _FEWEST_TRIPLES else float("nan")
    ratio = (float(np.median(np.abs(far))) / max(scatter, 1e-6)) ** 2 if enough else float("nan")
    return Regularity(
        float(np.mean(np.abs(interval - usual) < _SAME_INTERVAL_S)),
        float((high - low) / 2.563 / middle) if middle > 0 else float("nan"),
        scatter / 0.6745 / 6.0**0.5,  # of three fixes with equal noise, the bend has its variance six times
        float(np.quantile(np.abs(near), 0.25)) / 0.3186 / 6.0**0.5 if len(near) >= _FEWEST_TRIPLES else float("nan"),
        ratio,
        _resolution_m(longitude, latitude),
    )


def _across(time_s: Floats, x: Floats, y: Floats, step: int) -> Floats:
    """Measure how far each fix lies beside the line between two others, where somebody moved straight on."""
    before, middle, after = slice(None, -2 * step), slice(step, -step), slice(2 * step, None)
    east, north = x[after] - x[before], y[after] - y[before]
    length = np.hypot(east, north)
    bent_x, bent_y = x[before] - 2 * x[middle] + x[after], y[before] - 2 * y[middle] + y[after]
    across = (north * bent_x - east * bent_y) / np.maximum(length, 1e-9)
    first, second = time_s[middle] - time_s[before], time_s[after] - time_s[middle]
    even = np.abs(first - second) < _SAME_INTERVAL_S
    moved = (length / np.maximum(first + second, 1.0) > 0.5) & (np.abs(across) < 0.5 * length)
    return np.asarray(across[even & moved])


def _resolution_m(longitude: Floats, latitude: Floats) -> float:
    """Return the size of the last decimal that the positions are written with."""
    for decimals in range(3, 8):
        if all(np.allclose(values, np.round(values, decimals), rtol=0, atol=1e-9) for values in (longitude, latitude)):
            return float(111_320 * 10.0**-decimals)
    return 0.0
