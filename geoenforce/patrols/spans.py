"""
Ground as spans along the rows of a frame: exact from west to east, sampled at each row's middle.

A span is a pair of places (row × width + x). Sets of spans can be united and intersected by sorting
alone, whatever the number of trips; their area is their length times the height of a row.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geoenforce.patrols.distance import Flags, Floats, Integers
from geoenforce.patrols.frames import Frame, rows_between, spread


@dataclass(frozen=True)
class Spans:
    """Spans, each from a place to a place; in a united set they are ascending and do not touch."""

    start: Floats
    end: Floats

    def __len__(self) -> int:
        """Return how many spans there are."""
        return len(self.start)

    @property
    def length(self) -> float:
        """Return the sum of the lengths."""
        return float((self.end - self.start).sum())


NO_SPANS = Spans(np.zeros(0), np.zeros(0))


def united(spans: Spans) -> Spans:
    """
    Unite spans, so that each place is in one of them once.

    Examples
    --------
    >>> union = united(Spans(np.array([5.0, 0.0, 2.0]), np.array([6.0, 3.0, 4.0])))
    >>> union.start.tolist(), union.end.tolist()
    ([0.0, 5.0], [4.0, 6.0])
    """
    if not len(spans):
        return spans
    order = np.argsort(spans.start)
    start, reach = spans.start[order], np.maximum.accumulate(spans.end[order])
    first = np.flatnonzero(np.concatenate([[True], start[1:] > reach[:-1]]))
    return Spans(start[first], reach[np.append(first[1:], len(start)) - 1])


def common(one: Spans, other: Spans) -> Spans:
    """
    Intersect two united sets.

    Examples
    --------
    >>> both = common(Spans(np.array([0.0]), np.array([10.0])), Spans(np.array([2.0, 8.0]), np.array([4.0, 12.0])))
    >>> both.start.tolist(), both.end.tolist()
    ([2.0, 8.0], [4.0, 10.0])
    """
    first = np.searchsorted(other.end, one.start, side="right")
    after = np.searchsorted(other.start, one.end, side="left")
    owner, number = spread(np.maximum(after - first, 0))
    there = first[owner] + number
    return Spans(np.maximum(one.start[owner], other.start[there]), np.minimum(one.end[owner], other.end[there]))


class Ruler:
    """How much of a united set lies west and south of any place; two look-ups measure any span."""

    def __init__(self, ground: Spans) -> None:
        """Add the lengths of a united set up."""
        self._ground = ground
        self._before = np.concatenate([[0.0], np.cumsum(ground.end - ground.start)])

    def measure(self, spans: Spans) -> Floats:
        """
        Return how much of the ground each span holds.

        Examples
        --------
        >>> ground = Spans(np.array([0.0, 20.0]), np.array([10.0, 30.0]))
        >>> Ruler(ground).measure(Spans(np.array([5.0]), np.array([25.0])))
        array([10.])
        """
        return self._upto(spans.end) - self._upto(spans.start)

    def _upto(self, places: Floats) -> Floats:
        at = np.searchsorted(self._ground.start, places, side="right") - 1
        inside = np.maximum(at, 0)
        if not len(self._ground):
            return np.zeros(len(places))
        partial = np.minimum(places, self._ground.end[inside]) - self._ground.start[inside]
        return np.where(at < 0, 0.0, self._before[inside] + partial)


def holds(spans: Spans, places: Floats) -> Flags:
    """
    Say which places lie in a united set.

    Examples
    --------
    >>> holds(Spans(np.array([0.0]), np.array([10.0])), np.array([5.0, 15.0])).tolist()
    [True, False]
    """
    if not len(spans):
        return np.zeros(len(places), dtype=bool)
    at = np.searchsorted(spans.start, places, side="right") - 1
    return np.asarray((at >= 0) & (places <= spans.end[np.maximum(at, 0)]))


def polygon_spans(frame: Frame, polygons: Any) -> tuple[Spans, Integers]:
    """
    Cut polygons along the rows of a frame.

    Parameters
    ----------
    frame
        The frame.
    polygons
        Valid polygons, laid in the frame; what lies outside of it is cut off.

    Returns
    -------
    spans, owner
        Spans ordered by polygon and place, and the position of each span's polygon.

    Examples
    --------
    >>> frame = Frame((0.0, 0.0), 1.0, 100.0, 10, 10.0)
    >>> spans, owner = polygon_spans(frame, np.array([shapely.box(10, 0, 30, 20)]))
    >>> (spans.start % 100).tolist(), spans.length * frame.row_m
    ([10.0, 10.0], 400.0)
    """
    rings, ring_owner = _rings(polygons)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = np.flatnonzero(np.diff(ring) == 0)
    x1, y1, x2, y2 = xy[same, 0], xy[same, 1], xy[same + 1, 0], xy[same + 1, 1]
    first, count = rows_between(frame, np.minimum(y1, y2), np.maximum(y1, y2))
    edge, number = spread(count)
    row = first[edge] + number
    y = (row + 0.5) * frame.row_m
    x = x1[edge] + (y - y1[edge]) / (y2[edge] - y1[edge]) * (x2[edge] - x1[edge])
    owner = ring_owner[ring[same]][edge]
    place = row * frame.width + np.clip(x, 0.0, frame.width - frame.row_m)
    order = np.argsort(place + owner * frame.size, kind="stable")
    place, owner = place[order], owner[order]
    return Spans(place[0::2], place[1::2]), owner[0::2]


def _rings(polygons: Any) -> tuple[Any, Integers]:
    parts, part_owner = shapely.get_parts(polygons, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    return rings, part_owner[ring_part]
