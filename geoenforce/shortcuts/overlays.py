"""Overlay some files, or screen a site, without a project."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import pandas as pd

from geoenforce.core.clock import today
from geoenforce.core.errors import InputError
from geoenforce.core.space import from_plane, to_plane
from geoenforce.core.tables import AREAS, LAND_CODE_AREAS, PIECES
from geoenforce.core.terms import Action, Status
from geoenforce.inputs.layers import (
    read_approvals,
    read_basic_farmland,
    read_parcels,
    read_violations,
)
from geoenforce.inputs.read import read_layer
from geoenforce.inputs.reading import Reading, refuse_cut_off
from geoenforce.outputs.one_table import write_table
from geoenforce.violations.overlay import areas_by_land_class, cut_by_land_class
from geoenforce.violations.pieces import pieces_by_parcel
from geoenforce.violations.prepared import SUFFIX, PreparedLand

if TYPE_CHECKING:
    from geoenforce.scale.workers import Workers


_MOST = 5  # rejected rows that are told by themselves


@dataclass(frozen=True)
class Layers:
    """
    Files to overlay, each a path, with the layer behind it where needed: ``a.gdb|layername=DLTB``.

    Basic farmland and cultivated land may be prepared layers, ``dltb.prepared``, or snapshots of the store: of these
    only what is near the patches is read.
    """

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
    readings: tuple[tuple[str, Reading | PreparedLand], ...]  # each with its place; first the patches
    by_code: pd.DataFrame | None = None  # LAND_CODE_AREAS

    def write(self, areas: Path | None = None, pieces: Path | None = None, by_code: Path | None = None) -> None:
        """
        Write the areas, and what else is asked for; the suffix decides the format.

        Shapes are written in the coordinate system of the patches' file.

        Raises
        ------
        InputError
            If the suffix is none that can be written, or the file cannot be.

        Examples
        --------
        >>> Overlay(pd.DataFrame(), gpd.GeoDataFrame(), None, ()).write()  # nothing asked, nothing written
        """
        first = self.readings[0][1] if self.readings else None
        crs = first.output_crs if isinstance(first, Reading) else None
        if areas is not None:
            write_table(from_plane(self.shapes.join(self.areas), crs), AREAS, areas)
        if pieces is not None and self.pieces is not None:
            write_table(from_plane(self.pieces, crs), PIECES, pieces)
        if by_code is not None and self.by_code is not None:
            write_table(self.by_code, LAND_CODE_AREAS, by_code)

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
    layers: Layers,
    *,
    columns: dict[str, str] | None = None,
    found_on: date | None = None,
    with_pieces: bool = False,
    with_codes: bool = False,
    crew: "Workers | None" = None,
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
    with_codes
        Whether to measure by land code too.
    crew
        Who works on parts (`geoenforce.scale.workers`); the land must be prepared layers on a disk that all see.

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
    return _overlay(violations, layers, with_pieces=with_pieces, with_codes=with_codes, crew=crew)


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
    numbers = reading.table.index.astype("str").to_numpy()
    site = gpd.GeoDataFrame(
        {"case_id": numbers, "found_on": pd.Timestamp(today()), "status": Status.SUSPECTED.value},
        geometry=reading.table.geometry.to_numpy(),
        index=pd.Index(numbers, name="violation_id"),
        crs=reading.table.crs,
    )
    return _overlay(replace(reading, table=to_plane(site)), layers)


def counts_text(place: str, reading: Reading | PreparedLand) -> str:
    r"""
    Say what became of the rows of a file, or what a prepared layer holds.

    Examples
    --------
    >>> counts_text("a.shp", read_basic_farmland("a.shp"))  # doctest: +SKIP
    'a.shp: 5 rows read, 3 accepted, 1 repaired, 1 rejected\n  rejected: row 4: The row has no geometry.'
    """
    if isinstance(reading, PreparedLand):
        count = sum(len(one.polygons.box) for one in reading.versions)
        return f"{place}: {count} polygons" + (", prepared" if _is_prepared(place) else " nearby, of a snapshot")
    counts, issues = reading.counts, reading.issues
    lines = [
        f"{place}: {counts.read} rows read, {counts.accepted} accepted, "
        f"{counts.repaired} repaired, {counts.rejected} rejected"
    ]
    if "is_cultivated" in reading.table and "land_code" not in reading.table:
        lines.append("  ! it has no DLBM (地类编码): all of it counts as cultivated land (全部按耕地计)")
    rejected = issues[issues["action"] == Action.REJECTED.value]
    lines += [f"  rejected: row {row}: {why}" for row, why in rejected[["row", "detail"]].head(_MOST).to_numpy()]
    if len(rejected) > _MOST:
        lines.append(f"  … and {len(rejected) - _MOST} more: geoenforce check {place}")
    return "\n".join(lines)


def _overlay(
    patches: Reading,
    layers: Layers,
    *,
    with_pieces: bool = False,
    with_codes: bool = False,
    crew: "Workers | None" = None,
) -> Overlay:
    basic_farmland = _land(read_basic_farmland, layers.basic_farmland, layers.crs, patches)
    cultivated = _land(
        read_parcels, layers.cultivated, layers.crs, None if with_pieces else patches, with_codes=with_codes
    )
    approvals = _read(read_approvals, layers.approvals, layers.crs) if layers.approvals else None
    places = (layers.patches, layers.basic_farmland, layers.cultivated, layers.approvals)
    read = (patches, basic_farmland, cultivated, approvals)
    readings = tuple((str(place), one) for place, one in zip(places, read, strict=True) if one is not None)
    shapes = patches.table[["geometry"]]
    if crew is not None:
        if with_pieces or with_codes or not (_is_prepared(layers.basic_farmland) and _is_prepared(layers.cultivated)):
            message = "Only areas over prepared layers are measured on workers. Prepare both: `geoenforce prepare`."
            raise InputError(message)
        return Overlay(_on_workers(patches, layers, approvals, crew), shapes, None, readings)
    over = [one if one is None or isinstance(one, PreparedLand) else one.table for one in read]
    by_code = _by_code(over, layers.cultivated) if with_codes else None
    if not with_pieces:
        return Overlay(areas_by_land_class(*over), shapes, None, readings, by_code)
    if isinstance(cultivated, PreparedLand):
        message = f"{layers.cultivated} knows no parcels, so no pieces can be made of it: give the file it was made of."
        raise InputError(message)
    cut = cut_by_land_class(*over)
    return Overlay(cut.areas, shapes, pieces_by_parcel(cut.regions, cultivated.table), readings, by_code)


def _by_code(over: list[Any], place: str) -> pd.DataFrame:
    from geoenforce.violations.land_codes import areas_by_land_code  # brings the compiler

    parcels = over[2]
    if isinstance(parcels, PreparedLand):
        codes = [version.polygons.land_code for version in parcels.versions]
        is_coded = all(of_version.any() or not len(of_version) for of_version in codes)
        way_out = "prepare it with --kind parcels"
    else:
        is_coded, way_out = "land_code" in parcels, "give parcels with DLBM"
    if not is_coded:
        message = f"{place} knows no land codes, so nothing can be measured by code: {way_out}."
        raise InputError(message)
    return areas_by_land_code(*over)


def _on_workers(patches: Reading, layers: Layers, approvals: Reading | None, crew: "Workers") -> pd.DataFrame:
    from geoenforce.pipeline.areas_in_parts import PreparedPlaces, areas_in_parts

    # Not resolved: what is a link here may be the folder itself on another machine.
    places = PreparedPlaces(Path(layers.basic_farmland).absolute(), Path(layers.cultivated).absolute())
    return areas_in_parts(patches.table, places, None if approvals is None else approvals.table, crew)


def _land(
    reader: Callable[..., Reading], place: str, crs: str | None, patches: Reading | None, *, with_codes: bool = False
) -> Reading | PreparedLand:
    """Read a file, or open what was prepared of one, or read what is near some patches from a snapshot."""
    kind: Literal["cultivated", "basic_farmland"] = "cultivated" if reader is read_parcels else "basic_farmland"
    if _is_prepared(place):
        from geoenforce.pipeline.prepared import open_prepared

        return open_prepared(place, kind=kind)
    if patches is not None and place.endswith(".parquet"):
        from geoenforce.store.snapshot_reading import is_snapshot

        if is_snapshot(Path(place)):
            from geoenforce.pipeline.prepared import land_near

            return land_near(patches.table, place, all_parcels=with_codes, kind=kind)
    return _read(reader, place, crs, **{"all_cultivated": True} if reader is read_parcels else {})


def _is_prepared(place: str) -> bool:
    return place.rstrip("/").endswith(SUFFIX)


def _read(reader: Callable[..., Reading], place: str, crs: str | None, *extra: Any, **options: Any) -> Reading:
    """Read a file; `crs` is only for files that name no coordinate system of their own."""
    path, _, layer = place.partition("|layername=")
    if layer:
        options["layer"] = layer
    try:
        return refuse_cut_off(reader(path, *extra, **options), path)
    except InputError as error:
        if crs is None or "crs =" not in str(error):
            raise
    return refuse_cut_off(reader(path, *extra, crs=crs, **options), path)
