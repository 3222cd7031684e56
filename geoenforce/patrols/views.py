"""The ground that trips saw of one township, by trip and united over periods."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoenforce.patrols.distance import Floats, Integers
from geoenforce.patrols.frames import Frame, frame_of, lines_to_plane
from geoenforce.patrols.sight import edges_of, seen_from
from geoenforce.patrols.spans import Spans, common, united
from geoenforce.patrols.terrain import Elevation
from geoenforce.patrols.viewshed import Viewshed

# Rows are a twelfth of the shortest sight high, 17 m where one sees 200 m: see benchmarks/README.md for what that
# costs in accuracy. Terrain needs finer ones, for its cells are as high as a row.
_ROWS_PER_SIGHT, _ROWS_ON_TERRAIN, _LEAST_ROW_M = 12, 20, 5.0
_MOST_VERTICES = 50_000  # of lines at a time


@dataclass(frozen=True)
class Paths:
    """The lines of trips in the plane, and a tree to find those near a township."""

    lines: Any
    on: "np.typing.NDArray[np.datetime64]"
    sight_m: Floats
    tree: Any

    @property
    def farthest_m(self) -> float:
        """Return the longest sight of any trip."""
        return float(self.sight_m.max(initial=1.0))


@dataclass(frozen=True)
class View:
    """What some trips saw in a frame, each spot once per trip; spans ascend within a trip."""

    spans: Spans
    trip: Integers  # of each span: position in `Paths`

    def once(self, chosen: Any) -> Spans:
        """Return what the chosen trips saw, each spot once."""
        part = chosen[self.trip]
        return united(Spans(self.spans.start[part], self.spans.end[part]))

    def by_day(self, on: "np.typing.NDArray[np.datetime64]") -> "Iterator[tuple[np.datetime64, Spans]]":
        """Give what was seen on each day, each spot once, from the latest day to the first."""
        order = np.argsort(on[self.trip], kind="stable")
        days, first = np.unique(on[self.trip][order], return_index=True)
        for day, rows in zip(days[::-1], np.split(order, first)[:0:-1], strict=True):
            yield day, united(Spans(self.spans.start[rows], self.spans.end[rows]))


def paths_of(trips: Any, sight_m: "float | pd.Series[float]") -> Paths:
    """
    Bring the lines of trips to the plane.

    Parameters
    ----------
    trips
        Table TRIPS.
    sight_m
        How far a patrol sees, for all trips or by ``trip_id``.
    """
    lines = lines_to_plane(trips.geometry.to_crs(4490).to_numpy())
    far = sight_m.reindex(trips.index).to_numpy(dtype=float) if isinstance(sight_m, pd.Series) else None
    return Paths(
        lines,
        trips["on"].to_numpy(dtype="datetime64[D]"),
        np.full(len(trips), float(sight_m)) if far is None else far,
        shapely.STRtree(lines),
    )


def frame_for(paths: Paths, bounds: Floats, elevation: Elevation | None) -> Frame:
    """
    Lay out bounds in the plane in rows as fine as the shortest sight asks for.

    Parameters
    ----------
    paths
        The trips.
    bounds
        West, south, east and north in the plane.
    elevation
        With it, rows are finer.
    """
    nearest_m = float(paths.sight_m.min(initial=paths.farthest_m))
    rows = _ROWS_PER_SIGHT if elevation is None else _ROWS_ON_TERRAIN
    return frame_of(bounds, 0.0, max(nearest_m / rows, _LEAST_ROW_M))


def views_of(
    paths: Paths, frame: Frame, elevation: Elevation | None, *, latest_first: bool = False
) -> "Iterator[View]":
    """
    Find what trips saw within a frame, in the order of their days.

    Parameters
    ----------
    paths
        The trips.
    frame
        The frame of `frame_for`.
    elevation
        With it, only what terrain does not hide is seen.
    latest_first
        Whether to go back from the latest day.

    Yields
    ------
    view
        Some trips at a time, so that memory does not grow with their number.
    """
    near = np.sort(paths.tree.query(shapely.box(*frame.bounds(paths.farthest_m))))
    days = paths.on[near].astype(np.int64)
    near = near[np.argsort(-days if latest_first else days, kind="stable")]
    viewshed = Viewshed(frame, elevation, paths.farthest_m) if elevation is not None and len(near) else None
    vertices = np.cumsum(shapely.get_num_coordinates(paths.lines[near]))
    for trips in np.split(near, np.flatnonzero(np.diff(vertices // _MOST_VERTICES)) + 1):
        edges = edges_of(frame.lay(paths.lines[trips]), paths.sight_m[trips], frame)
        spans = seen_from(edges, frame)
        if viewshed is not None:
            spans = common(spans, viewshed.visible_from(edges))
        trip = np.floor(spans.start / frame.size).astype(np.int64)
        yield View(Spans(spans.start - trip * frame.size, spans.end - trip * frame.size), trips[trip])
