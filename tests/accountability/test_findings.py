"""The evaluator knows rules and facts, and no regulation; and what must hold for any of them."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geoenforce.accountability import findings as module
from geoenforce.accountability.facts import gather
from geoenforce.accountability.findings import findings
from geoenforce.core.accountability_tables import FACTS, FINDINGS
from geoenforce.core.tables import check, empty
from geoenforce.core.terms import Operator
from geoenforce.rules.articles import Circumstance, Condition, Rule
from geoenforce.rules.limits import Limit
from geoenforce.rules.regulation import load_regulation
from tests.accountability import situations as make
from tests.accountability.situations import ONE, OTHER

JIEYANG = load_regulation("jieyang-2009")
FIFTEEN = Limit(Operator.AT_LEAST, Decimal("0.15"), "1")


def facts(**values):
    """Facts of one township and year; a value of None cannot be computed."""
    rows = [(JIEYANG.id, ONE, None, "township", 2026, fact, value, "1", "[]", "{}") for fact, value in values.items()]
    return pd.DataFrame(rows, columns=FACTS.names).astype({"office_name": "str", "value": "float64"})


def regulation(*circumstances, levels=("township",)):
    rule = Rule("R", "第一条", "", "", levels, circumstances, "warning", ("main_leader",))
    return replace(JIEYANG, rules=(rule,))


def ratio(operator, limit="0.15"):
    return Circumstance("ratio", Condition("ratio", Limit(operator, Decimal(limit), "1")))


def applies(table, *circumstances):
    found = findings(table, regulation(*circumstances))
    check(found, FINDINGS)
    return len(found) == 1


def test_each_operator_on_its_limit_and_beside_it():
    reached = {
        operator: [applies(facts(ratio=value), ratio(operator)) for value in (0.1499, 0.15, 0.1501)]
        for operator in Operator
    }

    assert reached == {
        Operator.AT_LEAST: [False, True, True],
        Operator.MORE_THAN: [False, False, True],
        Operator.LESS_THAN: [True, False, False],
        Operator.AT_MOST: [True, True, False],
    }


def test_a_value_that_cannot_be_computed_reaches_no_limit_in_either_direction():
    assert not any(applies(facts(ratio=None), ratio(operator)) for operator in Operator)


def test_a_fact_that_nobody_gathered_reaches_no_limit():
    assert not applies(facts(other=1.0), ratio(Operator.LESS_THAN))


def test_a_second_condition_must_hold_as_well():
    grave = Circumstance(
        "grave", Condition("grave", None), Condition("ratio", replace(FIFTEEN, operator=Operator.LESS_THAN))
    )

    assert applies(facts(grave=1, ratio=0.1499), grave)
    assert not applies(facts(grave=1, ratio=0.15), grave)
    assert not applies(facts(grave=0, ratio=0.1), grave)
    assert not applies(facts(grave=1, ratio=None), grave)


def test_a_finding_tells_values_limits_and_the_second_condition():
    grave = Circumstance(
        "grave", Condition("grave", None), Condition("ratio", replace(FIFTEEN, operator=Operator.LESS_THAN))
    )

    table = findings(facts(grave=1, ratio=0.1), regulation(grave))

    assert make.reasons(table, f"R-{ONE}-2026") == [
        {
            "circumstance": "grave", "fact": "grave", "value": 1, "unit": "1", "operator": None, "limit": None,
            "evidence": [], "detail": {},
            "while": {
                "fact": "ratio", "value": 0.1, "unit": "1", "operator": "less_than", "limit": 0.15,
                "evidence": [], "detail": {},
            },
        }
    ]  # fmt: skip


def test_a_rule_for_other_levels_does_not_apply():
    assert findings(facts(ratio=1), regulation(ratio(Operator.AT_LEAST), levels=("county",))).empty


def test_facts_of_another_regulation_are_not_read():
    assert findings(facts(ratio=1).assign(regulation="another"), regulation(ratio(Operator.AT_LEAST))).empty


def test_no_facts_give_a_table_in_order():
    found = findings(empty(FACTS), JIEYANG)

    check(found, FINDINGS)
    assert found.empty


def test_a_finding_carries_all_that_the_article_names():
    table = findings(gather(make.sources(cases=make.many(5)), JIEYANG, as_of=make.AS_OF), JIEYANG)

    row = table.loc[f"J30-1-{ONE}-2026"]
    assert row[["article", "item", "citation"]].to_list() == [
        "第三十条", "（一）", "揭府〔2009〕56号 第三十条第（一）项"
    ]  # fmt: skip
    assert row[["measure", "or_measures", "and_measures"]].to_list() == [
        "demerit", "major_demerit", "circulated_criticism"
    ]  # fmt: skip
    assert row["roles"] == "first_responsible; directly_responsible"
    assert [reason["evidence"] for reason in make.reasons(table, row.name)] == [["A", "B", "C", "D", "E"]]


def test_the_evaluator_is_under_a_hundred_lines_and_names_no_regulation():
    text = Path(module.__file__).read_text(encoding="utf-8")
    code = text.split('"""')[-1]  # what comes after the docstrings

    assert len(text.splitlines()) < 100
    assert not any(word in code for word in ("jieyang", "jiangsu", "serious", "ratio", "第"))


# ---- what must hold for any project ----------------------------------------------------------------------------------

OFFICES = [ONE, OTHER, "445299"]
some_cases = st.lists(
    st.tuples(st.sampled_from(["serious", "especially_serious"]), st.sampled_from([ONE, OTHER]), st.booleans()),
    max_size=7,
)
some_facts = st.lists(
    st.tuples(st.sampled_from(OFFICES), st.sampled_from(["obstruction", "concealed_case", "grave_effect"])), max_size=4
)
some_measures = st.lists(
    st.tuples(st.sampled_from(OFFICES), st.sampled_from(["admonishment_talk", "circulated_criticism"]), st.booleans()),
    max_size=4,
)
some_areas = st.fixed_dictionaries({ONE: st.integers(0, 40), OTHER: st.integers(0, 40)})
projects = st.tuples(some_cases, some_facts, some_measures, some_areas)


def sources(project, *, reverse=False):
    cases, declared, imposed, areas = project
    step = -1 if reverse else 1
    rows = [make.case(f"C{n}", severity, township=township) for n, (severity, township, _) in enumerate(cases)]
    stops = [make.event(f"C{n}", "stopped", "2026-03-03") for n, (_, _, stopped) in enumerate(cases) if stopped]
    facts = [make.declaration(f"D{n}", office, fact) for n, (office, fact) in enumerate(declared)]
    measures = [
        make.measure(f"M{n}", office, code, f"2026-04-{n + 1:02}", **({"correct_by": "2026-05-01"} if late else {}))
        for n, (office, code, late) in enumerate(imposed)
    ]
    occupation = make.occupation([{"office": one, "illegal_mu": mu, "taken_mu": 100} for one, mu in areas.items()])
    return make.sources(
        cases=rows[::step], events=stops[::step], declarations=facts[::step], measures=measures[::step],
        occupation=occupation.iloc[::step],
    )  # fmt: skip


def found(project, **options):
    return findings(gather(sources(project, **options), JIEYANG, as_of=make.AS_OF), JIEYANG)


def measures_by_office(table):
    return set(zip(table["office"], table["rule"], table["measure"], strict=True))


@settings(max_examples=10)
@given(projects, some_cases)
def test_more_cases_never_lower_a_measure(project, more):
    cases, *rest = project
    few, many = found(project), found(([*cases, *more], *rest))

    assert measures_by_office(few) <= measures_by_office(many)


@settings(max_examples=10)
@given(projects, some_facts, some_measures)
def test_one_more_circumstance_never_takes_a_finding_away(project, more_facts, more_measures):
    cases, declared, imposed, areas = project
    before = found(project)
    after = found((cases, [*declared, *more_facts], [*imposed, *more_measures], areas))

    assert set(before.index) <= set(after.index)
    for finding_id in before.index:
        held = [{reason["circumstance"] for reason in make.reasons(table, finding_id)} for table in (before, after)]
        assert held[0] <= held[1]


@settings(max_examples=10)
@given(projects)
def test_the_order_of_rows_changes_nothing(project):
    pd.testing.assert_frame_equal(found(project), found(project, reverse=True))


@settings(max_examples=10)
@given(projects, projects)
def test_a_units_findings_do_not_change_with_the_data_of_another(project, other):
    """Give the other township everything of a second project, and keep what is this township's."""

    def of(rows, one, place):
        return [row for row in rows if (row[place] == ONE) == one]

    mixed = (
        [*of(project[0], True, 1), *of(other[0], False, 1)],
        [*of(project[1], True, 0), *of(other[1], False, 0)],
        [*of(project[2], True, 0), *of(other[2], False, 0)],
        {ONE: project[3][ONE], OTHER: other[3][OTHER]},
    )
    own = [
        {(rule, tuple(reason["circumstance"] for reason in make.reasons(table, finding_id)))
         for finding_id, rule in table.loc[table["office"] == ONE, "rule"].items()}
        for table in (found(project), found(mixed))
    ]  # fmt: skip
    assert own[0] == own[1]


@settings(max_examples=20)
@given(st.lists(st.floats(0, 1), min_size=4, max_size=4), st.integers(0, 3))
def test_a_rule_with_more_circumstances_finds_no_less(values, number):
    circumstances = [
        Circumstance(f"c{n}", Condition(f"f{n}", Limit(operator, Decimal("0.5"), "1")))
        for n, operator in enumerate(Operator)
    ]
    table = facts(**{f"f{n}": value for n, value in enumerate(values)})
    all_of, subset = (findings(table, regulation(*some)) for some in (circumstances, circumstances[:number]))

    assert set(subset.index) <= set(all_of.index)
    if len(subset):
        assert (
            make.reasons(subset, f"R-{ONE}-2026")
            == make.reasons(all_of, f"R-{ONE}-2026")[: len(make.reasons(subset, f"R-{ONE}-2026"))]
        )
