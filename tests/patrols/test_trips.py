"""Trips: what ends one, what is counted, what is flagged."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoenforce.core.errors import TableError
from geoenforce.core.patrol_tables import FIXES, TRIP_PARTS, TRIPS
from geoenforce.core.tables import ISSUES, check
from geoenforce.patrols.trips import split_trips
from tests.patrols.builders import EAST, NORTH, WIDE, fixes, moment, together, townships, walk


def flags(split):
    return split.fixes["flag"].dropna().value_counts().to_dict()


def test_a_trip_has_the_length_time_and_township_of_its_fixes():
    split = split_trips(walk("2026-03-02 09:00", [10.0] * 100), townships(WIDE))

    trip = split.trips.iloc[0]
    assert trip[["length_m", "inside_m"]].to_list() == pytest.approx([1000.0, 1000.0], abs=1e-3)
    assert trip[["duration_min", "moving_min", "inside_min", "median_interval_s"]].to_list() == [10.0, 10.0, 10.0, 6.0]
    assert trip[["fixes", "fixes_flagged", "stops"]].to_list() == [101, 0, 0]
    assert (trip["township_code"], trip["township_shares"]) == ("445202101", "445202101 1.0000")
    assert trip["started_at"] == moment("2026-03-02 09:00")


def test_the_tables_are_in_order():
    split = split_trips(walk("2026-03-02 09:00", [10.0] * 20), townships(WIDE))

    for table, declared in (
        (split.trips, TRIPS),
        (split.parts, TRIP_PARTS),
        (split.fixes, FIXES),
        (split.issues, ISSUES),
    ):
        check(table, declared)


def test_a_pause_of_exactly_the_gap_joins_and_a_second_more_splits():
    morning = walk("2026-03-02 09:00", [10.0] * 10)
    joined = split_trips(together(morning, walk("2026-03-02 09:21", [10.0] * 10)))
    apart = split_trips(together(morning, walk("2026-03-02 09:21:01", [10.0] * 10)))

    assert len(joined.trips) == 1
    assert apart.trips["length_m"].round(3).to_list() == [100.0, 100.0]


def test_a_trip_before_eight_belongs_to_the_day_in_beijing_not_in_utc():
    split = split_trips(walk("2026-03-02 07:30", [10.0] * 10))

    assert split.fixes["recorded_at"].iloc[0].tz_convert("UTC").day == 1
    assert split.trips["on"].to_list() == [pd.Timestamp("2026-03-02")]


def test_a_trip_over_midnight_is_one_trip_of_the_day_it_started():
    split = split_trips(walk("2026-03-02 23:55", [10.0] * 100))

    assert len(split.trips) == 1
    assert split.trips["on"].to_list() == [pd.Timestamp("2026-03-02")]
    assert split.trips["ended_at"].iloc[0].day == 3


def test_a_trip_that_starts_at_midnight_belongs_to_the_new_day():
    split = split_trips(walk("2026-03-03 00:00", [10.0] * 10))

    assert split.trips["on"].to_list() == [pd.Timestamp("2026-03-03")]


def test_standing_over_midnight_for_longer_than_a_pause_ends_the_trip():
    """Half an hour on the spot, with a fix every minute: no two fixes are further apart than a pause."""
    parts = (
        walk("2026-03-02 23:30", [60.0] * 15, every_s=60),
        walk("2026-03-02 23:46", [0.0] * 30, every_s=60, at=(EAST, 23.508127)),
        walk("2026-03-03 00:17", [60.0] * 15, every_s=60, at=(EAST, 23.508127)),
    )
    split = split_trips(together(*parts))

    assert split.trips["on"].dt.day.to_list() == [2, 3]


def test_a_receiver_that_is_never_switched_off_gives_no_trip_longer_than_two_days():
    split = split_trips(walk("2026-03-02 10:00", [200.0] * 500, every_s=600))

    assert split.trips["on"].dt.day.to_list() == [2, 4]
    assert split.trips["ended_at"].dt.day.to_list() == [3, 5]


def test_a_wide_gap_joins_no_two_days_ends():
    """With a gap of half a day, as set by a careless user, yesterday's end is still no way to today's start."""
    evening = walk("2026-03-02 20:00", [10.0] * 10)
    morning = walk("2026-03-03 06:00", [10.0] * 10, at=(EAST + 0.1, NORTH))
    split = split_trips(together(evening, morning), gap_min=720)

    assert split.trips["length_m"].round(3).to_list() == [100.0, 100.0]


def test_a_spike_is_a_jump_and_the_trip_runs_past_it():
    log = walk("2026-03-02 09:00", [10.0] * 20)
    log.loc[10, "longitude"] += 0.05
    split = split_trips(log)

    assert flags(split) == {"jump": 1}
    assert split.trips["length_m"].iloc[0] == pytest.approx(200.0, abs=1e-3)
    assert split.trips[["fixes", "fixes_flagged"]].to_numpy().tolist() == [[20, 1]]
    assert split.issues[["row", "problem"]].to_numpy().tolist() == [[11, "jump"]]


@pytest.mark.parametrize("wild", [(10, 11), (10, 12), (10, 11, 12, 13, 14)])
def test_several_spikes_in_a_row_are_all_jumps(wild):
    log = walk("2026-03-02 09:00", [10.0] * 30)
    for number, row in enumerate(wild):
        log.loc[row, "longitude"] += 0.05 * (-1) ** number
    split = split_trips(log)

    assert split.fixes.index[split.fixes["flag"] == "jump"].to_list() == list(wild)
    assert split.trips["length_m"].iloc[0] == pytest.approx(300.0, abs=1e-3)


def test_a_wild_first_fix_is_the_wrong_one_not_the_second():
    log = walk("2026-03-02 09:00", [10.0] * 20)
    log.loc[0, "latitude"] += 1.0
    split = split_trips(log)

    assert split.fixes["flag"].notna().to_list() == [True] + [False] * 20


def test_where_the_track_goes_on_far_away_the_leap_is_flagged_and_adds_no_length():
    split = split_trips(
        together(
            walk("2026-03-02 09:00", [10.0] * 20), walk("2026-03-02 09:02:06", [10.0] * 20, at=(EAST + 0.1, NORTH))
        )
    )

    assert flags(split) == {"impossible_speed": 1}
    assert split.trips["length_m"].to_list() == pytest.approx([200.0 + 190.0], abs=1e-3)
    assert split.trips.geometry.iloc[0].geom_type == "MultiLineString"


def test_sheets_that_write_whole_minutes_are_not_too_fast():
    """Two fixes of one minute, 300 m apart: between 0 and 60 s have passed."""
    times = [moment("2026-03-02 09:00") + pd.Timedelta(minutes=number // 2) for number in range(20)]
    split = split_trips(fixes(times, [EAST] * 20, NORTH + np.arange(20) * 0.0027))

    assert flags(split) == {}


def test_fixes_outside_the_county_are_flagged_and_only_the_way_inside_counts():
    """From 200 m inside to 300 m outside of the eastern border."""
    start = 116.6 - 200 / 102_141.0
    log = walk("2026-03-02 09:00", [10.0] * 50, at=(start, NORTH), azimuth=90.0)
    split = split_trips(log, townships(WIDE))

    assert flags(split)["outside_county"] == pytest.approx(30, abs=1)
    trip = split.trips.iloc[0]
    assert trip["length_m"] == pytest.approx(500.0, abs=0.01)
    assert trip["inside_m"] == pytest.approx(200.0, abs=0.2)
    assert trip["inside_min"] == pytest.approx(2.0, abs=0.01)
    assert trip["township_shares"].startswith("(outside) 0.6")
    assert trip["township_code"] == "445202101"


def test_a_border_cuts_a_step_exactly_and_the_shares_add_up():
    border = EAST + 0.001
    places = townships((116.2, 23.3, border, 23.7), (border, 23.3, 116.6, 23.7))
    split = split_trips(
        fixes([moment("2026-03-02 09:00"), moment("2026-03-02 09:00:30")], [EAST, EAST + 0.004], [NORTH] * 2), places
    )

    assert split.parts["length_m"].to_list() == pytest.approx(
        (split.trips["length_m"].iloc[0] * np.array([0.25, 0.75])).tolist()
    )
    assert split.parts["duration_min"].to_list() == pytest.approx([0.125, 0.375])


@pytest.mark.parametrize("crs", [4490, "EPSG:4527"])
def test_townships_may_be_in_degrees_or_metres(crs):
    """0.001° along the parallel 23.5° N: 6 381 534 m × cos 23.5° × 0.001 × π / 180 = 102.141 m."""
    places = townships((116.2, 23.3, EAST + 0.001, 23.7), (EAST + 0.001, 23.3, 116.6, 23.7), crs=crs)
    split = split_trips(walk("2026-03-02 09:00", [10.0] * 50, azimuth=90.0), places)

    assert split.parts["length_m"].to_list() == pytest.approx([102.141, 397.859], abs=0.01)


def test_the_same_outing_of_every_team_member_is_counted_once():
    own = walk("2026-04-08 08:40", [10.0] * 200)
    copies = [own.assign(device_id=f"XJ-0{number}", source_file=f"{number}.gpx") for number in range(2, 6)]
    copies[0][["longitude", "latitude"]] = copies[0][["longitude", "latitude"]].round(6)
    copies[1] = copies[1].iloc[20:150]
    split = split_trips(together(own, *copies))

    assert split.trips["device_id"].to_list() == ["XJ-01"]
    assert flags(split) == {"repeated_outing": 3 * 201 + 130}
    assert (split.issues["problem"] == "repeated_outing").sum() == 4


def test_two_receivers_side_by_side_are_two_trips():
    one = walk("2026-04-08 08:40", [10.0] * 200)
    other = walk("2026-04-08 08:40", [10.0] * 200, at=(EAST + 0.00003, NORTH), device="XJ-02", file="b.gpx")

    assert len(split_trips(together(one, other)).trips) == 2


def test_a_log_cut_into_files_is_one_trip_and_an_overlap_counts_once():
    log = walk("2026-04-08 08:40", [10.0] * 200)
    later = log.iloc[90:].assign(source_file="b.gpx")
    split = split_trips(together(log.iloc[:101], later))

    assert split.trips["length_m"].round(3).to_list() == [2000.0]
    assert flags(split) == {"duplicate": 11}


def test_one_device_that_logs_in_two_places_at_once_makes_two_trips():
    one = walk("2026-04-14 09:00", [10.0] * 200)
    other = walk("2026-04-14 09:05", [10.0] * 200, at=(EAST + 0.1, NORTH), file="b.gpx")
    split = split_trips(together(one, other))

    assert split.trips["length_m"].round(3).to_list() == [2000.0, 2000.0]
    assert flags(split) == {}


def test_a_stop_is_counted_and_no_motion():
    parts = (
        walk("2026-03-02 09:00", [50.0] * 60, every_s=10),
        walk("2026-03-02 09:10:10", [0.0] * 60, every_s=10, at=(EAST, 23.5270866)),
        walk("2026-03-02 09:20:20", [50.0] * 60, every_s=10, at=(EAST, 23.5270866)),
    )
    trip = split_trips(together(*parts)).trips.iloc[0]

    assert trip["stops"] == 1
    assert trip["moving_min"] == pytest.approx(20.0, abs=1.0)


def test_who_drives_into_a_lane_and_back_in_three_minutes_does_not_stand():
    """90 s in, 90 s out, 10 m/s: the same place after three minutes, but 900 m away in between."""
    steps = [100.0] * 9
    there = walk("2026-03-02 09:00", steps, every_s=10)
    back = there.iloc[-2::-1].assign(recorded_at=there["recorded_at"].iloc[1:].to_numpy() + pd.Timedelta(seconds=90))
    back["recorded_at"] = (
        back["recorded_at"].dt.tz_localize("UTC").dt.tz_convert("Asia/Shanghai")
        if back["recorded_at"].dt.tz is None
        else back["recorded_at"]
    )
    trip = split_trips(together(there, back)).trips.iloc[0]

    assert (trip["stops"], trip["moving_min"]) == (0, 3.0)


def test_earlier_flags_are_kept_and_a_fix_without_a_time_is_in_no_trip():
    log = walk("2026-03-02 09:00", [10.0] * 20)
    log.loc[3, ["flag", "recorded_at"]] = ["no_time", pd.NaT]
    log.loc[5, "flag"] = "backward_time"
    split = split_trips(log)

    assert flags(split) == {"no_time": 1, "backward_time": 1}
    assert split.fixes["trip_id"].isna().to_list() == [number == 3 for number in range(21)]
    assert split.trips[["fixes", "fixes_flagged"]].to_numpy().tolist() == [[19, 1]]


def test_no_fix_at_all_gives_empty_tables():
    split = split_trips(walk("2026-03-02 09:00", [10.0]).iloc[:0], townships(WIDE))

    assert (len(split.trips), len(split.parts), len(split.fixes)) == (0, 0, 0)


def test_a_table_that_is_no_fixes_is_refused():
    with pytest.raises(TableError, match=r"'fixes'.*lacks the columns \['latitude'\]"):
        split_trips(walk("2026-03-02 09:00", [10.0]).drop(columns="latitude"))


def test_the_input_is_not_changed():
    log, places = walk("2026-03-02 09:00", [10.0] * 20), townships(WIDE)
    log.loc[10, "longitude"] += 0.05
    before, borders = log.copy(deep=True), places.copy(deep=True)
    split_trips(log, places)

    pd.testing.assert_frame_equal(log, before)
    pd.testing.assert_frame_equal(places, borders)


@settings(max_examples=15)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_fixes_decides_nothing(random):
    log = together(
        walk("2026-03-02 09:00", [10.0] * 12, every_s=60),
        walk("2026-03-02 09:00", [12.0] * 12, every_s=60, device="XJ-02", at=(EAST + 0.01, NORTH)),
        walk("2026-03-02 09:00", [10.0] * 12, every_s=60, device="XJ-03", file="c.gpx"),
        walk("2026-03-02 10:00", [10.0] * 12, every_s=60),
    )
    order = list(range(len(log)))
    random.shuffle(order)
    one, other = split_trips(log), split_trips(log.iloc[order].reset_index(drop=True))

    pd.testing.assert_frame_equal(pd.DataFrame(one.trips), pd.DataFrame(other.trips))
    back = other.fixes.set_index(pd.Index(order)).sort_index()
    pd.testing.assert_series_equal(one.fixes["flag"], back["flag"])


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 3000), st.floats(-300, 300), st.floats(-300, 300)), min_size=2, max_size=60))
def test_trips_lose_no_fix_and_no_trip_holds_a_pause(steps):
    seconds = np.cumsum([step[0] for step in steps])
    east = EAST + np.cumsum([step[1] for step in steps]) / 102_000
    north = NORTH + np.cumsum([step[2] for step in steps]) / 110_750
    split = split_trips(fixes(moment("2026-03-02 22:00") + pd.to_timedelta(seconds, unit="s"), east, north))

    used = split.fixes[split.fixes["flag"].isna()]
    assert used["trip_id"].notna().all()
    assert split.trips["fixes"].sum() == len(used)
    gaps = used.sort_values("recorded_at").groupby("trip_id", observed=True)["recorded_at"].diff()
    assert not (gaps > pd.Timedelta(minutes=20)).any()
    assert ((split.trips["ended_at"].dt.tz_localize(None).dt.normalize() - split.trips["on"]).dt.days <= 1).all()
