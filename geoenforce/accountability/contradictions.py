"""What cannot be true in the registers: dates in the wrong order or in the future, and ids that nobody knows."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from geoenforce.accountability.sources import Sources, alike, measures_alike
from geoenforce.core.accountability_terms import Event, Level
from geoenforce.core.sentences import Sentence, named, say, word
from geoenforce.core.tables import issue, issues_table
from geoenforce.rules.regulation import Regulation
from geoenforce.rules.vocabulary import computed_facts, known_codes

Row = dict[Any, Any]
Problem = tuple[str, Sentence]  # its code, and what is said of it

#: Pairs of events of one case of which the second cannot come first.
_IN_ORDER = (
    *((Event.FOUND, later) for later in (
        Event.STOPPED, Event.CORRECTED, Event.DEMOLISHED, Event.RECULTIVATED, Event.FILED, Event.PENALISED,
        Event.CLOSED,
    )),
    (Event.FILED, Event.PENALISED),
    (Event.PENALISED, Event.PENALTY_FINAL),
    (Event.PENALISED, Event.EXECUTION_APPLIED),
    (Event.TRANSFERRED, Event.RECEIVED),
    (Event.RECEIVED, Event.DECIDED),
    (Event.NON_FILING_NOTICE, Event.REVIEW_REQUESTED),
    (Event.REVIEW_REQUESTED, Event.REVIEW_DECIDED),
    (Event.DISCIPLINE_RECEIVED, Event.DISCIPLINE_RESULT),
)  # fmt: skip
_NO_UNIT = (Level.DEPARTMENT.value, Level.INDIVIDUAL.value)


@dataclass(frozen=True)
class _Known:
    """What the registers may name."""

    sources: Sources
    as_of: date
    codes: dict[str, frozenset[str]]  # kind → codes

    def office(self, office: Any, level: Any) -> Iterator[Problem]:
        actual = self.sources.level_of(office)
        if actual is None and (pd.isna(level) or level not in _NO_UNIT):
            yield "unknown_office", say("unknown_office", office=office)
        elif actual is None and level == Level.DEPARTMENT.value and len(self.sources.departments):
            yield "unknown_office", say("unknown_department", office=office)
        elif actual is not None and not pd.isna(level) and level != actual:
            told, true = named(level, Level), named(actual, Level)
            yield "level_of_office", say("level_of_office", level=told, office=office, actual=true)

    def case(self, case_id: Any) -> Iterator[Problem]:
        if not pd.isna(case_id) and case_id not in self.sources.cases.index:
            yield "unknown_case", say("unknown_case", case=case_id)

    def code(self, kind: str, code: Any) -> Iterator[Problem]:
        if code not in self.codes[kind]:
            yield f"unknown_{kind}", say("unknown_code", kind=word(kind), code=code)

    def past(self, day: Any, what: Sentence) -> Iterator[Problem]:
        if not pd.isna(day) and day > pd.Timestamp(self.as_of):
            yield "in_the_future", say("in_the_future", what=what, day=day.date(), as_of=self.as_of)


def contradictions(
    sources: Sources,
    regulations: Sequence[Regulation],
    *,
    as_of: date,
    cultivated_taken: pd.DataFrame | None = None,
    deductions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """
    Report what cannot be true in the registers, with file and row.

    Parameters
    ----------
    sources
        The registers, and the units and cases they may name.
    regulations
        Those in use: they declare which facts, measures and events there are.
    as_of
        What lies after it is in the future.
    cultivated_taken, deductions
        Those tables, where there are any.

    Returns
    -------
    issues
        The table ISSUES, in the order of the registers and their rows. Every row is kept as it is (``noted``); the
        sentence says where it has no effect. Problems: ``in_the_future``, ``unknown_case``, ``unknown_office``,
        ``level_of_office``, ``unknown_event``, ``unknown_measure``, ``unknown_fact``, ``no_subject``,
        ``events_out_of_order``, ``corrected_before_measure``, ``due_before_measure``, ``repeated_row``.

    Examples
    --------
    >>> from geoenforce.accountability.units import Hierarchy
    >>> from geoenforce.core.accountability_tables import CASE_EVENTS, DECLARATIONS, DEPARTMENTS, MEASURES
    >>> from geoenforce.core.tables import empty
    >>> cases = pd.DataFrame({"found_on": pd.to_datetime(["2026-03-05"])}, index=["A"])
    >>> stopped = empty(CASE_EVENTS).reindex([0]).assign(case_id="A", event="stopped", on=pd.Timestamp("2026-03-02"))
    >>> sources = Sources(Hierarchy(pd.DataFrame({"office": [], "level": []}), {}), cases, stopped,
    ...                   *map(empty, (MEASURES, DECLARATIONS, DEPARTMENTS)))
    >>> contradictions(sources, [], as_of=date(2026, 6, 30))["detail"].to_list()
    ["The case 'A' has stopped on 2026-03-02, before found on 2026-03-05."]
    """
    known = _Known(sources, as_of, _codes(regulations))
    rows = [
        *_each(sources.events, known, _of_event),
        *_out_of_order(sources),
        *_each(sources.measures, known, _of_measure),
        *_each(sources.declarations, known, _of_declaration),
        *_each(sources.departments, known, _of_department),
    ]
    for table in (cultivated_taken, deductions):
        if table is not None:
            rows.extend(_each(table, known, _of_area))
    return issues_table(rows)


def _codes(regulations: Sequence[Regulation]) -> dict[str, frozenset[str]]:
    kinds = {"event": "event", "measure": "measure", "actor": "actor"}
    codes = {kind: frozenset(known_codes(kind, {})) for kind in kinds}
    for regulation in regulations:
        codes = {kind: codes[kind] | frozenset(known_codes(kind, regulation.names)) for kind in kinds}
    declared = {fact for regulation in regulations for fact in _declared(regulation)}
    return {**codes, "fact": frozenset(declared)}


def _declared(regulation: Regulation) -> set[str]:
    conditions = [one for rule in regulation.rules for circumstance in rule.any_of for one in
                  (circumstance.condition, circumstance.while_)]  # fmt: skip
    used = {condition.fact for condition in conditions if condition is not None}
    return (used | set(regulation.names.get("declared", {}))) - set(computed_facts(regulation.names))


def _each(table: pd.DataFrame, known: _Known, problems: Callable[[Row, _Known], Iterator[Problem]]) -> Iterator[Row]:
    """Ask every row of a register for its problems, and say where it stands."""
    rows = table.reset_index() if table.index.name else table
    are_measures = "measure" in table
    again = say("repeated_measure" if are_measures else "repeated_row")
    for row, repeats in zip(
        rows.to_dict("records"), measures_alike(table) if are_measures else alike(table), strict=True
    ):
        found = list(problems(row, known))
        if repeats:
            found.append(("repeated_row", again))
        for problem, said in found:
            yield _issue(row, problem, said, table.index.name)


def _issue(row: Row, problem: str, said: Sentence, index: Any = None) -> Row:
    feature = row[index] if index else row.get("case_id")
    return issue(problem, said, file=row.get("source_file"), row=row.get("row"), feature=feature)


def _of_event(row: Row, known: _Known) -> Iterator[Problem]:
    yield from known.code("event", row["event"])
    yield from known.case(row["case_id"])
    if pd.isna(row["case_id"]) and pd.isna(row["office"]):
        yield "no_subject", say("no_subject", event=named(row["event"], Event))
    if not pd.isna(row["office"]) and row["office"] not in known.codes["actor"]:
        yield from known.office(row["office"], None)
    if row["event"] != Event.RECTIFY_BY.value:  # that day is a deadline, and may well lie ahead
        event = named(row["event"], Event)
        yield from known.past(row["on"], Sentence(f"'{event.en}'", f"“{event.zh}”"))


def _out_of_order(sources: Sources) -> Iterator[Row]:
    """Compare the first events of each kind, case by case; the day a case was found stands in for an event."""
    events = sources.events[sources.events["case_id"].notna()].sort_values("on", kind="stable")
    firsts = events.drop_duplicates(["case_id", "event"])
    rows = {(row["case_id"], row["event"]): row for row in firsts.to_dict("records")}
    for case_id, found_on in sources.cases["found_on"].dropna().items():
        rows.setdefault((case_id, Event.FOUND.value), {"on": found_on})
    for case_id in sorted(set(events["case_id"])):
        for before, after in _IN_ORDER:
            first, second = rows.get((case_id, before.value)), rows.get((case_id, after.value))
            if first and second and second["on"] < first["on"]:
                said = say(
                    "events_out_of_order", case=case_id, later=named(after.value, Event), later_on=second["on"].date(),
                    earlier=named(before.value, Event), earlier_on=first["on"].date(),
                )  # fmt: skip
                yield _issue(second, "events_out_of_order", said)


def _of_measure(row: Row, known: _Known) -> Iterator[Problem]:
    yield from known.office(row["office"], row["level"])
    yield from known.code("measure", row["measure"])
    yield from known.past(row["on"], word("Imposed"))
    yield from known.past(row["corrected_on"], word("Corrected"))
    for case_id in [] if pd.isna(row["case_ids"]) else re.split(r"[、;；,，\s]+", row["case_ids"].strip()):
        yield from known.case(case_id)
    if row["corrected_on"] < row["on"]:
        yield "corrected_before_measure", say("corrected_before_measure", day=row["corrected_on"].date())
    if row["correct_by"] < row["on"]:
        yield "due_before_measure", say("due_before_measure", day=row["correct_by"].date())


def _of_declaration(row: Row, known: _Known) -> Iterator[Problem]:
    yield from known.office(row["office"], row["level"])
    yield from known.code("fact", row["fact"])
    yield from known.case(row["case_id"])
    yield from known.past(row["on"], word("Holds from a day"))
    yield from known.past(row["recorded_on"], word("Recorded"))


def _of_department(row: Row, known: _Known) -> Iterator[Problem]:
    yield from known.code("actor", row["kind"])
    if row["unit_code"] not in known.sources.hierarchy.levels:
        yield "unknown_office", say("unknown_unit", unit=row["unit_code"])


def _of_area(row: Row, known: _Known) -> Iterator[Problem]:
    if row["office"] not in known.sources.hierarchy.levels:
        yield "unknown_office", say("office_without_effect", office=row["office"])
