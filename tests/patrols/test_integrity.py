"""Doubts about tracks: the planted ones are found, the honest ones left alone."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geoenforce.core.errors import TableError
from geoenforce.core.patrol_tables import INTEGRITY
from geoenforce.core.tables import check
from geoenforce.patrols.integrity import IntegrityLimits, check_integrity
from geoenforce.patrols.trips import split_trips
from tests.patrols.builders import EAST, NORTH, moment, together, walk
from tests.patrols.simulated import CAR, KINDS, METRE_E, METRE_N, SOUTH, WALKER, WEST, as_fixes, honest, straight

RNG = np.random.default_rng(11)


def doubts(*logs, violations=None, **limits):
    split = split_trips(together(*logs))
    return check_integrity(split.trips, split.fixes, violations, limits=IntegrityLimits(**limits))


def flags(*logs, **options):
    return doubts(*logs, **options)["flag"].to_list()


def apart_from_being_made_up(found):
    """Steps of exactly 10 m are easy to reckon with, and doubtful of course."""
    return found[~found["flag"].isin(["generated_track", "replayed_track"])].reset_index(drop=True)


def moved(track, noise):
    return track[0], track[1] + RNG.normal(0, noise, track[1].shape)


TRACK = honest(1, CAR, 40, route=0)
ORIGINAL = as_fixes(TRACK, "2026-04-02 08:30", device="A")


def test_honest_patrols_of_every_kind_on_the_same_roads_raise_no_doubt():
    logs = [
        as_fixes(
            honest(100 * number + again, device, 40, route=again),
            f"2026-03-{10 + again} 08:{10 + number}",
            device=f"D{number}",
            decimals=device.decimals,
        )
        for number, device in enumerate(KINDS.values())
        for again in range(2)
    ]

    assert flags(*logs) == []


def test_a_track_handed_in_again_on_another_day_is_found_with_its_original():
    found = doubts(ORIGINAL, as_fixes(moved(TRACK, 0.4), "2026-04-21 08:52", device="B"))

    check(found, INTEGRITY)
    row = found.iloc[0]
    assert row[["flag", "trip_id", "other_trip_id", "unit"]].to_list() == [
        "replayed_track", "20260421-085200-B", "20260402-083000-A", "m",
    ]  # fmt: skip
    assert row["measured"] == pytest.approx(
        0.4 * np.sqrt(2 * np.log(2)), rel=0.25
    )  # the median of a Rayleigh distribution
    assert row["limit"] == 10.0
    assert "(limit 10 m)" in row["detail"]


@pytest.mark.parametrize("pace", [0.95, 1.02, 1.1])
def test_a_replay_at_another_pace_is_found(pace):
    assert flags(ORIGINAL, as_fixes((TRACK[0] * pace, TRACK[1]), "2026-04-21 08:52", device="B")) == ["replayed_track"]


def test_the_same_round_driven_honestly_again_is_no_replay():
    again = [as_fixes(honest(50 + day, CAR, 40, route=0), f"2026-04-{10 + day} 08:30", device="A") for day in range(6)]

    assert flags(ORIGINAL, *again) == []


def test_an_exact_copy_under_another_day_is_a_replay_too():
    assert flags(
        ORIGINAL, ORIGINAL.assign(recorded_at=ORIGINAL["recorded_at"] + pd.Timedelta(days=3), source_file="b.gpx")
    ) == ["replayed_track"]


def test_two_phones_in_one_car_move_as_one():
    other = as_fixes(moved(TRACK, 3.0), "2026-04-02 08:30:02", device="B")

    assert flags(ORIGINAL, other) == ["devices_moving_as_one"]


def test_two_cars_a_hundred_metres_apart_do_not():
    behind = TRACK[0], TRACK[1] + [100, 0]

    assert flags(ORIGINAL, as_fixes(behind, "2026-04-02 08:30", device="B")) == []


def test_two_phones_left_in_the_same_office_are_indoors_but_not_moving_as_one():
    still = np.arange(0, 3600, 10.0), RNG.normal(0, 3, (360, 2)) + 4000

    assert set(
        flags(as_fixes(still, "2026-04-02 08:30", device="A"), as_fixes(still, "2026-04-02 08:30:05", device="B"))
    ) == {"within_one_building"}


def test_one_device_on_two_patrols_at_once_says_for_how_long():
    one = walk("2026-04-14 09:00", [10.0] * 200)
    other = walk("2026-04-14 09:05", [10.0] * 200, at=(EAST + 0.1, NORTH), unit="二队", file="b.gpx")
    found = apart_from_being_made_up(doubts(one, other))

    assert found["flag"].to_list() == ["one_device_two_patrols"]
    assert found["measured"].to_list() == [15.0]  # 09:05 to 09:20
    assert found["patrol_unit"].to_list() == ["二队"]


def test_one_device_on_two_patrols_after_one_another_is_no_matter():
    one = walk("2026-04-14 09:00", [10.0] * 200)
    other = walk("2026-04-14 09:21", [10.0] * 200, unit="二队", file="b.gpx")

    assert apart_from_being_made_up(doubts(one, other)).empty


def test_a_leap_within_a_trip_is_a_teleport_with_its_speed():
    """10 214 m in 6 s are 1702 m/s; one spike that comes back is none."""
    leap = together(
        walk("2026-03-02 09:00", [10.0] * 100), walk("2026-03-02 09:10:06", [10.0] * 100, at=(EAST + 0.1, 23.509028))
    )
    spike = walk("2026-03-02 09:00", [10.0] * 100)
    spike.loc[50, "longitude"] += 0.1
    found = apart_from_being_made_up(doubts(leap))

    assert found["flag"].to_list() == ["teleport"]
    assert found["measured"].iloc[0] == pytest.approx(1702, rel=0.01)
    assert apart_from_being_made_up(doubts(spike)).empty


def test_a_trip_that_starts_where_nobody_can_be_yet_is_a_teleport():
    """102 km in 30 minutes: 57 m/s. In two hours it is a drive."""
    one = walk("2026-03-02 09:00", [10.0] * 100)
    soon, later = (walk(f"2026-03-02 {clock}", [10.0] * 100, at=(EAST + 1.0, NORTH)) for clock in ("09:40", "11:10"))

    found = apart_from_being_made_up(doubts(one, soon))
    assert found[["flag", "other_trip_id"]].to_numpy().tolist() == [["teleport", "20260302-090000-XJ-01"]]
    assert apart_from_being_made_up(doubts(one, later)).empty


def test_a_made_up_track_is_found():
    found = doubts(as_fixes(straight(3), "2026-05-07 14:25"))

    assert found["flag"].to_list() == ["generated_track"]
    assert "100.0% of the intervals are the usual one" in found["detail"].iloc[0]


@pytest.mark.parametrize(
    "fake",
    [
        {"noise": 0.0},
        {"noise": 2.0, "interval": 30.0},
        {"unsteady": 0.3, "leg_m": 1500.0},
        {"unsteady": 0.3, "noise": 0.0},
    ],
)
def test_made_up_tracks_of_other_kinds_are_found(fake):
    assert flags(as_fixes(straight(4, **fake), "2026-05-07 14:25")) == ["generated_track"]


def test_even_intervals_alone_are_what_good_loggers_write():
    assert flags(as_fixes(honest(8, replace(WALKER, jitter=0.0), 60), "2026-05-07 14:25")) == []


@pytest.mark.parametrize(("radius", "found"), [(45.0, ["within_one_building"]), (55.0, [])])
def test_a_trip_within_fifty_metres_never_left_the_building(radius, found):
    angles = RNG.permutation(np.linspace(0, 2 * np.pi, 60, endpoint=False))
    ring = np.arange(60) * 30.0, 4000 + radius * np.column_stack([np.cos(angles), np.sin(angles)])

    assert flags(as_fixes(ring, "2026-05-07 14:25")) == found


def test_nine_minutes_in_one_place_are_a_stop():
    still = np.arange(0, 540, 10.0), RNG.normal(0, 3, (54, 2))

    assert flags(as_fixes(still, "2026-05-07 14:25")) == []


def site(found_on, metres_east=100.0):
    """A violation beside the middle of the original track."""
    x, y = TRACK[1][len(TRACK[1]) // 2]
    place = shapely.Point(WEST + (x + metres_east) * METRE_E, SOUTH + y * METRE_N).buffer(1e-5)
    return gpd.GeoDataFrame(
        {"case_id": ["V"], "found_on": pd.to_datetime([found_on]), "status": "confirmed"},
        geometry=[place],
        crs=4490,
        index=pd.Index(["V"], name="violation_id"),
    )


@pytest.mark.parametrize(
    ("saved", "found_on", "metres_east", "found"),
    [
        ("2026-04-20 10:00", "2026-04-15", 100.0, ["edited_later"]),
        ("2026-04-20 10:00", "2026-04-25", 100.0, []),  # saved before it was found
        ("2026-04-20 10:00", "2026-04-01", 100.0, []),  # found before the trip
        ("2026-04-20 10:00", "2026-04-15", 50_000.0, []),  # not on the way
        ("2026-04-03 08:00", "2026-04-03", 100.0, []),  # saved within a day
    ],
)
def test_a_log_saved_after_a_violation_on_its_way_was_found_is_doubtful(saved, found_on, metres_east, found):
    log = ORIGINAL.assign(saved_at=moment(saved))

    assert flags(log, violations=site(found_on, metres_east)) == found


def test_limits_are_settings():
    far = as_fixes(moved(TRACK, 6.0), "2026-04-21 08:52", device="B")

    assert flags(ORIGINAL, far) == ["replayed_track"]
    assert flags(ORIGINAL, far, replay_m=5.0) == []


def test_nothing_to_look_at_gives_an_empty_table_in_order():
    found = doubts(ORIGINAL.iloc[:0])

    assert len(found) == 0
    assert found.columns.to_list() == INTEGRITY.names


def test_the_input_is_not_changed():
    split = split_trips(ORIGINAL)
    before = split.trips.copy(deep=True), split.fixes.copy(deep=True)
    check_integrity(split.trips, split.fixes)

    pd.testing.assert_frame_equal(split.trips, before[0])
    pd.testing.assert_frame_equal(split.fixes, before[1])


def test_fixes_that_are_none_are_refused():
    split = split_trips(ORIGINAL)
    with pytest.raises(TableError, match=r"'fixes'.*lacks the columns \['flag'\]"):
        check_integrity(split.trips, split.fixes.drop(columns="flag"))
