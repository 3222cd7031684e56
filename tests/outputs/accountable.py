"""What the regulations say of the little county: findings, warnings, duties, indicators, some of their texts hostile."""

import json
from datetime import date

import pandas as pd

from geoenforce.core.accountability_results import AccountabilityResults
from geoenforce.core.accountability_tables import (
    CASE_EVENTS,
    DECLARATIONS,
    DUTIES,
    FACTS,
    FINDINGS,
    INDICATORS,
    MEASURES,
    WARNINGS,
)
from geoenforce.core.tables import check, empty

EAST, WEST, COUNTY, LAND = "445299001", "445299002", "445299", "LAND-1"
RECORDER = "李某某"
IMAGE_ATTACK = "<img src=x onerror=window.hacked=1>"
FORMULA_ATTACK = "=cmd|' /C calc'!A0"
BY = "揭府〔2009〕56号 第"
TALK, CRITICISM, REBUKE, RATIO = (
    "J27-445299001-2026",
    "J30-1-445299001-2026",
    "J28-1-LAND-1-2026",
    "S11-talk-445299-2026",
)
NAMES = {"jieyang-2009": {"declared": {"served_without_papers": ("违规办理手续", "served a project without papers")}}}


def reason(circumstance, fact, value, operator, limit, unit, evidence, **more):
    return {
        "circumstance": circumstance, "fact": fact, "value": value, "operator": operator, "limit": limit, "unit": unit,
        "evidence": evidence, "detail": {}, **more,
    }  # fmt: skip


ESPECIALLY = reason(
    "J27-especially-serious", "especially_serious_cases", 1, "at_least", 1, "case", ["C2"],
    detail={
        "stopped_in_time": [{"case_id": "C1", "stopped_on": "2026-03-03", "from_event": "notified",
                             "from_on": "2026-03-02", "due_on": "2026-03-04"}],
        "stopped_late": [{"case_id": "C2", "stopped_on": "2026-03-09", "from_event": "found",
                          "from_on": "2026-03-02", "due_on": "2026-03-04"}],
    },
)  # fmt: skip
RECORDED = reason(
    "J28-1", "served_without_papers", 1, "is", True, "record", ["D1"],
    detail={"records": [{"declaration_id": "D1", "on": "2026-04-01", "recorded_by": RECORDER}]},
)  # fmt: skip
LAND_TAKEN = reason(
    "S11-talk", "illegal_occupation_ratio", 0.125, "more_than", 0.1, "1", ["C1", "C2"],
    detail={"illegal_mu": 31.0, "taken_mu": 248.0, "illegal_before_deductions_mu": 33.0,
            "taken_before_deductions_mu": 250.0, "denominator_from": "table", "not_computable": None,
            "deductions": [{"deduction_id": "K1", "illegal_mu": 2.0, "taken_mu": 2.0}]},
)  # fmt: skip


def findings(*rows):
    names = [
        "finding_id", "office", "office_name", "level", "year", "regulation", "rule", "article", "item", "citation",
        "measure", "or_measures", "and_measures", "if_grave", "roles", "because",
    ]  # fmt: skip
    frame = pd.DataFrame([(*row[:-1], json.dumps(row[-1], ensure_ascii=False)) for row in rows], columns=names)
    texts = dict.fromkeys(["item", "or_measures", "and_measures", "if_grave", "office_name"], "str")
    return frame.astype(texts).set_index("finding_id")


BOTH = "first_responsible;directly_responsible"
FOUND = [
    (TALK, EAST, "东岸镇", "township", 2026, "jieyang-2009", "J27", "第二十七条", None, f"{BY}二十七条",
     "admonishment_talk", None, None, None, BOTH, [ESPECIALLY]),
    (REBUKE, LAND, FORMULA_ATTACK, "department", 2026, "jieyang-2009", "J28-1", "第二十八条", "（一）",
     f"{BY}二十八条第（一）项", "admonishment_talk", None, None, None, "principally_responsible", [RECORDED]),
    (RATIO, COUNTY, None, "county", 2026, "jiangsu-co-responsibility", "S11-talk", "（十一）", None, "某通知 （十一）",
     "interview", None, None, None, "main_leader;leader_in_charge", [LAND_TAKEN]),
]  # fmt: skip
FOLLOWING = [
    (CRITICISM, EAST, "东岸镇", "township", 2026, "jieyang-2009", "J30-1", "第三十条", "（一）", f"{BY}三十条第（一）项",
     "demerit", "major_demerit", "circulated_criticism", None, BOTH, [ESPECIALLY]),
]  # fmt: skip


def warnings():
    names = [
        "office", "office_name", "level", "year", "regulation", "rule", "citation", "measure", "fact", "value",
        "operator", "limit", "unit", "to_go", "to_go_unit", "is_close",
    ]  # fmt: skip
    rows = [
        (EAST, "东岸镇", "township", 2026, "jieyang-2009", "J30-1", f"{BY}三十条第（一）项", "demerit",
         "especially_serious_cases", 1.0, "at_least", 2.0, "case", 1.0, "case", True),
        (COUNTY, "示范县", "county", 2026, "jieyang-2009", "J31-1", f"{BY}三十一条第（一）项", "no_competent_grade",
         "illegal_occupation_ratio", 0.125, "at_least", 0.15, "1", 7.294, "mu", False),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def duties():
    names = ["duty", "citation", "case_id", "office", "office_name", "actor", "from_event", "from_on", "do_event"]
    names += ["due_on", "done_on", "status", "days_left", "days_over", "waited", "reason"]
    notice, stop = f"{BY}十七条第（二）项", f"{BY}十七条第（一）项"
    rows = [
        ("J17-noticed", notice, "C1", EAST, "东岸镇", "township", "notified", "2026-03-02", "stopped", "2026-03-04",
         "2026-03-03", "met", None, None, None, None),
        ("J17-stop", stop, "C2", EAST, "东岸镇", "township", "found", "2026-03-02", "stopped", "2026-03-04",
         "2026-03-09", "met_late", None, 5, None, None),
        ("J17-demolish", stop, "C2", EAST, "东岸镇", "township", "rectify_by", "2026-04-01", "demolished", "2026-04-17",
         None, "overdue", None, 74, None, None),
        ("J16-notify", f"{BY}十六条第（一）项", "C2", COUNTY, None, "land", "found", "2026-03-02", "notified", None,
         "2026-03-02", "met", None, None, "0 d", None),
        ("J20-police", f"{BY}二十条第（三）项", "C2", "POLICE-1", FORMULA_ATTACK, "police", "received", "2026-06-24",
         "decided", "2026-07-08", None, "open", 8, None, None, None),
        ("J17-county", f"{BY}十七条第（三）项", "C1", COUNTY, None, "county", "reported_unstoppable", None, "stopped", None,
         None, "not_applicable", None, None, None, "no_from_event"),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=names).assign(regulation="jieyang-2009")
    days = {name: pd.to_datetime(frame[name]) for name in ("from_on", "due_on", "done_on")}
    texts = dict.fromkeys(["office_name", "waited", "reason"], "str")
    return frame.assign(**days).astype({"days_left": "Int64", "days_over": "Int64", **texts})[DUTIES.names]


def facts():
    names = ["office", "office_name", "level", "year", "fact", "value", "unit", "evidence", "detail"]
    rows = [
        (EAST, "东岸镇", "township", 2026, "especially_serious_cases", 1.0, "case", ["C2"], ESPECIALLY["detail"]),
        (WEST, f"西坡镇{IMAGE_ATTACK}", "township", 2026, "especially_serious_cases", 0.0, "case", [], {}),
        (COUNTY, None, "county", 2026, "illegal_occupation_ratio", 0.1499999999, "1", ["C1", "C2"], {}),
        (LAND, FORMULA_ATTACK, "department", 2026, "served_without_papers", 1.0, "record", ["D1"], RECORDED["detail"]),
    ]
    frame = pd.DataFrame(rows, columns=names).assign(regulation="jieyang-2009")
    texts = {name: [json.dumps(one, ensure_ascii=False) for one in frame[name]] for name in ("evidence", "detail")}
    return frame.assign(**texts)[FACTS.names]


def indicators():
    names = [
        "office",
        "office_name",
        "level",
        "year",
        "month",
        "indicator",
        "numerator",
        "denominator",
        "unit",
        "value",
    ]
    rows = [
        (COUNTY, None, "county", 2026, None, "illegal_occupation_ratio", 31.0, 248.0, "mu", 0.125, 1, None),
        (COUNTY, None, "county", 2026, None, "handled_share_by_number", 2.0, 3.0, "case", 2 / 3, 1, None),
        (COUNTY, None, "county", 2026, 5, "handled_share_by_number", 1.0, 3.0, "case", 1 / 3, None, None),
        (COUNTY, None, "county", 2026, 6, "handled_share_by_number", 2.0, 3.0, "case", 2 / 3, None, None),
        (WEST, f"西坡镇{IMAGE_ATTACK}", "township", 2026, None, "handled_share_by_number", 0.0, 0.0, "case", None, None,
         "no_cases"),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=[*names, "rank", "detail"]).astype({"office_name": "str", "detail": "str"})
    frame = frame.assign(regulation="jiangsu-co-responsibility", citation="某通知 （十一）")
    return frame.astype({"month": "Int64", "rank": "Int64"})[INDICATORS.names]


def accountability_results() -> AccountabilityResults:
    made = AccountabilityResults(
        as_of=date(2026, 6, 30),
        duties=duties(),
        facts=facts(),
        findings=findings(*FOUND),
        would_follow=findings(*FOLLOWING),
        warnings=warnings(),
        indicators=indicators(),
        events=empty(CASE_EVENTS),
        measures=empty(MEASURES),
        declarations=empty(DECLARATIONS),
        names=NAMES,
    )
    tables = {"duties": DUTIES, "facts": FACTS, "findings": FINDINGS, "warnings": WARNINGS, "indicators": INDICATORS}
    for name, table in tables.items():
        check(getattr(made, name), table)
    return made
