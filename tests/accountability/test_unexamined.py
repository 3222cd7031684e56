"""Silence is no answer: what could not be examined is told."""

from dataclasses import replace
from datetime import date

import pandas as pd

from geoenforce.accountability.facts import gather
from geoenforce.accountability.uncertain import uncertain_deadlines
from geoenforce.accountability.unexamined import not_examined, running_cases, unplaced_cases
from geoenforce.rules.regulation import load_regulation
from tests.accountability import situations as make
from tests.accountability.situations import COUNTY, ONE, OTHER

JIEYANG = load_regulation("jieyang-2009")
GRAVE = [make.declaration("D1", ONE, "grave_effect")]


def issues(**tables):
    return not_examined(gather(make.sources(**tables), JIEYANG, as_of=make.AS_OF), JIEYANG)


def test_a_recorded_grave_effect_without_a_ratio_is_told():
    table = issues(declarations=GRAVE)

    assert table[["feature", "problem", "action"]].to_numpy().tolist() == [[ONE, "circumstance_not_examined", "noted"]]
    assert "D1" in table["detail"].iloc[0]
    assert "no record of new construction" in table["detail"].iloc[0]


def test_with_a_ratio_it_was_examined():
    low = make.occupation([{"office": ONE, "illegal_mu": 1, "taken_mu": 100}])

    assert issues(declarations=GRAVE, occupation=low).empty


def test_illegal_ground_without_a_ratio_is_told_once_for_each_unit():
    table = issues(occupation=make.occupation([{"office": ONE, "illegal_mu": 5}]))

    assert table[["feature", "problem"]].to_numpy().tolist() == [
        [COUNTY, "ratio_not_computable"], [ONE, "ratio_not_computable"]
    ]  # fmt: skip


def test_a_table_smaller_than_the_illegal_area_is_told():
    below = make.occupation(
        [{"office": ONE, "illegal_mu": 5}], cultivated_taken=[{"office": ONE, "year": 2026, "cultivated_mu": 4.0}]
    )

    details = issues(occupation=below).set_index("feature")["detail"]

    assert details[ONE].endswith("the table of cultivated land taken has less than was taken unlawfully.")
    assert OTHER not in details


def test_a_serious_case_in_no_township_is_told():
    nowhere = {**make.case("A"), "township_code": None, "township_shares": None}
    sources = make.sources(cases=[nowhere, make.case("B"), {**make.case("C", "ordinary"), "township_shares": None}])

    assert unplaced_cases(sources, JIEYANG, as_of=make.AS_OF)["feature"].to_list() == ["A"]


def test_a_case_whose_time_to_be_stopped_still_runs_is_named_with_its_day():
    cases = [make.case("A", found_on=date(2026, 6, 29)), make.case("B", found_on=date(2026, 6, 25))]
    facts = gather(make.sources(cases=cases), JIEYANG, as_of=date(2026, 6, 30))

    issues = running_cases(facts, JIEYANG)

    assert issues[["feature", "problem"]].to_numpy().tolist() == [["A", "time_to_stop_runs"]]
    assert issues["detail"].to_list() == [
        "The case is not stopped; it can be, in time, until 2026-07-01, so it does not count yet for 445299, 445299101 "
        "(揭府〔2009〕56号)."
    ]


# ---- deadlines in a year whose calendar nobody has published -----------------------------------------------------------


def owed(*rows):
    return pd.DataFrame(rows, columns=["duty", "from_on", "due_on"]).astype(
        dict.fromkeys(("from_on", "due_on"), "datetime64[s]")
    )


def test_time_limits_that_rest_on_an_unpublished_year_are_counted_and_named():
    case = make.case("A", found_on=date(2097, 12, 31))
    rows = owed(
        ("J17-noticed", "2097-12-31", "2098-01-03"),
        ("J23-result", "2097-12-20", "2098-01-20"),  # 30 days: only the last day asks a calendar
        ("J14-idle-1", "2097-12-31", "2098-12-31"),  # a year asks none
        ("J16-execute", "2097-12-31", None),
    )

    issues = uncertain_deadlines(rows, make.sources(cases=[case]), JIEYANG, as_of=date(2098, 1, 2))

    assert issues["problem"].to_list() == ["calendar_not_published"]
    assert (
        "The working days of 2098 are not published yet, and 3 time limits of 揭府〔2009〕56号" in issues["detail"][0]
    )
    assert "1 January, 1 and 2 May and 1 to 3 October" in issues["detail"][0]


def test_time_limits_of_published_years_and_of_a_calendar_of_the_users_are_certain():
    spring = {date(2097, 2, day): False for day in (11, 12, 13, 14, 15, 18, 19, 20, 21, 22)}
    rows = owed(("J17-noticed", "2026-12-28", "2026-12-30")), owed(("J17-noticed", "2097-06-03", "2097-06-05"))

    assert uncertain_deadlines(rows[0], make.sources(), JIEYANG, as_of=date(2026, 12, 31)).empty
    given = replace(make.sources(), overrides=spring)
    assert uncertain_deadlines(rows[1], given, JIEYANG, as_of=date(2097, 12, 31)).empty
    assert len(uncertain_deadlines(rows[1], make.sources(), JIEYANG, as_of=date(2097, 12, 31))) == 1
