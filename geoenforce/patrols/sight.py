"""What is within sight of a line: the ground nearer than a distance, as spans of a frame."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geoenforce.patrols.distance import Floats, Integers
from geoenforce.patrols.frames import Frame, rows_between, spread
from geoenforce.patrols.spans import NO_SPANS, Spans, united

_MOST_SPANS = 1_000_000  # at a time, so that memory does not grow with the number of trips


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
    row = first[edge] + number
    west, east = _extent(edges, edge, np.asarray((row + 0.5) * frame.row_m, dtype=np.float64))
    seen = east > west
    inside = [np.clip(x[seen], 0.0, frame.width - frame.row_m) for x in (west, east)]
    raised = row[seen] * frame.width + edges.trip[edge[seen]] * frame.size
    kept = inside[1] > inside[0]
    return Spans((raised + inside[0])[kept], (raised + inside[1])[kept])


def _extent(edges: Edges, edge: Integers, y: Floats) -> tuple[Floats, Floats]:
    """Return how far west and east the ground around an edge reaches at a height."""
    x1, y1, x2, y2, reach = (values[edge] for values in (edges.x1, edges.y1, edges.x2, edges.y2, edges.sight_m))
    half1 = np.sqrt(np.maximum(reach**2 - (y - y1) ** 2, 0.0))
    half2 = np.sqrt(np.maximum(reach**2 - (y - y2) ** 2, 0.0))
    on1, on2 = np.abs(y - y1) <= reach, np.abs(y - y2) <= reach
    west = np.minimum(np.where(on1, x1 - half1, np.inf), np.where(on2, x2 - half2, np.inf))
    east = np.maximum(np.where(on1, x1 + half1, -np.inf), np.where(on2, x2 + half2, -np.inf))
    rise, run = y2 - y1, x2 - x1
    length = np.hypot(rise, run)
    steep = np.abs(rise) > 1e-9  # the sides of a level edge are the discs' tops and bottoms
    rise = np.where(steep, rise, 1.0)
    out_x, out_y = (
        np.abs(rise) / np.maximum(length, 1e-9) * reach,
        -np.sign(rise) * run / np.maximum(length, 1e-9) * reach,
    )
    for sign in (1.0, -1.0):
        share = (y - y1 - sign * out_y) / rise
        on = steep & (share >= 0) & (share <= 1)
        side = x1 + sign * out_x + share * run
        west = np.where(on, np.minimum(west, side), west)
        east = np.where(on, np.maximum(east, side), east)
    return west, east
