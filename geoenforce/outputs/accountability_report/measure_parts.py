"""The parts on the yearly indicators, and on measures that were imposed and what became of them."""

from typing import Any

import pandas as pd

from geoenforce.core.accountability_tables import INDICATORS, MEASURES
from geoenforce.outputs.accountability_report.scope import (
    Scope,
    amount_or_none,
    day_of,
    whole_or_none,
    without_empty_end,
)
from geoenforce.outputs.accountability_words import IndicatorName, NotComputable, amount, named
from geoenforce.outputs.documents.model import Block, Column, Heading, Show, Table, day_in_words

_WORDS = {
    "zh": {
        "indicators": "考核指标", "sheet": "考核指标", "unit": "单位", "time": "时段", "whole": "{year} 年",
        "to_month": "{year} 年 1—{month} 月", "none": "适用的规定没有考核指标，或所属年度没有可计算的数据。",
        "note": "全年数截至{day}；“1—n 月”为当年截至该月末的累计数。无法计算的指标注明原因，不按零计。",
        "measures": "已采取的措施", "measure_sheet": "已采取的措施", "office": "责任单位", "source": "依据",
        "state": "整改情况", "done": "{day}整改完成", "late": "逾期未整改", "running": "整改期内",
        "free": "未设整改期限",
        "no_measures": "本期没有登记新采取的措施，也没有整改未完成的措施。",
        "what": "本期登记的措施，以及此前登记、期初整改尚未完成的措施。",
    },
    "en": {
        "indicators": "Indicators", "sheet": "Indicators", "unit": "unit", "time": "time", "whole": "{year}",
        "to_month": "{year}, to the end of month {month}",
        "none": "No regulation that applies has indicators, or nothing is known of these years.",
        "note": "Whole years are as of {day}; a month's figure is that of the year up to its end. What cannot be "
        "computed is not zero.",
        "measures": "Measures imposed", "measure_sheet": "Measures", "office": "office", "source": "source",
        "state": "correction", "done": "corrected on {day}", "late": "not corrected in time", "running": "within time",
        "free": "no deadline",
        "no_measures": "No measure was recorded in the period, and none of before is still uncorrected.",
        "what": "Measures recorded in the period, and those of before that were not corrected when it began.",
    },
}  # fmt: skip


def indicator_blocks(scope: Scope) -> tuple[Block, ...]:
    """
    Tell the indicators of the period's years, and, within a year, as they stood at the end of the period.

    Examples
    --------
    >>> indicator_blocks(scope)[1].rows[0][2]  # doctest: +SKIP
    '违法占用耕地比例'
    """
    own, table = _WORDS[scope.lang], scope.of_years(scope.made.indicators)
    is_year = (scope.first.month, scope.last.month) == (1, 12)
    month = table["month"].isna() if is_year else table["month"].isna() | (table["month"] == scope.last.month)
    rows = tuple(_indicator_row(one, scope) for one in table[month.fillna(value=False)].to_dict("records"))
    columns = (
        Column(own["unit"], weight=1.1), Column(own["time"], weight=1.4),
        Column(INDICATORS.column("indicator").label(scope.lang), weight=1.8),
        Column(INDICATORS.column("value").label(scope.lang), Show.SHARE),
        Column(INDICATORS.column("numerator").label(scope.lang), weight=1.2),
        Column(INDICATORS.column("denominator").label(scope.lang), weight=1.2),
        Column(INDICATORS.column("rank").label(scope.lang), Show.COUNT, 0.6),
        Column(INDICATORS.column("detail").label(scope.lang), weight=1.6),
    )  # fmt: skip
    note = own["note"].format(day=day_in_words(scope.made.as_of, scope.lang)) if rows else ""
    table = Table(own["indicators"], own["sheet"], *without_empty_end(columns, rows), own["none"], note)
    return Heading(own["indicators"]), table


def _indicator_row(one: Any, scope: Scope) -> tuple[Any, ...]:
    own, month = _WORDS[scope.lang], whole_or_none(one["month"])
    return (
        scope.name(one["office"]),
        own["whole" if month is None else "to_month"].format(year=one["year"], month=month),
        named(IndicatorName, one["indicator"], scope.lang),
        amount_or_none(one["value"]),
        *("" if pd.isna(one[part]) else amount(one[part], one["unit"], scope.lang)
          for part in ("numerator", "denominator")),
        whole_or_none(one["rank"]),
        named(NotComputable, one["detail"], scope.lang),
    )  # fmt: skip


def measures_in(scope: Scope) -> pd.DataFrame:
    """
    Return the measures that were imposed within a period.

    Examples
    --------
    >>> len(measures_in(scope))  # doctest: +SKIP
    8
    """
    register = scope.made.measures
    return register[(register["on"] >= pd.Timestamp(scope.first)) & (register["on"] <= pd.Timestamp(scope.until))]


def measure_blocks(scope: Scope) -> tuple[Block, ...]:
    """
    Tell which measures were imposed, and whether the violation was corrected in time.

    Examples
    --------
    >>> measure_blocks(scope)[0]  # doctest: +SKIP
    Heading(text='已采取的措施', level=1)
    """
    own, register, first = _WORDS[scope.lang], scope.made.measures, pd.Timestamp(scope.first)
    waiting = register["corrected_on"].isna() | (register["corrected_on"] >= first)
    before = register[(register["on"] < first) & register["correct_by"].notna() & waiting]
    told = pd.concat([measures_in(scope), before]).sort_values("on", kind="stable")
    rows = tuple(
        (
            day_of(one["on"]), scope.name(one["office"]),
            scope.words.name("measure", one["measure"], _text(one["regulation"])), _source(one, scope),
            _text(one["case_ids"]), day_of(one["correct_by"]), _state(one, scope),
        )
        for one in told.to_dict("records")
    )  # fmt: skip
    columns = (
        Column(MEASURES.column("on").label(scope.lang), Show.DAY, 1.2), Column(own["office"], weight=1.2),
        Column(MEASURES.column("measure").label(scope.lang), weight=1.2), Column(own["source"], weight=1.6),
        Column(MEASURES.column("case_ids").label(scope.lang), weight=2.0),
        Column(MEASURES.column("correct_by").label(scope.lang), Show.DAY, 1.2), Column(own["state"], weight=1.4),
    )  # fmt: skip
    table = Table(own["measures"], own["measure_sheet"], columns, rows, own["no_measures"], own["what"])
    return Heading(own["measures"]), table


def _source(measure: Any, scope: Scope) -> str:
    """Name the article a measure rests on, with its regulation."""
    regulation, article = _text(measure["regulation"]), _text(measure["article"])
    return f"{scope.instruments.get(regulation, regulation)} {article}".strip()


def _state(measure: Any, scope: Scope) -> str:
    own, until = _WORDS[scope.lang], scope.until
    due, done = day_of(measure["correct_by"]), day_of(measure["corrected_on"])
    if done is not None and done <= until:
        return own["done"].format(day=day_in_words(done, scope.lang))
    if due is None:
        return own["free"]
    return own["late" if due < until else "running"]


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
