"""What happened in each case of the demo county, day by day; the courses that matter are written out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from geoenforce.core.calendar import is_working_day
from geoenforce.demo.ground import COUNTY_CODE
from geoenforce.demo.violations import Violation

#: The day as of which the demo is evaluated; nothing of the county is later.
AS_OF = date(2026, 6, 30)


@dataclass(frozen=True)
class Step:
    """One thing that happened in a case, or (without a case) in a unit."""

    event: str
    on: date
    case_id: str = ""
    office: str = ""  # where it is not the township, the county or its land department
    period: str = ""  # month that a monthly report is for


def _course(**days: str) -> Mapping[str, str]:
    return MappingProxyType(days)


#: Cases with a course of their own; days as month-day of the year the case was found in, or in full.
COURSES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        # ---- 2025: three serious cases are stopped too late.
        "445299SJBG260001": _course(
            stop_ordered="10-13", notified="10-14", stopped="10-20", filed="10-22", penalised="11-14",
            discipline_proposed="11-21", rectify_by="12-05", corrected="12-03", closed="12-25",
        ),
        "445299-2025-005": _course(
            stop_ordered="11-07", notified="11-10", stopped="11-14", filed="11-17", penalised="12-05",
            discipline_proposed="12-12", rectify_by="12-12", corrected="12-10", closed="2026-01-15",
        ),
        "445299-2025-008": _course(
            stop_ordered="11-17", notified="11-18", stopped="11-24", filed="11-27", penalised="12-19",
            discipline_proposed="2026-01-08", rectify_by="2026-01-09", corrected="2026-01-08", closed="2026-02-05",
        ),
        # The township cannot stop it and says so; the county stops it within its own three working days.
        "445299-2025-011": _course(
            stop_ordered="12-02", notified="12-02", reported_to_county="12-03", reported_unstoppable="12-05",
            stopped="12-09", filed="12-10", penalised="2026-01-07", discipline_proposed="2026-01-14",
            rectify_by="2026-03-31",
        ),
        # Stopped on the last day; the police hold themselves not competent.
        "445299SJBG260007": _course(
            stop_ordered="11-12", notified="11-12", reported_to_county="11-12", stopped="11-14", filed="11-19",
            crime_suspected="11-24", transferred="11-25", penalised="12-17", discipline_proposed="12-24",
            rectify_by="2026-01-23", corrected="2026-01-20", closed="2026-02-06",
        ),
        # Its penalty is decided just before National Day and never carried out.
        "445299-2025-024": _course(
            stop_ordered="07-01", notified="07-01", stopped="07-03", filed="07-08", penalised="09-25",
            discipline_proposed="10-15", penalty_final="2026-03-30", execution_applied="2026-04-02",
        ),
        # ---- 2026: five cases of the county are not stopped in time.
        "445299SJBG260018": _course(
            stop_ordered="01-21", notified="01-22", stopped="01-28", filed="01-30", penalised="03-06",
            discipline_proposed="03-13", rectify_by="03-31", corrected="03-26", closed="04-20",
        ),
        "JZD012": _course(
            stop_ordered="03-13", notified="03-13", stopped="03-19", filed="03-20", penalised="04-15",
            discipline_proposed="04-22", rectify_by="05-15", corrected="05-12", closed="06-03",
        ),
        "JZD003": _course(
            stop_ordered="03-12", notified="03-13", reported_to_county="03-13", stopped="03-30", filed="03-23",
            penalised="05-20", discipline_proposed="06-01", rectify_by="06-15", corrected="06-12",
        ),
        # Neither the township nor the county stops it in time, and the police do not take it up.
        "JZD053": _course(
            stop_ordered="03-12", notified="03-13", reported_to_county="03-13", reported_unstoppable="03-18",
            stopped="03-26", filed="03-20", crime_suspected="04-01", transferred="04-03", non_filing_notice="04-29",
            review_requested="05-06", review_decision_received="05-14", supervision_proposed="05-18",
            penalised="06-24",
        ),
        # It goes on to this day.
        "445299SJBG260029": _course(
            stop_ordered="04-16", notified="04-17", continued="04-24", legal_warning="04-27", filed="04-24",
        ),
        # ---- Stopped in time, but not corrected, or over a holiday.
        "445299-2026-019": _course(
            stop_ordered="01-26", notified="01-26", stopped="01-28", filed="02-02", penalised="03-02",
            discipline_proposed="03-09", rectify_by="04-30",
        ),
        "445299-2026-028": _course(
            stop_ordered="04-01", notified="04-02", stopped="04-07", filed="04-09", penalised="05-08",
            discipline_proposed="05-15", rectify_by="05-15", demolished="06-05", recultivated="06-18", closed="06-26",
        ),
        "445299-2026-047": _course(
            stop_ordered="02-11", notified="02-13", stopped="02-24", corrected="03-10", closed="03-20",
        ),
        "445299-2026-046": _course(
            stop_ordered="06-09", notified="06-10", stopped="06-11", filed="06-12", rectify_by="06-26",
        ),
    }
)  # fmt: skip

#: Serious and especially serious cases that were not stopped in time: neither by the township nor by the county.
COUNTED = frozenset(
    {
        "445299SJBG260001", "445299-2025-005", "445299-2025-008",
        "445299SJBG260018", "JZD012", "JZD003", "JZD053", "445299SJBG260029",
    }
)  # fmt: skip

#: A case that the township did not stop in time, but the county did: it counts for the township.
COUNTED_FOR_TOWNSHIP_ONLY = frozenset({"445299-2025-011"})

#: What departments were told and did: case, department, and the days.
_DEPARTMENTS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("445299-2025-005", "planning", _course(department_notified="11-10", plan_verified="11-14")),
    ("445299-2025-005", "agriculture", _course(department_notified="11-10", damage_appraised="11-12")),
    ("445299-2025-005", "power", _course(department_notified="11-10")),
    ("445299-2025-011", "planning", _course(department_notified="12-02", plan_verified="12-05")),
    ("445299-2025-011", "water", _course(department_notified="12-02", supply_cut="12-04")),
    ("445299SJBG260007", "police", _course(not_competent="11-26", returned="12-03")),
    ("JZD053", "agriculture", _course(department_notified="03-13", damage_appraised="03-18")),
    (
        "JZD053",
        "police",
        _course(received="04-03", decided="04-24", review_received="05-07", review_decided="05-13"),
    ),
    ("JZD003", "supervision", _course(discipline_received="06-02")),
)

#: The working day after the case was found on which each thing happens where nothing special is planned.
_USUAL = MappingProxyType({"stop_ordered": 0, "notified": 0, "stopped": 1, "corrected": 8, "closed": 12})
_USUAL_IF_SERIOUS = MappingProxyType(
    {"stop_ordered": 0, "notified": 0, "stopped": 1, "filed": 5, "penalised": 20, "discipline_proposed": 27,
     "corrected": 28, "closed": 34}
)  # fmt: skip

#: Whose cases nobody has dealt with yet: they are stopped, and that is all.
_NOT_DEALT_WITH = ("当事人甲",)
_STOPPED = ("stop_ordered", "notified", "stopped")

#: The monthly reports that are late or missing; all others go out before the 28th. The last month is not over yet.
REPORTED_LATE = MappingProxyType({"2026-02": date(2026, 3, 10)})
NOT_REPORTED = ("2026-04", "2026-06")


def all_steps(violations: Iterable[Violation]) -> list[Step]:
    """
    List what happened in the confirmed cases, and the monthly reports of the county.

    Parameters
    ----------
    violations
        The patches; the first of each case gives its day and its grade.
    """
    cases = {one.case_id: one for one in reversed(list(violations)) if one.plan.status == "confirmed"}
    steps = [step for case_id in reversed(cases) for step in _case_steps(case_id, cases[case_id])]
    return [*steps, *_reports()]


def _case_steps(case_id: str, violation: Violation) -> Iterator[Step]:
    found = violation.found_on
    yield Step("found", found, case_id)
    yield Step("reported_up", _working_day(found, 1), case_id)
    if case_id in COURSES:
        for event, day in COURSES[case_id].items():
            yield Step(event, _day(day, found.year), case_id)
    else:
        usual = _USUAL if violation.plan.severity == "ordinary" else _USUAL_IF_SERIOUS
        if violation.plan.party in _NOT_DEALT_WITH:
            usual = MappingProxyType({event: usual[event] for event in _STOPPED})
        days = {event: _working_day(found, number) for event, number in usual.items()}
        yield from (Step(event, on, case_id) for event, on in days.items() if on <= AS_OF)
    for case, department, told in _DEPARTMENTS:
        if case == case_id:
            for event, day in told.items():
                yield Step(event, _day(day, found.year), case_id, office=f"{COUNTY_CODE}-{department}")


def _reports() -> Iterator[Step]:
    for number in range(18):
        year, month = 2025 + number // 12, number % 12 + 1
        period = f"{year}-{month:02d}"
        if period not in NOT_REPORTED:
            on = REPORTED_LATE.get(period, _working_day(date(year, month, 20), 3))
            yield Step("monthly_report", on, office=COUNTY_CODE, period=period)


def _day(text: str, year: int) -> date:
    return date.fromisoformat(text if len(text) > len("12-31") else f"{year}-{text}")


def _working_day(on: date, number: int) -> date:
    """Return the working day that comes so many working days after a day."""
    while number > 0:
        on += timedelta(days=1)
        number -= is_working_day(on)
    return on
