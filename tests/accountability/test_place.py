"""A regulation of a part of the project is held against that part, and binds nobody outside of it."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from geoenforce.accountability.duties import duties
from geoenforce.accountability.facts import gather
from geoenforce.accountability.findings import findings
from geoenforce.accountability.place import lies_in, within
from geoenforce.accountability.sources import Reading
from geoenforce.accountability.unexamined import unplaced_cases
from geoenforce.rules.regulation import load_regulation
from tests.accountability import situations as make
from tests.accountability.situations import COUNTY, ONE

#: The same rules, in force in one county of the prefecture only.
OF_ONE_COUNTY = replace(load_regulation("jieyang-2009"), place=COUNTY)
OUTSIDE = "445281101"
DEPARTMENTS = [
    {"office": "power-in", "office_name": "本县供电局", "kind": "power", "unit_code": COUNTY},
    {"office": "power-out", "office_name": "邻县供电局", "kind": "power", "unit_code": "445281"},
]


def inside(**tables):
    return within(make.sources(project="4452", departments=DEPARTMENTS, **tables), COUNTY)


def found(reading=None, **tables):
    facts = gather(inside(**tables), OF_ONE_COUNTY, as_of=make.AS_OF, reading=reading or Reading())
    return sorted(findings(facts, OF_ONE_COUNTY).index)


def grave(shares, **more):
    return make.case("A", "especially_serious", township=shares.split()[0], shares=shares, **more)


@pytest.mark.parametrize(
    ("shares", "largest", "every"),
    [
        (f"{OUTSIDE} 1.0000", [], []),
        (f"{ONE} 1.0000", [f"J27-{COUNTY}-2026", f"J27-{ONE}-2026"], [f"J27-{COUNTY}-2026", f"J27-{ONE}-2026"]),
        (f"{OUTSIDE} 0.6000; {ONE} 0.4000", [], [f"J27-{COUNTY}-2026", f"J27-{ONE}-2026"]),
        # the largest part of any township is outside, but most of it is in this county
        (f"{OUTSIDE} 0.4000; {ONE} 0.3500; 445299102 0.2500", [f"J27-{COUNTY}-2026"],
         [f"J27-{COUNTY}-2026", f"J27-{ONE}-2026", "J27-445299102-2026"]),
    ],
)  # fmt: skip
def test_a_case_counts_inside_only_if_that_is_where_most_of_it_lies(shares, largest, every):
    assert found(cases=[grave(shares)]) == sorted(largest)
    assert found(Reading(case_attribution="every"), cases=[grave(shares)]) == sorted(every)


def test_facts_and_measures_of_offices_outside_bring_nothing():
    declarations = [
        make.declaration("D1", "power-out", "served_without_papers", level="department"),
        make.declaration("D2", "445281", "obstruction", level="county"),
        make.declaration("D3", "power-in", "served_without_papers"),
        make.declaration("D4", "P-7", "official_used_land_unlawfully", level="individual"),
    ]
    measures = [
        make.measure("M1", OUTSIDE, "circulated_criticism", "2026-03-01", correct_by=pd.Timestamp("2026-04-01")),
    ]

    assert found(declarations=declarations, measures=measures) == ["J28-2-power-in-2026", "J32-1-P-7-2026"]


def test_a_case_outside_is_none_that_lies_in_no_township():
    nowhere = {**make.case("B", "serious"), "township_code": None, "township_shares": None}

    issues = unplaced_cases(inside(cases=[grave(f"{OUTSIDE} 1.0000"), nowhere]), OF_ONE_COUNTY, as_of=make.AS_OF)

    assert issues["feature"].to_list() == ["B"]


def test_nothing_is_owed_in_cases_outside_nor_by_units_outside():
    sources = inside(
        cases=[make.case("A"), grave(f"{OUTSIDE} 0.6000; {ONE} 0.4000")| {"case_id": "B"}],
        events=[
            make.event("A", "notified", "2026-03-03"),
            make.event("B", "notified", "2026-03-03"),
            make.event(None, "monthly_report", "2026-03-20", office="445281"),
        ],
    )  # fmt: skip
    cases = sources.cases[lies_in(sources.cases["township_code"], COUNTY)]

    owed = duties(cases, sources.events, sources.declarations, OF_ONE_COUNTY, as_of=date(2026, 3, 31))

    assert set(owed["office"].dropna()) == {ONE, COUNTY}
    assert set(owed["case_id"].dropna()) == {"A"}


def test_the_whole_project_is_a_place_without_a_code():
    assert lies_in(pd.Series([ONE, None], dtype="str"), "").to_list() == [True, True]
