"""The check at each door: a table is what it claims to be."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from geoenforce.core.errors import TableError, some
from geoenforce.core.persons import PERSONAL_COLUMNS
from geoenforce.core.tables.columns import Column, Kind, Table


def check(frame: pd.DataFrame, table: Table) -> None:
    """
    Refuse a table that is not what it claims to be, with all its problems in one error.

    Parameters
    ----------
    frame
        The table to look at; more columns than declared are allowed.
    table
        The declaration to hold it against.

    Raises
    ------
    TableError
        If a column is missing or has the wrong type, a value that must be there is missing, an
        amount is below zero, a code is unknown, an id is repeated or missing, or the geometry is
        missing. The message names the rows.

    Examples
    --------
    >>> area = Column("area_m2", Kind.AMOUNT, "its area", "面积", "area", "m²")
    >>> check(pd.DataFrame({"area_m2": [1.0, -1.0]}), Table("sites", "site", "地块", "sites", None, (area,)))
    Traceback (most recent call last):
    geoenforce.core.errors.TableError: The table 'sites' (one row per site) has area_m2 below zero in [1].
    """
    problems = [*_index_problems(frame, table), *_geometry_problems(frame, table)]
    there = set(frame.columns)
    known = there | PERSONAL_COLUMNS  # a table is in order without its names of persons
    missing = [column.name for column in table.columns if column.required and column.name not in known]
    if missing:
        problems.append(f"lacks the columns {missing}; it has {list(frame.columns)}")
    for column in table.columns:
        if column.name in there:
            problems.extend(_column_problems(frame[column.name], column))
    if problems:
        message = f"The table '{table.name}' (one row per {table.row_is}) " + "; ".join(problems) + "."
        raise TableError(message)


def _index_problems(frame: pd.DataFrame, table: Table) -> Iterator[str]:
    if table.index is None:
        return
    if frame.index.name != table.index.name:
        yield f"must be indexed by {table.index.name}, not by {frame.index.name}"
        return
    if frame.index.hasnans:
        yield f"has {int(frame.index.isna().sum())} rows without a {table.index.name}"
    if not frame.index.is_unique:
        repeated = frame.index[frame.index.duplicated()].unique()
        yield f"has the {table.index.name} {some(repeated)} more than once"


def _geometry_problems(frame: pd.DataFrame, table: Table) -> Iterator[str]:
    if not table.geometry:
        return
    import geopandas as gpd  # only tables with geometry need them: `geoenforce grade` starts without
    import shapely

    if not isinstance(frame, gpd.GeoDataFrame):
        yield "has no geometry: a GeoDataFrame is needed"
        return
    geometry = frame.geometry  # looked up once: that takes as long as all the rest for a few rows
    shapes = geometry.to_numpy()
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if absent.any():
        yield f"has no geometry in {some(frame.index[absent])}"
    if geometry.crs is None:
        yield "has no coordinate system: set it with set_crs()"


def _column_problems(values: "pd.Series[Any]", column: Column) -> Iterator[str]:
    absent = np.asarray(values.array.isna(), dtype=bool)
    has_gaps = bool(absent.any())
    if column.filled and has_gaps:
        yield f"has no {column.name} in {some(values.index[absent])}"
    is_plain_text = column.kind is Kind.TEXT and not isinstance(values.dtype, pd.CategoricalDtype)
    there = values[~absent] if has_gaps and (is_plain_text or column.codes) else values
    if not _has_kind(there, column.kind):
        yield f"has {column.name} of type {values.dtype}, but it must be {_WORDS[column.kind]}"
        return
    if column.kind is Kind.AMOUNT and (values < 0).any():
        yield f"has {column.name} below zero in {some(values.index[values < 0])}"
    if column.codes:
        unknown = [code for code in there.unique() if code not in column.codes]
        if unknown:
            yield f"has unknown {column.name} {some(unknown)}; known are {list(column.codes)}"


def _has_kind(values: "pd.Series[Any]", kind: Kind) -> bool:
    types = pd.api.types
    if kind in (Kind.NUMBER, Kind.AMOUNT):
        return bool(types.is_numeric_dtype(values) and not types.is_bool_dtype(values))
    if kind is Kind.INTEGER:
        return bool(types.is_integer_dtype(values))
    if kind is Kind.FLAG:
        return bool(types.is_bool_dtype(values))
    if kind is Kind.DATE:
        return bool(types.is_datetime64_dtype(values))
    if kind is Kind.INSTANT:
        return isinstance(values.dtype, pd.DatetimeTZDtype)
    texts = values.cat.categories if isinstance(values.dtype, pd.CategoricalDtype) else values
    return bool(types.is_string_dtype(texts)) if len(texts) else True


_WORDS = {
    Kind.TEXT: "text",
    Kind.NUMBER: "a number",
    Kind.AMOUNT: "a number",
    Kind.INTEGER: "a whole number",
    Kind.FLAG: "true or false",
    Kind.DATE: "a date (datetime64 without a zone)",
    Kind.INSTANT: "a moment with a time zone",
}
