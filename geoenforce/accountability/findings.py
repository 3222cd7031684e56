"""The one evaluator: hold the facts of every office and year against the rules of a regulation."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from geoenforce.core.accountability_tables import FACTS, FINDINGS
from geoenforce.core.tables import check, empty
from geoenforce.rules.articles import Circumstance, Condition, Rule
from geoenforce.rules.regulation import Regulation

Known = Mapping[str, Mapping[Any, Any]]  # the facts of one office and year: code → row


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

    Raises
    ------
    TableError
        If the table is not in order.

    Notes
    -----
    A finding says what an article asks for; a person decides. A value that cannot be computed reaches no limit.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> facts = pd.DataFrame({"regulation": "jieyang-2009", "office": "445299101", "office_name": "城关镇",
    ...     "level": "township", "year": 2026, "fact": ["serious_cases"], "value": [3.0], "unit": "case",
    ...     "evidence": '["A", "B", "C"]', "detail": "{}"})
    >>> findings(facts, load_regulation("jieyang-2009"))[["rule", "article", "measure"]].to_numpy().tolist()
    [['J27', '第二十七条', 'admonishment_talk']]
    """
    check(facts, FACTS)
    rows = {}
    for (office, year), of_office in facts[facts["regulation"] == regulation.id].groupby(["office", "year"]):
        known = {row["fact"]: row for row in of_office.to_dict("records")}
        about = of_office.iloc[0][["office", "office_name", "level", "year"]].to_dict()
        for rule in (rule for rule in regulation.rules if about["level"] in rule.levels):
            because = [_told(circumstance, known) for circumstance in rule.any_of if holds(circumstance, known)]
            if because:
                told = {"because": json.dumps(because, ensure_ascii=False)}
                rows[f"{rule.id}-{office}-{year}"] = about | _columns(rule, regulation) | told
    found = pd.DataFrame.from_dict(rows, orient="index", columns=FINDINGS.names).rename_axis("finding_id")
    return found.astype(empty(FINDINGS).dtypes.to_dict()).set_axis(found.index.astype("str"))


def holds(circumstance: Circumstance, known: Known) -> bool:
    """Say whether a circumstance holds, its second condition included."""
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
    compared = {"fact": condition.fact, "value": _plain(fact["value"]), "unit": fact["unit"]}
    compared |= {"operator": limit and limit.operator.value, "limit": limit and _plain(limit.value)}
    return compared | {name: json.loads(fact[name]) for name in ("evidence", "detail")}


def _plain(number: float | Decimal) -> int | float:
    return int(number) if number == int(number) else float(number)


def _columns(rule: Rule, regulation: Regulation) -> dict[str, Any]:
    plain = {"regulation": regulation.id, "rule": rule.id, "article": rule.article, "measure": rule.measure}
    lists = {name: "; ".join(getattr(rule, name)) for name in ("or_measures", "and_measures", "if_grave", "roles")}
    place = {"item": rule.item, "citation": regulation.citation(rule.place)}
    return plain | {name: text or None for name, text in (lists | place).items()}
