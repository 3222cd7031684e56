"""GeoPackages that QGIS opens with their styles."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio

from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.patrol_tables import TRIPS, UNSEEN
from geoenforce.core.results import Results
from geoenforce.core.shares import unions
from geoenforce.core.space import from_plane, is_plane
from geoenforce.core.tables import AREAS, CASES, LAND, PIECES, TOWNSHIPS, VIOLATIONS, Column, Kind, check
from geoenforce.outputs.files import make_room
from geoenforce.outputs.patrol_status import PATROL_STATUS, township_status
from geoenforce.outputs.qgis import style_of
from geoenforce.outputs.tables import AREA_MEASURES, column_values, visible_columns
from geoenforce.outputs.totals import TOWNSHIP_TOTALS, township_totals
from geoenforce.outputs.wording import deciding_comparisons

_COMPARISON = Column("comparison", Kind.TEXT, "comparison that decided the grade, in words", "认定比较", "comparison")
_GRADE = tuple(CASES.column(name) for name in ("township_code", "severity", "decided_by", "near_threshold"))

#: Stands for the time of writing, so that the same results give the same bytes; `run.json` knows the run.
_NO_TIME = "1970-01-01T00:00:00.000Z"

#: Where the header of an SQLite file has it (section 1.3 of its file format).
_COUNTS_OF_TRANSACTIONS = (24, 92)

_Layer = tuple[gpd.GeoDataFrame, Sequence[Column]]
_GEOMETRIES = {"trips": "MultiLineString"}


def write_results_gpkg(
    results: Results, path: str | Path, lang: str = "zh", *, with_personal_data: bool = False
) -> None:
    """
    Write the layers of a run to one GeoPackage, each with a QGIS style that opens with it.

    Layers, in the coordinate system of `results`, with code names as field names: ``townships`` (one
    row per township with its totals), ``violations`` (one row per patch as delivered, with its areas
    and the grade of its case), ``cases`` (one row per case, its counted patches dissolved),
    ``pieces`` (if there are any) and ``basic_farmland_nearby``. Where there are patrols also ``trips``
    (lines), ``unseen_basic_farmland`` and ``patrol_status`` (townships with their status at that moment).

    Parameters
    ----------
    results
        The tables of the run.
    path
        The file; its folder is created, an old file is replaced.
    lang
        Language of legends and field aliases in the styles: ``"zh"`` or ``"en"``.
    with_personal_data
        Whether to write the columns that name persons (party).

    Raises
    ------
    TableError
        If a table is not what it claims to be.
    GeoenforceError
        If the file cannot be written.

    Notes
    -----
    Moments are ISO texts with the offset of Asia/Shanghai: a GeoPackage's own type knows UTC only, in which
    a patrol at 07:30 would be shown on the day before.
    """
    for frame, table in (
        (results.townships, TOWNSHIPS),
        (results.violations, VIOLATIONS),
        (results.areas, AREAS),
        (results.cases, CASES),
    ):
        check(frame, table)
    layers = _layers(results, lang, with_personal_data=with_personal_data)
    place = make_room(path)
    for name, (layer, columns) in layers.items():
        delivered = not is_plane(layer.crs)  # delivered vertices are in CGCS2000, which PROJ takes to any output
        moved = layer.to_crs(results.crs) if delivered else from_plane(layer, results.crs)
        _write_layer(moved, columns, name, place)
    units = _units(results.patrols)
    _write_styles({name: style_of(name, lang, columns, units) for name, (_, columns) in layers.items()}, place)
    _forget_times(place)


def write_rejects_gpkg(rejects: gpd.GeoDataFrame, path: str | Path) -> None:
    """
    Write the features that were rejected, with the reason; a layer without rows if there are none.

    Parameters
    ----------
    rejects
        One row per rejected feature: ``file``, ``layer``, ``row``, ``feature``, ``problem``,
        ``detail`` and its geometry of any kind, or none, in EPSG:4490.
    path
        The file; its folder is created, an old file is replaced.

    Raises
    ------
    GeoenforceError
        If the file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> nothing = gpd.GeoDataFrame({"file": []}, geometry=[], crs=4490)
    >>> with TemporaryDirectory() as folder:
    ...     write_rejects_gpkg(nothing, Path(folder) / "rejects.gpkg")
    ...     pyogrio.list_layers(Path(folder) / "rejects.gpkg").tolist()
    [['rejects', 'Unknown']]
    """
    place = make_room(path)
    pyogrio.write_dataframe(rejects, place, layer="rejects", driver="GPKG", geometry_type="Unknown")
    _forget_times(place)


def _layers(results: Results, lang: str, *, with_personal_data: bool) -> dict[str, _Layer]:
    """Gather the layers of a run by name, in the order in which QGIS lists them."""
    layers = {
        "townships": _townships(results),
        "violations": _violations(results, with_personal_data=with_personal_data),
        "cases": _cases(results, lang, with_personal_data=with_personal_data),
    }
    if results.pieces is not None:
        check(results.pieces, PIECES)
        layers["pieces"] = (results.pieces, visible_columns(results.pieces, PIECES))
    layers["basic_farmland_nearby"] = (results.basic_farmland, visible_columns(results.basic_farmland, LAND))
    if results.patrols is not None:
        layers |= _patrols(results.patrols, results.townships)
    return layers


def _townships(results: Results) -> _Layer:
    totals = township_totals(results.townships, results.cases)
    columns = [*TOWNSHIP_TOTALS, TOWNSHIPS.column("county_code")]
    return results.townships.join(totals.drop(columns="township_name")), columns


def _violations(results: Results, *, with_personal_data: bool) -> _Layer:
    columns = visible_columns(results.violations, VIOLATIONS, with_personal_data=with_personal_data)
    table = pd.DataFrame(results.violations).drop(columns=results.violations.geometry.name)
    table = table.join(results.areas[[column.name for column in AREA_MEASURES]])
    grades = results.cases[[column.name for column in _GRADE]].reindex(table["case_id"])
    table = pd.concat([table, grades.set_axis(table.index)], axis=1)  # a join of two tables without rows fails
    layer = gpd.GeoDataFrame(table, geometry=results.original, crs=results.original.crs)
    return layer, [*columns, *_GRADE, *AREA_MEASURES]


def _cases(results: Results, lang: str, *, with_personal_data: bool) -> _Layer:
    """Dissolve the patches that count: the confirmed ones, or the suspected ones of a suspected case."""
    patches = results.violations
    counted = patches["status"] == patches["case_id"].map(results.cases["status"])
    drawn, rows = results.original[counted].to_numpy(), patches[counted].groupby("case_id").indices
    shapes = pd.Series(unions([drawn[at] for at in rows.values()]), index=list(rows), dtype=object)
    columns = visible_columns(results.cases, CASES, with_personal_data=with_personal_data)
    words = deciding_comparisons(results.cases, results.comparisons, lang)
    geometry = gpd.GeoSeries(shapes.reindex(results.cases.index), crs=results.original.crs)
    layer = gpd.GeoDataFrame(results.cases.assign(comparison=words), geometry=geometry)
    return layer, [*columns, _COMPARISON]


def _patrols(patrols: PatrolResults, townships: gpd.GeoDataFrame) -> dict[str, _Layer]:
    check(patrols.trips, TRIPS)
    check(patrols.unseen, UNSEEN)
    status = township_status(townships, patrols)
    return {
        "trips": (patrols.trips, visible_columns(patrols.trips, TRIPS)),
        "unseen_basic_farmland": (patrols.unseen, visible_columns(patrols.unseen, UNSEEN)),
        "patrol_status": (status.set_geometry(townships.geometry), list(PATROL_STATUS)),
    }


def _units(patrols: PatrolResults | None) -> list[str]:
    return [] if patrols is None else sorted(patrols.trips["patrol_unit"].dropna().unique())


def _write_layer(layer: gpd.GeoDataFrame, columns: Sequence[Column], name: str, place: Path) -> None:
    flat = layer.reset_index() if layer.index.name else layer
    table = flat[[column.name for column in columns] + [flat.geometry.name]]
    moments = [column for column in columns if column.kind is Kind.INSTANT]
    table = table.assign(**{column.name: _iso(column_values(flat, column)) for column in moments})
    days = {column.name: pd.ArrowDtype(pa.date32()) for column in columns if column.kind is Kind.DATE}
    pyogrio.write_dataframe(
        table.astype(days), place, layer=name, driver="GPKG", promote_to_multi=True, use_arrow=True,
        geometry_type=_GEOMETRIES.get(name, "MultiPolygon"),
    )  # fmt: skip


def _iso(moments: "pd.Series[Any]") -> Any:
    texts = [None if pd.isna(moment) else moment.isoformat() for moment in moments]
    return pd.array(texts, dtype="str")


def _write_styles(styles: dict[str, str], place: Path) -> None:
    """Write the table in which QGIS looks for the style of a layer that it opens."""
    rows = {
        "f_table_catalog": "",
        "f_table_schema": "",
        "f_table_name": list(styles),
        "f_geometry_column": "geom",
        "styleName": list(styles),
        "styleQML": list(styles.values()),
        "styleSLD": "",
        "useAsDefault": True,
        "description": "geoenforce",
        "owner": "",
        "ui": "",
        "update_time": pd.Timestamp(datetime(1970, 1, 1, tzinfo=UTC)),
    }
    pyogrio.write_dataframe(pd.DataFrame(rows), place, layer="layer_styles", driver="GPKG", append=True)


def _forget_times(place: Path) -> None:
    with closing(sqlite3.connect(place)) as database, database:
        database.execute("UPDATE gpkg_contents SET last_change = ?", (_NO_TIME,))
    _forget_how_often_it_was_written(place)


def _forget_how_often_it_was_written(place: Path) -> None:
    """Set SQLite's count of transactions to one, twice as in its header: GDAL ends them when its clock says so."""
    with place.open("r+b") as file:
        for position in _COUNTS_OF_TRANSACTIONS:
            file.seek(position)
            file.write((1).to_bytes(4, "big"))
