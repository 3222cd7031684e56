"""The workbook of cases: what officers filter, sort and print."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from geoenforce.core.results import Results
from geoenforce.core.tables import AREAS, CASES, COMPARISONS, DETAIL_ZH, ISSUES, VIOLATIONS, Column, Kind, Table
from geoenforce.core.terms import Severity, Status
from geoenforce.outputs.patrol_words import shares_in_words
from geoenforce.outputs.sheets import (
    NEAR,
    Place,
    check_for_sheet,
    close_format,
    new_book,
    style_name,
    write_column,
    write_notes,
    write_table,
)
from geoenforce.outputs.tables import AREA_MEASURES, column_values, visible_columns
from geoenforce.outputs.totals import TOWNSHIP_TOTALS, township_totals

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
_NOTES = {
    "zh": (
        ("项目", "截至日期", "认定依据"),
        "面积为 CGCS2000 椭球面积（图斑椭球面积）；1 亩 = 2000/3 ㎡。",
        "单元格保存完整数值，显示 2 位小数；2 位会显示成整亩而实际不是的，显示 4 位。",
        "认定时以亩为单位四舍五入到 4 位小数后比较。",
        "“临界”表示有一类面积离标准很近，见“认定依据”表。",
        "“乡镇汇总”为“案件”表的公式，只统计已核实案件；疑似案件另计。",
        "本表陈述事实和所涉条款，由人作出认定。",
    ),
    "en": (
        ("Project", "As of", "Regulation"),
        "Areas are ellipsoidal areas on CGCS2000; 1 mu = 2000/3 m².",
        "Cells hold the full value and show 2 decimals, or 4 where 2 would show whole mu that it is not.",
        "Grades compare mu rounded half-up to 4 decimals.",
        "'near threshold': an area is close to a limit; see Comparisons.",
        "The sheet Townships is made of formulas over the sheet Cases; confirmed cases only, suspected ones apart.",
        "This workbook states facts and the articles they touch; a person decides.",
    ),
}


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
    grades = results.cases["severity"].reindex(patches["case_id"])  # a join of two tables without rows fails
    patches = patches.assign(severity=grades.set_axis(patches.index))
    tables = (
        (results.cases, CASES),
        (patches, PATCHES),
        (results.comparisons, COMPARISONS),
        (_in_language(results.issues, lang), ISSUES),
    )
    for frame, table in tables:
        check_for_sheet(frame, table)
    with new_book(path, results, lang) as book:
        cases, towns, *others, notes = (book.place(name) for name in _SHEETS[lang])
        shown = visible_columns(results.cases, CASES, with_personal_data=with_personal_data)
        write_table(cases, _with_names_of_shares(results, lang), shown)
        _tint_grades(cases, shown, len(results.cases))
        _write_totals(towns, township_totals(results.townships, results.cases), shown, len(results.cases))
        for place, (frame, table) in zip(others, tables[1:], strict=True):
            write_table(place, frame, list(visible_columns(frame, table)), exact=table is COMPARISONS)
        write_notes(notes, results, _NOTES[lang])


def _with_names_of_shares(results: Results, lang: str) -> pd.DataFrame:
    names = results.townships["township_name"].to_dict()
    shares = [shares_in_words(one, names, lang) for one in results.cases["township_shares"]]
    return pd.DataFrame(results.cases).assign(township_shares=pd.array(shares, dtype="str"))


def _in_language(issues: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Put the Chinese details in place of the English ones; runs of before 0003 of the store have none."""
    if lang == "en" or DETAIL_ZH not in issues:
        return issues
    return issues.assign(detail=issues[DETAIL_ZH].fillna(issues["detail"]))


def _tint_grades(place: Place, columns: Sequence[Column], rows: int) -> None:
    names = [column.name for column in columns]
    words = {grade.name_in(place.lang): place.formats[grade] for grade in Severity if grade is not Severity.ORDINARY}
    words[NEAR[place.lang]] = place.formats["near"]
    for word, style in words.items():
        position = names.index("near_threshold" if word == NEAR[place.lang] else "severity")
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": style}
        place.sheet.conditional_format(1, position, max(rows, 1), position, rule)


def _write_totals(place: Place, totals: pd.DataFrame, columns: Sequence[Column], rows: int) -> None:
    """Write formulas over the sheet of cases, whose columns and number of rows are given."""
    formula = _Formulas(place.lang, {column.name: position for position, column in enumerate(columns)}, max(rows, 1))
    headings = list(TOWNSHIP_TOTALS)
    last = len(totals)
    for position, column in enumerate(headings):
        values, name = column_values(totals, column), style_name(column)
        style = place.formats[name]
        if column.kind is Kind.TEXT:
            names = {"": _NO_TOWNSHIP[place.lang]} if column.name == "township_name" else {}
            write_column(place, position, column, [names.get(value, value) for value in values], style)
            place.sheet.write_string(
                last + 1, position, _TOTAL[place.lang] if position == 0 else "", place.formats["total text"]
            )
            continue
        write_column(place, position, column, [], style)
        for row, (code, value) in enumerate(values.items(), start=1):
            text = formula.of(column, f"$A{row + 1}" if code else '"="')  # "=" finds the empty cells
            place.sheet.write_formula(row, position, text, place.formats[close_format(name, value)], value)
        letter = xl_col_to_name(position)
        whole = f"=SUM({letter}2:{letter}{max(last, 1) + 1})"
        total = values.sum()
        place.sheet.write_formula(last + 1, position, whole, place.formats[f"total {close_format(name, total)}"], total)
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
            wanted += f',{self._cells("near_threshold")},"{NEAR[self.lang]}"'
        elif column.name in set(Severity):
            wanted += f',{self._cells("severity")},"{Severity.of(column.name).name_in(self.lang)}"'
        return f"=COUNTIFS({wanted})"

    def _cells(self, name: str) -> str:
        letter = xl_col_to_name(self.positions[name], col_abs=True)
        return f"'{_SHEETS[self.lang][0]}'!{letter}$2:{letter}${self.rows + 1}"
