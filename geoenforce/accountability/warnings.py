"""How far each office is from the next article: cases to go, or mu of cultivated land."""

import json
from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

import pandas as pd

from geoenforce.accountability.findings import holds
from geoenforce.accountability.known import Known, about, by_office
from geoenforce.accountability.shares import SHARES
from geoenforce.core.accountability_tables import WARNINGS
from geoenforce.core.tables import empty
from geoenforce.core.terms import Operator
from geoenforce.rules.articles import Circumstance, Condition, Rule
from geoenforce.rules.limits import Limit
from geoenforce.rules.regulation import Regulation

_UPWARDS = (Operator.AT_LEAST, Operator.MORE_THAN)  # limits that are reached by growing
_TIME_RUNS = "_correction_overdue"  # this is reached by waiting, not by one more
_COUNTED_IN = ("case", "measure")
_CLOSE_SHARE = Decimal("0.9")
_GRID = Decimal("0.0001")  # of a mu, as every area that decides


def early_warnings(facts: pd.DataFrame, regulation: Regulation, *, year: int) -> pd.DataFrame:
    """
    Measure how far every office is from each counting or ratio limit that it has not reached.

    Parameters
    ----------
    facts
        Table FACTS.
    regulation
        Its rules say which limits there are. A rule that applies already gives no warning.
    year
        The calendar year looked at.

    Returns
    -------
    warnings
        The table WARNINGS, by office and place in the regulation. Of counts, ``to_go`` is how many more bring the
        article. Of ratios it is the newly found illegal cultivated land in mu that would: it enters both parts, so it
        is x in (illegal + x) / (all + x) = limit, rounded up to 4 decimals; where the limit itself is not enough
        (超过), any ground beyond x does. ``is_close`` holds where something counts already and one more would do,
        where the cases that can still be stopped in time would do (``time_runs`` counts them), or where the ratio has
        reached nine tenths of its limit.

    Raises
    ------
    TableError
        If the table is not in order.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> facts = pd.DataFrame({"regulation": "jieyang-2009", "office": "445299101", "office_name": "城关镇",
    ...     "level": "township", "year": 2026, "fact": ["serious_cases"], "value": [2.0], "unit": "case",
    ...     "evidence": '["A", "B"]', "detail": "{}"})
    >>> warnings = early_warnings(facts, load_regulation("jieyang-2009"), year=2026)
    >>> warnings[["rule", "value", "limit", "to_go", "is_close"]].to_numpy().tolist()
    [['J27', 2.0, 3.0, 1.0, True], ['J30-1', 2.0, 5.0, 3.0, False]]
    """
    rows: list[dict[str, Any]] = []
    for known in by_office(facts[facts["year"] == year], regulation).values():
        subject = about(known)
        for rule in regulation.rules:
            if subject["level"] in rule.levels and not any(holds(one, known) for one in rule.any_of):
                rows.extend(subject | row for row in _of_rule(rule, known, regulation))
    return pd.DataFrame(rows, columns=WARNINGS.names).astype(empty(WARNINGS).dtypes.to_dict())


def mu_to_go(illegal_mu: Decimal, taken_mu: Decimal, limit: Decimal) -> Decimal:
    """
    Return the newly found illegal cultivated land that brings a ratio to its limit.

    Parameters
    ----------
    illegal_mu, taken_mu
        Both parts as they stand, in mu.
    limit
        The share asked about, below 1.

    Returns
    -------
    to_go
        In mu, rounded up to 4 decimals; 0 where the limit is reached.

    Examples
    --------
    With 10 of 100 mu, another 5.8824 mu make 15.8824 of 105.8824, just over 15 %:

    >>> mu_to_go(Decimal(10), Decimal(100), Decimal("0.15"))
    Decimal('5.8824')
    """
    exact = (limit * taken_mu - illegal_mu) / (1 - limit)
    return max(exact, Decimal(0)).quantize(_GRID, rounding=ROUND_CEILING)


def _of_rule(rule: Rule, known: Known, regulation: Regulation) -> Iterator[dict[str, Any]]:
    for circumstance in rule.any_of:
        condition = circumstance.condition
        if condition.limit is None or not _can_warn(circumstance, known):
            continue
        fact = known[condition.fact]
        pending = _pending(fact)
        to_go, unit, is_close = _distance(fact, condition.limit, pending)
        yield {
            "regulation": regulation.id,
            "rule": rule.id,
            "citation": regulation.citation(rule.place),
            "measure": rule.measure,
            "fact": condition.fact,
            "value": fact["value"],
            "operator": condition.limit.operator.value,
            "limit": float(condition.limit.value),
            "unit": fact["unit"],
            "to_go": float(to_go),
            "to_go_unit": unit,
            "is_close": is_close,
            "time_runs": pending,
        }


def _can_warn(circumstance: Circumstance, known: Known) -> bool:
    """Say whether more cases, measures or ground would bring the circumstance about."""
    condition = circumstance.condition
    if condition.limit is None or condition.limit.operator not in _UPWARDS or condition.fact not in known:
        return False
    if circumstance.while_ is not None and not _is_met(circumstance.while_, known):
        return False
    if condition.fact in SHARES:
        return condition.limit.value < 1 and not pd.isna(known[condition.fact]["value"])
    return known[condition.fact]["unit"] in _COUNTED_IN and not condition.fact.endswith(_TIME_RUNS)


def _is_met(condition: Condition, known: Known) -> bool:
    return holds(Circumstance("", condition), known)


def _pending(fact: Mapping[Any, Any]) -> int:
    """Count the cases that will count unless they are stopped in time."""
    return len(json.loads(fact["detail"]).get("time_runs", []))


def _distance(fact: Mapping[Any, Any], limit: Limit, pending: int) -> tuple[Decimal, str, bool]:
    """Return what is left, in which unit, and whether it is close."""
    value = Decimal(repr(float(fact["value"])))
    if fact["fact"] in SHARES:
        detail = json.loads(fact["detail"])
        illegal, taken = (Decimal(repr(detail[name])) for name in ("illegal_mu", "taken_mu"))
        return mu_to_go(illegal, taken, limit.value), "mu", value >= _CLOSE_SHARE * limit.value
    more = 1 if limit.operator is Operator.MORE_THAN else 0
    to_go = limit.value - value + more
    return to_go, fact["unit"], to_go <= max(1, pending) and value + pending > 0
