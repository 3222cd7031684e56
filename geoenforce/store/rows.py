"""Frames as the store's rows, and back: keys, hashes, personal data apart, order kept."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geoenforce.core.space import PLANE, from_plane
from geoenforce.core.tables import Column, Kind, Table, check
from geoenforce.store.schema import SRID

#: Columns that name persons: they stand in a table of their own.
PERSONAL_COLUMNS = frozenset({"party", "patrollers", "recorded_by"})

_MISSING, _BETWEEN = "\x00", "\x1f"


def rows_of(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """
    Turn a table into rows for the store, all values as Python's own or missing (None).

    Parameters
    ----------
    table
        Its declaration; undeclared columns are left out.
    frame
        The table; geometry in the plane or in longitude and latitude of CGCS2000.

    Returns
    -------
    rows
        One row per row: ``row_key`` (the index, or the row's own hash where the table has none), the declared
        columns at hand, ``geometry`` (WKB), ``row_sha256`` over all of them, personal columns included.

    Raises
    ------
    TableError
        If the table is not in order.

    Examples
    --------
    >>> from geoenforce.core.tables import CASE_AREAS
    >>> areas = pd.DataFrame({"basic_farmland_mu": [5.0], "other_cultivated_mu": [0.0], "other_mu": [0.0]},
    ...                      index=pd.Index(["A"], name="case_id"))
    >>> rows_of(CASE_AREAS, areas)[["row_key", "case_id", "basic_farmland_mu"]].to_numpy().tolist()
    [['A', 'A', 5.0]]
    """
    check(frame, table)
    columns: dict[str, list[Any]] = {column.name: _values(frame, column) for column in columns_at_hand(table, frame)}
    if table.geometry:
        columns["geometry"] = _wkb(frame)
    hashes = hashes_of(table, columns, len(frame))
    keys = [str(key) for key in frame.index] if table.index is not None else _content_keys(hashes)
    return pd.DataFrame({"row_key": keys, **columns, "row_sha256": hashes}, dtype=object)


def hashes_of(table: Table, columns: Mapping[str, Sequence[Any]], count: int) -> list[str]:
    """
    Hash rows over every declared column and the geometry; a column that is not there counts as missing.

    Parameters
    ----------
    table
        The declaration.
    columns
        Values by column, as a database gives them; ``geometry`` as WKB.
    count
        Number of rows.

    Examples
    --------
    >>> from geoenforce.core.tables import CASE_AREAS
    >>> one = hashes_of(CASE_AREAS, {"case_id": ["A"], "other_mu": [1]}, 1)
    >>> one == hashes_of(CASE_AREAS, {"case_id": ["A"], "other_mu": [1.0], "basic_farmland_mu": [None]}, 1)
    True
    """
    absent = [None] * count
    texts = [_texts(columns.get(column.name, absent), column.kind) for column in table]
    if table.geometry:
        texts.append([_MISSING if body is None else body.hex() for body in columns["geometry"]])
    return [row_hash(row) for row in zip(*texts, strict=True)]


def columns_at_hand(table: Table, frame: pd.DataFrame) -> list[Column]:
    """
    List the declared columns that a frame has, the index first.

    Examples
    --------
    >>> from geoenforce.core.tables import PARTIES
    >>> [column.name for column in columns_at_hand(PARTIES, pd.DataFrame(columns=["year", "cases"]))]
    ['year', 'cases']
    """
    return [column for column in table if column is table.index or column.name in frame]


def frame_of(table: Table, rows: pd.DataFrame, names: Sequence[str]) -> Any:
    """
    Turn rows of the store back into a table that passes `check`.

    Parameters
    ----------
    table
        Its declaration.
    rows
        The declared columns as the database gives them, and ``geometry`` as shapes, in order.
    names
        The columns that the table had.

    Examples
    --------
    >>> from geoenforce.core.tables import CASE_AREAS
    >>> rows = pd.DataFrame({"case_id": ["A"], "basic_farmland_mu": [5.0], "other_cultivated_mu": [0.0],
    ...                      "other_mu": [0.0]})
    >>> check(frame_of(CASE_AREAS, rows, list(rows.columns)), CASE_AREAS)
    """
    columns = {column.name: _typed(rows[column.name], column) for column in table if column.name in names}
    frame = pd.DataFrame(columns, index=rows.index)
    frame = frame.reset_index(drop=True) if table.index is None else frame.set_index(table.index.name)
    if not table.geometry:
        return frame
    shapes = gpd.GeoSeries(rows["geometry"].to_numpy(), index=frame.index, crs=SRID)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=SRID)


def positions(before: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """
    Place new rows among those that are there, without moving them if that can be.

    Parameters
    ----------
    before
        The places of the rows in their new order; NaN for new ones.

    Examples
    --------
    >>> positions(np.array([0.0, np.nan, 1.0, np.nan])).tolist()
    [0.0, 0.5, 1.0, 2.0]
    >>> positions(np.array([1.0, 0.0])).tolist()  # their order has changed: all are numbered anew
    [0.0, 1.0]
    """
    count = len(before)
    anew = np.arange(count, dtype=np.float64)
    there = np.flatnonzero(~np.isnan(before))
    if not len(there):
        return anew
    ends = np.r_[-1, there, count]
    room = np.diff(ends)
    values = np.r_[before[there[0]] - room[0], before[there], before[there[-1]] + room[-1]]
    placed = np.interp(np.arange(count), ends, values)
    return placed if (np.diff(placed) > 0).all() else anew


def digest(hashes: Sequence[str]) -> str:
    """
    Hash hashes, in an order of their own.

    Examples
    --------
    >>> digest(["b", "a"]) == digest(["a", "b"])
    True
    """
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def row_hash(texts: Sequence[str]) -> str:
    """
    Hash one row's values as texts.

    Examples
    --------
    >>> row_hash(["A", "5.0"])[:8]
    'cfc0d772'
    """
    return hashlib.sha256(_BETWEEN.join(texts).encode()).hexdigest()


def _values(frame: pd.DataFrame, column: Column) -> list[Any]:
    values = frame[column.name] if column.name in frame else frame.index.to_series()
    there = values.notna().to_numpy()
    if column.kind is Kind.INSTANT:
        values = values.dt.tz_convert("UTC").dt.tz_localize(None).astype("datetime64[us]")
    convert = _CONVERT[column.kind]
    return [convert(value) if known else None for value, known in zip(values, there, strict=True)]


_CONVERT: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: str,
    Kind.NUMBER: float,
    Kind.AMOUNT: float,
    Kind.INTEGER: int,
    Kind.FLAG: bool,
    Kind.DATE: lambda value: value.date(),
    Kind.INSTANT: lambda value: f"{value.isoformat()}Z",
}


def _texts(values: Sequence[Any], kind: Kind) -> list[str]:
    """Write values so that equal rows have equal texts; a float's shortest form gives the same float back."""
    write = _TEXTS[kind]
    return [_MISSING if value is None else write(value) for value in values]


_TEXTS: Mapping[Kind, Callable[[Any], str]] = {
    Kind.TEXT: str,
    Kind.NUMBER: lambda value: repr(float(value)),
    Kind.AMOUNT: lambda value: repr(float(value)),
    Kind.INTEGER: lambda value: str(int(value)),
    Kind.FLAG: lambda value: str(bool(value)),
    Kind.DATE: str,
    Kind.INSTANT: str,
}


def _wkb(frame: pd.DataFrame) -> list[bytes | None]:
    layer = gpd.GeoDataFrame(frame)
    longlat = from_plane(layer, SRID) if layer.crs == PLANE else layer.to_crs(SRID)
    return list(shapely.to_wkb(longlat.geometry.to_numpy(), byte_order=1))


def _content_keys(hashes: Sequence[str]) -> list[str]:
    """Name rows without an id by their content; equal rows are numbered."""
    number = pd.Series(hashes).groupby(hashes).cumcount() if len(hashes) else []
    return [f"{value}-{count}" for value, count in zip(hashes, number, strict=True)]


def _typed(values: "pd.Series[Any]", column: Column) -> "pd.Series[Any]":
    if column.kind is Kind.TEXT:
        return values.astype("str").where(values.notna())
    if column.kind in (Kind.NUMBER, Kind.AMOUNT):
        return pd.to_numeric(values).astype("float64")
    if column.kind is Kind.INTEGER:
        return values.astype("Int64") if values.isna().any() or not column.filled else values.astype("int64")
    if column.kind is Kind.FLAG:
        return values.astype(bool)
    if column.kind is Kind.DATE:
        return pd.to_datetime(values).astype("datetime64[s]")
    moments = pd.to_datetime(values, utc=True, format="ISO8601")
    return moments.astype("datetime64[us, UTC]").dt.tz_convert("Asia/Shanghai")
