"""Registers made into the tables of `core`: each row ends as accepted, repaired or rejected, with the reason."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from geoenforce.core.errors import TableError, some
from geoenforce.core.sentences import Sentence, naming, say, word
from geoenforce.core.tables import Column, Kind, check, issues_table
from geoenforce.core.terms import Action
from geoenforce.inputs.cells import (
    MU_OF,
    amount_in,
    day_in,
    id_in,
    is_empty,
    month_in,
    office_in,
    text_in,
    year_in,
)
from geoenforce.inputs.columns import plain, without_area_unit
from geoenforce.inputs.reading import Counts, Problem
from geoenforce.inputs.register_forms import Form
from geoenforce.inputs.registers import Register, read_sheets

_ORIGIN = ("source_file", "row")
_DTYPES = {Kind.TEXT: "str", Kind.DATE: "datetime64[s]", Kind.AMOUNT: "float64", Kind.INTEGER: "Int64"}
_BY_NAME: Mapping[str, Callable[[Any], Any]] = {
    "office": office_in, "unit_code": office_in, "case_id": id_in, "period": month_in,
}  # fmt: skip
_BY_KIND: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: text_in, Kind.DATE: day_in, Kind.AMOUNT: amount_in, Kind.INTEGER: year_in,
}  # fmt: skip
_EXPECTED = {
    "office": "its digits are cut off; make the column text in the spreadsheet and write the code again",
    "period": "a month is written 2026-03",
    Kind.TEXT: "its digits are cut off; make the column text in the spreadsheet and write it again",
    Kind.DATE: "a day is written 2026-04-02, one in each cell",
    Kind.AMOUNT: "an area is a plain number from 0, its unit stands in the name of the column",
    Kind.INTEGER: "a year is written 2026",
}


class RegisterReading(NamedTuple):
    """The rows of a register in the table of its kind, a word on each row with a fault (ISSUES), and counts."""

    table: pd.DataFrame
    issues: pd.DataFrame
    counts: Counts


def read_table(path: str | Path, form: Form, columns: Mapping[str, str] | None = None) -> RegisterReading:
    """
    Read a register of one kind.

    Parameters
    ----------
    path
        CSV in UTF-8 or GBK, or XLSX with all its sheets that have the columns.
    form
        What a register of this kind holds.
    columns
        Our name to the file's; it wins.

    Raises
    ------
    FormatError
        If the file cannot be read.
    TableError
        If a column is missing, the unit of an area is not said, or two rows contradict each other.
    """
    sheets = read_sheets(path, form.kind, form.needed, columns)
    entries = [Entries(register, form) for register in sheets.registers]
    return settle(Path(path), form, entries, [one.table() for one in entries], sheets.left_out)


@dataclass
class Entries:
    """The rows of one sheet on their way in, and what is wrong with them."""

    register: Register
    form: Form
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Pass over rows that hold nothing of ours: lines numbered in advance, to be filled in later."""
        ours = list(self.register.columns.values())
        is_filled = ~self.register.frame[ours].astype(object).map(is_empty).all(axis=1)
        self.register = Register(self.register.where, self.register.frame[is_filled], self.register.columns)

    def table(self) -> pd.DataFrame:
        """Return the rows that have all they need, by their number in the sheet."""
        declared = [column for column in self.form.table if column.name not in _ORIGIN]
        read = pd.DataFrame({column.name: self.column(column) for column in declared if column.kind in _DTYPES})
        for column in declared:
            if self.form.is_needed(column):
                self.reject_empty(column.name)
        return self.with_origin(read.drop(index=list(self.rejected)))

    @property
    def rejected(self) -> set[int]:
        """Return the rows that cannot be used."""
        return {one.row for one in self.problems if one.action is Action.REJECTED and one.row is not None}

    def with_origin(self, read: pd.DataFrame) -> pd.DataFrame:
        """Add where each row stands; its index is the number of the row."""
        file = pd.Series(self.register.where, index=read.index, dtype="str")
        return read.assign(source_file=file, row=pd.Series(read.index, index=read.index, dtype="int64"))

    def column(self, column: Column) -> "pd.Series[Any]":
        """Read one column; what cannot be read is left out, or the row rejected where it is needed."""
        header = self.register.columns.get(column.name, column.name)
        reader = _BY_NAME.get(column.name, _BY_KIND[column.kind])
        factor = self.mu_of(header) if column.unit == "mu" else 1.0
        words = self.form.words.get(column.name)
        values: dict[int, Any] = {}
        for row, cell in self.register.values(column.name).items():
            if is_empty(cell):
                continue
            value = reader(cell)
            code = value if words is None or value is None else words.get(plain(value))
            if value is None:
                expected = _EXPECTED.get(column.name, _EXPECTED[column.kind])
                said = {"column": header, "cell": str(cell), "expected": word(expected)}
                self.fault(column, row, f"unreadable_{_word(column)}", "cell_unreadable", said)
            elif code is None and column.name not in self.form.open_words:
                said = {"column": header, "cell": str(cell), "known": _alike(str(value), words or {})}
                self.fault(column, row, f"unknown_{column.name}", "cell_unknown", said)
            else:
                values[int(str(row))] = (value if code is None else code) if factor == 1.0 else value * factor
        return pd.Series(values, dtype=object).reindex(self.register.frame.index).astype(_DTYPES[column.kind])

    def fault(self, column: Column, row: Any, code: str, sentence: str, values: Mapping[str, Any]) -> None:
        """Note a cell that cannot be used, and with it the row where nothing may be missing."""
        is_needed = self.form.is_needed(column)
        said = say(sentence, **values, left_out="" if is_needed else say("cell_left_out"))
        self.problems.append(Problem(code, said, Action.REJECTED if is_needed else Action.REPAIRED, int(row)))

    def reject_empty(self, name: str) -> None:
        """Reject the rows that say nothing in a column that must be filled."""
        header = self.register.columns.get(name, name)
        for row, cell in self.register.values(name).items():
            if is_empty(cell):
                said, code = say("missing_cell", column=header), f"no_{_WORDS.get(name, name)}"
                self.problems.append(Problem(code, said, Action.REJECTED, int(str(row))))

    def mu_of(self, header: str) -> float:
        """Return how many 亩 one unit of the column is; refuse one that does not say its unit."""
        unit = without_area_unit(header)[1]
        if unit not in MU_OF:
            message = (
                f"{self.register.where}: {header} does not say its unit. Write it behind the name: {header}（亩）, "
                f"{header}（公顷） or {header}（平方米）."
            )
            raise TableError(message)
        return MU_OF[unit]


def settle(
    path: Path, form: Form, entries: list[Entries], tables: list[pd.DataFrame], left_out: Mapping[str, str]
) -> RegisterReading:
    """
    Put the rows of all sheets together: repeated ones are kept once, ids are made unique, and all is checked.

    Raises
    ------
    TableError
        If two rows contradict each other in a key of the form; the message names them.
    """
    problems = [(one.register.where, problem) for one in entries for problem in one.problems]
    table = pd.concat(tables, ignore_index=True)
    years = [column.name for column in form.table if column.kind is Kind.INTEGER]
    table = table.astype(dict.fromkeys(years, "int64"))
    table = table[[column.name for column in form.table if column.name in table]]
    table, repeated = _without_repeated(table)
    problems += repeated
    _refuse_contradictions(table, form)
    if form.table.index is not None:
        table, renamed = _indexed(table, form.table.index.name, path.stem)
        problems += renamed
    else:
        table = table.reset_index(drop=True)
    check(table, form.table)
    problems += [
        (where, Problem("sheet_left_out", say("sheet_left_out", reason=why))) for where, why in left_out.items()
    ]
    return RegisterReading(table, _issues(problems), _counts(sum(len(one.register.frame) for one in entries), problems))


def _without_repeated(table: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, Problem]]]:
    """Keep the first of the rows that say the same; a row of the file of which something is left is not rejected."""
    told = [name for name in table.columns if name not in _ORIGIN]
    is_same = table[told].duplicated()
    first = table.groupby(told, dropna=False, sort=False)["row"].transform("first")
    places = pd.MultiIndex.from_frame(table[list(_ORIGIN)])
    is_gone = ~places.isin(places[~is_same])
    problems = []
    for at, gone in zip(table.index[is_same], is_gone[is_same], strict=True):
        said = say("repeated_row_left_out" if gone else "repeated_event", row=first.loc[at])
        action = Action.REJECTED if gone else Action.NOTED
        problem = Problem("duplicate", said, action, int(table.loc[at, "row"]))
        problems.append((table.loc[at, "source_file"], problem))
    return table[~is_same], problems


def _refuse_contradictions(table: pd.DataFrame, form: Form) -> None:
    if not form.key:
        return
    repeated = table[table[list(form.key)].duplicated(keep=False)]
    if len(repeated):
        what = [" ".join(str(part) for part in key) for key in repeated[list(form.key)].drop_duplicates().to_numpy()]
        message = (
            f"{repeated['source_file'].iloc[0]}: the rows {some(repeated['row'])} have the same "
            f"{' and '.join(form.key)} {some(what)}, but say different things. Leave the one that is right."
        )
        raise TableError(message)


def _indexed(table: pd.DataFrame, name: str, stem: str) -> tuple[pd.DataFrame, list[tuple[str, Problem]]]:
    """Index the rows by their id; without one it is the file's name and the row, and one used twice is renamed."""
    sheet = table["source_file"].str.extract(r"(\(sheet .*\))$")[0].fillna("")
    origin = stem + sheet + "-" + table["row"].astype("str")
    is_other = table[name].notna() & table[name].duplicated()
    ids = table[name].mask(is_other, table[name] + "@" + origin).fillna(origin).astype("str")
    renamed = []
    for at in table.index[is_other]:
        said = say("repeated_row_id", id=table.loc[at, name], new=ids[at])
        problem = Problem("repeated_id", said, Action.REPAIRED, int(table.loc[at, "row"]))
        renamed.append((table.loc[at, "source_file"], problem))
    return table.assign(**{name: ids}).set_index(name), renamed


def _issues(problems: list[tuple[str, Problem]]) -> pd.DataFrame:
    return issues_table([one.issue(file=where) for where, one in problems])


def _counts(read: int, problems: list[tuple[str, Problem]]) -> Counts:
    rows = {
        action: {(where, one.row) for where, one in problems if one.action is action}
        for action in (Action.REJECTED, Action.REPAIRED)
    }
    rejected = len(rows[Action.REJECTED])
    repaired = len(rows[Action.REPAIRED] - rows[Action.REJECTED])
    return Counts(read, read - rejected - repaired, repaired, rejected)


_WORDS = {"on": "date"}


def _word(column: Column) -> str:
    return {Kind.DATE: "date", Kind.AMOUNT: "area", Kind.INTEGER: "year"}.get(column.kind, column.name)


def _alike(unknown: str, words: Mapping[str, str]) -> Sentence:
    near = difflib.get_close_matches(plain(unknown), words, n=3, cutoff=0.4)
    codes = naming(dict.fromkeys(words.values()), 12)
    return say("words_alike", words=near) if near else say("known_codes", codes=codes)
