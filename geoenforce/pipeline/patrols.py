"""The patrols' way, from logs to compliance, coverage and doubts; `whole.py` goes it as a part of a run."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd

from geoenforce.core.calendar import Overrides, read_overrides
from geoenforce.core.errors import FormatError, InputError
from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.patrol_tables import (
    COVERAGE,
    PATROL_DAYS,
    PATROL_RATES,
    RECONCILIATION,
    UNSEEN,
    SeenLand,
    joined_fixes,
)
from geoenforce.core.tables import empty
from geoenforce.inputs.config import Config, Patrols, TrackSource
from geoenforce.inputs.elevation import read_elevation
from geoenforce.inputs.excused import read_excused
from geoenforce.inputs.fixes import FixReading, read_fixes
from geoenforce.inputs.ledger import LedgerReading
from geoenforce.inputs.ledger_source import read_ledger_source
from geoenforce.inputs.network import read_network
from geoenforce.patrols.compliance import Calendar, PatrolRule, compliance_rates, patrol_days
from geoenforce.patrols.datum import gcj02_check, gcj02_ledger_check
from geoenforce.patrols.integrity import check_integrity
from geoenforce.patrols.reconcile import Tolerances, reconcile
from geoenforce.patrols.terrain import Elevation
from geoenforce.patrols.trips import Trips
from geoenforce.patrols.unseen import unseen
from geoenforce.scale.coverage import Seen, Sight, seen
from geoenforce.scale.trips import trips_of
from geoenforce.scale.workers import Workers

_CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class PatrolInputs:
    """Everything about patrols that was read; only the fixes are needed."""

    fixes: tuple[FixReading, ...]
    sight_m: tuple[float, ...]  # of each reading
    ledger: LedgerReading | None = None
    excused: pd.DataFrame | None = None
    working_days: Overrides | None = None
    roads: gpd.GeoDataFrame | None = None
    elevation: Elevation | None = None


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


def read_patrols(config: Config, announce: Callable[[str], None]) -> PatrolInputs | None:
    """
    Read the logs, ledger and lists that the configuration names; None where it names no logs.

    Raises
    ------
    GeoenforceError
        If one of them cannot be used.

    Examples
    --------
    >>> read_patrols(load_config(Path("demo")), print).ledger  # doctest: +SKIP
    """
    if not config.tracks:
        return None
    read: dict[Path, Any] = {}
    for path, reader in patrol_readers(config):
        announce(path.name)
        read[path] = reader()
    options = config.patrols
    return PatrolInputs(
        tuple(read[source.path] for source in config.tracks),
        tuple(source.sight_m or options.sight_m for source in config.tracks),
        ledger=read[config.ledger.path] if config.ledger else None,
        excused=read[options.excused] if options.excused else None,
        working_days=read[options.working_days] if options.working_days else None,
        roads=read[config.roads.path] if config.roads else None,
        elevation=read[options.elevation] if options.elevation else None,
    )


def patrol_readers(config: Config) -> list[tuple[Path, Callable[[], Any]]]:
    """
    List every file about patrols that a configuration names with the call that reads it.

    Examples
    --------
    >>> patrol_readers(load_config(Path("demo")))[0][1]().counts  # doctest: +SKIP
    """
    options, ledger, roads = config.patrols, config.ledger, config.roads
    calls: list[tuple[Path, Callable[[], Any]]] = [
        (source.path, partial(read_track_source, source)) for source in config.tracks
    ]
    if ledger:
        calls.append((ledger.path, partial(read_ledger_source, ledger)))
    if options.excused:
        calls.append((options.excused, partial(read_excused, options.excused)))
    if options.working_days:
        calls.append((options.working_days, partial(read_working_days, options)))
    if roads:
        calls.append((roads.path, partial(read_network, roads.path, **roads.options())))
    if options.elevation:
        calls.append((options.elevation, partial(_read_elevation, options.elevation)))
    return calls


def read_track_source(source: TrackSource) -> FixReading:
    """
    Read the logs of one source of the configuration.

    Examples
    --------
    >>> read_track_source(TrackSource(path="tracks/*.gpx")).counts  # doctest: +SKIP
    """
    return read_fixes(
        source.path,
        datum=source.datum,
        time_zone=source.time_zone,
        patrol_unit=source.patrol_unit,
        device_id=source.device_id,
        columns=source.columns,
        crs=source.crs,
    )


def read_working_days(options: Patrols) -> Overrides:
    """
    Read the user's list of working days.

    Raises
    ------
    InputError
        If the file is missing or a line of it is wrong.

    Examples
    --------
    >>> read_working_days(Patrols(working_days="no_such.csv"))
    Traceback (most recent call last):
    geoenforce.core.errors.FormatError: no_such.csv: there is no such file.
    """
    path = options.working_days
    assert path is not None  # asked by the caller
    try:
        return read_overrides(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        message = f"{path}: there is no such file."
        raise FormatError(message) from None
    except InputError as error:
        message = f"{path}: {error}"
        raise InputError(message) from None


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
        Who works on parts: devices that never met, months, counties; the results are the same.

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
    split = trips_of(fixes, ground.townships, options.gap_min, crew)
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


def _read_elevation(path: Path) -> Elevation:
    raster = read_elevation(path)
    return Elevation(raster.values, raster.transform, raster.crs)


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
    now = datetime.now(_CHINA)
    if calendar is None or calendar.last >= now.date():
        return now
    return datetime.combine(calendar.last, time(23, 59, 59), _CHINA)
