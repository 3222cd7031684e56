"""What cannot be true is told, with file and row; what can is not."""

from datetime import date

import pytest

from geoenforce.accountability.contradictions import contradictions
from geoenforce.core.tables import ISSUES, check
from geoenforce.rules.regulation import load_regulation
from tests.accountability import situations as make
from tests.accountability.situations import COUNTY, ONE

REGULATIONS = [load_regulation("jieyang-2009")]
AS_OF = date(2026, 6, 30)
DEPARTMENT = {"office": "land-1", "office_name": "自然资源局", "kind": "land", "unit_code": COUNTY}
CASE = make.case("A", found_on=date(2026, 3, 2))


def issues(**tables):
    extra = {name: make.table(tables.pop(name), declared) for name, declared in (
        ("cultivated_taken", make.CULTIVATED_TAKEN), ("deductions", make.DEDUCTIONS)) if name in tables}  # fmt: skip
    table = contradictions(make.sources(cases=[CASE], **tables), REGULATIONS, as_of=AS_OF, **extra)
    check(table, ISSUES)
    return table


def declared(office=ONE, fact="obstruction", on="2026-03-02", **more):
    return [make.declaration("D1", office, fact, on, **more)]


def imposed(office=ONE, code="admonishment_talk", on="2026-03-02", **more):
    return [make.measure("M1", office, code, on, **more)]


def happened(*events):
    return [make.event("A", code, on) for code, on in events]


@pytest.mark.parametrize(
    ("tables", "problem", "words"),
    [
        ({"events": happened(("stopped", "2026-03-01"))}, "events_out_of_order", "stopped on 2026-03-01, before found on 2026-03-02"),
        ({"events": happened(("filed", "2026-03-09"), ("penalised", "2026-03-08"))}, "events_out_of_order", "penalised on 2026-03-08, before filed"),
        ({"events": happened(("found", "2026-03-20"), ("closed", "2026-03-19"))}, "events_out_of_order", "before found on 2026-03-20"),
        ({"events": happened(("stopped", "2026-07-01"))}, "in_the_future", "after the stated date 2026-06-30"),
        ({"events": happened(("vanished", "2026-03-05"))}, "unknown_event", "'vanished'"),
        ({"events": [make.event("Z", "stopped", "2026-03-05")]}, "unknown_case", "'Z'"),
        ({"events": [make.event(None, "monthly_report", "2026-03-05")]}, "no_subject", "neither a case nor an office"),
        ({"events": [make.event("A", "notified", "2026-03-05", office="999")]}, "unknown_office", "'999'"),
        ({"events": happened(("notified", "2026-03-05")) * 2}, "repeated_row", "count once"),
        ({"measures": imposed("999999")}, "unknown_office", "no effect"),
        ({"measures": imposed("land-9", level="department"), "departments": [DEPARTMENT]}, "unknown_office", "list of departments"),
        ({"measures": imposed(ONE, level="county")}, "level_of_office", "is a township"),
        ({"measures": imposed(code="scolding")}, "unknown_measure", "'scolding'"),
        ({"measures": imposed(on="2026-07-01")}, "in_the_future", "Imposed on 2026-07-01"),
        ({"measures": imposed(corrected_on="2026-03-01")}, "corrected_before_measure", "2026-03-01"),
        ({"measures": imposed(correct_by="2026-03-01")}, "due_before_measure", "2026-03-01"),
        ({"measures": imposed(case_ids="A、Z")}, "unknown_case", "'Z'"),
        ({"measures": [*imposed(), {**imposed()[0], "measure_id": "M2"}]}, "repeated_row", "count once"),
        ({"declarations": declared(fact="laziness")}, "unknown_fact", "'laziness'"),
        ({"declarations": declared(fact="serious_cases")}, "unknown_fact", "'serious_cases'"),
        ({"declarations": declared("999999")}, "unknown_office", "no effect"),
        ({"declarations": declared(case_id="Z")}, "unknown_case", "'Z'"),
        ({"declarations": declared(on="2026-07-01")}, "in_the_future", "2026-07-01"),
        ({"declarations": declared(recorded_on="2026-07-01")}, "in_the_future", "Recorded on 2026-07-01"),
        ({"departments": [{**DEPARTMENT, "kind": "magic"}]}, "unknown_actor", "'magic'"),
        ({"departments": [{**DEPARTMENT, "unit_code": "999999"}]}, "unknown_office", "'999999'"),
        ({"cultivated_taken": [{"office": "999999", "year": 2026, "cultivated_mu": 1.0}]}, "unknown_office", "'999999'"),
        ({"deductions": [{"deduction_id": "K", "office": "999999", "year": 2026, "illegal_mu": 1.0, "taken_mu": 0.0, "on": make.DAY, "reason": "r"}]}, "unknown_office", "'999999'"),
    ],
)  # fmt: skip
def test_each_contradiction_is_told_with_file_and_row(tables, problem, words):
    table = issues(**tables)

    told = table[table["problem"] == problem]
    assert words in told["detail"].iloc[-1]
    assert told["file"].iloc[-1].endswith(".csv")
    assert told["row"].iloc[-1] >= 2
    assert set(table["action"]) == {"noted"}


def test_registers_in_order_have_no_issue():
    table = issues(
        events=[
            *happened(("found", "2026-03-02"), ("stop_ordered", "2026-03-02"), ("stopped", "2026-03-02")),
            *happened(("rectify_by", "2026-12-31"), ("filed", "2026-03-05"), ("penalised", "2026-03-05")),
            make.event("A", "plan_verified", "2026-03-05", office="planning"),
            make.event(None, "monthly_report", "2026-03-31", office=COUNTY, period="2026-03"),
        ],
        measures=imposed(correct_by="2026-09-30", case_ids="A"),
        declarations=[
            *declared(case_id="A"),
            make.declaration("D2", "P-1", "land_sold_unlawfully", level="individual"),
        ],
        departments=[DEPARTMENT],
        deductions=[],
        cultivated_taken=[],
    )

    assert table.empty
