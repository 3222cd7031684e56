"""Who owes a duty, the duties that come back, and what must hold of all duties."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoenforce.accountability.duties import duties
from geoenforce.accountability.periods import last_day
from geoenforce.core.accountability_tables import DUTIES
from geoenforce.core.duty_reasons import duty_reason_in
from geoenforce.core.errors import InputError, RegulationError, TableError
from geoenforce.core.tables import check
from geoenforce.rules.articles import Duty, Period
from geoenforce.rules.regulation import load_regulation
from tests.accountability.courses import COUNTY, cases, declarations, departments, events, told

JIEYANG = load_regulation("jieyang-2009")
TODAY = date(2026, 6, 30)
FIRST_DAY = date(2026, 2, 5)
_UTILITY = ("power", "water")


def made_up(duty_id, actors, from_event, do, within, **more):
    return Duty(duty_id, "第一条", "", "made up", actors, more.pop("per", "case"), from_event, do, within, **more)


NOTICED = made_up("noticed", ("township",), "notified", ("stopped",), Period("working_days", 2))
CUT = made_up("cut", _UTILITY, "department_notified", ("supply_cut",), Period("working_days", 2))
ORDERED = made_up("ordered", ("land",), "found", ("stop_ordered",), Period("promptly"))
DECIDED = made_up("decided", ("police",), "received", ("decided",), Period("days", 3), except_if="grave")


def regulation(*chosen):
    return replace(JIEYANG, duties=chosen)


def judged(duty, happened, *, as_of=TODAY, of=None, declared=(), **more):
    of = cases() if of is None else of
    return duties(of, events(*happened), declarations(*declared), regulation(duty), as_of=as_of, **more)


# ---- whose duty it is -------------------------------------------------------------------------------------------


def test_the_township_is_the_one_told_else_the_one_in_which_the_case_lies():
    (named,) = told(judged(NOTICED, [("notified", "2026-03-06", "445299102")]), "noticed")
    (placed,) = told(judged(NOTICED, [("notified", "2026-03-06")]), "noticed")

    assert (named["office"], placed["office"]) == ("445299102", "445299101")


def test_a_duty_of_the_land_department_falls_to_the_countys_only_one():
    known = departments(**{"LD-1": "land", "PW-1": "power"})

    (row,) = told(judged(ORDERED, [("found", "2026-03-06")], departments=known), "ordered")
    (without,) = told(judged(ORDERED, [("found", "2026-03-06")]), "ordered")

    assert (row["office"], row["office_name"]) == ("LD-1", "示范县LD-1")
    assert without["office"] == COUNTY
    assert "office_name" not in without


def test_a_notice_to_the_power_supplier_binds_no_other_department():
    known = departments(**{"PW-1": "power", "WT-1": "water"})
    table = judged(CUT, [("department_notified", "2026-03-06", "PW-1")], as_of=date(2026, 3, 9), departments=known)

    (power,), (water,) = (told(table, "cut", actor) for actor in _UTILITY)

    assert (power["office"], power["status"]) == ("PW-1", "open")
    assert (water["status"], water["reason"]) == ("not_applicable", "not_addressed")
    assert "office" not in water


def test_an_office_of_unknown_kind_is_taken_for_the_only_kind_that_owes_anything():
    (police,) = told(judged(DECIDED, [("received", "2026-06-29", "示范县公安局")]), "decided")
    power = told(judged(CUT, [("department_notified", "2026-06-29", "某单位")]), "cut", "power")

    assert (police["office"], police["status"]) == ("示范县公安局", "open")
    assert power[0]["reason"] == "not_addressed"


def test_of_a_department_that_no_notice_names_the_one_that_did_it_is_known():
    known = departments(**{"PW-1": "power", "WT-1": "water"})
    table = judged(
        CUT, [("department_notified", "2026-03-06"), ("supply_cut", "2026-03-09", "PW-1")], departments=known
    )

    (power,), (water,) = (told(table, "cut", actor) for actor in _UTILITY)

    assert (power["office"], power["status"]) == ("PW-1", "met")
    assert (water["status"], "office" in water) == ("overdue", False)


def test_one_supplier_does_not_cut_for_another_of_its_kind():
    known = departments(**{"PW-1": "power", "PW-2": "power"})
    happened = [
        ("department_notified", "2026-03-06", "PW-1"), ("department_notified", "2026-03-06", "PW-2"),
        ("supply_cut", "2026-03-09", "PW-1"),
    ]  # fmt: skip

    rows = told(judged(CUT, happened, departments=known), "cut", "power")

    assert [(row["office"], row["status"]) for row in rows] == [("PW-1", "met"), ("PW-2", "overdue")]


def test_a_stop_counts_whoever_brought_it_about():
    (row,) = told(judged(NOTICED, [("notified", "2026-03-06"), ("stopped", "2026-03-09", COUNTY)]), "noticed")

    assert row["status"] == "met"


# ---- when it begins and ends ------------------------------------------------------------------------------------


def test_a_notice_after_the_answer_starts_the_duty_anew():
    happened = [("notified", "2026-03-02"), ("stopped", "2026-03-03"), ("notified", "2026-03-09")]

    rows = told(judged(NOTICED, happened, as_of=date(2026, 3, 12)), "noticed")

    assert [(row["from_on"].day, row["status"], row.get("days_over")) for row in rows] == [
        (2, "met", None),
        (9, "overdue", 1),
    ]


def test_found_on_stands_in_for_a_find_that_is_not_among_the_events():
    assert told(judged(ORDERED, [], of=cases(found_on="2026-06-20")), "ordered")[0]["waited"] == "10 d"
    both = judged(ORDERED, [("found", "2026-06-25")], of=cases(found_on="2026-06-20"))
    assert told(both, "ordered")[0]["waited"] == "5 d"
    assert told(judged(ORDERED, [], of=cases()), "ordered")[0]["reason"] == "no_from_event"


def test_hours_are_told_where_both_moments_are_known():
    found = ("found", "2026-03-06", None, {"at": "2026-03-06T09:00+08:00"})
    ordered = ("stop_ordered", "2026-03-06", None, {"at": "2026-03-06T14:30+08:00"})

    assert told(judged(ORDERED, [found, ordered]), "ordered")[0]["waited"] == "5.5 h"
    assert told(judged(ORDERED, [found, ("stop_ordered", "2026-03-07")]), "ordered")[0]["waited"] == "1 d"


def test_only_confirmed_cases_owe_anything_but_idle_land_needs_no_violation():
    idle = made_up("idle", ("land_user",), "supplied", ("used",), Period("years", 1))
    happened = [("supplied", "2025-03-01"), ("supplied", "2025-03-01", None, {"case_id": "闲置1"})]

    table = judged(idle, happened, of=cases(status="suspected"))

    assert table[["case_id", "status"]].to_numpy().tolist() == [["闲置1", "overdue"]]
    assert judged(NOTICED, [("notified", "2026-03-06")], of=cases(status="suspected")).empty


def test_days_of_the_users_own_move_the_last_day():
    table = judged(NOTICED, [("notified", "2026-03-06")], overrides={date(2026, 3, 9): False})

    assert table["due_on"].to_list() == [pd.Timestamp("2026-03-11")]


def test_a_fact_recorded_after_the_stated_day_is_not_known_yet():
    happened, declared = [("received", "2026-03-02")], [("grave", "2026-03-20")]

    status = {
        day: judged(DECIDED, happened, declared=declared, as_of=date(2026, 3, day))["status"][0] for day in (19, 20)
    }

    assert status == {19: "overdue", 20: "not_applicable"}


def test_a_regulation_without_a_date_of_force_has_no_duties():
    table = duties(cases(), events(), declarations(), replace(JIEYANG, in_force_from=None), as_of=TODAY)

    check(table, DUTIES)
    assert table.empty


def test_no_cases_make_an_empty_table_that_is_in_order():
    table = duties(cases().iloc[:0], events(), declarations(), JIEYANG, as_of=TODAY)

    check(table, DUTIES)
    assert table.empty


def test_a_table_that_is_not_in_order_is_refused():
    with pytest.raises(TableError, match=r"The table 'case_events' .* lacks the columns \['on'\]"):
        duties(cases(), events().drop(columns="on"), declarations(), JIEYANG, as_of=TODAY)
    with pytest.raises(TableError, match=r"The table 'patrol_days' .* lacks the columns"):
        duties(cases(), events(), declarations(), JIEYANG, as_of=TODAY, patrol_days=pd.DataFrame())


def test_the_input_is_unchanged():
    given_events, given_cases = events(("found", "2026-03-06"), ("stopped", "2026-03-07")), cases(found_on="2026-03-06")
    before = given_events.copy(), given_cases.copy()

    duties(given_cases, given_events, declarations(), regulation(NOTICED, ORDERED), as_of=TODAY)

    pd.testing.assert_frame_equal(given_events, before[0])
    pd.testing.assert_frame_equal(given_cases, before[1])


# ---- each working day and each month ----------------------------------------------------------------------------

PATROL = made_up("patrol", ("land",), "working_day", ("patrolled",), Period("same_day"), per="working_day")
REPORT = made_up("report", ("county",), "month", ("monthly_report",), Period("end_of_month"), per="month")


def patrol_days(*rows):
    """One row per working day of the county: day, reason, excuse or None."""
    frame = pd.DataFrame(rows, columns=["on", "reason", "excuse"])
    return frame.assign(
        on=pd.to_datetime(frame["on"]).astype("datetime64[s]"),
        office=COUNTY,
        level="county",
        is_compliant=frame["reason"] == "patrolled",
        is_excused=frame["excuse"].notna(),
    )


def test_each_working_day_owes_a_patrol_that_stands_in_the_ledger():
    days = patrol_days(
        ("2026-06-22", "patrolled", None),
        ("2026-06-23", "patrolled", None),
        ("2026-06-24", "no_trip", None),
        ("2026-06-25", "too_short", None),
        ("2026-06-26", "patrolled", "台风"),
        ("2026-06-29", "no_trip", None),
    )
    ledger = [date(2026, 6, 22), date(2026, 6, 26)]

    table = judged(PATROL, [], as_of=date(2026, 6, 29), patrol_days=days, ledger_days=ledger)

    assert table["case_id"].isna().all()
    assert set(table["office"]) == {COUNTY}
    assert [(on.day, status, reason) for on, status, reason in zip(table["due_on"].fillna(table["from_on"]), table["status"], table["reason"].fillna(""), strict=True)] == [
        (22, "met", ""),
        (23, "overdue", "not_in_ledger"),
        (24, "overdue", "no_trip"),
        (25, "overdue", "too_short"),
        (26, "not_applicable", "excused:台风"),
        (29, "open", "no_trip"),
    ]  # fmt: skip


def test_without_a_ledger_a_patrol_is_enough_and_without_patrols_nothing_is_said():
    days = patrol_days(("2026-06-23", "patrolled", None))

    assert judged(PATROL, [], patrol_days=days)["status"].to_list() == ["met"]
    assert judged(PATROL, [], patrol_days=days, ledger_days=[])["status"].to_list() == ["overdue"]
    assert judged(PATROL, []).empty


def test_days_after_the_stated_one_are_not_owed_yet():
    assert judged(PATROL, [], as_of=date(2026, 6, 22), patrol_days=patrol_days(("2026-06-23", "no_trip", None))).empty


def test_each_month_owes_a_report_by_its_last_day():
    reports = [
        (None, "2026-03-31", COUNTY, "2026-03"),  # on the last day
        (None, "2026-05-01", "LD-1", "2026-04"),  # a day late, by the county's land department
        (None, "2026-05-29", None, None),  # for the month of its day
    ]
    happened = [
        ("monthly_report", on, office, {"case_id": case, "period": month}) for case, on, office, month in reports
    ]
    known = departments(**{"LD-1": "land"})

    table = judged(REPORT, [("found", "2026-02-10"), *happened], as_of=date(2026, 6, 15), departments=known)

    assert set(table["office"]) == {COUNTY}
    assert [(row.from_on.month, row.due_on.day, row.status) for row in table.itertuples()] == [
        (2, 28, "overdue"), (3, 31, "met"), (4, 30, "met_late"), (5, 31, "met"), (6, 30, "open"),
    ]  # fmt: skip
    assert table["days_over"].fillna(0).to_list() == [107, 0, 1, 0, 0]  # 28 February to 15 June: 31 + 30 + 31 + 15
    assert table["days_left"].fillna(-1).to_list() == [-1, -1, -1, -1, 15]


def test_the_last_day_of_february_is_no_working_day_and_stays_where_it_is():
    # 28 February 2027 is a Sunday; a month ends when it ends
    assert last_day(date(2027, 2, 1), Period("end_of_month")) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("on", "years", "last"),
    [
        # 《民法典》第二百零二条: the last day is the corresponding day; without one, the last day of the month
        ("2025-03-01", 1, "2026-03-01"),
        ("2024-02-29", 1, "2025-02-28"),
        ("2024-02-29", 4, "2028-02-29"),
        ("2023-02-28", 1, "2024-02-28"),
        ("2024-12-31", 2, "2026-12-31"),
    ],
)
def test_a_year_ends_with_the_day_of_the_same_number(on, years, last):
    assert last_day(date.fromisoformat(on), Period("years", years)) == date.fromisoformat(last)


def test_a_period_of_unknown_unit_is_refused():
    with pytest.raises(RegulationError, match=r"no period in 'weeks'; known are \['working_days', 'days'"):
        last_day(date(2026, 3, 2), Period("weeks", 1))


def test_a_reason_is_put_into_words_and_an_unknown_one_is_refused():
    assert duty_reason_in("not_declared:in_plan_area", "zh", name="规划区内") == "未登记认定事实：规划区内"
    with pytest.raises(InputError, match="There is no reason 'because' for a duty; known are"):
        duty_reason_in("because", "en")


# ---- what must hold whatever happened ---------------------------------------------------------------------------

LAW = regulation(NOTICED, CUT, DECIDED)
KINDS = ("notified", "stopped", "continued", "department_notified", "supply_cut", "received", "decided")
CASES = [f"C{number:03d}" for number in range(120)]
ROW = ["duty", "actor", "case_id"]
seeds = st.integers(0, 2**32 - 1)


def happenings(seed, size=7):
    """Up to `size` events in each of many cases at once: one call judges as many situations as there are cases."""
    random = np.random.default_rng(seed)
    number = len(CASES) * size
    return [
        (kind, FIRST_DAY + timedelta(days=int(day)), office or None, {"case_id": case_id})
        for kind, day, office, case_id in zip(
            random.choice(KINDS, number),
            random.integers(0, 40, number),
            random.choice(["", "", "power", "445299101"], number),
            random.choice(CASES, number),
            strict=True,
        )
    ]


def judge(happened, as_of=TODAY, only=CASES):
    declared = [("grave", date(2026, 2, 20), case_id) for case_id in only[::3]]
    return duties(cases(*only), events(*happened), declarations(*declared), LAW, as_of=as_of)


def met(table):
    return set(table.loc[table["status"] == "met", [*ROW, "from_on", "done_on"]].itertuples(index=False, name=None))


@settings(max_examples=2)
@given(seeds)
def test_what_is_met_stays_met_on_every_later_day(seed):
    happened = happenings(seed)

    kept = [met(judge(happened, FIRST_DAY + timedelta(days=days))) for days in (5, 12, 13, 25, 60)]

    assert len(kept[0]) > 0
    assert all(earlier <= later for earlier, later in pairwise(kept))


@settings(max_examples=2)
@given(seeds, seeds)
def test_more_events_never_make_a_met_duty_overdue_but_for_a_stop_that_did_not_hold(seed, more):
    happened = happenings(seed, size=4)
    further = [one for one in happenings(more, size=2) if one[0] != "continued"]

    before, after = judge(happened), judge([*happened, *further])

    done = after[after["status"].isin(["met", "met_late"])]
    assert {row[:3] for row in met(before)} <= set(done[ROW].itertuples(index=False, name=None))


@settings(max_examples=2)
@given(seeds)
def test_the_order_of_rows_does_not_matter(seed):
    happened = happenings(seed)
    shuffled = [happened[number] for number in np.random.default_rng(seed + 1).permutation(len(happened))]

    pd.testing.assert_frame_equal(judge(happened), judge(shuffled))


@settings(max_examples=2)
@given(seeds)
def test_a_cases_duties_do_not_depend_on_other_cases(seed):
    happened, own = happenings(seed), CASES[:30]
    alone = judge([one for one in happened if one[3]["case_id"] in own], only=own)

    together = judge(happened)

    pd.testing.assert_frame_equal(together[together["case_id"].isin(own)].reset_index(drop=True), alone)
