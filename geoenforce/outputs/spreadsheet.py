"""The workbook of cases: what officers filter, sort and print."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from geoenforce.core.errors import TableError
from geoenforce.core.results import Results
from geoenforce.core.tables import AREAS, CASES, COMPARISONS, ISSUES, VIOLATIONS, Column, Kind, Table, check
from geoenforce.core.terms import Severity, Status
from geoenforce.outputs.files import make_room
from geoenforce.outputs.palette import SEVERITY_TINT
from geoenforce.outputs.tables import AREA_MEASURES, column_values, visible_columns
from geoenforce.outputs.totals import TOWNSHIP_TOTALS, township_totals
from geoenforce.outputs.wording import in_words

Sheet: TypeAlias = Any  # xlsxwriter has no types
Formats: TypeAlias = dict[str, Any]

_ROWS_OF_A_SHEET = 1_048_576
_LETTERS_OF_A_CELL = 32_767

#: The sheet of patches: the areas, and beside them what people filter by.
PATCHES = Table(
    "patches",
    "violation patch",
    "图斑",
    "Patches",
    AREAS.index,
    (
        *(VIOLATIONS.column(name) for name in ("case_id", "status", "found_on")),
        replace(CASES.column("severity"), filled=False),
        *AREA_MEASURES,
    ),
)

_SHEETS = {
    "zh": ("案件", "乡镇汇总", "图斑", "认定依据", "数据问题", "说明"),
    "en": ("Cases", "Townships", "Patches", "Comparisons", "Data issues", "Notes"),
}
_TOTAL = {"zh": "合计", "en": "Total"}
_NO_TOWNSHIP = {"zh": "不在任何乡镇内", "en": "outside every township"}
_YES, _NO = {"zh": "是", "en": "yes"}, {"zh": "否", "en": "no"}
_NEAR = {"zh": "临界", "en": "near threshold"}
_NOTES = {
    "zh": (
        ("项目", "截至日期", "认定依据"),
        "面积为 CGCS2000 椭球面积（图斑椭球面积）；1 亩 = 2000/3 ㎡。",
        "单元格保存完整数值，显示保留 2 位小数；认定时以亩为单位四舍五入到 4 位小数后比较。",
        "“临界”表示有一类面积离标准很近，显示的 2 位小数可能与标准相同，以“认定依据”表为准。",
        "“乡镇汇总”为“案件”表的公式，只统计已核实案件；疑似案件另计。",
        "本表陈述事实和所涉条款，由人作出认定。",
    ),
    "en": (
        ("Project", "As of", "Regulation"),
        "Areas are ellipsoidal areas on CGCS2000; 1 mu = 2000/3 m².",
        "Cells hold the full value and show 2 decimals; grades compare mu rounded half-up to 4 decimals.",
        "'near threshold': an area is so close to a limit that 2 decimals may show the limit itself; see Comparisons.",
        "The sheet Townships is made of formulas over the sheet Cases; confirmed cases only, suspected ones apart.",
        "This workbook states facts and the articles they touch; a person decides.",
    ),
}


@dataclass(frozen=True)
class _Place:
    """A sheet to write, and how."""

    sheet: Sheet
    formats: Formats
    lang: str


def write_cases_xlsx(results: Results, path: str | Path, lang: str = "zh", *, with_personal_data: bool = False) -> None:
    """
    Write the workbook of a run: cases, totals per township, patches, comparisons, data issues, notes.

    Parameters
    ----------
    results
        The tables of the run.
    path
        The file; its folder is created.
    lang
        Language of headers and words: ``"zh"`` or ``"en"``.
    with_personal_data
        Whether to write the columns that name persons (party).

    Raises
    ------
    TableError
        If a table is not what it claims to be, or has more rows than a sheet can hold.
    GeoenforceError
        If the file cannot be written.

    Notes
    -----
    No text is ever a formula or a link. The totals are formulas with their values stored beside
    them, so viewers that do not calculate show them too. The same results give the same bytes.
    """
    patches = results.violations[["case_id", "status", "found_on"]].join(
        results.areas[[column.name for column in AREA_MEASURES]]
    )
    patches = patches.join(results.cases["severity"], on="case_id")
    tables = ((results.cases, CASES), (patches, PATCHES), (results.comparisons, COMPARISONS), (results.issues, ISSUES))
    for frame, table in tables:
        check(frame, table)
        if len(frame) >= _ROWS_OF_A_SHEET:
            message = (
                f"The table '{table.name}' has {len(frame)} rows, but a sheet of Excel holds {_ROWS_OF_A_SHEET - 1}. "
                "Use the CSV files, or run the townships one by one."
            )
            raise TableError(message)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(make_room(path)), options) as book:
        book.set_properties(
            {"title": results.title[:255], "created": datetime.combine(results.as_of, datetime.min.time())}
        )
        formats = _formats(book)
        cases, towns, *others, notes = (
            _Place(_new_sheet(book, name, results), formats, lang) for name in _SHEETS[lang]
        )
        shown = visible_columns(results.cases, CASES, with_personal_data=with_personal_data)
        _write_table(cases, results.cases, shown)
        _tint_grades(cases, shown, len(results.cases))
        _write_totals(towns, township_totals(results.townships, results.cases), shown, len(results.cases))
        for place, (frame, table) in zip(others, tables[1:], strict=True):
            _write_table(place, frame, list(visible_columns(frame, table)), exact=table is COMPARISONS)
        _write_notes(notes, results)


def _formats(book: Any) -> Formats:
    base = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
    numbers = {"mu": "0.00", "m²": "#,##0.00", "exact": "0.0000", "date": "yyyy-mm-dd", "count": "0", "share": "0.0###"}
    formats = {name: book.add_format({**base, "num_format": code}) for name, code in numbers.items()}
    formats["text"] = book.add_format({**base, "num_format": "@"})
    heading = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#4472C4", "text_wrap": True, "align": "center"}
    formats["heading"] = book.add_format({**base, **heading})
    for name in ("mu", "m²", "count", "text"):
        total = {"bold": True, "bg_color": "#FFF2CC", "top": 1, "num_format": numbers.get(name, "@")}
        formats[f"total {name}"] = book.add_format({**base, **total})
    for grade, tint in SEVERITY_TINT.items():
        formats[grade] = book.add_format({"bg_color": tint})
    formats["near"] = book.add_format({"bg_color": "#FFF2CC", "bold": True})
    return formats


def _new_sheet(book: Any, name: str, results: Results) -> Sheet:
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 1)
    title = results.title.replace("&", "&&")[:80]  # a lone & is a code, and a footer has 255 letters at most
    sheet.set_footer(f"&L{title}  {results.as_of.isoformat()}&C{name}&R&P / &N")
    return sheet


def _write_table(place: _Place, frame: pd.DataFrame, columns: Sequence[Column], *, exact: bool = False) -> None:
    for position, column in enumerate(columns):
        values = column_values(frame, column).tolist()
        style = place.formats["exact" if exact and column.unit == "mu" else _style(column)]
        _write_column(place, position, column, values, style)
    place.sheet.autofilter(0, 0, max(len(frame), 1), len(columns) - 1)


def _write_column(place: _Place, position: int, column: Column, values: list[Any], style: Any) -> None:
    sheet, heading = place.sheet, column.label(place.lang)
    sheet.write_string(0, position, heading, place.formats["heading"])
    write = _writer(sheet, column.kind)
    shown = [_shown(column, value, place.lang) for value in values]
    for row, value in enumerate(shown, start=1):
        if not pd.isna(value) and value != "":
            write(row, position, value, style)
    widest = max((_width(value) for value in shown[:500]), default=0)
    sheet.set_column(position, position, min(max(widest, _width(heading) / 2, 6) + 3, 48))


def _writer(sheet: Sheet, kind: Kind) -> Callable[..., Any]:
    if kind in (Kind.NUMBER, Kind.AMOUNT, Kind.INTEGER):
        write_number: Callable[..., Any] = sheet.write_number
        return write_number
    if kind is Kind.DATE:
        write_date: Callable[..., Any] = sheet.write_datetime
        return write_date
    write_text: Callable[..., Any] = sheet.write_string
    return write_text


def _shown(column: Column, value: Any, lang: str) -> Any:
    if column.kind is Kind.FLAG:
        if column.name == "near_threshold":
            return _NEAR[lang] if value else ""
        return _YES[lang] if value else _NO[lang]
    if column.kind is not Kind.TEXT:
        return value
    return in_words(column.name, value, lang)[:_LETTERS_OF_A_CELL]


def _style(column: Column) -> str:
    if column.unit in ("mu", "m²"):
        return column.unit
    return {Kind.DATE: "date", Kind.INTEGER: "count", Kind.NUMBER: "share", Kind.AMOUNT: "share"}.get(
        column.kind, "text"
    )


def _width(value: Any) -> float:
    """Return the width in letters; a Chinese character is as wide as two."""
    if isinstance(value, float):
        return 12
    text = str(value)[:10] if isinstance(value, datetime) else str(value)
    return sum(2 if ord(letter) > 0x2E7F else 1.1 for letter in text)


def _tint_grades(place: _Place, columns: Sequence[Column], rows: int) -> None:
    names = [column.name for column in columns]
    words = {grade.name_in(place.lang): place.formats[grade] for grade in Severity if grade is not Severity.ORDINARY}
    words[_NEAR[place.lang]] = place.formats["near"]
    for word, style in words.items():
        position = names.index("near_threshold" if word == _NEAR[place.lang] else "severity")
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": style}
        place.sheet.conditional_format(1, position, max(rows, 1), position, rule)


def _write_totals(place: _Place, totals: pd.DataFrame, columns: Sequence[Column], rows: int) -> None:
    """Write formulas over the sheet of cases, whose columns and number of rows are given."""
    formula = _Formulas(place.lang, {column.name: position for position, column in enumerate(columns)}, max(rows, 1))
    headings = list(TOWNSHIP_TOTALS)
    last = len(totals)
    for position, column in enumerate(headings):
        values = column_values(totals, column)
        style = place.formats[_style(column)]
        if column.kind is Kind.TEXT:
            names = {"": _NO_TOWNSHIP[place.lang]} if column.name == "township_name" else {}
            _write_column(place, position, column, [names.get(value, value) for value in values], style)
            place.sheet.write_string(
                last + 1, position, _TOTAL[place.lang] if position == 0 else "", place.formats["total text"]
            )
            continue
        _write_column(place, position, column, [], style)
        for row, (code, value) in enumerate(values.items(), start=1):
            text = formula.of(column, f"$A{row + 1}" if code else '"="')  # "=" finds the empty cells
            place.sheet.write_formula(row, position, text, style, value)
        letter = xl_col_to_name(position)
        whole = f"=SUM({letter}2:{letter}{max(last, 1) + 1})"
        place.sheet.write_formula(last + 1, position, whole, place.formats[f"total {_style(column)}"], values.sum())
    place.sheet.autofilter(0, 0, max(last, 1), len(headings) - 1)


@dataclass(frozen=True)
class _Formulas:
    """Formulas that count or add up the rows of the sheet of cases."""

    lang: str
    positions: dict[str, int]
    rows: int

    def of(self, column: Column, township: str) -> str:
        """Return the formula of one total for the township whose code the criterion `township` finds."""
        status = Status.SUSPECTED if column.name == "suspected" else Status.CONFIRMED
        wanted = f'{self._cells("township_code")},{township},{self._cells("status")},"{status.name_in(self.lang)}"'
        if column.kind is Kind.AMOUNT:
            return f"=SUMIFS({self._cells(column.name)},{wanted})"
        if column.name == "near_threshold":
            wanted += f',{self._cells("near_threshold")},"{_NEAR[self.lang]}"'
        elif column.name in set(Severity):
            wanted += f',{self._cells("severity")},"{Severity.of(column.name).name_in(self.lang)}"'
        return f"=COUNTIFS({wanted})"

    def _cells(self, name: str) -> str:
        letter = xl_col_to_name(self.positions[name], col_abs=True)
        return f"'{_SHEETS[self.lang][0]}'!{letter}$2:{letter}${self.rows + 1}"


def _write_notes(place: _Place, results: Results) -> None:
    names, *sentences = _NOTES[place.lang]
    regulation = f"{results.regulation_title} {results.regulation_number}".strip()
    values = (results.title, results.as_of.isoformat(), regulation)
    for row, (name, value) in enumerate(zip(names, values, strict=True)):
        place.sheet.write_string(row, 0, name, place.formats["heading"])
        place.sheet.write_string(row, 1, value[:_LETTERS_OF_A_CELL], place.formats["text"])
    for row, sentence in enumerate(sentences, start=len(values) + 1):
        place.sheet.write_string(row, 0, sentence, place.formats["text"])
    place.sheet.set_column(0, 0, 14)
    place.sheet.set_column(1, 1, 60)
