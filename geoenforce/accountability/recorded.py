"""Facts that stand in registers: measures imposed, and what a person has declared."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd

from geoenforce.accountability.sources import MEASURE_IS, Sources, alike, known_of, measures_alike
from geoenforce.core.accountability_terms import Level
from geoenforce.rules.regulation import Regulation
from geoenforce.rules.vocabulary import computed_facts

#: Level, office, year and fact.
Key = tuple[str, str, int, str]


@dataclass(frozen=True)
class Found:
    """What was found out about one fact: its value, the ids it rests on, and how it came about."""

    value: float
    evidence: list[str] = field(default_factory=list)
    detail: dict[str, Any] = field(default_factory=dict)

    def with_one(self, evidence: str) -> "Found":
        """
        Return the same with one more.

        Examples
        --------
        >>> Found(1, ["A"]).with_one("B")
        Found(value=2, evidence=['A', 'B'], detail={})
        """
        return replace(self, value=self.value + 1, evidence=[*self.evidence, evidence])


def measure_facts(sources: Sources, names: set[str], regulation: Regulation, *, as_of: date) -> dict[Key, Found]:
    """
    Count, for each office and year, the measures imposed on it, and those whose correction is overdue.

    Parameters
    ----------
    sources
        The register of measures; entries of the same measure count once: the last of their correction deadlines and
        the first of their days of correction.
    names
        The facts wanted.
    regulation, as_of
        What was imposed before the regulation came into force, or after the stated date, does not count.

    Returns
    -------
    found
        ``<measure>_received`` in the year it was imposed; ``<measure>_correction_overdue`` in the year of its
        ``correct_by``, once that day has passed, if it was not corrected by then. A correction that came later does
        not undo it: the text asks for correction within the time set.

    Notes
    -----
    Source: 揭府〔2009〕56号 第二十九条第（五）项, 第三十条第（二）项, 第三十一条.

    Examples
    --------
    >>> from geoenforce.accountability.units import Hierarchy
    >>> from geoenforce.rules.regulation import load_regulation
    >>> units = pd.DataFrame({"office": ["445299101"], "level": ["township"]})
    >>> measures = pd.DataFrame({"office": "445299101", "level": None, "measure": "admonishment_talk",
    ...     "on": pd.to_datetime(["2026-03-02"]), "correct_by": pd.to_datetime(["2026-05-31"]),
    ...     "corrected_on": pd.to_datetime(["2026-06-01"])}, index=pd.Index(["M-1"], name="measure_id"))
    >>> no = pd.DataFrame()
    >>> sources = Sources(Hierarchy(units, {}), no, no, measures, no, no)
    >>> wanted = {"admonishment_talk_correction_overdue"}
    >>> list(measure_facts(sources, wanted, load_regulation("jieyang-2009"), as_of=date(2026, 6, 30)))
    [('township', '445299101', 2026, 'admonishment_talk_correction_overdue')]
    """
    register = sources.measures[known_of(sources.measures["on"], regulation, as_of)].sort_index()
    register = _one_each(register)
    passed = register["correct_by"] < pd.Timestamp(as_of)
    in_time = register["corrected_on"] <= register["correct_by"]
    received = _counted(sources, register, "on", "_received")
    overdue = _counted(sources, register[passed & ~in_time], "correct_by", "_correction_overdue")
    wanted = names & set(computed_facts(regulation.names))
    return {key: found for key, found in (received | overdue).items() if key[3] in wanted}


def declared_facts(sources: Sources, names: set[str], regulation: Regulation, *, as_of: date) -> dict[Key, Found]:
    """
    Count the declarations on record, for each office and the year from whose day they hold, and for each case.

    Parameters
    ----------
    sources
        The register of declarations; entries that are alike in all but their number count once.
    names
        The facts wanted; computed ones are never declared.
    regulation, as_of
        What holds from a day before the regulation came into force, or holds or was recorded after the stated date,
        does not count.

    Returns
    -------
    found
        The number of records. What is declared of a case counts in the case's own year, and where it was declared of
        an office as well, for that office in the declaration's year. Nothing is handed up or down: what was declared
        of a township was not declared of its county.

    Examples
    --------
    >>> from geoenforce.accountability.units import Hierarchy
    >>> from geoenforce.rules.regulation import load_regulation
    >>> units = pd.DataFrame({"office": ["445299101"], "level": ["township"]})
    >>> declarations = pd.DataFrame({"office": "445299101", "level": None, "fact": "obstruction", "case_id": None,
    ...     "on": pd.to_datetime(["2026-03-02"]), "recorded_on": pd.to_datetime(["2026-03-05"])}, index=["D-1"])
    >>> cases = pd.DataFrame({"year": []})
    >>> no = pd.DataFrame()
    >>> sources = Sources(Hierarchy(units, {}), cases, no, no, declarations, no)
    >>> found = declared_facts(sources, {"obstruction"}, load_regulation("jieyang-2009"), as_of=date(2026, 6, 30))
    >>> found["township", "445299101", 2026, "obstruction"].evidence
    ['D-1']
    """
    register = sources.declarations.sort_index()
    known = known_of(register["on"], regulation, as_of) & (register["recorded_on"] <= pd.Timestamp(as_of))
    asked = register["fact"].isin(names - set(computed_facts(regulation.names)))
    register = register[known & asked]
    years = sources.cases["year"].dropna().to_dict()
    found: dict[Key, Found] = {}
    for declaration_id, row in register[~alike(register)].to_dict("index").items():
        for level, office, year in _subjects(sources, row, years):
            key = (level, office, year, row["fact"])
            entry = found.setdefault(key, Found(0, [], {"records": []}))
            told = {"declaration_id": declaration_id, "on": _day(row["on"]), "recorded_on": _day(row["recorded_on"])}
            entry.detail["records"].append(told)
            found[key] = entry.with_one(str(declaration_id))
    return found


def _one_each(register: pd.DataFrame) -> pd.DataFrame:
    """Keep the first entry of each measure, with what the others say of its correction."""
    by = register.groupby([name for name in MEASURE_IS if name in register], dropna=False, sort=False)
    days = {"correct_by": by["correct_by"].transform("max"), "corrected_on": by["corrected_on"].transform("min")}
    return register.assign(**days)[~measures_alike(register)]


def _subjects(sources: Sources, row: dict[Any, Any], years: dict[Any, Any]) -> Iterator[tuple[str, str, int]]:
    level = sources.level_of(row["office"], row["level"])
    if level is not None and level != Level.CASE.value:
        yield level, row["office"], row["on"].year
    case_id = row["office"] if level == Level.CASE.value else row["case_id"]
    if case_id in years:
        yield Level.CASE.value, case_id, int(years[case_id])


def _counted(sources: Sources, register: pd.DataFrame, day: str, suffix: str) -> dict[Key, Found]:
    """Count entries of the register by office, year of a day, and measure."""
    found: dict[Key, Found] = {}
    for measure_id, row in register.to_dict("index").items():
        level = sources.level_of(row["office"], row["level"])
        if level is None:
            continue
        key = (level, row["office"], row[day].year, f"{row['measure']}{suffix}")
        entry = found.setdefault(key, Found(0, [], {"measures": []}))
        days = {name: _day(row[name]) for name in ("on", "correct_by", "corrected_on")}
        entry.detail["measures"].append({"measure_id": measure_id, **days})
        found[key] = entry.with_one(str(measure_id))
    return found


def _day(value: Any) -> str | None:
    return None if pd.isna(value) else value.date().isoformat()
