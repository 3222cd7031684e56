"""A document as a workbook: a sheet per table with real numbers and days, the pictures, the text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import xlsxwriter
from PIL import Image
from xlsxwriter.utility import xl_col_to_name

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
from geoenforce.outputs.sheets import LETTERS_OF_A_CELL, NO_TEXT_IS_CODE

Sheet: TypeAlias = Any  # xlsxwriter has no types
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_DAY = {"zh": 'yyyy"年"m"月"d"日"', "en": "d mmmm yyyy"}
_DPI, _ROW_PX = 96, 20  # of a screen; of a row of the usual height


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
        What it says: each table gets a sheet of its own, the pictures one together, the text the last.
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
        for block in document.blocks:
            if isinstance(block, Table):
                _write_table(book, block)
        figures = [block for block in document.blocks if isinstance(block, Figure)]
        if figures:
            _write_figures(book, figures)
        _write_text(book)


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
    formats = {name: workbook.add_format({**base, "num_format": code}) for name, code in codes.items()}
    formats[Show.TEXT.value] = workbook.add_format({**base, "num_format": "@", "text_wrap": True})
    total = {"bold": True, "bg_color": "#FFF6DD", "top": 2}
    formats |= {f"total {name}": workbook.add_format({**base, **total, "num_format": code})
                for name, code in codes.items()}  # fmt: skip
    heading = {"bold": True, "bg_color": "#EAF0F6", "text_wrap": True, "align": "center"}
    formats["heading"] = workbook.add_format({**base, **heading})
    plain = {"font_name": base["font_name"], "font_size": 11, "valign": "top"}
    formats["plain"] = workbook.add_format({**plain, "text_wrap": True})
    formats["title"] = workbook.add_format({**plain, "font_size": 16, "bold": True})
    formats["part"] = workbook.add_format({**plain, "font_size": 12, "bold": True, "top": 1})
    return formats


def _write_table(book: _Book, table: Table) -> None:
    sheet, lang = book.sheet(table.sheet), book.document.lang
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    for position, column in enumerate(table.columns):
        sheet.write_string(0, position, clean(column.label), book.formats["heading"])
        values = [row[position] for row in table.rows]
        for row, value in enumerate(values, start=1):
            _write_cell(sheet, (row, position), value, book.formats[_format_of(value, column.show)])
        sheet.set_column(position, position, _width(column.label, values))
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
    return show.value


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
        style = book.formats[f"total {column.show.value}"]
        if column.is_summed:
            letter = xl_col_to_name(position)
            formula = f"=SUBTOTAL(109,{letter}2:{letter}{last + 1})"
            sheet.write_formula(last + 1, position, formula, style, value)
        else:
            _write_cell(sheet, (last + 1, position), value or None, style)


def _width(label: str, values: Sequence[Value]) -> float:
    widest = max((_letters(value) for value in values[:500]), default=0.0)
    return min(max(widest, _letters(label) / 2, 6) + 3, 48)


def _letters(value: Value) -> float:
    """Return the width in letters; a Chinese character is as wide as two."""
    if isinstance(value, date):
        return 14
    if isinstance(value, int | float):
        return 11
    return sum(2 if ord(letter) > 0x2E7F else 1.1 for letter in value or "")


def _write_figures(book: _Book, figures: Sequence[Figure]) -> None:
    sheet = book.sheet(WORDS[book.document.lang]["charts"])
    row = 0
    for number, figure in enumerate(figures, start=1):
        sheet.write_string(row, 0, clean(figure.caption), book.formats["title"])
        with Image.open(BytesIO(figure.png)) as picture:
            dots, width = picture.info.get("dpi", (_DPI, _DPI))[0], picture.width
        shown_px = figure.width_cm / 2.54 * _DPI
        scale = shown_px / (width * _DPI / dots)
        options = {"image_data": BytesIO(figure.png), "x_scale": scale, "y_scale": scale, "object_position": 2}
        sheet.insert_image(row + 1, 0, f"{number}.png", {**options, "description": clean(figure.alt)[:255]})
        row += 3 + int(shown_px * height_to_width(figure.png) / _ROW_PX)


def _write_text(book: _Book) -> None:
    """Write what is no table and no picture, in its order."""
    document = book.document
    sheet = book.sheet(WORDS[document.lang]["text"])
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    lines: list[tuple[str, str, str]] = [("title", document.title, ""), ("plain", document.subtitle, "")]
    for block in numbered(document):
        match block:
            case Heading():
                lines.append(("part", block.text, ""))
            case Paragraph():
                lines.append(("plain", "", block.text))
            case Facts():
                lines += [("plain", name, value) for name, value in block.rows]
            case _:
                pass
    signed = f"{document.issued_by}  {day_in_words(document.dated_on, document.lang)}"
    lines += [("plain", "", signed), ("plain", WORDS[document.lang]["source"], document.source_note)]
    for row, (style, name, value) in enumerate(lines):
        _write_cell(sheet, (row, 0), name or None, book.formats[style])
        _write_cell(sheet, (row, 1), value or None, book.formats[style if style == "part" else "plain"])
