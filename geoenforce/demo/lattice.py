"""
The warped lattice under the county: every border of every parcel runs along its lines.

The lattice is regular in its own plane (u east, v north, metres) and bent as a whole, so parcels
that meet share their vertices exactly and nothing overlaps. Some of its columns and rows are narrow:
they become rivers, roads and ditches that cross the whole county.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from geoenforce.demo.fields import Floats, bends, stream

#: South-west corner of the lattice in EPSG:4527 (zone 39, central meridian 117° E), near 116.4° E 23.5° N.
ORIGIN_M = (39_432_100.0, 2_593_400.0)
SIZE_M = 13_200.0
STEP_M = 10.0

#: Files hold coordinates to this many decimals of a metre; everything is computed after the rounding.
DECIMALS = 4

Integers = npt.NDArray[np.int64]


class Strip(IntEnum):
    """What a narrow column or row is; where two cross, the lower number wins."""

    RIVER = 0
    STREAM = 1
    HIGHWAY = 2
    LANE = 3
    DITCH = 4


WIDTH_M = {Strip.RIVER: 58.0, Strip.STREAM: 18.0, Strip.HIGHWAY: 12.0, Strip.LANE: 4.5, Strip.DITCH: 2.5}


@dataclass(frozen=True)
class Lines:
    """The lattice lines in one direction: their positions, and which intervals are strips."""

    position_m: Floats
    strips: dict[int, Strip]  # by the number of the interval

    @property
    def without_strips_m(self) -> Floats:
        """
        Return the positions as if strips had no width; both sides of a strip are at the same place.

        Examples
        --------
        >>> Lines(np.array([0.0, 10.0, 14.0, 24.0]), {1: Strip.LANE}).without_strips_m.tolist()
        [0.0, 10.0, 10.0, 20.0]
        """
        steps = np.diff(self.position_m)
        steps[list(self.strips)] = 0.0
        return np.concatenate([[0.0], np.cumsum(steps)])


@dataclass(frozen=True)
class Lattice:
    """Columns, rows and where each crossing lies; `points` has the shape (rows, columns, 2)."""

    columns: Lines
    rows: Lines
    points: Floats

    def centre_line(self, number: int, *, is_column: bool) -> Floats:
        """
        Return the centre line of one strip, one point per lattice line it crosses.

        Examples
        --------
        >>> flat = np.stack(np.meshgrid([0.0, 4.0], [0.0, 10.0]), axis=-1)
        >>> lines = Lines(np.array([0.0, 4.0]), {0: Strip.LANE})
        >>> Lattice(lines, lines, flat).centre_line(0, is_column=True).tolist()
        [[2.0, 0.0], [2.0, 10.0]]
        """
        points = self.points if is_column else self.points.transpose(1, 0, 2)
        return (points[:, number] + points[:, number + 1]) / 2


def build_lattice(seed: int) -> Lattice:
    """
    Lay the lattice and bend it.

    The bends are long (valleys), middling (field borders) and short (the surveyor's hand); their
    slopes add up to less than one, so no line crosses another.

    Examples
    --------
    >>> lattice = build_lattice(1)
    >>> bool(np.isfinite(lattice.points).all()), lattice.points.shape[2]
    (True, 2)
    """
    rng = stream(seed, "lattice")
    columns, rows = _lines(rng, {4: Strip.RIVER}), _lines(rng, {7: Strip.STREAM})
    # Both sides of a strip bend alike, so that it keeps its width.
    u, v = columns.without_strips_m, rows.without_strips_m
    shifts = []
    for _ in range(2):
        shift = bends(rng, 3, (3500, 9000), 0.5).on_grid(u, v)
        shift += bends(rng, 4, (300, 700), 0.08).on_grid(u, v)
        shift += bends(rng, 5, (40, 90), 0.08).on_grid(u, v)
        shifts.append(shift + _same_across_strips(rng.uniform(-0.35, 0.35, shift.shape), columns, rows))
    flat = np.stack(np.meshgrid(columns.position_m, rows.position_m), axis=-1)
    return Lattice(columns, rows, np.round(flat + np.stack(shifts, axis=-1) + ORIGIN_M, DECIMALS))


def blocks(lines: Lines) -> list[tuple[int, int]]:
    """
    Return the stretches between strips as pairs of line numbers.

    Examples
    --------
    >>> blocks(Lines(np.array([0.0, 10.0, 20.0, 24.0, 34.0]), {2: Strip.LANE}))
    [(0, 2), (3, 4)]
    """
    edges = [0, *(end for number in sorted(lines.strips) for end in (number, number + 1)), len(lines.position_m) - 1]
    return [(first, last) for first, last in zip(edges[::2], edges[1::2], strict=True) if last > first]


def _lines(rng: np.random.Generator, water: dict[int, Strip]) -> Lines:
    """Lay a highway about every 850 m, two lanes and a ditch between, and the water where it is asked for."""
    kinds: list[Strip] = []
    for order in range(15):
        kinds += [water.get(order, Strip.HIGHWAY), Strip.LANE, Strip.DITCH, Strip.LANE]
    places = np.linspace(120, SIZE_M - 120, len(kinds)) + rng.uniform(-45, 45, len(kinds))
    return lay_lines(places, kinds)


def lay_lines(places: Sequence[float] | Floats, kinds: Sequence[Strip]) -> Lines:
    """
    Fill the room between strips with lines about 10 m apart.

    Parameters
    ----------
    places
        Where each strip begins, in metres, ascending.
    kinds
        What each strip is.

    Examples
    --------
    >>> lines = lay_lines([100.0], [Strip.LANE])
    >>> lines.strips, lines.position_m[10:12].tolist()
    ({10: <Strip.LANE: 3>}, [100.0, 104.5])
    """
    positions: list[Floats] = []
    strips: dict[int, Strip] = {}
    start, laid = 0.0, 0
    for place, kind in zip(places, kinds, strict=True):
        count = max(1, round((place - start) / STEP_M))
        positions.append(np.linspace(start, place, count + 1))
        laid += count + 1
        strips[laid - 1] = kind
        start = place + WIDTH_M[kind]
    count = max(1, round((SIZE_M - start) / STEP_M))
    positions.append(np.linspace(start, SIZE_M, count + 1))
    return Lines(np.concatenate(positions), strips)


def _same_across_strips(shift: Floats, columns: Lines, rows: Lines) -> Floats:
    """Give both sides of a strip the same unsteadiness of the hand."""
    even = shift.copy()
    for number in columns.strips:
        even[:, number + 1] = even[:, number]
    for number in rows.strips:
        even[number + 1] = even[number]
    return even
