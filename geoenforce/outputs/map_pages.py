"""The page of each township and of the county beside the map: findings, warnings, overdue duties, missed days."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

import pandas as pd

from geoenforce.core.accountability_results import AccountabilityResults
from geoenforce.core.accountability_terms import DutyStatus
from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.patrol_terms import OfficeLevel
from geoenforce.core.results import Results
from geoenforce.outputs.accountability_words import Wording, amount, measures_in_words, reason_in_words, reasons_of
from geoenforce.outputs.duty_words import DUTY_LINE, duty_line
from geoenforce.outputs.explain_words import warning_line
from geoenforce.outputs.map_columns import text_lists
from geoenforce.outputs.map_side_words import PAGE_WORDS
from geoenforce.outputs.run_tables import plain_records
from geoenforce.outputs.wording import in_words

Data: TypeAlias = dict[str, Any]

_MOST_DUTIES = 30
_TOLD = tuple(status.value for status in (DutyStatus.OVERDUE, DutyStatus.OPEN, DutyStatus.MET_LATE))


def with_pages(data: Data, results: Results, lang: str) -> Data:
    """
    Add what stands beside the map of the county and of each township.

    Parameters
    ----------
    data
        What the map shows so far; it is not changed. Its townships are those of `results`, in order.
    results
        The tables of the run.
    lang
        ``"zh"`` or ``"en"``.

    Returns
    -------
    data
        With ``county`` (facts and sections: those of every office that is no township) and, for each township,
        ``sections``. A section has a title, what to say where it is empty, entries (a head, lines below it, and
        whether it is urgent), and how many it tells of: a line may tell of several days. The columns of cases get
        ``events`` and ``duties`` in words.
    """
    codes, courses = list(results.townships.index), _with_courses(data["cases"], results, lang)
    results = _only_overdue(results)
    townships = [
        {**township, "sections": list(_sections(results, [code], lang))}
        for township, code in zip(data["townships"], codes, strict=True)
    ]
    others = _other_offices(results, set(codes))
    facts = _county_facts(results.accountability, lang) if results.accountability is not None else []
    county = {"facts": facts, "sections": list(_sections(results, others, lang, named=True))}
    return {**data, "townships": townships, "county": county, "cases": courses}


def _with_courses(columns: Data, results: Results, lang: str) -> Data:
    """Add to each case what happened on which day, and the duties that are open, overdue or were met late."""
    made, cases = results.accountability, results.cases.index
    if made is None:
        return columns
    words = Wording(made.names, lang)
    happened = made.events[made.events["case_id"].isin(cases)].sort_values("on", kind="stable")
    names = {code: words.name("event", code) for code in happened["event"].unique()}
    said = happened["on"].dt.strftime("%Y-%m-%d") + " " + happened["event"].map(names)
    duties = made.duties[made.duties["case_id"].isin(cases) & made.duties["status"].isin(_TOLD)]
    told = [duty_line(row, words) for row in _plain(duties[list(DUTY_LINE)])]
    return {
        **columns,
        "events": text_lists(_by_case(cases, happened["case_id"], said)),
        "duties": text_lists(_by_case(cases, duties["case_id"], told)),
    }


def _by_case(cases: pd.Index, owners: Iterable[str], texts: Iterable[str]) -> Iterable[list[str]]:
    found: dict[str, list[str]] = {case_id: [] for case_id in cases}
    for owner, text in zip(owners, texts, strict=True):
        found[owner].append(text)
    return found.values()


def _only_overdue(results: Results) -> Results:
    """Leave out the duties that no page tells of, before each page looks for its own."""
    made = results.accountability
    if made is None:
        return results
    overdue = made.duties[made.duties["status"] == DutyStatus.OVERDUE.value]
    return replace(results, accountability=replace(made, duties=overdue))


def _other_offices(results: Results, codes: set[str]) -> list[str]:
    made = results.accountability
    if made is None:
        return []
    offices = pd.concat([made.findings["office"], made.warnings["office"], made.duties["office"].dropna()])
    return [str(office) for office in sorted(set(offices) - codes)]


def _county_facts(made: AccountabilityResults, lang: str) -> list[list[str]]:
    """Count over all offices, townships among them."""
    words, year = PAGE_WORDS[lang], made.as_of.year
    close = made.warnings[made.warnings["is_close"] & (made.warnings["year"] == year)]
    return [
        [words["findings_of"].format(year=year), amount(int((made.findings["year"] == year).sum()), "duty", lang)],
        [words["close_warnings"].format(year=year), amount(len(close), "duty", lang)],
        [words["overdue"], amount(len(made.duties), "duty", lang)],
    ]


def _sections(results: Results, offices: list[str], lang: str, *, named: bool = False) -> Iterator[Data]:
    words, made = PAGE_WORDS[lang], results.accountability
    whose = words["other_offices"] if named else "{title}"
    if made is not None:
        wording = Wording(made.names, lang)
        for key, entries in (
            ("findings", _findings(made, offices, wording, named=named)),
            ("warnings", _warnings(made, offices, wording, named=named)),
        ):
            yield _section(key, whose.format(title=words[key]), words["none"], entries, len(entries))
        number = int(made.duties["office"].isin(offices).sum())
        yield _section(
            "overdue", whose.format(title=words["overdue"]), words["none"], _overdue(made, offices, wording), number
        )
    if results.patrols is not None and not named:
        days = _missed_days(results.patrols, offices)
        yield _section("missed", words["missed"], words["missed_none"], _missed(days, lang), len(days))


def _section(key: str, title: str, empty: str, entries: list[Data], number: int) -> Data:
    return {"key": key, "title": title, "empty": empty, "entries": entries, "number": number}


def _findings(made: AccountabilityResults, offices: list[str], words: Wording, *, named: bool) -> list[Data]:
    own = made.findings[made.findings["office"].isin(offices)].sort_values("year", ascending=False, kind="stable")
    return [
        {
            "head": _headed(row, PAGE_WORDS[words.lang]["finding"], named=named),
            "lines": [
                f"→ {measures_in_words(row, words)}",
                *(reason_in_words(reason, words, row["regulation"]) for reason in reasons_of(row)),
            ],
            "urgent": False,
        }
        for row in _plain(own)
    ]


def _warnings(made: AccountabilityResults, offices: list[str], words: Wording, *, named: bool) -> list[Data]:
    own = made.warnings[made.warnings["office"].isin(offices) & (made.warnings["year"] == made.as_of.year)]
    own = own.sort_values(["is_close", "to_go"], ascending=[False, True], kind="stable")
    form = "{office}" if named else ""
    return [
        {
            "head": _headed(row, form, named=named),
            "lines": [warning_line(row, words)],
            "urgent": bool(row["is_close"]),
        }
        for row in _plain(own)
    ]


def _headed(row: Data, form: str, *, named: bool) -> str:
    office = str(row["office_name"] or row["office"]) if named else ""
    return form.format(office=office, year=row["year"], citation=row["citation"]).strip()


def _overdue(made: AccountabilityResults, offices: list[str], words: Wording) -> list[Data]:
    late = made.duties[made.duties["office"].isin(offices)].sort_values("days_over", ascending=False, kind="stable")
    entries = [
        {"head": "", "lines": [duty_line(row, words, with_case=True)], "urgent": True}
        for row in _plain(late.head(_MOST_DUTIES))
    ]
    if len(late) > _MOST_DUTIES:
        more = PAGE_WORDS[words.lang]["more_duties"].format(number=len(late) - _MOST_DUTIES)
        entries.append({"head": "", "lines": [more], "urgent": False})
    return entries


def _missed_days(patrols: PatrolResults, offices: list[str]) -> pd.DataFrame:
    """Return the days without a patrol that counts."""
    days = patrols.days
    own = days["office"].isin(offices) & (days["level"] == OfficeLevel.TOWNSHIP.value)
    return days[own & ~days["is_compliant"] & ~days["is_excused"]].sort_values("on")


def _missed(missed: pd.DataFrame, lang: str) -> list[Data]:
    """Return a line for each month and reason, the latest month first."""
    grouped = missed.groupby([missed["on"].dt.strftime("%Y-%m"), "reason"], sort=True)["on"]
    lines = [
        PAGE_WORDS[lang]["missed_days"].format(
            month=month, reason=in_words("reason", reason, lang), number=len(dates),
            days=PAGE_WORDS[lang]["missed_mark"].join(str(day.day) for day in dates),
        )
        for (month, reason), dates in grouped
    ]  # fmt: skip
    return [{"head": "", "lines": [line], "urgent": False} for line in reversed(lines)]


def _plain(frame: pd.DataFrame) -> list[Data]:
    """Return rows with Python's own values, days as ISO texts."""
    if frame.empty:  # most townships have little to tell, and pandas takes its time to say so
        return []
    days = frame.select_dtypes("datetime")
    return plain_records(frame.assign(**{name: days[name].dt.strftime("%Y-%m-%d") for name in days}))
