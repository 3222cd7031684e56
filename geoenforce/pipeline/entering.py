"""Entries made by command: what they name is looked up, and they stand in the store until the next run counts them."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy.engine import Connection

from geoenforce.core.accountability_tables import CASE_EVENTS, DEPARTMENTS
from geoenforce.core.accountability_terms import LEVEL_BY_DIGITS, Event, Level, Measure
from geoenforce.core.clock import today
from geoenforce.core.errors import InputError, some
from geoenforce.core.tables import CASES, TOWNSHIPS, VIOLATIONS
from geoenforce.inputs.columns import plain
from geoenforce.inputs.config import Config
from geoenforce.inputs.register_forms import known_words, term_words, words_of
from geoenforce.pipeline.registers import applied_regulations
from geoenforce.pipeline.storing import reading_store
from geoenforce.store.entries import enter, entered, merged, withdraw
from geoenforce.store.tables import load

_NO_UNIT = (Level.DEPARTMENT.value, Level.INDIVIDUAL.value)


@dataclass(frozen=True)
class Entry:
    """What was entered: its number, and what it contradicts in the files of the last run."""

    number: int
    contradictions: tuple[str, ...]


def enter_events(config: Config, case: str, events: Mapping[str, date], **more: Any) -> Entry:
    """
    Enter what happened in a case, or in a unit.

    Parameters
    ----------
    config
        The project's configuration.
    case
        The case's id; or the division code of a unit, for what happens in units (a monthly report).
    events
        Event, by its code or its Chinese or English name → day.
    **more
        ``at`` (the moment, zone-aware), ``office``, ``period`` (month) and ``note``, of all of them.

    Raises
    ------
    InputError
        If there is no such case, office or event; the message names those that are alike.

    Examples
    --------
    >>> enter_events(config, "445299-2026-017", {"stop_ordered": date(2026, 3, 2)}).number  # doctest: +SKIP
    21
    """
    words = term_words(Event, {}, words_of(applied_regulations(config), "event"))
    codes = {_known(event, words, "event"): on for event, on in events.items()}
    for code, on in codes.items():
        if code != Event.RECTIFY_BY:  # a deadline, which may well lie ahead
            _refuse_future(on)
    with reading_store(config) as store:
        with store.reading() as connection:
            known = _Known(connection, config)
            subject = known.subject(case)
            if more.get("office") is not None:
                known.refuse_office(more["office"])
        named = {name: value for name, value in more.items() if value is not None}
        rows = [{**subject, "event": code, "on": on, **named} for code, on in codes.items()]
        detail = {**subject, "events": {code: on.isoformat() for code, on in codes.items()}}
        number = enter(store, "event", rows, detail | {name: str(value) for name, value in named.items()})
    return _entry(config, "events", number)


def enter_measure(config: Config, office: str, measure: str, on: date, **more: Any) -> Entry:
    """
    Enter a measure that was imposed.

    Parameters
    ----------
    config
        The project's configuration.
    office
        Division code, department, case, or with ``level="individual"`` a person's number in the register.
    measure
        Its code, or its Chinese or English name.
    on
        The day it was imposed.
    **more
        Other columns of MEASURES: ``correct_by``, ``corrected_on``, ``regulation``, ``article``, ``case_ids``,
        ``level``, ``note``, ``measure_id``.

    Raises
    ------
    InputError
        If there is no such office or measure; the message names those that are alike.

    Examples
    --------
    >>> enter_measure(config, "445299101", "诫勉谈话", date(2026, 3, 2)).number  # doctest: +SKIP
    22
    """
    words = term_words(Measure, known_words()["measure"], words_of(applied_regulations(config), "measure"))
    row = {"office": office, "measure": _known(measure, words, "measure"), "on": on, **_filled(more)}
    for day in (on, more.get("corrected_on")):
        _refuse_future(day)
    return _enter_about_office(config, "measure", "measures", row)


def declare(config: Config, office: str, fact: str, on: date, **more: Any) -> Entry:
    """
    Enter a fact that a person has established.

    Parameters
    ----------
    config
        The project's configuration.
    office
        Division code, department, case, or with ``level="individual"`` a person's number in the register.
    fact
        Its code, or its Chinese or English name, as a regulation in use declares it.
    on
        The day from which it holds.
    **more
        Other columns of DECLARATIONS: ``recorded_by`` and ``recorded_on`` must be given; ``case_id``, ``level``,
        ``note``, ``declaration_id``.

    Raises
    ------
    InputError
        If there is no such office, case or fact; the message names those that are alike.

    Examples
    --------
    >>> declare(config, "445299101", "obstruction", day, recorded_by="…", recorded_on=day).number  # doctest: +SKIP
    23
    """
    words = term_words((), {}, words_of(applied_regulations(config), "declared"))
    row = {"office": office, "fact": _known(fact, words, "fact"), "on": on, **_filled(more)}
    return _enter_about_office(config, "declaration", "declarations", row)


def withdraw_entry(config: Config, number: int) -> int:
    """
    Take back what was entered by command; the store remembers that it was there.

    Examples
    --------
    >>> withdraw_entry(config, 21)  # doctest: +SKIP
    24
    """
    with reading_store(config) as store:
        return withdraw(store, number)


def events_of(config: Config, case: str) -> pd.DataFrame:
    """
    List the events of a case, those of the last run's files and those entered by command.

    Returns
    -------
    events
        CASE_EVENTS by day; ``source_file`` is "entered" for entries, and ``row`` their number.

    Raises
    ------
    InputError
        If there is no such case; the message names those that are alike.

    Examples
    --------
    >>> events_of(config, "445299-2026-017")["event"].to_list()  # doctest: +SKIP
    """
    with reading_store(config) as store, store.reading() as connection:
        subject = _Known(connection, config).subject(case)
        events = load(connection, CASE_EVENTS)
    ((column, value),) = subject.items()
    found: pd.DataFrame = events[events[column] == value].sort_values("on", kind="stable")
    return found


class _Known:
    """What entries may name: cases, units and departments that the store has seen."""

    def __init__(self, connection: Connection, config: Config) -> None:
        """Look up what is there."""
        violations = load(connection, VIOLATIONS)
        self.cases = {*load(connection, CASES, source="").index, *violations["case_id"].dropna()}
        townships = load(connection, TOWNSHIPS).index
        above = {code[:digits] for code in townships for digits in LEVEL_BY_DIGITS}
        root = config.project.county_code
        units = {code for code in above if code.startswith(root)}
        self.offices = {root, *townships, *units, *load(connection, DEPARTMENTS).index}

    def subject(self, case: str) -> dict[str, str]:
        """Tell whether events belong to a case or to a unit."""
        if case in self.cases:
            return {"case_id": case}
        if case in self.offices:
            return {"office": case}
        raise InputError(_unknown("case", case, self.cases))

    def refuse_office(self, office: str, level: str | None = None) -> None:
        """Refuse an office that nobody knows; persons and departments of elsewhere are said to be such."""
        if office not in self.offices and office not in self.cases and level not in _NO_UNIT:
            way_out = " For a person or a department that is in no list, add --level individual or --level department."
            raise InputError(_unknown("office", office, self.offices) + way_out)


def _enter_about_office(config: Config, kind: str, section: str, row: dict[str, Any]) -> Entry:
    with reading_store(config) as store:
        with store.reading() as connection:
            known = _Known(connection, config)
            known.refuse_office(row["office"], row.get("level"))
            for case in [row["case_id"]] if row.get("case_id") else []:
                if case not in known.cases:
                    raise InputError(_unknown("case", case, known.cases))
        detail = {name: str(value) for name, value in row.items() if name != "recorded_by"}
        number = enter(store, kind, [row], detail)
    return _entry(config, section, number)


def _entry(config: Config, section: str, number: int) -> Entry:
    """Hold an entry against the files of the last run."""
    from geoenforce.store.deliveries import TABLE_OF

    table = TABLE_OF[section]
    with reading_store(config) as store:
        entries = entered(store).tables[section]
        with store.reading() as connection:
            everything = load(connection, table)
    from_files = everything[everything["source_file"] != "entered"]
    issues = merged(table, from_files, entries[entries["row"] == number]).issues
    return Entry(number, tuple(issues["detail"]))


def _refuse_future(day: date | None) -> None:
    if day is not None and day > today():
        message = f"{day} lies in the future (日期在将来): today is {today()}. Nothing was entered; is the year right?"
        raise InputError(message)


def _known(word: str, words: Mapping[str, str], what: str) -> str:
    code = words.get(plain(word))
    if code is None:
        said: dict[str, str] = {}
        for (
            one,
            meant,
        ) in words.items():  # of each code, the first word that is Chinese, which the table may be asked for
            if not one.isascii():
                said.setdefault(meant, f"{one} ({meant})")
        raise InputError(_unknown(what, word, [said.get(one, one) for one in {*words.values()}]))
    return code


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    listed: Sequence[str] = sorted(known)
    of_word = {word: one for one in listed for word in one.removesuffix(")").split(" (")}
    close = [of_word[word] for word in difflib.get_close_matches(name, of_word, n=5, cutoff=0.5)]
    alike = [*dict.fromkeys([*(one for one in listed if name in one), *close])]
    if alike:
        return f"There is no {what} '{name}'. Is it one of {some(alike)}?"
    return f"There is no {what} '{name}'; there are {some(listed, 10)}."


def _filled(more: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in more.items() if value is not None}


def moment(on: date, at: str, zone: Any) -> datetime:
    """
    Join a day and a time of day such as 14:30.

    Raises
    ------
    InputError
        If it is no time of day.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> moment(date(2026, 3, 2), "14:30", ZoneInfo("Asia/Shanghai")).isoformat()
    '2026-03-02T14:30:00+08:00'
    """
    try:
        return datetime.fromisoformat(f"{on.isoformat()}T{at}").replace(tzinfo=zone)
    except ValueError:
        message = f"'{at}' is no time of day: it is written 14:30, in the time of China."
        raise InputError(message) from None
