"""The patrols' way, from fixes to compliance, coverage and doubts; `whole.py` goes it as a part of a run."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd

from geoenforce.core.calendar import Overrides
from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.fix_tables import joined_fixes
from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.patrol_tables import COVERAGE, PATROL_DAYS, PATROL_RATES, RECONCILIATION, UNSEEN
from geoenforce.core.patrol_terms import SeenLand
from geoenforce.core.tables import empty
from geoenforce.inputs.config import Patrols
from geoenforce.inputs.ledger import LedgerReading
from geoenforce.patrols.compliance import Calendar, PatrolRule, compliance_rates, patrol_days
from geoenforce.patrols.datum import gcj02_check, gcj02_ledger_check
from geoenforce.patrols.integrity import check_integrity
from geoenforce.patrols.reconcile import Tolerances, reconcile
from geoenforce.patrols.terrain import Elevation
from geoenforce.patrols.trips import Trips, split_trips
from geoenforce.patrols.unseen import unseen
from geoenforce.pipeline.patrol_reading import PatrolInputs
from geoenforce.scale.coverage import Seen, Sight, seen
from geoenforce.scale.workers import Workers

_LOCAL = ZoneInfo(LOCAL_ZONE)


@dataclass(frozen=True)
class Ground:
    """Where the patrols took place; what is missing is left out of the results."""

    townships: gpd.GeoDataFrame | None = None
    basic_farmland: gpd.GeoDataFrame | None = None
    cultivated: gpd.GeoDataFrame | None = None
    violations: gpd.GeoDataFrame | None = None


@dataclass(frozen=True)
class Patrolled:
    """What was found out about patrols, and what its reader must know."""

    results: PatrolResults
    issues: pd.DataFrame = field(repr=False)


def assess_patrols(
    inputs: PatrolInputs,
    ground: Ground,
    options: Patrols,
    announce: Callable[[str], None],
    crew: Workers | None = None,
) -> Patrolled:
    """
    Split the logs into trips, and judge days, ground seen, ledger and genuineness.

    Parameters
    ----------
    inputs
        What was read.
    ground
        Townships (without them no day is judged), land (without it no coverage), violations.
    options
        What counts as a patrol.
    announce
        Called with a word for each step.
    crew
        Who works on the coverage of counties; the results are the same.

    Returns
    -------
    patrolled
        The results and issues. Days run from the first trip to the last unless the options say otherwise.

    Examples
    --------
    >>> assess_patrols(read_patrols(config, print), Ground(), config.patrols, print)  # doctest: +SKIP
    """
    announce("trips")
    fixes = joined_fixes([reading.table for reading in inputs.fixes])
    split = split_trips(fixes, ground.townships, gap_min=options.gap_min)
    calendar = _calendar(split.trips, options, inputs.working_days)
    announce("coverage")
    sight = _sight(split, inputs, options)
    in_sight = _in_sight(split, ground, calendar, sight, inputs.elevation)
    found = Seen(empty(COVERAGE), empty(UNSEEN)) if in_sight is None else seen(in_sight, crew)
    announce("compliance")
    days, rates, issues = _compliance(split, ground, calendar, inputs.excused, options)
    issues = [*issues, *_datum_issues(split, inputs)]
    results = PatrolResults(
        trips=split.trips,
        trip_parts=split.parts,
        days=days,
        rates=rates,
        coverage=found.coverage,
        unseen=unseen(found.patches, days=options.unseen_days),
        unseen_days=options.unseen_days,
        reconciliation=_reconciliation(split, _within(ground, calendar), inputs.ledger, options),
        integrity=check_integrity(split.trips, split.fixes, ground.violations),
        status_at=_status_at(calendar),
        sight_m=options.sight_m if isinstance(sight, pd.Series) else sight,
        sight_otherwise_m=dict(sight[sight != options.sight_m]) if isinstance(sight, pd.Series) else {},
    )
    tables = [*(reading.issues for reading in inputs.fixes), split.issues, *issues]
    tables += [] if inputs.ledger is None else [inputs.ledger.issues]
    filled = [table for table in tables if len(table)]
    return Patrolled(results, pd.concat(filled, ignore_index=True) if filled else split.issues)


def _calendar(trips: gpd.GeoDataFrame, options: Patrols, overrides: Overrides | None) -> Calendar | None:
    """Return the days in question; None where neither trips nor options name any."""
    if trips.empty and (options.first is None or options.last is None):
        return None
    first = options.first or trips["on"].min().date()
    return Calendar(first, options.last or max(first, trips["on"].max().date()), overrides)


def _sight(split: Trips, inputs: PatrolInputs, options: Patrols) -> "float | pd.Series[Any]":
    if len(set(inputs.sight_m)) == 1:
        return inputs.sight_m[0]
    far = np.repeat(inputs.sight_m, [len(reading.table) for reading in inputs.fixes])
    by_trip = pd.Series(far, index=split.fixes.index).groupby(split.fixes["trip_id"]).min()
    return by_trip.reindex(split.trips.index).fillna(options.sight_m)


def _in_sight(
    split: Trips, ground: Ground, calendar: Calendar | None, sight: Any, elevation: Elevation | None
) -> Sight | None:
    """Put together what coverage is about; None where townships, farmland or days are missing."""
    if ground.townships is None or ground.basic_farmland is None or calendar is None:
        return None
    land = {SeenLand.BASIC_FARMLAND.value: ground.basic_farmland}
    if ground.cultivated is not None:
        land[SeenLand.CULTIVATED.value] = ground.cultivated
    periods, patches = _periods(calendar), ground.basic_farmland
    return Sight(split.trips, land, patches, ground.townships, periods, calendar.last, sight, elevation)


def _periods(calendar: Calendar) -> list[tuple[date, date]]:
    """Return the whole time, and each month, quarter and year of it; what is seen in two months is not their sum."""
    parts = [
        (max(part.start_time.date(), calendar.first), min(part.end_time.date(), calendar.last))
        for length in ("M", "Q", "Y")
        for part in pd.period_range(calendar.first, calendar.last, freq=length)
    ]
    return list(dict.fromkeys([(calendar.first, calendar.last), *parts]))


def _compliance(
    split: Trips, ground: Ground, calendar: Calendar | None, excused: pd.DataFrame | None, options: Patrols
) -> tuple[pd.DataFrame, pd.DataFrame, list[pd.DataFrame]]:
    if ground.townships is None or calendar is None:
        return empty(PATROL_DAYS), empty(PATROL_RATES), []
    rule = PatrolRule(options.at_least_min, options.at_least_m)
    found = patrol_days(split.trips, split.parts, ground.townships, calendar, rule=rule, excused=excused)
    rates = pd.concat([compliance_rates(found.days, "month"), compliance_rates(found.days, "year")], ignore_index=True)
    return found.days, rates, [found.issues]


def _datum_issues(split: Trips, inputs: PatrolInputs) -> list[pd.DataFrame]:
    by_roads = [] if inputs.roads is None else [gcj02_check(split.fixes, inputs.roads)]
    return by_roads if inputs.ledger is None else [*by_roads, gcj02_ledger_check(split.fixes, inputs.ledger.table)]


def _within(ground: Ground, calendar: Calendar | None) -> Ground:
    """Keep only violations found in the time in question: no ledger at hand can note others."""
    if ground.violations is None or calendar is None:
        return ground
    found = ground.violations["found_on"]
    inside = (found >= pd.Timestamp(calendar.first)) & (found <= pd.Timestamp(calendar.last))
    return replace(ground, violations=ground.violations[inside])


def _reconciliation(split: Trips, ground: Ground, ledger: LedgerReading | None, options: Patrols) -> pd.DataFrame:
    if ledger is None or ground.townships is None:
        nothing: pd.DataFrame = empty(RECONCILIATION)
        return nothing
    tolerances = Tolerances(options.time_tolerance_min, options.distance_tolerance_m)
    return reconcile(ledger.table, split.trips, ground.townships, ground.violations, tolerances=tolerances)


def _status_at(calendar: Calendar | None) -> datetime:
    """Take today's status now, or at the end of the last day where that is past."""
    now = datetime.now(_LOCAL)
    if calendar is None or calendar.last >= now.date():
        return now
    return datetime.combine(calendar.last, time(23, 59, 59), _LOCAL)
