"""Save tables and load them as of any revision; what has not changed is not written again."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.core.tables import Table
from geoenforce.store.gpkg import blobs, shapes
from geoenforce.store.rows import PERSONAL_COLUMNS, columns_at_hand, frame_of, positions, row_hash, rows_of
from geoenforce.store.schema import SRID, sql_name

_AT_ONCE = 20_000  # rows per statement


@dataclass(frozen=True)
class Saved:
    """What saving a table changed."""

    added: int
    ended: int
    unchanged: int


def save(connection: Connection, table: Table, frame: pd.DataFrame, *, revision: int, source: str = "") -> Saved:
    """
    Save a table as what holds from a revision on; rows that are gone or changed end there.

    Parameters
    ----------
    connection
        A connection that may write.
    table, frame
        The declaration, and the whole table of this source.
    revision
        The revision that is being written.
    source
        Which delivery the rows belong to; empty for results.

    Raises
    ------
    TableError
        If the table is not in order.

    Examples
    --------
    >>> save(connection, CASES, cases, revision=1)  # doctest: +SKIP
    Saved(added=49, ended=0, unchanged=0)
    """
    rows = rows_of(table, frame)
    now = _current(connection, table, source)
    joined = rows[["row_key", "row_sha256"]].merge(now, on=["row_key", "row_sha256"], how="left")
    rows["position"] = positions(joined["position"].to_numpy(dtype=float))
    stays = (joined["position"] == rows["position"]).to_numpy()
    gone = now[~now["row_id"].isin(joined.loc[stays, "row_id"])]
    new = rows[~stays].assign(source=source, since=revision)
    _end(connection, sql_name(table), gone["row_id"].to_list(), revision)
    _end_personal(connection, sql_name(table), gone["row_key"].to_list(), revision)
    personal = _take_personal(new, sql_name(table), revision)
    _insert(connection, table, new)
    _insert_personal(connection, personal)
    _note_layout(connection, table, frame, source, revision)
    return Saved(len(new), len(gone), int(stays.sum()))


def load(
    connection: Connection,
    table: Table,
    *,
    as_of: int | None = None,
    source: str | None = None,
    box: tuple[float, float, float, float] | None = None,
    with_personal_data: bool = False,
) -> Any:
    """
    Load a table as it was after a revision.

    Parameters
    ----------
    connection
        A connection that may read.
    table
        Its declaration.
    as_of
        A revision; by default the last one.
    source
        Only what belongs to this delivery.
    box
        Only what touches this box: west, south, east, north in degrees; found through the spatial index.
    with_personal_data
        Whether to fill in the columns that name persons.

    Returns
    -------
    frame
        In the order in which it was saved; geometry in EPSG:4490.

    Examples
    --------
    >>> load(connection, CASES)  # doctest: +SKIP
    """
    name = sql_name(table)
    names = _layout(connection, name, as_of, source)
    shown = [column for column in names if column not in PERSONAL_COLUMNS]
    selected = ["row_key", *shown, *(["geometry"] if table.geometry else [])]
    where, values = _holding(as_of)
    if source is not None:
        where, values = f"{where} AND source = :source", values | {"source": source}
    if box is not None:
        where, values = f"{where} AND {_touching(connection, name)}", values | dict(zip("wsen", box, strict=True))
    quoted = ", ".join(f'"{column}"' if column != "geometry" else _shape_sql(connection) for column in selected)
    query = sa.text(f'SELECT {quoted} FROM "{name}" WHERE {where} ORDER BY source, position')
    rows = pd.DataFrame(connection.execute(query, values).fetchall(), columns=selected, dtype=object)
    if table.geometry:
        rows["geometry"] = _shapes(connection, rows["geometry"].to_list())
    if with_personal_data:
        for column in (column for column in names if column in PERSONAL_COLUMNS):
            rows[column] = _personal(connection, name, column, rows["row_key"], as_of)
    kept = names if with_personal_data else shown
    return frame_of(table, rows, kept)


def _current(connection: Connection, table: Table, source: str) -> pd.DataFrame:
    columns = "row_id, row_key, row_sha256, position"
    query = sa.text(f'SELECT {columns} FROM "{sql_name(table)}" WHERE until IS NULL AND source = :source')
    found = connection.execute(query, {"source": source}).fetchall()
    kinds = {"row_id": "int64", "row_key": object, "row_sha256": object, "position": "float64"}
    return pd.DataFrame(found, columns=list(kinds)).astype(kinds)


def _end(connection: Connection, name: str, row_ids: Sequence[int], revision: int) -> None:
    statement = sa.text(f'UPDATE "{name}" SET until = :revision WHERE row_id = :row_id')
    for some in _portions(row_ids):
        connection.execute(statement, [{"revision": revision, "row_id": row_id} for row_id in some])


def _insert(connection: Connection, table: Table, rows: pd.DataFrame) -> None:
    columns = [column for column in rows.columns if column != "geometry"]
    names = [*columns, *(["geometry"] if table.geometry else [])]
    values = [rows[column].to_list() for column in columns]
    if table.geometry:
        values.append(_written(connection, rows["geometry"].to_list()))
    insert_many(connection, sql_name(table), names, list(zip(*values, strict=True)))


def insert_many(connection: Connection, name: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """
    Insert many rows the quickest way each database has: COPY, or one prepared statement.

    Examples
    --------
    >>> insert_many(connection, "cases", ["row_key", "since"], [("A", 1)])  # doctest: +SKIP
    """
    quoted = ", ".join(f'"{column}"' for column in columns)
    if connection.dialect.name == "geopackage":
        marks = ", ".join("?" * len(columns))
        statement = f'INSERT INTO "{name}" ({quoted}) VALUES ({marks})'
        for some in _portions(rows):
            connection.exec_driver_sql(statement, [tuple(map(_for_sqlite, row)) for row in some])
        return
    cursor = connection.connection.cursor()
    with cursor.copy(f'COPY "{name}" ({quoted}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def _for_sqlite(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _written(connection: Connection, bodies: Sequence[bytes | None]) -> list[Any]:
    geometry = np.asarray(shapely.from_wkb(np.array(bodies, dtype=object)), dtype=object)
    if connection.dialect.name == "geopackage":
        return list(blobs(geometry, SRID))
    return list(shapely.to_wkb(shapely.set_srid(geometry, SRID), hex=True, include_srid=True, byte_order=1))


def _shape_sql(connection: Connection) -> str:
    return '"geometry"' if connection.dialect.name == "geopackage" else 'ST_AsBinary("geometry")'


def _shapes(connection: Connection, written: Sequence[Any]) -> Any:
    if connection.dialect.name == "geopackage":
        return shapes(written)
    return shapely.from_wkb(np.array([None if body is None else bytes(body) for body in written], dtype=object))


def _touching(connection: Connection, name: str) -> str:
    """Ask the spatial index; SQLite uses an R-tree only where a query names it."""
    if connection.dialect.name == "geopackage":
        tree = f'SELECT id FROM "rtree_{name}_geometry" WHERE maxx >= :w AND minx <= :e AND maxy >= :s AND miny <= :n'
        return f"row_id IN ({tree})"
    return f'"geometry" && ST_MakeEnvelope(:w, :s, :e, :n, {SRID})'


def _holding(as_of: int | None) -> tuple[str, dict[str, Any]]:
    """Return the condition that a row holds, now or after a revision."""
    if as_of is None:
        return "until IS NULL", {}
    return "since <= :as_of AND (until IS NULL OR until > :as_of)", {"as_of": as_of}


def _take_personal(new: pd.DataFrame, name: str, revision: int) -> list[tuple[Any, ...]]:
    """Take the names of persons out of the rows."""
    taken = []
    for column in PERSONAL_COLUMNS & set(new.columns):
        for key, value in zip(new["row_key"], new[column], strict=True):
            if value is not None:
                taken.append((name, key, column, value, row_hash([name, key, column, value]), revision))
        new[column] = None
    return taken


def _insert_personal(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    columns = ("table_name", "row_key", "column_name", "value", "row_sha256", "since")
    insert_many(connection, "personal", columns, rows)


def _end_personal(connection: Connection, name: str, keys: Sequence[str], revision: int) -> None:
    statement = sa.text(
        "UPDATE personal SET until = :revision WHERE until IS NULL AND table_name = :name AND row_key = :key"
    )
    for some in _portions(keys):
        connection.execute(statement, [{"revision": revision, "name": name, "key": key} for key in some])


def _personal(
    connection: Connection, name: str, column: str, keys: "pd.Series[Any]", as_of: int | None
) -> "pd.Series[Any]":
    where, values = _holding(as_of)
    query = sa.text(
        f"SELECT row_key, value FROM personal WHERE table_name = :name AND column_name = :column AND {where}"
    )
    found = connection.execute(query, values | {"name": name, "column": column}).fetchall()
    return keys.map(dict(tuple(row) for row in found)).astype(object)


def _note_layout(connection: Connection, table: Table, frame: pd.DataFrame, source: str, revision: int) -> None:
    """Remember which of the optional columns the table had: a reader must get the same ones back."""
    columns = json.dumps([column.name for column in columns_at_hand(table, frame)])
    where = {"name": sql_name(table), "source": source}
    found = connection.execute(
        sa.text("SELECT columns FROM layouts WHERE until IS NULL AND table_name = :name AND source = :source"), where
    ).scalar()
    if found == columns:
        return
    connection.execute(
        sa.text("UPDATE layouts SET until = :revision WHERE until IS NULL AND table_name = :name AND source = :source"),
        where | {"revision": revision},
    )
    row = [(*where.values(), columns, row_hash([*where.values(), columns]), revision)]
    insert_many(connection, "layouts", ("table_name", "source", "columns", "row_sha256", "since"), row)


def _layout(connection: Connection, name: str, as_of: int | None, source: str | None) -> list[str]:
    where, values = _holding(as_of)
    if source is not None:
        where, values = f"{where} AND source = :source", values | {"source": source}
    query = sa.text(f"SELECT columns FROM layouts WHERE table_name = :name AND {where} ORDER BY source")
    found = [json.loads(row[0]) for row in connection.execute(query, values | {"name": name})]
    return list(dict.fromkeys(column for columns in found for column in columns))


def _portions(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
