"""What would follow if every open finding were answered; what was answered already is not answered again."""

from dataclasses import replace
from datetime import date

import pandas as pd

from geoenforce.accountability.dry_run import DRY_RUN, impose
from geoenforce.accountability.facts import gather
from geoenforce.accountability.findings import findings
from geoenforce.core.accountability_tables import MEASURES
from geoenforce.core.tables import check
from geoenforce.rules.regulation import load_regulation
from tests.accountability import situations as make
from tests.accountability.situations import ONE

JIEYANG = load_regulation("jieyang-2009")


def run(**tables):
    """Findings, the register as if all were answered, and what else would be found then."""
    sources = make.sources(**tables)
    found = findings(gather(sources, JIEYANG, as_of=make.AS_OF), JIEYANG)
    register = impose(found, sources, as_of=make.AS_OF)
    check(register, MEASURES)
    would = findings(gather(replace(sources, measures=register), JIEYANG, as_of=make.AS_OF), JIEYANG)
    return found, register, would[~would.index.isin(found.index)]


def test_two_circulated_criticisms_would_bring_article_31():
    found, register, would = run(cases=make.many(5), declarations=[make.declaration("D1", ONE, "concealed_case")])

    assert {"J30-1-445299101-2026", "J30-3-445299101-2026"} <= set(found.index)
    assert would.index.to_list() == ["J31-2-445299101-2026"]
    added = register[register["office"] == ONE]
    assert added["measure"].to_list() == [
        "admonishment_talk", "demerit", "circulated_criticism", "demerit", "circulated_criticism"
    ]  # fmt: skip
    assert set(added["on"]) == {pd.Timestamp(make.AS_OF)}
    assert added.index.str.startswith(DRY_RUN).all()
    assert added["case_ids"].iloc[0] == "A、B、C、D、E"


def test_findings_of_two_years_are_answered_by_two_measures():
    """Concealed in 2025 and in 2026: both circulated criticisms would fall on the stated day, and two bring 第三十一条."""
    declared = [make.declaration(f"D{year}", ONE, "concealed_case", on=date(year, 3, 2)) for year in (2025, 2026)]

    found, _, would = run(declarations=declared)

    assert found.index.to_list() == [f"J30-3-{ONE}-2025", f"J30-3-{ONE}-2026"]
    assert would.index.to_list() == [f"J31-2-{ONE}-2026"]


def test_a_finding_that_was_answered_is_not_answered_again():
    answered = make.measure("M1", ONE, "admonishment_talk", "2026-05-01", article="第二十七条")

    _, register, _ = run(cases=make.many(3), measures=[answered])

    assert register[register["office"] == ONE].index.to_list() == ["M1"]
    assert len(register) == 2  # the county's talk is open


def test_an_answer_after_the_stated_date_is_not_known_yet():
    answered = make.measure("M1", ONE, "admonishment_talk", "2027-05-01", article="第二十七条")

    _, register, _ = run(cases=make.many(3), measures=[answered])

    assert f"{DRY_RUN} J27-{ONE}-2026 admonishment_talk" in register.index


def test_without_findings_the_register_is_what_it_was():
    talk = make.measure("M1", ONE, "admonishment_talk", "2026-05-01", row=7)

    found, register, would = run(measures=[talk])

    assert found.empty
    assert would.empty
    assert register.index.to_list() == ["M1"]


def test_the_register_handed_in_is_not_changed():
    sources = make.sources(cases=make.many(3))
    before = sources.measures.copy()

    impose(findings(gather(sources, JIEYANG, as_of=make.AS_OF), JIEYANG), sources, as_of=make.AS_OF)

    pd.testing.assert_frame_equal(sources.measures, before)
