"""
A bent lattice whose cells share their borders to the last coordinate.

Every border is drawn once, with its small irregularities, and used by the polygons on both sides;
so the cells tile the ground, whatever their number of vertices.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]

DECIMALS = 4  # of a metre, as files hold them


@dataclass(frozen=True)
class Bends:
    """A smooth displacement of the plane, so gentle that no line crosses another."""

    waves: Floats  # one row per wave: its two wave numbers per metre, phase, and displacement east and north

    def move(self, points: Floats) -> Floats:
        """Displace points of the shape (…, 2)."""
        moved = points.copy()
        for east, north, phase, shift_east, shift_north in self.waves:
            wave = np.sin(points[..., 0] * east + points[..., 1] * north + phase)
            moved[..., 0] += shift_east * wave
            moved[..., 1] += shift_north * wave
        return moved


@dataclass(frozen=True)
class Lattice:
    """
    Nodes and borders of (rows × columns) cells.

    `nodes` is (rows + 1, columns + 1, 2). `across` holds the borders that run east, (rows + 1, columns, k, 2), and
    `along` those that run north, (rows, columns + 1, k, 2): the first node and the vertices up to the next node.
    """

    nodes: Floats
    across: Floats
    along: Floats

    def cells(self) -> Geometries:
        """Return every cell as a polygon, in an array of (rows, columns)."""
        back = self.across[1:, :, :0:-1]
        down = self.along[:, :-1, :0:-1]
        rings = np.concatenate(
            [
                self.across[:-1],
                self.along[:, 1:],
                self.nodes[1:, 1:, None],
                back,
                self.nodes[1:, :-1, None],
                down,
                self.nodes[:-1, :-1, None],
            ],
            axis=2,
        )
        return np.asarray(shapely.polygons(rings))

    def block(self, rows: tuple[int, int], columns: tuple[int, int]) -> shapely.Polygon:
        """Return a rectangle of cells as one polygon, with every vertex of its outline."""
        (bottom, top), (left, right) = rows, columns
        ring = [
            self.across[bottom, left:right].reshape(-1, 2),
            self.along[bottom:top, right].reshape(-1, 2),
            self.nodes[top, right][None],
            self.across[top, left:right].reshape(-1, 2)[:0:-1],
            self.nodes[top, left][None],
            self.along[bottom:top, left].reshape(-1, 2)[:0:-1],
        ]
        return shapely.Polygon(np.concatenate(ring))


def random_bends(rng: np.random.Generator, lengths_m: Sequence[float], slope: float) -> Bends:
    """Draw one wave of each length; their slopes add up to `slope`."""
    waves = []
    for length in lengths_m:
        direction, towards = rng.uniform(0, 2 * np.pi, 2)
        number = 2 * np.pi / length
        shift = slope / len(lengths_m) / number
        waves.append(
            [
                number * np.cos(direction),
                number * np.sin(direction),
                rng.uniform(0, 2 * np.pi),
                shift * np.cos(towards),
                shift * np.sin(towards),
            ]
        )
    return Bends(np.array(waves))


def build_lattice(rng: np.random.Generator, east_m: Floats, north_m: Floats, bends: Bends, segments: int) -> Lattice:
    """
    Lay lines at the given places, shake the nodes, draw irregular borders between them and bend it all.

    Nodes and borders keep away from their neighbours in proportion to the narrowest cell beside them.
    """
    wide, high = _room(np.diff(east_m)), _room(np.diff(north_m))
    nodes = np.stack(np.meshgrid(east_m, north_m), axis=-1)
    nodes[..., 0] += wide[None, :] * rng.uniform(-0.2, 0.2, nodes.shape[:2])
    nodes[..., 1] += high[:, None] * rng.uniform(-0.2, 0.2, nodes.shape[:2])

    across = _borders(rng, nodes[:, :-1], nodes[:, 1:], np.minimum(high[:, None], np.diff(east_m)[None, :]), segments)
    along = _borders(rng, nodes[:-1], nodes[1:], np.minimum(wide[None, :], np.diff(north_m)[:, None]), segments)
    return Lattice(*(np.round(bends.move(points), DECIMALS) for points in (nodes, across, along)))


def _room(gaps: Floats) -> Floats:
    """Return, for each line, the narrower of the gaps beside it."""
    return np.minimum(np.concatenate([gaps[:1], gaps]), np.concatenate([gaps, gaps[-1:]]))


def _borders(rng: np.random.Generator, start: Floats, end: Floats, room: Floats, segments: int) -> Floats:
    share = np.arange(segments) / segments
    modes = np.arange(1, 6)
    waves = np.sin(np.pi * share[None, :] * modes[:, None]) / modes[:, None] ** 1.5
    wiggle = rng.normal(0, 0.045, (*start.shape[:2], len(modes))).clip(-0.09, 0.09) @ waves * room[..., None]
    step = end - start
    sideways = np.stack([-step[..., 1], step[..., 0]], axis=-1) / np.hypot(step[..., 0], step[..., 1])[..., None]
    straight: Floats = start[..., None, :] + share[:, None] * step[..., None, :]
    bent: Floats = straight + wiggle[..., None] * sideways[..., None, :]
    return bent
