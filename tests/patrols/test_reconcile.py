"""The ledger against the tracks, both ways, and its violations against the table."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geoenforce.core.errors import TableError
from geoenforce.core.patrol_tables import RECONCILIATION
from geoenforce.core.tables import check
from geoenforce.patrols.reconcile import Tolerances, named_townships, reconcile
from tests.patrols.builders import EAST, GEOD, NORTH, WIDE, moment, townships

PLACES = townships(WIDE, (116.6, 23.3, 116.8, 23.7))


def ledger(*rows, **columns):
    """Entries (day, start, end, area); times may be None."""
    times = [[moment(f"{row[0]} {row[at]}") if row[at] else pd.NaT for row in rows] for at in (1, 2)]
    values = {
        "on": pd.to_datetime([row[0] for row in rows]),
        "patrol_unit": "一队",
        "started_at": pd.DatetimeIndex(times[0], dtype="datetime64[us, Asia/Shanghai]"),
        "ended_at": pd.DatetimeIndex(times[1], dtype="datetime64[us, Asia/Shanghai]"),
        "area": pd.array([row[3] for row in rows], dtype="str"),
        "violations_noted": pd.array([0] * len(rows), dtype="Int64"),
        "row": range(1, len(rows) + 1),
    }
    names = pd.Index([f"E{number}" for number in range(1, len(rows) + 1)], name="entry_id", dtype="str")
    return pd.DataFrame(values | columns, index=names)


def trips(*rows, unit="一队"):
    """Trips (day, start, end, shares)."""
    times = [[moment(f"{row[0]} {row[at]}") for row in rows] for at in (1, 2)]
    return pd.DataFrame(
        {
            "on": pd.to_datetime([row[0] for row in rows]),
            "patrol_unit": pd.array([unit] * len(rows), dtype="str"),
            "started_at": pd.DatetimeIndex(times[0], dtype="datetime64[us, Asia/Shanghai]"),
            "ended_at": pd.DatetimeIndex(times[1], dtype="datetime64[us, Asia/Shanghai]"),
            "township_shares": pd.array([row[3] for row in rows], dtype="str"),
        },
        index=pd.Index([f"T{number}" for number in range(1, len(rows) + 1)], name="trip_id", dtype="str"),
    )


def results(found):
    rows = found[["entry_id", "trip_id", "result"]].astype(object)
    return rows.where(rows.notna(), None).to_numpy().tolist()


DAY = "2026-04-13"
EASTERN = "445202101 0.9600; (outside) 0.0400"


def test_an_entry_and_a_track_that_agree_are_matched():
    found = reconcile(ledger((DAY, "08:15", "11:00", "东镇")), trips((DAY, "08:17", "11:03", EASTERN)), PLACES)

    check(found, RECONCILIATION)
    assert results(found) == [["E1", "T1", "matched"]]


def test_an_entry_without_track_and_a_track_without_entry():
    found = reconcile(ledger((DAY, "08:00", "09:00", "东镇")), trips(("2026-04-14", "08:00", "09:00", EASTERN)), PLACES)

    assert results(found) == [["E1", None, "entry_without_track"], [None, "T1", "track_without_entry"]]


def test_a_track_of_another_unit_is_none_of_the_entrys():
    found = reconcile(
        ledger((DAY, "08:00", "09:00", "东镇")), trips((DAY, "08:00", "09:00", EASTERN), unit="二队"), PLACES
    )

    assert [row[2] for row in results(found)] == ["entry_without_track", "track_without_entry"]


@pytest.mark.parametrize(("start", "end", "result"), [("07:30", "09:30", "matched"), ("07:29", "09:29", "other_time")])
def test_half_an_hour_before_the_entered_time_is_tolerated_and_a_minute_more_is_not(start, end, result):
    found = reconcile(ledger((DAY, "08:00", "10:00", "东镇")), trips((DAY, start, end, EASTERN)), PLACES)

    assert results(found) == [["E1", "T1", result]]


def test_a_track_four_hours_later_is_at_another_time_and_the_detail_says_which():
    found = reconcile(ledger((DAY, "12:15", "15:00", "东镇")), trips((DAY, "08:16", "11:03", EASTERN)), PLACES)

    assert results(found) == [["E1", "T1", "other_time"]]
    assert found["detail"].iloc[0] == "The ledger says 12:15 to 15:00, the track 08:16 to 11:03."


def test_a_track_in_another_township_is_in_another_area():
    found = reconcile(ledger((DAY, "08:00", "11:00", "西镇")), trips((DAY, "08:00", "11:00", EASTERN)), PLACES)

    assert results(found) == [["E1", "T1", "other_area"]]


def test_a_township_that_was_only_touched_is_no_area_patrolled():
    touched = "445202101 0.9600; 445202102 0.0400"
    found = reconcile(ledger((DAY, "08:00", "11:00", "西镇")), trips((DAY, "08:00", "11:00", touched)), PLACES)

    assert results(found) == [["E1", "T1", "other_area"]]


def test_what_the_entry_does_not_say_is_not_compared():
    found = reconcile(ledger((DAY, None, None, "沿线")), trips((DAY, "08:00", "11:00", EASTERN)), PLACES)

    assert results(found) == [["E1", "T1", "matched"]]


def test_one_entry_may_cover_morning_and_afternoon_and_one_track_two_entries():
    both = reconcile(
        ledger((DAY, "08:00", "17:00", "东镇")),
        trips((DAY, "08:00", "11:00", EASTERN), (DAY, "14:00", "17:00", EASTERN)),
        PLACES,
    )
    one = reconcile(
        ledger((DAY, "08:00", "11:00", "东镇"), (DAY, "14:00", "17:00", "东镇")),
        trips((DAY, "08:00", "17:00", EASTERN)),
        PLACES,
    )

    assert results(both) == [["E1", "T1", "matched"], ["E1", "T2", "matched"]]
    assert results(one) == [["E1", "T1", "matched"], ["E2", "T1", "matched"]]


def test_two_entries_and_one_track_leave_one_entry_over():
    found = reconcile(
        ledger((DAY, "08:00", "09:00", "东镇"), (DAY, "15:00", "16:00", "东镇")),
        trips((DAY, "08:00", "09:00", EASTERN)),
        PLACES,
    )

    assert results(found) == [["E1", "T1", "matched"], ["E2", None, "entry_without_track"]]


def test_townships_are_known_by_code_and_by_name():
    assert named_townships("从东镇到445202102", PLACES) == {"445202101", "445202102"}
    assert named_townships(None, PLACES) == frozenset()


def patch(metres_east, found_on=DAY, lead="patrol", crs=4490):
    """A square of 20 m whose western edge lies so far east of the noted place."""
    west = GEOD.fwd(EAST, NORTH, 90, metres_east)[0]
    east = GEOD.fwd(EAST, NORTH, 90, metres_east + 20)[0]
    frame = gpd.GeoDataFrame(
        {"case_id": ["V1"], "found_on": pd.to_datetime([found_on]), "status": "confirmed", "lead_source": [lead]},
        geometry=[shapely.box(west, NORTH - 0.0001, east, NORTH + 0.0001)],
        crs=4490,
        index=pd.Index(["V1"], name="violation_id"),
    )
    return frame.to_crs(crs)


def noted(**columns):
    """An entry that notes a violation, and one of the next day that notes none."""
    place = {"longitude": [EAST, EAST], "latitude": [NORTH, NORTH], "violations_noted": pd.array([1, 0], dtype="Int64")}
    return ledger((DAY, "08:00", "09:00", "东镇"), ("2026-04-14", "08:00", "09:00", "东镇"), **(place | columns))


TRIP = trips((DAY, "08:00", "09:00", EASTERN), ("2026-04-14", "08:00", "09:00", EASTERN))


def compared(found):
    """What is said about violations."""
    return sorted(found.loc[found["result"].str.startswith("violation"), "result"])


@pytest.mark.parametrize("crs", [4490, "EPSG:4527"])
@pytest.mark.parametrize(("metres", "known"), [(199.9, True), (200.1, False)])
def test_a_noted_violation_is_known_within_200_m(metres, known, crs):
    found = reconcile(noted(), TRIP, PLACES, patch(metres, crs=crs))

    assert compared(found) == ([] if known else ["violation_not_recorded", "violation_unknown"])


def test_the_same_place_on_another_day_is_another_violation():
    found = reconcile(noted(), TRIP, PLACES, patch(10, found_on="2026-04-14"))

    assert compared(found) == ["violation_not_recorded", "violation_unknown"]


def test_a_satellite_lead_need_not_be_in_the_ledger_but_a_patrols_must():
    quiet = ledger((DAY, "08:00", "09:00", "东镇"))

    assert compared(reconcile(quiet, TRIP, PLACES, patch(10, lead="satellite"))) == []
    assert compared(reconcile(quiet, TRIP, PLACES, patch(10))) == ["violation_unknown"]


def test_what_was_found_before_the_ledger_began_is_not_missed_in_it():
    quiet = ledger((DAY, "08:00", "09:00", "东镇"))

    assert compared(reconcile(quiet, TRIP, PLACES, patch(10, found_on="2026-04-12"))) == []


def test_an_entry_without_a_place_means_any_violation_of_its_day():
    no_place = noted(longitude=[float("nan")] * 2, latitude=[float("nan")] * 2)

    assert compared(reconcile(no_place, TRIP, PLACES, patch(5000))) == []


def test_the_tolerances_are_settings():
    late = trips((DAY, "09:20", "10:00", EASTERN))
    entry = ledger((DAY, "08:00", "09:00", "东镇"))

    assert reconcile(entry, late, PLACES)["result"].to_list() == ["other_time"]
    assert reconcile(entry, late, PLACES, tolerances=Tolerances(time_min=60))["result"].to_list() == ["matched"]


def test_nothing_is_lost_and_the_input_unchanged():
    entries, outings = noted(), TRIP.copy()
    before = entries.copy(deep=True), outings.copy(deep=True)
    reconcile(entries, outings, PLACES, patch(10))

    pd.testing.assert_frame_equal(entries, before[0])
    pd.testing.assert_frame_equal(outings, before[1])


def test_a_ledger_without_days_is_refused():
    with pytest.raises(TableError, match=r"'ledger'.*lacks the columns \['on'\]"):
        reconcile(ledger((DAY, "08:00", "09:00", "东镇")).drop(columns="on"), TRIP, PLACES)
