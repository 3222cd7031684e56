"""What a finding rests on is all there: what counted, what was left out, and by which reading."""

import json
import math
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.accountability.facts import gather
from geoenforce.accountability.shares import share
from geoenforce.accountability.sources import Reading
from geoenforce.core.accountability_tables import FACTS
from geoenforce.core.errors import TableError
from geoenforce.core.tables import check
from geoenforce.rules.regulation import load_regulation
from tests.accountability import situations as make
from tests.accountability.situations import COUNTY, ONE

JIEYANG = load_regulation("jieyang-2009")


def facts(regulation=JIEYANG, as_of=make.AS_OF, reading=None, **tables):
    table = gather(make.sources(**tables), regulation, as_of=as_of, reading=reading or Reading())
    check(table, FACTS)
    return table.set_index(["office", "year", "fact"])


def test_a_case_stopped_in_time_is_left_out_and_listed_with_its_days():
    table = facts(
        cases=[make.case("A", found_on=date(2026, 3, 6)), make.case("B", found_on=date(2026, 3, 6)), make.case("C")],
        events=[make.event("A", "stopped", "2026-03-10"), make.event("B", "stopped", "2026-03-11")],
    )

    row = table.loc[(ONE, 2026, "serious_cases")]
    detail = json.loads(row["detail"])
    assert (row["value"], json.loads(row["evidence"])) == (2, ["B", "C"])
    assert detail["stopped_in_time"] == [
        {
            "case_id": "A",
            "stopped_on": "2026-03-10",
            "by_event": "stopped",
            "from_event": "found",
            "from_on": "2026-03-06",
            "due_on": "2026-03-10",
        }
    ]
    assert [one["case_id"] for one in detail["stopped_late"]] == ["B"]


def test_the_detail_names_the_readings_used():
    reading = Reading(serious_includes_especially_serious=False, case_attribution="every")

    detail = json.loads(facts(reading=reading).loc[(ONE, 2026, "serious_cases"), "detail"])

    assert detail["serious_includes_especially_serious"] is False
    assert detail["case_attribution"] == "every"


def test_a_unit_without_anything_has_zeros_and_no_ratio():
    table = facts()

    assert table.loc[(COUNTY, 2026, "serious_cases"), "value"] == 0
    assert table.loc[(COUNTY, 2026, "obstruction"), "value"] == 0
    assert math.isnan(table.loc[(COUNTY, 2026, "illegal_occupation_ratio"), "value"])
    assert json.loads(table.loc[(COUNTY, 2026, "illegal_occupation_ratio"), "detail"]) == {
        "not_computable": "no_record"
    }


def test_the_ratio_shows_both_parts_before_and_after_deductions():
    deduction = {
        "deduction_id": "K1", "office": ONE, "year": 2026, "illegal_mu": 5.0, "taken_mu": 0.0,
        "on": pd.Timestamp("2026-06-30"), "reason": "recultivated",
    }  # fmt: skip
    occupation = make.occupation([{"office": ONE, "illegal_mu": 15, "taken_mu": 100}], deductions=[deduction])

    table = facts(occupation=occupation)
    after = json.loads(table.loc[(ONE, 2026, "illegal_occupation_ratio_after_deductions"), "detail"])

    assert table.loc[(ONE, 2026, "illegal_occupation_ratio"), "value"] == 0.15
    assert table.loc[(ONE, 2026, "illegal_occupation_ratio_after_deductions"), "value"] == 0.1
    assert (after["illegal_mu"], after["taken_mu"]) == (10, 100)
    assert (after["illegal_before_deductions_mu"], after["taken_before_deductions_mu"]) == (15, 100)
    assert after["deductions"] == [{"deduction_id": "K1", "illegal_mu": 5.0, "taken_mu": 0.0}]
    assert json.loads(table.loc[(ONE, 2026, "illegal_occupation_ratio"), "evidence"]) == ["V0"]


def test_who_recorded_a_fact_does_not_reach_the_facts():
    table = facts(declarations=[make.declaration("D1", ONE, "obstruction")])

    row = table.loc[(ONE, 2026, "obstruction")]
    assert json.loads(row["evidence"]) == ["D1"]
    assert "somebody" not in row["detail"]


def test_only_facts_that_a_rule_asks_for_are_stated():
    regulation = replace(JIEYANG, rules=tuple(rule for rule in JIEYANG.rules if rule.id == "J27"))

    assert set(facts(regulation).reset_index()["fact"]) == {"serious_cases", "especially_serious_cases", "obstruction"}


def test_a_county_project_states_nothing_of_the_prefecture():
    assert set(facts().reset_index()["office"]) == {COUNTY, ONE, make.OTHER}


def test_a_regulation_without_a_date_of_force_states_nothing():
    assert gather(make.sources(), load_regulation("jiangsu-co-responsibility"), as_of=make.AS_OF).empty


def test_a_table_that_is_not_in_order_is_refused():
    sources = make.sources()
    with pytest.raises(TableError, match=r"'case_events'.*lacks the columns \['on'\]"):
        gather(replace(sources, events=sources.events.drop(columns="on")), JIEYANG, as_of=make.AS_OF)


@given(st.integers(1, 10**12), st.integers(1, 10**12), st.sampled_from([Fraction(1, 10), Fraction(3, 20)]))
def test_a_ratio_compares_with_a_limit_as_the_fraction_does(illegal, taken, limit):
    near = int(taken * limit)  # the whole numbers next to the limit are where it matters
    for one in (illegal, near, near + 1):
        ratio = Fraction(Decimal(repr(share(one / 10_000, taken / 10_000))))
        assert (ratio >= limit, ratio > limit) == (Fraction(one, taken) >= limit, Fraction(one, taken) > limit)


def test_an_occupation_wider_than_the_units_a_rule_is_for_is_read_in_part():
    occupation = make.occupation([{"office": ONE, "illegal_mu": 15, "taken_mu": 100}], project="4452")

    assert set(facts(occupation=occupation).reset_index()["office"]) == {COUNTY, ONE, make.OTHER}


def test_a_stop_on_the_day_it_went_on_is_the_later_of_the_two():
    stops = [make.event("A", code, "2026-03-03") for code in ("stopped", "continued")]

    assert facts(cases=[make.case("A")], events=stops).loc[(ONE, 2026, "serious_cases"), "value"] == 0


def test_a_case_that_can_still_be_stopped_in_time_does_not_count_yet():
    """Found on Monday 29 June, the township has until Wednesday 1 July, the end of that day included."""
    found = {"cases": [make.case("A", found_on=date(2026, 6, 29))]}
    last, next_day = (facts(as_of=date(2026, 7, day), **found).loc[(ONE, 2026, "serious_cases")] for day in (1, 2))

    assert (last["value"], next_day["value"]) == (0, 1)
    assert json.loads(last["detail"])["time_runs"] == [
        {
            "case_id": "A", "stopped_on": None, "by_event": None, "from_event": "found", "from_on": "2026-06-29",
            "due_on": "2026-07-01",
        }
    ]  # fmt: skip
    assert json.loads(next_day["detail"])["time_runs"] == []


def test_all_cases_count_at_once_where_a_rule_asks_for_all():
    everything = replace(JIEYANG.rules[0].any_of[0].condition, fact="all_serious_cases")
    circumstance = replace(JIEYANG.rules[0].any_of[0], condition=everything)
    regulation = replace(JIEYANG, rules=(replace(JIEYANG.rules[0], any_of=(circumstance,)),))

    table = facts(regulation, as_of=date(2026, 6, 29), cases=[make.case("A", found_on=date(2026, 6, 29))])

    assert table.loc[(ONE, 2026, "all_serious_cases"), "value"] == 1


def test_a_townships_report_gives_the_county_its_own_time():
    happened = {
        "cases": [make.case("A", found_on=date(2026, 6, 22))],
        "events": [make.event("A", "reported_unstoppable", "2026-06-26")],  # a Friday: until Wednesday 1 July
    }

    table = facts(as_of=date(2026, 7, 1), **happened)

    assert (table.loc[(ONE, 2026, "serious_cases"), "value"], table.loc[(COUNTY, 2026, "serious_cases"), "value"]) == (
        1,
        0,
    )
    assert facts(as_of=date(2026, 7, 2), **happened).loc[(COUNTY, 2026, "serious_cases"), "value"] == 1


@pytest.mark.parametrize("end", ["corrected", "demolished", "recultivated"])
def test_what_was_ended_was_stopped_by_then_at_the_latest(end):
    case = make.case("A", found_on=date(2026, 3, 6))

    in_time, late = (
        facts(cases=[case], events=[make.event("A", end, f"2026-03-{day}")]).loc[(ONE, 2026, "serious_cases")]
        for day in (10, 11)
    )

    assert (in_time["value"], json.loads(in_time["detail"])["stopped_in_time"][0]["by_event"]) == (0, end)
    assert (late["value"], json.loads(late["detail"])["stopped_late"][0]["stopped_on"]) == (1, "2026-03-11")


def test_an_end_after_which_it_went_on_is_none():
    events = [make.event("A", "corrected", "2026-03-03"), make.event("A", "continued", "2026-03-20")]

    assert facts(cases=[make.case("A")], events=events).loc[(ONE, 2026, "serious_cases"), "value"] == 1
