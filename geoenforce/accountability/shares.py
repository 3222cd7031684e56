"""The illegal-occupation ratio as a fact: before and after deductions, with both of its parts."""

import json
from typing import Any

from geoenforce.accountability.recorded import Found, Key
from geoenforce.accountability.sources import Sources

#: The facts that are ratios: which columns of the occupation table they divide, and where it says why there is none.
SHARES = {
    "illegal_occupation_ratio": ("illegal_mu", "taken_mu", "not_computable"),
    "illegal_occupation_ratio_after_deductions": ("illegal_after_mu", "taken_after_mu", "not_computable_after"),
}
_TEN_THOUSANDTHS = 10_000


def share_facts(sources: Sources) -> dict[Key, Found]:
    """
    Divide the illegally occupied area by that of all new construction, for each unit and year.

    Returns
    -------
    found
        The ratio, unrounded; missing where it cannot be computed, and ``not_computable`` in the detail says why.
        ``evidence`` names the cases with cultivated land in them.

    Notes
    -----
    Areas have whole ten-thousandths of a mu, so a ratio is a fraction of two whole numbers, and the quotient of two
    whole numbers is rounded to the nearest number a computer has. A ratio of exactly 15 % is therefore written 0.15,
    and no other fraction is: two fractions with lower parts up to 10¹⁴ (the whole country) and 20 differ by more than
    that rounding. So `Decimal(repr(ratio))` compares as the fraction does.

    Examples
    --------
    >>> import pandas as pd
    >>> from geoenforce.accountability.units import Hierarchy
    >>> units = pd.DataFrame({"office": ["445299101"], "level": ["township"]})
    >>> how = {"denominator_from": "table", "table_mu": 14.0, "not_computable": None, "not_computable_after": None,
    ...        "deductions": [], "case_ids": ["A"]}
    >>> occupation = pd.DataFrame({"office": "445299101", "year": 2026, "illegal_mu": 2.1, "taken_mu": 14.0,
    ...     "illegal_after_mu": 2.1, "taken_after_mu": 14.0, "detail": [json.dumps(how)]})
    >>> no = pd.DataFrame()
    >>> sources = Sources(Hierarchy(units, {}), no, no, no, no, no, occupation)
    >>> share_facts(sources)["township", "445299101", 2026, "illegal_occupation_ratio"].value
    0.15
    """
    found: dict[Key, Found] = {}
    if sources.occupation is None:
        return found
    levels = sources.hierarchy.levels
    # a rule may be for a part of the project
    inside = sources.occupation[sources.occupation["office"].isin(list(levels))]
    for row in inside.to_dict("records"):
        how = json.loads(row["detail"])
        for fact, (illegal, taken, why_not) in SHARES.items():
            ratio = share(row[illegal], row[taken]) if how[why_not] is None else float("nan")
            detail = _detail(row, illegal, taken) | {
                "denominator_from": how["denominator_from"],
                "table_mu": how["table_mu"],
                "not_computable": how[why_not],
                "deductions": how["deductions"],
            }
            found[levels[row["office"]], row["office"], int(row["year"]), fact] = Found(ratio, how["case_ids"], detail)
    return found


def unknown_share() -> Found:
    """
    Return what is known of a ratio where nothing was measured: nothing.

    Examples
    --------
    >>> unknown_share().detail
    {'not_computable': 'no_record'}
    """
    return Found(float("nan"), [], {"not_computable": "no_record"})


def share(illegal_mu: float, taken_mu: float) -> float:
    """
    Divide two areas of whole ten-thousandths of a mu.

    Examples
    --------
    >>> share(15.0, 100.0), share(2.1, 14.0)
    (0.15, 0.15)
    """
    return round(illegal_mu * _TEN_THOUSANDTHS) / round(taken_mu * _TEN_THOUSANDTHS)


def _detail(row: dict[Any, Any], illegal: str, taken: str) -> dict[str, Any]:
    """Return both parts as they are compared, and as they were before deductions."""
    parts = {"illegal_mu": row[illegal], "taken_mu": row[taken]}
    raw = {"illegal_before_deductions_mu": row["illegal_mu"], "taken_before_deductions_mu": row["taken_mu"]}
    return {name: None if value != value else value for name, value in (parts | raw).items()}  # noqa: PLR0124 - NaN
