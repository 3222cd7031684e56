"""What townships can be coloured and ranked by: one value each, its class, its place, and its value in words."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, TypeAlias

import pandas as pd

from geoenforce.core.accountability_results import AccountabilityResults
from geoenforce.core.accountability_terms import DutyStatus
from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.patrol_terms import SeenLand
from geoenforce.core.results import Results
from geoenforce.core.terms import Severity
from geoenforce.outputs.accountability_words import amount, to_go_in_words
from geoenforce.outputs.map_side_words import SIDE_WORDS
from geoenforce.outputs.map_words import WORDS
from geoenforce.outputs.palette import AREA_TINTS, MISSING_TINT
from geoenforce.outputs.totals import township_totals

Data: TypeAlias = dict[str, Any]
Pair: TypeAlias = tuple[str, str]

#: Parts in a hundred that end a class of a rate, the best first.
_RATE_ENDS = (1.0, 0.9, 0.8, 0.6)
_MISSING: Pair = ("无数据", "no data")


@dataclass(frozen=True)
class Measure:
    """One figure per township; a missing one is neither good nor bad."""

    key: str
    name: Pair
    unit: str  # case, mu, duty, or 1 for a share
    figures: "pd.Series[float]"  # on the townships' codes
    good: str = "low"  # which end is good: "low", "high" (a rate) or "far" (what is left before an article)
    missing: Pair = _MISSING
    said: dict[str, Pair] = field(default_factory=dict)  # values that have words of their own

    def text(self, code: str, lang: str) -> str:
        """
        Say the value of one township.

        Examples
        --------
        >>> share = Measure("rate", ("率", "rate"), "1", pd.Series({"A": 0.5}), good="high")
        >>> share.text("A", "zh"), share.text("B", "en")
        ('50.00%', 'no data')
        """
        own = 1 if lang == "en" else 0
        value = self.figures.get(code, math.nan)
        if pd.isna(value):
            return self.missing[own]
        if code in self.said:
            return self.said[code][own]
        if self.unit == "case":
            return WORDS[lang]["case_unit"].format(number=int(value))
        return amount(value, self.unit, lang)


def measures_of(results: Results) -> list[Measure]:
    """
    List what the townships of a run can be compared by, besides the worst grade: only what there is data for.

    Examples
    --------
    >>> [measure.key for measure in measures_of(results)][:2]  # doctest: +SKIP
    ['cases', 'serious_and_above']
    """
    made = _of_cases(results)
    if results.patrols is not None:
        made += _of_patrols(results.patrols)
    if results.accountability is not None:
        made += _of_accountability(results.townships.index, results.accountability)
    return made


def with_measures(data: Data, results: Results, lang: str) -> Data:
    """
    Add the measures to what the map shows: names, legends, and each township's colour, value and place.

    Parameters
    ----------
    data
        From `geoenforce.outputs.map_data.map_data`; it is not changed. Its townships are those of `results`, in order.
    results
        The tables of the run.
    lang
        ``"zh"`` or ``"en"``.

    Returns
    -------
    data
        With ``measures`` (key and name, in the order of the switch), more ``legends``, and for each township
        ``fill``, ``value``, ``missing`` and ``share`` (0 to 1, the length of its bar, where it has one) by measure;
        ``ranking`` lists the places of the townships by measure, the worst first.
    """
    own, codes = (1 if lang == "en" else 0), list(results.townships.index)
    made = measures_of(results)
    first = [{"key": "severity", "name": WORDS[lang]["severity"], "note": SIDE_WORDS[lang]["darker"]}]
    legends, ranking = dict(data["legends"]), {"severity": _by_grade(results)}
    townships = [
        {**township, "fill": dict(township["fill"]), "value": dict(township["value"]), "missing": [], "share": {}}
        for township in data["townships"]
    ]
    for measure in (replace(one, figures=one.figures.reindex(codes)) for one in made):
        values = measure.figures
        legends[measure.key], tint = _classes(measure, lang)
        ranking[measure.key] = _places(values, measure)
        largest = values.max() if values.notna().any() else 0.0
        for township, code, value in zip(townships, codes, values, strict=True):
            known = not pd.isna(value)
            township["fill"][measure.key] = tint(value) if known else MISSING_TINT
            township["value"][measure.key] = measure.text(code, lang)
            if not known:
                township["missing"].append(measure.key)
            whole = 1.0 if measure.good == "high" else largest
            if known and measure.good != "far":  # a long bar would read as much
                township["share"][measure.key] = round(value / whole, 4) if whole else 0
    listed = [{"key": one.key, "name": one.name[own], "note": SIDE_WORDS[lang]["darker"]} for one in made]
    return {**data, "measures": first + listed, "legends": legends, "ranking": ranking, "townships": townships}


def _of_cases(results: Results) -> list[Measure]:
    totals = township_totals(results.townships, results.cases).loc[results.townships.index]
    serious = totals[Severity.SERIOUS.value] + totals[Severity.ESPECIALLY_SERIOUS.value]
    cultivated = totals["basic_farmland_mu"] + totals["other_cultivated_mu"]
    return [
        Measure("cases", ("已核实案件（宗）", "confirmed cases"), "case", totals["cases"]),
        Measure("serious_and_above", ("情节严重及以上案件（宗）", "serious cases and graver"), "case", serious),
        Measure(
            "basic_farmland_mu", ("违法占用基本农田（亩）", "illegally used basic farmland (mu)"), "mu",
            totals["basic_farmland_mu"],
        ),
        Measure(
            "cultivated_mu",
            ("违法占用基本农田和其他耕地（亩）", "illegally used basic farmland and other cultivated land (mu)"),
            "mu", cultivated,
        ),
    ]  # fmt: skip


def _of_patrols(patrols: PatrolResults) -> list[Measure]:
    month = f"{pd.Timestamp(patrols.status_at).tz_convert(LOCAL_ZONE):%Y-%m}"
    rates = patrols.rates[(patrols.rates["period"] == month) & (patrols.rates["level"] == "township")]
    made = [
        Measure(
            "patrol_rate", (f"巡查达标率（{month}）", f"patrol rate ({month})"), "1",
            rates.set_index("office")["rate"].astype("float64"), "high", ("无应巡日", "no day owed"),
        )
    ]  # fmt: skip
    seen = patrols.coverage[patrols.coverage["land"] == SeenLand.BASIC_FARMLAND.value]
    if len(seen):
        days = (seen["period_to"] - seen["period_from"]).max()
        longest = seen[seen["period_to"] - seen["period_from"] == days].drop_duplicates("township_code", keep="last")
        when = f"{longest['period_from'].iloc[0]:%m-%d}—{longest['period_to'].iloc[0]:%m-%d}"
        shares = longest.set_index("township_code")["seen_share"].astype("float64")
        name = (f"基本农田巡查覆盖率（{when}）", f"basic farmland seen by patrols ({when})")
        made.append(Measure("coverage", name, "1", shares, "high", ("无基本农田", "no basic farmland")))
    return made


def _of_accountability(codes: pd.Index, made: AccountabilityResults) -> list[Measure]:
    year = made.as_of.year
    ratios = made.facts[(made.facts["fact"] == "illegal_occupation_ratio") & (made.facts["year"] == year)]
    overdue = made.duties.loc[made.duties["status"] == DutyStatus.OVERDUE.value, "office"]
    counted = overdue.value_counts().reindex(codes, fill_value=0).astype("float64")
    found = [Measure("overdue_duties", ("已逾期职责（项）", "overdue duties"), "duty", counted)]
    if ratios["office"].isin(codes).any():
        values = ratios.drop_duplicates("office").set_index("office")["value"].astype("float64")
        name = (f"违法占用耕地比例（{year}年）", f"illegal-occupation ratio ({year})")
        found.append(Measure("occupation_ratio", name, "1", values, missing=("无法计算", "not computable")))
    # What nothing has been counted for yet is as far off for everybody: it would colour all townships alike.
    begun = (made.warnings["year"] == year) & (made.warnings["value"] > 0)
    own = made.warnings[made.warnings["office"].isin(codes) & begun]
    names = {
        "case": ("距下一条款（宗）", "cases to the next article"),
        "mu": ("距下一条款（亩）", "mu to the next article"),
    }
    for unit, name in names.items():
        left = own[own["to_go_unit"] == unit].sort_values("to_go", kind="stable").drop_duplicates("office")
        if len(left):
            said = {
                row["office"]: (to_go_in_words(row, "zh"), to_go_in_words(row, "en")) for row in left.to_dict("records")
            }
            values = left.set_index("office")["to_go"].astype("float64")
            found.append(Measure(f"to_go_{unit}", name, unit, values, "far", ("尚无计入", "nothing counted yet"), said))
    return found


def _by_grade(results: Results) -> list[int]:
    totals = township_totals(results.townships, results.cases).loc[results.townships.index]
    grades = [grade.value for grade in reversed(Severity)]
    keys = [tuple(-row[grade] for grade in grades) for row in totals[grades].to_dict("records")]
    return sorted(range(len(keys)), key=keys.__getitem__)


def _places(values: "pd.Series[float]", measure: Measure) -> list[int]:
    """Return the positions of the townships, the worst first and the unknown last."""
    sign = -1 if measure.good == "low" else 1
    keys = [(pd.isna(value), 0 if pd.isna(value) else sign * value) for value in values]
    return sorted(range(len(keys)), key=keys.__getitem__)


def _classes(measure: Measure, lang: str) -> tuple[list[Data], Callable[[float], str]]:
    """Return the legend, the worst class first, and what gives a value its tint."""
    own = 1 if lang == "en" else 0
    make = {"low": _low_classes, "high": _rate_classes, "far": _far_classes}[measure.good]
    legend, tint = make(measure, lang)
    if measure.figures.isna().any():
        legend = [*legend, {"fill": MISSING_TINT, "label": measure.missing[own], "hatch": "dots"}]
    return legend, tint


def _low_classes(measure: Measure, lang: str) -> tuple[list[Data], Callable[[float], str]]:
    whole, per_cent = measure.unit in ("case", "duty"), measure.unit == "1"
    step = class_width(measure.figures.dropna(), whole=whole)

    def label(number: int) -> str:
        factor = 100 if per_cent else 1
        low, high = step * number * factor, step * (number + 1) * factor
        if whole:
            return f"{low + 1:g}" if step == 1 else f"{low + 1:g}–{high:g}"
        return f"{low:.10g}–{high:.10g}" + ("%" if per_cent else "")

    legend = [{"fill": tint, "label": label(number)} for number, tint in enumerate(AREA_TINTS[1:])]
    none = {"fill": AREA_TINTS[0], "label": WORDS[lang]["none"]}
    return [*reversed(legend), none], lambda value: AREA_TINTS[math.ceil(round(value / step, 9))]


def _rate_classes(_: Measure, lang: str) -> tuple[list[Data], Callable[[float], str]]:
    under = ("不足 {:.0%}", "under {:.0%}")[1 if lang == "en" else 0]
    labels = ["100%", *(under.format(end) for end in _RATE_ENDS)]
    labels[1:-1] = [f"{low:.0%}–{under.format(high)}" for high, low in pairwise(_RATE_ENDS)]
    legend = [{"fill": tint, "label": label} for tint, label in zip(AREA_TINTS, labels, strict=True)]
    return legend[::-1], lambda value: AREA_TINTS[sum(value < end for end in _RATE_ENDS)]


def _far_classes(measure: Measure, lang: str) -> tuple[list[Data], Callable[[float], str]]:
    whole = measure.unit == "case"
    step = 1.0 if whole else class_width(measure.figures.dropna(), whole=False)
    tints = AREA_TINTS[:0:-1]  # the nearest is the darkest
    above = ("{:g} 及以上", "{:g} and more")[1 if lang == "en" else 0]
    labels = [f"{n + 1}" if whole else f"{step * n:.10g}–{step * (n + 1):.10g}" for n in range(len(tints))]
    if whole:
        labels[-1] = above.format(len(tints))
    legend = [{"fill": tint, "label": label} for tint, label in zip(tints, labels, strict=True)]
    return legend, lambda value: tints[min(max(math.ceil(round(value / step, 9)), 1), len(tints)) - 1]


def class_width(values: Iterable[float], *, whole: bool = False) -> float:
    """
    Return the width of a class: 1, 2 or 5 times a power of ten, so that the largest value falls in the last.

    Parameters
    ----------
    values
        None of them below zero.
    whole
        Whether the values are counts: then a class is at least 1 wide.

    Examples
    --------
    >>> class_width([4.0]), class_width([4.0001]), class_width([0.3]), class_width([3, 1], whole=True)
    (1.0, 2.0, 0.1, 1.0)
    """
    needed = max(round(max(values, default=0.0), 6), 1e-6) / (len(AREA_TINTS) - 1)
    power = 10.0 ** math.floor(math.log10(needed))
    width = next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= needed * (1 - 1e-9))
    return max(width, 1.0) if whole else width
