"""What could not be examined: facts that cannot be computed, and cases that count for no unit, or not yet."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from geoenforce.accountability.counts import graded_cases, offices_of, shares_of
from geoenforce.accountability.findings import holds
from geoenforce.accountability.known import Known, about, by_office
from geoenforce.accountability.shares import SHARES
from geoenforce.accountability.sources import Sources
from geoenforce.core.sentences import Sentence, named, naming, say, word
from geoenforce.core.tables import issue, issues_table
from geoenforce.core.terms import Severity
from geoenforce.rules.articles import Circumstance
from geoenforce.rules.regulation import Regulation
from geoenforce.rules.vocabulary import name_pair

_WHY = {
    "no_record": "there is no record of new construction for the year",
    "nothing_taken": "the cultivated land taken by all new construction is 0",
    "table_repeats": "the table of cultivated land taken has several different figures",
    "table_below_illegal": "the table of cultivated land taken has less than was taken unlawfully",
    "deducted_below_illegal": "after deductions less was taken in all than was taken unlawfully",
}


def not_examined(facts: pd.DataFrame, regulation: Regulation) -> pd.DataFrame:
    """
    Report what the rules could not be held against, so that nobody takes silence for an answer.

    Parameters
    ----------
    facts, regulation
        As in `findings`.

    Returns
    -------
    issues
        The table ISSUES: ``circumstance_not_examined`` for a circumstance that holds but for a second condition that
        cannot be computed, and ``ratio_not_computable`` for a unit and year with illegally occupied cultivated land
        and no ratio; ``feature`` is the office.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> facts = pd.DataFrame({"regulation": "jieyang-2009", "office": "445299101", "office_name": "城关镇",
    ...     "level": "township", "year": 2026, "fact": ["grave_effect", "illegal_occupation_ratio"],
    ...     "value": [1.0, float("nan")], "unit": ["record", "1"], "evidence": ['["D-1"]', '[]'],
    ...     "detail": ["{}", '{"not_computable": "no_record"}']})
    >>> not_examined(facts, load_regulation("jieyang-2009"))["detail"].to_list()
    ["J31-1c (揭府〔2009〕56号 第三十一条第（一）项) was not examined for 2026: grave_effect is on record (['D-1']), but
    illegal_occupation_ratio cannot be computed: there is no record of new construction for the year."]
    """
    rows: list[dict[str, Any]] = []
    for (office, year), known in by_office(facts, regulation).items():
        level = about(known)["level"]
        for rule in (rule for rule in regulation.rules if level in rule.levels):
            for circumstance in rule.any_of:
                if _waits_for_a_value(circumstance, known):
                    said = _waiting(circumstance, known, regulation, rule.place)
                    rows.append(issue("circumstance_not_examined", said, feature=str(office)))
        rows.extend(_unknown_ratios(office, year, known, regulation))
    return issues_table(rows)


def running_cases(facts: pd.DataFrame, regulation: Regulation) -> pd.DataFrame:
    """
    Report the cases that do not count yet because they can still be stopped in time.

    Parameters
    ----------
    facts, regulation
        As in `findings`.

    Returns
    -------
    issues
        The table ISSUES, ``time_to_stop_runs``; ``feature`` is the case.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> runs = '{"time_runs": [{"case_id": "A", "due_on": "2026-07-02"}]}'
    >>> facts = pd.DataFrame({"regulation": "jieyang-2009", "office": "445299101", "office_name": "城关镇",
    ...     "level": "township", "year": 2026, "fact": ["serious_cases"], "value": [0.0], "unit": "case",
    ...     "evidence": "[]", "detail": runs})
    >>> running_cases(facts, load_regulation("jieyang-2009"))["detail"].to_list()
    ['The case is not stopped; it can be, in time, until 2026-07-02, so it does not count yet for 445299101
    (揭府〔2009〕56号).']
    """
    offices: dict[tuple[str, str], dict[str, None]] = {}
    for office, detail in zip(facts["office"], facts["detail"], strict=True):
        for one in json.loads(detail).get("time_runs", []):
            offices.setdefault((one["case_id"], one["due_on"]), {})[office] = None
    rows = []
    for (case_id, due_on), of in sorted(offices.items()):
        offices_said = Sentence(", ".join(of), "、".join(of))
        source = regulation.citation("").strip()
        said = say("time_to_stop_runs", until=due_on, offices=offices_said, regulation=source)
        rows.append(issue("time_to_stop_runs", said, feature=str(case_id)))
    return issues_table(rows)


def unplaced_cases(sources: Sources, regulation: Regulation, *, as_of: date) -> pd.DataFrame:
    """
    Report the serious cases that no unit of the project counts, since they lie in none of its townships.

    Returns
    -------
    issues
        The table ISSUES, ``case_in_no_unit``; ``feature`` is the case.

    Examples
    --------
    >>> from geoenforce.accountability.units import Hierarchy
    >>> from geoenforce.rules.regulation import load_regulation
    >>> no = pd.DataFrame()
    >>> cases = pd.DataFrame({"status": "confirmed", "severity": "serious", "township_code": None,
    ...     "township_shares": None, "found_on": pd.to_datetime(["2026-03-02"])}, index=["A"])
    >>> sources = Sources(Hierarchy(no, {}), cases, no, no, no, no)
    >>> unplaced_cases(sources, load_regulation("jieyang-2009"), as_of=date(2026, 6, 30))["feature"].to_list()
    ['A']
    """
    rows = []
    for case_id, case in graded_cases(sources.cases, regulation, as_of).to_dict("index").items():
        if not offices_of(shares_of(case), sources.hierarchy.chains, "every"):
            said = say("case_in_no_unit", severity=named(case["severity"], Severity))
            rows.append(issue("case_in_no_unit", said, feature=str(case_id)))
    return issues_table(rows)


def _waits_for_a_value(circumstance: Circumstance, known: Known) -> bool:
    other = circumstance.while_
    if other is None or not holds(Circumstance("", circumstance.condition), known):
        return False
    return other.fact not in known or bool(pd.isna(known[other.fact]["value"]))


def _waiting(circumstance: Circumstance, known: Known, regulation: Regulation, place: str) -> Sentence:
    fact, other = circumstance.condition.fact, circumstance.while_.fact if circumstance.while_ else ""
    evidence = json.loads(known[fact]["evidence"])
    return say(
        "circumstance_not_examined", id=circumstance.id, citation=regulation.citation(place),
        year=about(known)["year"], fact=_fact(fact, regulation), evidence=naming(evidence, len(evidence)),
        other=_fact(other, regulation), why=_why(known.get(other)),
    )  # fmt: skip


def _unknown_ratios(office: str, year: int, known: Known, regulation: Regulation) -> Iterator[dict[str, Any]]:
    for fact in SHARES:
        detail = json.loads(known[fact]["detail"]) if fact in known else {}
        if detail.get("not_computable") and detail.get("illegal_mu"):
            what = {"fact": _fact(fact, regulation), "year": year, "area": detail["illegal_mu"]}
            said = say("ratio_not_computable", **what, why=_why(known[fact]))
            yield issue("ratio_not_computable", said, feature=str(office))
            return  # without the ratio there is none after deductions either


def _fact(code: str, regulation: Regulation) -> Sentence:
    """Name a fact: in English by its code."""
    return Sentence(code, name_pair("fact", code, regulation.names)[0])


def _why(row: Any) -> Sentence:
    code = json.loads(row["detail"]).get("not_computable") if row is not None else None
    return word(_WHY.get(code or "no_record", "it is not known"))
