"""Real ranger patrols (EarthRanger export), against a plain loop over geodesics."""

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import shapely

from geoenforce.patrols.trips import split_trips
from tests.patrols.builders import GEOD

EXPORT = Path(__file__).parents[3] / "shared/data/tracks/patrols/get-patrol-observations.example-return.parquet"
pytestmark = pytest.mark.skipif(not EXPORT.exists(), reason=f"the real patrols are not at hand: {EXPORT}")


def observations():
    rows = pd.read_parquet(EXPORT, columns=["extra__subject_id", "patrol_subject", "fixtime", "geometry"])
    points = shapely.from_wkb(rows["geometry"].to_numpy())
    return pd.DataFrame(
        {
            "patrol_unit": rows["patrol_subject"].to_numpy(),
            "device_id": rows["extra__subject_id"].to_numpy(),
            "recorded_at": rows["fixtime"].dt.tz_convert("Asia/Shanghai").array,
            "longitude": shapely.get_x(points),
            "latitude": shapely.get_y(points),
            "row": range(1, len(rows) + 1),
            "flag": pd.Series([None] * len(rows), dtype="str"),
        }
    )


def metres(one, other):
    return GEOD.inv(one[1], one[2], other[1], other[2])[2]


def split_plainly(log):
    """One trip after the other: a pause over 20 minutes, half an hour within 30 m over midnight, the second midnight."""
    trips, current = [], [log[0]]
    for number, (last, fix) in enumerate(pairwise(log)):
        ends = (fix[0] - last[0]).total_seconds() > 1200
        if not ends and fix[0].date() != last[0].date():
            first, after = number, number + 1
            while (
                first > 0
                and log[first] in current
                and metres(log[first - 1], log[first]) <= 30
                and log[first - 1] in current
            ):
                first -= 1
            while (
                after + 1 < len(log)
                and (log[after + 1][0] - log[after][0]).total_seconds() <= 1200
                and metres(log[after], log[after + 1]) <= 30
            ):
                after += 1
            stood = metres(last, fix) <= 30 and (log[after][0] - log[first][0]).total_seconds() > 1200
            ends = stood or last[0].date() > current[0][0].date()
        if ends:
            trips.append(current)
            current = []
        current.append(fix)
    return [*trips, current]


def test_count_days_and_lengths_agree_with_a_plain_loop():
    rows = observations()
    found = split_trips(rows)
    plain = []
    for _, own in rows.groupby(["patrol_unit", "device_id"]):
        log = sorted(set(zip(own["recorded_at"], own["longitude"], own["latitude"], strict=True)))
        plain.extend(split_plainly(log))

    starts = sorted((trip[0][0], len(trip)) for trip in plain)
    assert sorted(zip(found.trips["started_at"], found.trips["fixes"], strict=True)) == starts
    assert set(found.trips["on"].dt.date) == {trip[0][0].date() for trip in plain}
    length = sum(metres(one, other) for trip in plain for one, other in pairwise(trip))
    assert found.trips["length_m"].sum() == pytest.approx(length, rel=1e-6)


def test_no_trip_joins_two_days_ends():
    found = split_trips(observations())
    used = found.fixes[found.fixes["flag"].isna()].sort_values(["trip_id", "recorded_at"])
    pause = used.groupby("trip_id", observed=True)["recorded_at"].diff()

    assert pause.max() <= pd.Timedelta(minutes=20)
    assert found.trips["length_m"].sum() < 1.01 * 3_180_000  # and not the 63 000 km that joined days once gave


def test_observations_of_two_patrols_are_counted_once():
    found = split_trips(observations())

    assert found.fixes["flag"].value_counts().to_dict() == {"duplicate": 347}
