"""Read a table of cases whose areas are already known."""

import csv
import io
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.core.errors import FormatError, TableError, some
from geoenforce.core.tables import CASE_AREAS
from geoenforce.inputs.columns import plain

_AREAS = CASE_AREAS.names
_COLUMNS = ["case_id", *_AREAS]
_CHINESE = [column.label("zh") for column in CASE_AREAS]
_OURS = {plain(label): name for label, name in zip(_CHINESE, _COLUMNS, strict=True)}
_MOST = 5  # problems named in one message


def read_case_areas(path: Path) -> pd.DataFrame:
    r"""
    Read areas by case from CSV (UTF-8 or GB18030) or XLSX.

    Parameters
    ----------
    path
        A table with the columns ``case_id``, ``basic_farmland_mu``, ``other_cultivated_mu``,
        ``other_mu``, or their Chinese names with the unit, in any order and beside others.

    Returns
    -------
    cases
        Indexed by ``case_id``, in the order of the rows; areas in mu.

    Raises
    ------
    TableError
        If a column is missing; if a cell is empty, not a plain number, or below zero; if a case is
        repeated. The message names the rows as the file counts them (the header is row 1).
    FormatError
        If the file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "areas.csv"
    ...     _ = path.write_text("case_id,basic_farmland_mu,other_cultivated_mu,other_mu\nA,5,0,0\n")
    ...     read_case_areas(path).loc["A"].to_list()
    [5.0, 0.0, 0.0]
    """
    header, rows = _cells(path)
    missing = [name for name in _COLUMNS if name not in header]
    if missing:
        named = "、".join(_CHINESE)
        message = f"{path}: lacks the columns {missing}; it has {header}. Name them so in the first row, or {named}."
        raise TableError(message)
    at = {name: header.index(name) for name in _COLUMNS}
    table = [
        (row, {name: cells[at[name]] if at[name] < len(cells) else "" for name in _COLUMNS}) for row, cells in rows
    ]
    problems = [*_problems(table), *_repeated(table)]
    if problems:
        more = f"\nand {len(problems) - _MOST} more" if len(problems) > _MOST else ""
        raise TableError("\n".join(f"{path}: {problem}" for problem in problems[:_MOST]) + more)
    ids = [str(values["case_id"]).strip() for _, values in table]
    areas = {name: [float(values[name]) for _, values in table] for name in _AREAS}
    return pd.DataFrame(areas, index=pd.Index(ids, name="case_id", dtype="str"), dtype=float)


def _cells(path: Path) -> tuple[list[str], list[tuple[int, list[Any]]]]:
    """Return the header and the rows that are not blank, each with its number in the file."""
    try:
        lines = _sheet(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv(path)
    except FileNotFoundError:
        message = f"{path}: there is no such file."
        raise FormatError(message) from None
    rows = [(number, cells) for number, cells in enumerate(lines, start=1) if any(str(cell).strip() for cell in cells)]
    if not rows:
        message = f"{path}: is empty; the columns {_COLUMNS} are expected in its first row."
        raise TableError(message)
    header = [str(cell).strip() for cell in rows[0][1]]
    return [_OURS.get(plain(name), name) for name in header], rows[1:]


def _csv(path: Path) -> list[list[Any]]:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(data.decode(encoding), newline="")))
        except UnicodeDecodeError:
            continue
        except csv.Error as problem:
            message = f"{path}: is not a CSV table ({problem}). Save it as 'CSV UTF-8' in Excel."
            raise FormatError(message) from None
    message = f"{path}: is neither UTF-8 nor GB18030 text. Save it as 'CSV UTF-8' in Excel."
    raise FormatError(message)


def _sheet(path: Path) -> list[list[Any]]:
    import openpyxl

    try:
        with closing(openpyxl.load_workbook(path, read_only=True, data_only=True)) as book:
            rows = book.worksheets[0].iter_rows(values_only=True)
            return [["" if cell is None else cell for cell in row] for row in rows]
    except FileNotFoundError:
        raise
    except Exception as problem:  # openpyxl raises a dozen kinds for files that are not workbooks
        message = f"{path}: cannot be read as an Excel workbook ({problem}). Save it again as .xlsx or as CSV."
        raise FormatError(message) from problem


def _problems(table: list[tuple[int, dict[str, Any]]]) -> Iterator[str]:
    for row, values in table:
        if not str(values["case_id"]).strip():
            yield f"row {row}: case_id is empty; every case needs its id."
        for name in _AREAS:
            cell = values[name]
            if str(cell).strip() == "":
                yield f"row {row} (case {values['case_id']}): {name} is empty; write 0 where there is none."
            elif not _is_amount(cell):
                yield f"row {row} (case {values['case_id']}): {name} must be a plain number from 0, but is {cell!r}."


def _repeated(table: list[tuple[int, dict[str, Any]]]) -> Iterator[str]:
    ids = [str(values["case_id"]).strip() for _, values in table]
    for case_id, count in Counter(ids).items():
        if case_id and count > 1:
            rows = [row for (row, _), one in zip(table, ids, strict=True) if one == case_id]
            yield f"rows {some(rows)}: the case '{case_id}' stands more than once; add its patches up to one row."


def _is_amount(cell: Any) -> bool:
    if isinstance(cell, bool) or "_" in str(cell):
        return False
    try:
        value = float(cell)
    except (TypeError, ValueError):
        return False
    return math.isfinite(value) and value >= 0
