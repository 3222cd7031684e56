"""What happened month by month, for the small charts beside the map."""

from typing import Any, TypeAlias

import pandas as pd

from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.results import Results
from geoenforce.core.terms import Severity, Status
from geoenforce.outputs.map_side_words import TREND_WORDS
from geoenforce.outputs.palette import SEVERITY_EDGE, SEVERITY_FILL, TRACK
from geoenforce.outputs.wording import percent_figure

Data: TypeAlias = dict[str, Any]

_MONTHS = 12


def with_trends(data: Data, results: Results, lang: str) -> Data:
    """
    Add the charts of the county and of each township.

    Parameters
    ----------
    data
        What the map shows so far; it is not changed.
    results
        The tables of the run.
    lang
        ``"zh"`` or ``"en"``.

    Returns
    -------
    data
        With ``trends``: for each chart its title, months, series (label and colours), the county's values and those of
        each township in order: by month a list with one figure per series, a count or a text of per cents, empty where
        there is none.
    """
    charts = [_cases(results, lang)]
    if results.patrols is not None and len(results.patrols.rates):
        charts.append(_rates(results, results.patrols, lang))
    return {**data, "trends": charts}


def _cases(results: Results, lang: str) -> Data:
    """Return confirmed cases by the month they were found in, in the twelve months up to the day of the run."""
    months = [str(month) for month in pd.period_range(end=pd.Period(results.as_of, "M"), periods=_MONTHS)]
    confirmed = results.cases[results.cases["status"] == Status.CONFIRMED.value]
    counted = confirmed.groupby(["township_code", confirmed["found_on"].dt.strftime("%Y-%m"), "severity"], dropna=False)
    numbers, grades = counted.size(), [grade.value for grade in Severity]

    def counts(found: "pd.Series[int]") -> list[list[int]]:
        known = found.groupby(level=[-2, -1]).sum().to_dict()
        return [[int(known.get((month, grade), 0)) for grade in grades] for month in months]

    return {
        "key": "cases",
        "title": TREND_WORDS[lang]["cases"],
        "months": months,
        "most": None,
        "series": [
            {"label": grade.name_in(lang), "fill": SEVERITY_FILL[grade], "edge": SEVERITY_EDGE[grade]}
            for grade in Severity
        ],
        "county": counts(numbers),
        "townships": [counts(numbers[numbers.index.get_level_values(0) == code]) for code in results.townships.index],
    }


def _rates(results: Results, patrols: PatrolResults, lang: str) -> Data:
    """Return the patrol rates by month, in per cent, as patrol_rates.csv has them."""
    monthly = patrols.rates[patrols.rates["period"].str.len() == len("2026-04")]
    months = sorted(monthly["period"].unique())[-_MONTHS:]

    def values(rows: pd.DataFrame) -> list[list[str]]:
        by_month = rows.drop_duplicates("period").set_index("period")["rate"].reindex(months)
        return [[] if pd.isna(rate) else [percent_figure(rate)] for rate in by_month]

    counties = monthly[monthly["level"] == "county"]
    one_county = counties if len(counties["office"].unique()) == 1 else counties.iloc[:0]
    return {
        "key": "patrol_rates",
        "title": TREND_WORDS[lang]["patrol_rates"],
        "months": months,
        "most": 100,
        "series": [{"label": TREND_WORDS[lang]["rate"], "fill": TRACK, "edge": TRACK}],
        "county": values(one_county),
        "townships": [values(monthly[monthly["office"] == code]) for code in results.townships.index],
    }
