"""The law by example: situations in TOML that a jurist can read and extend, held against the rule files."""

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from geoenforce.accountability.facts import gather
from geoenforce.accountability.findings import findings
from geoenforce.accountability.sources import Reading
from geoenforce.rules.regulation import load_regulation
from tests.accountability import situations as make

LAWS = Path(__file__).parents[1] / "laws"
FILES = sorted((LAWS / "findings").glob("*.toml"))
KEYS = {
    "says", "as_of", "project", "serious", "especially_serious", "cases", "events", "measures", "declarations",
    "departments", "areas", "cultivated_taken", "deductions", "serious_includes_especially_serious",
    "case_attribution", "expect", "because",
}  # fmt: skip


def situations():
    for path in FILES:
        law = tomllib.loads(path.read_text(encoding="utf-8"))
        for situation in law["situation"]:
            assert set(situation) <= KEYS, f"{path.name}: unknown keys {set(situation) - KEYS}"
            yield pytest.param(law, situation, id=f"{path.stem}: {situation['says']}")


@cache
def read(name):
    return load_regulation(str(LAWS / name) if name.endswith(".toml") else name)


def regulation_of(law):
    regulation = read(law["regulation"])
    return replace(regulation, in_force_from=law["in_force_from"]) if "in_force_from" in law else regulation


def found(law, situation):
    as_of = situation.get("as_of", make.AS_OF)
    project = situation.get("project", make.COUNTY)
    cases = [make.case(**{"case_id": row.pop("id"), **row}) for row in map(dict, situation.get("cases", []))]
    cases += make.many(situation.get("serious", 0))
    cases += make.many(situation.get("especially_serious", 0), "especially_serious")
    occupation = None
    if {"areas", "cultivated_taken"} & set(situation):
        occupation = make.occupation(
            situation.get("areas", []),
            project=project,
            as_of=as_of,
            cultivated_taken=situation.get("cultivated_taken", ()),
            deductions=numbered(situation.get("deductions", ()), "deduction_id"),
        )
    sources = make.sources(
        project=project,
        cases=cases,
        events=[make.event(row["case"], row["event"], row["on"]) for row in situation.get("events", [])],
        measures=[make.measure(f"M{n}", row["office"], row["measure"], row["on"], **rest(row, "office", "measure", "on"))
                  for n, row in enumerate(situation.get("measures", []))],
        declarations=[make.declaration(f"D{n}", row["office"], row["fact"], **rest(row, "office", "fact"))
                      for n, row in enumerate(situation.get("declarations", []))],
        departments=situation.get("departments", []),
        occupation=occupation,
    )  # fmt: skip
    reading = Reading(
        situation.get("serious_includes_especially_serious", True), situation.get("case_attribution", "largest")
    )
    regulation = regulation_of(law)
    return findings(gather(sources, regulation, as_of=as_of, reading=reading), regulation)


def numbered(rows, name):
    return [{name: f"N{number}", "reason": "granted", **row} for number, row in enumerate(rows)]


def rest(row, *names):
    return {name: value for name, value in row.items() if name not in names}


@pytest.mark.parametrize(("law", "situation"), list(situations()))
def test_the_law_by_example(law, situation):
    table = found(law, situation)

    assert sorted(table.index) == sorted(situation["expect"])
    for finding_id, circumstances in situation.get("because", {}).items():
        reasons = make.reasons(table, finding_id)
        assert [reason["circumstance"] for reason in reasons] == circumstances


def test_every_file_of_examples_has_some():
    assert len(FILES) >= 4
    assert all(tomllib.loads(path.read_text(encoding="utf-8"))["situation"] for path in FILES)


@pytest.mark.parametrize("name", ["jieyang-2009", "jiangsu-co-responsibility", "order-15-2008", "criminal-2000-14"])
def test_every_circumstance_of_the_documents_is_held_by_some_example(name):
    rules = read(name).rules
    shown = set()
    for law in (tomllib.loads(path.read_text(encoding="utf-8")) for path in FILES):
        for situation in law["situation"] if law["regulation"] == name else []:
            shown |= {one for circumstances in situation.get("because", {}).values() for one in circumstances}
            shown |= {rule.any_of[0].id for rule in rules if len(rule.any_of) == 1
                      and any(one.startswith(f"{rule.id}-") for one in situation["expect"])}  # fmt: skip

    assert {circumstance.id for rule in rules for circumstance in rule.any_of} - shown == set()
