"""What all workbooks share: formats, sheets with a frozen header and a filter, cells of every kind."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import xlsxwriter

from geoenforce.core.errors import TableError
from geoenforce.core.results import Results
from geoenforce.core.tables import Column, Kind, Table, check
from geoenforce.outputs.files import make_room
from geoenforce.outputs.sheet_formats import Formats, formats_of
from geoenforce.outputs.sheet_widths import LINE, WIDE_FOR_A4, fitted, lines_of_rows, natural_width
from geoenforce.outputs.tables import column_values
from geoenforce.outputs.wording import in_words, mu_figure, percent_figure, read_as_whole

Sheet: TypeAlias = Any  # xlsxwriter has no types

YES, NO = {"zh": "是", "en": "yes"}, {"zh": "否", "en": "no"}
NEAR = {"zh": "临界", "en": "near threshold"}

_ROWS_OF_A_SHEET = 1_048_576
#: The longest text that a cell of Excel can hold.
LETTERS_OF_A_CELL = 32_767
_TWO_LINES = 2 * LINE  # of a heading
_HIGHEST = 409  # points that a row of Excel can have
_A4, _A3 = 9, 8  # as Excel numbers them
_SENTENCES = frozenset({"detail"})  # columns that are read, not scanned: they go on in further lines
_FIGURES = (Kind.NUMBER, Kind.AMOUNT, Kind.INTEGER)
_SHARES = frozenset({"rate", "seen_share", "share"})
#: How figures are written that must not read as a whole number, which a limit of the law is, where they are none.
_CLOSE: dict[str, Callable[[float], str]] = {"mu": mu_figure, "percent": percent_figure}
#: Options of a workbook in which no text becomes a formula, a link or a number.
NO_TEXT_IS_CODE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Place:
    """A sheet to write, and how."""

    sheet: Sheet
    formats: Formats
    lang: str


@dataclass(frozen=True)
class Book:
    """A workbook that is being written."""

    workbook: Any
    formats: Formats
    results: Results
    lang: str

    def place(self, name: str) -> Place:
        """Add a sheet: A4 across (A3 if it is very wide), its header frozen and repeated, the project in its footer."""
        sheet = self.workbook.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 1)
        title = self.results.title.replace("&", "&&")[:80]  # a lone & is a code, and a footer has 255 letters at most
        sheet.set_footer(f"&L{title}  {self.results.as_of.isoformat()}&C{name}&R&P / &N")
        return Place(sheet, self.formats, self.lang)


@contextmanager
def new_book(path: str | Path, results: Results, lang: str) -> Iterator[Book]:
    """
    Open a workbook to be written, and finish it.

    No text becomes a formula or a link; the same results give the same bytes.

    Examples
    --------
    >>> with new_book("out/cases.xlsx", results, "zh") as book:  # doctest: +SKIP
    ...     write_table(book.place("案件"), results.cases, list(CASES))
    """
    with xlsxwriter.Workbook(str(make_room(path)), NO_TEXT_IS_CODE) as workbook:
        created = datetime.combine(results.as_of, datetime.min.time())
        workbook.set_properties({"title": results.title[:255], "created": created})
        yield Book(workbook, formats_of(workbook), results, lang)


def check_for_sheet(frame: pd.DataFrame, table: Table) -> None:
    """
    Refuse a table that is not what it claims to be, or has more rows than a sheet can hold.

    Raises
    ------
    TableError
        With the way out.

    Examples
    --------
    >>> check_for_sheet(pd.DataFrame({"a": [1]}), Table("t", "thing", "", "", None, ()))
    """
    check(frame, table)
    if len(frame) >= _ROWS_OF_A_SHEET:
        message = (
            f"The table '{table.name}' has {len(frame)} rows, but a sheet of Excel holds {_ROWS_OF_A_SHEET - 1}. "
            "Use the CSV files, or run the townships one by one."
        )
        raise TableError(message)


def write_table(place: Place, frame: pd.DataFrame, columns: Sequence[Column], *, exact: bool = False) -> None:
    """
    Write the columns of a table one beside the other, with a filter over them.

    Parameters
    ----------
    place
        The sheet.
    frame
        The table.
    columns
        What to write of it, in this order.
    exact
        Show mu as they are compared, with 4 decimals.

    Examples
    --------
    >>> write_table(book.place("案件"), results.cases, list(CASES))  # doctest: +SKIP
    """
    values = [column_values(frame, column).tolist() for column in columns]
    shown = [_all_shown(column, one, place.lang) for column, one in zip(columns, values, strict=True)]
    widths = fitted([column.label(place.lang) for column in columns], shown, [column.kind for column in columns])
    for position, (column, is_wrapped) in enumerate(zip(columns, widths.are_wrapped, strict=True)):
        style = "exact" if exact and column.unit == "mu" else style_name(column)
        style = "sentence" if is_wrapped and style == "text" else style
        _write_cells(place, position, column, values[position], (shown[position], place.formats[style]))
        place.sheet.set_column(position, position, widths.letters[position])
    for row, lines in lines_of_rows(shown, widths).items():
        place.sheet.set_row(row, min(lines * LINE, _HIGHEST))
    place.sheet.autofilter(0, 0, max(len(frame), 1), len(columns) - 1)
    if sum(widths.letters) > WIDE_FOR_A4:
        place.sheet.set_paper(_A3)


def write_column(place: Place, position: int, column: Column, values: list[Any], style: Any) -> None:
    """
    Write the heading and the cells of one column, as wide as they need; what is missing stays empty.

    Examples
    --------
    >>> write_column(place, 0, CASES.index, ["C1"], place.formats["text"])  # doctest: +SKIP
    """
    shown = _all_shown(column, values, place.lang)
    _write_cells(place, position, column, values, (shown, style))
    place.sheet.set_column(position, position, natural_width(column.label(place.lang), shown, column.kind))


def _write_cells(
    place: Place, position: int, column: Column, values: list[Any], how: tuple[Sequence[Any], Any]
) -> None:
    """Write the heading and the cells of one column; `how` are the cells as people read them, and their format."""
    sheet, (shown, style) = place.sheet, how
    sheet.write_string(0, position, column.label(place.lang), place.formats["heading"])
    sheet.set_row(0, _TWO_LINES)
    write = _writer(sheet, column.kind)
    close = {row: place.formats[name] for row, name in _close_to_whole(column, values).items()}
    is_filled = pd.Series(shown, dtype=object).notna().tolist()
    for row, value in enumerate(shown, start=1):
        if is_filled[row - 1] and value != "":
            write(row, position, value, close.get(row, style))


def close_format(name: str, value: float) -> str:
    """
    Return the format of a figure in the format `name`: another where two decimals would make it a whole number.

    Examples
    --------
    >>> close_format("mu", 4.9999), close_format("mu", 4.99), close_format("percent", 0.14999), close_format("m", 4.999)
    ('mu 4', 'mu', 'percent 4', 'm')
    """
    write = _CLOSE.get(name)
    decimals = len(write(value).partition(".")[2]) if write else 2
    return name if decimals == 2 else f"{name} {decimals}"


def _close_to_whole(column: Column, values: list[Any]) -> dict[int, str]:
    """Name the formats of the few cells, by row, that two decimals would make a whole number."""
    name = style_name(column)
    if name not in _CLOSE or not values:
        return {}
    figures = np.array(values, dtype=np.float64) * (100 if name == "percent" else 1)
    rows = np.flatnonzero(read_as_whole(figures)).tolist()
    formats = {row + 1: close_format(name, values[row]) for row in rows}
    return {row: close for row, close in formats.items() if close != name}


def write_notes(place: Place, results: Results, notes: Sequence[Any]) -> None:
    """
    Write what a workbook is about: project, date, regulation, then sentences.

    Parameters
    ----------
    place
        The sheet.
    results
        The run.
    notes
        The three names that stand before project, date and regulation; then the sentences.

    Examples
    --------
    >>> write_notes(place, results, (("项目", "截至日期", "认定依据"), "面积为椭球面积。"))  # doctest: +SKIP
    """
    names, *sentences = notes
    regulation = f"{results.regulation_title} {results.regulation_number}".strip()
    values = (results.title, results.as_of.isoformat(), regulation)
    for row, (name, value) in enumerate(zip(names, values, strict=True)):
        place.sheet.write_string(row, 0, name, place.formats["heading"])
        place.sheet.write_string(row, 1, value[:LETTERS_OF_A_CELL], place.formats["text"])
    for row, sentence in enumerate(sentences, start=len(values) + 1):
        place.sheet.write_string(row, 0, sentence, place.formats["text"])
    place.sheet.set_column(0, 0, 14)
    place.sheet.set_column(1, 1, 60)


def style_name(column: Column) -> str:
    """
    Return the name of the format that a column's cells have.

    Examples
    --------
    >>> from geoenforce.core.tables import CASES
    >>> [style_name(CASES.column(name)) for name in ("area_m2", "found_on", "violations", "severity")]
    ['m²', 'date', 'count', 'text']
    """
    if column.name in _SHARES:
        return "percent"
    if column.name in _SENTENCES:
        return "sentence"
    if column.unit in ("mu", "m²", "m", "min", "s"):
        return column.unit
    kinds = {
        Kind.DATE: "date",
        Kind.INSTANT: "moment",
        Kind.INTEGER: "count",
        Kind.NUMBER: "share",
        Kind.AMOUNT: "share",
    }
    return kinds.get(column.kind, "text")


def _writer(sheet: Sheet, kind: Kind) -> Callable[..., Any]:
    if kind in _FIGURES:
        write_number: Callable[..., Any] = sheet.write_number
        return write_number
    if kind in (Kind.DATE, Kind.INSTANT):
        write_date: Callable[..., Any] = sheet.write_datetime
        return write_date
    write_text: Callable[..., Any] = sheet.write_string
    return write_text


def _all_shown(column: Column, values: list[Any], lang: str) -> list[Any]:
    """Say every value as people read it; figures and days are, and each word is looked up once."""
    if column.kind in (*_FIGURES, Kind.DATE):
        return values
    return list(map(cache(partial(_shown, column, lang=lang)), values))


def _shown(column: Column, value: Any, lang: str) -> Any:
    if column.kind is Kind.FLAG:
        if column.name == "near_threshold":
            return NEAR[lang] if value else ""
        return YES[lang] if value else NO[lang]
    if column.kind is Kind.INSTANT:
        return value.tz_localize(None)  # a cell knows no zone: what the clock in Shanghai showed
    return in_words(column.name, value, lang)[:LETTERS_OF_A_CELL]
