"""Registers that people keep by hand, in CSV or XLSX: a title may stand above, a sheet may hold a month."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geoenforce.core.errors import FormatError, TableError
from geoenforce.inputs.columns import find_columns, refuse_missing
from geoenforce.inputs.sheets import frame_below, text_rows, workbook_rows
from geoenforce.inputs.track_columns import header_of


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


def read_register(
    path: str | Path, kind: str, needed: list[str], columns: Mapping[str, str] | None = None
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
    path = Path(path)
    file = path.as_posix()
    if not path.is_file():
        message = f"{file}: there is no such file. Relative paths are seen from the current folder."
        raise FormatError(message)
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".tsv", ".txt", ".xlsx", ".xlsm"):
        message = f"{file}: a register is read from CSV or XLSX. Save it as .xlsx."
        raise FormatError(message)
    is_workbook = suffix in (".xlsx", ".xlsm")
    sheets = workbook_rows(path, file) if is_workbook else text_rows(path, file, None)
    registers, reasons = [], []
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
            reasons.append(error)
            continue
        registers.append(Register(where, frame, found))
    if registers:
        return registers
    if reasons:
        raise reasons[0]
    message = (
        f"{file} has no sheet with the names of columns in its first rows. The first column needed is {needed[0]}."
    )
    raise TableError(message)
