from dataclasses import replace

import pandas as pd
import pytest

from geoenforce.core.tables import check
from geoenforce.outputs.patrol_status import PATROL_STATUS, township_status

NOW, TODAY, NOT_TODAY = "patrolling_now", "patrolled_today", "not_patrolled_today"


def at(patrolled, moment, zone="Asia/Shanghai"):
    patrols = replace(patrolled.patrols, status_at=pd.Timestamp(moment, tz=zone).to_pydatetime())
    return township_status(patrolled.townships, patrols)


@pytest.mark.parametrize(
    ("moment", "east"),
    [
        ("2026-06-30 08:29:59", NOT_TODAY),  # the trip begins at 08:30
        ("2026-06-30 08:30:00", NOW),
        ("2026-06-30 10:05:00", NOW),  # the last fix was at 09:45, 20 minutes ago
        ("2026-06-30 10:05:01", TODAY),
        ("2026-06-30 23:59:59", TODAY),
        ("2026-07-01 00:00:00", NOT_TODAY),
    ],
)
def test_the_status_follows_the_clock(patrolled, moment, east):
    status = at(patrolled, moment)

    assert status["patrol_status"].to_dict() == {"445299001": east, "445299002": NOT_TODAY}


def test_a_trip_is_of_today_in_shanghai_whatever_zone_the_moment_is_in(patrolled):
    # 16:00 UTC on 25 June is midnight in Shanghai; the trip of 07:30 on the 26th touches both townships
    status = at(patrolled, "2026-06-25 23:35:00", "UTC")

    assert status["patrol_status"].to_list() == [NOW, NOW]
    assert status["trips_today"].to_list() == [1, 1]


def test_a_patrol_over_midnight_is_out_although_it_belongs_to_yesterday(patrolled):
    trips = patrolled.patrols.trips.assign(
        started_at=patrolled.patrols.trips["started_at"] + pd.Timedelta(hours=15),
        ended_at=patrolled.patrols.trips["ended_at"] + pd.Timedelta(hours=15),
    )
    late = replace(patrolled, patrols=replace(patrolled.patrols, trips=trips))  # 30 June 23:30 to 1 July 00:45

    status = at(late, "2026-07-01 00:50")

    assert status.loc["445299001", ["patrol_status", "trips_today"]].to_list() == [NOW, 0]


def test_the_last_day_of_a_patrol_is_told(patrolled):
    status = at(patrolled, "2026-07-03 12:00")

    assert status["last_patrolled_on"].dt.strftime("%F").to_list() == ["2026-06-30", "2026-06-29"]
    assert at(patrolled, "2026-06-01 12:00")["last_patrolled_on"].isna().all()


def test_the_table_is_what_it_claims_also_without_trips(patrolled):
    nothing = replace(
        patrolled.patrols, trips=patrolled.patrols.trips.iloc[:0], trip_parts=patrolled.patrols.trip_parts.iloc[:0]
    )

    for patrols in (patrolled.patrols, nothing):
        check(township_status(patrolled.townships, patrols), PATROL_STATUS)
    assert set(township_status(patrolled.townships, nothing)["patrol_status"]) == {NOT_TODAY}
