"""Numbers and codes in words that people read, the same in every output."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from geoenforce.core.patrol_tables import DayReason, FixFlag, IntegrityFlag, OfficeLevel, Reconciled, SeenLand
from geoenforce.core.terms import Action, LandClass, LeadSource, Operator, Severity, Status, Term
from geoenforce.outputs.patrol_status import PatrolStatus
from geoenforce.outputs.problem_words import problem_in_words

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
    figure = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return str(abs(figure) if figure.is_zero() else figure)


def comparison_in_words(comparison: Any, lang: str = "zh") -> str:
    """
    Say one comparison of an area with a limit.

    The area has two decimals, or four where two would read as the opposite of what is true
    (9.996 is not "10.00 < 10").

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
    operator, limit = Operator.of(comparison["operator"]), Decimal(repr(float(comparison["limit_mu"])))
    sign = operator.sign if comparison["holds"] else {"≥": "<", ">": "≤", "<": "≥"}[operator.sign]
    area = rounded(comparison["area_mu"])
    true_as_shown = {
        "≥": Decimal(area) >= limit,
        ">": Decimal(area) > limit,
        "<": Decimal(area) < limit,
        "≤": Decimal(area) <= limit,
    }
    if not true_as_shown[sign]:
        area = rounded(comparison["area_mu"], places=4)
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
