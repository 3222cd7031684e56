"""What is within sight of a line: the ground nearer than a distance, as spans of a frame."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geoenforce.patrols.distance import Floats, Integers
from geoenforce.patrols.frames import Frame, rows_between, spread
from geoenforce.patrols.spans import NO_SPANS, Spans, united

_MOST_SPANS = 100_000  # at a time: what the processor keeps near, and no memory that grows with the trips
_LEVEL = 1e-9  # rises and lengths below it are none


@dataclass(frozen=True)
class Edges:
    """The straight pieces of many lines, laid in a frame."""

    x1: Floats
    y1: Floats
    x2: Floats
    y2: Floats
    trip: Integers  # position of the line each belongs to, ascending
    sight_m: Floats

    def part(self, first: int, after: int) -> "Edges":
        """Return some of the edges."""
        return Edges(*(values[first:after] for values in vars(self).values()))


def edges_of(lines: Any, sight_m: Floats, frame: Frame) -> Edges:
    """
    Take lines to pieces, and keep the pieces that come within sight of the frame.

    Examples
    --------
    >>> frame = Frame((0.0, 0.0), 1.0, 100.0, 10, 10.0)
    >>> lines = np.array([shapely.LineString([(0, 0), (10, 0), (10, 10)]), shapely.LineString([(900, 0), (900, 1)])])
    >>> edges_of(lines, np.array([5.0, 5.0]), frame).trip.tolist()
    [0, 0]
    """
    parts, owner = shapely.get_parts(lines, return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    at = np.flatnonzero(np.diff(part) == 0)
    x1, y1, x2, y2 = xy[at, 0], xy[at, 1], xy[at + 1, 0], xy[at + 1, 1]
    trip = owner[part[at]]
    reach = sight_m[trip]
    near = (np.minimum(x1, x2) - reach < frame.width) & (np.maximum(x1, x2) + reach > 0)
    near &= (np.minimum(y1, y2) - reach < frame.rows * frame.row_m) & (np.maximum(y1, y2) + reach > 0)
    return Edges(x1[near], y1[near], x2[near], y2[near], trip[near], reach[near])


def seen_from(edges: Edges, frame: Frame) -> Spans:
    """
    Return the ground within sight of each trip, each spot once per trip.

    Returns
    -------
    spans
        A united set; the places of trip n are raised by n × `frame.size`.

    Examples
    --------
    A point that sees 50 m: a disc of 7854 m², along rows of half a metre.

    >>> frame = Frame((0.0, 0.0), 1.0, 200.0, 400, 0.5)
    >>> point = np.array([shapely.LineString([(100, 100), (100, 100)])])
    >>> round(seen_from(edges_of(point, np.array([50.0]), frame), frame).length * frame.row_m, -1)
    7850.0
    """
    heights = np.abs(edges.y2 - edges.y1) + 2 * edges.sight_m
    cost = np.cumsum(heights / frame.row_m + 1)
    pieces, first = [], 0
    while first < len(edges.trip):
        done = cost[first - 1] if first else 0.0
        after = int(np.searchsorted(cost, done + _MOST_SPANS, side="right"))
        if after < len(edges.trip):  # whole trips, so that uniting the batches is uniting the trips
            after = int(np.searchsorted(edges.trip, edges.trip[after], side="left"))
        after = max(after, int(np.searchsorted(edges.trip, edges.trip[first], side="right")))
        pieces.append(united(_stadiums(edges.part(first, after), frame)))
        first = after
    if not pieces:
        return NO_SPANS
    return Spans(np.concatenate([one.start for one in pieces]), np.concatenate([one.end for one in pieces]))


def _stadiums(edges: Edges, frame: Frame) -> Spans:
    """Cut the ground around each edge along the rows: two discs, and the band between them."""
    low, high = np.minimum(edges.y1, edges.y2) - edges.sight_m, np.maximum(edges.y1, edges.y2) + edges.sight_m
    first, count = rows_between(frame, low, high)
    edge, number = spread(count)
    sides = _extent(edges, edge, np.asarray((first[edge] + number + 0.5) * frame.row_m, dtype=np.float64))
    row = (first * frame.width + edges.trip * frame.size)[edge]
    row += number * frame.width
    for side in sides:
        np.clip(side, 0.0, frame.width - frame.row_m, out=side)
        side += row
    west, east = sides
    kept = east > west
    return Spans(west[kept], east[kept])


def _extent(edges: Edges, edge: Integers, y: Floats) -> tuple[Floats, Floats]:
    """
    Return how far west and east the ground around an edge reaches at a height.

    Going along the edge from its lower end to its upper one, the western side of the ground is a circle's
    around the place whose westward normal ends at this height, or around the end that is nearest to it.
    What is relative to the lower end is reckoned with seven digits, which err by about a millimetre.
    """
    upward = edges.y2 >= edges.y1
    x1, y1 = np.where(upward, edges.x1, edges.x2), np.minimum(edges.y1, edges.y2)
    run, rise = np.where(upward, 1.0, -1.0) * (edges.x2 - edges.x1), np.abs(edges.y2 - edges.y1)
    tilt = edges.sight_m * run / np.maximum(np.hypot(rise, run), _LEVEL)
    steep = 1.0 / np.maximum(rise, _LEVEL)
    up = (y - y1[edge]).astype(np.float32)
    across, upwards, slant, per_rise, square = (
        values.astype(np.float32)[edge] for values in (run, rise, tilt, steep, edges.sight_m**2)
    )
    base, sides = x1[edge], []
    for towards in (np.subtract, np.add):  # west, east
        share = towards(up, slant)
        share *= per_rise
        np.clip(share, 0.0, 1.0, out=share)
        half = share * upwards
        half -= up
        np.subtract(square, half * half, out=half)
        np.sqrt(np.maximum(half, 0.0, out=half), out=half)
        share *= across
        sides.append(base + towards(share, half))
    return sides[0], sides[1]
