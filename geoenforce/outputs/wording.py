"""Numbers and codes in words that people read, the same in every output."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoenforce.core.patrol_terms import DayReason, FixFlag, IntegrityFlag, OfficeLevel, Reconciled, SeenLand
from geoenforce.core.terms import Action, LandClass, LeadSource, Operator, Severity, Status, Term
from geoenforce.outputs.detail_words import detail_in_words
from geoenforce.outputs.patrol_status import PatrolStatus
from geoenforce.outputs.problem_words import problem_in_words
from geoenforce.rules.limits import rounded_mu

#: Which words the codes of a column stand for; two lists of codes that share a column have no code in common.
_TERMS: dict[str, tuple[type[Term], ...]] = {
    "severity": (Severity,),
    "worst_severity": (Severity,),
    "decided_by": (LandClass,),
    "land_class": (LandClass,),
    "status": (Status,),
    "lead_source": (LeadSource,),
    "operator": (Operator,),
    "action": (Action,),
    "flag": (FixFlag, IntegrityFlag),
    "reason": (DayReason,),
    "level": (OfficeLevel,),
    "land": (SeenLand,),
    "result": (Reconciled,),
    "patrol_status": (PatrolStatus,),
}

_MU = {"zh": "亩", "en": "mu"}
_LEAST_PERCENT = Decimal("0.0000000001")  # what is less is noise of sums
_PLACES = (2, 4, 6, 10)
_LIKE_WHOLE = 0.0051  # and less
_NONE_REACHED = {"zh": "各地类均未达到标准；最接近：", "en": "No limit is reached; nearest: "}
_NOTHING_COUNTED = {"zh": "没有计入认定的面积", "en": "No ground is counted"}


def in_words(column: str, code: Any, lang: str) -> str:
    """
    Return what people call a code that stands in a column; an empty text for a missing one.

    Examples
    --------
    >>> in_words("severity", "serious", "zh"), in_words("operator", "at_least", "zh"), in_words("severity", None, "zh")
    ('情节严重', '以上（含本数）', '')
    >>> in_words("reason", "too_short", "zh"), in_words("flag", "jump", "zh"), in_words("flag", "teleport", "zh")
    ('巡查时长或里程不足', '位置跳变', '瞬间移动')
    """
    if pd.isna(code):
        return ""
    if column == "problem":
        return problem_in_words(str(code), lang)
    if column == "detail":
        return detail_in_words(str(code), lang)
    lists = _TERMS.get(column)
    if lists is None:
        return str(code)
    terms = next((terms for terms in lists if code in set(terms)), lists[-1])
    return terms.of(str(code)).name_in(lang)


def rounded(value: float, places: int = 2) -> str:
    """
    Write a number with a fixed number of decimals, halves up.

    Examples
    --------
    >>> rounded(2.675), rounded(9.996), rounded(5, places=4), rounded(-0.001)
    ('2.68', '10.00', '5.0000', '0.00')
    """
    figure = _exact(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return str(abs(figure) if figure.is_zero() else figure)


def beside(value: Decimal, *limits: Decimal) -> str:
    """
    Write a number with two decimals, or with as many as it needs to stay on its own side of every limit.

    The nearest whole number counts as a limit, but for nought: those of the law are whole per cents and whole mu, so a
    figure reads the same beside its limit and in a table that names none.

    Parameters
    ----------
    value
        The number as it is compared.
    limits
        What it is compared with.

    Examples
    --------
    >>> beside(Decimal("14.9999")), beside(Decimal(15)), beside(Decimal("15.00004")), beside(Decimal("15.01"))
    ('14.9999', '15.00', '15.000040', '15.01')
    >>> beside(Decimal("6.6649")), beside(Decimal("6.6649"), Decimal("6.66"))
    ('6.66', '6.6649')
    """
    whole = value.to_integral_value(ROUND_HALF_UP)
    bounds = (*limits, whole) if whole else limits
    for places in _PLACES:
        short = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        if all(short.compare(bound) == value.compare(bound) for bound in bounds):
            return str(abs(short) if short.is_zero() else short)
    return f"{value.normalize():f}"


def mu_figure(area_mu: float) -> str:
    """
    Write an area in mu with two decimals, or with four where two would make it a whole number that it is not.

    It is rounded half-up to four decimals first, as for every comparison.

    Examples
    --------
    >>> mu_figure(4.9999), mu_figure(5.0), mu_figure(4.99996), mu_figure(5.0001), mu_figure(5.006)
    ('4.9999', '5.00', '5.00', '5.0001', '5.01')
    """
    return beside(rounded_mu(area_mu))


def percent_figure(share: float) -> str:
    """
    Write a share in per cent with two decimals, or more where two would make it a whole number that it is not.

    Examples
    --------
    >>> percent_figure(0.15), percent_figure(0.149999), percent_figure(0.1000004), percent_figure(0.12346)
    ('15.00', '14.9999', '10.000040', '12.35')
    """
    return beside((_exact(share) * 100).quantize(_LEAST_PERCENT, rounding=ROUND_HALF_UP))


def figure_of(value: float) -> str:
    """
    Write any number as `percent_figure` writes per cents.

    Examples
    --------
    >>> figure_of(57.0), figure_of(100 * 0.57), figure_of(99.9996)
    ('57.00', '57.00', '99.9996')
    """
    return beside(_exact(value).quantize(_LEAST_PERCENT, rounding=ROUND_HALF_UP))


def read_as_whole(figures: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """
    Say which figures two decimals may make a whole number that they are not; `beside` decides.

    To look at each figure of a large table as a decimal number would take its time.

    Examples
    --------
    >>> read_as_whole(np.array([4.9999, 5.0, 4.99, 0.001])).tolist()
    [True, False, False, False]
    """
    whole = np.rint(figures)
    away = np.abs(figures - whole)
    found: npt.NDArray[np.bool_] = (whole != 0) & (away > 0) & (away < _LIKE_WHOLE)
    return found


def comparison_in_words(comparison: Any, lang: str = "zh") -> str:
    """
    Say one comparison of an area with a limit.

    The area has two decimals, or four where two would put it on or across the limit (9.996 is not "10.00 < 10").

    Parameters
    ----------
    comparison
        One row of COMPARISONS.
    lang
        ``"zh"`` or ``"en"``.

    Examples
    --------
    >>> row = {"land_class": "basic_farmland", "operator": "at_least", "limit_mu": 10.0}
    >>> comparison_in_words({**row, "area_mu": 12.5, "holds": True})
    '基本农田 12.50 亩 ≥ 10 亩'
    >>> comparison_in_words({**row, "area_mu": 9.996, "holds": False}, "en")
    'basic farmland 9.9960 mu < 10 mu'
    """
    operator, limit = Operator.of(comparison["operator"]), _exact(comparison["limit_mu"])
    sign = operator.sign if comparison["holds"] else {"≥": "<", ">": "≤", "<": "≥"}[operator.sign]
    area = beside(_exact(comparison["area_mu"]), limit)
    name = LandClass.of(comparison["land_class"]).name_in(lang)
    return f"{name} {area} {_MU[lang]} {sign} {limit.normalize():f} {_MU[lang]}"


def deciding_comparisons(cases: pd.DataFrame, comparisons: pd.DataFrame, lang: str = "zh") -> "pd.Series[str]":
    """
    Say for each case which comparison decided its grade; for an ordinary one, which came nearest.

    Parameters
    ----------
    cases
        CASES: ``severity`` and ``decided_by`` are read.
    comparisons
        COMPARISONS of these cases.
    lang
        ``"zh"`` or ``"en"``.

    Returns
    -------
    words
        One sentence per case, on the index of `cases`.

    Examples
    --------
    >>> cases = pd.DataFrame({"severity": ["ordinary"], "decided_by": [None]}, index=pd.Index(["A"], name="case_id"))
    >>> comparisons = pd.DataFrame({"case_id": ["A", "A"], "land_class": ["other", "other"],
    ...     "severity": ["serious", "especially_serious"], "area_mu": [19.0, 19.0], "operator": ["at_least"] * 2,
    ...     "limit_mu": [20.0, 40.0], "holds": [False, False]})
    >>> deciding_comparisons(cases, comparisons)["A"]
    '各地类均未达到标准；最接近：其他土地 19.00 亩 < 20 亩'
    """
    grades = cases[["severity", "decided_by"]].add_prefix("case_")
    rows = comparisons[comparisons["case_id"].isin(cases.index)]
    of_case = grades.reindex(rows["case_id"]).set_axis(rows.index)  # a join of two tables without rows fails
    rows = pd.concat([rows, of_case], axis=1).assign(share=rows["area_mu"] / rows["limit_mu"])
    graded = rows["case_decided_by"].notna()
    decisive = graded & (rows["land_class"] == rows["case_decided_by"]) & (rows["severity"] == rows["case_severity"])
    nearest = rows[~graded & (rows["share"] > 0)].sort_values("share", ascending=False, kind="stable")
    chosen = pd.concat([rows[decisive], nearest]).drop_duplicates("case_id")
    words = {
        row["case_id"]: ("" if row["holds"] else _NONE_REACHED[lang]) + comparison_in_words(row, lang)
        for row in chosen.to_dict("records")
    }
    return pd.Series([words.get(case, _NOTHING_COUNTED[lang]) for case in cases.index], index=cases.index, dtype="str")


def _exact(value: float) -> Decimal:
    """Return the decimal number that a float is written as."""
    return Decimal(repr(float(value)))
