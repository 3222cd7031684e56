"""How far to the next article: cases, or mu of cultivated land."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.accountability.facts import gather
from geoenforce.accountability.warnings import early_warnings, mu_to_go
from geoenforce.core.accountability_tables import WARNINGS
from geoenforce.core.tables import check
from geoenforce.rules.regulation import load_regulation
from tests.accountability import situations as make
from tests.accountability.situations import COUNTY, ONE

JIEYANG = load_regulation("jieyang-2009")
JIANGSU = replace(load_regulation("jiangsu-co-responsibility"), in_force_from=make.DAY)


def warnings(regulation=JIEYANG, office=ONE, **tables):
    facts = gather(make.sources(**tables), regulation, as_of=make.AS_OF)
    table = early_warnings(facts, regulation, year=2026)
    check(table, WARNINGS)
    return table[table["office"] == office].set_index(["rule", "fact"])


def areas(illegal_mu, taken_mu=100):
    return make.occupation([{"office": ONE, "illegal_mu": illegal_mu, "taken_mu": taken_mu}])


@pytest.mark.parametrize(("serious", "to_go", "is_close"), [(0, 3, False), (1, 2, False), (2, 1, True)])
def test_cases_to_go(serious, to_go, is_close):
    row = warnings(cases=make.many(serious)).loc[("J27", "serious_cases")]

    assert (row["value"], row["limit"], row["to_go"], row["to_go_unit"]) == (serious, 3, to_go, "case")
    assert row["is_close"] == is_close


def test_a_rule_that_applies_already_gives_no_warning_and_the_next_one_does():
    table = warnings(cases=make.many(3))

    assert "J27" not in table.index.get_level_values("rule")
    assert table.loc[("J30-1", "serious_cases"), "to_go"] == 2


def test_the_first_especially_serious_case_is_no_close_call_where_nothing_has_happened():
    row = warnings().loc[("J27", "especially_serious_cases")]

    assert (row["to_go"], row["is_close"]) == (1, False)


def test_a_case_that_will_count_unless_it_is_stopped_in_time_is_a_close_call():
    today = date(2026, 6, 29)
    cases = make.cases(make.case("A", "especially_serious", found_on=today))
    facts = gather(make.sources(cases=cases), JIEYANG, as_of=today)

    rows = early_warnings(facts, JIEYANG, year=2026).query("office == @ONE").set_index(["rule", "fact"])

    assert rows.loc[("J27", "especially_serious_cases"), ["value", "to_go", "is_close"]].to_list() == [0, 1, True]
    assert rows.loc[("J30-1", "especially_serious_cases"), ["to_go", "is_close"]].to_list() == [2, False]
    assert set(rows.loc[["J27", "J30-1"], "time_runs"]) == {1}  # it would count as serious, too
    assert set(rows.drop(["J27", "J30-1"])["time_runs"]) == {0}


def test_no_case_can_still_be_stopped_in_time_once_its_days_have_passed():
    assert set(warnings(cases=make.many(2))["time_runs"]) == {0}


@pytest.mark.parametrize(
    ("illegal_mu", "to_go", "is_close"),
    # (illegal + x) / (100 + x) = 15 %: x = (15 - illegal) / 0.85
    [(0, 17.6471, False), (10, 5.8824, False), (13.5, 1.7648, True), (14.99, 0.0118, True)],
)
def test_mu_to_go_before_fifteen_per_cent(illegal_mu, to_go, is_close):
    row = warnings(occupation=areas(illegal_mu)).loc[("J31-1", "illegal_occupation_ratio")]

    assert (row["to_go"], row["to_go_unit"], row["limit"], row["operator"]) == (to_go, "mu", 0.15, "at_least")
    assert row["is_close"] == is_close


def test_at_exactly_ten_per_cent_any_ground_brings_the_interview():
    row = warnings(JIANGSU, COUNTY, occupation=areas(10)).loc[("S11-talk", "illegal_occupation_ratio")]

    assert (row["to_go"], row["operator"], row["is_close"]) == (0, "more_than", True)


def test_a_ratio_that_cannot_be_computed_has_no_distance():
    assert ("J31-1", "illegal_occupation_ratio") not in warnings().index


def test_one_more_measure_in_the_year():
    departments = [{"office": "land-1", "office_name": "自然资源局", "kind": "land", "unit_code": COUNTY}]
    talks = [make.measure("M1", "land-1", "admonishment_talk", "2026-04-01")]

    row = warnings(office="land-1", departments=departments, measures=talks).loc[
        ("J29-5", "admonishment_talk_received")
    ]

    assert (row["to_go"], row["to_go_unit"], row["is_close"]) == (1, "measure", True)


def test_what_only_time_or_a_person_brings_about_is_no_distance():
    facts = set(warnings().reset_index()["fact"])

    assert facts == {"serious_cases", "especially_serious_cases", "circulated_criticism_received"}


@given(st.integers(0, 10**7), st.integers(1, 10**7), st.sampled_from([Decimal("0.1"), Decimal("0.15")]))
def test_the_ground_to_go_is_the_least_that_reaches_the_limit(illegal, taken, limit):
    part, whole = (Decimal(min(illegal, taken)) / 10_000, Decimal(taken) / 10_000)

    to_go = mu_to_go(part, whole, limit)

    assert part + to_go >= limit * (whole + to_go)
    less = to_go - Decimal("0.0001")
    assert to_go == 0 or part + less < limit * (whole + less)
