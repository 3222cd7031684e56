"""Accountability's way: what regulations say of the project's units; `whole.py` goes it as a part of a run."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import geopandas as gpd
import pandas as pd

from geoenforce.accountability.assessed import Records
from geoenforce.accountability.contradictions import contradictions
from geoenforce.accountability.dry_run import impose
from geoenforce.accountability.duties import duties
from geoenforce.accountability.facts import gather
from geoenforce.accountability.findings import findings
from geoenforce.accountability.indicators import indicators
from geoenforce.accountability.place import lies_in, within
from geoenforce.accountability.ratio import Ground, occupied
from geoenforce.accountability.sources import Reading, Sources
from geoenforce.accountability.uncertain import uncertain_deadlines
from geoenforce.accountability.unexamined import not_examined, running_cases, unplaced_cases
from geoenforce.accountability.units import Hierarchy, hierarchy
from geoenforce.accountability.warnings import early_warnings
from geoenforce.core.accountability_results import AccountabilityResults
from geoenforce.core.accountability_tables import DUTIES, FACTS, FINDINGS, INDICATORS, WARNINGS
from geoenforce.core.sentences import say
from geoenforce.core.tables import Table, empty, issue, issues_table
from geoenforce.inputs.config import Config
from geoenforce.pipeline.occupation import Known, Land, monthly_occupation, occupied_ground
from geoenforce.pipeline.registers import Registers
from geoenforce.rules.regulation import Regulation
from geoenforce.violations.severity import grade


@dataclass(frozen=True)
class Assessed:
    """What was found out about accountability, and what its reader must know."""

    results: AccountabilityResults
    issues: list[pd.DataFrame] = field(repr=False)


def assess_accountability(
    registers: Registers, known: Known, land: Land, config: Config, *, as_of: date, announce: Callable[[str], None]
) -> Assessed:
    """
    Judge duties, gather facts, and find the articles that apply, for each regulation.

    Parameters
    ----------
    registers
        Regulations, registers and new construction land.
    known
        Cases and patrol days.
    land
        The layers.
    config
        How open points are read; the project's division code.
    as_of
        The day asked for.
    announce
        Called with a word for each step.

    Returns
    -------
    assessed
        The results and issues.

    Examples
    --------
    >>> assess_accountability(registers, known, land, config, as_of=day, announce=print)  # doctest: +SKIP
    """
    announce("occupation")
    units = hierarchy(land.townships, config.project.county_code, names=_project_name(config))
    ground, cut_issues = occupied_ground(registers, known, land)
    sources = _sources(registers, known, units, ground, as_of)
    announce("accountability")
    options = config.accountability
    reading = Reading(options.serious_includes_especially_serious, options.case_attribution)
    judged = []
    for regulation in registers.regulations:
        place = _part(regulation, land.townships, config)
        inside = _graded(within(sources, place) if place else sources, regulation)
        judged.append(_judge(regulation, inside, _Kept(place, known, registers), reading, as_of))
    owed = _named(_stacked([one.duties for one in judged], DUTIES), sources)
    found = _stacked([one.findings for one in judged], FINDINGS)
    trend = pd.concat([sources.occupation, *monthly_occupation(ground, units, registers, as_of)], ignore_index=True)
    results = AccountabilityResults(
        as_of=as_of,
        duties=owed,
        facts=_stacked([one.facts for one in judged], FACTS),
        findings=found,
        would_follow=_would_follow(judged, sources, reading, as_of),
        warnings=_stacked([one.warnings for one in judged], WARNINGS),
        indicators=_stacked([_indicators(one, owed, found, trend, as_of) for one in judged], INDICATORS),
        events=sources.events,
        measures=sources.measures,
        declarations=sources.declarations,
        names={regulation.id: regulation.names for regulation in registers.regulations},
    )
    noted = [table for one in judged for table in one.issues]
    issues = [*registers.issues, *cut_issues, _contradictions(sources, registers, as_of), *noted]
    return Assessed(results, [*issues, _not_applied(registers, config)])


def _sources(registers: Registers, known: Known, units: Hierarchy, ground: Ground, as_of: date) -> Sources:
    tables = {name: registers.table(name) for name in ("events", "measures", "declarations", "departments")}
    areas = {name: registers.optional(name) for name in ("cultivated_taken", "deductions")}
    occupation = occupied(ground, units, as_of=as_of, **areas)
    return Sources(units, known.cases, occupation=occupation, overrides=registers.working_days, **tables)


def _contradictions(sources: Sources, registers: Registers, as_of: date) -> pd.DataFrame:
    areas = {name: registers.optional(name) for name in ("cultivated_taken", "deductions")}
    return contradictions(sources, registers.regulations, as_of=as_of, **areas)


@dataclass(frozen=True)
class _Judged:
    """What one regulation says."""

    regulation: Regulation
    sources: Sources
    duties: pd.DataFrame
    facts: pd.DataFrame
    findings: pd.DataFrame
    warnings: pd.DataFrame
    issues: tuple[pd.DataFrame, ...]


@dataclass(frozen=True)
class _Kept:
    """What duties are held against besides the registers, and the part of the project that they are for."""

    place: str  # empty: all of it
    known: Known
    registers: Registers

    def cases(self, cases: pd.DataFrame) -> pd.DataFrame:
        """Keep the cases in which anything is owed."""
        is_known = "events" in self.registers.readings
        return cases[lies_in(cases["township_code"], self.place) & is_known]

    @property
    def patrol_days(self) -> pd.DataFrame | None:
        """The days judged of the offices of the place."""
        days = self.known.patrol_days
        return None if days is None else days[lies_in(days["office"], self.place)]


def _judge(regulation: Regulation, sources: Sources, kept: _Kept, reading: Reading, as_of: date) -> _Judged:
    facts = gather(sources, regulation, as_of=as_of, reading=reading)
    found = findings(facts, regulation)
    owed = duties(
        kept.cases(sources.cases),
        sources.events,
        sources.declarations,
        regulation,
        as_of=as_of,
        departments=sources.departments,
        patrol_days=kept.patrol_days,
        ledger_days=kept.known.ledger_days,
        overrides=sources.overrides,
    )
    return _Judged(
        regulation,
        sources,
        owed,
        facts,
        found,
        early_warnings(facts, regulation, year=as_of.year),
        (
            not_examined(facts, regulation),
            running_cases(facts, regulation),
            unplaced_cases(sources, regulation, as_of=as_of),
            uncertain_deadlines(owed, sources, regulation, as_of=as_of),
        ),
    )


def _named(owed: pd.DataFrame, sources: Sources) -> pd.DataFrame:
    """Fill in the names of governments, which duties know by their codes only."""
    names = sources.hierarchy.units.set_index("office")["office_name"]
    return owed.assign(office_name=owed["office_name"].fillna(owed["office"].map(names)).astype("str"))


def _indicators(
    judged: _Judged, owed: pd.DataFrame, found: pd.DataFrame, trend: pd.DataFrame, as_of: date
) -> pd.DataFrame:
    """Compute a regulation's indicators; duties and findings of all count, for one may have none with a limit."""
    sources = judged.sources
    records = Records(
        sources.hierarchy.units,
        sources.cases,
        sources.events,
        found,
        sources.measures,
        owed,
        trend,
        sources.departments,
    )
    return indicators(records, judged.regulation, as_of=as_of)


def _part(regulation: Regulation, townships: gpd.GeoDataFrame, config: Config) -> str:
    """
    Return the part of the project that a regulation is for; nothing where it is for all of it.

    A city's rules say nothing of the other cities of a province. Where none of the project lies in the place, somebody
    has chosen a rule from elsewhere: it is applied to all, and an issue says so.
    """
    is_part = len(regulation.place) > len(config.project.county_code)
    return regulation.place if is_part and townships.index.str.startswith(regulation.place).any() else ""


def _graded(sources: Sources, regulation: Regulation) -> Sources:
    """Grade cases by the regulation's own limits, if it has any."""
    if not regulation.grades or regulation.in_force_from is None:
        return sources
    severity = grade(sources.cases, regulation)["severity"]
    return replace(sources, cases=sources.cases.assign(severity=severity))


def _project_name(config: Config) -> dict[str, str]:
    return {config.project.county_code: config.project.name}


def _would_follow(judged: list[_Judged], sources: Sources, reading: Reading, as_of: date) -> pd.DataFrame:
    """Return the findings that there would be besides, if every open one were answered by its measure."""
    found = _stacked([one.findings for one in judged], FINDINGS)
    measures = impose(found, sources, as_of=as_of)
    further = []
    for one in judged:
        answered = replace(one.sources, measures=measures)
        further.append(findings(gather(answered, one.regulation, as_of=as_of, reading=reading), one.regulation))
    whole = _stacked(further, FINDINGS)
    return whole[~whole.index.isin(found.index)]


def _not_applied(registers: Registers, config: Config) -> pd.DataFrame:
    """Say which regulations could not be applied, or are applied outside their place."""
    code, rows = config.project.county_code, []
    for regulation in registers.regulations:
        if regulation.in_force_from is None:
            said = say("regulation_without_date", regulation=regulation.id)
            rows.append(issue("regulation_without_date", said, feature=regulation.id))
        elif not code.startswith(regulation.place[: len(code)]):
            said = say("regulation_of_another_place", place=regulation.place, county=code)
            rows.append(issue("regulation_of_another_place", said, feature=regulation.id))
        if regulation.duties and "events" not in registers.readings:
            rows.append(issue("duties_not_examined", say("duties_not_examined"), feature=regulation.id))
    return issues_table(rows)


def _stacked(tables: list[pd.DataFrame], table: Table) -> pd.DataFrame:
    """Put the tables of several regulations below each other."""
    filled = [one for one in tables if len(one)]
    if filled:
        return pd.concat(filled, ignore_index=table.index is None)
    nothing: pd.DataFrame = empty(table)
    return nothing
