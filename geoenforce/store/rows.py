"""Tables as the store's rows: values as Python's own, geometry in longitude and latitude, keys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geoenforce.core.errors import TableError, some
from geoenforce.core.persons import PERSONAL_COLUMNS
from geoenforce.core.space import from_plane, is_plane
from geoenforce.core.tables import Column, Kind, Table, check
from geoenforce.store.hashes import hashes_of
from geoenforce.store.schema import SRID

#: How many rows are turned at once: as objects of Python they take ten times the room.
AT_ONCE = 50_000

Mask = npt.NDArray[np.bool_]

#: GEOS's numbers of the types of geometry that a layer may hold: single, then multipart.
_TYPES = {"polygon": (3, 6), "line": (1, 5), "point": (0, 4)}


@dataclass(frozen=True)
class Rows:
    """Some rows, without those that name persons: values by column, None where missing; geometry as shapes."""

    columns: dict[str, Any]
    persons: dict[str, list[Any]]

    def hashes(self, table: Table, count: int) -> list[str]:
        """Hash the rows."""
        return hashes_of(table, self.columns, count)


def rows_of(table: Table, frame: pd.DataFrame) -> Rows:
    """
    Turn a table, or some rows of it, into rows for the store.

    Parameters
    ----------
    table
        Its declaration; undeclared columns are left out.
    frame
        The table, in order; geometry in the plane or in a system of CGCS2000.

    Examples
    --------
    >>> from geoenforce.core.tables import PARTIES, empty
    >>> rows_of(PARTIES, empty(PARTIES)).persons
    {'party': []}
    """
    columns: dict[str, Any] = {column.name: values_of(frame, column) for column in columns_at_hand(table, frame)}
    persons = {name: columns.pop(name) for name in sorted(PERSONAL_COLUMNS & set(columns))}
    if table.geometry:
        columns["geometry"] = _longlat(frame)
    return Rows(columns, persons)


def turned(table: Table, frame: pd.DataFrame, known: Rows | None = None) -> Iterator[Rows]:
    """
    Turn a table into rows for the store, `AT_ONCE` at a time.

    Parameters
    ----------
    table, frame
        As in `rows_of`.
    known
        The rows, if they are there already.

    Examples
    --------
    >>> from geoenforce.core.tables import PARTIES, empty
    >>> list(turned(PARTIES, empty(PARTIES)))
    []
    """
    return iter([known]) if known is not None else (rows_of(table, part) for part in portions(frame))


def hashes_and_keys(
    table: Table, frame: pd.DataFrame, known: Rows | None = None
) -> tuple["pd.Series[str]", "pd.Series[str]"]:
    """
    Name each row of a table and hash it, some rows at a time; `known` as in `turned`.

    A row's key is the table's index; where it has none, the row's hash, with a number among equal rows.

    Examples
    --------
    >>> from geoenforce.core.tables import CASE_AREAS
    >>> areas = pd.DataFrame({"basic_farmland_mu": [5.0], "other_cultivated_mu": [0.0], "other_mu": [0.0]},
    ...                      index=pd.Index(["A"], name="case_id"))
    >>> hashes, keys = hashes_and_keys(CASE_AREAS, areas)
    >>> len(hashes[0]), keys[0]
    (64, 'A')
    """
    parts = zip(turned(table, frame, known), portions(frame), strict=True)
    found = [pd.Series(rows.hashes(table, len(part)), dtype="str") for rows, part in parts]
    hashes = pd.concat(found, ignore_index=True) if found else pd.Series(dtype="str")
    if table.index is not None:
        return hashes, pd.Series(frame.index.astype("str"), dtype="str")
    number = hashes.groupby(hashes).cumcount().astype("str")
    return hashes, (hashes + "-" + number).astype("str")


def refuse_unfit(table: Table, frame: pd.DataFrame) -> None:
    """
    Refuse what is not in order, or what not every database can hold.

    Raises
    ------
    TableError
        If the table does not pass `check`, a number is infinite or an integer beyond 64 bits, a text holds a NUL or
        half a character, or a geometry is not of the layer's type.

    Examples
    --------
    >>> from geoenforce.core.tables import CASE_AREAS
    >>> areas = pd.DataFrame({"basic_farmland_mu": [np.inf], "other_cultivated_mu": [0.0], "other_mu": [0.0]},
    ...                      index=pd.Index(["A"], name="case_id"))
    >>> refuse_unfit(CASE_AREAS, areas)
    Traceback (most recent call last):
    geoenforce.core.errors.TableError: The table 'case areas' cannot be stored: basic_farmland_mu is infinite in ['A'].
    """
    check(frame, table)
    problems = []
    for column in columns_at_hand(table, frame):
        wrong = _unfit(_series(frame, column), column.kind)
        if wrong is not None:
            problems.append(f"{column.name} {_WORDS[column.kind]} in {some(frame.index[wrong])}")
    if table.geometry:
        wrong = ~np.isin(shapely.get_type_id(frame.geometry.to_numpy()), _TYPES[table.geometry])
        if wrong.any():
            problems.append(f"the geometry is no {table.geometry} in {some(frame.index[wrong])}")
    if problems:
        message = f"The table '{table.name}' cannot be stored: {'; '.join(problems)}."
        raise TableError(message)


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


def portions(values: Any) -> Iterator[Any]:
    """
    Take a table or a list some rows at a time.

    Examples
    --------
    >>> [len(part) for part in portions(range(AT_ONCE + 1))]
    [50000, 1]
    """
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]


def as_multipart(geometry: Any) -> tuple[Any, Mask]:
    """
    Make all shapes multipart ones, as the layer's type is; say which were.

    Examples
    --------
    >>> shapes, was = as_multipart(np.array([shapely.Point(1, 2), shapely.MultiPoint([(3, 4)])]))
    >>> shapes.tolist(), was.tolist()
    ([<MULTIPOINT ((1 2))>, <MULTIPOINT ((3 4))>], [False, True])
    """
    make = {0: shapely.multipoints, 1: shapely.multilinestrings, 3: shapely.multipolygons}
    kinds = shapely.get_type_id(geometry)
    made = geometry.copy()
    for kind, multiply in make.items():
        single = kinds == kind
        if single.any():
            made[single] = multiply(geometry[single], indices=np.arange(single.sum()))
    return made, np.asarray(kinds > 3)


def as_delivered(geometry: Any, is_multipart: Sequence[Any]) -> Any:
    """
    Make the shapes single again that were.

    Examples
    --------
    >>> as_delivered(np.array([shapely.MultiPoint([(3, 4)])]), [False]).tolist()
    [<POINT (3 4)>]
    """
    single = ~np.array(is_multipart, dtype=bool)
    made = geometry.copy()
    made[single] = shapely.get_geometry(geometry[single], 0)
    return made


def values_of(frame: pd.DataFrame, column: Column) -> list[Any]:
    """
    Return a column's values as Python's own, None where missing; days and moments as text.

    Examples
    --------
    >>> from geoenforce.core.tables import VIOLATIONS
    >>> values_of(pd.DataFrame({"found_on": pd.to_datetime(["2026-03-01", None])}), VIOLATIONS.column("found_on"))
    ['2026-03-01', None]
    """
    values = _series(frame, column)
    there = values.notna().to_numpy()
    if column.kind is Kind.DATE:
        listed = np.datetime_as_string(values.to_numpy().astype("datetime64[D]")).tolist()
    elif column.kind is Kind.INSTANT:
        listed = _moments(values)
    elif column.kind is Kind.TEXT:
        listed = values.astype(object).to_list()
        listed = [str(value) if known else None for value, known in zip(listed, there, strict=True)]
    else:
        filled = values if there.all() else values.fillna(0)
        listed = filled.to_numpy(dtype=_PLAIN_TYPES[column.kind]).tolist()
        if _PLAIN_TYPES[column.kind] == "float64":
            listed = [value + 0.0 for value in listed]  # SQLite has no -0.0
    return listed if there.all() else [value if known else None for value, known in zip(listed, there, strict=True)]


_PLAIN_TYPES = {Kind.NUMBER: "float64", Kind.AMOUNT: "float64", Kind.INTEGER: "int64", Kind.FLAG: "bool"}

_WORDS = {
    Kind.TEXT: "holds a NUL or half a character",
    Kind.NUMBER: "is infinite",
    Kind.AMOUNT: "is infinite",
    Kind.INTEGER: "is beyond 64 bits",
}


def _series(frame: pd.DataFrame, column: Column) -> "pd.Series[Any]":
    return frame[column.name] if column.name in frame else frame.index.to_series()


def _moments(values: "pd.Series[Any]") -> list[str]:
    """Write moments in UTC to the microsecond, and to the nanosecond where there is more than that."""
    moments = values.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
    texts = np.datetime_as_string(moments.astype("datetime64[us]"))
    if np.datetime_data(moments.dtype)[0] == "ns":
        finer = moments != moments.astype("datetime64[us]")
        texts = np.where(finer, np.datetime_as_string(moments), texts)
    return [f"{text}Z" for text in texts.tolist()]


def _unfit(values: "pd.Series[Any]", kind: Kind) -> Any:
    """Return where values cannot be stored; None if all can."""
    if kind is Kind.TEXT:
        texts = [str(value) for value in values.dropna().to_list()]
        if _is_storable("".join(texts)):
            return None
        wrong = np.array(values.notna())
        wrong[wrong] = [not _is_storable(text) for text in texts]
        return wrong
    if kind in (Kind.NUMBER, Kind.AMOUNT):
        wrong = np.isinf(values.to_numpy(dtype="float64", na_value=np.nan))
    elif kind is Kind.INTEGER:
        wrong = (values > np.iinfo("int64").max).fillna(value=False).to_numpy(dtype=bool)
    else:
        return None
    return wrong if wrong.any() else None


def _is_storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _longlat(frame: pd.DataFrame) -> Any:
    layer = gpd.GeoDataFrame(geometry=frame.geometry)
    longlat = from_plane(layer, SRID) if is_plane(layer.crs) else layer.to_crs(SRID)
    shapes = longlat.geometry.to_numpy()
    return shapely.force_2d(shapes) if shapely.has_z(shapes).any() else shapes
