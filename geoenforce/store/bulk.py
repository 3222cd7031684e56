"""Many rows at once, the quickest way each database has."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import numpy as np
import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.store.gpkg import blobs, shapes, widen_extent
from geoenforce.store.rows import AT_ONCE, portions
from geoenforce.store.rtree import is_worth_packing, pack, suspend_insert_trigger
from geoenforce.store.schema import SRID

_GEOMETRY = "geometry"
_MANY = 10_000  # rows after which PostgreSQL should look at a table again

Shapes = Any  # an array of shapely geometries


def is_gpkg(connection: Connection) -> bool:
    """
    Say whether a connection is to a GeoPackage (else it is to PostGIS).

    Examples
    --------
    >>> is_gpkg(connection)  # doctest: +SKIP
    """
    return connection.dialect.name == "geopackage"


def binary(connection: Connection) -> str:
    """
    Return what makes texts sort by their characters' codes, as SQLite does and PostgreSQL need not.

    Examples
    --------
    >>> binary(connection)  # doctest: +SKIP
    ' COLLATE "C"'
    """
    return "" if is_gpkg(connection) else ' COLLATE "C"'


def in_portions(connection: Connection, query: str, values: Mapping[str, Any] | None = None) -> sa.CursorResult[Any]:
    """
    Ask for rows that come some at a time, so that memory stays small.

    Examples
    --------
    >>> in_portions(connection, "SELECT row_key FROM cases").partitions()  # doctest: +SKIP
    """
    return connection.execute(sa.text(query), values or {}, execution_options={"yield_per": AT_ONCE})


def insert_many(connection: Connection, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """
    Insert rows, by COPY or by one prepared statement.

    Examples
    --------
    >>> insert_many(connection, "cases", ["row_key", "since"], [("A", 1)])  # doctest: +SKIP
    """
    if not rows:
        return
    quoted = ", ".join(f'"{column}"' for column in columns)
    if is_gpkg(connection):
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f'INSERT INTO "{name}" ({quoted}) VALUES ({marks})', [tuple(row) for row in rows])
        return
    cursor = connection.connection.cursor()
    with cursor.copy(f'COPY "{name}" ({quoted}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def update_many(connection: Connection, name: str, key: str, keys: Sequence[int], revision: int) -> None:
    """
    Let the rows with these numbers end.

    Examples
    --------
    >>> update_many(connection, "cases", "row_id", [1, 2, 3], 7)  # doctest: +SKIP
    """
    for some in portions(keys):
        if is_gpkg(connection):
            statement = f'UPDATE "{name}" SET until = ? WHERE "{key}" = ?'
            connection.exec_driver_sql(statement, [(revision, number) for number in some])
        else:
            statement = f'UPDATE "{name}" SET until = %s WHERE "{key}" = ANY(%s)'
            connection.exec_driver_sql(statement, (revision, list(some)))


#: Takes the columns' names, and the rows; geometry, where there is any, as shapes in the last column.
Insert = Callable[[Sequence[str], Sequence[Sequence[Any]], Shapes], None]


@contextmanager
def inserting(connection: Connection, name: str, count: int, *, has_geometry: bool) -> Iterator[Insert]:
    """
    Lend a function that inserts rows of a layer, and have its spatial index and its extent right at the end.

    Parameters
    ----------
    connection
        A connection that may write.
    name
        The table's name in the database.
    count
        How many rows will come.
    has_geometry
        Whether the table has geometry.

    Examples
    --------
    >>> with inserting(connection, "cases", 1, has_geometry=False) as insert:  # doctest: +SKIP
    ...     insert(["row_key"], [("A",)], None)
    """
    if has_geometry and count and is_gpkg(connection):
        yield from _into_layer(connection, name, count)
    else:
        yield lambda columns, rows, geometry: _insert(connection, name, columns, rows, geometry)
    if count > _MANY:
        connection.exec_driver_sql(f'ANALYZE "{name}"')


def written_shapes(connection: Connection, geometry: Shapes) -> list[Any]:
    """
    Write shapes as the database takes them.

    Examples
    --------
    >>> written_shapes(connection, shapes)  # doctest: +SKIP
    """
    if is_gpkg(connection):
        return list(blobs(geometry, SRID))
    return list(shapely.to_wkb(shapely.set_srid(geometry, SRID), hex=True, include_srid=True, byte_order=1))


def read_shapes(connection: Connection, written: Sequence[Any]) -> Shapes:
    """
    Read shapes from what the database gives.

    Examples
    --------
    >>> read_shapes(connection, blobs)  # doctest: +SKIP
    """
    if is_gpkg(connection):
        return shapes(written)
    return shapely.from_wkb(np.array([None if body is None else bytes(body) for body in written], dtype=object))


def driver_connection(connection: Connection) -> sqlite3.Connection:
    """
    Return the driver's own connection to a GeoPackage.

    Examples
    --------
    >>> driver_connection(connection)  # doctest: +SKIP
    """
    return cast("sqlite3.Connection", connection.connection.driver_connection)


def next_number(connection: Connection, name: str, key: str) -> int:
    """
    Return the first number that no row of a table has yet.

    Examples
    --------
    >>> next_number(connection, "cases", "row_id")  # doctest: +SKIP
    """
    last = connection.execute(sa.text(f'SELECT max("{key}") FROM "{name}"')).scalar()
    return int(last or 0) + 1


def _insert(
    connection: Connection, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], geometry: Shapes
) -> None:
    if geometry is not None:
        columns = [*columns, _GEOMETRY]
        rows = [(*row, shape) for row, shape in zip(rows, written_shapes(connection, geometry), strict=True)]
    insert_many(connection, name, columns, rows)


def _into_layer(connection: Connection, name: str, count: int) -> Iterator[Insert]:
    driver = driver_connection(connection)
    first = next_number(connection, name, "row_id")
    boxes: list[Any] = []
    is_packed = is_worth_packing(driver, name, _GEOMETRY, count)
    trigger = suspend_insert_trigger(driver, name, _GEOMETRY) if is_packed else ""

    def insert(columns: Sequence[str], rows: Sequence[Sequence[Any]], geometry: Shapes) -> None:
        numbers = range(first + sum(map(len, boxes)), first + count)
        rows = [(number, *row) for number, row in zip(numbers, rows, strict=False)]
        _insert(connection, name, ["row_id", *columns], rows, geometry)
        boxes.append(shapely.bounds(geometry)[:, [0, 2, 1, 3]])

    yield insert
    everything = np.vstack(boxes)
    is_somewhere = ~np.isnan(everything[:, 0])
    if is_packed:
        pack(driver, name, _GEOMETRY, (first + np.flatnonzero(is_somewhere)), everything[is_somewhere])
        driver.execute(trigger)
    if is_somewhere.any():
        west, _, south, _ = np.nanmin(everything, axis=0).tolist()
        _, east, _, north = np.nanmax(everything, axis=0).tolist()
        widen_extent(driver, name, (west, south, east, north))
