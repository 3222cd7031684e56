"""Patrols within sight before a case was found, on tracks laid by hand beside a square of 100 m."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.patrol_tables import TRIPS
from geoenforce.core.tables import empty
from geoenforce.core.zones import Zone
from geoenforce.outputs.evidence.passings import passings

EAST, NORTH = 39_500_000, 2_600_000
ZONE = Zone(39)


def at(*moments):
    return pd.DatetimeIndex(moments).tz_localize("Asia/Shanghai").tz_convert("UTC")


def patches(*lefts):
    """Squares of 100 m, their western edges so far east of the meridian."""
    shapes = [shapely.box(EAST + left, NORTH, EAST + left + 100, NORTH + 100) for left in lefts]
    index = pd.Index([f"V{number}" for number in range(1, len(lefts) + 1)], name="violation_id")
    return gpd.GeoSeries(shapes, index=index, crs=ZONE.crs).to_crs(4490)


def patrols(*trips, **more):
    """Trips along lines from north to south, so far west of the meridian: metres, start, end."""
    lines = [shapely.LineString([(EAST - west, NORTH - 500), (EAST - west, NORTH + 500)]) for west, _, _ in trips]
    index = pd.Index([f"T{number}" for number in range(1, len(trips) + 1)], name="trip_id")
    rows = {
        "patrol_unit": "一队",
        "started_at": at(*(start for _, start, _ in trips)),
        "ended_at": at(*(end for _, _, end in trips)),
    }
    table = gpd.GeoDataFrame(rows, geometry=lines, crs=ZONE.crs, index=index).to_crs(4490)
    nothing = {name: None for name in PatrolResults.__dataclass_fields__ if not name.startswith("sight")}
    return PatrolResults(**nothing | {"trips": table} | more)


def found(trips, shapes=None, days=("2026-05-06",)):
    shapes = patches(0) if shapes is None else shapes
    found_on = pd.Series(pd.to_datetime(list(days)), index=shapes.index)
    return passings(trips, shapes, found_on, ZONE)


DAY = ("2026-05-04 08:00", "2026-05-04 10:00")


def test_just_inside_of_the_sight_counts_and_just_outside_does_not():
    near = found(patrols((199.9, *DAY), (200.1, *DAY)))

    assert near.index.to_list() == ["T1"]
    assert near["distance_m"].to_list() == pytest.approx([199.9], abs=1e-3)
    assert near["days_before"].to_list() == [2]


def test_exactly_on_the_limit_counts():
    assert len(found(patrols((200.0, *DAY)))) == 1


def test_a_track_across_the_patch_is_at_distance_0():
    assert found(patrols((-50, *DAY)))["distance_m"].to_list() == [0.0]


def test_each_source_has_its_own_sight():
    far = patrols((250, *DAY), (250, *DAY), (90, *DAY), sight_m=100.0, sight_otherwise_m={"T2": 300.0})

    assert found(far)[["sight_m"]].to_dict()["sight_m"] == {"T2": 300.0, "T3": 100.0}


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        ("2026-05-05 22:00", "2026-05-05 23:59", True),
        ("2026-05-05 22:00", "2026-05-06 00:01", False),  # it passed perhaps on the day itself
        ("2026-05-06 08:00", "2026-05-06 10:00", False),  # the patrol that found it, or a later one
        ("2026-05-07 08:00", "2026-05-07 10:00", False),
        ("2026-05-05 06:00", "2026-05-05 07:30", True),  # in UTC it is the day before
    ],
)
def test_only_what_ended_before_the_day_of_the_finding_counts(start, end, counts):
    assert len(found(patrols((50, start, end)))) == counts


def test_a_patch_found_on_no_known_day_is_passed_over():
    assert found(patrols((50, *DAY)), days=[None]).empty


def test_of_several_patches_the_nearest_that_was_not_found_yet_is_told():
    near = found(patrols((50, *DAY)), patches(0, 20), ["2026-05-01", "2026-05-06"])

    assert near[["violation_id", "days_before"]].to_numpy().tolist() == [["V2", 2]]
    assert near["distance_m"].to_list() == pytest.approx([70], abs=1e-3)


def test_a_trip_in_several_parts_counts_once_in_local_time():
    trips = patrols((50, *DAY), (60, "2026-05-03 07:00", "2026-05-03 08:00"))
    lines = trips.trips.geometry
    trips.trips.loc["T1", "geometry"] = shapely.MultiLineString([lines["T1"], lines["T2"]])

    near = found(trips)

    assert near.index.to_list() == ["T2", "T1"]  # in order of time
    assert f"{near['started_at'].iloc[0]:%Y-%m-%d %H:%M}" == "2026-05-03 07:00"


def test_no_trips_at_all_give_none():
    assert found(patrols((50, *DAY), trips=empty(TRIPS))).empty
