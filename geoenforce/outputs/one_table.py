"""One table by itself: as a file in the format its suffix names, as records, as rows for a terminal."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geoenforce.core.errors import InputError
from geoenforce.core.tables import Kind, Table
from geoenforce.outputs.files import make_room, write_whole
from geoenforce.outputs.tables import column_values, visible_columns, write_csv
from geoenforce.outputs.wording import in_words, mu_figure, rounded


def write_table(frame: pd.DataFrame, table: Table, path: Path) -> None:
    """
    Write a table as CSV, XLSX, GeoPackage or Parquet; the suffix decides. One without shapes: as CSV or XLSX.

    Parameters
    ----------
    frame
        The table; its shapes are written to .gpkg and .parquet, in the coordinate system they are in.
    table
        Its declaration.
    path
        The file.

    Raises
    ------
    InputError
        If the suffix is none of these.

    Examples
    --------
    >>> write_table(gpd.GeoDataFrame(), Table("t", "thing", "", "", None, ()), Path("out.txt"))
    Traceback (most recent call last):
    geoenforce.core.errors.InputError: out.txt: this table is written as .csv, .gpkg, .parquet, .xlsx, not as '.txt'.
    """
    write = writer_of(path, with_shapes=isinstance(frame, gpd.GeoDataFrame))
    write_whole(path, lambda unfinished: write(frame, table, unfinished))


def writer_of(path: Path, *, with_shapes: bool) -> Callable[[gpd.GeoDataFrame, Table, Path], None]:
    """
    Return what writes a table into a file of that name; to be asked before anything is computed, too.

    Raises
    ------
    InputError
        If the suffix is none that can be written.

    Examples
    --------
    >>> writer_of(Path("codes.gpkg"), with_shapes=False)
    Traceback (most recent call last):
    geoenforce.core.errors.InputError: codes.gpkg: this table is written as .csv, .xlsx, not as '.gpkg'.
    """
    writers = _WRITERS if with_shapes else _WITHOUT_SHAPES
    write = writers.get(path.suffix.lower())
    if write is None:
        message = f"{path}: this table is written as {', '.join(sorted(writers))}, not as '{path.suffix}'."
        raise InputError(message)
    return write


def records(frame: pd.DataFrame, table: Table) -> list[dict[str, Any]]:
    """
    Return a table's rows for programs: code names, ISO dates, None for what is missing.

    Examples
    --------
    >>> from geoenforce.core.tables import CASE_AREAS
    >>> areas = pd.DataFrame({"basic_farmland_mu": [5.0], "other_cultivated_mu": [0.0], "other_mu": [0.0]},
    ...                      index=pd.Index(["A"], name="case_id"))
    >>> records(areas, CASE_AREAS)
    [{'case_id': 'A', 'basic_farmland_mu': 5.0, 'other_cultivated_mu': 0.0, 'other_mu': 0.0}]
    """
    columns = {
        column.name: _plain(column_values(frame, column), column.kind) for column in visible_columns(frame, table)
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def rows_for_people(frame: pd.DataFrame, table: Table, lang: str) -> tuple[list[str], list[list[str]]]:
    """
    Return header and rows for a terminal: labels, words for codes, 2 decimals or as many as a limit asks for.

    Examples
    --------
    >>> from geoenforce.core.tables import CASE_AREAS
    >>> areas = pd.DataFrame({"basic_farmland_mu": [5.0], "other_cultivated_mu": [0.0], "other_mu": [0.0]},
    ...                      index=pd.Index(["A"], name="case_id"))
    >>> rows_for_people(areas, CASE_AREAS, "zh")
    (['案件编号', '基本农田（亩）', '基本农田以外的耕地（亩）', '其他土地（亩）'], [['A', '5.00', '0.00', '0.00']])
    """
    columns = [
        column for column in visible_columns(frame, table) if not (column.unit == "m²" and column.name != "area_m2")
    ]
    texts = []
    for column in columns:
        values = _plain(column_values(frame, column), column.kind)
        is_figure = column.kind in (Kind.NUMBER, Kind.AMOUNT)
        write = mu_figure if column.unit == "mu" else rounded
        texts.append(
            [
                "" if value is None else write(value) if is_figure else in_words(column.name, value, lang)
                for value in values
            ]
        )
    return [column.label(lang) for column in columns], [list(row) for row in zip(*texts, strict=True)]


def _plain(values: "pd.Series[Any]", kind: Kind) -> list[Any]:
    present = values.notna().to_numpy()
    turn: dict[Kind, Callable[[Any], Any]] = {
        Kind.NUMBER: float, Kind.AMOUNT: float, Kind.INTEGER: int, Kind.FLAG: bool,
        Kind.DATE: lambda value: value.date().isoformat(), Kind.INSTANT: lambda value: value.isoformat(),
    }  # fmt: skip
    change = turn.get(kind, str)
    return [change(value) if there else None for value, there in zip(values, present, strict=True)]


def _declared(frame: gpd.GeoDataFrame, table: Table) -> gpd.GeoDataFrame:
    """Keep what the table declares and an output may show, and the shapes."""
    columns = {column.name: column_values(frame, column).to_numpy() for column in visible_columns(frame, table)}
    return gpd.GeoDataFrame(columns, geometry=frame.geometry.to_numpy(), crs=frame.crs)


def _write_gpkg(frame: gpd.GeoDataFrame, table: Table, path: Path) -> None:
    _declared(frame, table).to_file(make_room(path), layer=table.name, driver="GPKG")


def _write_parquet(frame: gpd.GeoDataFrame, table: Table, path: Path) -> None:
    _declared(frame, table).to_parquet(make_room(path))


def _write_xlsx(frame: gpd.GeoDataFrame, table: Table, path: Path) -> None:
    import xlsxwriter

    header = [column.name for column in visible_columns(frame, table)]
    with xlsxwriter.Workbook(make_room(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(table.zh[:31])
        sheet.freeze_panes(1, 1)
        sheet.write_row(0, 0, header, book.add_format({"bold": True}))
        for number, record in enumerate(records(frame, table), start=1):
            for at, value in enumerate(record.values()):
                if isinstance(value, str):
                    sheet.write_string(number, at, value)
                elif value is not None:
                    sheet.write(number, at, value)
        sheet.autofilter(0, 0, max(len(frame), 1), len(header) - 1)
        sheet.autofit()


_WRITERS: dict[str, Callable[[gpd.GeoDataFrame, Table, Path], None]] = {
    ".csv": write_csv,
    ".gpkg": _write_gpkg,
    ".parquet": _write_parquet,
    ".xlsx": _write_xlsx,
}
#: Those for a table that has no shapes.
_WITHOUT_SHAPES = {suffix: _WRITERS[suffix] for suffix in (".csv", ".xlsx")}
