"""Smooth made-up fields: relief, moisture and the bends of lines, as sums of random waves."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def stream(seed: int, name: str) -> np.random.Generator:
    """
    Return the random numbers of one part of the county, independent of the other parts.

    Examples
    --------
    >>> stream(1, "relief").integers(9) == stream(1, "relief").integers(9)
    np.True_
    """
    return np.random.default_rng([seed, *name.encode()])


@dataclass(frozen=True)
class Waves:
    """A sum of plane waves; one row per wave."""

    amplitude: Floats
    east: Floats  # radians per metre
    north: Floats
    phase: Floats

    def at(self, x: Floats, y: Floats) -> Floats:
        """
        Evaluate the field at points given in metres.

        Examples
        --------
        >>> one = Waves(*(np.array([value]) for value in (2.0, 0.0, 0.0, np.pi / 2)))
        >>> one.at(np.zeros(2), np.zeros(2)).tolist()
        [2.0, 2.0]
        """
        angle = np.multiply.outer(x, self.east) + np.multiply.outer(y, self.north) + self.phase
        return np.asarray(np.sin(angle) @ self.amplitude)

    def on_grid(self, x: Floats, y: Floats) -> Floats:
        """
        Evaluate the field on all crossings of the columns `x` and the rows `y`.

        The sine of a sum is written out, so that a million points cost one matrix product.

        Examples
        --------
        >>> field = waves(np.random.default_rng(1), 3, (100.0, 200.0), 1.0)
        >>> xs, ys = np.array([1.0, 2.0]), np.array([5.0])
        >>> bool(np.allclose(field.on_grid(xs, ys)[0], field.at(xs, np.array([5.0, 5.0]))))
        True
        """
        across = np.multiply.outer(x, self.east) + self.phase
        along = np.multiply.outer(y, self.north)
        left = np.hstack([np.cos(along), np.sin(along)])
        right = np.hstack([np.sin(across), np.cos(across)]) * np.tile(self.amplitude, 2)
        return np.asarray(left @ right.T)


def waves(rng: np.random.Generator, count: int, wavelength_m: tuple[float, float], height: float) -> Waves:
    """
    Draw waves of random direction whose sum stays within about ± `height`.

    Parameters
    ----------
    rng
        Source of chance.
    count
        How many waves.
    wavelength_m
        Shortest and longest wavelength, in metres.
    height
        Root of the sum of the squared amplitudes, in the field's own unit.

    Examples
    --------
    >>> waves(np.random.default_rng(1), 4, (100.0, 200.0), 2.0).amplitude.round(6).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    length = np.exp(rng.uniform(np.log(wavelength_m[0]), np.log(wavelength_m[1]), count))
    heading = rng.uniform(0, 2 * np.pi, count)
    number = 2 * np.pi / length
    return Waves(
        np.full(count, height / np.sqrt(count)),
        number * np.cos(heading),
        number * np.sin(heading),
        rng.uniform(0, 2 * np.pi, count),
    )


def bends(rng: np.random.Generator, count: int, wavelength_m: tuple[float, float], steepness: float) -> Waves:
    """
    Draw waves whose slopes together never exceed `steepness`, whatever their phases.

    Two such fields, below 0.7 each, shift a plane without folding it.

    Examples
    --------
    >>> drawn = bends(np.random.default_rng(1), 3, (100.0, 200.0), 0.5)
    >>> round(float((drawn.amplitude * np.hypot(drawn.east, drawn.north)).sum()), 6)
    0.5
    """
    drawn = waves(rng, count, wavelength_m, 1.0)
    return Waves(steepness / count / np.hypot(drawn.east, drawn.north), drawn.east, drawn.north, drawn.phase)
