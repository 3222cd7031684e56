"""Registers that people keep by hand, in CSV or XLSX: a title may stand above, a sheet may hold a month."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from geoenforce.core.errors import FormatError, TableError
from geoenforce.inputs.columns import find_columns, known_names, refuse_missing
from geoenforce.inputs.sheets import frame_below, text_rows, workbook_rows
from geoenforce.inputs.track_columns import header_of

#: Sheets that explain others, and are no part of a register.
_REMARKS = {"说明", "填写说明", "填表说明", "代码", "代码表", "notes", "codes"}


@dataclass(frozen=True)
class Register:
    """One sheet: its rows by their number in the sheet, and where each of our columns is."""

    where: str
    frame: pd.DataFrame
    columns: Mapping[str, str]

    def values(self, name: str) -> "pd.Series[object]":
        """Return one of our columns as it stands; missing throughout where the sheet lacks it."""
        if name not in self.columns:
            return pd.Series(None, index=self.frame.index, dtype=object)
        return self.frame[self.columns[name]].astype(object)


class Sheets(NamedTuple):
    """The sheets that were read, and by sheet what is missing from those that look like one and were not."""

    registers: list[Register]
    left_out: dict[str, str]


def read_register(
    path: str | Path, kind: str, needed: Collection[str], columns: Mapping[str, str] | None = None
) -> list[Register]:
    """
    Read the sheets of a register that have the columns needed.

    Parameters
    ----------
    path
        CSV in UTF-8 or GBK, or XLSX.
    kind
        A kind of `geoenforce.inputs.columns.known_names`.
    needed
        The columns without which a sheet is of no use.
    columns
        Our name to the file's; it wins.

    Raises
    ------
    FormatError
        If there is no such file, or it is neither CSV nor XLSX.
    TableError
        If no sheet has the columns needed; the message says what was looked for.
    """
    return read_sheets(path, kind, needed, columns).registers


def read_sheets(
    path: str | Path, kind: str, needed: Collection[str], columns: Mapping[str, str] | None = None
) -> Sheets:
    """
    Read as `read_register` does, and tell which sheets were left out although they have names of columns.

    Raises
    ------
    FormatError, TableError
        As `read_register`.
    """
    file = Path(path).as_posix()
    sheets = _rows_of_sheets(Path(path), file)
    registers: list[Register] = []
    reasons: dict[str, TableError] = {}
    for name, rows in sheets.items():
        header = header_of(rows, kind, columns)
        if header is None and len(sheets) > 1:
            continue  # remarks
        where = f"{file} (sheet {name})" if len(sheets) > 1 else file
        frame = frame_below(rows, header or 1) if rows else pd.DataFrame()
        try:
            found = find_columns(frame.columns, kind, columns, where)
            refuse_missing(needed, found, frame.columns, kind, where)
        except TableError as error:
            reasons[where] = error
            continue
        registers.append(Register(where, frame, found))
    if registers:
        return Sheets(registers, {where: str(error) for where, error in reasons.items()})
    if reasons:
        raise next(iter(reasons.values()))
    sought = [*needed, *known_names()[kind]][0]
    message = f"{file} has no sheet with the names of columns in its first rows. The first column needed is {sought}."
    raise TableError(message)


def _rows_of_sheets(path: Path, file: str) -> dict[str, list[list[Any]]]:
    """Read the rows of each sheet, but for those that explain others."""
    if not path.is_file():
        message = f"{file}: there is no such file. Relative paths are seen from the current folder."
        raise FormatError(message)
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".tsv", ".txt", ".xlsx", ".xlsm"):
        message = f"{file}: a register is read from CSV or XLSX. Save it as .xlsx."
        raise FormatError(message)
    sheets = workbook_rows(path, file) if suffix in (".xlsx", ".xlsm") else text_rows(path, file, None)
    entries = {name: rows for name, rows in sheets.items() if name.strip().casefold() not in _REMARKS}
    return entries or sheets
