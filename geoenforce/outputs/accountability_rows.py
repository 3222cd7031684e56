"""What the last run says of accountability, chosen and laid out for a terminal."""

from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.core.accountability_tables import DUTIES, FACTS, FINDINGS, INDICATORS, WARNINGS, WOULD_FOLLOW
from geoenforce.core.accountability_terms import DutyStatus
from geoenforce.core.errors import InputError, some
from geoenforce.outputs.accountability_files import finding_records
from geoenforce.outputs.accountability_words import (
    IndicatorName,
    NotComputable,
    Wording,
    amount,
    measures_in_words,
    named,
    reason_in_words,
)
from geoenforce.outputs.duty_words import owner, remark, to_do
from geoenforce.outputs.explain_units import find_office, has_accountability, offices, owed_duties, sorted_duties
from geoenforce.outputs.explain_words import warning_line
from geoenforce.outputs.run_tables import plain_records, regulation_names, run_record, run_table

Record = dict[str, Any]
Rows = tuple[str, list[str], list[list[str]]]

_WORDS = {
    "zh": {
        "findings": "触及条款 {n} 项", "dry_run": "推演：如全部落实，还将触及 {n} 项（尚未发生）", "none": "无",
        "warnings": "预警：临近触发 {close} 项，另有 {far} 项尚远", "duties": "履职时限", "indicators": "考核指标",
    },
    "en": {
        "findings": "findings: {n}", "dry_run": "dry run: {n} more would follow (nothing of it has happened)",
        "none": "none", "warnings": "early warnings: {close} close, {far} farther off", "duties": "duties",
        "indicators": "indicators",
    },
}  # fmt: skip
_HEADERS = {
    "zh": {
        "findings": ["编号", "责任单位", "年度", "依据", "措施", "情形"],
        "duties": ["状态", "天数", "案件", "责任单位", "应办事项", "到期日", "办理日期", "依据", "说明"],
        "indicators": ["年度", "月", "单位", "指标", "数值", "分子", "分母", "排名", "说明"],
    },
    "en": {
        "findings": ["finding", "office", "year", "source", "measure", "because"],
        "duties": ["status", "days", "case", "office", "to do", "due on", "done on", "source", "remark"],
        "indicators": ["year", "month", "unit", "indicator", "value", "numerator", "denominator", "rank", "remark"],
    },
}


def wording(folder: Path, lang: str) -> Wording:
    """
    Load the names of the regulations that a run applied.

    Examples
    --------
    >>> wording(Path("demo/out"), "zh")  # doctest: +SKIP
    """
    return Wording(regulation_names(run_record(folder), folder), lang)


def findings_of(
    folder: Path, *, year: int | None = None, office: str | None = None, dry_run: bool = False
) -> list[Record]:
    """
    Return the findings of the last run, or what would follow besides if all of them were imposed.

    Raises
    ------
    InputError
        If there is no run, it says nothing of accountability, or it does not know the office.

    Examples
    --------
    >>> findings_of(Path("no_such_folder"))
    Traceback (most recent call last):
    geoenforce.core.errors.InputError: no_such_folder: holds no results. Make them with 'geoenforce run' first.
    """
    return finding_records(_chosen(folder, run_table_of(folder, WOULD_FOLLOW if dry_run else FINDINGS), year, office))


def warnings_of(folder: Path, *, year: int | None = None, office: str | None = None) -> list[Record]:
    """
    Return the early warnings of the last run, the close ones first.

    Raises
    ------
    InputError
        As in `findings_of`.

    Examples
    --------
    >>> warnings_of(Path("demo/out"), office="青禾镇")  # doctest: +SKIP
    """
    chosen = _chosen(folder, run_table_of(folder, WARNINGS), year, office)
    return plain_records(chosen.sort_values("is_close", ascending=False, kind="stable"))


def duties_of(
    folder: Path, *, status: str | None = None, case: str | None = None, office: str | None = None
) -> list[Record]:
    """
    Return the duties of the last run, overdue and late ones first.

    Raises
    ------
    InputError
        As in `findings_of`; or if no duty belongs to the case.

    Examples
    --------
    >>> duties_of(Path("demo/out"), status="overdue")  # doctest: +SKIP
    """
    run_table_of(folder, DUTIES)
    owed = owed_duties(folder)
    if case is not None:
        cases = owed["case_id"].dropna().unique()
        if case not in set(cases):
            message = f"{folder}: no duty belongs to the case '{case}'; cases with duties are {some(cases)}."
            raise InputError(message)
        owed = owed[owed["case_id"] == case]
    owed = _chosen(folder, owed, None, office)
    return sorted_duties(owed if status is None else owed[owed["status"] == status])


def indicators_of(folder: Path, *, year: int | None = None, office: str | None = None) -> list[Record]:
    """
    Return the indicators of the last run, by year and by month.

    Raises
    ------
    InputError
        As in `findings_of`.

    Examples
    --------
    >>> indicators_of(Path("demo/out"), year=2026)  # doctest: +SKIP
    """
    return plain_records(_chosen(folder, run_table_of(folder, INDICATORS), year, office))


def finding_rows(findings: list[Record], words: Wording, *, dry_run: bool = False) -> Rows:
    """
    Lay findings out for a terminal: a title, a header, one row each.

    Examples
    --------
    >>> reason = {"fact": "all_serious_cases", "value": 3, "operator": "at_least", "limit": 3, "unit": "case"}
    >>> finding = {"finding_id": "J27-1-2026", "office": "445299101", "office_name": "青禾镇", "year": 2026,
    ...            "regulation": "", "citation": "第二十七条", "measure": "admonishment_talk", "or_measures": [],
    ...            "and_measures": [], "if_grave": [], "because": [reason]}
    >>> finding_rows([finding], Wording({}, "zh"))[2]
    [['J27-1-2026', '青禾镇', '2026', '第二十七条', '诫勉谈话', '情节严重案件 3 宗 ≥ 3 宗']]
    """
    title = _WORDS[words.lang]["dry_run" if dry_run else "findings"].format(n=len(findings))
    rows = [
        [
            one["finding_id"], one["office_name"] or one["office"], str(one["year"]), one["citation"],
            measures_in_words(one, words),
            words.word("reasons").join(reason_in_words(reason, words, one["regulation"]) for reason in one["because"]),
        ]
        for one in findings
    ]  # fmt: skip
    return title, _HEADERS[words.lang]["findings"], rows


def warning_lines(warnings: list[Record], words: Wording, *, every: bool = False) -> list[str]:
    """
    Lay early warnings out for a terminal: how many, then the close ones, or all of them.

    Examples
    --------
    >>> warning_lines([], Wording({}, "en"))
    ['early warnings: 0 close, 0 farther off']
    """
    close = [one for one in warnings if one["is_close"]]
    title = _WORDS[words.lang]["warnings"].format(close=len(close), far=len(warnings) - len(close))
    shown = warnings if every else close
    return [title, *(f"  {one['office_name'] or one['office']}  {warning_line(one, words)}" for one in shown)]


def duty_rows(duties: list[Record], words: Wording, *, every: bool = False) -> Rows:
    """
    Lay duties out for a terminal; days are those over the limit, or those left with a minus sign.

    Those that do not apply are counted in the title, and listed only if `every` duty is.

    Examples
    --------
    >>> duty = {"status": "open", "days_over": None, "days_left": 3, "case_id": "A", "office_name": None,
    ...         "office": None, "actor": "police", "regulation": "", "do_event": "decided", "due_on": "2026-07-03",
    ...         "done_on": None, "waited": None, "citation": "第二十条", "reason": None}
    >>> duty_rows([duty], Wording({}, "zh"))[2]
    [['履行中', '-3', 'A', '公安机关', '作出立案或不予立案决定', '2026-07-03', '', '第二十条', '']]
    """
    own = _WORDS[words.lang]
    counts = {status: sum(duty["status"] == status.value for duty in duties) for status in DutyStatus}
    counted = words.word("list").join(f"{status.name_in(words.lang)} {n}" for status, n in counts.items() if n)
    rows = [
        [
            DutyStatus.of(duty["status"]).name_in(words.lang), _days(duty), duty["case_id"] or "",
            owner(duty, words), to_do(duty, words), duty["due_on"] or "",
            duty["done_on"] or "", duty["citation"], remark(duty, words),
        ]
        for duty in duties
        if every or duty["status"] != DutyStatus.NOT_APPLICABLE.value
    ]  # fmt: skip
    return f"{own['duties']}: {counted or own['none']}", _HEADERS[words.lang]["duties"], rows


def indicator_rows(indicators: list[Record], words: Wording) -> Rows:
    """
    Lay indicators out for a terminal.

    Examples
    --------
    >>> share = {"year": 2026, "month": None, "office_name": "示范县", "office": "445299", "value": 0.5,
    ...          "unit": "case", "indicator": "handled_share_by_number", "numerator": 2.0, "denominator": 4.0,
    ...          "rank": 1, "detail": None}
    >>> indicator_rows([share], Wording({}, "zh"))[2]
    [['2026', '', '示范县', '查处到位率（宗数）', '50.00%', '2 宗', '4 宗', '1', '']]
    """
    rows = [
        [
            str(one["year"]), _number(one["month"]), one["office_name"] or one["office"],
            named(IndicatorName, one["indicator"], words.lang), amount(one["value"], "1", words.lang),
            _part(one, "numerator", words.lang), _part(one, "denominator", words.lang), _number(one["rank"]),
            named(NotComputable, one["detail"], words.lang),
        ]
        for one in indicators
    ]  # fmt: skip
    return _WORDS[words.lang]["indicators"], _HEADERS[words.lang]["indicators"], rows


def run_table_of(folder: Path, table: Any) -> pd.DataFrame:
    """
    Read a table of accountability back, and say how to get it where there is none.

    Raises
    ------
    InputError
        If there is no run in the folder, or it says nothing of accountability.

    Examples
    --------
    >>> run_table_of(Path("demo/out"), DUTIES)  # doctest: +SKIP
    """
    run_record(folder)
    if not has_accountability(folder):
        message = (
            f"{folder}: the last run says nothing of accountability. Name a regulation under [accountability] in "
            "geoenforce.toml and run 'geoenforce run' again."
        )
        raise InputError(message)
    return run_table(folder, table)


def unexamined_year(folder: Path, year: int | None) -> str:
    """
    Say that a run has examined nothing of a year, which is not the same as that nothing applies; nothing if it has.

    Examples
    --------
    >>> unexamined_year(Path("demo/out"), 1999)  # doctest: +SKIP
    """
    years = set() if year is None else {int(one) for one in run_table_of(folder, FACTS)["year"]}
    is_known = year is None or year in years
    return "" if is_known else f"{folder}: the last run says nothing of {year} (该年度无数据); it has {sorted(years)}."


def _chosen(folder: Path, table: pd.DataFrame, year: int | None, office: str | None) -> pd.DataFrame:
    if year is not None:
        table = table[table["year"] == year]
    if office is None:
        return table
    found = find_office(folder, office)
    if found is None:
        names = offices(folder)
        message = (
            f"'{office}' is no unit or department in {folder}; known are {some(names['office_name'].dropna())} and "
            f"{some(names['office'])}."
        )
        raise InputError(message)
    return table[table["office"] == found["office"]]


def _days(duty: Record) -> str:
    left = f"-{duty['days_left']}" if duty["days_left"] is not None else ""
    return str(duty["days_over"] or left)


def _number(value: Any) -> str:
    return "" if value is None else str(value)


def _part(indicator: Record, part: str, lang: str) -> str:
    return "" if indicator[part] is None else amount(indicator[part], indicator["unit"], lang)
