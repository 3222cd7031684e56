"""What was done in a case: events in order of time, duties with their limits, the articles that rest on it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from geoenforce.core.accountability_results import AccountabilityResults
from geoenforce.core.accountability_terms import DutyStatus, Event, Level
from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.persons import without_persons
from geoenforce.core.results import Results
from geoenforce.outputs.accountability_files import finding_records
from geoenforce.outputs.accountability_words import Wording, measures_in_words, named, reason_in_words
from geoenforce.outputs.documents.model import Block, Column, Heading, Paragraph, Show, Table
from geoenforce.outputs.duty_words import owner, remark, to_do, urgent_first, waited_in_words
from geoenforce.outputs.evidence.case import Case, Record
from geoenforce.outputs.evidence.words import WORDS
from geoenforce.outputs.explain_units import evidence_of, left_out
from geoenforce.outputs.run_tables import plain_records


def course_blocks(results: Results, case: Case, lang: str, *, with_personal_data: bool = False) -> Iterator[Block]:
    """
    Give the timeline of a case, then its duties.

    Parameters
    ----------
    results
        What the run found.
    case
        The case.
    lang
        ``"zh"`` or ``"en"``.
    with_personal_data
        Whether the notes of events are shown: anybody may be named in them.

    Examples
    --------
    >>> [type(block).__name__ for block in course_blocks(results, case, "zh")]  # doctest: +SKIP
    ['Heading', 'Table', 'Table', 'Paragraph']
    """
    words = WORDS[lang]
    yield Heading(words["course"])
    yield _timeline(results, case, lang, with_personal_data=with_personal_data)
    if results.accountability is None:
        yield Paragraph(words["no_accountability"], "note")
        return
    duties = results.accountability.duties
    owed = plain_records(urgent_first(duties[duties["case_id"] == case.case_id]))
    applicable = [duty for duty in owed if duty["status"] != DutyStatus.NOT_APPLICABLE.value]
    yield _duties(applicable, Wording(results.accountability.names, lang))
    if len(applicable) < len(owed):
        yield Paragraph(words["not_applicable"].format(n=len(owed) - len(applicable)), "note")


def finding_blocks(results: Results, case: Case, lang: str, *, with_personal_data: bool = False) -> Iterator[Block]:
    """
    Give the findings that rest on a case, and those that left it out because it was stopped in time.

    Examples
    --------
    >>> [type(block).__name__ for block in finding_blocks(results, case, "zh")]  # doctest: +SKIP
    ['Heading', 'Table']
    """
    words = WORDS[lang]
    yield Heading(words["findings"])
    if results.accountability is None:
        yield Paragraph(words["no_accountability"], "note")
        return
    findings = results.accountability.findings
    rows = _finding_rows(
        findings, case, Wording(results.accountability.names, lang), with_personal_data=with_personal_data
    )
    columns = (
        Column(words["subject"], weight=1.2),
        Column(words["citation"], weight=1.6),
        Column(words["measure"], weight=1.8),
        Column(words["roles"], weight=1.3),
        Column(words["because"], weight=2.2),
        Column(words["role_of_case"], weight=1.0),
    )
    yield Table(
        words["findings_caption"], words["findings"], columns, tuple(rows), words["no_findings"], words["findings_note"]
    )


def _finding_rows(
    findings: pd.DataFrame, case: Case, wording: Wording, *, with_personal_data: bool
) -> Iterator[tuple[str, ...]]:
    """Go through the findings in which the case counts, or was left out because it was stopped in time."""
    for finding in finding_records(without_persons(findings).reset_index()):
        counts = case.case_id in (finding["office"], *evidence_of(finding))
        stopped = case.case_id in {one["case_id"] for one in left_out(finding)}
        if not (counts or stopped):
            continue
        reasons = (reason_in_words(one, wording, finding["regulation"]) for one in finding["because"])
        yield (
            f"{_subject(finding, with_personal_data=with_personal_data)}\n{finding['year']}",
            str(finding["citation"]),
            measures_in_words(finding, wording),
            wording.listed("role", finding["roles"], finding["regulation"]),
            wording.word("reasons").join(reasons),
            WORDS[wording.lang]["counts" if counts else "stopped"],
        )


def _subject(finding: Record, *, with_personal_data: bool) -> str:
    """Name the office of a finding; a person's name only where names are asked for."""
    is_person = finding["level"] == Level.INDIVIDUAL.value
    name = finding["office_name"] if with_personal_data or not is_person else None
    return str(name or finding["office"])


def _timeline(results: Results, case: Case, lang: str, *, with_personal_data: bool) -> Table:
    words = WORDS[lang]
    columns = [
        Column(words["day"], Show.DAY, weight=1.2),
        Column(words["what"], weight=2.5),
        Column(words["office"], weight=1.5),
        *([Column(words["remark"], weight=2.0)] if with_personal_data else []),
    ]
    told: list[tuple[Any, ...]] = [
        (found_on.date(), "", words["found_patch"].format(patch=violation_id), "", "")
        for violation_id, found_on in case.counted["found_on"].items()
        if not pd.isna(found_on)
    ]
    if results.accountability is not None:
        told += _events(results.accountability, case, _names(results), lang)
        told += _missed(results.accountability, case, lang)
    told.sort(key=lambda one: (one[0], one[1]))
    # what follows the day is what is told of it; the note goes last, and only if it may be shown
    rows = [(day, what, office, *([note] if with_personal_data else [])) for day, _, what, office, note in told]
    return Table(words["timeline"], words["timeline"], tuple(columns), tuple(rows), words["no_events"])


def _events(
    accountability: AccountabilityResults, case: Case, offices: dict[str, str], lang: str
) -> Iterator[tuple[Any, ...]]:
    """Give the events of a case: day, time, what, office, note."""
    wording = Wording(accountability.names, lang)
    events = accountability.events
    for event in plain_records(events[events["case_id"] == case.case_id]):
        if event["event"] == Event.FOUND.value and event["on"] in set(case.counted["found_on"]):
            continue  # said already, patch by patch
        at = event.get("at")
        time = "" if at is None else at.tz_convert(LOCAL_ZONE).strftime("%H:%M")
        what = _event_name(event["event"], wording)
        office = event["office"] or ""
        yield (event["on"].date(), time, f"{what} {time}".rstrip(), offices.get(office, office), event["note"] or "")


def _missed(accountability: AccountabilityResults, case: Case, lang: str) -> Iterator[tuple[Any, ...]]:
    """Give the last days that passed without what was due."""
    wording, duties = Wording(accountability.names, lang), accountability.duties
    is_missed = duties["status"].isin([DutyStatus.OVERDUE.value, DutyStatus.MET_LATE.value])
    for duty in plain_records(duties[(duties["case_id"] == case.case_id) & is_missed & duties["due_on"].notna()]):
        what = WORDS[lang]["missed"].format(what=to_do(duty, wording))
        yield (duty["due_on"].date(), "24:00", what, owner(duty, wording), "")


def _event_name(code: str, wording: Wording) -> str:
    """Name an event as the first regulation that has a name for it."""
    names = (wording.name("event", code, regulation) for regulation in ("", *wording.names))
    return next((name for name in names if name != code), code)


def _names(results: Results) -> dict[str, str]:
    """Return the names of offices that are no persons, by their code."""
    names = {str(code): str(name) for code, name in results.townships["township_name"].dropna().items()}
    assert results.accountability is not None  # asked by the caller
    for table in (results.accountability.facts, results.accountability.findings):
        named_ones = table[(table["level"] != Level.INDIVIDUAL.value) & table["office_name"].notna()]
        names |= dict(zip(named_ones["office"], named_ones["office_name"], strict=True))
    return names


def _duties(duties: list[Record], wording: Wording) -> Table:
    words = WORDS[wording.lang]
    columns = (
        Column(words["state"], weight=1.2),
        Column(words["actor"], weight=1.6),
        Column(words["to_do"], weight=1.5),
        Column(words["from"], weight=2.1),
        Column(words["due"], Show.DAY, weight=1.3),
        Column(words["done"], Show.DAY, weight=1.3),
        Column(words["citation"], weight=2.8),
    )
    rows = tuple(
        (
            _state(duty, wording),
            owner(duty, wording),
            to_do(duty, wording),
            _from(duty, wording),
            _date(duty["due_on"]),
            _date(duty["done_on"]),
            "\n".join(filter(None, [duty["citation"], remark(duty, wording)])),
        )
        for duty in duties
    )
    return Table(words["duties"], words["duties"], columns, rows, words["no_duties"])


def _state(duty: Record, wording: Wording) -> str:
    words, state = WORDS[wording.lang], named(DutyStatus, duty["status"], wording.lang)
    if duty["days_over"]:
        return state + words["over"].format(n=int(duty["days_over"]))
    if duty["days_left"] is not None:
        return state + words["left"].format(n=int(duty["days_left"]))
    if duty["waited"] and duty["due_on"] is None:
        form = words["took" if duty["done_on"] is not None else "waiting"]
        return state + form.format(time=waited_in_words(duty["waited"], wording.lang))
    return state


def _from(duty: Record, wording: Wording) -> str:
    event = wording.name("event", duty["from_event"], duty["regulation"])
    day = _date(duty["from_on"])
    return event if day is None else f"{event} {day.isoformat()}"


def _date(moment: Any) -> date | None:
    return None if moment is None else pd.Timestamp(moment).date()
