"""CSV and XLSX with shapes in them: a column of WKT, a column of point lists, or one row per point."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from geoenforce.core.errors import FormatError, some
from geoenforce.core.sentences import say
from geoenforce.core.terms import Action
from geoenforce.inputs.columns import known_names, plain
from geoenforce.inputs.encodings import decode_bytes
from geoenforce.inputs.reading import Delivery, Problem
from geoenforce.inputs.rings import PointsError, is_north_first, polygon_of
from geoenforce.inputs.values import as_text

_HEADER_WITHIN = 10  # rows: a title and remarks may stand above the header
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")
_CURVE = re.compile("CURVE|CIRCULAR|SURFACE", re.IGNORECASE)  # shapely knows no curves
_SRID = re.compile(r"^\s*SRID\s*=\s*(\d+)\s*;", re.IGNORECASE)


@dataclass(frozen=True)
class _Sheet:
    name: str
    header: int  # number of the row with the names, from 1
    columns: dict[str, str]  # what a geometry column is for -> its name
    frame: pd.DataFrame  # indexed by the number of the row in the sheet


def read_sheet(
    path: Path,
    file: str,
    layer: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Delivery:
    """
    Read the shapes of a CSV or XLSX.

    Parameters
    ----------
    path
        Where the file is.
    file
        How it is called in messages.
    layer
        Name of the sheet; without it, the only one with shapes.
    encoding
        Of a CSV; without it the bytes decide between UTF-8 and GBK.
    columns
        Where the shapes are: ``wkt``; or ``points``, a cell with all points; or ``x``, ``y`` and ``parcel``
        (and ``ring``) of a sheet with one row per point.

    Returns
    -------
    delivery
        One row per shape, numbered by the row of the sheet it begins in.

    Raises
    ------
    FormatError
        If no column with shapes is found, or several sheets have some.
    """
    tables = workbook_rows(path, file) if path.suffix.lower() in (".xlsx", ".xlsm") else text_rows(path, file, encoding)
    if layer is not None and layer not in tables:
        message = f"{file} has no sheet {layer!r}; it has {some(tables, 40)}."
        raise FormatError(message)
    wanted = tables if layer is None else {layer: tables[layer]}
    sheets = [sheet for name, rows in wanted.items() if (sheet := _sheet(name, rows, columns or {})) is not None]
    if len(sheets) > 1:
        names = [sheet.name for sheet in sheets]
        message = f'{file} has several sheets with shapes: {names}. Say which one to read: layer = "{names[0]}".'
        raise FormatError(message)
    if not sheets:
        raise FormatError(_no_shapes(file, wanted))
    return _delivery(sheets[0], file)


def _no_shapes(file: str, tables: Mapping[str, Sequence[Sequence[Any]]]) -> str:
    headers = [[str(cell) for cell in rows[0] if cell not in (None, "")] for rows in tables.values() if rows]
    return (
        f"{file} has no column with shapes, and polygons are needed; its first row is {headers[0] if headers else []}. "
        'Say where they are: columns = { wkt = "…" }, or columns = { points = "…" } for a list of points in a cell, '
        'or columns = { x = "…", y = "…", parcel = "…" } for one row per point.'
    )


def workbook_rows(path: Path, file: str) -> dict[str, list[list[Any]]]:
    """
    Return the rows of each sheet of a workbook, by its name.

    Raises
    ------
    FormatError
        If it is no workbook.
    """
    try:
        import openpyxl  # only workbooks need it

        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}
        finally:
            book.close()
    except Exception as error:  # openpyxl passes on whatever its parsers raise
        message = f"{file} cannot be opened as a workbook: {error}. Open it in Excel and save it as .xlsx again."
        raise FormatError(message) from None


def text_rows(path: Path, file: str, encoding: str | None) -> dict[str, list[list[Any]]]:
    """
    Return the rows of a CSV under the file's name, empty cells as None.

    Raises
    ------
    FormatError
        If it is no text in the encoding, or no CSV.
    """
    data = path.read_bytes()
    try:
        text = data.decode(encoding) if encoding else decode_bytes(data)
    except (UnicodeDecodeError, LookupError):
        message = f"{file} is not text in {encoding or 'UTF-8 or GBK'}. Save it as CSV in UTF-8."
        raise FormatError(message) from None
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    usual = csv.field_size_limit(2**31 - 1)  # a polygon in WKT may be longer than the usual 131 072 characters
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        message = f"{file} is no CSV: {error}. Save it as CSV in UTF-8."
        raise FormatError(message) from None
    finally:
        csv.field_size_limit(usual)
    return {path.stem: [[cell if cell.strip() else None for cell in row] for row in rows]}


def _sheet(name: str, rows: list[list[Any]], chosen: Mapping[str, str]) -> _Sheet | None:
    """Find the row of names and the columns with shapes; None where there are none."""
    for number, row in enumerate(rows[:_HEADER_WITHIN], start=1):
        names = [str(cell).strip() for cell in row if cell is not None]
        columns = _geometry_columns(names, chosen)
        if "wkt" in columns or "points" in columns or {"x", "y", "parcel"} <= set(columns):
            return _Sheet(name, number, columns, frame_below(rows, number))
    return None


def frame_below(rows: list[list[Any]], header: int) -> pd.DataFrame:
    """Make a table of the rows below the header; rows without any value are no rows."""
    places = {
        str(cell).strip(): place for place, cell in reversed(list(enumerate(rows[header - 1]))) if cell is not None
    }
    numbered = [
        (number, row) for number, row in enumerate(rows[header:], header + 1) if any(cell is not None for cell in row)
    ]
    index = pd.Index([number for number, _ in numbered], name="row", dtype="int64")
    cells = {
        name: pd.Series([row[place] if place < len(row) else None for _, row in numbered], index=index, dtype=object)
        for name, place in sorted(places.items(), key=lambda pair: pair[1])
    }
    return pd.DataFrame(cells, index=index)


def _geometry_columns(names: list[str], chosen: Mapping[str, str]) -> dict[str, str]:
    by_plain = {plain(name): name for name in reversed(names)}
    found = {}
    for purpose, candidates in known_names()["shapes"].items():
        wanted = [chosen[purpose]] if purpose in chosen else candidates
        match = next((by_plain[plain(one)] for one in wanted if plain(one) in by_plain), None)
        if match is not None:
            found[purpose] = match
    return found


def _delivery(sheet: _Sheet, file: str) -> Delivery:
    if "wkt" in sheet.columns:
        return _from_wkt(sheet, file)
    if "points" in sheet.columns:
        return _from_lists(sheet, file)
    return _from_rows(sheet, file)


def _from_wkt(sheet: _Sheet, file: str) -> Delivery:
    texts = as_text(sheet.frame[sheet.columns["wkt"]])
    codes = texts.str.extract(_SRID)[0].dropna().unique()
    if len(codes) > 1:
        message = f"{file}: the shapes name several coordinate systems, {some(codes)}; deliver one file for each."
        raise FormatError(message)
    linear = texts.str.replace(_SRID, "", regex=True).mask(texts.str.contains(_CURVE, na=False))
    geometry = shapely.from_wkt(linear.to_numpy(dtype=object, na_value=None), on_invalid="ignore")
    broken = texts.index[shapely.is_missing(geometry) & texts.notna().to_numpy()]
    problems = [
        Problem("unreadable_record", say("no_wkt", text=texts[row][:40]), Action.REJECTED, int(row)) for row in broken
    ]
    crs = pyproj.CRS.from_epsg(int(codes[0])) if len(codes) else None
    frame = sheet.frame.drop(columns=sheet.columns["wkt"])
    return Delivery(file, sheet.name, frame, geometry, crs, tuple(problems))


def _from_lists(sheet: _Sheet, file: str) -> Delivery:
    lists = {}
    problems = []
    for row, text in as_text(sheet.frame[sheet.columns["points"]]).items():
        numbers = [float(number) for number in _NUMBER.findall(text)] if isinstance(text, str) else []
        if len(numbers) % 2:
            said = say("odd_numbers", count=len(numbers))
            problems.append(Problem("unreadable_record", said, Action.REJECTED, int(row)))
        elif numbers:
            lists[row] = [np.array(numbers).reshape(-1, 2)]
    return _of_points(sheet.frame.drop(columns=sheet.columns["points"]), lists, problems, sheet, file)


def _from_rows(sheet: _Sheet, file: str) -> Delivery:
    """Gather the points of each parcel, in the order of the rows."""
    x, y = (pd.to_numeric(as_text(sheet.frame[sheet.columns[axis]]), errors="coerce") for axis in ("x", "y"))
    parcel = as_text(sheet.frame[sheet.columns["parcel"]]).ffill()  # a merged cell has its value in the first row
    ring = as_text(sheet.frame[sheet.columns["ring"]]).ffill() if "ring" in sheet.columns else pd.Series("1", x.index)
    lists, first_rows, problems = {}, [], []
    for _, rows in parcel.groupby(parcel, sort=False).groups.items():
        first = int(rows[0])
        first_rows.append(first)
        wrong = rows[(x[rows].isna() | y[rows].isna()).to_numpy()]
        if len(wrong):
            said = say("rows_without_coordinates", rows=wrong)
            problems.append(Problem("unreadable_record", said, Action.REJECTED, first))
            continue
        rings = ring[rows].groupby(ring[rows], sort=False).groups.values()
        lists[first] = [np.column_stack([x[points], y[points]]) for points in rings]
    if lists and all(len(points) == 1 for rings in lists.values() for points in rings):
        message = f"{file} has one point for each {sheet.columns['parcel']}, and polygons are needed."
        raise FormatError(message)
    frame = sheet.frame.loc[first_rows].assign(**{sheet.columns["parcel"]: parcel[first_rows]})
    unneeded = [sheet.columns[purpose] for purpose in ("x", "y", "ring", "point") if purpose in sheet.columns]
    return _of_points(frame.drop(columns=unneeded), lists, problems, sheet, file)


def _of_points(
    frame: pd.DataFrame, lists: Mapping[Any, list[Any]], problems: list[Problem], sheet: _Sheet, file: str
) -> Delivery:
    points = np.concatenate([ring for rings in lists.values() for ring in rings]) if lists else np.empty((0, 2))
    named_xy = plain(sheet.columns.get("x", "")) in ("", "x")  # X and Y may mean north and east; 经度 may not
    north_first = named_xy and is_north_first(points[:, 0], points[:, 1])
    if north_first:
        problems.append(Problem("north_first", say("north_first")))
    shapes = []
    for row in frame.index:
        shape = None
        try:
            if row in lists:
                shape, _ = polygon_of(
                    [[tuple(point[::-1] if north_first else point) for point in ring] for ring in lists[row]]
                )
        except PointsError as error:
            problems.append(Problem("unreadable_record", error.said, Action.REJECTED, int(row)))
        shapes.append(shape)
    return Delivery(file, sheet.name, frame, np.array([*shapes, None], dtype=object)[:-1], None, tuple(problems))
