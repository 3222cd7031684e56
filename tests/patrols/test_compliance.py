"""Compliance: what a patrol must reach, which days count, and how days add up to rates."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoenforce.core.errors import ConfigError, TableError
from geoenforce.core.patrol_tables import PATROL_DAYS, PATROL_RATES
from geoenforce.core.tables import check
from geoenforce.patrols.compliance import Calendar, PatrolRule, compliance_rates, patrol_days
from geoenforce.patrols.trips import split_trips
from tests.patrols.builders import EAST, WIDE, moment, together, townships, walk

PLACES = townships((116.2, 23.3, EAST + 0.001, 23.7), (EAST + 0.001, 23.3, 116.6, 23.7))
MONDAY = Calendar(date(2026, 3, 2), date(2026, 3, 2))


def outings(*rows):
    """TRIPS and TRIP_PARTS as far as needed: (start, township number, metres, minutes), one trip each."""
    starts = [moment(row[0]) for row in rows]
    trips = pd.DataFrame(
        {
            "on": pd.to_datetime([start.tz_localize(None).normalize() for start in starts]),
            "started_at": pd.DatetimeIndex(starts, dtype="datetime64[us, Asia/Shanghai]"),
            "ended_at": pd.DatetimeIndex(starts, dtype="datetime64[us, Asia/Shanghai]") + pd.Timedelta(minutes=10),
        },
        index=pd.Index([f"T{number}" for number in range(len(rows))], name="trip_id", dtype="str"),
    )
    parts = pd.DataFrame(
        {
            "trip_id": trips.index,
            "township_code": pd.array([f"44520210{row[1]}" if row[1] else None for row in rows], dtype="str"),
            "length_m": [float(row[2]) for row in rows],
            "duration_min": [float(row[3]) for row in rows],
        }
    )
    return trips, parts


def county(days):
    return days[days["level"] == "county"]


def reasons(days, level="county"):
    return days.loc[days["level"] == level, "reason"].to_list()


@pytest.mark.parametrize(
    ("metres", "minutes", "kept"),
    [
        (1000.0, 10.0, True),
        (999.99, 10.0, False),
        (1000.0, 9.99, False),
        (50_000.0, 9.99, False),
        (999.99, 600.0, False),
        (1000.0 - 1e-9, 10.0 - 1e-9, True),  # what floats make of the limit itself
    ],
)
def test_ten_minutes_and_a_kilometre_are_both_needed_and_exactly_on_the_limit_counts(metres, minutes, kept):
    days = patrol_days(*outings(("2026-03-02 09:00", 1, metres, minutes)), PLACES, MONDAY).days

    assert reasons(days) == ["patrolled" if kept else "too_short"]


def test_a_track_of_exactly_a_kilometre_in_ten_minutes_counts_and_two_centimetres_less_does_not():
    exact = split_trips(walk("2026-03-02 09:00", [10.0] * 100), PLACES)
    short = split_trips(walk("2026-03-02 09:00", [9.9998] * 100), PLACES)

    assert reasons(patrol_days(exact.trips, exact.parts, PLACES, MONDAY).days) == ["patrolled"]
    assert reasons(patrol_days(short.trips, short.parts, PLACES, MONDAY).days) == ["too_short"]


def test_two_short_trips_are_no_patrol():
    days = patrol_days(*outings(("2026-03-02 09:00", 1, 900, 9), ("2026-03-02 15:00", 1, 900, 9)), PLACES, MONDAY).days

    row = county(days).iloc[0]
    assert (row["reason"], row["trips"], row["length_m"], row["duration_min"]) == ("too_short", 2, 1800.0, 18.0)


def test_a_trip_through_two_townships_can_serve_the_county_and_neither_township():
    trips, parts = outings(("2026-03-02 09:00", 1, 600, 6))
    both = pd.concat([parts, parts.assign(township_code="445202102")], ignore_index=True)
    days = patrol_days(trips, both, PLACES, MONDAY).days

    assert reasons(days) == ["patrolled"]
    assert reasons(days, "township") == ["too_short", "too_short"]


def test_ground_outside_the_county_counts_for_nobody():
    days = patrol_days(*outings(("2026-03-02 09:00", None, 5000, 50)), PLACES, MONDAY).days

    assert set(days["reason"]) == {"no_trip"}


def test_half_past_seven_in_beijing_counts_for_its_own_day():
    """23:30 UTC of Sunday, 8 March, which is no working day."""
    split = split_trips(walk("2026-03-09 07:30", [10.0] * 100), PLACES)
    days = county(patrol_days(split.trips, split.parts, PLACES, Calendar(date(2026, 3, 6), date(2026, 3, 10))).days)

    assert days[["on", "reason"]].astype(str).to_numpy().tolist() == [
        ["2026-03-06", "no_trip"],
        ["2026-03-09", "patrolled"],
        ["2026-03-10", "no_trip"],
    ]


def test_a_patrol_over_midnight_serves_the_evening_only():
    split = split_trips(walk("2026-03-02 23:50", [10.0] * 300), PLACES)
    days = patrol_days(split.trips, split.parts, PLACES, Calendar(date(2026, 3, 2), date(2026, 3, 3))).days

    assert reasons(days) == ["patrolled", "no_trip"]


def test_a_make_up_saturday_is_owed_and_a_holiday_is_not():
    """Labour Day 2026: 1 to 5 May are free, Saturday 9 May is worked."""
    days = patrol_days(
        *outings(("2026-05-01 09:00", 1, 5000, 60)), PLACES, Calendar(date(2026, 5, 1), date(2026, 5, 10))
    ).days

    assert county(days)["on"].dt.day.to_list() == [6, 7, 8, 9]
    assert reasons(days) == ["no_trip"] * 4


def test_excused_days_are_owed_by_nobody_and_a_patrol_on_them_is_shown():
    excused = pd.DataFrame(
        {
            "on": [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)],
            "office": ["445202", "445202101", None],
            "reason": "台风",
        }
    )
    calendar = Calendar(date(2026, 3, 2), date(2026, 3, 4))
    days = patrol_days(*outings(("2026-03-04 09:00", 2, 5000, 60)), PLACES, calendar, excused=excused).days

    assert reasons(days) == ["excused", "no_trip", "patrolled"]
    assert days.loc[days["office"] == "445202101", "reason"].to_list() == ["excused", "excused", "excused"]
    assert days.loc[days["office"] == "445202102", "reason"].to_list() == ["excused", "no_trip", "patrolled"]
    assert days.loc[days["on"] == "2026-03-02", "excuse"].unique().tolist() == ["台风"]
    assert compliance_rates(days, "year").set_index("office").loc[
        "445202", ["working_days", "excused_days", "rate"]
    ].to_list() == [3, 2, 0.0]


def test_an_unpublished_year_is_a_guess_that_is_said_aloud_and_no_crash():
    compliance = patrol_days(*outings(), PLACES, Calendar(date(2099, 1, 5), date(2099, 1, 11)))

    assert compliance.issues["problem"].to_list() == ["calendar_not_published", "county_without_tracks"]
    assert "2099" in compliance.issues["detail"].iloc[0]
    assert len(county(compliance.days)) == 5


def test_a_users_own_days_go_before_the_calendar():
    overrides = {date(2099, 1, 5): False, date(2099, 1, 10): True}
    compliance = patrol_days(*outings(), PLACES, Calendar(date(2099, 1, 5), date(2099, 1, 11), overrides))

    assert county(compliance.days)["on"].dt.day.to_list() == [6, 7, 8, 9, 10]
    assert "calendar_not_published" in compliance.issues["problem"].to_list()  # two days are not the year's notice


def test_a_county_of_which_no_track_was_handed_in_is_named_beside_its_missed_days():
    week = Calendar(date(2026, 3, 2), date(2026, 3, 6))
    trips = outings(("2026-03-02 09:00", 1, 2000, 30))

    assert patrol_days(*trips, PLACES, week).issues.empty
    elsewhere = patrol_days(*trips, PLACES.assign(county_code=["445202", "445203"]), week)

    assert elsewhere.issues[["feature", "problem"]].to_numpy().tolist() == [["445203", "county_without_tracks"]]
    assert "any of 5 working days from 2026-03-02 to 2026-03-06" in elsewhere.issues["detail"].iloc[0]
    excused = pd.DataFrame({"on": pd.date_range("2026-03-02", "2026-03-06"), "office": "445203", "reason": "暴雨"})
    split = PLACES.assign(county_code=["445202", "445203"])
    assert patrol_days(*trips, split, week, excused=excused).issues.empty


def test_the_rule_is_a_setting():
    trips = outings(("2026-03-02 09:00", 1, 500, 5))

    assert reasons(patrol_days(*trips, PLACES, MONDAY, rule=PatrolRule(5.0, 500.0)).days) == ["patrolled"]
    assert reasons(patrol_days(*trips, PLACES, MONDAY, rule=PatrolRule(5.0, 500.01)).days) == ["too_short"]


def test_rates_and_streaks_by_month_and_year():
    """March: kept 2, 3, 4, missed 5, 6, kept 9. April: missed 1, kept 2. The holiday Qingming is 4 to 6 April."""
    kept = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-09", "2026-04-02"]
    trips = outings(*((f"{day} 09:00", 1, 5000, 60) for day in kept))
    march = patrol_days(*trips, PLACES, Calendar(date(2026, 3, 2), date(2026, 3, 9))).days
    april = patrol_days(*trips, PLACES, Calendar(date(2026, 4, 1), date(2026, 4, 2))).days
    months = compliance_rates(county(pd.concat([march, april], ignore_index=True)))
    year = compliance_rates(county(pd.concat([april, march], ignore_index=True)), "year")

    check(months, PATROL_RATES)
    assert months[
        ["period", "working_days", "compliant_days", "longest_kept", "longest_missed"]
    ].to_numpy().tolist() == [
        ["2026-03", 6, 4, 3, 2],
        ["2026-04", 2, 1, 1, 1],
    ]
    assert months["rate"].round(4).to_list() == [0.6667, 0.5]
    assert year[["period", "compliant_days", "longest_kept", "longest_missed"]].to_numpy().tolist() == [
        ["2026", 5, 3, 2]
    ]


def test_a_month_in_which_nothing_was_owed_has_no_rate():
    excused = pd.DataFrame({"on": [date(2026, 3, 2)], "office": [""], "reason": ["台风"]})
    rates = compliance_rates(patrol_days(*outings(), PLACES, MONDAY, excused=excused).days)

    assert rates["rate"].isna().all()


def test_the_table_is_in_order_and_the_input_unchanged():
    trips, parts = outings(("2026-03-02 09:00", 1, 900, 9))
    before = trips.copy(deep=True), parts.copy(deep=True), PLACES.copy(deep=True)
    check(patrol_days(trips, parts, PLACES, MONDAY).days, PATROL_DAYS)

    for table, earlier in zip((trips, parts, PLACES), before, strict=True):
        pd.testing.assert_frame_equal(table, earlier)


def test_days_the_wrong_way_round_are_refused():
    with pytest.raises(ConfigError, match="The last day 2026-03-01 lies before the first, 2026-03-02"):
        patrol_days(*outings(), PLACES, Calendar(date(2026, 3, 2), date(2026, 3, 1)))


def test_parts_without_a_length_are_refused():
    trips, parts = outings(("2026-03-02 09:00", 1, 900, 9))
    with pytest.raises(TableError, match=r"'trip parts'.*lacks the columns \['length_m'\]"):
        patrol_days(trips, parts.drop(columns="length_m"), PLACES, MONDAY)


some_trips = st.lists(
    st.tuples(
        st.integers(2, 13).map(lambda day: f"2026-03-{day:02d} 09:00"),
        st.sampled_from([1, 2, None]),
        st.integers(0, 3000),
        st.integers(0, 30),
    ),
    max_size=12,
)


@settings(max_examples=15)
@given(some_trips, some_trips)
def test_more_trips_never_lower_compliance(few, more):
    calendar = Calendar(date(2026, 3, 2), date(2026, 3, 13))
    before = patrol_days(*outings(*few), PLACES, calendar).days
    after = patrol_days(*outings(*few, *more), PLACES, calendar).days

    assert (after["is_compliant"] >= before["is_compliant"]).all()
    assert (compliance_rates(after)["rate"] >= compliance_rates(before)["rate"]).all()


def test_a_copy_uploaded_by_a_second_member_adds_no_trip():
    log = walk("2026-03-02 09:00", [10.0] * 200)
    split = split_trips(together(log, log.assign(device_id="XJ-02", source_file="b.gpx")), townships(WIDE))
    days = county(patrol_days(split.trips, split.parts, townships(WIDE), MONDAY).days)

    assert days[["trips", "reason"]].to_numpy().tolist() == [[1, "patrolled"]]
