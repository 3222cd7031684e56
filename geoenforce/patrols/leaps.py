"""Places reached faster than anybody travels: within a trip, and from the end of one to the start of the next."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from geoenforce.core.patrol_terms import FixFlag, IntegrityFlag
from geoenforce.patrols.distance import distance_m
from geoenforce.patrols.logs import has_place, seconds
from geoenforce.patrols.tracks import Tracks


def leaps(
    tracks: Tracks, trips: pd.DataFrame, fixes: pd.DataFrame, limit_m_s: float, least_m: float
) -> Iterator[dict[str, Any]]:
    """
    Point out trips that go on from a place that could not be reached.

    A short burst of fixes beside the track is a receiver's mistake (flag ``jump``) and not pointed out.

    Parameters
    ----------
    tracks, trips, fixes
        The tracks, and the tables they were made from.
    limit_m_s, least_m
        The speed, and the distance below which an odd clock explains it.
    """
    yield from _within(trips, fixes, tracks, limit_m_s, least_m)
    yield from _between(trips, tracks, limit_m_s, least_m)


def _within(
    trips: pd.DataFrame, fixes: pd.DataFrame, tracks: Tracks, limit_m_s: float, least_m: float
) -> Iterator[dict[str, Any]]:
    marked = fixes[(fixes["flag"] == FixFlag.IMPOSSIBLE_SPEED.value).to_numpy(dtype=bool) & has_place(fixes)]
    number = trips.index.get_indexer(marked["trip_id"])
    order = np.argsort(number, kind="stable")[np.count_nonzero(number < 0) :]  # a trip's track is gathered once
    marked, number = marked.iloc[order], number[order]
    worst: dict[int, tuple[float, str]] = {}
    last, track = -1, None
    for trip, time, x, y in zip(
        number.tolist(), seconds(marked["recorded_at"]), marked["longitude"], marked["latitude"], strict=True
    ):
        if track is None or trip != last:
            last, track = trip, tracks.of(trip)
        before = int(np.searchsorted(track.time_s, time, side="left")) - 1
        if before < 0:
            continue
        ends = (track.longitude[[before]], track.latitude[[before]], np.array([x]), np.array([y]))
        metres, took = float(distance_m(*ends)[0]), max(float(time - track.time_s[before]), 1.0)
        if metres >= least_m and metres / took > max(limit_m_s, worst.get(trip, (0.0, ""))[0]):
            worst[trip] = metres / took, f"{metres / 1000:.1f} km in {took:.0f} s"
    for trip, (speed, way) in sorted(worst.items()):
        detail = f"The track goes on from a place {way} away: {speed:.0f} m/s (limit {limit_m_s:g} m/s)."
        yield _row(trips.index[trip], speed, limit_m_s, detail)


def _between(trips: pd.DataFrame, tracks: Tracks, limit_m_s: float, least_m: float) -> Iterator[dict[str, Any]]:
    """Compare the end of each trip with the start of the device's next."""
    known = trips.assign(number=np.arange(len(trips)))[trips["device_id"].notna().to_numpy()]
    order = known.sort_values(["device_id", "started_at", "ended_at"])
    same = (order["device_id"] == order["device_id"].shift(-1)).to_numpy()[:-1]
    apart = (order["started_at"].shift(-1) - order["ended_at"]).dt.total_seconds().to_numpy()[:-1]
    for at in np.flatnonzero(same & (apart > 0)).tolist():
        one, other = (int(number) for number in order["number"].iloc[[at, at + 1]])
        end, start = tracks.of(one), tracks.of(other)
        ends = (end.longitude[-1:], end.latitude[-1:], start.longitude[:1], start.latitude[:1])
        metres = float(distance_m(*ends)[0])
        if metres >= least_m and metres / apart[at] > limit_m_s:
            speed = metres / apart[at]
            detail = (
                f"The trip starts {metres / 1000:.1f} km from where {trips.index[one]} ended "
                f"{apart[at] / 60:.0f} minutes before: {speed:.0f} m/s (limit {limit_m_s:g} m/s)."
            )
            yield _row(trips.index[other], speed, limit_m_s, detail) | {"other_trip_id": trips.index[one]}


def _row(trip_id: str, speed: float, limit: float, detail: str) -> dict[str, Any]:
    named = {"trip_id": trip_id, "flag": IntegrityFlag.TELEPORT.value, "detail": detail, "other_trip_id": None}
    return named | {"measured": speed, "limit": limit, "unit": "m/s"}
