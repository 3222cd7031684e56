"""Doubts about tracks, each with what was measured and the limit; a person decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geoenforce.core.memory import give_back
from geoenforce.core.patrol_tables import FIXES, INTEGRITY, TRIPS
from geoenforce.core.patrol_terms import IntegrityFlag
from geoenforce.core.tables import check
from geoenforce.patrols.distance import distance_m
from geoenforce.patrols.doubles import Likeness, replays, together
from geoenforce.patrols.edited import edited_later
from geoenforce.patrols.generated import Regularity, measure
from geoenforce.patrols.leaps import leaps
from geoenforce.patrols.logs import seconds
from geoenforce.patrols.tracks import Tracks, tracks_of

Row = dict[str, Any]

#: Honest trips of the demo, and how many of them each doubt would accuse; ``tests/patrols/test_demo.py`` counts.
HONEST_TRIPS = 34
ACCUSED_BY_MISTAKE = dict.fromkeys(IntegrityFlag, 0)


@dataclass(frozen=True)
class IntegrityLimits:
    """When a track is doubtful. How many honest tracks these limits would flag: ``docs/how-to/patrols.md``."""

    replay_m: float = 10.0  # median distance between two tracks at equal elapsed times
    together_m: float = 15.0  # the same at equal times, for two devices
    shared_min: float = 10.0  # motion that two trips must share to be compared
    shared_m: float = 1000.0
    shared_part: float = 0.5  # of the shorter trip's length
    replay_lag_min: float = 5.0  # trips less far apart in time are no replay
    overlap_min: float = 1.0  # one device on two patrols
    leap_m_s: float = 40.0
    leap_m: float = 500.0
    regular_share: float = 0.99  # intervals equal to the usual one
    speed_spread: float = 0.14  # standard deviation of the speed ÷ its median
    noise_ratio: float = 2.2  # see `Regularity`
    least_noise_m: float = 0.05
    building_m: float = 50.0
    building_min: float = 10.0
    edited_days: float = 1.0
    edited_m: float = 200.0


def check_integrity(
    trips: gpd.GeoDataFrame,
    fixes: pd.DataFrame,
    violations: gpd.GeoDataFrame | None = None,
    *,
    limits: IntegrityLimits | None = None,
) -> pd.DataFrame:
    """
    Look for tracks that nobody may have walked or driven.

    Parameters
    ----------
    trips
        Table TRIPS.
    fixes
        Table FIXES with ``trip_id``, as `split_trips` returns it; ``saved_at`` is used where it is given.
    violations
        Table VIOLATIONS: with it, logs saved after a violation was found on their way are pointed out.
    limits
        When a track is doubtful.

    Returns
    -------
    integrity
        Table INTEGRITY, one row per doubt, ordered by trip. A row proves nothing: it says what was measured
        against which limit, and how many of the demo's honest trips are doubted in this way.

    Raises
    ------
    TableError
        If a table is not in order.

    Examples
    --------
    A phone that lay in the office for an hour:

    >>> from geoenforce.patrols.trips import split_trips
    >>> when = pd.date_range("2026-04-01 08:00", periods=61, freq="1min", tz="Asia/Shanghai")
    >>> noise = np.random.default_rng(1).normal(0, 3e-5, (61, 2))
    >>> fixes = pd.DataFrame({"patrol_unit": "一队", "device_id": "XJ-01", "recorded_at": when, "row": range(1, 62),
    ...     "longitude": 116.4 + noise[:, 0], "latitude": 23.5 + noise[:, 1], "flag": None})
    >>> split = split_trips(fixes)
    >>> check_integrity(split.trips, split.fixes)["flag"].to_list()
    ['within_one_building']
    """
    check(trips, TRIPS)
    check(fixes, FIXES)
    limits = IntegrityLimits() if limits is None else limits
    give_back(len(fixes))
    tracks = tracks_of(trips, fixes)
    give_back(len(fixes))
    rows = [
        *_replayed(tracks, trips, limits),
        *_as_one(tracks, trips, limits),
        *_two_patrols(trips, limits),
        *leaps(tracks, trips, fixes, limits.leap_m_s, limits.leap_m),
        *_made_up(tracks, trips, limits),
        *_indoors(tracks, trips, limits),
        *edited_later(trips, fixes, violations, limits.edited_days, limits.edited_m),
    ]
    return _as_table(rows, trips)


_OWNERS = ["patrol_unit", "device_id"]


def _as_table(rows: list[Row], trips: pd.DataFrame) -> pd.DataFrame:
    """Put the doubts in the order of their trips, each with whose trip it is and how often honest trips are doubted."""
    found = pd.DataFrame(rows, columns=[name for name in INTEGRITY.names if name not in _OWNERS])
    owners = trips[_OWNERS].reindex(found["trip_id"]).reset_index(drop=True)
    found = found.join(owners)[INTEGRITY.names].astype({"measured": float, "limit": float})
    found["detail"] += found["flag"].map(_mistakes)
    texts = ["trip_id", "flag", "unit", "detail", "other_trip_id"]
    found = found.astype(dict.fromkeys(texts, "str"))
    return found.sort_values(["trip_id", "flag", "other_trip_id"], ignore_index=True)


def _mistakes(flag: str) -> str:
    """Say how often a doubt is wrong where it is known who was honest."""
    return f" Of {HONEST_TRIPS} honest trips of the demo, this doubts {ACCUSED_BY_MISTAKE[IntegrityFlag.of(flag)]}."


def _replayed(tracks: Tracks, trips: pd.DataFrame, limits: IntegrityLimits) -> Iterator[Row]:
    for pair in replays(tracks, limits.replay_lag_min * 60):
        if pair.median_m <= limits.replay_m and _is_shared(pair, trips, limits):
            detail = (
                f"The same way at the same pace as {trips.index[pair.one]}: over {pair.moving_min:.0f} minutes and "
                f"{pair.moving_m / 1000:.1f} km in motion, the median distance at equal elapsed times is "
                f"{pair.median_m:.1f} m (limit {limits.replay_m:g} m)."
            )
            yield _row(trips, pair.other, IntegrityFlag.REPLAYED_TRACK, pair.median_m, limits.replay_m, detail) | {
                "other_trip_id": trips.index[pair.one]
            }


def _as_one(tracks: Tracks, trips: pd.DataFrame, limits: IntegrityLimits) -> Iterator[Row]:
    device = trips["device_id"].to_numpy()
    for pair in together(tracks):
        same = device[pair.one] == device[pair.other]
        if not same and pair.median_m <= limits.together_m and _is_shared(pair, trips, limits):
            detail = (
                f"Moved with {trips.index[pair.one]} for {pair.moving_min:.0f} minutes and {pair.moving_m / 1000:.1f} "
                f"km: the median distance at equal times is {pair.median_m:.1f} m (limit {limits.together_m:g} m)."
            )
            flag = IntegrityFlag.DEVICES_MOVING_AS_ONE
            yield _row(trips, pair.other, flag, pair.median_m, limits.together_m, detail) | {
                "other_trip_id": trips.index[pair.one]
            }


def _is_shared(pair: Likeness, trips: pd.DataFrame, limits: IntegrityLimits) -> bool:
    """Say whether two trips have enough motion in common to be told from chance."""
    length = trips["length_m"].iloc[[pair.one, pair.other]].min()
    enough = pair.moving_min >= limits.shared_min and pair.moving_m >= limits.shared_m
    return bool(enough and pair.moving_m >= limits.shared_part * length)


def _two_patrols(trips: pd.DataFrame, limits: IntegrityLimits) -> Iterator[Row]:
    """Hold each trip of a device against the one before it that ended last."""
    numbered = trips.assign(number=np.arange(len(trips)))[trips["device_id"].notna().to_numpy()]
    for _, own in numbered.sort_values(["started_at", "ended_at"]).groupby("device_id", sort=True):
        start, end = (seconds(own[name]) for name in ("started_at", "ended_at"))
        latest = np.maximum.accumulate(end)
        minutes = (np.minimum(latest[:-1], end[1:]) - start[1:]) / 60
        for at in np.flatnonzero(minutes > limits.overlap_min).tolist():
            other = own.index[int(end[: at + 1].argmax())]
            detail = (
                f"The device was on {other} at the same time, for {minutes[at]:.0f} minutes "
                f"(limit {limits.overlap_min:g} min)."
            )
            flag, number = IntegrityFlag.ONE_DEVICE_TWO_PATROLS, int(own["number"].iloc[at + 1])
            row = _row(trips, number, flag, float(minutes[at]), limits.overlap_min, detail)
            yield row | {"other_trip_id": other, "unit": "min"}


def _made_up(tracks: Tracks, trips: pd.DataFrame, limits: IntegrityLimits) -> Iterator[Row]:
    """Two marks out of three: the clock, the pace, the noise. Any one of them may be honest."""
    for trip in np.flatnonzero((trips["length_m"] >= limits.shared_m).to_numpy()).tolist():
        track = tracks.of(trip)
        found = measure(track.time_s, track.longitude, track.latitude)
        if found is None:
            continue
        marks = list(_marks(found, limits))
        if len(marks) >= 2:
            detail = "; ".join(marks) + ". Any two of: even intervals, even speed, noise unlike a receiver's."
            flag = IntegrityFlag.GENERATED_TRACK
            yield _row(trips, trip, flag, found.speed_spread, limits.speed_spread, detail) | {"unit": None}


def _marks(found: Regularity, limits: IntegrityLimits) -> Iterator[str]:
    if found.regular_share >= limits.regular_share:
        share, limit = found.regular_share, limits.regular_share
        yield f"{share:.1%} of the intervals are the usual one (limit {limit:.0%})"
    if found.speed_spread <= limits.speed_spread:
        yield f"the speed scatters by {found.speed_spread:.2f} of its median (limit {limits.speed_spread:g})"
    if found.least_noise_m < limits.least_noise_m:
        scatter, limit = found.least_noise_m, limits.least_noise_m
        yield f"where the way is straight, the positions scatter by {scatter:.3f} m (limit {limit:g} m)"
    elif found.noise_ratio <= limits.noise_ratio and found.noise_m > max(found.resolution_m, 0.5):
        yield f"the noise has no memory: ratio {found.noise_ratio:.1f} (limit {limits.noise_ratio:g})"


def _indoors(tracks: Tracks, trips: pd.DataFrame, limits: IntegrityLimits) -> Iterator[Row]:
    long_enough = (trips["duration_min"] >= limits.building_min).to_numpy()
    for trip in np.flatnonzero(long_enough).tolist():
        track = tracks.of(trip)
        longitude, latitude = track.longitude, track.latitude
        middle = np.full(len(longitude), np.median(longitude)), np.full(len(latitude), np.median(latitude))
        radius = float(np.quantile(distance_m(*middle, longitude, latitude), 0.98)) if len(longitude) else np.inf
        if radius <= limits.building_m:
            minutes = trips["duration_min"].iloc[trip]
            detail = (
                f"For {minutes:.0f} minutes, 98 % of the fixes lie within {radius:.0f} m of their middle "
                f"(limit {limits.building_m:g} m)."
            )
            yield _row(trips, trip, IntegrityFlag.WITHIN_ONE_BUILDING, radius, limits.building_m, detail)


def _row(trips: pd.DataFrame, trip: int, flag: IntegrityFlag, measured: float, limit: float, detail: str) -> Row:
    named = {"trip_id": trips.index[trip], "flag": flag.value, "detail": detail, "other_trip_id": None}
    return named | {"measured": measured, "limit": limit, "unit": "m"}
