"""How much farmland was within sight of the patrols, township by township and period by period."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoenforce.core.errors import ConfigError
from geoenforce.core.patrol_tables import COVERAGE, TRIPS
from geoenforce.core.patrol_terms import SeenLand
from geoenforce.core.space import to_plane
from geoenforce.core.tables import LAND, TOWNSHIPS, Table, check
from geoenforce.patrols.distance import Flags
from geoenforce.patrols.frames import Frame
from geoenforce.patrols.spans import NO_SPANS, Ruler, Spans, common, polygon_spans, united
from geoenforce.patrols.terrain import Elevation
from geoenforce.patrols.views import Paths, View, frame_for, paths_of, views_of

#: How far a patrol sees, in metres, where nothing else is said.
SIGHT_M = 200.0

Period = tuple[date, date]


def coverage(
    trips: gpd.GeoDataFrame,
    land: Mapping[str, gpd.GeoDataFrame],
    townships: gpd.GeoDataFrame,
    periods: Sequence[Period],
    *,
    sight_m: "float | pd.Series[float]" = SIGHT_M,
    elevation: Elevation | None = None,
) -> pd.DataFrame:
    """
    Measure how much of the land was within sight of a trip (巡查覆盖率).

    *Merged ground* counts each spot once, however often it was passed; *effort* counts it once per trip.
    The land is cut into rows as high as a twelfth of the sight (17 m; with `elevation` a twentieth, 10 m); along a
    row the measure is exact.
    One township is worked on at a time, so memory does not grow with the county.

    Parameters
    ----------
    trips
        Table TRIPS; a trip belongs to the period in which it started.
    land
        Tables LAND by kind (`SeenLand`), the layers in force; ground given twice counts once.
    townships
        Table TOWNSHIPS.
    periods
        First and last day of each period, both included. Periods may overlap.
    sight_m
        How far one sees, for all trips or by ``trip_id`` (where sources differ).
    elevation
        With it, what terrain hides from eyes 2 m above the ground is not seen.

    Returns
    -------
    coverage
        Table COVERAGE, ordered by township, period and land. Areas are ellipsoidal.

    Raises
    ------
    TableError
        If a table is not in order.
    ConfigError
        If a kind of land or a period is not one, or the sight is missing or not above zero.

    Notes
    -----
    Against exact vector buffers, on made-up counties: see ``benchmarks/README.md``.

    Examples
    --------
    Half of a square field of 1 km lies within 500 m of a lane along its western edge:

    >>> from geoenforce.core.space import PLANE
    >>> field = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1000, 1000)], crs=PLANE)
    >>> township = gpd.GeoDataFrame({"township_name": ["某镇"], "county_code": ["445202"]}, crs=PLANE,
    ...     geometry=[shapely.box(-3000, -3000, 3000, 3000)], index=pd.Index(["445202101"], name="township_code"))
    >>> lane = gpd.GeoSeries([shapely.LineString([(0, -900), (0, 1900)])], crs=PLANE).to_crs(4490)
    >>> trips = gpd.GeoDataFrame({"on": [pd.Timestamp("2026-04-01")]}, geometry=lane.to_numpy(), crs=4490,
    ...                          index=pd.Index(["A"], name="trip_id"))
    >>> april = [(date(2026, 4, 1), date(2026, 4, 30))]
    >>> coverage(trips, {"basic_farmland": field}, township, april, sight_m=500.0)["seen_share"].round(3).to_list()
    [0.5]
    """
    check(trips, trips_with_days())
    check(townships, TOWNSHIPS)
    check_options(land, periods, trips, sight_m)
    paths = paths_of(trips, sight_m)
    chosen = [(paths.on >= np.datetime64(first)) & (paths.on <= np.datetime64(last)) for first, last in periods]
    grounds = {kind: _Ground(layer) for kind, layer in land.items()}
    rows: list[dict[str, Any]] = []
    for code, border in to_plane(townships).geometry.sort_index().items():
        frame = frame_for(paths, shapely.bounds(border), elevation)
        tallies = {kind: _Tally(ground.within(frame, border), frame, paths) for kind, ground in grounds.items()}
        merged = [NO_SPANS] * len(periods)
        for view in views_of(paths, frame, elevation):
            merged = [_more(spans, view.once(part)) for spans, part in zip(merged, chosen, strict=True)]
            for tally in tallies.values():
                tally.add(view)
        for kind, tally in tallies.items():
            rows.extend(
                {"township_code": code, "land": kind, "period_from": first, "period_to": last} | tally.row(spans, part)
                for (first, last), spans, part in zip(periods, merged, chosen, strict=True)
            )
    return _as_table(rows)


def _as_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    found = pd.DataFrame(rows, columns=COVERAGE.names)
    for name in ("period_from", "period_to"):
        found[name] = pd.to_datetime(found[name]).astype("datetime64[s]")
    found = found.astype({"township_code": "str", "land": "str", "seen_share": float})
    return found.sort_values(["township_code", "period_from", "period_to", "land"], ignore_index=True)


def check_options(
    land: Mapping[str, gpd.GeoDataFrame],
    periods: Sequence[Period],
    trips: pd.DataFrame,
    sight_m: "float | pd.Series[float]",
) -> None:
    """
    Refuse kinds of land, periods and sights that are none.

    Raises
    ------
    ConfigError
        If a kind is unknown, a period ends before it begins, or a trip has no sight above zero.
    TableError
        If a layer is not in order.

    Examples
    --------
    >>> check_options({"water": gpd.GeoDataFrame()}, [], pd.DataFrame(), 200.0)
    Traceback (most recent call last):
    geoenforce.core.errors.ConfigError: There is no land 'water' to be seen; known are ['basic_farmland', 'cultivated'].
    """
    known = list(SeenLand.codes())
    for kind, layer in land.items():
        if kind not in known:
            message = f"There is no land '{kind}' to be seen; known are {known}."
            raise ConfigError(message)
        check(layer, LAND)
    for first, last in periods:
        if last < first:
            message = f"The period from {first} to {last} ends before it begins; give the first day first."
            raise ConfigError(message)
    far = sight_m.reindex(trips.index) if isinstance(sight_m, pd.Series) else pd.Series(float(sight_m), index=["all"])
    if not (far > 0).all():
        message = (
            f"The sight of the trips {far.index[~(far > 0)].tolist()[:5]} is not above zero; give metres, as in 200."
        )
        raise ConfigError(message)


class _Ground:
    """A layer in the plane, with a tree to find what lies in a township."""

    def __init__(self, layer: gpd.GeoDataFrame) -> None:
        self._shapes = to_plane(layer).geometry.to_numpy()
        self._tree = shapely.STRtree(self._shapes)

    def within(self, frame: Frame, border: Any) -> Spans:
        """Return the layer's ground in a township, each spot once."""
        near = self._tree.query(border)
        spans, _ = polygon_spans(frame, frame.lay(self._shapes[near]))
        township, _ = polygon_spans(frame, frame.lay(np.array([border])))
        return common(united(spans), united(township))


class _Tally:
    """How much of one kind of land in one township was seen."""

    def __init__(self, ground: Spans, frame: Frame, paths: Paths) -> None:
        self._ruler, self._row_m = Ruler(ground), frame.row_m
        self._total_m2 = ground.length * frame.row_m
        self._effort_m2 = np.zeros(len(paths.on))

    def add(self, view: View) -> None:
        """Count the effort of some trips."""
        np.add.at(self._effort_m2, view.trip, self._ruler.measure(view.spans) * self._row_m)

    def row(self, merged: Spans, chosen: Flags) -> dict[str, float]:
        """Return what was seen in a period, of which the merged ground and the trips are given."""
        seen = min(float(self._ruler.measure(merged).sum()) * self._row_m, self._total_m2)
        return {
            "ground_m2": self._total_m2,
            "seen_m2": seen,
            "seen_share": seen / self._total_m2 if self._total_m2 > 0 else np.nan,
            "effort_m2": float(self._effort_m2[chosen].sum()),
        }


def _more(spans: Spans, others: Spans) -> Spans:
    """Unite two united sets."""
    if not len(spans) or not len(others):
        return spans if len(spans) else others
    return united(Spans(np.concatenate([spans.start, others.start]), np.concatenate([spans.end, others.end])))


def trips_with_days() -> Table:
    """Return the part of TRIPS that is needed here, so that a layer of lines with days does."""
    return replace(TRIPS.only("on"), geometry=TRIPS.geometry)
