"""A document as a workbook: the text, a sheet per table with real numbers and days, the pictures."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any, TypeAlias

import xlsxwriter
from PIL import Image
from xlsxwriter.utility import xl_col_to_name

from geoenforce.outputs.documents.columns import heading_lines, letters
from geoenforce.outputs.documents.layout import WORDS, clean, height_to_width, numbered, sums
from geoenforce.outputs.documents.model import (
    PLACES,
    Document,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Show,
    Table,
    Value,
    day_in_words,
)
from geoenforce.outputs.files import make_room
from geoenforce.outputs.sheet_formats import CLOSE_FORMATS
from geoenforce.outputs.sheets import LETTERS_OF_A_CELL, NO_TEXT_IS_CODE, close_format

Sheet: TypeAlias = Any  # xlsxwriter has no types
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_DAY = {"zh": 'yyyy"年"m"月"d"日"', "en": "d mmmm yyyy"}
_DPI, _ROW_POINTS, _ROW_PX = 96, 15, 20  # of a screen; of a row
_WIDEST = 48
_TEXT_WIDTHS = (26, 100)


@dataclass(frozen=True)
class _Book:
    workbook: Any
    document: Document
    formats: dict[str, Any]

    def sheet(self, name: str) -> Sheet:
        """Add a sheet: A4 across, the document's title and the page's number at its foot."""
        taken = {sheet.get_name().lower() for sheet in self.workbook.worksheets()}
        sheet = self.workbook.add_worksheet(_free_name(name, taken))
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_default_row(_ROW_POINTS)
        sheet.fit_to_pages(1, 0)
        title = clean(self.document.title).replace("&", "&&")[:80]
        sheet.set_footer(f"&L{title}&C— &P —&R{self.document.dated_on.isoformat()}")
        return sheet


def write_xlsx(document: Document, path: str | Path) -> None:
    """
    Write a document as a workbook.

    Parameters
    ----------
    document
        What it says: the text on the first sheet, each table on its own, the pictures together on the last.
    path
        The file; its folder is created.

    Raises
    ------
    GeoenforceError
        If the old file cannot be replaced.

    Notes
    -----
    No text is ever a formula or a link. Sums are formulas over what the filter leaves, with
    their values stored beside them. The same document gives the same bytes.
    """
    with xlsxwriter.Workbook(str(make_room(path)), NO_TEXT_IS_CODE) as workbook:
        created = datetime.combine(document.dated_on, datetime.min.time())
        workbook.set_properties(
            {"title": clean(document.title)[:255], "author": clean(document.issued_by)[:255], "created": created}
        )
        book = _Book(workbook, document, _formats(workbook, document.lang))
        _write_text(book)
        for block in document.blocks:
            if isinstance(block, Table):
                _write_table(book, block)
        figures = [block for block in document.blocks if isinstance(block, Figure)]
        if figures:
            _write_figures(book, figures)


def _free_name(name: str, taken: set[str]) -> str:
    base = _NOT_IN_NAMES.sub(" ", clean(name)).strip()[:31] or "-"
    candidate, number = base, 2
    while candidate.lower() in taken:
        candidate = f"{base[: 31 - len(str(number)) - 1]} {number}"
        number += 1
    return candidate


def _formats(workbook: Any, lang: str) -> dict[str, Any]:
    base = {"font_name": "宋体" if lang == "zh" else "Arial", "font_size": 10, "valign": "vcenter", "border": 1}
    base["border_color"] = "#B9C1C9"
    codes = {show.value: "0" + ("." + "0" * places if places else "") for show, places in PLACES.items()}
    codes |= {Show.M2.value: "#,##0.00", Show.SHARE.value: "0.00%", Show.DAY.value: _DAY[lang], Show.TEXT.value: "@"}
    codes |= CLOSE_FORMATS
    formats = {name: workbook.add_format({**base, "num_format": code}) for name, code in codes.items()}
    words = {**base, "num_format": "@", "text_wrap": True, "align": "left", "indent": 1}
    formats[Show.TEXT.value] = workbook.add_format(words)
    total = {"bold": True, "bg_color": "#FFF6DD", "top": 2}
    formats |= {f"total {name}": workbook.add_format({**base, **total, "num_format": code})
                for name, code in codes.items()}  # fmt: skip
    heading = {"bold": True, "bg_color": "#EAF0F6", "text_wrap": True, "align": "center"}
    formats["heading"] = workbook.add_format({**base, **heading})
    plain = {"font_name": base["font_name"], "font_size": 11, "valign": "top"}
    formats["plain"] = workbook.add_format({**plain, "text_wrap": True})
    formats["title"] = workbook.add_format({**plain, "font_size": 14, "bold": True})
    formats["over"] = workbook.add_format(plain)  # may go on over the cells beside it
    formats["part"] = workbook.add_format({**plain, "font_size": 12, "bold": True, "top": 1})
    return formats


def _write_table(book: _Book, table: Table) -> None:
    sheet, lang = book.sheet(table.sheet), book.document.lang
    sheet.set_header("&C&B" + clean(table.caption).replace("&", "&&")[:200])  # on paper; else it stands below the table
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_row(0, 2 * _ROW_POINTS)  # not every program finds the height of a row by itself
    widths = [_width(column.label, [row[place] for row in table.rows]) for place, column in enumerate(table.columns)]
    for row, cells in enumerate(table.rows, start=1):
        _set_height(sheet, row, cells, widths)
    for position, column in enumerate(table.columns):
        sheet.write_string(0, position, heading_lines(clean(column.label)), book.formats["heading"])
        values = [row[position] for row in table.rows]
        for row, value in enumerate(values, start=1):
            _write_cell(sheet, (row, position), value, book.formats[_format_of(value, column.show)])
        sheet.set_column(position, position, widths[position])
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        _write_sums(book, sheet, table)
    else:
        sheet.write_string(1, 0, clean(table.empty), book.formats["plain"])
    below = max(len(table.rows), 1) + (3 if sums(table, lang) else 2)
    for row, text in enumerate(filter(None, (table.caption, table.note)), start=below):
        sheet.write_string(row, 0, clean(text)[:LETTERS_OF_A_CELL])


def _format_of(value: Value, show: Show) -> str:
    """Return the format of a cell; a text in a column of numbers is a text."""
    if isinstance(value, str):
        return Show.TEXT.value
    if isinstance(value, date):
        return Show.DAY.value
    return show.value if value is None else close_format(show.value, value)


def _write_cell(sheet: Sheet, place: tuple[int, int], value: Value, style: Any) -> None:
    if value is None:
        sheet.write_blank(*place, None, style)
    elif isinstance(value, str):
        sheet.write_string(*place, clean(value)[:LETTERS_OF_A_CELL], style)
    elif isinstance(value, date):
        sheet.write_datetime(*place, datetime(value.year, value.month, value.day), style)  # noqa: DTZ001 - a cell knows no zone
    else:
        sheet.write_number(*place, float(value), style)


def _write_sums(book: _Book, sheet: Sheet, table: Table) -> None:
    """Write the sums below the table, out of the filter's reach."""
    row = sums(table, book.document.lang)
    if row is None:
        return
    last = len(table.rows)
    for position, (column, value) in enumerate(zip(table.columns, row, strict=True)):
        style = book.formats[f"total {column.show.value if value is None else _format_of(value, column.show)}"]
        if column.is_summed:
            letter = xl_col_to_name(position)
            formula = f"=SUBTOTAL(109,{letter}2:{letter}{last + 1})"
            sheet.write_formula(last + 1, position, formula, style, value)
        else:
            _write_cell(sheet, (last + 1, position), value or None, style)


def _width(label: str, values: Sequence[Value]) -> float:
    widest = max((_letters(value) for value in values[:500]), default=0.0)
    heading = max(map(letters, heading_lines(label).split("\n")))
    return min(max(widest, heading, 6) + 3, _WIDEST)


def _set_height(sheet: Sheet, row: int, cells: Sequence[Value], widths: Sequence[float]) -> None:
    lines = max(
        sum(ceil(max(letters(line), 1) / (width - 2)) for line in cell.split("\n")) if isinstance(cell, str) else 1
        for cell, width in zip(cells, widths, strict=True)
    )
    if lines > 1:
        sheet.set_row(row, lines * _ROW_POINTS)


def _letters(value: Value) -> float:
    if isinstance(value, date):
        return 16
    if isinstance(value, int | float):
        return 11
    return letters(value or "")


def _write_figures(book: _Book, figures: Sequence[Figure]) -> None:
    sheet = book.sheet(WORDS[book.document.lang]["charts"])
    row, breaks = 0, []
    for number, figure in enumerate(figures, start=1):
        sheet.set_row(row, 1.5 * _ROW_POINTS)
        sheet.write_string(row, 0, clean(figure.caption), book.formats["title"])
        with Image.open(BytesIO(figure.png)) as picture:
            dots, width = picture.info.get("dpi", (_DPI, _DPI))[0], picture.width
        shown_px = figure.width_cm / 2.54 * _DPI
        scale = shown_px / (width * _DPI / dots)
        options = {"image_data": BytesIO(figure.png), "x_scale": scale, "y_scale": scale, "object_position": 2}
        sheet.insert_image(row + 1, 0, f"{number}.png", {**options, "description": clean(figure.alt)[:255]})
        row += 3 + int(shown_px * height_to_width(figure.png) / _ROW_PX)
        breaks.append(row)
    sheet.set_h_pagebreaks(breaks[:-1])


def _write_text(book: _Book) -> None:
    """Write what is no table and no picture, in its order."""
    sheet = book.sheet(WORDS[book.document.lang]["text"])
    for column, width in enumerate(_TEXT_WIDTHS):
        sheet.set_column(column, column, width)
    for row, (style, name, value) in enumerate(_lines(book.document)):
        if style == "title":
            sheet.set_row(row, 2 * _ROW_POINTS)
        elif style == "part":
            sheet.set_row(row, 1.4 * _ROW_POINTS)
        elif style == "plain":
            _set_height(sheet, row, (name, value), [width * 0.85 for width in _TEXT_WIDTHS])  # for larger letters
        _write_cell(sheet, (row, 0), name or None, book.formats[style])
        _write_cell(sheet, (row, 1), value or None, book.formats["part" if style == "part" else "plain"])


def _lines(document: Document) -> Iterator[tuple[str, str, str]]:
    """Give format, name and text of each line."""
    yield "title", document.title, ""
    yield "over", document.subtitle, ""
    for block in numbered(document):
        match block:
            case Heading():
                yield "part", block.text, ""
            case Paragraph():
                yield "plain", "", block.text
            case Facts():
                yield from (("plain", name, value) for name, value in block.rows)
            case _:
                pass
    yield "plain", "", f"{document.issued_by}  {day_in_words(document.dated_on, document.lang)}".strip()
    yield "plain", WORDS[document.lang]["source"], document.source_note
