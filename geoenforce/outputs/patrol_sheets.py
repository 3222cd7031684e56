"""The workbook of patrols: which days were kept, what was seen, what does not agree."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geoenforce.core.errors import InputError
from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.patrol_tables import COVERAGE, INTEGRITY, PATROL_DAYS, PATROL_RATES, RECONCILIATION, TRIPS, UNSEEN
from geoenforce.core.patrol_terms import DayReason
from geoenforce.core.results import Results
from geoenforce.core.tables import CASES, Column, Kind, Table
from geoenforce.outputs.patrol_words import place_names, shares_in_words
from geoenforce.outputs.sheets import Place, check_for_sheet, new_book, write_notes, write_table
from geoenforce.outputs.tables import visible_columns
from geoenforce.outputs.wording import in_words

_SHEETS = {
    "zh": ("巡查日", "达标率", "巡查轨迹", "覆盖", "未巡基本农田", "台账核对", "真实性疑点", "说明"),
    "en": ("Patrol days", "Rates", "Trips", "Coverage", "Unseen farmland", "Ledger", "Doubts", "Notes"),
}
_NOTES = {
    "zh": (
        ("项目", "截至日期", "认定依据"),
        "时间均为北京时间（Asia/Shanghai）；跨零点的巡查计入开始的那一天。",
        "里程沿 CGCS2000 椭球大地线量算；“巡查日”的里程和时长只计责任单位辖区以内的部分。",
        "达标率 = 达标日 ÷（工作日 − 免巡日）；没有应巡日的期间留空。",
        "覆盖：已巡面积每处只计一次；累计巡查面积按次重复计算。",
        "“真实性疑点”只列出测得值和限值，供人核实，不等于认定造假。",
    ),
    "en": (
        ("Project", "As of", "Regulation"),
        "All times are those of Asia/Shanghai; a patrol over midnight belongs to the day it began.",
        "Lengths follow geodesics of CGCS2000; lengths and times of 'Patrol days' lie inside the office's area.",
        "rate = compliant days ÷ (working days − excused days); empty where no day was owed.",
        "Coverage: 'seen' counts each spot once; 'effort' counts it once for every trip.",
        "'Doubts' states what was measured against which limit, for a person to look into; it is no verdict.",
    ),
}
_NAMES = {
    "office": Column("office_name", Kind.TEXT, "name of the office", "责任单位", "office name", filled=False),
    "township_code": CASES.column("township_name"),
}
_MISSED = (DayReason.NO_TRIP, DayReason.TOO_SHORT)


def write_patrols_xlsx(results: Results, path: str | Path, lang: str = "zh") -> None:
    """
    Write the workbook of patrols: days, rates, trips, coverage, unseen farmland, ledger, doubts, notes.

    Parameters
    ----------
    results
        The tables of the run, those of patrols among them.
    path
        The file; its folder is created.
    lang
        Language of headers and words: ``"zh"`` or ``"en"``.

    Raises
    ------
    InputError
        If the run has no patrols.
    TableError
        If a table is not what it claims to be, or has more rows than a sheet can hold.
    GeoenforceError
        If the file cannot be written.

    Notes
    -----
    For officers: it names devices and doubts. Cells of moments hold the clock of Asia/Shanghai. No text
    is ever a formula or a link. The same results give the same bytes.
    """
    if results.patrols is None:
        message = f"{path}: the run has no patrols to write. Hand in tracks and run again, or leave this file out."
        raise InputError(message)
    tables = _tables(results.patrols)
    for frame, table in tables:
        check_for_sheet(frame, table)
    with new_book(path, results, lang) as book:
        *places, notes = (book.place(name) for name in _SHEETS[lang])
        for place, (frame, table) in zip(places, tables, strict=True):
            named, columns = _with_names(frame, table, results.townships, lang)
            write_table(place, named, columns)
            if table is PATROL_DAYS:
                _tint_missed(place, columns, len(frame))
        write_notes(notes, results, _NOTES[lang])


def _tables(patrols: PatrolResults) -> list[tuple[pd.DataFrame, Table]]:
    return [
        (patrols.days, PATROL_DAYS),
        (patrols.rates, PATROL_RATES),
        (patrols.trips, TRIPS),
        (patrols.coverage, COVERAGE),
        (patrols.unseen, UNSEEN),
        (patrols.reconciliation, RECONCILIATION),
        (patrols.integrity, INTEGRITY),
    ]


def _with_names(
    frame: pd.DataFrame, table: Table, townships: pd.DataFrame, lang: str
) -> tuple[pd.DataFrame, list[Column]]:
    """Put the name of an office or township beside its code, and names into the shares."""
    columns: list[Column] = []
    named = pd.DataFrame(frame)
    for column in visible_columns(frame, table):
        columns.append(column)
        if column.name in _NAMES:
            name = _NAMES[column.name]
            columns.append(name)
            named = named.assign(**{name.name: place_names(frame[column.name], townships, lang)})
        if column.name == "township_shares":
            names = townships["township_name"].to_dict()
            words = [shares_in_words(shares, names, lang) for shares in frame["township_shares"]]
            named = named.assign(township_shares=pd.array(words, dtype="str"))
    return named, columns


def _tint_missed(place: Place, columns: Sequence[Column], rows: int) -> None:
    position = [column.name for column in columns].index("reason")
    for reason in _MISSED:
        word = in_words("reason", reason.value, place.lang)
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": place.formats["near"]}
        place.sheet.conditional_format(1, position, max(rows, 1), position, rule)
