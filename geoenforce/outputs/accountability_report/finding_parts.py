"""The parts on the ratio of illegal occupation, on articles touched, and on articles that are near."""

import json
from typing import Any

import pandas as pd

from geoenforce.core.accountability_terms import Level
from geoenforce.outputs.accountability_report.scope import Scope, amount_or_none, first_few, without_empty_end
from geoenforce.outputs.accountability_words import (
    compared,
    measures_in_words,
    reason_in_words,
    reasons_of,
    to_go_in_words,
)
from geoenforce.outputs.documents.model import Block, Column, Heading, Paragraph, Show, Table, day_in_words
from geoenforce.outputs.explain_units import evidence_of, left_out

RATIO, AFTER_DEDUCTIONS = "illegal_occupation_ratio", "illegal_occupation_ratio_after_deductions"
_LEVELS = {level.value: order for order, level in enumerate(Level)}
_MOST_IDS = 12
_WORDS = {
    "zh": {
        "ratio": "违法占用耕地比例", "unit": "单位", "year": "年度", "illegal": "违法占用耕地（亩）",
        "taken": "新增建设用地占用耕地（亩）", "share": "比例", "after": "扣减后比例", "remark": "说明",
        "missing": "无法计算：无新增建设用地占用耕地数据",
        "no_ratio": "没有可计算比例的单位和年度：无新增建设用地占用耕地数据，比例无法计算，不等于零。",
        "ratio_note": "比例＝违法占用耕地÷全部新增建设用地（合法和违法）占用耕地。"
        "比较时用未取整的数值。数据截至{day}。",
        "findings": "触及条款", "finding_sheet": "触及条款", "source": "依据", "because": "情形（数值与标准）",
        "measure": "条款所列措施", "roles": "对象", "cases": "案件和登记",
        "left_out": "；未计入（已及时制止）：{ids}", "no_findings": "本期所属年度没有单位触及条款。",
        "by_year": "条款按公历年度适用；上列为 {years} 年度、截至{day}已登记数据的情形。",
        "later": "本期之后登记的情况也已计入。",
        "decides": "本节列出事实和所涉条款，供有权机关核实；是否追究、如何处理由有权机关决定。",
        "warnings": "预警", "warning_sheet": "预警", "to_go": "距触发", "stands": "现值与标准",
        "no_warnings": "没有临近触发的条款。", "far": "另有尚远的条款 {n} 项，见 warnings.csv。",
    },
    "en": {
        "ratio": "Illegal-occupation ratio", "unit": "unit", "year": "year",
        "illegal": "cultivated land taken illegally (mu)", "taken": "cultivated land taken in all (mu)",
        "share": "ratio", "after": "after deductions", "remark": "remark",
        "missing": "not computable: no cultivated land taken is known",
        "no_ratio": "No ratio is computable: no cultivated land taken is known. That is not zero.",
        "ratio_note": "Cultivated land taken illegally ÷ that taken by all new construction, lawful and unlawful. "
        "Comparisons use the unrounded value. As of {day}.",
        "findings": "Articles touched", "finding_sheet": "Findings", "source": "source",
        "because": "circumstances (value and limit)", "measure": "measure the article names", "roles": "for",
        "cases": "cases and records", "left_out": "; not counted (stopped in time): {ids}",
        "no_findings": "No unit has touched an article in the years of this period.",
        "by_year": "Articles apply by calendar year; these are for {years}, from what was on record on {day}.",
        "later": "What was recorded after the period is counted too.",
        "decides": "These are facts and the articles they touch, for the competent authority to confirm; it decides.",
        "warnings": "Early warnings", "warning_sheet": "Early warnings", "to_go": "to go", "stands": "value and limit",
        "no_warnings": "No article is close.", "far": "Farther off, in warnings.csv: {n}.",
    },
}  # fmt: skip


def ratio_blocks(scope: Scope) -> tuple[Block, ...]:
    """
    Tell the ratio of illegal occupation of each unit, with its two parts.

    Examples
    --------
    >>> ratio_blocks(scope)[1].rows[0]  # doctest: +SKIP
    ('示范县', 2026, 139.4754, 958.9248, 0.14545, 0.14545, '')
    """
    own = _WORDS[scope.lang]
    after = ratios(scope, AFTER_DEDUCTIONS).set_index(["office", "year"])["value"]
    rows = tuple(
        (
            scope.name(one["office"]), str(one["year"]), one["illegal_mu"], one["taken_mu"],
            amount_or_none(one["value"]), amount_or_none(after.get((one["office"], one["year"]))),
            own["missing"] if pd.isna(one["value"]) else "",
        )
        for one in ratios(scope, RATIO).to_dict("records")
    )  # fmt: skip
    columns = (
        Column(own["unit"], weight=1.3), Column(own["year"], weight=0.7), Column(own["illegal"], Show.MU, 1.4),
        Column(own["taken"], Show.MU, 1.4), Column(own["share"], Show.SHARE), Column(own["after"], Show.SHARE),
        Column(own["remark"], weight=1.4),
    )  # fmt: skip
    note = own["ratio_note"].format(day=day_in_words(scope.made.as_of, scope.lang)) if rows else ""
    table = Table(own["ratio"], own["ratio"], *without_empty_end(columns, rows), own["no_ratio"], note)
    return Heading(own["ratio"]), table


def ratios(scope: Scope, fact: str) -> pd.DataFrame:
    """
    Return the ratio of each unit and year of a period: the value and the two parts, missing where not computable.

    Examples
    --------
    >>> ratios(scope, RATIO)["value"].to_list()  # doctest: +SKIP
    [0.14545]
    """
    facts = scope.of_years(scope.made.facts)
    found = facts[facts["fact"] == fact].drop_duplicates(["office", "year"])
    ordered = found.assign(order=found["level"].map(_LEVELS)).sort_values(["year", "order", "office"], kind="stable")
    details = [json.loads(text) for text in ordered["detail"]]
    parts = {part: [amount_or_none(one.get(part)) for one in details] for part in ("illegal_mu", "taken_mu")}
    return ordered.assign(**{part: pd.Series(ones, ordered.index, dtype=object) for part, ones in parts.items()})


def finding_blocks(scope: Scope) -> tuple[Block, ...]:
    """
    Tell which articles were touched in the years of a period: article, numbers, measure, cases.

    Examples
    --------
    >>> finding_blocks(scope)[0].text  # doctest: +SKIP
    '触及条款'
    """
    own = _WORDS[scope.lang]
    found = scope.of_years(scope.made.findings)
    ordered = found.assign(order=found["level"].map(_LEVELS)).sort_values(
        ["year", "order", "office", "regulation", "article"], kind="stable"
    )
    rows = tuple(_finding_row(finding, scope) for finding in ordered.to_dict("records"))
    columns = (
        Column(own["unit"], weight=1.0), Column(own["year"], weight=0.6), Column(own["source"], weight=1.7),
        Column(own["because"], weight=2.0), Column(own["measure"], weight=1.4), Column(own["roles"], weight=1.0),
        Column(own["cases"], weight=2.2),
    )  # fmt: skip
    table = Table(own["findings"], own["finding_sheet"], columns, rows, own["no_findings"], _stated(scope))
    return Heading(own["findings"]), table, Paragraph(own["decides"], "warning")


def _stated(scope: Scope) -> str:
    """Say which years are meant and of which day the facts are."""
    own, as_of = _WORDS[scope.lang], scope.made.as_of
    years = scope.words.word("list").join(str(year) for year in scope.years)
    text = own["by_year"].format(years=years, day=day_in_words(as_of, scope.lang))
    if as_of <= scope.last:
        return text
    return text + (" " if scope.lang == "en" else "") + own["later"]


def _finding_row(finding: dict[Any, Any], scope: Scope) -> tuple[str, ...]:
    words, regulation, own = scope.words, finding["regulation"], _WORDS[scope.lang]
    read = {**finding, "because": reasons_of(finding)}
    reasons = words.word("reasons").join(reason_in_words(one, words, regulation) for one in read["because"])
    evidence = first_few(evidence_of(read), _MOST_IDS, scope.lang)
    apart = [one["case_id"] for one in left_out(read)]
    if apart:
        evidence += own["left_out"].format(ids=first_few(apart, _MOST_IDS, scope.lang))
    return (
        scope.name(finding["office"]), str(finding["year"]), finding["citation"], reasons,
        measures_in_words(finding, words), words.listed("role", finding["roles"], regulation), evidence,
    )  # fmt: skip


def warning_blocks(scope: Scope) -> tuple[Block, ...]:
    """
    Tell which articles are near, and what is left before they apply.

    Examples
    --------
    >>> warning_blocks(scope)[1].rows[0][1]  # doctest: +SKIP
    '还差 1 宗'
    """
    own, words = _WORDS[scope.lang], scope.words
    asked = scope.of_years(scope.made.warnings)
    close = asked[asked["is_close"].astype(bool)]
    rows = tuple(
        (
            scope.name(one["office"]), to_go_in_words(one, scope.lang), one["citation"],
            words.name("measure", one["measure"], one["regulation"]),
            f"{words.name('declared', one['fact'], one['regulation'])} {compared(one, scope.lang)}",
        )
        for one in close.to_dict("records")
    )  # fmt: skip
    columns = (
        Column(own["unit"], weight=1.1), Column(own["to_go"], weight=1.4), Column(own["source"], weight=2.0),
        Column(own["measure"], weight=1.5), Column(own["stands"], weight=2.4),
    )  # fmt: skip
    far = len(asked) - len(close)
    note = own["far"].format(n=far) if far else ""
    table = Table(own["warnings"], own["warning_sheet"], columns, rows, own["no_warnings"], note)
    return Heading(own["warnings"]), table
