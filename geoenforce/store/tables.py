"""Save tables and load them as of any revision; what has not changed is not written again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.core.errors import StoreError
from geoenforce.core.persons import PERSONAL_COLUMNS
from geoenforce.core.tables import Kind, Table, empty
from geoenforce.store.bulk import binary, in_portions, insert_many, inserting, is_gpkg, read_shapes, update_many
from geoenforce.store.frames import Layout, common_layout, frame_of, layout_of, part_of
from geoenforce.store.hashes import row_hash
from geoenforce.store.personal import load_persons, named, save_persons
from geoenforce.store.positions import positions
from geoenforce.store.rows import (
    AT_ONCE,
    Rows,
    as_delivered,
    as_multipart,
    columns_at_hand,
    hashes_and_keys,
    portions,
    refuse_unfit,
    rows_of,
    turned,
    values_of,
)
from geoenforce.store.schema import SRID, public_columns, sql_name

Box = tuple[float, float, float, float]

#: How PostgreSQL writes shapes and days whatever its settings are.
_AS_TEXT = ('ST_AsBinary("geometry")', "to_char(\"{}\", 'YYYY-MM-DD')")


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
        If the table is not in order, or holds what a database cannot.

    Examples
    --------
    >>> save(connection, CASES, cases, revision=1)  # doctest: +SKIP
    Saved(added=49, ended=0, unchanged=0)
    """
    refuse_unfit(table, frame)
    name = sql_name(table)
    known = rows_of(table, frame) if 0 < len(frame) <= AT_ONCE else None
    hashes, keys = hashes_and_keys(table, frame, known)
    now = _current(connection, name, source)
    found = pd.Index(now["row_key"]).get_indexer(pd.Index(keys))
    is_same = (found >= 0) & (now["row_sha256"].to_numpy()[found] == hashes.to_numpy() if len(now) else False)
    before = np.full(len(frame), np.nan)
    before[is_same] = now["position"].to_numpy()[found[is_same]]
    after = positions(before)
    stays = before == after
    gone = np.delete(now["row_id"].to_numpy(), found[stays])
    update_many(connection, name, "row_id", gone.tolist(), revision)
    new = pd.DataFrame({"row_key": keys, "position": after, "row_sha256": hashes})[~stays]
    is_all_new = not stays.any()
    rows = turned(table, frame[~stays], known if is_all_new else None)
    _insert(connection, table, rows, new.assign(source=source, since=revision))
    save_persons(connection, name, source, _persons(table, frame, keys), revision)
    _note_layout(connection, table, frame, source, revision)
    return Saved(int((~stays).sum()), len(gone), int(stays.sum()))


def load(
    connection: Connection,
    table: Table,
    *,
    as_of: int | None = None,
    source: str | None = None,
    box: Box | None = None,
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
        In the order in which it was saved; geometry in EPSG:4490. Without rows if it never was.

    Examples
    --------
    >>> load(connection, CASES)  # doctest: +SKIP
    """
    layout = _layout(connection, table, as_of, source)
    if not layout:
        return empty(table).drop(columns=list(PERSONAL_COLUMNS), errors="ignore")
    if not with_personal_data:
        layout = {column: kind for column, kind in layout.items() if column not in PERSONAL_COLUMNS}
    shown = PERSONAL_COLUMNS & set(layout)
    persons = load_persons(connection, sql_name(table), *_holding(as_of, source)) if shown else {}
    parts = []
    for columns in _portions_of(connection, table, as_of, source, box):
        for column in shown:
            columns[column] = named(persons, column, columns["source"], columns["row_key"])
        part = part_of(layout, table, columns)
        parts.append(part if box is None else part[shapely.intersects(columns["geometry"], shapely.box(*box))])
    return frame_of(table, parts)


def selected(connection: Connection, table: Table) -> str:
    """
    Return the list of columns that `read_columns` reads.

    Examples
    --------
    >>> selected(connection, CASES)  # doctest: +SKIP
    """
    shape, day = ('"geometry"', '"{}"') if is_gpkg(connection) else _AS_TEXT
    form = {column.name: day if column.kind is Kind.DATE else '"{}"' for column in public_columns(table)}
    columns = [form[name].format(name) for name in form]
    return ", ".join(["row_key", "source", *columns, *([shape, "is_multipart"] if table.geometry else [])])


def read_columns(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """
    Turn what was selected into values by column, and geometry as it was delivered.

    Examples
    --------
    >>> read_columns(connection, CASES, rows)  # doctest: +SKIP
    """
    names = ["row_key", "source", *(column.name for column in public_columns(table))]
    names += ["geometry", "is_multipart"] if table.geometry else []
    listed = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    columns: dict[str, Any] = dict(zip(names, listed, strict=True))
    if table.geometry:
        shapes = read_shapes(connection, columns["geometry"])
        columns["geometry"] = as_delivered(shapes, columns.pop("is_multipart"))
    return columns


def _portions_of(
    connection: Connection, table: Table, as_of: int | None, source: str | None, box: Box | None
) -> Iterator[dict[str, Any]]:
    where, values = _holding(as_of, source)
    if box is not None:
        where = f"{where} AND {_touching(connection, sql_name(table))}"
        values |= dict(zip("wsen", box, strict=True))
    order = f"source{binary(connection)}, position"
    query = f'SELECT {selected(connection, table)} FROM "{sql_name(table)}" WHERE {where} ORDER BY {order}'
    found = in_portions(connection, query, values)
    part: Sequence[Any] = []
    for part in found.partitions(AT_ONCE):
        yield read_columns(connection, table, part)
    if not part:
        yield read_columns(connection, table, [])


def _current(connection: Connection, name: str, source: str) -> pd.DataFrame:
    query = f'SELECT row_id, row_key, row_sha256, position FROM "{name}" WHERE until IS NULL AND source = :source'
    found = in_portions(connection, query, {"source": source})
    kinds = {"row_id": "int64", "row_key": "str", "row_sha256": "str", "position": "float64"}
    none = pd.DataFrame(columns=list(kinds)).astype(kinds)
    parts = [pd.DataFrame(part, columns=list(kinds)).astype(kinds) for part in found.partitions(AT_ONCE)]
    now = pd.concat(parts, ignore_index=True) if parts else none
    if not now["row_key"].is_unique:
        message = f"In {name} rows hold twice: the store was altered. 'geoenforce audit verify' names what else was."
        raise StoreError(message)
    return now


def _insert(connection: Connection, table: Table, rows: Iterator[Rows], more: pd.DataFrame) -> None:
    """Insert rows of a frame, with the columns that every row of the store has."""
    with inserting(connection, sql_name(table), len(more), has_geometry=bool(table.geometry)) as insert:
        for part, kept in zip(rows, portions(more), strict=True):
            columns = {name: kept[name].to_list() for name in kept.columns} | part.columns
            geometry = columns.pop("geometry", None)
            if geometry is not None:
                geometry, is_multipart = as_multipart(geometry)
                columns["is_multipart"] = is_multipart.tolist()
            insert(list(columns), list(zip(*columns.values(), strict=True)), geometry)


def _persons(table: Table, frame: pd.DataFrame, keys: "pd.Series[str]") -> dict[tuple[str, str], str]:
    return {
        (key, column.name): value
        for column in columns_at_hand(table, frame)
        if column.name in PERSONAL_COLUMNS
        for key, value in zip(keys, values_of(frame, column), strict=True)
        if value is not None
    }


def _touching(connection: Connection, name: str) -> str:
    """Ask the spatial index; SQLite uses an R-tree only where a query names it."""
    if is_gpkg(connection):
        tree = f'SELECT id FROM "rtree_{name}_geometry" WHERE maxx >= :w AND minx <= :e AND maxy >= :s AND miny <= :n'
        return f"row_id IN ({tree})"
    return f'"geometry" && ST_MakeEnvelope(:w, :s, :e, :n, {SRID})'


def _holding(as_of: int | None, source: str | None) -> tuple[str, dict[str, Any]]:
    """Return the condition that a row holds, now or after a revision; the plus keeps SQLite to better indexes."""
    one, values = ("", {}) if source is None else (" AND source = :source", {"source": source})
    if as_of is None:
        return f"+until IS NULL{one}", values
    return f"+since <= :as_of AND (until IS NULL OR +until > :as_of){one}", {**values, "as_of": as_of}


def _note_layout(connection: Connection, table: Table, frame: pd.DataFrame, source: str, revision: int) -> None:
    """Remember which columns the table had, and their types: a reader must get the same ones back."""
    columns = layout_of(table, frame)
    where = {"name": sql_name(table), "source": source}
    query = "SELECT layout_id, columns FROM layouts WHERE until IS NULL AND table_name = :name AND source = :source"
    found = connection.execute(sa.text(query), where).fetchall()
    if [text for _, text in found] == [columns]:
        return
    update_many(connection, "layouts", "layout_id", [number for number, _ in found], revision)
    row = (*where.values(), columns, row_hash([*where.values(), columns]), revision)
    insert_many(connection, "layouts", ("table_name", "source", "columns", "row_sha256", "since"), [row])


def _layout(connection: Connection, table: Table, as_of: int | None, source: str | None) -> Layout:
    holding, values = _holding(as_of, source)
    order = f"source{binary(connection)}"
    query = sa.text(f"SELECT columns FROM layouts WHERE table_name = :name AND {holding} ORDER BY {order}")
    found = connection.execute(query, {**values, "name": sql_name(table)})
    return common_layout(table, [row[0] for row in found])
