"""When each patch of basic farmland was last seen, and which were not seen for too long."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoenforce.core.patrol_tables import UNSEEN
from geoenforce.core.patrol_terms import SeenLand
from geoenforce.core.space import PLANE, m2_to_mu, to_plane
from geoenforce.core.tables import TOWNSHIPS, check
from geoenforce.patrols.coverage import SIGHT_M, check_options, trips_with_days
from geoenforce.patrols.distance import Floats, Integers
from geoenforce.patrols.frames import Frame, spread
from geoenforce.patrols.spans import Spans, holds, polygon_spans
from geoenforce.patrols.terrain import Elevation
from geoenforce.patrols.views import frame_for, paths_of, views_of

_NEVER = np.datetime64("NaT", "D")
_POINT_M = 20.0  # along a row; finer than any field that matters


def last_seen(
    trips: gpd.GeoDataFrame,
    basic_farmland: gpd.GeoDataFrame,
    townships: gpd.GeoDataFrame,
    *,
    as_of: date,
    sight_m: "float | pd.Series[float]" = SIGHT_M,
    elevation: Elevation | None = None,
) -> gpd.GeoDataFrame:
    """
    Say for each patch of basic farmland when it was last seen.

    A patch counts as seen since a day if at least half of it was within sight of the trips of that day
    and later: a patch of which only a corner is passed each week is not seen each week.

    Parameters
    ----------
    trips
        Table TRIPS; trips after `as_of` are left out.
    basic_farmland
        Table LAND.
    townships
        Table TOWNSHIPS; a patch belongs to the one that holds a point in its middle.
    as_of
        The day from which days are counted back.
    sight_m, elevation
        As for `coverage`.

    Returns
    -------
    patches
        Table UNSEEN with every patch, in the order of the layer, in the plane. ``last_seen_on`` and
        ``days_unseen`` are missing where half of the patch was never seen.

    Raises
    ------
    TableError
        If a table is not in order.
    ConfigError
        If the sight is missing or not above zero.

    Examples
    --------
    >>> field = gpd.GeoDataFrame({"parcel_id": ["1", "2"]}, crs=PLANE,
    ...                          geometry=[shapely.box(0, 0, 100, 100), shapely.box(2000, 0, 2100, 100)])
    >>> township = gpd.GeoDataFrame({"township_name": ["某镇"], "county_code": ["445202"]}, crs=PLANE,
    ...     geometry=[shapely.box(-3000, -3000, 3000, 3000)], index=pd.Index(["445202101"], name="township_code"))
    >>> lane = gpd.GeoSeries([shapely.LineString([(0, -900), (0, 1900)])], crs=PLANE).to_crs(4490)
    >>> trips = gpd.GeoDataFrame({"on": [pd.Timestamp("2026-04-01")]}, geometry=lane.to_numpy(), crs=4490,
    ...                          index=pd.Index(["A"], name="trip_id"))
    >>> last_seen(trips, field, township, as_of=date(2026, 4, 30))["days_unseen"].tolist()
    [29, <NA>]
    """
    check(trips, trips_with_days())
    check(townships, TOWNSHIPS)
    check_options({SeenLand.BASIC_FARMLAND.value: basic_farmland}, [], trips, sight_m)
    paths = paths_of(trips[trips["on"] <= pd.Timestamp(as_of)], sight_m)
    patches = to_plane(basic_farmland)
    borders = to_plane(townships).geometry.sort_index()
    home = homes(patches, borders)
    days = np.full(len(patches), _NEVER)
    for number in np.unique(home):
        mine = np.flatnonzero(home == number)
        shapes = patches.geometry.to_numpy()[mine]
        frame = frame_for(paths, shapely.total_bounds(shapes), elevation)
        seen = (day for view in views_of(paths, frame, elevation, latest_first=True) for day in view.by_day(paths.on))
        days[mine] = _days(seen, frame, frame.lay(shapes))
    codes = np.array([*borders.index, None], dtype=object)
    return _table(patches, codes[home], days, as_of)


def unseen(patches: gpd.GeoDataFrame, *, days: int = 30) -> gpd.GeoDataFrame:
    """
    Keep the patches that were not seen for more than so many days, the longest unseen first.

    Parameters
    ----------
    patches
        The result of `last_seen`.
    days
        The limit; exactly so many days are not more.

    Returns
    -------
    unseen
        Table UNSEEN; patches never seen come first.

    Raises
    ------
    TableError
        If the table is not in order.

    Examples
    --------
    >>> patches = gpd.GeoDataFrame({"township_code": "445202101", "area_mu": 1.0, "row": [1, 2, 3],
    ...     "last_seen_on": pd.to_datetime(["2026-04-01", "2026-03-31", None]),
    ...     "days_unseen": pd.array([30, 31, None], dtype="Int64")}, geometry=[shapely.box(0, 0, 1, 1)] * 3, crs=PLANE)
    >>> unseen(patches)["row"].to_list()
    [3, 2]
    """
    check(patches, UNSEEN)
    late = patches[patches["days_unseen"].isna() | (patches["days_unseen"] > days).fillna(value=False)]
    order = late["days_unseen"].fillna(np.iinfo(np.int64).max).astype("int64").to_numpy()
    return late.iloc[np.argsort(-order, kind="stable")].reset_index(drop=True)


def homes(patches: gpd.GeoDataFrame, borders: gpd.GeoSeries) -> Integers:
    """
    Return the position of each patch's township; the one after the last stands for none.

    Parameters
    ----------
    patches, borders
        Both in the plane. Of two townships that hold the middle of a patch, the earlier has it.

    Examples
    --------
    >>> boxes = gpd.GeoSeries([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)])
    >>> homes(gpd.GeoDataFrame(geometry=[shapely.box(9, 4, 15, 6), shapely.box(30, 0, 31, 1)]), boxes).tolist()
    [1, 2]
    """
    middles = shapely.point_on_surface(patches.geometry.to_numpy())
    patch, township = shapely.STRtree(borders.to_numpy()).query(middles, predicate="intersects")
    home = np.full(len(patches), len(borders), dtype=np.int64)
    np.minimum.at(home, patch, township)
    return home


def _days(
    seen: "Iterable[tuple[np.datetime64, Spans]]", frame: Frame, shapes: Any
) -> "np.typing.NDArray[np.datetime64]":
    """Go back from the latest day to the first, and look only for what was not seen since."""
    place, patch, weight = _points(frame, shapes)
    seen_on = np.full(len(place), _NEVER)
    open_ = np.arange(len(place))
    for day, ground in seen:
        hit = holds(ground, place[open_])
        seen_on[open_[hit]] = day
        open_ = open_[~hit]
        if not len(open_):
            break
    order = np.lexsort((-seen_on.astype(np.int64), np.isnat(seen_on), patch))
    total = np.bincount(patch, weight, len(shapes))
    so_far = np.cumsum(weight[order])
    before = np.concatenate([[0.0], np.cumsum(total)])[patch[order]]
    half = so_far - before >= 0.5 * total[patch[order]] * (1 - 1e-9)
    at = np.flatnonzero(half)
    first = at[np.unique(patch[order][at], return_index=True)[1]]
    days = np.full(len(shapes), _NEVER)
    days[patch[order][first]] = seen_on[order][first]
    return days


def _points(frame: Frame, shapes: Any) -> tuple[Floats, Integers, Floats]:
    """Lay points along the rows of each patch, each standing for the piece around it."""
    spans, owner = polygon_spans(frame, shapes)
    length = spans.end - spans.start
    count = np.maximum(np.ceil(length / _POINT_M), 1).astype(np.int64)
    span, number = spread(count)
    place = spans.start[span] + (number + 0.5) / count[span] * length[span]
    lost = np.setdiff1d(np.arange(len(shapes)), owner)  # smaller than a row
    middle = shapely.get_coordinates(shapely.point_on_surface(shapes[lost]))
    row = np.clip(np.floor(middle[:, 1] / frame.row_m), 0, frame.rows - 1)
    single = row * frame.width + np.clip(middle[:, 0], 0.0, frame.width - frame.row_m)
    return (
        np.concatenate([place, single]),
        np.concatenate([owner[span], lost]),
        np.concatenate([(length / count)[span], np.ones(len(lost))]),
    )


def _table(
    patches: gpd.GeoDataFrame, codes: Any, days: "np.typing.NDArray[np.datetime64]", as_of: date
) -> gpd.GeoDataFrame:
    seen_on = pd.Series(days.astype("datetime64[s]"))
    gone = (pd.Timestamp(as_of) - seen_on).dt.days.astype("Int64")
    own = {name: patches[name].to_numpy() for name in ("parcel_id", "row") if name in patches}
    return gpd.GeoDataFrame(
        {
            **own,
            "township_code": pd.array(codes, dtype="str"),
            "last_seen_on": seen_on,
            "days_unseen": gone,
            "area_mu": m2_to_mu(patches.area.to_numpy()),
        },
        geometry=patches.geometry.to_numpy(),
        crs=PLANE,
    )
