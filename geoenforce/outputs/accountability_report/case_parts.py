"""The part on cases: what was found, closed and left open, by grade and by township, with the areas by class."""

from typing import Any

import pandas as pd

from geoenforce.core.tables import CASES
from geoenforce.core.terms import Severity, Status
from geoenforce.outputs.accountability_report.scope import AREAS, Rows, Scope, amount_or_none, day_of
from geoenforce.outputs.documents.model import Block, Column, Heading, Paragraph, Show, Table, day_in_words
from geoenforce.outputs.totals import TOWNSHIP_TOTALS, township_totals
from geoenforce.outputs.wording import deciding_comparisons

_GRADED = (Severity.SERIOUS.value, Severity.ESPECIALLY_SERIOUS.value)
_WORDS = {
    "zh": {
        "cases": "案件情况", "flow": "案件变动", "flow_sheet": "案件变动", "grade": "情节", "before": "期初未结",
        "new": "本期新发现", "closed": "本期结案", "open": "期末未结",
        "no_events": "未登记案件办理进度，不能判断案件是否结案；“期末未结”为全部已发现案件。",
        "no_cases": "本期没有新发现已核实的违法案件。", "no_known": "截至期末没有已核实的违法案件。",
        "by_township": "本期新发现案件（按乡镇、街道）", "by_township_sheet": "乡镇案件数", "township": "乡镇（街道）",
        "by_areas": "本期新发现案件地类面积（按乡镇、街道）", "by_areas_sheet": "乡镇地类面积",
        "by_grade": "本期新发现案件地类面积（按情节）", "by_grade_sheet": "情节地类面积",
        "graded": "情节严重和情节特别严重案件（本期新发现）", "graded_sheet": "严重案件",
        "no_graded": "本期没有新发现情节严重或情节特别严重的案件。", "why": "认定依据", "stopped": "制止日期",
        "step": "办理进展", "outside": "辖区以外", "near": "（临界）",
        "undated": "另有已核实案件 {n} 宗没有发现日期，不能归入任何一期，未计入。",
        "suspected": "另有疑似案件 {n} 宗，尚未核实，不计入本报告各项数字。", "each_spot": (
            "面积为椭球面积；同一地块只计一次；“已批准”面积合法，不计入情节认定。"),
    },
    "en": {
        "cases": "Cases", "flow": "Cases found, closed and open", "flow_sheet": "Cases", "grade": "grade",
        "before": "open before", "new": "found", "closed": "closed", "open": "open at the end",
        "no_events": "No case events are on record, so nothing is known of closing; 'open' are all cases found.",
        "no_cases": "No confirmed case was found in the period.",
        "no_known": "No confirmed case is known by the end of the period.",
        "by_township": "Cases found in the period, by township", "by_township_sheet": "Townships",
        "township": "township", "by_areas": "Areas by class of the cases found, by township",
        "by_areas_sheet": "Township areas", "by_grade": "Areas by class of the cases found, by grade",
        "by_grade_sheet": "Grade areas", "graded": "Serious and especially serious cases found in the period",
        "graded_sheet": "Serious cases", "no_graded": "No serious or especially serious case was found in the period.",
        "why": "decided by", "stopped": "stopped on", "step": "last step", "outside": "outside all townships",
        "near": " (near a limit)",
        "undated": "Confirmed cases without a day of finding, which belong to no period and are not counted: {n}.",
        "suspected": "Suspected cases, not confirmed yet and in none of the figures: {n}.", "each_spot": (
            "Areas are ellipsoidal; each spot counts once; approved ground is lawful and does not count in the grade."),
    },
}  # fmt: skip


def case_blocks(scope: Scope, figures: tuple[Block, ...] = ()) -> tuple[Block, ...]:
    """
    Tell of the cases of a period.

    Parameters
    ----------
    scope
        The run and the period.
    figures
        Maps and charts of the cases; they follow the tables by township.

    Examples
    --------
    >>> case_blocks(scope)[0]  # doctest: +SKIP
    Heading(text='案件情况', level=1)
    """
    own = _WORDS[scope.lang]
    blocks: list[Block] = [Heading(own["cases"]), _flow(scope)]
    if scope.made.events.empty and len(scope.confirmed):
        blocks.append(Paragraph(own["no_events"], "note"))
    every = scope.results.cases
    apart = {
        "suspected": scope.cases["status"] == Status.SUSPECTED.value,
        "undated": every["found_on"].isna() & (every["status"] == Status.CONFIRMED.value),
    }
    blocks += [Paragraph(own[name].format(n=int(which.sum())), "note") for name, which in apart.items() if which.any()]
    blocks.append(_by_township(scope))
    if len(scope.new):
        blocks += [_areas_by_township(scope), _areas_by_grade(scope)]
    return (*blocks, *figures, _graded(scope))


def _flow(scope: Scope) -> Table:
    own = _WORDS[scope.lang]
    parts = {"before": scope.open_before, "new": scope.new, "closed": scope.closed, "open": scope.open}
    rows: Rows = tuple(
        (grade.name_in(scope.lang), *(int((cases["severity"] == grade).sum()) for cases in parts.values()))
        for grade in Severity
    )
    columns = (Column(own["grade"], weight=2.0), *(Column(own[part], Show.COUNT, is_summed=True) for part in parts))
    return Table(own["flow"], own["flow_sheet"], columns, rows if len(scope.confirmed) else (), own["no_known"])


def _by_township(scope: Scope) -> Table:
    own = _WORDS[scope.lang]
    totals = township_totals(scope.results.townships, scope.new)
    counted = ("cases", *(grade.value for grade in Severity), "near_threshold")
    columns = (Column(own["township"], weight=2.0), *(_labelled(name, scope.lang) for name in counted))
    rows: Rows = tuple(
        (case_place(row, scope.lang), *(int(row[name]) for name in counted)) for row in totals.to_dict("records")
    )
    shown = rows if len(scope.new) else ()
    return Table(own["by_township"], own["by_township_sheet"], columns, shown, own["no_cases"])


def _areas_by_township(scope: Scope) -> Table:
    own = _WORDS[scope.lang]
    totals = township_totals(scope.results.townships, scope.new)
    rows: Rows = tuple(
        (case_place(row, scope.lang), *(float(row[name]) for name in (*AREAS, "area_m2")))
        for row in totals.to_dict("records")
        if row["cases"]
    )
    columns = (Column(own["township"], weight=1.6), *area_columns(scope.lang, is_summed=True))
    return Table(own["by_areas"], own["by_areas_sheet"], columns, rows, own["no_cases"], own["each_spot"])


def _areas_by_grade(scope: Scope) -> Table:
    own = _WORDS[scope.lang]
    sums = scope.new.groupby("severity")[[*AREAS, "area_m2"]].sum()
    rows: Rows = tuple(
        (grade.name_in(scope.lang), *(float(area) for area in sums.loc[grade.value]))
        for grade in Severity
        if grade.value in sums.index
    )
    columns = (Column(own["grade"], weight=1.6), *area_columns(scope.lang, is_summed=True))
    return Table(own["by_grade"], own["by_grade_sheet"], columns, rows, own["no_cases"])


def area_columns(lang: str, *, is_summed: bool = False) -> tuple[Column, ...]:
    """
    Return the columns of areas by class, with the whole ground in square metres beside them.

    Examples
    --------
    >>> [column.label for column in area_columns("zh")][:2]
    ['基本农田（亩）', '基本农田以外的耕地（亩）']
    """
    labels = [CASES.column(name).label(lang) for name in (*AREAS, "area_m2")]
    shows = [Show.MU] * len(AREAS) + [Show.M2]
    return tuple(Column(label, show, is_summed=is_summed) for label, show in zip(labels, shows, strict=True))


def _graded(scope: Scope) -> Table:
    """List the serious and especially serious cases with why, and what has been done: what Art. 16(3) asks for."""
    own = _WORDS[scope.lang]
    cases = scope.new[scope.new["severity"].isin(_GRADED)]
    why = deciding_comparisons(cases, scope.results.comparisons, scope.lang)
    rows: Rows = tuple(
        (
            str(case_id), case_place(case, scope.lang), day_of(case["found_on"]),
            _grade(case, scope.lang), why[case_id], day_of(case["stopped_on"]),
            last_step(case, scope),
        )
        for case_id, case in cases.to_dict("index").items()
    )  # fmt: skip
    columns = (
        Column(_label("case_id", scope.lang), weight=1.9), Column(own["township"], weight=1.1),
        Column(CASES.column("found_on").label(scope.lang), Show.DAY, 1.2), Column(own["grade"], weight=1.1),
        Column(own["why"], weight=2.4), Column(own["stopped"], Show.DAY, 1.2), Column(own["step"], weight=1.6),
    )  # fmt: skip
    return Table(own["graded"], own["graded_sheet"], columns, rows, own["no_graded"])


def case_place(case: Any, lang: str) -> str:
    """
    Name the township of a case, or of a row of totals; say so where that is outside all of them.

    Examples
    --------
    >>> case_place({"township_name": "青禾镇"}, "zh"), case_place({"township_name": None}, "en")
    ('青禾镇', 'outside all townships')
    """
    name = case["township_name"]
    return _WORDS[lang]["outside"] if pd.isna(name) or not name else str(name)


def last_step(case: Any, scope: Scope) -> str:
    """
    Say the last step taken in a case, with its day; the found ones that nobody has acted in yet have none.

    Examples
    --------
    >>> last_step({"step": "closed", "step_on": pd.Timestamp("2026-03-20")}, scope)  # doctest: +SKIP
    '结案 2026年3月20日'
    """
    day = day_of(case["step_on"])
    if day is None:
        return ""
    return f"{scope.words.name('event', case['step'])} {day_in_words(day, scope.lang)}"


def case_rows(cases: pd.DataFrame, scope: Scope) -> Rows:
    """
    Lay cases out one by one, with grade, areas and last step, for the appendix.

    Examples
    --------
    >>> case_rows(scope.confirmed, scope)[0][0]  # doctest: +SKIP
    '445299-2025-021'
    """
    return tuple(
        (
            str(case_id), case_place(case, scope.lang), day_of(case["found_on"]),
            _grade(case, scope.lang),
            *(amount_or_none(case[name]) for name in (*AREAS, "area_m2")), last_step(case, scope),
        )
        for case_id, case in cases.to_dict("index").items()
    )  # fmt: skip


def case_columns(lang: str) -> tuple[Column, ...]:
    """
    Return the columns of `case_rows`.

    Examples
    --------
    >>> case_columns("zh")[0].label
    '案件编号'
    """
    own = _WORDS[lang]
    return (
        Column(_label("case_id", lang), weight=2.2), Column(own["township"], weight=1.2),
        Column(CASES.column("found_on").label(lang), Show.DAY, 1.4), Column(own["grade"], weight=1.1),
        *area_columns(lang, is_summed=True), Column(own["step"], weight=1.9),
    )  # fmt: skip


def _grade(case: Any, lang: str) -> str:
    """Name the grade of a case, with a word where an area is near a limit: rounding must not hide it."""
    grade = Severity.of(case["severity"]).name_in(lang)
    return grade + _WORDS[lang]["near"] if case["near_threshold"] else grade


def _labelled(name: str, lang: str) -> Column:
    return Column(TOWNSHIP_TOTALS.column(name).label(lang), Show.COUNT, is_summed=True)


def _label(name: str, lang: str) -> str:
    return CASES.column(name).label(lang)
