"""What happened in cases (案件办理进度): one row per event, or one row per case with a column for each event."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.core.accountability_tables import CASE_EVENTS
from geoenforce.core.accountability_terms import Event
from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.errors import TableError
from geoenforce.core.sentences import say
from geoenforce.core.terms import Action
from geoenforce.inputs.case_rows import event_columns, events_of_cases
from geoenforce.inputs.cells import is_empty
from geoenforce.inputs.columns import known_names, plain
from geoenforce.inputs.instants import as_instants, clock_text, zone_of
from geoenforce.inputs.reading import Problem
from geoenforce.inputs.register_forms import Form, term_words
from geoenforce.inputs.register_tables import Entries, RegisterReading, settle
from geoenforce.inputs.registers import Register, read_sheets

_OF_A_UNIT = Event.MONTHLY_REPORT.value  # all others that are built in belong to a case


def read_events(
    path: str | Path, *, columns: Mapping[str, str] | None = None, names: Mapping[str, str] | None = None
) -> RegisterReading:
    """
    Read what happened in cases, and the monthly reports of units.

    Parameters
    ----------
    path
        CSV in UTF-8 or GBK, or XLSX. A sheet has either one row per event (事项, 日期 and 案件编号), or one row per
        case (案件编号) with a column of days for each kind of event (发现日期, 责令停止日期, 制止日期 …); a workbook
        may have both.
    columns
        Our name to the file's: ``case_id``, ``event``, ``on``, ``at``, ``office``, ``period``, ``note``, and the code
        of each event that has a column.
    names
        Word → code of events that regulations add to the built-in ones.

    Returns
    -------
    reading
        ``table`` is CASE_EVENTS, one row per event. ``at`` is filled where a cell has a time of day.
        ``counts`` are of the file's rows: in a sheet with one row per case, these are cases.

    Raises
    ------
    FormatError
        If the file cannot be read.
    TableError
        If no sheet has the columns of either form.

    Notes
    -----
    A row without case or day, or with an unknown event, is rejected with an issue; in a sheet of cases, a cell
    that is no day is left out with an issue. Several days in such a cell, with 、 or ; between, are several events.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "events.csv")
    ...     lines = ["案件编号,发现日期,书面告知日期,制止日期", "A1,2026-03-02 08:30,2026-03-03,"]
    ...     _ = path.write_text(chr(10).join(lines), encoding="gbk")
    ...     table, issues, counts = read_events(path)
    >>> table[["case_id", "event", "on", "at"]].astype(str).to_numpy().tolist()
    [['A1', 'found', '2026-03-02', '2026-03-02 08:30:00+08:00'], ['A1', 'notified', '2026-03-03', nan]]
    """
    own = set((names or {}).values())
    known = {name: theirs for name, theirs in (columns or {}).items() if name not in own - set(Event)}
    sheets = read_sheets(path, "case_events", (), known)
    form = Form("case_events", CASE_EVENTS, ("event", "on"), {"event": event_words(names)})
    entries, tables, left_out = [], [], dict(sheets.left_out)
    for register in sheets.registers:
        whole = _with_own_columns(register, names or {}, columns or {})
        one = Entries(_with_day(whole), form)
        if "event" in whole.columns and "on" in one.register.columns:
            tables.append(_events(one))
        elif "case_id" in whole.columns and event_columns(whole, own):
            tables.append(events_of_cases(one, own))
        else:
            left_out[register.where] = _no_form(register)
            continue
        entries.append(one)
    if not entries:
        raise TableError(next(iter(left_out.values())))
    return settle(Path(path), form, entries, tables, left_out)


def event_words(names: Mapping[str, str] | None = None) -> dict[str, str]:
    """
    List the words for events: code, Chinese and English name, and the names of their columns.

    Examples
    --------
    >>> words = event_words({"听证": "hearing"})
    >>> words["责令停止"], words["制止日期"], words["制止"], words["听证"]
    ('stop_ordered', 'stopped', 'stopped', 'hearing')
    """
    known = known_names()["case_events"]
    return term_words(Event, {event.value: known[event.value] for event in Event}, names)


def _with_own_columns(register: Register, names: Mapping[str, str], chosen: Mapping[str, str]) -> Register:
    """Find the columns of events that a regulation adds, by their names or as the configuration says."""
    words = {plain(word + end): code for word, code in names.items() for end in ("", "日期", "时间", "_on")}
    words |= {plain(theirs): code for code, theirs in chosen.items() if code in set(names.values())}
    taken = set(register.columns.values())
    free = [header for header in map(str, register.frame.columns) if header not in taken and plain(header) in words]
    return Register(
        register.where, register.frame, {**{words[plain(header)]: header for header in free}, **register.columns}
    )


def _with_day(register: Register) -> Register:
    """Let a column of moments also give the days, where there is none of days."""
    if "on" in register.columns or "at" not in register.columns:
        return register
    columns = {name: header for name, header in register.columns.items() if name != "at"}
    return Register(register.where, register.frame, {**columns, "on": register.columns["at"]})


def _events(entries: Entries) -> pd.DataFrame:
    """Read a sheet with one row per event."""
    table = entries.table()
    table["at"] = _moments(entries, table["on"])
    has_subject = table["case_id"].notna() | (table["event"] == _OF_A_UNIT)
    has_subject |= ~table["event"].isin(list(Event)) & table["office"].notna()
    for row in table.index[~has_subject]:
        said = say("event_without_case", column=entries.register.columns.get("case_id", "case_id"))
        entries.problems.append(Problem("no_case", said, Action.REJECTED, int(row)))
    return table[has_subject]


def _moments(entries: Entries, days: "pd.Series[Any]") -> "pd.Series[Any]":
    """Read when in the day it was: from a column of its own, else from beside the day."""
    cells, beside = (entries.register.values(name).loc[days.index] for name in ("at", "on"))
    is_own = ~cells.map(is_empty).astype(bool)
    texts = [
        written if not own else f"{day}T{clock}" if (clock := clock_text(cell)) else cell
        for cell, written, day, own in zip(cells, beside, days.dt.strftime("%Y-%m-%d"), is_own, strict=True)
    ]
    moments = as_instants(pd.Series(texts, index=days.index, dtype=object), zone_of(LOCAL_ZONE)).moments
    is_bare_day = (moments == moments.dt.normalize()) & ~is_own  # a spreadsheet's date
    moments = moments.mask(is_bare_day)
    is_wrong = is_own & (moments.dt.tz_localize(None).dt.normalize() != days)
    for row in moments.index[is_wrong]:
        said = say("event_time_of_other_day", text=str(cells[row]), day=days[row])
        entries.problems.append(Problem("unreadable_time", said, Action.REPAIRED, int(row)))
    return moments.mask(is_wrong)


def _no_form(register: Register) -> str:
    return (
        f"{register.where} has neither the columns of a list of events (事项, 日期, 案件编号) nor those of a list of "
        f"cases (案件编号 and days such as 发现日期, 责令停止日期, 制止日期); it has "
        f"{[str(name) for name in register.frame.columns]}. Say which they are: "
        'columns = { case_id = "…", event = "…", on = "…" } or columns = { case_id = "…", found = "…", stopped = "…" }.'
    )
