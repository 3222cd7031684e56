"""Maps and charts of the cases of a period."""

from itertools import pairwise

import geopandas as gpd
import pandas as pd

from geoenforce.core.terms import Severity
from geoenforce.outputs.accountability_report.case_parts import case_place
from geoenforce.outputs.accountability_report.scope import Scope
from geoenforce.outputs.documents.charts import Series, bar_chart, line_chart
from geoenforce.outputs.documents.model import Block, Figure
from geoenforce.outputs.documents.small_maps import Layer, draw_map
from geoenforce.outputs.palette import AREA_TINTS, SEVERITY_EDGE, SEVERITY_FILL, TRACK
from geoenforce.outputs.totals import township_totals

_MONTHS = 12
_LONGITUDE_LATITUDE = 4490
_WIDTH_CM = 17.0
_WORDS = {
    "zh": {
        "map": "本期新发现案件分布（乡镇、街道按案件数着色）", "map_alt": "地图：{places}", "place": "{name} {n} 宗",
        "none": "{n} 宗", "class": "{low}—{high} 宗", "one": "{low} 宗",
        "township": "本期新发现案件数（按乡镇、街道和情节）",
        "cases": "案件（宗）", "trend": "各月新发现和结案的案件数", "new": "新发现", "closed": "结案", "list": "、",
        "bars_alt": "条形图：{places}", "trend_alt": "折线图：新发现 {new}；结案 {closed}（自 {first} 起各月）",
    },
    "en": {
        "map": "Cases found in the period (townships by number of cases)", "map_alt": "Map: {places}",
        "place": "{name} {n}", "none": "no case", "class": "cases: {low}-{high}", "one": "cases: {low}",
        "township": "Cases found in the period, by township and grade", "cases": "cases",
        "trend": "Cases found and closed, by month", "new": "found", "closed": "closed", "list": ", ",
        "bars_alt": "Bar chart: {places}",
        "trend_alt": "Line chart: found {new}; closed {closed} (months from {first})",
    },
}  # fmt: skip


def case_figures(scope: Scope) -> tuple[Block, ...]:
    """
    Draw where the cases of a period lie, how they are spread over the townships, and how the months went.

    Returns
    -------
    figures
        Nothing where there is nothing to show: no case in the period leaves the months only, none at all leaves none.

    Examples
    --------
    >>> [figure.caption for figure in case_figures(scope)][2]  # doctest: +SKIP
    '各月新发现和结案的案件数'
    """
    figures = [_map(scope), _bars(scope)] if len(scope.new) else []
    return tuple([*figures, _months(scope)] if len(scope.confirmed) else figures)


def _map(scope: Scope) -> Figure:
    own = _WORDS[scope.lang]
    totals = township_totals(scope.results.townships, scope.new)["cases"]
    townships = scope.results.townships.geometry
    classes = _classes(int(totals.max()), own)
    tints = [next(tint for low, high, _, tint in classes if low <= totals[code] <= high) for code in townships.index]
    layers = [Layer(townships, tints), *_points(scope)]
    inside = townships.representative_point().to_crs(_LONGITUDE_LATITUDE)
    named = scope.results.townships["township_name"]
    png = draw_map(
        layers, lang=scope.lang, names={str(named[code]): point for code, point in inside.items()},
        key={text: tint for _, _, text, tint in classes}, width_cm=_WIDTH_CM,
    )  # fmt: skip
    return Figure(png, own["map_alt"].format(places=_places(scope)), own["map"], _WIDTH_CM)


def _classes(most: int, own: dict[str, str]) -> list[tuple[int, int, str, str]]:
    """Split the numbers of cases into at most four classes above none: from, to, in words, tint."""
    steps = sorted({round(most * part / (len(AREA_TINTS) - 1)) for part in range(len(AREA_TINTS))})
    classes = [(0, 0, own["none"].format(n=0), AREA_TINTS[0])]
    for tint, (below, high) in zip(AREA_TINTS[1:], pairwise(steps), strict=False):
        form = own["one" if below + 1 == high else "class"]
        classes.append((below + 1, high, form.format(low=below + 1, high=high), tint))
    return classes


def _points(scope: Scope) -> list[Layer]:
    """Mark each case by a point in its first patch, the gravest above the others."""
    patches = scope.results.violations
    firsts = patches[patches["case_id"].isin(scope.new.index)].drop_duplicates("case_id").set_index("case_id")
    points = gpd.GeoSeries(firsts.representative_point(), crs=patches.crs)
    grades = scope.new["severity"].reindex(points.index)
    return [
        Layer(points[grades == grade], SEVERITY_FILL[grade], SEVERITY_EDGE[grade], 0.8, grade.name_in(scope.lang))
        for grade in Severity
        if (grades == grade).any()
    ]


def _bars(scope: Scope) -> Figure:
    own = _WORDS[scope.lang]
    totals = township_totals(scope.results.townships, scope.new)
    series = [
        Series(grade.name_in(scope.lang), totals[grade.value].to_list(), SEVERITY_FILL[grade]) for grade in Severity
    ]
    png = bar_chart(
        [case_place(row, scope.lang) for row in totals.to_dict("records")],
        series,
        value_label=own["cases"],
        is_stacked=True,
        width_cm=_WIDTH_CM,
    )
    return Figure(png, own["bars_alt"].format(places=_places(scope)), own["township"], _WIDTH_CM)


def _places(scope: Scope) -> str:
    own, totals = _WORDS[scope.lang], township_totals(scope.results.townships, scope.new)
    return own["list"].join(
        own["place"].format(name=case_place(row, scope.lang), n=row["cases"]) for row in totals.to_dict("records")
    )


def _months(scope: Scope) -> Figure:
    """Draw twelve months up to the end of the period, or those of its years if they are more."""
    own, last = _WORDS[scope.lang], pd.Period(scope.until, "M")
    months = pd.period_range(min(last - (_MONTHS - 1), pd.Period(scope.first, "M")), last, freq="M")
    counts = {
        name: [int(number) for number in days.dt.to_period("M").value_counts().reindex(months, fill_value=0)]
        for name, days in (("new", scope.confirmed["found_on"]), ("closed", scope.confirmed["closed_on"].dropna()))
    }
    series = [
        Series(own["new"], counts["new"], SEVERITY_FILL[Severity.SERIOUS]),
        Series(own["closed"], counts["closed"], TRACK),
    ]  # fmt: skip
    labels = [month.strftime("%Y-%m") for month in months]
    png = line_chart(labels, series, value_label=own["cases"], width_cm=_WIDTH_CM)
    texts = {name: own["list"].join(str(number) for number in numbers) for name, numbers in counts.items()}
    return Figure(png, own["trend_alt"].format(**texts, first=labels[0]), own["trend"], _WIDTH_CM)
