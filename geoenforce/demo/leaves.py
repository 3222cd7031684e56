"""Leaves: the rectangles of the lattice from which parcels are put together."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geoenforce.demo.fields import Floats, Waves
from geoenforce.demo.lattice import Integers, Lattice, Lines, blocks

#: Stands for a leaf of ordinary land where the kind of strip is asked for.
NO_STRIP = 9

_SHORTEST_SIDE = 3  # lattice steps


@dataclass(frozen=True)
class Leaves:
    """
    One entry per rectangle; columns west to east and rows south to north, as numbers of lattice lines.

    `column_strip` and `row_strip` hold the number of the strip the leaf lies in, -1 outside.
    """

    west: Integers
    east: Integers
    south: Integers
    north: Integers
    column_strip: Integers
    row_strip: Integers

    def __len__(self) -> int:
        """Return the number of leaves."""
        return len(self.west)

    def centres(self, lattice: Lattice) -> tuple[Floats, Floats]:
        """
        Return the middle of each leaf in the lattice's own plane.

        Examples
        --------
        >>> from geoenforce.demo.lattice import build_lattice
        >>> lattice = build_lattice(1)
        >>> one = Leaves(*(np.array([value]) for value in (0, 2, 0, 1, -1, -1)))
        >>> [round(float(middle[0])) for middle in one.centres(lattice)]
        [10, 5]
        """
        u, v = lattice.columns.position_m, lattice.rows.position_m
        return (u[self.west] + u[self.east]) / 2, (v[self.south] + v[self.north]) / 2

    def pick(self, chosen: npt.NDArray[np.bool_]) -> "Leaves":
        """
        Return only the leaves that are chosen.

        Examples
        --------
        >>> two = Leaves(*(np.array([0, 1]) for _ in range(6)))
        >>> len(two.pick(np.array([True, False])))
        1
        """
        return Leaves(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def build_leaves(rng: np.random.Generator, lattice: Lattice, relief: Waves) -> Leaves:
    """
    Cut each block between strips into leaves: small fields low down, large stands up the hills.

    Parameters
    ----------
    rng
        Source of chance.
    lattice
        The lattice.
    relief
        Height field over the lattice's plane; above 0.4 the leaves become large.

    Examples
    --------
    >>> from geoenforce.demo.fields import waves
    >>> from geoenforce.demo.lattice import build_lattice
    >>> rng = np.random.default_rng(1)
    >>> leaves = build_leaves(rng, build_lattice(1), waves(rng, 3, (3000, 6000), 1.0))
    >>> bool((leaves.east > leaves.west).all())
    True
    """
    column_blocks, row_blocks = blocks(lattice.columns), blocks(lattice.rows)
    found: list[tuple[int, int, int, int, int, int]] = []
    for west, east in column_blocks:
        for south, north in row_blocks:
            wanted = _field_size(rng, lattice, relief, (west, east, south, north))
            found += [(*leaf, -1, -1) for leaf in _cut(rng, (west, east, south, north), wanted)]
    for strip in lattice.columns.strips:
        found += [(strip, strip + 1, south, north, strip, -1) for south, north in row_blocks]
        found += [(strip, strip + 1, other, other + 1, strip, other) for other in lattice.rows.strips]
    for strip in lattice.rows.strips:
        found += [(west, east, strip, strip + 1, -1, strip) for west, east in column_blocks]
    return Leaves(*np.array(found, dtype=np.int64).T)


def leaf_polygons(lattice: Lattice, leaves: Leaves) -> npt.NDArray[np.object_]:
    """
    Draw the leaves, with every lattice point on their borders as a vertex.

    Examples
    --------
    >>> from geoenforce.demo.lattice import build_lattice
    >>> one = Leaves(*(np.array([value]) for value in (0, 2, 0, 1, -1, -1)))
    >>> shapely.get_num_coordinates(leaf_polygons(build_lattice(1), one)).tolist()
    [7]
    """
    rows: list[Integers] = []
    columns: list[Integers] = []
    counts: list[int] = []
    for west, east, south, north in zip(leaves.west, leaves.east, leaves.south, leaves.north, strict=True):
        along, up = np.arange(west, east), np.arange(south, north)
        columns += [along, np.full(len(up), east), np.arange(east, west, -1), np.full(len(up) + 1, west)]
        rows += [np.full(len(along), south), up, np.full(len(along), north), np.arange(north, south - 1, -1)]
        counts.append(2 * (len(along) + len(up)) + 1)
    points = lattice.points[np.concatenate(rows), np.concatenate(columns)]
    rings = shapely.linearrings(points, indices=np.repeat(np.arange(len(counts)), counts))
    return np.asarray(shapely.polygons(rings))


def _field_size(rng: np.random.Generator, lattice: Lattice, relief: Waves, block: tuple[int, int, int, int]) -> float:
    west, east, south, north = block
    u, v = lattice.columns.position_m, lattice.rows.position_m
    height = float(relief.at(np.array([(u[west] + u[east]) / 2]), np.array([(v[south] + v[north]) / 2]))[0])
    smallest, largest = (42, 102) if height < 0.4 else (90, 260)
    return float(rng.uniform(smallest, largest))  # in lattice cells of about 100 m²


def _cut(rng: np.random.Generator, block: tuple[int, int, int, int], wanted: float) -> list[tuple[int, int, int, int]]:
    """Halve a block, across its longer side and never quite in the middle, until the parts are small enough."""
    west, east, south, north = block
    width, height = east - west, north - south
    is_small = width * height <= wanted * rng.uniform(0.6, 1.4)
    if is_small or max(width, height) < 2 * _SHORTEST_SIDE:
        return [block]
    share = rng.uniform(0.35, 0.65)
    if width >= height:
        at = min(max(round(west + share * width), west + _SHORTEST_SIDE), east - _SHORTEST_SIDE)
        return [*_cut(rng, (west, at, south, north), wanted), *_cut(rng, (at, east, south, north), wanted)]
    at = min(max(round(south + share * height), south + _SHORTEST_SIDE), north - _SHORTEST_SIDE)
    return [*_cut(rng, (west, east, south, at), wanted), *_cut(rng, (west, east, at, north), wanted)]


def strip_kind(lines: Lines, numbers: Integers) -> Integers:
    """
    Return what strip each number is; `NO_STRIP` where it is none.

    Examples
    --------
    >>> from geoenforce.demo.lattice import Strip
    >>> strip_kind(Lines(np.arange(5.0), {2: Strip.LANE}), np.array([2, -1])).tolist()
    [3, 9]
    """
    return np.array(
        [int(lines.strips[number]) if number >= 0 else NO_STRIP for number in numbers.tolist()], dtype=np.int64
    )
