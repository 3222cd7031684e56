"""Judge some tracks without a project; what only patrols need is imported where they are judged."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

import pandas as pd

from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.tables import ISSUES
from geoenforce.inputs.layers import (
    read_basic_farmland,
    read_townships,
)
from geoenforce.outputs.tables import write_csv

Datum = Literal["WGS84", "CGCS2000", "GCJ-02"]


@dataclass(frozen=True)
class PatrolFiles:
    """Files to judge patrols by; only the tracks are needed."""

    tracks: tuple[Path, ...]
    townships: Path | None = None
    basic_farmland: Path | None = None
    ledger: Path | None = None
    excused: Path | None = None
    roads: Path | None = None


@dataclass(frozen=True)
class PatrolsDone:
    """What was found about patrols."""

    results: PatrolResults
    issues: pd.DataFrame

    def write(self, folder: Path | None) -> dict[str, Path]:
        """
        Write the tables of patrols and the issues into a folder, all or none; without a folder, nothing.

        Examples
        --------
        >>> patrol_files(PatrolFiles((Path("tracks"),))).write(Path("out"))  # doctest: +SKIP
        """
        if folder is None:
            return {}
        from geoenforce.outputs.run_files import Writer, patrol_writers, write_together

        files: dict[str, Writer] = patrol_writers(self.results)
        files |= {"issues.csv": partial(write_csv, self.issues, ISSUES)}
        return write_together(files, folder, {"project": folder.name}, lambda _: None)


def patrol_files(
    files: PatrolFiles,
    *,
    datum: Datum = "WGS84",
    time_zone: str = "Asia/Shanghai",
    days: tuple[date | None, date | None] = (None, None),
    crs: str | None = None,
    ledger_datum: Datum = "CGCS2000",
) -> PatrolsDone:
    """
    Judge patrols by their tracks and what else is at hand.

    Parameters
    ----------
    files
        Tracks, and townships, farmland, ledger, excused days and roads where there are any.
    datum, time_zone
        Of the tracks; the zone of times that name none.
    days
        First and last day in question; by default those of the first and last trip.
    crs
        Of tracks in tables that hold metres.
    ledger_datum
        Of the places that the ledger notes.

    Raises
    ------
    GeoenforceError
        If a file cannot be used.

    Examples
    --------
    >>> patrol_files(PatrolFiles((Path("tracks"),), townships=Path("xzq.shp"))).results.days  # doctest: +SKIP
    """
    from geoenforce.inputs.config import LedgerSource, Patrols
    from geoenforce.inputs.excused import read_excused
    from geoenforce.inputs.fixes import read_fixes
    from geoenforce.inputs.ledger_source import read_ledger_source
    from geoenforce.inputs.network import read_network
    from geoenforce.pipeline import Ground, PatrolInputs, assess_patrols

    options = Patrols(first=days[0], last=days[1])
    inputs = PatrolInputs(
        tuple(read_fixes(path, datum=datum, time_zone=time_zone, crs=crs) for path in files.tracks),
        (options.sight_m,) * len(files.tracks),
        ledger=None
        if files.ledger is None
        else read_ledger_source(LedgerSource(path=files.ledger, datum=ledger_datum)),
        excused=None if files.excused is None else read_excused(files.excused),
        roads=None if files.roads is None else read_network(files.roads),
    )
    ground = Ground(
        townships=None if files.townships is None else read_townships(files.townships).table,
        basic_farmland=None if files.basic_farmland is None else read_basic_farmland(files.basic_farmland).table,
    )
    done = assess_patrols(inputs, ground, options, lambda _: None)
    return PatrolsDone(done.results, done.issues)
