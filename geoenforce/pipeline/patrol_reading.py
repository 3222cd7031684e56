"""Everything about patrols that a project names is read: logs, ledger, lists, roads, heights."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geoenforce.core.calendar import Overrides, read_overrides
from geoenforce.core.errors import FormatError, InputError
from geoenforce.inputs.config import Config, Patrols, TrackSource
from geoenforce.inputs.elevation import read_elevation
from geoenforce.inputs.excused import read_excused
from geoenforce.inputs.fixes import FixReading, read_fixes
from geoenforce.inputs.ledger import LedgerReading
from geoenforce.inputs.ledger_source import read_ledger_source
from geoenforce.inputs.network import read_network
from geoenforce.patrols.terrain import Elevation


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


def _read_elevation(path: Path) -> Elevation:
    raster = read_elevation(path)
    return Elevation(raster.values, raster.transform, raster.crs)
