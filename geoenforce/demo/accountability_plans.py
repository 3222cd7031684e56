"""
What is planted about accountability: registers of the demo county, ratios, and what must follow from them.

What follows stands here because the registers were made for it; no program worked it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from geoenforce.core.accountability_terms import Actor, Measure
from geoenforce.demo.ground import COUNTY_CODE, COUNTY_NAME

LAND, PLANNING, AGRICULTURE, POWER, WATER, POLICE, SUPERVISION = (
    f"{COUNTY_CODE}-{kind}" for kind in ("land", "planning", "agriculture", "power", "water", "police", "supervision")
)

#: Department, its name, and its kind.
DEPARTMENTS = (
    (LAND, f"{COUNTY_NAME}自然资源局", Actor.LAND),
    (PLANNING, f"{COUNTY_NAME}规划局", Actor.PLANNING),
    (AGRICULTURE, f"{COUNTY_NAME}农业农村局", Actor.AGRICULTURE),
    (POWER, f"{COUNTY_NAME}供电局", Actor.POWER),
    (WATER, f"{COUNTY_NAME}供水公司", Actor.WATER),
    (POLICE, f"{COUNTY_NAME}公安局", Actor.POLICE),
    (SUPERVISION, f"{COUNTY_NAME}监察委员会", Actor.SUPERVISION),
)

#: Share of illegally occupied in all newly occupied cultivated land that a township shall have in a year.
RATIOS: Mapping[str, Mapping[int, float]] = MappingProxyType(
    {
        "445299001": {2025: 0.145, 2026: 0.13},
        "445299101": {2025: 0.13, 2026: 0.21},
        "445299102": {2025: 0.19, 2026: 0.12},
        "445299103": {2025: 0.26, 2026: 0.148},
        "445299104": {2025: 0.13, 2026: 0.13},
        "445299105": {2025: 0.12, 2026: 0.13},
        "445299106": {2025: 0.145, 2026: 0.12},
        "445299107": {2025: 0.13, 2026: 0.13},
    }
)

#: Cases over part of which the layer of new construction has a patch as well: that ground counts once.
OVERLAPPED = ("445299-2025-008", "445299SJBG260007", "JZD012", "445299SJBG260029", "JZD053")


@dataclass(frozen=True)
class Imposed:
    """One line of the register of measures."""

    office: str
    measure: Measure
    on: date
    article: str
    correct_by: date | None = None
    corrected_on: date | None = None
    case_ids: tuple[str, ...] = ()
    regulation: str = "jieyang-2009"
    note: str = ""


@dataclass(frozen=True)
class Declared:
    """One line of the register of recorded facts."""

    office: str
    fact: str
    on: date
    case_id: str = ""
    level: str = ""  # where the office does not tell
    note: str = ""


@dataclass(frozen=True)
class Deduction:
    """Land that a document takes off the areas of a unit and year."""

    office: str
    year: int
    illegal_mu: float
    taken_mu: float
    on: date
    reason: str
    document: str


@dataclass(frozen=True)
class Expected:
    """One circumstance that must be found: its rule, the fact and its value, for an office and year."""

    rule: str
    circumstance: str
    office: str
    level: str
    year: int
    fact: str
    value: float
    unit: str
    evidence: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()  # cases that were stopped in time
    regulation: str = "jieyang-2009"


IMPOSED = (
    # 稻浪镇: a talk over the case of 2025 whose correction deadline passes with nothing done.
    Imposed("445299102", Measure.ADMONISHMENT_TALK, date(2026, 1, 15), "第二十七条", date(2026, 3, 31),
            case_ids=("445299-2025-011",)),
    # The county corrects in time what its talk was about.
    Imposed(COUNTY_CODE, Measure.ADMONISHMENT_TALK, date(2026, 1, 20), "第二十七条", date(2026, 4, 30),
            date(2026, 4, 20), ("445299-2025-005", "445299-2025-008", "445299SJBG260001")),
    # 竹影镇: criticised twice in one year.
    Imposed("445299105", Measure.CIRCULATED_CRITICISM, date(2026, 3, 5), "第三十条", date(2026, 4, 15),
            date(2026, 4, 10)),
    Imposed("445299105", Measure.CIRCULATED_CRITICISM, date(2026, 6, 10), "第三十条", date(2026, 7, 31)),
    # 荷塘口镇: criticised once, and not corrected in time.
    Imposed("445299106", Measure.CIRCULATED_CRITICISM, date(2026, 2, 25), "第三十条", date(2026, 5, 31)),
    # 柳溪湾镇: criticised twice within a fortnight, but in two years.
    Imposed("445299104", Measure.CIRCULATED_CRITICISM, date(2025, 12, 29), "第三十条", date(2026, 1, 31),
            date(2026, 1, 30)),
    Imposed("445299104", Measure.CIRCULATED_CRITICISM, date(2026, 1, 12), "第三十条", date(2026, 2, 28),
            date(2026, 2, 26)),
    # 东塱镇 and 石磨岭镇: deadlines of talks that are not over; the first ends on the last day itself.
    Imposed("445299103", Measure.ADMONISHMENT_TALK, date(2026, 5, 26), "第二十七条", date(2026, 6, 30),
            case_ids=("JZD053",)),
    Imposed("445299107", Measure.ADMONISHMENT_TALK, date(2026, 5, 25), "第二十七条", date(2026, 7, 15),
            case_ids=("JZD003",)),
    # Departments: two talks, and two criticisms, in one year.
    Imposed(PLANNING, Measure.ADMONISHMENT_TALK, date(2026, 2, 10), "第二十八条"),
    Imposed(PLANNING, Measure.ADMONISHMENT_TALK, date(2026, 5, 20), "第二十八条"),
    Imposed(POWER, Measure.CIRCULATED_CRITICISM, date(2026, 1, 30), "第二十九条", case_ids=("445299-2025-005",)),
    Imposed(POWER, Measure.CIRCULATED_CRITICISM, date(2026, 6, 12), "第二十九条"),
    # The county is a key-management county and has not corrected by its date.
    Imposed(COUNTY_CODE, Measure.APPROVALS_PAUSED, date(2026, 2, 9), "（十）", date(2026, 5, 31),
            regulation="jiangsu-co-responsibility"),
)  # fmt: skip

DECLARED = (
    Declared("445299102", "obstruction", date(2025, 12, 8), "445299-2025-011"),
    Declared("445299106", "concealed_case", date(2025, 12, 30), "445299-2025-013"),
    Declared("445299105", "concealed_case", date(2026, 2, 2), "445299-2026-016"),
    Declared("445299107", "grave_effect", date(2026, 3, 20), "JZD003"),
    Declared("445299104", "key_rectification", date(2026, 4, 8)),
    Declared(COUNTY_CODE, "grave_effect", date(2026, 3, 25), "JZD003"),
    Declared(COUNTY_CODE, "key_management_county", date(2026, 2, 6)),
    Declared(POWER, "served_after_notice", date(2025, 12, 15), "445299-2025-005"),
    Declared(POWER, "served_after_notice", date(2026, 5, 18), "445299SJBG260029"),
    Declared(PLANNING, "served_without_papers", date(2026, 1, 28)),
    Declared(PLANNING, "no_help_enforcement_halted", date(2026, 5, 12), "445299SJBG260029"),
    Declared("村干部01", "village_land_misused", date(2026, 2, 3), "445299-2026-019", level="individual"),
    Declared("JZD003", "grave_typical_case", date(2026, 3, 18), "JZD003", level="case"),
    Declared("JZD003", "major_violation", date(2026, 3, 12), "JZD003", level="case"),
    Declared("JZD053", "major_violation", date(2026, 3, 12), "JZD053", level="case"),
    Declared("JZD012", "in_plan_area", date(2026, 3, 12), "JZD012", level="case"),
    Declared("445299-2026-047", "in_plan_area", date(2026, 2, 11), "445299-2026-047", level="case"),
)

DEDUCTED = (
    Deduction("445299103", 2025, 4.0, 4.0, date(2026, 3, 31), "国家重点项目先行用地", "示自然资函〔2026〕12号"),
)  # fmt: skip

#: Townships with one circulated criticism in 2026: one more brings the next article.
CRITICISED_ONCE = ("445299104", "445299106")

#: What must be found because of the registers.
EXPECTED_BY_REGISTER = (
    Expected("J27", "J27-conduct", "445299102", "township", 2025, "obstruction", 1, "record", ("D01",)),
    Expected("J30-3", "J30-3", "445299106", "township", 2025, "concealed_case", 1, "record", ("D02",)),
    Expected("J30-3", "J30-3", "445299105", "township", 2026, "concealed_case", 1, "record", ("D03",)),
    Expected("J30-2", "J30-2", "445299102", "township", 2026, "admonishment_talk_correction_overdue", 1, "measure",
             ("M01",)),
    Expected("J31-1", "J31-1a", "445299106", "township", 2026, "circulated_criticism_correction_overdue", 1,
             "measure", ("M05",)),
    Expected("J31-1", "J31-1c", "445299107", "township", 2026, "grave_effect", 1, "record", ("D04",)),
    Expected("J31-1", "J31-1c", COUNTY_CODE, "county", 2026, "grave_effect", 1, "record", ("D06",)),
    Expected("J31-1", "J31-1d-area", "445299104", "township", 2026, "key_rectification", 1, "record", ("D05",)),
    Expected("J31-2", "J31-2", "445299105", "township", 2026, "circulated_criticism_received", 2, "measure",
             ("M03", "M04")),
    Expected("J28-2", "J28-2", PLANNING, "department", 2026, "served_without_papers", 1, "record", ("D10",)),
    Expected("J28-3", "J28-3", PLANNING, "department", 2026, "no_help_enforcement_halted", 1, "record", ("D11",)),
    Expected("J29-2", "J29-2", POWER, "department", 2025, "served_after_notice", 1, "record", ("D08",)),
    Expected("J29-2", "J29-2", POWER, "department", 2026, "served_after_notice", 1, "record", ("D09",)),
    Expected("J29-5", "J29-5", PLANNING, "department", 2026, "admonishment_talk_received", 2, "measure",
             ("M10", "M11")),
    Expected("J31-2-department", "J31-2-department", POWER, "department", 2026, "circulated_criticism_received", 2,
             "measure", ("M12", "M13")),
    Expected("J32-2", "J32-2", "村干部01", "individual", 2026, "village_land_misused", 1, "record", ("D12",)),
    Expected("S9-supervise", "S9-supervise", "JZD003", "case", 2026, "grave_typical_case", 1, "record", ("D13",),
             regulation="jiangsu-co-responsibility"),
    Expected("S10-key", "S10-key", COUNTY_CODE, "county", 2026, "key_management_county", 1, "record", ("D07",),
             regulation="jiangsu-co-responsibility"),
    Expected("S10-overdue", "S10-overdue", COUNTY_CODE, "county", 2026, "approvals_paused_correction_overdue", 1,
             "measure", ("M14",), regulation="jiangsu-co-responsibility"),
    Expected("S11-account", "S11-effect", COUNTY_CODE, "county", 2026, "grave_effect", 1, "record", ("D06",),
             regulation="jiangsu-co-responsibility"),
)  # fmt: skip
