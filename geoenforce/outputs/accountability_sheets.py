"""The workbook of accountability: findings, early warnings, duties, indicators, all in words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.core.accountability_results import AccountabilityResults
from geoenforce.core.accountability_tables import DUTIES, FINDINGS, INDICATORS, WARNINGS
from geoenforce.core.accountability_terms import DutyStatus, Level
from geoenforce.core.errors import InputError
from geoenforce.core.persons import PERSONAL_COLUMNS
from geoenforce.core.results import Results
from geoenforce.core.tables import Column, Kind, Table
from geoenforce.outputs.accountability_words import (
    IndicatorName,
    NotComputable,
    Wording,
    compared,
    measures_in_words,
    named,
    reason_in_words,
    reasons_of,
    to_go_in_words,
)
from geoenforce.outputs.duty_words import remark, to_do, urgent_first, waited_in_words
from geoenforce.outputs.sheets import NO, YES, Place, check_for_sheet, new_book, write_notes, write_table

_SHEETS = {
    "zh": ("触及条款", "预警", "履职时限", "考核指标", "说明"),
    "en": ("Findings", "Early warnings", "Duties", "Indicators", "Notes"),
}
_NOTES = {
    "zh": (
        ("项目", "截至日期", "认定依据"),
        "“触及条款”列出达到条款所定情形的单位、数值和依据，供人核实；是否追究由有权机关决定。",
        "“预警”为尚未触及的条款：距触发一栏归零或再增加即触及。",
        "“履职时限”：工作日以国务院公布的放假安排为准；事项当日为第 0 日。",
        "“考核指标”：月份为空的是全年数；有月份的是当年截至该月末的累计数。排名 1 为最优，分母为零的不排名。",
    ),
    "en": (
        ("Project", "As of", "Regulation"),
        "'Findings' states which circumstances of an article are met, for a person to confirm; it decides nothing.",
        "'Early warnings' are articles not reached yet, with what is left before they apply.",
        "'Duties': working days follow the State Council's calendar; the day of the event is day 0.",
        "'Indicators': without a month, the whole year; with one, the year up to its end. Rank 1 is best.",
    ),
}
_LATE = (DutyStatus.OVERDUE, DutyStatus.MET_LATE)


def _words(name: str, zh: str, en: str) -> Column:
    """Declare a column of words; no code of another table has its name."""
    return Column(f"shown_{name}", Kind.TEXT, "", zh, en, filled=False)


_LEVEL, _MEASURE = _words("level", "层级", "level"), _words("measure", "措施", "measure")
_CIRCUMSTANCES = _words("because", "情形", "circumstances")
_CASES = _words("evidence", "依据编号", "cases and records")
_ROLES = _words("roles", "责任人", "roles")
_FACT, _STANDS = _words("fact", "事实", "fact"), _words("compared", "现值与标准", "value and limit")
_TO_GO, _CLOSE = _words("to_go", "距触发", "to go"), _words("is_close", "临近", "close")
_ACTOR, _STATUS = _words("actor", "责任主体", "actor"), _words("status", "状态", "status")
_FROM, _DO = _words("from_event", "起算事项", "from"), _words("do_event", "应办事项", "to do")
_WAITED = _words("waited", "用时", "waited")
_REMARK = _words("reason", "说明", "remark")
_INDICATOR, _DETAIL = _words("indicator", "指标", "indicator"), _words("detail", "说明", "remark")
_VALUE = Column("share", Kind.NUMBER, "", "数值", "value", filled=False)


def write_accountability_xlsx(results: Results, path: str | Path, lang: str = "zh") -> None:
    """
    Write the workbook of accountability: findings, early warnings, duties, indicators, notes.

    Parameters
    ----------
    results
        The tables of the run, those of accountability among them.
    path
        The file; its folder is created.
    lang
        Language of headers and words: ``"zh"`` or ``"en"``.

    Raises
    ------
    InputError
        If the run has nothing about accountability.
    TableError
        If a table is not what it claims to be, or has more rows than a sheet can hold.
    GeoenforceError
        If the file cannot be written.

    Notes
    -----
    No text is ever a formula or a link. The same results give the same bytes. Nobody who recorded a fact is named.
    """
    if results.accountability is None:
        message = (
            f"{path}: the run says nothing of accountability. Name a regulation under [accountability] and run again."
        )
        raise InputError(message)
    made, words = results.accountability, Wording(results.accountability.names, lang)
    for frame, table, _, _ in _tables(made):
        check_for_sheet(frame, table)
    with new_book(path, results, lang) as book:
        *places, notes = (book.place(name) for name in _SHEETS[lang])
        for place, (frame, _, columns, shown) in zip(places, _tables(made), strict=True):
            write_table(place, shown(frame, words), columns)
            _tint(place, columns, len(frame))
        write_notes(notes, results, _NOTES[lang])


def _findings(frame: pd.DataFrame, words: Wording) -> pd.DataFrame:
    rows = frame.to_dict("records")
    return _with(
        frame,
        {
            _LEVEL: [Level.of(row["level"]).name_in(words.lang) for row in rows],
            _MEASURE: [measures_in_words(row, words) for row in rows],
            _ROLES: [words.listed("role", row["roles"], row["regulation"]) for row in rows],
            _CIRCUMSTANCES: [
                words.word("reasons").join(reason_in_words(one, words, row["regulation"]) for one in reasons_of(row))
                for row in rows
            ],
            _CASES: [words.word("list").join(_evidence(row)) for row in rows],
        },
    )


def _evidence(finding: dict[Any, Any]) -> list[str]:
    """List what a finding rests on, each once, in the order it is named."""
    return list(dict.fromkeys(str(one) for reason in reasons_of(finding) for one in reason["evidence"]))


def _warnings(frame: pd.DataFrame, words: Wording) -> pd.DataFrame:
    rows = frame.to_dict("records")
    return _with(
        frame,
        {
            _LEVEL: [Level.of(row["level"]).name_in(words.lang) for row in rows],
            _MEASURE: [words.name("measure", row["measure"], row["regulation"]) for row in rows],
            _FACT: [words.name("declared", row["fact"], row["regulation"]) for row in rows],
            _STANDS: [compared(row, words.lang) for row in rows],
            _TO_GO: [to_go_in_words(row, words.lang) for row in rows],
            _CLOSE: [(YES if row["is_close"] else NO)[words.lang] for row in rows],
        },
    )


def _duties(frame: pd.DataFrame, words: Wording) -> pd.DataFrame:
    frame = urgent_first(frame)
    rows = frame.to_dict("records")
    return _with(
        frame,
        {
            _ACTOR: [words.name("actor", row["actor"], row["regulation"]) for row in rows],
            _FROM: [words.listed("event", row["from_event"], row["regulation"]) for row in rows],
            _DO: [to_do(row, words) for row in rows],
            _STATUS: [DutyStatus.of(row["status"]).name_in(words.lang) for row in rows],
            _WAITED: [waited_in_words(row["waited"], words.lang) for row in rows],
            _REMARK: [remark(row, words) for row in rows],
        },
    )


def _indicators(frame: pd.DataFrame, words: Wording) -> pd.DataFrame:
    rows = frame.to_dict("records")
    return _with(
        frame,
        {
            _LEVEL: [Level.of(row["level"]).name_in(words.lang) for row in rows],
            _INDICATOR: [named(IndicatorName, row["indicator"], words.lang) for row in rows],
            _DETAIL: [named(NotComputable, row["detail"], words.lang) for row in rows],
        },
    ).assign(share=frame["value"])


def _with(frame: pd.DataFrame, texts: dict[Column, list[Any]]) -> pd.DataFrame:
    return frame.assign(**{column.name: pd.array(values, dtype="str") for column, values in texts.items()})


def _tint(place: Place, columns: list[Column], rows: int) -> None:
    """Mark what is late, and what is close."""
    names = [column.name for column in columns]
    marked = [(_STATUS, status.name_in(place.lang)) for status in _LATE] + [(_CLOSE, YES[place.lang])]
    for column, word in marked:
        if column.name in names:
            position = names.index(column.name)
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": place.formats["near"]}
            place.sheet.conditional_format(1, position, max(rows, 1), position, rule)


_Shown = Callable[[pd.DataFrame, Wording], pd.DataFrame]


def _tables(made: AccountabilityResults) -> list[tuple[pd.DataFrame, Table, list[Column], _Shown]]:
    """Name the four tables with the columns that people see of them, in their order."""
    return [
        (made.findings, FINDINGS, _shown(FINDINGS, (
            "office", "office_name", _LEVEL, "year", "citation", _CIRCUMSTANCES, _MEASURE, _ROLES, _CASES,
            "finding_id")), _findings),
        (made.warnings, WARNINGS, _shown(WARNINGS, (
            "office", "office_name", _LEVEL, "year", _TO_GO, _CLOSE, "citation", _MEASURE, _FACT, _STANDS)), _warnings),
        (made.duties, DUTIES, _shown(DUTIES, (
            "case_id", "office", "office_name", _ACTOR, _STATUS, _DO, "due_on", "done_on", "days_left", "days_over",
            _WAITED, _FROM, "from_on", "citation", _REMARK, "duty")), _duties),
        (made.indicators, INDICATORS, _shown(INDICATORS, (
            "office", "office_name", _LEVEL, "year", "month", _INDICATOR, _VALUE, "rank", "numerator", "denominator",
            "citation", _DETAIL)), _indicators),
    ]  # fmt: skip


def _shown(table: Table, columns: tuple[str | Column, ...]) -> list[Column]:
    chosen = [table.column(column) if isinstance(column, str) else column for column in columns]
    return [column for column in chosen if column.name not in PERSONAL_COLUMNS]
