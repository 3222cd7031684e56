"""Deadlines by example: `tests/laws/duties/*.toml`, to which a jurist can add without Python."""

import tomllib
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from geoenforce.accountability.duties import duties
from geoenforce.core.calendar import due_date
from geoenforce.rules.regulation import load_regulation
from tests.accountability.courses import cases, declarations, events, told

LAWS = Path(__file__).parents[1] / "laws" / "duties"
LAW = {"example": [], "period": [], "in_force_from": {}}
for path in sorted(LAWS.glob("*.toml")):
    file = tomllib.loads(path.read_text(encoding="utf-8"))
    LAW["in_force_from"] |= file.get("in_force_from", {})
    LAW["period"] += file.get("period", [])
    usual = {"regulation": "jieyang-2009", "as_of": file["as_of"]}
    LAW["example"] += [{**usual, **one} for one in file.get("example", [])]
GIVEN = {"says", "regulation", "duty", "actor", "events", "declared", "as_of"}


def named(examples):
    return [pytest.param(number, id=one["says"]) for number, one in enumerate(examples)]


@cache
def regulation_of(name):
    regulation = load_regulation(name)
    return replace(regulation, in_force_from=LAW["in_force_from"].get(name, regulation.in_force_from))


@cache
def table_of(name, as_of):
    """Every example of a regulation and day is a case of its own, and all are judged at once."""
    chosen = {
        f"例{number}": one
        for number, one in enumerate(LAW["example"])
        if (one["regulation"], one["as_of"]) == (name, as_of)
    }
    happened = [
        (event["event"], event["on"], event.get("office"), {"case_id": case_id})
        for case_id, one in chosen.items()
        for event in one["events"]
    ]
    declared = [
        (fact, date(2009, 1, 1), case_id) for case_id, one in chosen.items() for fact in one.get("declared", [])
    ]
    # Duties from other events are left out to save time; those from the same event decide together whom it is meant for.
    asked = {one["duty"] for one in chosen.values()}
    whole = regulation_of(name)
    starts = {duty.from_event for duty in whole.duties if duty.id in asked}
    regulation = replace(whole, duties=tuple(duty for duty in whole.duties if duty.from_event in starts))
    return duties(cases(*chosen), events(*happened), declarations(*declared), regulation, as_of=as_of)


@pytest.mark.parametrize("number", named(LAW["period"]))
def test_the_last_day_by_example(number):
    example = LAW["period"][number]
    length = {name: example[name] for name in ("working_days", "days") if name in example}

    assert due_date(example["on"], **length) == example["due"]


@pytest.mark.parametrize("number", named(LAW["example"]))
def test_the_duty_by_example(number):
    example = LAW["example"][number]
    regulation = regulation_of(example["regulation"])
    duty = next(one for one in regulation.duties if one.id == example["duty"])

    table = table_of(example["regulation"], example["as_of"])

    (row,) = told(table, duty.id, example.get("actor", duty.actors[0]), case_id=f"例{number}")
    expected = {name: value for name, value in example.items() if name not in GIVEN}
    found = {name: value.date() if name.endswith("_on") else value for name, value in row.items()}
    assert {name: found.get(name) for name in expected} == expected
    assert row["citation"] == regulation.citation(duty.place)


def test_every_duty_of_both_regulations_has_examples_of_how_it_can_stand():
    shown = {}
    for one in LAW["example"]:
        shown.setdefault((one["regulation"], one["duty"]), set()).add(one["status"])

    for name in ("jieyang-2009", "jiangsu-co-responsibility"):
        for duty in regulation_of(name).duties:
            if duty.per == "case":
                limited = {"met", "met_late", "open", "not_applicable"} | (set() if duty.is_option else {"overdue"})
                free = {"met", "open"} | (set() if duty.from_event == "found" else {"not_applicable"})
                assert (free if duty.within.unit == "promptly" else limited) <= shown[name, duty.id], duty.id
