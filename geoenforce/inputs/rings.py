"""Polygons from lists of points, as 界址点 files and spreadsheets have them."""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely

from geoenforce.core.sentences import Sentence, say
from geoenforce.core.space import Floats
from geoenforce.core.zones import zone_prefix

_FEWEST_POINTS = 3


class PointsError(ValueError):
    """No polygon can be made of points; `said` says why, in both languages."""

    def __init__(self, said: Sentence) -> None:
        """Keep what is said."""
        super().__init__(said.en)
        self.said = said


def polygon_of(rings: Iterable[Sequence[tuple[float, float]]]) -> tuple[shapely.Polygon | shapely.MultiPolygon, int]:
    """
    Build a polygon of rings that may be open: one inside of an earlier ring is a hole, else a part.

    Parameters
    ----------
    rings
        Points (east, north) of each ring, outer ring first.

    Returns
    -------
    polygon, parts
        The polygon, and of how many parts it is.

    Raises
    ------
    PointsError
        If a ring has fewer than three points.

    Examples
    --------
    >>> outer, hole = [(0, 0), (9, 0), (9, 9), (0, 9)], [(1, 1), (2, 1), (2, 2), (1, 1)]
    >>> polygon_of([outer, hole])[0].area
    80.5
    """
    outers: list[tuple[shapely.Polygon, list[shapely.LinearRing]]] = []
    for points in rings:
        different = [*points[:-1]] if points[0] == points[-1] else [*points]
        if len(different) < _FEWEST_POINTS:
            raise PointsError(say("short_ring", count=len(different)))
        ring = shapely.Polygon(different)
        around = next((holes for outer, holes in outers if _is_inside(ring, outer)), None)
        if around is None:
            outers.append((ring, []))
        else:
            around.append(ring.exterior)
    parts = [shapely.Polygon(outer.exterior, holes) for outer, holes in outers]
    return (parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)), len(parts)


def _is_inside(ring: shapely.Polygon, outer: shapely.Polygon) -> bool:
    """Say whether a ring lies inside of another; a ring that crosses itself is judged by its points."""
    if ring.is_valid and outer.is_valid:
        return bool(outer.covers(ring.representative_point()))
    return bool(shapely.Polygon(outer.exterior).convex_hull.covers(shapely.Point(ring.exterior.coords[0])))


def is_north_first(first: Floats, second: Floats) -> bool:
    """
    Say from the numbers whether north stands before east; in China they cannot be mistaken.

    Longitudes there are above 73 and latitudes below 54; eastings have 6 digits, or 8 with the zone, and
    northings 7.

    Examples
    --------
    >>> is_north_first(np.array([2600000.0]), np.array([39500000.0]))
    True
    >>> is_north_first(np.array([116.4]), np.array([23.5]))
    False
    """
    if not len(first):
        return False
    one, two = float(np.median(first)), float(np.median(second))
    if abs(one) <= 180 and abs(two) <= 180:
        return 3 <= one <= 54.5 and 73 <= two <= 136
    if zone_prefix(two) is not None or zone_prefix(one) is not None:
        return zone_prefix(two) is not None and zone_prefix(one) is None
    return one > 1_000_000 > two > 0
