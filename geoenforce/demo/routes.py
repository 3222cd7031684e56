"""Routes along the roads of the demo county."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import geopandas as gpd
import numpy as np
import shapely

from geoenforce.demo.fields import Floats

#: Usual speeds in m/s by kind of road.
SPEED_M_S = {"highway": 10.5, "lane": 5.5}


@dataclass(frozen=True)
class Stretch:
    """One stretch of road as it is driven, with the time that it usually takes."""

    end: str
    points: Floats
    speed_m_s: float
    duration_s: float


@dataclass(frozen=True)
class Route:
    """A way to go: points in EPSG:4527 and the usual speed towards each of them."""

    points: Floats
    speed_m_s: Floats

    @property
    def distance_m(self) -> Floats:
        """
        Return how far along each point is.

        Examples
        --------
        >>> Route(np.array([(0.0, 0.0), (3.0, 4.0)]), np.full(2, 5.0)).distance_m.tolist()
        [0.0, 5.0]
        """
        return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(self.points, axis=0).T))])


def joined(routes: Sequence[Route]) -> Route:
    """
    Join routes of which each begins where the one before ends.

    Examples
    --------
    >>> there = Route(np.array([(0.0, 0.0), (3.0, 4.0)]), np.full(2, 5.0))
    >>> back = Route(np.array([(3.0, 4.0), (0.0, 0.0)]), np.full(2, 6.0))
    >>> joined([there, back]).points.tolist()
    [[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]]
    """
    points = [routes[0].points, *(route.points[1:] for route in routes[1:])]
    speeds = [routes[0].speed_m_s, *(route.speed_m_s[1:] for route in routes[1:])]
    return Route(np.vstack(points), np.concatenate(speeds))


class Network:
    """The roads as a graph; nodes are crossings."""

    def __init__(self, roads: gpd.GeoDataFrame) -> None:
        """Join the stretches of road (`Ground.roads`) and keep the largest part that hangs together."""
        self._stretches: dict[str, list[Stretch]] = defaultdict(list)
        for road in roads.itertuples():
            points, speed = shapely.get_coordinates(road.geometry), SPEED_M_S[road.kind]
            duration = float(road.geometry.length) / speed
            self._stretches[road.start].append(Stretch(road.end, points, speed, duration))
            self._stretches[road.end].append(Stretch(road.start, points[::-1], speed, duration))
        everywhere = {node: stretches[0].points[0] for node, stretches in self._stretches.items()}
        connected = max((self._reach(node) for node in sorted(everywhere)[:: max(1, len(everywhere) // 7)]), key=len)
        self.places = {node: everywhere[node] for node in sorted(connected)}

    def nearest(self, x: float, y: float) -> str:
        """Return the crossing nearest to a point of EPSG:4527."""
        points = np.array(list(self.places.values()))
        return list(self.places)[int(np.hypot(*(points - [x, y]).T).argmin())]

    def within(self, x: float, y: float, radius_m: float) -> list[str]:
        """List the crossings within a distance of a point."""
        return [node for node, place in self.places.items() if np.hypot(*(place - [x, y])) < radius_m]

    def route(self, start: str, end: str) -> Route:
        """Find the quickest way from one crossing to another."""
        points, speeds = [self.places[start][None, :]], [np.array([SPEED_M_S["lane"]])]
        for stretch in self._quickest(start, end):
            points.append(stretch.points[1:])
            speeds.append(np.full(len(stretch.points) - 1, stretch.speed_m_s))
        return Route(np.vstack(points), np.concatenate(speeds))

    def _quickest(self, start: str, end: str) -> list[Stretch]:
        best = {start: 0.0}
        came: dict[str, tuple[str, Stretch]] = {}
        waiting = [(0.0, start)]
        while waiting:
            spent, node = heappop(waiting)
            if node == end:
                break
            for stretch in self._stretches[node]:
                then = spent + stretch.duration_s
                if then < best.get(stretch.end, np.inf):
                    best[stretch.end], came[stretch.end] = then, (node, stretch)
                    heappush(waiting, (then, stretch.end))
        way: list[Stretch] = []
        while end != start:
            end, stretch = came[end]
            way.append(stretch)
        return way[::-1]

    def _reach(self, start: str) -> set[str]:
        seen, waiting = {start}, [start]
        while waiting:
            for stretch in self._stretches[waiting.pop()]:
                if stretch.end not in seen:
                    seen.add(stretch.end)
                    waiting.append(stretch.end)
        return seen
