"""What patrols saw, county by county."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geoenforce.core.space import to_plane
from geoenforce.patrols.coverage import coverage
from geoenforce.patrols.frames import lines_to_plane
from geoenforce.patrols.terrain import Elevation
from geoenforce.patrols.unseen import homes, last_seen
from geoenforce.scale.workers import Workers

_WIDER = 3.0  # times the farthest sight: the plane is narrower than the ground, by a half in the far north

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Sight:
    """Trips, and what could be seen from them; all of it, or one county's."""

    trips: gpd.GeoDataFrame  # TRIPS
    land: Mapping[str, gpd.GeoDataFrame]  # LAND by kind, for the coverage
    patches: gpd.GeoDataFrame  # LAND, basic farmland that is looked at patch by patch
    townships: gpd.GeoDataFrame  # TOWNSHIPS
    periods: Sequence[tuple[date, date]]
    as_of: date
    sight_m: "float | pd.Series[float]"
    elevation: Elevation | None = None


@dataclass(frozen=True)
class Seen:
    """The tables COVERAGE, and UNSEEN with every patch."""

    coverage: pd.DataFrame
    patches: gpd.GeoDataFrame


def seen(whole: Sight, crew: Workers | None = None) -> Seen:
    """
    Measure what was seen of each township, and when each patch was seen last, county by county.

    A county's figures depend on the trips near it, and so are the same with and without workers.

    Parameters
    ----------
    whole
        Trips, land and townships.
    crew
        Who works on counties; None: this process does all of them.

    Examples
    --------
    >>> seen(Sight(trips, land, farmland, townships, periods, date(2026, 6, 30), 200.0)).coverage  # doctest: +SKIP
    """
    townships = whole.townships.sort_index()
    counties = townships["county_code"].unique().tolist()
    if len(counties) == 1:
        return _see(whole)
    home = homes(to_plane(whole.patches), to_plane(townships).geometry)
    county = np.append(pd.Index(counties).get_indexer(townships["county_code"]), len(counties))[home]
    rows = [np.flatnonzero(county == number) for number in range(len(counties) + 1)]  # the last: in no township
    parts = _parts(whole, townships, counties, rows)
    found = [_see(one) for one in parts] if crew is None else crew.results(_see, parts, len(rows))
    table = _below_each_other([one.coverage for one in found])
    patches = _below_each_other([one.patches for one in found])
    return Seen(
        table.sort_values(["township_code", "period_from", "period_to", "land"], ignore_index=True),
        patches.iloc[np.argsort(np.concatenate(rows))].reset_index(drop=True),
    )


def _see(part: Sight) -> Seen:
    sights: dict[str, Any] = {"sight_m": part.sight_m, "elevation": part.elevation}
    covered = coverage(part.trips, part.land, part.townships, part.periods, **sights)
    return Seen(covered, last_seen(part.trips, part.patches, part.townships, as_of=part.as_of, **sights))


def _parts(whole: Sight, townships: gpd.GeoDataFrame, counties: list[str], rows: list[Positions]) -> Iterator[Sight]:
    """Cut out each county, and last what lies in none."""
    land = {kind: _Near(to_plane(layer).geometry.to_numpy()) for kind, layer in whole.land.items()}
    paths = _Near(lines_to_plane(whole.trips.geometry.to_crs(4490).to_numpy()))
    farthest_m = whole.sight_m.max() if isinstance(whole.sight_m, pd.Series) else whole.sight_m
    for number, mine in enumerate(rows):
        patches = whole.patches.iloc[mine]
        own = townships[townships["county_code"] == counties[number]] if number < len(counties) else townships.iloc[:0]
        around = [to_plane(one).total_bounds for one in (own, patches) if len(one)]
        box = np.array([*np.min(around, axis=0)[:2], *np.max(around, axis=0)[2:]]) if around else np.full(4, np.nan)
        trips = paths.rows(box + _WIDER * float(farthest_m) * np.array([-1, -1, 1, 1]))
        yield replace(
            whole,
            trips=whole.trips.iloc[trips],
            land={kind: whole.land[kind].iloc[near.rows(box)] for kind, near in land.items()},
            patches=patches,
            townships=own,
        )


def _below_each_other(tables: list[Any]) -> Any:
    """Join tables; those without rows would only blur what the columns hold."""
    return pd.concat([one for one in tables if len(one)] or tables[:1], ignore_index=True)


class _Near:
    """Finds what touches a box."""

    def __init__(self, shapes: npt.NDArray[np.object_]) -> None:
        self._tree = shapely.STRtree(shapes)

    def rows(self, box: npt.NDArray[np.float64]) -> Positions:
        """Return the positions of the shapes that may touch a box, ascending."""
        return np.sort(self._tree.query(shapely.box(*box))) if np.isfinite(box).all() else np.zeros(0, dtype=np.intp)
