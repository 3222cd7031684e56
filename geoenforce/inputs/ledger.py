"""The patrol ledger (巡查台账), as townships and counties keep it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.errors import TableError
from geoenforce.core.patrol_tables import LEDGER
from geoenforce.core.sentences import say, word
from geoenforce.core.tables import check, issues_table
from geoenforce.core.terms import Action
from geoenforce.inputs.cells import is_empty
from geoenforce.inputs.instants import as_instants, clock_text, zone_of
from geoenforce.inputs.ledger_words import clocks_in, degrees_in, violations_in, when
from geoenforce.inputs.reading import Problem
from geoenforce.inputs.registers import Register, read_register
from geoenforce.inputs.values import as_text

_LONGEST_H = 12  # an end before the start is on the next day, unless the patrol were longer than this


class LedgerReading(NamedTuple):
    """The entries of a ledger (LEDGER), and a word on each row that has something wrong (ISSUES)."""

    table: pd.DataFrame
    issues: pd.DataFrame


def read_ledger(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    time_zone: str = LOCAL_ZONE,
    patrol_unit: str | None = None,
    as_of: date | None = None,
    with_patrollers: bool = False,
) -> LedgerReading:
    """
    Read the entries of a patrol ledger.

    Parameters
    ----------
    path
        XLSX (all its sheets that have the columns) or CSV in UTF-8 or GBK.
    columns
        Our name to the file's: ``on``, ``started_at``, ``ended_at``, ``patrol_unit``, ``area``,
        ``violations_noted``, ``finding``, ``longitude``, ``latitude``, ``notes``, ``entry_id``, ``patrollers``.
    time_zone
        The zone of the times.
    patrol_unit
        Whose ledger it is, for rows that do not say.
    as_of
        A day after which no entry can be; without it, none is refused for its date.
    with_patrollers
        Whether to read people's names, which are personal data.

    Returns
    -------
    reading
        ``table`` is indexed by ``entry_id``; without a column of ids, it is the file's name and the row.
        ``issues`` has one row per row of the file and fault.

    Raises
    ------
    FormatError
        If the file cannot be read.
    TableError
        If there is no column of days, or nothing says whose patrols they are.

    Notes
    -----
    Source: the form 动态巡查信息记录表 and the table xcrz of a municipal patrol system (XCBH, XCRQ, XCDW, XCQY,
    XCRY, SFYWF, SPQK, CLYJ). 巡查时间 may hold a day and two times, 2026年4月2日8:10—9:40. An end before the
    start is on the next day, if the patrol is then no longer than 12 hours.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "ledger.csv")
    ...     lines = ["巡查时间,巡查单位,巡查区域", "2026年4月2日 8:10-9:40,巡查一队,东村", ",巡查一队,西村"]
    ...     _ = path.write_text(chr(10).join(lines), encoding="gbk")
    ...     table, issues = read_ledger(path)
    >>> table[["patrol_unit", "started_at", "ended_at", "area"]].astype(str).iloc[0].to_list()
    ['巡查一队', '2026-04-02 08:10:00+08:00', '2026-04-02 09:40:00+08:00', '东村']
    >>> issues[["row", "problem", "action"]].to_dict("records")
    [{'row': 3, 'problem': 'no_date', 'action': 'rejected'}]
    """
    zone = zone_of(time_zone)
    sheets = [_Sheet(register) for register in read_register(path, "ledger", ["on"], columns)]
    tables = [sheet.entries(zone, patrol_unit, as_of) for sheet in sheets]
    if with_patrollers:
        tables = [
            table.assign(patrollers=sheet.text("patrollers")) for table, sheet in zip(tables, sheets, strict=True)
        ]
    table, repeated = _with_ids(pd.concat(tables, ignore_index=True), Path(path).stem)
    check(table, LEDGER)
    problems = [(sheet.register.where, problem) for sheet in sheets for problem in sheet.problems] + repeated
    return LedgerReading(table, issues_table([one.issue(file=file) for file, one in problems]))


@dataclass
class _Sheet:
    """A sheet on its way in: its usable rows, and what is wrong with the others."""

    register: Register
    problems: list[Problem] = field(default_factory=list)
    rows: "pd.Index[int]" = field(default_factory=lambda: pd.Index([], dtype="int64"))

    def entries(self, zone: ZoneInfo, patrol_unit: str | None, as_of: date | None) -> pd.DataFrame:
        """Read the usable rows; their number in the sheet is both the index and a column."""
        self.refuse_without_unit(patrol_unit)
        written = {row: when(value) for row, value in self.register.values("on").items() if not is_empty(value)}
        self.rows = self.usable(written, as_of)
        days = pd.Series([written[row].day for row in self.rows], index=self.rows, dtype="datetime64[s]")
        unit = self.text("patrol_unit")
        noted = self.violations()
        table = pd.DataFrame(
            {
                "entry_id": self.text("entry_id"),
                "on": days,
                "patrol_unit": unit if patrol_unit is None else unit.fillna(patrol_unit),
                **self.times(days, written, zone),
                "area": self.text("area"),
                "violations_noted": noted,
                **self.places(noted),
                "notes": self.text("notes"),
                "source_file": pd.Series(self.register.where, index=self.rows, dtype="str"),
                "row": pd.Series(self.rows, index=self.rows, dtype="int64"),
            },
            index=self.rows,
        )
        nobody = table.index[table["patrol_unit"].isna()]
        self.problems += [Problem("no_patrol_unit", say("no_patrol_unit"), row=int(at)) for at in nobody]
        return table

    def text(self, name: str) -> "pd.Series[str]":
        """Return a column as text, for the usable rows."""
        return as_text(self.register.values(name).loc[self.rows]).astype("str")

    def refuse_without_unit(self, patrol_unit: str | None) -> None:
        """Refuse a ledger of nobody."""
        if patrol_unit is not None or "patrol_unit" in self.register.columns:
            return
        message = (
            f"{self.register.where} has no column that says who patrolled; it has "
            f'{[str(name) for name in self.register.frame.columns]}. Say it: patrol_unit = "…", or name the column: '
            'columns = { patrol_unit = "…" }.'
        )
        raise TableError(message)

    def usable(self, written: Mapping[Any, Any], as_of: date | None) -> "pd.Index[int]":
        """Leave out the rows without a day, or with one that is still to come."""
        rows = []
        for row, value in self.register.values("on").items():
            day = written[row].day if row in written else pd.NaT
            if pd.isna(day):
                said = say("entry_day_unreadable", value=value) if row in written else say("entry_without_day")
                self.problems.append(Problem("no_date", said, Action.REJECTED, int(str(row))))
            elif as_of is not None and day.date() > as_of:
                said = say("entry_in_future", day=day.date(), as_of=as_of)
                self.problems.append(Problem("future_date", said, Action.REJECTED, int(str(row))))
            else:
                rows.append(row)
        return pd.Index(rows, dtype="int64")

    def times(self, days: "pd.Series[Any]", written: Mapping[Any, Any], zone: ZoneInfo) -> dict[str, Any]:
        """Read when the patrol began and ended: from columns of their own, else from beside the day."""
        first = {row: written[row].start for row in self.rows}
        last = {row: written[row].end for row in self.rows}
        start = self.moments("started_at", days, first, zone)
        end = self.moments("ended_at", days, last, zone)
        next_day = end + pd.Timedelta(days=1)
        is_over_midnight = (end < start) & (next_day - start <= pd.Timedelta(hours=_LONGEST_H))
        end = end.where(~is_over_midnight, next_day)
        for row in self.rows[(end < start).to_numpy()]:
            said = say("end_before_start", end=end[row], start=start[row])
            self.problems.append(Problem("end_before_start", said, Action.REPAIRED, int(row)))
        return {"started_at": start, "ended_at": end.where(~(end < start))}

    def moments(
        self, name: str, days: "pd.Series[Any]", beside: Mapping[Any, str | None], zone: ZoneInfo
    ) -> "pd.Series[Any]":
        """Read a column of times of day or of full moments."""
        texts = {}
        for row, value in self.register.values(name).loc[self.rows].items():
            texts[row] = beside[row] if is_empty(value) else _clock(value)
            if texts[row] is None and not is_empty(value):
                texts[row] = str(value)
        written = pd.Series(texts, index=self.rows, dtype="str")
        is_clock = written.str.fullmatch(r"\d\d:\d\d:\d\d(?:\.\d+)?").fillna(value=False).astype(bool)
        written = written.mask(is_clock, days.dt.strftime("%Y-%m-%d") + "T" + written)
        moments = as_instants(written, zone).moments
        for row in self.rows[(moments.isna() & written.notna()).to_numpy()]:
            said = say("entry_time_unreadable", text=texts[row])
            self.problems.append(Problem("unreadable_time", said, Action.REPAIRED, int(row)))
        return moments

    def violations(self) -> "pd.Series[Any]":
        """Read how many violations each entry notes: the number, else the finding in words, else the place."""
        noted = pd.Series(None, index=self.rows, dtype="Int64")
        for name in ("violations_noted", "finding"):
            values = self.register.values(name).loc[self.rows]
            noted = noted.fillna(pd.Series([violations_in(value) for value in values], index=self.rows, dtype="Int64"))
        has_place = self.register.values("longitude").loc[self.rows].map(lambda value: not is_empty(value))
        return noted.mask(noted.isna() & has_place.astype(bool), 1)

    def places(self, noted: "pd.Series[Any]") -> dict[str, Any]:
        """Read where the noted violations are, in degrees."""
        columns = {}
        for name, most in (("longitude", 180), ("latitude", 90)):
            values = self.register.values(name).loc[self.rows]
            degrees = pd.Series(
                [np.nan if is_empty(value) else degrees_in(value) for value in values],
                index=self.rows,
                dtype="float64",
            )
            wrong = ~values.map(is_empty).astype(bool) & ~(degrees.abs() <= most)
            for row in self.rows[wrong.to_numpy()]:
                said = say("no_position", name=word(name), value=values[row])
                self.problems.append(Problem("no_position", said, Action.REPAIRED, int(row)))
            columns[name] = degrees.mask(wrong)
        is_nothing = (noted == 0).fillna(value=False).astype(bool) & columns["longitude"].notna()
        for row in self.rows[is_nothing.to_numpy()]:
            said = say("position_without_violation")
            self.problems.append(Problem("position_without_violation", said, Action.REPAIRED, int(row)))
        return {name: values.mask(is_nothing) for name, values in columns.items()}


def _clock(value: Any) -> str | None:
    """Return a time of day as text; None where there is none, or a day beside it."""
    clock = clock_text(value)
    if clock is None and pd.isna(when(value).day):
        clocks = clocks_in(str(value))
        clock = clocks[0] if len(clocks) == 1 else None
    return clock


def _with_ids(table: pd.DataFrame, stem: str) -> tuple[pd.DataFrame, list[tuple[str, Problem]]]:
    """Index the entries by their id; one that stands twice is left out if it says the same, else renamed."""
    sheet = table["source_file"].str.extract(r"(\(sheet .*\))$")[0].fillna("")
    origin = stem + sheet + "-" + table["row"].astype("str")
    said = [name for name in table.columns if name not in ("row", "source_file")]
    is_same = table["entry_id"].notna() & table[said].duplicated()
    is_other = table["entry_id"].notna() & table["entry_id"].duplicated() & ~is_same
    problems = []
    for entry in table[is_same | is_other].itertuples():
        if is_same[entry.Index]:
            again = say("repeated_entry", entry=entry.entry_id)
            problem = Problem("duplicate", again, Action.REJECTED, entry.row)
        else:
            new = say("repeated_entry_id", entry=entry.entry_id, new=f"{entry.entry_id}@{origin[entry.Index]}")
            problem = Problem("repeated_id", new, Action.REPAIRED, entry.row)
        problems.append((entry.source_file, problem))
    ids = table["entry_id"].mask(is_other, table["entry_id"] + "@" + origin).fillna(origin).astype("str")
    return table.assign(entry_id=ids)[~is_same].set_index("entry_id"), problems
