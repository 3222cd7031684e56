"""Tables as CSV files, for programs and for Excel."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.persons import PERSONAL_COLUMNS
from geoenforce.core.tables import AREAS, Column, Kind, Table, check
from geoenforce.outputs.files import make_room

#: The areas of a patch, without what else stands beside them in its row.
AREA_MEASURES = tuple(column for column in AREAS.columns if column.unit)

#: Moments are shown as people in China read them off the clock.

#: A hundredth of a square decimetre, and less than that in mu: finer than any survey. Lengths and times as compared.
_DECIMALS = {"m²": 4, "mu": 6, "m": 2, "min": 3, "s": 3}
_DECIMALS_ELSE = 6
_MOST_DECIMALS = 15
#: Compared as they are: a ratio must not be read back as having reached a limit.
_UNROUNDED = frozenset({"value", "to_go"})

#: Spreadsheets run a cell that begins with one of these.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(frame: pd.DataFrame, table: Table, path: str | Path, *, with_personal_data: bool = False) -> None:
    """
    Write a table as CSV that programs read and Excel opens (UTF-8 with a byte-order mark).

    The header holds the code names, the index first, then the columns in the order of the
    declaration; optional columns that the table lacks are left out, and so are columns that are not
    declared. The same table gives the same bytes.

    Parameters
    ----------
    frame
        The table to write; a geometry is not written.
    table
        Its declaration.
    path
        The file; its folder is created.
    with_personal_data
        Whether to write the columns that name persons (parties, patrollers).

    Raises
    ------
    TableError
        If the table is not what it claims to be.
    GeoenforceError
        If the file cannot be written.

    Notes
    -----
    Areas have 4 decimals in m² and 6 in mu, without zeros at the end; dates are ISO dates,
    moments ISO times of Asia/Shanghai with its offset; flags are true and false; what is missing is empty.
    Metres have 2 decimals, minutes and seconds 3: as the limits are compared. A text that a spreadsheet would run
    as a formula (it begins with ``= + - @``, a tab or a carriage return) gets an apostrophe in front.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from geoenforce.core.tables import CASE_AREAS
    >>> areas = pd.DataFrame({"basic_farmland_mu": [5.0], "other_cultivated_mu": [1 / 3], "other_mu": [0.0]},
    ...                      index=pd.Index(["A"], name="case_id"))
    >>> with TemporaryDirectory() as folder:
    ...     write_csv(areas, CASE_AREAS, Path(folder) / "areas.csv")
    ...     print((Path(folder) / "areas.csv").read_text(encoding="utf-8-sig"))
    case_id,basic_farmland_mu,other_cultivated_mu,other_mu
    A,5.0,0.333333,0.0
    """
    check(frame, table)
    shown = visible_columns(frame, table, with_personal_data=with_personal_data)
    texts = [_texts(column_values(frame, column), column) for column in shown]
    with make_room(path).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in shown])
        writer.writerows(zip(*texts, strict=True))


def visible_columns(frame: pd.DataFrame, table: Table, *, with_personal_data: bool = False) -> list[Column]:
    """
    List the declared columns that a table has and an output may show, the index first.

    Examples
    --------
    >>> from geoenforce.core.tables import PARTIES
    >>> [column.name for column in visible_columns(pd.DataFrame(columns=["party", "year"]), PARTIES)]
    ['year']
    """
    return [
        column
        for column in table
        if (column is table.index or column.name in frame)
        and (with_personal_data or column.name not in PERSONAL_COLUMNS)
    ]


def column_values(frame: pd.DataFrame, column: Column) -> "pd.Series[Any]":
    """
    Return the values of a declared column, be it the index or not.

    Moments come in the time of Asia/Shanghai, whatever zone the table holds them in.

    Examples
    --------
    >>> from geoenforce.core.tables import AREAS
    >>> column_values(pd.DataFrame(index=pd.Index(["A"], name="violation_id")), AREAS.index).to_list()
    ['A']
    """
    values = frame[column.name] if column.name in frame else frame.index.to_series(name=column.name)
    return values.dt.tz_convert(LOCAL_ZONE) if column.kind is Kind.INSTANT else values


def _texts(values: "pd.Series[Any]", column: Column) -> list[str]:
    present = values.notna().to_numpy()
    write = _WRITERS.get(column.kind, _text)
    if column.kind in (Kind.NUMBER, Kind.AMOUNT):
        decimals = _MOST_DECIMALS if column.name in _UNROUNDED else _DECIMALS.get(column.unit, _DECIMALS_ELSE)
        values = values.astype(float).round(decimals) + 0.0  # no minus zero
    return [write(value) if there else "" for value, there in zip(values.tolist(), present.tolist(), strict=True)]


def _text(value: Any) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def _number(value: float) -> str:
    text = repr(value)  # the same digits, in half the time
    return np.format_float_positional(value, trim="0") if "e" in text else text


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    Kind.NUMBER: _number,
    Kind.AMOUNT: _number,
    Kind.INTEGER: lambda value: str(int(value)),
    Kind.FLAG: lambda value: "true" if value else "false",
    Kind.DATE: lambda value: value.date().isoformat(),
    Kind.INSTANT: lambda value: value.isoformat(),
}
