"""What was found about patrols, in a few lines for a terminal."""

from typing import Any

import pandas as pd

from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.patrol_terms import DayReason, OfficeLevel
from geoenforce.core.tables import DETAIL_ZH
from geoenforce.outputs.wording import percent_figure

Record = dict[str, Any]


def patrol_summary(patrols: PatrolResults) -> Record:
    """
    Count trips, working days and what needs a look, for programs.

    Examples
    --------
    >>> patrol_summary(results.patrols)["trips"]  # doctest: +SKIP
    """
    days, trips = patrols.days, patrols.trips
    found = patrols.reconciliation["result"].value_counts()
    return {
        "trips": len(trips),
        "length_km": round(float(trips["length_m"].sum()) / 1000, 3),
        "hours": round(float(trips["duration_min"].sum()) / 60, 3),
        "offices": [_office(code, of_office) for code, of_office in days.groupby("office", sort=True)],
        "missed_days": [
            str(day.date())
            for day in days.loc[_missed(days) & (days["level"] == OfficeLevel.COUNTY.value), "on"].drop_duplicates()
        ],
        "ledger": {str(result): int(count) for result, count in found.sort_index().items()},
        "integrity": len(patrols.integrity),
        "unseen_patches": len(patrols.unseen),
    }


def patrol_summary_rows(summary: Record, lang: str) -> tuple[str, list[str], list[list[str]]]:
    """
    Lay the summary out for a terminal: a title, a header, one row per office.

    Examples
    --------
    >>> office = {"office": "445299", "working_days": 30, "compliant_days": 26, "excused_days": 1, "rate": 26 / 29}
    >>> summary = {"trips": 38, "length_km": 1200.5, "hours": 60.0, "offices": [office],
    ...            "missed_days": ["2026-04-10"], "integrity": 3, "unseen_patches": 0}
    >>> patrol_summary_rows(summary, "zh")[2]
    [['445299', '30', '26', '1', '89.66%']]
    """
    missed = "、".join(summary["missed_days"][:_MOST]) or "—"
    if len(summary["missed_days"]) > _MOST:
        missed += _OF_DAYS[lang].format(len(summary["missed_days"]))
    title = _TITLE[lang].format(**summary, missed=missed)
    rows = [
        [
            office["office"], str(office["working_days"]), str(office["compliant_days"]), str(office["excused_days"]),
            "—" if office["rate"] is None else f"{percent_figure(office['rate'])}%",
        ]
        for office in summary["offices"]
    ]  # fmt: skip
    return title, _HEADER[lang], rows


def files_without_fixes(issues: pd.DataFrame) -> list[str]:
    """
    Name the files of tracks that give no fix, for programs.

    Examples
    --------
    >>> files_without_fixes(pd.DataFrame({"file": ["a.csv", "b.csv"], "problem": ["empty_file", "naive_time"]}))
    ['a.csv']
    """
    return [str(file) for file in issues.loc[issues["problem"].isin(_WITHOUT_FIXES), "file"]]


def lines_of_files_without_fixes(issues: pd.DataFrame, lang: str) -> list[str]:
    """
    Say which files of tracks give no fix and why, so that nobody takes their silence for a day without a patrol.

    Parameters
    ----------
    issues
        ISSUES, with the Chinese details beside.
    lang
        ``"zh"`` or ``"en"``.

    Examples
    --------
    >>> from geoenforce.core.sentences import say
    >>> from geoenforce.core.tables import issue, issues_table
    >>> lines_of_files_without_fixes(issues_table([issue("empty_file", say("empty_file"), file="a.csv")]), "zh")
    ['没有可用定位点的文件 1 个：', '  a.csv：文件中没有定位点：只有表头或没有内容，缺少这次巡查的轨迹，请重新导出。']
    """
    lost = issues[issues["problem"].isin(_WITHOUT_FIXES)]
    title, line, more = _LOST[lang]
    details = lost["detail" if lang == "en" else DETAIL_ZH]
    lines = [line.format(file, detail) for file, detail in zip(lost["file"][:_MOST], details[:_MOST], strict=True)]
    over = len(lost) - _MOST
    return [title.format(len(lost)), *lines, *([more.format(over)] if over > 0 else [])] if len(lost) else []


_WITHOUT_FIXES = ("empty_file", "unreadable_file", "no_usable_fix")
_LOST = {
    "zh": ("没有可用定位点的文件 {} 个：", "  {}：{}", "  另有 {} 个，见 issues.csv"),
    "en": ("files without a usable fix: {}", "  {}: {}", "  and {} more, in issues.csv"),
}
_MOST = 10  # missed days and files that are named
_OF_DAYS = {"zh": " 等 {} 天", "en": " … ({} days)"}
_TITLE = {
    "zh": "巡查 {trips} 次，{length_km} 公里，{hours} 小时；县级未达标日：{missed}；真实性疑点 {integrity} 条",
    "en": "{trips} trips, {length_km} km, {hours} hours; days the county missed: {missed}; {integrity} doubts",
}
_HEADER = {
    "zh": ["责任单位", "工作日", "达标日", "免巡日", "达标率"],
    "en": ["office", "working days", "compliant", "excused", "rate"],
}


def _missed(days: Any) -> Any:
    return ~days["reason"].isin([DayReason.PATROLLED.value, DayReason.EXCUSED.value])


def _office(code: Any, days: Any) -> Record:
    owed = days[~days["is_excused"]]  # as in PATROL_RATES
    return {
        "office": str(code),
        "level": str(days["level"].iloc[0]),
        "working_days": len(days),
        "compliant_days": int(owed["is_compliant"].sum()),
        "excused_days": int(days["is_excused"].sum()),
        "rate": float(owed["is_compliant"].mean()) if len(owed) else None,
    }
