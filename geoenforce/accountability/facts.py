"""Facts of each unit, department, person and case by year: what the circumstances of a regulation are held against."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pandas as pd

from geoenforce.accountability.counts import CASE_COUNTS, case_counts, confirmed_cases, default_detail
from geoenforce.accountability.recorded import Found, Key, declared_facts, measure_facts
from geoenforce.accountability.shares import SHARES, share_facts, unknown_share
from geoenforce.accountability.sources import Reading, Sources
from geoenforce.core.accountability_tables import CASE_EVENTS, DECLARATIONS, DEPARTMENTS, FACTS, MEASURES
from geoenforce.core.accountability_terms import Level
from geoenforce.core.tables import CASES, Table, check, empty
from geoenforce.core.terms import COUNTED_CLASSES
from geoenforce.rules.limits import rounded_mu
from geoenforce.rules.regulation import Regulation
from geoenforce.rules.vocabulary import RECORD, computed_facts

_AREAS = tuple(f"{land_class}_mu" for land_class in COUNTED_CLASSES)
_READING = Reading()
_TYPES = {"office_name": "str", "year": "int64", "value": "float64"}


def gather(sources: Sources, regulation: Regulation, *, as_of: date, reading: Reading = _READING) -> pd.DataFrame:
    """
    Gather every fact that the rules of a regulation ask for, of every office they are about.

    Parameters
    ----------
    sources
        The tables of the project.
    regulation
        Its rules say which facts and levels; what lies before it came into force counts for nothing. One without a
        date of force gives no facts.
    as_of
        The day asked for; what happened or was recorded later is not known yet.
    reading
        How two open points of the text are read.

    Returns
    -------
    facts
        The table FACTS, ordered by office, year and fact. Governments and departments have a row for every year that
        anything is known of, with 0 where nothing counts; persons only for years with a record; a case for its own
        year. ``evidence`` names cases, declarations or entries of the register; ``detail`` says how the value came
        about and what was left out. Both are JSON.

    Raises
    ------
    TableError
        If a table is not in order.

    Notes
    -----
    Source: 揭府〔2009〕56号 第二十七条至第三十五条; 江苏省通知（九）至（十一）. Only confirmed cases count.

    Examples
    --------
    >>> from shapely import box
    >>> import geopandas as gpd
    >>> from geoenforce.accountability.units import hierarchy
    >>> from geoenforce.core.space import PLANE
    >>> from geoenforce.rules.regulation import load_regulation
    >>> townships = gpd.GeoDataFrame({"township_name": ["城关镇"], "county_code": ["445299"]},
    ...     index=pd.Index(["445299101"], name="township_code"), geometry=[box(0, 0, 1, 1)], crs=PLANE)
    >>> sources = Sources(hierarchy(townships, "445299"), *map(empty, (CASES, CASE_EVENTS, MEASURES, DECLARATIONS,
    ...                                                               DEPARTMENTS)))
    >>> facts = gather(sources, load_regulation("jieyang-2009"), as_of=date(2026, 6, 30))
    >>> facts.query("fact == 'serious_cases'")[["office", "year", "value"]].to_numpy().tolist()
    [['445299', 2026, 0.0], ['445299101', 2026, 0.0]]
    """
    for frame, table in _tables(sources):
        check(frame, table)
    wanted = _wanted(regulation)
    if regulation.in_force_from is None or not wanted:
        nothing: pd.DataFrame = empty(FACTS)
        return nothing
    found = _found(sources, {fact for facts in wanted.values() for fact in facts}, regulation, as_of, reading)
    subjects = list(_subjects(sources, regulation, as_of, found))
    return _table(subjects, wanted, found, regulation, reading)


def _tables(sources: Sources) -> Iterator[tuple[pd.DataFrame, Table]]:
    yield sources.cases, CASES
    yield sources.events, CASE_EVENTS
    yield sources.measures, MEASURES
    yield sources.declarations, DECLARATIONS
    yield sources.departments, DEPARTMENTS


def _wanted(regulation: Regulation) -> dict[str, set[str]]:
    """Collect the facts that the rules for each level name; a ratio never comes without that after deductions."""
    wanted: dict[str, set[str]] = {}
    for rule in regulation.rules:
        conditions = [circumstance.condition for circumstance in rule.any_of]
        conditions += [circumstance.while_ for circumstance in rule.any_of if circumstance.while_ is not None]
        facts = {condition.fact for condition in conditions}
        for level in rule.levels:
            wanted.setdefault(level, set()).update(facts | (set(SHARES) if facts & set(SHARES) else set()))
    return wanted


def _found(
    sources: Sources, names: set[str], regulation: Regulation, as_of: date, reading: Reading
) -> dict[Key, Found]:
    """Look each fact up where it comes from; what has no entry is not on record."""
    found: dict[Key, Found] = {}
    if names & set(CASE_COUNTS):
        found |= case_counts(sources, regulation, as_of=as_of, reading=reading)
    if names & set(SHARES):
        found |= share_facts(sources)
    found |= measure_facts(sources, names, regulation, as_of=as_of)
    found |= declared_facts(sources, names, regulation, as_of=as_of)
    return found | _case_areas(sources, regulation, as_of)


def _subjects(
    sources: Sources, regulation: Regulation, as_of: date, found: Iterable[Key]
) -> Iterator[tuple[str, str, Any, int]]:
    """Name each level, office and year that facts are stated of, with the office's name."""
    known = {key[:3] for key in found}
    named = {(level, code): name for code, name, level in sources.hierarchy.units.itertuples(index=False)}
    department, individual = Level.DEPARTMENT.value, Level.INDIVIDUAL.value
    named |= {(department, office): None for level, office, _ in known if level == department}
    named |= {(department, code): name for code, name in sources.departments["office_name"].items()}
    years = _years(regulation, as_of, {year for level, _, year in known if level not in (individual, Level.CASE.value)})
    yield from ((level, office, name, year) for (level, office), name in named.items() for year in years)
    yield from ((level, office, None, year) for level, office, year in known if level == individual)
    for case_id, year in confirmed_cases(sources.cases, regulation, as_of)["year"].items():
        yield Level.CASE.value, str(case_id), None, int(year)


def _years(regulation: Regulation, as_of: date, known: set[int]) -> list[int]:
    """List the years of the regulation's time that anything is known of, and the current one."""
    assert regulation.in_force_from is not None  # asked before
    last = as_of if regulation.in_force_to is None else min(as_of, regulation.in_force_to)
    return [year for year in range(regulation.in_force_from.year, last.year + 1) if year in known | {last.year}]


def _case_areas(sources: Sources, regulation: Regulation, as_of: date) -> dict[Key, Found]:
    """Return each confirmed case's areas, rounded half-up to 4 decimals as every area that decides."""
    cases = confirmed_cases(sources.cases, regulation, as_of)
    return {
        (Level.CASE.value, str(case_id), int(case["year"]), name): Found(float(rounded_mu(case[name])), [str(case_id)])
        for case_id, case in cases[["year", *_AREAS]].to_dict("index").items()
        for name in _AREAS
    }


def _table(
    subjects: list[tuple[str, str, Any, int]],
    wanted: dict[str, set[str]],
    found: dict[Key, Found],
    regulation: Regulation,
    reading: Reading,
) -> pd.DataFrame:
    computed = computed_facts(regulation.names)
    rows = []
    for level, office, name, year in subjects:
        for fact in wanted.get(level, ()):
            one = found.get((level, office, year, fact)) or _nothing(fact, reading)
            unit = computed[fact].unit if fact in computed else RECORD
            how = json.dumps(one.evidence, ensure_ascii=False), json.dumps(one.detail, ensure_ascii=False)
            rows.append((regulation.id, office, name, level, year, fact, float(one.value), unit, *how))
    table = pd.DataFrame(rows, columns=FACTS.names).astype(_TYPES)
    return table.sort_values(["office", "year", "fact"], kind="stable", ignore_index=True)


def _nothing(fact: str, reading: Reading) -> Found:
    """Return what is true where nothing is on record: nothing counts, and a ratio is not known."""
    if fact in SHARES:
        return unknown_share()
    return Found(0, [], default_detail(reading) if fact in CASE_COUNTS else {})
