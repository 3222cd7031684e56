"""
The short ways, without a project: overlay some files, screen a site, judge some tracks.

What only patrols need is imported where they are judged, so that a site is screened at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd

from geoenforce.core.errors import InputError
from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.space import from_plane, to_plane
from geoenforce.core.tables import AREAS, ISSUES, PIECES
from geoenforce.core.terms import Status
from geoenforce.inputs.layers import (
    read_approvals,
    read_basic_farmland,
    read_parcels,
    read_townships,
    read_violations,
)
from geoenforce.inputs.read import read_layer
from geoenforce.inputs.reading import Reading
from geoenforce.outputs.one_table import write_table
from geoenforce.outputs.tables import write_csv
from geoenforce.violations.overlay import cut_by_land_class
from geoenforce.violations.pieces import pieces_by_parcel

Datum = Literal["WGS84", "CGCS2000", "GCJ-02"]


@dataclass(frozen=True)
class Layers:
    """Files to overlay, each a path, with the layer behind it where needed: ``a.gdb|layername=DLTB``."""

    patches: str
    basic_farmland: str
    cultivated: str
    approvals: str | None = None
    crs: str | None = None  # the coordinate system of files that name none


@dataclass(frozen=True)
class Overlay:
    """Areas of the patches of a file, and what was met on the way."""

    areas: pd.DataFrame  # AREAS
    shapes: gpd.GeoDataFrame  # the patches, in the plane
    pieces: gpd.GeoDataFrame | None  # PIECES
    readings: tuple[tuple[str, Reading], ...]  # each with the place it was read from

    def write(self, areas: Path | None = None, pieces: Path | None = None) -> None:
        """
        Write the areas, and the pieces if asked for; the suffix decides the format.

        Shapes are written in the coordinate system of the patches' file.

        Raises
        ------
        InputError
            If the suffix is none that can be written, or the file cannot be.

        Examples
        --------
        >>> Overlay(pd.DataFrame(), gpd.GeoDataFrame(), None, ()).write()  # nothing asked, nothing written
        """
        crs = self.readings[0][1].output_crs if self.readings else None
        if areas is not None:
            write_table(from_plane(self.shapes.join(self.areas), crs), AREAS, areas)
        if pieces is not None and self.pieces is not None:
            write_table(from_plane(self.pieces, crs), PIECES, pieces)

    def summary(self) -> str:
        """
        Say in one line per file what was read and what became of its rows.

        Examples
        --------
        >>> Overlay(pd.DataFrame(), gpd.GeoDataFrame(), None, ()).summary()
        ''
        """
        return "\n".join(counts_text(place, reading) for place, reading in self.readings)


def overlay_files(
    layers: Layers, *, columns: dict[str, str] | None = None, found_on: date | None = None, with_pieces: bool = False
) -> Overlay:
    """
    Measure the violations of a file by land class.

    Parameters
    ----------
    layers
        The files; `layers.patches` are violations.
    columns
        Our names of the violations' columns and the file's: ``{"violation_id": "TBBH"}``.
    found_on
        The day of finding, where the file has none.
    with_pieces
        Whether to make the schedule of land classes too.

    Raises
    ------
    GeoenforceError
        If a file cannot be used.

    Examples
    --------
    >>> overlay_files(Layers("wf.shp", "jbnt.shp", "dltb.gdb|layername=DLTB")).areas  # doctest: +SKIP
    """
    options = {"columns": columns} if columns else {}
    violations = _read(read_violations, layers.patches, layers.crs, found_on, **options)
    return _overlay(violations, layers, with_pieces=with_pieces)


def screen_files(layers: Layers) -> Overlay:
    """
    Measure how much basic farmland and cultivated land a proposed site would take.

    Parameters
    ----------
    layers
        The files; `layers.patches` are the site's polygons, with any columns or none.

    Returns
    -------
    overlay
        ``violation_id`` of its areas is the polygon's number in the file; layers and approvals are
        those in force today.

    Raises
    ------
    GeoenforceError
        If a file cannot be used.

    Examples
    --------
    >>> screen_files(Layers("site.txt", "jbnt.shp", "dltb.gdb")).areas  # doctest: +SKIP
    """
    reading = _read(read_layer, layers.patches, layers.crs)
    today = pd.Timestamp(datetime.now(ZoneInfo("Asia/Shanghai")).date())
    numbers = reading.table.index.astype("str").to_numpy()
    site = gpd.GeoDataFrame(
        {"case_id": numbers, "found_on": today, "status": Status.SUSPECTED.value},
        geometry=reading.table.geometry.to_numpy(),
        index=pd.Index(numbers, name="violation_id"),
        crs=reading.table.crs,
    )
    return _overlay(replace(reading, table=to_plane(site)), layers)


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


def counts_text(place: str, reading: Reading) -> str:
    """
    Say what became of the rows of a file.

    Examples
    --------
    >>> from unittest.mock import Mock
    >>> from geoenforce.inputs.reading import Counts
    >>> counts_text("a.shp", Mock(counts=Counts(5, 3, 1, 1)))
    'a.shp: 5 rows read, 3 accepted, 1 repaired, 1 rejected'
    """
    counts = reading.counts
    return (
        f"{place}: {counts.read} rows read, {counts.accepted} accepted, "
        f"{counts.repaired} repaired, {counts.rejected} rejected"
    )


def _overlay(patches: Reading, layers: Layers, *, with_pieces: bool = False) -> Overlay:
    basic_farmland = _read(read_basic_farmland, layers.basic_farmland, layers.crs)
    cultivated = _read(read_parcels, layers.cultivated, layers.crs, all_cultivated=True)
    approvals = _read(read_approvals, layers.approvals, layers.crs) if layers.approvals else None
    cut = cut_by_land_class(
        patches.table, basic_farmland.table, cultivated.table, approvals.table if approvals else None
    )
    pieces = pieces_by_parcel(cut.regions, cultivated.table) if with_pieces else None
    places = (layers.patches, layers.basic_farmland, layers.cultivated, layers.approvals)
    read = (patches, basic_farmland, cultivated, approvals)
    readings = tuple((str(place), one) for place, one in zip(places, read, strict=True) if one is not None)
    return Overlay(cut.areas, patches.table[["geometry"]], pieces, readings)


def _read(reader: Callable[..., Reading], place: str, crs: str | None, *extra: Any, **options: Any) -> Reading:
    """Read a file; `crs` is only for files that name no coordinate system of their own."""
    path, _, layer = place.partition("|layername=")
    if layer:
        options["layer"] = layer
    try:
        return reader(path, *extra, **options)
    except InputError as error:
        if crs is None or "crs =" not in str(error):
            raise
    return reader(path, *extra, crs=crs, **options)
