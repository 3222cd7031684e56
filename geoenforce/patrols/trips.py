"""Split fixes into trips: one row per outing, with its length, its time and the townships it crossed."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geoenforce.core.patrol_tables import FIXES, TRIPS, FixFlag
from geoenforce.core.space import CGCS2000
from geoenforce.core.tables import TOWNSHIPS, check
from geoenforce.patrols.cleaning import find_wrong
from geoenforce.patrols.distance import Integers
from geoenforce.patrols.flags import fix_issues, trip_of_fixes, with_flags
from geoenforce.patrols.logs import Log, SetAside, sorted_log
from geoenforce.patrols.outings import day_of, lines, number_trips, trip_ids
from geoenforce.patrols.places import OUTSIDE, places_of
from geoenforce.patrols.stays import count_stays, still_steps
from geoenforce.patrols.steps import Crossings, Steps, crossings, steps_of

_ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Trips:
    """What `split_trips` returns."""

    trips: gpd.GeoDataFrame  # TRIPS, in EPSG:4490, ordered by start
    parts: pd.DataFrame  # TRIP_PARTS; empty without townships
    fixes: pd.DataFrame  # FIXES as handed in, with more flags and the column trip_id
    issues: pd.DataFrame  # ISSUES, one row per file and flag


def split_trips(
    fixes: pd.DataFrame,
    townships: gpd.GeoDataFrame | None = None,
    *,
    gap_min: float = 20.0,
    max_speed_m_s: float = 40.0,
) -> Trips:
    """
    Split fixes into trips (一次巡查): by pause, by day, by device and patrol unit.

    A pause longer than `gap_min` ends a trip. A trip over midnight is one trip and belongs to the day it
    started (days are those of Asia/Shanghai), unless the patrol stood still over midnight for longer than
    a pause; the second midnight ends it in any case. An outing that several members of a team handed in
    is counted once. Fixes that cannot be true are flagged with their reason and left out, not deleted.

    Parameters
    ----------
    fixes
        Table FIXES; positions in degrees on CGCS2000 or WGS 84. Fixes with a flag are not used.
    townships
        Table TOWNSHIPS. Without it, nothing is outside and no trip has a township.
    gap_min
        The longest pause within a trip, in minutes; over midnight never more than 20.
    max_speed_m_s
        What nobody drives, in metres per second.

    Returns
    -------
    trips
        See `Trips`. ``length_m`` runs along geodesics through all fixes used and those outside the
        county; ``inside_m`` and ``inside_min`` count what lies in a township, cut exactly at the border.

    Raises
    ------
    TableError
        If a table is not in order.

    Examples
    --------
    Two kilometres north in 1000 s, a pause of an hour, and one fix more:

    >>> start = pd.Timestamp("2026-03-02 07:30", tz="Asia/Shanghai")
    >>> seconds = [*range(0, 1001, 10), 4600]
    >>> fixes = pd.DataFrame({"patrol_unit": "一队", "device_id": "XJ-01", "longitude": 116.4,
    ...     "recorded_at": [start + pd.Timedelta(seconds=s) for s in seconds],
    ...     "latitude": [23.5 + min(s, 1000) * 1.806e-5 for s in seconds], "row": range(1, 103), "flag": None})
    >>> found = split_trips(fixes).trips
    >>> found[["length_m", "duration_min", "fixes"]].round(1).to_numpy().tolist()
    [[2000.2, 16.7, 101.0], [0.0, 0.0, 1.0]]
    >>> found.index[0], str(found["on"].iloc[0].date())
    ('20260302-073000-XJ-01', '2026-03-02')
    """
    check(fixes, FIXES)
    if townships is not None:
        check(townships, TOWNSHIPS)
    log, aside = _clean(fixes, max_speed_m_s, gap_min * 60)
    trip = number_trips(log, gap_min * 60)
    steps = steps_of(log, trip, max_speed_m_s)
    crossed, outside = _crossed(log, trip, steps, townships)
    aside += [SetAside(log.position[outside], FixFlag.OUTSIDE_COUNTY)] if outside.any() else []
    flagged = with_flags(fixes, aside)
    rows = _measured(fixes, log, trip, steps)
    rows["fixes"] = np.bincount(trip[~outside], minlength=len(rows)).astype(np.int64)
    order = np.lexsort((rows["device_id"].fillna(""), rows["patrol_unit"].fillna(""), rows["started_at"]))
    ids = pd.Series(index=order, data=trip_ids(rows.iloc[order]), dtype="str").sort_index()
    of_fix = trip_of_fixes(flagged, log, trip, gap_min * 60)
    rows["fixes_flagged"] = np.bincount(of_fix[of_fix >= 0], minlength=len(rows)) - rows["fixes"]
    rows = rows.join(crossed.summary).set_index(pd.Index(ids, name="trip_id")).iloc[order]
    parts = crossed.parts.assign(trip_id=ids.to_numpy()[crossed.parts["trip_id"]])
    return Trips(
        gpd.GeoDataFrame(rows[[*TRIPS.names, "geometry"]], geometry="geometry", crs=CGCS2000),
        parts,
        flagged.assign(trip_id=pd.Categorical.from_codes(of_fix, ids)),
        fix_issues(fixes, aside),
    )


def _clean(fixes: pd.DataFrame, max_speed_m_s: float, gap_s: float) -> tuple[Log, list[SetAside]]:
    log, aside = sorted_log(fixes, gap_s)
    wrong = find_wrong(log, max_speed_m_s, gap_s)
    for marked, flag in ((wrong.jump, FixFlag.JUMP), (wrong.impossible_speed, FixFlag.IMPOSSIBLE_SPEED)):
        if marked.any():
            aside.append(SetAside(np.sort(log.position[marked]), flag))
    return log.keep(~(wrong.jump | wrong.impossible_speed)), aside


def _crossed(
    log: Log, trip: Integers, steps: Steps, townships: gpd.GeoDataFrame | None
) -> "tuple[Crossings, np.typing.NDArray[np.bool_]]":
    if townships is None:
        return crossings(log, trip, steps, None, np.full(len(log), OUTSIDE)), np.zeros(len(log), dtype=bool)
    places = places_of(townships, len(log))
    place = places.numbers(log.longitude, log.latitude)
    return crossings(log, trip, steps, places, place), place == OUTSIDE


def _measured(fixes: pd.DataFrame, log: Log, trip: Integers, steps: Steps) -> pd.DataFrame:
    """Measure each trip; rows by the trip's number."""
    first = np.flatnonzero(np.diff(trip, prepend=-1))
    last = np.append(first[1:], len(trip))[: len(first)] - 1
    is_still = still_steps(log, trip)
    count = len(first)
    owners = fixes.iloc[log.position[first]]
    started_s, ended_s = log.time_s[first], log.time_s[last]
    moving_s = np.bincount(trip[:-1], np.where(is_still, 0.0, steps.time_s), count)
    intervals = [np.diff(log.time_s[start : end + 1]) for start, end in zip(first, last, strict=True)]
    return pd.DataFrame(
        {
            "patrol_unit": owners["patrol_unit"].to_numpy(),
            "device_id": owners["device_id"].to_numpy(),
            "on": pd.to_datetime(day_of(started_s), unit="D").as_unit("s"),
            "started_at": _moments(started_s),
            "ended_at": _moments(ended_s),
            "duration_min": (ended_s - started_s) / 60,
            "moving_min": moving_s / 60,
            "length_m": np.bincount(trip[:-1], steps.length_m, count),
            "stops": count_stays(is_still, trip, count),
            "median_interval_s": [float(np.median(one)) if len(one) else 0.0 for one in intervals],
            "geometry": lines(log, trip, steps.linked),
        }
    )


def _moments(time_s: "np.typing.NDArray[np.float64]") -> pd.DatetimeIndex:
    micros = np.round(time_s * 1e6).astype("int64").astype("datetime64[us]")
    return pd.DatetimeIndex(micros).tz_localize("UTC").tz_convert(_ZONE)
