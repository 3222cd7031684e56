"""The one evaluator: hold the facts of every office and year against the rules of a regulation."""

import json
from decimal import Decimal
from typing import Any

import pandas as pd

from geoenforce.accountability.known import Known, about, by_office
from geoenforce.core.accountability_tables import FINDINGS
from geoenforce.core.tables import empty
from geoenforce.rules.articles import Circumstance, Condition, Rule
from geoenforce.rules.regulation import Regulation


def findings(facts: pd.DataFrame, regulation: Regulation) -> pd.DataFrame:
    """
    Find the rules that apply, each with every circumstance that held.

    Parameters
    ----------
    facts, regulation
        Table FACTS, of which rows of this regulation are read; and the rules to hold them against.

    Returns
    -------
    findings
        The table FINDINGS, by office, year and place in the regulation. ``because`` is a JSON list with an object for
        each circumstance that held; ``operator`` and ``limit`` are null where it is enough that a fact is on record.
        It says what an article asks for; a person decides. A value that cannot be computed reaches no limit.

    Raises
    ------
    TableError
        If the table is not in order.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> facts = pd.DataFrame({"regulation": "jieyang-2009", "office": "445299101", "office_name": "城关镇",
    ...     "level": "township", "year": 2026, "fact": ["serious_cases"], "value": [3.0], "unit": "case",
    ...     "evidence": '["A", "B", "C"]', "detail": "{}"})
    >>> findings(facts, load_regulation("jieyang-2009"))[["rule", "article", "measure"]].to_numpy().tolist()
    [['J27', '第二十七条', 'admonishment_talk']]
    """
    rows = {}
    for (office, year), known in by_office(facts, regulation).items():
        subject = about(known)
        for rule in (rule for rule in regulation.rules if subject["level"] in rule.levels):
            because = [_told(circumstance, known) for circumstance in rule.any_of if holds(circumstance, known)]
            if because:
                why = json.dumps(because, ensure_ascii=False)
                rows[f"{rule.id}-{office}-{year}"] = subject | _columns(rule, regulation) | {"because": why}
    found = pd.DataFrame.from_dict(rows, orient="index", columns=FINDINGS.names).rename_axis("finding_id")
    return found.astype(empty(FINDINGS).dtypes.to_dict()).set_axis(found.index.astype("str"))


def holds(circumstance: Circumstance, known: Known) -> bool:
    """
    Say whether a circumstance holds, its second condition included.

    Examples
    --------
    >>> holds(Circumstance("c", Condition("obstruction", None)), {"obstruction": {"value": 1.0}})
    True
    """
    both = (circumstance.condition, circumstance.while_)
    return all(_is_reached(condition, known) for condition in both if condition is not None)


def _is_reached(condition: Condition, known: Known) -> bool:
    if condition.fact not in known or pd.isna(known[condition.fact]["value"]):
        return False
    value = Decimal(repr(float(known[condition.fact]["value"])))  # as it is written: 0.15 is 0.15
    return value >= 1 if condition.limit is None else condition.limit.holds(value)


def _told(circumstance: Circumstance, known: Known) -> dict[str, Any]:
    told = {"circumstance": circumstance.id} | _compared(circumstance.condition, known)
    return told | ({"while": _compared(circumstance.while_, known)} if circumstance.while_ else {})


def _compared(condition: Condition, known: Known) -> dict[str, Any]:
    fact, limit = known[condition.fact], condition.limit
    numbers: dict[str, Any] = {"value": float(fact["value"]), "limit": limit and float(limit.value)}
    whole = {name: int(one) if one is not None and one.is_integer() else one for name, one in numbers.items()}
    told = {"fact": condition.fact, "unit": fact["unit"], "operator": limit and limit.operator.value} | whole
    return told | {name: json.loads(fact[name]) for name in ("evidence", "detail")}


def _columns(rule: Rule, regulation: Regulation) -> dict[str, Any]:
    plain = {"regulation": regulation.id, "rule": rule.id, "article": rule.article, "measure": rule.measure}
    lists = {name: "; ".join(getattr(rule, name)) for name in ("or_measures", "and_measures", "if_grave", "roles")}
    place = {"item": rule.item, "citation": regulation.citation(rule.place)}
    return plain | {name: text or None for name, text in (lists | place).items()}
