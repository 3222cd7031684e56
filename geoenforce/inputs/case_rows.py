"""Case events from a sheet with one row per case and a column of days for each kind of event."""

import re
from collections.abc import Collection
from typing import Any

import pandas as pd

from geoenforce.core.accountability_tables import CASE_EVENTS
from geoenforce.core.accountability_terms import Event
from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.sentences import naming, say
from geoenforce.core.terms import Action
from geoenforce.inputs.cells import day_in, is_empty
from geoenforce.inputs.instants import as_instants, zone_of
from geoenforce.inputs.reading import Problem
from geoenforce.inputs.register_tables import Entries
from geoenforce.inputs.registers import Register

_BETWEEN = re.compile(r"[、；;，,\n]+")
_LOOKS_LIKE_DAYS = ("日期", "时间", "期限")
_WITHOUT_PLACE = ("office", "period")  # of one event, so a row of many has no place for them


def event_columns(register: Register, own: Collection[str]) -> dict[str, str]:
    """Return, for each kind of event that has a column, its name in the file."""
    codes = ({event.value for event in Event} | set(own)) - {Event.MONTHLY_REPORT.value}
    return {code: header for code, header in register.columns.items() if code in codes}


def events_of_cases(entries: Entries, own: Collection[str]) -> pd.DataFrame:
    """
    Make one row per event of a sheet with one row per case.

    Parameters
    ----------
    entries
        The sheet; what is wrong with it is added to its problems.
    own
        Codes of events that regulations add to the built-in ones.

    Returns
    -------
    table
        CASE_EVENTS, with the number of the case's row.
    """
    columns = event_columns(entries.register, own)
    cases = entries.column(CASE_EVENTS.column("case_id"))
    notes = entries.column(CASE_EVENTS.column("note"))
    days = {event: entries.register.values(event) for event in columns}
    rows: list[dict[str, Any]] = []
    for row in cases.index:
        if is_empty(cases.loc[row]):
            said = say("missing_cell", column=entries.register.columns["case_id"])
            entries.problems.append(Problem("no_case", said, Action.REJECTED, int(row)))
            continue
        written = {event: column[row] for event, column in days.items()}
        for event, cell in _cells_of(entries, columns, row, written):
            rows.append({"row": row, "case_id": cases.loc[row], "event": event, "on": cell, "note": notes.loc[row]})
    _note_unread(entries, columns)
    return _table(entries, rows)


def _cells_of(entries: Entries, columns: dict[str, str], row: int, written: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the days of one case as they are written, each with its event; those that are no days are told."""
    read: list[tuple[str, str, Any]] = []
    wrong: list[tuple[str, str, Any]] = []
    for event, cell in written.items():
        parts = [] if is_empty(cell) else _BETWEEN.split(cell.strip()) if isinstance(cell, str) else [cell]
        for part in parts:
            (wrong if day_in(part) is None else read).append((event, columns[event], part))
    for _, header, part in wrong:
        said = say("day_of_case_unreadable", column=header, text=str(part))
        action = Action.REPAIRED if read else Action.REJECTED
        entries.problems.append(Problem("unreadable_date", said, action, int(row)))
    if not read and not wrong:
        entries.problems.append(Problem("no_event", say("case_without_event"), Action.NOTED, int(row)))
    return [(event, part) for event, _, part in read]


def _table(entries: Entries, rows: list[dict[str, Any]]) -> pd.DataFrame:
    index = pd.Index([one["row"] for one in rows], dtype="int64")
    cells = pd.Series([one["on"] for one in rows], index=range(len(rows)), dtype=object)
    moments = as_instants(cells, zone_of(LOCAL_ZONE)).moments
    moments = moments.mask(moments == moments.dt.normalize())  # a spreadsheet's date, which has no time of day
    texts = {
        name: pd.Series([one.get(name) for one in rows], dtype="str").to_numpy()
        for name in ("case_id", "event", "office", "period", "note")
    }
    days = pd.Series([day_in(cell) for cell in cells], dtype="datetime64[s]").to_numpy()
    table = pd.DataFrame({**texts, "on": days, "at": moments.array}, index=index)
    return entries.with_origin(table.astype(dict.fromkeys(texts, "str")))


def _note_unread(entries: Entries, columns: dict[str, str]) -> None:
    """Tell of columns that hold days but name no event, and of those that one row of many events cannot use."""
    register = entries.register
    free = set(map(str, register.frame.columns)) - set(register.columns.values())
    unread = [str(header) for header in register.frame.columns if header in free and header.endswith(_LOOKS_LIKE_DAYS)]
    unread += [register.columns[name] for name in _WITHOUT_PLACE if name in register.columns]
    if unread:
        said = say("unread_columns", unread=unread, events=naming(columns.values(), 50))
        entries.problems.append(Problem("unread_columns", said))
