"""What each letter says: the values of its placeholders. What a person decides is in none of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geoenforce.core.accountability_terms import Actor, DutyStatus, Event, Measure
from geoenforce.core.errors import InputError, some
from geoenforce.core.results import Results
from geoenforce.outputs.accountability_report.scope import Scope, day_of
from geoenforce.outputs.accountability_words import reasons_of
from geoenforce.outputs.documents.model import day_in_words
from geoenforce.outputs.duty_words import to_do
from geoenforce.outputs.explain_units import evidence_of
from geoenforce.outputs.letters.facts import case_facts, find_unit, finding_facts, named_cases, scope_of
from geoenforce.outputs.letters.kinds import LetterKind
from geoenforce.outputs.regulations import period_in_words
from geoenforce.rules.regulation import Regulation

Context = dict[str, Any]

_TALKS = (Measure.ADMONISHMENT_TALK.value, Measure.INTERVIEW.value)
_NOTICES = {True: Event.NOTIFIED.value, False: Event.DEPARTMENT_NOTIFIED.value}


@dataclass(frozen=True)
class Asked:
    """Which letter is asked for."""

    kind: LetterKind
    what: str  # a case; for a talk a unit or department, and for a disciplinary proposal either
    to: str | None = None  # the department a notice goes to; by default the township that the case lies in
    year: int | None = None  # of a unit's findings; by default the latest that has any
    with_personal_data: bool = False  # whether the party of a case is named


def letter_context(asked: Asked, results: Results, regulations: Sequence[Regulation]) -> Context:
    """
    Gather the facts that a letter tells.

    Parameters
    ----------
    asked
        The letter, and what it is about.
    results
        The tables of a run, those of accountability among them.
    regulations
        Those that were applied: a notice names the deadlines that begin with it.

    Returns
    -------
    context
        The values of the placeholders; the templates leave blanks for all that a person decides or adds.

    Raises
    ------
    InputError
        If there is no such case or unit, or it has no finding that the letter could rest on.

    Examples
    --------
    >>> letter_context(Asked(LetterKind.NOTICE, "JZD003"), results, regulations)["addressee"]  # doctest: +SKIP
    '石磨岭镇人民政府'
    """
    scope = scope_of(results)
    if asked.kind is LetterKind.NOTICE:
        own = _notice(asked, scope, regulations)
    else:
        own = _discipline(asked, scope) if asked.kind is LetterKind.DISCIPLINE else _talk(asked, scope)
    return {"kind": asked.kind.zh, "project": results.title, "as_of": day_in_words(scope.until, "zh"), **own}


def _notice(asked: Asked, scope: Scope, regulations: Sequence[Regulation]) -> Context:
    facts = case_facts(scope.results, asked.what, with_personal_data=asked.with_personal_data)
    addressee, actors = _government(facts["township"]), {Actor.TOWNSHIP.value}
    if asked.to is not None:
        office = find_unit(scope, asked.to)
        addressee, actors = scope.name(office), _actors_of(office, scope)
    duties = [
        {
            "citation": regulation.citation(duty.place),
            "to_do": to_do({"do_event": "; ".join(duty.do_events), "regulation": regulation.id}, scope.words),
            "within": period_in_words(duty.within, "zh"),
        }
        for regulation in regulations
        for duty in regulation.duties
        if duty.from_event == _NOTICES[asked.to is None] and actors.intersection(duty.actors)
    ]
    return {**facts, "addressee": addressee, "duties": duties}


def _government(township: str) -> str:
    """Name the government of a township as letters address it."""
    if township.endswith("街道"):
        return f"{township}办事处"
    return f"{township}人民政府" if township.endswith(("镇", "乡")) else township


def _actors_of(office: str, scope: Scope) -> set[str]:
    """Say what kind of department an office is, as far as the duties know it."""
    owed = scope.made.duties
    return set(owed.loc[owed["office"] == office, "actor"])


def _discipline(asked: Asked, scope: Scope) -> Context:
    findings, what = scope.made.findings, asked.what
    if what in scope.results.cases.index:
        chosen = [one for one in findings.to_dict("records") if what in (one["office"], *_evidence(one))]
        case = case_facts(scope.results, what, with_personal_data=asked.with_personal_data)
        return {"unit": "", "case": case, **_resting_on(chosen, what, scope), "deadline": _deadline(what, scope)}
    office = find_unit(scope, what)
    chosen = _of_office(findings, office, asked.year, scope, "no finding")
    return {"unit": scope.name(office), "case": None, **_resting_on(chosen, office, scope), "deadline": ""}


def _talk(asked: Asked, scope: Scope) -> Context:
    office, findings = find_unit(scope, asked.what), scope.made.findings
    talking = findings[findings["measure"].isin(_TALKS)]
    chosen = _of_office(talking, office, asked.year, scope, "no finding that names a talk or an interview")
    talks = "、".join(dict.fromkeys(scope.words.name("measure", one["measure"], one["regulation"]) for one in chosen))
    return {"unit": scope.name(office), "talk": talks, **_resting_on(chosen, office, scope)}


def _of_office(
    findings: pd.DataFrame, office: str, year: int | None, scope: Scope, nothing: str
) -> list[dict[Any, Any]]:
    """Return a unit's findings of a year, by default of the latest that has any; say who has some where it has none."""
    own = findings[findings["office"] == office]
    chosen = own[own["year"] == (own["year"].max() if year is None else year)]
    if len(chosen):
        return list(chosen.to_dict("records"))
    of_year = "" if year is None else f" of {year}"
    known = sorted({f"{scope.name(one)} {when}" for one, when in findings[["office", "year"]].to_numpy()})
    message = (
        f"'{scope.name(office)}' has {nothing}{of_year}, so there is nothing that this letter could rest on; known are "
        f"{some(known)}."
    )
    raise InputError(message)


def _resting_on(findings: list[dict[Any, Any]], what: str, scope: Scope) -> Context:
    """Tell findings, the cases they rest on, and what the register of measures already has."""
    told = finding_facts(findings, scope)
    ids = sorted({one for finding in findings for one in _evidence(finding)} | {what})
    register = scope.made.measures
    offices = {one["office"] for one in findings}
    imposed = [
        {
            "on": day_in_words(day, "zh"), "office": scope.name(one["office"]),
            "measure": scope.words.name("measure", one["measure"], str(one["regulation"])),
        }
        for one in register[register["office"].isin(offices)].sort_values("on", kind="stable").to_dict("records")
        if (day := day_of(one["on"])) is not None
    ]  # fmt: skip
    roles = "、".join(dict.fromkeys(role for one in told for role in one["roles"].split("、") if role))
    return {"findings": told, "cases": named_cases(ids, scope.results), "imposed": imposed, "roles": roles}


def _evidence(finding: dict[Any, Any]) -> list[str]:
    return evidence_of({"because": reasons_of(finding)})


def _deadline(case_id: str, scope: Scope) -> str:
    """Say by when the proposal is owed, where a penalty decision is on record."""
    owed = scope.made.duties
    proposing = owed["do_event"].str.contains(Event.DISCIPLINE_PROPOSED.value) & owed["due_on"].notna()
    mine = owed[proposing & (owed["case_id"] == case_id) & (owed["status"] != DutyStatus.NOT_APPLICABLE.value)]
    return "" if mine.empty else day_in_words(mine["due_on"].min().date(), "zh")
