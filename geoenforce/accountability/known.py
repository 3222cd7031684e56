"""The facts of one office and year, put together from the table."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geoenforce.core.accountability_tables import FACTS
from geoenforce.core.tables import check
from geoenforce.rules.regulation import Regulation

#: Code of a fact → its row.
Known = Mapping[str, Mapping[Any, Any]]


def by_office(facts: pd.DataFrame, regulation: Regulation) -> dict[tuple[str, int], Known]:
    """
    Put together the facts that a regulation is held against, by office and year, in that order.

    Parameters
    ----------
    facts
        Table FACTS.
    regulation
        Rows of other regulations are left out.

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
    >>> by_office(facts, load_regulation("jieyang-2009"))["445299101", 2026]["serious_cases"]["value"]
    3.0
    """
    check(facts, FACTS)
    groups: dict[tuple[str, int], dict[str, Mapping[Any, Any]]] = {}
    of_regulation = facts[facts["regulation"] == regulation.id]
    for row in of_regulation.sort_values(["office", "year"], kind="stable").to_dict("records"):
        groups.setdefault((row["office"], row["year"]), {})[row["fact"]] = row
    return dict(groups)


def about(known: Known) -> dict[str, Any]:
    """
    Return whom the facts are about: office, its name, level and year.

    Examples
    --------
    >>> about({"serious_cases": {"office": "445299", "office_name": "示范县", "level": "county", "year": 2026}})
    {'office': '445299', 'office_name': '示范县', 'level': 'county', 'year': 2026}
    """
    row = next(iter(known.values()))
    return {name: row[name] for name in ("office", "office_name", "level", "year")}
