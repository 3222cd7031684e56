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
from geoenforce.patrols.terrain import Elevation, visible_from

# Rows are a twentieth of the shortest sight high: 10 m where one sees 200 m.
_ROWS_PER_SIGHT, _LEAST_ROW_M = 20, 5.0
_MOST_STRETCH = 1.8  # of the plane from west to east, within China


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
    """What was seen in one frame: united by trip, places raised by trip × `frame.size`."""

    frame: Frame
    spans: Spans
    trip: Integers  # of each span: position in `Paths`

    def by_trip(self, chosen: Any) -> Spans:
        """Return what the chosen trips saw, each spot once per trip, without the raise."""
        part = chosen[self.trip]
        raised = self.trip[part] * self.frame.size
        return Spans(self.spans.start[part] - raised, self.spans.end[part] - raised)

    def once(self, chosen: Any) -> Spans:
        """Return what the chosen trips saw, each spot once."""
        return united(self.by_trip(chosen))

    def by_day(self, on: "np.typing.NDArray[np.datetime64]") -> "Iterator[tuple[np.datetime64, Spans]]":
        """Give what was seen on each day, each spot once, from the latest day to the first."""
        raised = self.trip * self.frame.size
        order = np.argsort(on[self.trip], kind="stable")
        days, first = np.unique(on[self.trip][order], return_index=True)
        for day, rows in zip(days[::-1], np.split(order, first)[:0:-1], strict=True):
            yield day, united(Spans(self.spans.start[rows] - raised[rows], self.spans.end[rows] - raised[rows]))


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


def view_of(paths: Paths, bounds: Floats, elevation: Elevation | None) -> View:
    """
    Find what trips saw within bounds.

    Parameters
    ----------
    paths
        The trips.
    bounds
        West, south, east and north in the plane.
    elevation
        With it, only what terrain does not hide is seen.
    """
    nearest_m = float(paths.sight_m.min(initial=paths.farthest_m))
    frame = frame_of(bounds, 0.0, max(nearest_m / _ROWS_PER_SIGHT, _LEAST_ROW_M))
    margin = paths.farthest_m * _MOST_STRETCH * np.array([-1.0, -1.0, 1.0, 1.0])
    near = np.sort(paths.tree.query(shapely.box(*(bounds + margin))))
    edges = edges_of(frame.lay(paths.lines[near]), paths.sight_m[near], frame)
    spans = seen_from(edges, frame)
    if elevation is not None:
        spans = common(spans, visible_from(edges, frame, elevation))
    trip = np.floor(spans.start / frame.size).astype(np.int64)
    raised = (near[trip] - trip) * frame.size
    return View(frame, Spans(spans.start + raised, spans.end + raised), near[trip])
