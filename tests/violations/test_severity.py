"""The law as examples, and what must hold for any areas."""

import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.core.errors import RegulationError, TableError
from geoenforce.core.terms import LandClass, Operator, Severity
from geoenforce.rules.regulation import Regulation, load_regulation
from geoenforce.violations.severity import compare, grade, may_change, ten_thousandths

LAWS = Path(__file__).parents[1] / "laws"
JIEYANG = load_regulation("jieyang-2009")
AREAS = ("basic_farmland_mu", "other_cultivated_mu", "other_mu")
amounts = st.integers(0, 600_000).map(lambda tenths: tenths / 10_000)


def cases(*rows):
    return pd.DataFrame(
        rows, columns=AREAS, index=pd.Index([f"C{n}" for n in range(len(rows))], name="case_id"), dtype=float
    )


def examples():
    for path in sorted(LAWS.glob("*.toml")):
        law = tomllib.loads(path.read_text(encoding="utf-8"))
        for example in law["example"]:
            yield pytest.param(law["regulation"], example, id=example["says"])


@pytest.mark.parametrize(("regulation", "example"), list(examples()))
def test_the_law_by_example(regulation, example):
    case = cases([example.get(name, 0) for name in AREAS])

    graded = grade(case, load_regulation(regulation)).iloc[0]

    assert graded["severity"] == example["severity"]
    assert (graded["decided_by"] if pd.notna(graded["decided_by"]) else None) == example.get("decided_by")
    assert bool(graded["near_threshold"]) is example["near_threshold"]


def test_each_case_carries_its_six_comparisons_with_margins():
    rows = compare(cases([6.2, 0, 41.0]), JIEYANG)

    assert rows[["land_class", "severity", "limit_mu", "margin_mu", "holds"]].to_numpy().tolist() == [
        ["basic_farmland", "serious", 5.0, 1.2, True],
        ["basic_farmland", "especially_serious", 10.0, -3.8, False],
        ["other_cultivated", "serious", 10.0, -10.0, False],
        ["other_cultivated", "especially_serious", 20.0, -20.0, False],
        ["other", "serious", 20.0, 21.0, True],
        ["other", "especially_serious", 40.0, 1.0, True],
    ]
    assert set(rows["citation"]) == {"揭府〔2009〕56号 第三十六条"}
    assert set(rows["operator"]) == {"at_least"}


def test_comparisons_stand_in_the_order_of_the_cases():
    assert compare(cases([1, 0, 0], [2, 0, 0]), JIEYANG)["case_id"].to_list() == ["C0"] * 6 + ["C1"] * 6


@given(st.lists(st.tuples(amounts, amounts, amounts), min_size=1, max_size=20), st.randoms())
def test_order_of_rows_does_not_matter(rows, random):
    table = cases(*rows)
    shuffled = table.sample(frac=1, random_state=random.randint(0, 2**31))

    graded, graded_shuffled = grade(table, JIEYANG), grade(shuffled, JIEYANG)

    pd.testing.assert_frame_equal(graded_shuffled.sort_index(), graded.sort_index())


@given(st.tuples(amounts, amounts, amounts), st.sampled_from(AREAS), amounts)
def test_more_ground_never_lowers_a_grade(row, name, more):
    small = cases(row)
    large = small.assign(**{name: small[name] + more})

    ranks = [Severity.of(grade(table, JIEYANG)["severity"].iloc[0]).rank for table in (small, large)]

    assert ranks[0] <= ranks[1]


@given(amounts, amounts, amounts)
def test_the_grade_is_that_of_the_gravest_comparison_that_holds(basic, cultivated, other):
    table = cases([basic, cultivated, other])

    held = compare(table, JIEYANG).query("holds")["severity"]

    gravest = max((Severity.of(code) for code in held), key=lambda one: one.rank, default=Severity.ORDINARY)
    assert grade(table, JIEYANG)["severity"].iloc[0] == gravest.value


@given(st.integers(0, 10**9), st.integers(0, 9))
def test_rounding_is_half_up_in_decimal(ten_thousandth, fifth):
    value = float(f"{ten_thousandth // 10_000}.{ten_thousandth % 10_000:04d}{fifth}")

    assert ten_thousandths(pd.Series([value])).tolist() == [ten_thousandth + (fifth >= 5)]


@pytest.mark.parametrize(
    ("areas", "error_mu", "changes"),
    [((4.9, 0, 0), 0.09, False), ((4.9, 0, 0), 0.1, True), ((5.05, 0, 0), 0.1, True), ((0, 0, 3.0), 4.0, False),
     ((12.0, 0, 0), 1.0, False), ((6.0, 0, 40.1), 0.2, True)],
)  # fmt: skip
def test_a_grade_is_sensitive_where_the_boundarys_error_could_change_it(areas, error_mu, changes):
    table = cases(areas)

    found = may_change(table, pd.Series([error_mu], index=table.index), JIEYANG)

    assert found.to_list() == [changes]


def test_the_margin_of_near_is_the_callers():
    assert grade(cases([4.8, 0, 0]), JIEYANG, near_threshold=0.05)["near_threshold"].to_list() == [True]
    assert grade(cases([5.0, 0, 0]), JIEYANG, near_threshold=0)["near_threshold"].to_list() == [True]
    assert grade(cases([5.0001, 0, 0]), JIEYANG, near_threshold=0)["near_threshold"].to_list() == [False]


def test_no_case_is_no_grade():
    assert grade(cases(), JIEYANG).empty
    assert compare(cases(), JIEYANG).empty


@pytest.mark.parametrize("function", [grade, compare])
def test_a_table_out_of_order_is_refused(function):
    with pytest.raises(TableError, match=r"has no other_mu in \['C0'\]"):
        function(cases([1, 1, None]), JIEYANG)


@pytest.mark.parametrize("function", [grade, compare])
def test_a_regulation_that_grades_nothing_is_refused(function):
    silent = Regulation(**{**vars(JIEYANG), "id": "silent", "grades": ()})

    with pytest.raises(RegulationError, match="silent: this regulation grades no cases"):
        function(cases([1, 1, 1]), silent)


@pytest.mark.parametrize("function", [grade, compare])
def test_a_regulation_without_a_date_is_shown_but_not_applied(function):
    undated = Regulation(**{**vars(JIEYANG), "id": "undated", "in_force_from": None})

    with pytest.raises(RegulationError, match="undated: the text of this regulation carries no date"):
        function(cases([1, 1, 1]), undated)


def test_the_callers_table_is_unchanged():
    table = cases([5, 5, 5])
    before = table.copy(deep=True)

    grade(table, JIEYANG)
    compare(table, JIEYANG)

    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("operator", "expected"),
    [("at_least", [False, True, True]), ("more_than", [False, False, True]),
     ("less_than", [True, False, False]), ("at_most", [True, True, False])],
)  # fmt: skip
def test_a_users_regulation_may_use_any_operator(operator, expected):
    serious = JIEYANG.grades[0]
    limit = replace(serious.limits[LandClass.BASIC_FARMLAND], operator=Operator(operator))
    never = replace(limit, operator=Operator.MORE_THAN, value=Decimal(1000))
    only = replace(serious, limits=dict.fromkeys(LandClass, never) | {LandClass.BASIC_FARMLAND: limit})

    graded = grade(cases([4.9999, 0, 0], [5, 0, 0], [5.0001, 0, 0]), replace(JIEYANG, grades=(only,)))

    assert (graded["severity"] == "serious").to_list() == expected
