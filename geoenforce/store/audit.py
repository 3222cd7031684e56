"""Check that nothing in the store was altered, removed or reordered behind its back."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.core.errors import some
from geoenforce.core.tables import Table
from geoenforce.store.engine import Store
from geoenforce.store.gpkg import shapes
from geoenforce.store.revisions import link_hash
from geoenforce.store.rows import PERSONAL_COLUMNS, digest, hashes_of, row_hash
from geoenforce.store.schema import stored_by_name, versioned_names


def verify(store: Store) -> list[str]:
    """
    Recompute every hash of a store.

    Parameters
    ----------
    store
        An open store.

    Returns
    -------
    problems
        One sentence for each thing found; none if all is as it was written.

    Examples
    --------
    >>> verify(open_store("gpkg:///store.gpkg"))  # doctest: +SKIP
    []
    """
    with store.reading() as connection:
        return [
            *_chain_problems(connection),
            *_row_problems(connection),
            *_snapshot_problems(connection, store.folder),
        ]


def _chain_problems(connection: Connection) -> Iterator[str]:
    contents = _contents(connection)
    previous, expected = "", 1
    columns = "revision, recorded_at, kind, detail, content_sha256, previous_sha256, sha256"
    for row in connection.execute(sa.text(f"SELECT {columns} FROM revisions ORDER BY revision")):
        number, recorded_at, kind, detail, content, before, link = row
        if number != expected:
            yield f"Revision {expected} is missing: the next one is {number}."
        if before != previous:
            yield f"Revision {number} does not follow the one before it: one was altered, removed or reordered."
        if link != link_hash(number, recorded_at, kind, detail, content, before):
            yield f"The entry of revision {number} ({kind}, {recorded_at}) was altered."
        if content != digest(contents.pop(number, [])):
            yield f"The rows that revision {number} ({kind}, {recorded_at}) brought or ended are not as it left them."
        previous, expected = link, number + 1
    if contents:
        yield f"There are rows of revisions that are not recorded: {some(sorted(contents))}."


def _contents(connection: Connection) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for name in versioned_names():
        for since, until, value in connection.execute(sa.text(f'SELECT since, until, row_sha256 FROM "{name}"')):
            found[since].append(f"+{name}:{value}")
            if until is not None:
                found[until].append(f"-{name}:{value}")
    return found


def _row_problems(connection: Connection) -> Iterator[str]:
    for name, table in stored_by_name().items():
        altered = _altered(connection, name, table)
        if altered:
            yield f"In {name} the rows {some(altered)} were altered."
    for name, columns in _PLAIN.items():
        listed = ", ".join(columns)
        rows = connection.execute(sa.text(f'SELECT row_sha256, {listed} FROM "{name}"')).fetchall()
        wrong = [row[1] for row in rows if row[0] != row_hash([str(value) for value in row[1:]])]
        if wrong:
            yield f"In {name} the rows of {some(wrong)} were altered."


#: Tables about the store itself, with the columns that their hashes are taken over, in order.
_PLAIN = {
    "personal": ("table_name", "row_key", "column_name", "value"),
    "layouts": ("table_name", "source", "columns"),
    "deliveries": ("source", "kind", "sha256", "options", "counts"),
    "snapshots": ("kind", "effective_from", "source", "source_sha256", "path", "sha256", "row_count", "bounds"),
}


def _altered(connection: Connection, name: str, table: Table) -> list[str]:
    names = [column.name for column in table]
    is_gpkg = connection.dialect.name == "geopackage"
    geometry = [] if not table.geometry else ['"geometry"' if is_gpkg else 'ST_AsBinary("geometry")']
    selected = ", ".join(["row_id", "row_key", "row_sha256", *(f'"{one}"' for one in names), *geometry])
    rows = connection.execute(sa.text(f'SELECT {selected} FROM "{name}" ORDER BY row_id')).fetchall()
    if not rows:
        return []
    _, keys, hashes, *values = (list(column) for column in zip(*rows, strict=True))
    columns: dict[str, Any] = dict(zip([*names, *(["geometry"] if table.geometry else [])], values, strict=True))
    if table.geometry:
        columns["geometry"] = _wkb(columns["geometry"], is_gpkg=is_gpkg)
    persons = _persons(connection, name)
    for column in PERSONAL_COLUMNS & set(names):
        since = [row[0] for row in connection.execute(sa.text(f'SELECT since FROM "{name}" ORDER BY row_id'))]
        columns[column] = [persons.get((key, column, number)) for key, number in zip(keys, since, strict=True)]
    found = hashes_of(table, columns, len(rows))
    return [key for key, was, now in zip(keys, hashes, found, strict=True) if was != now]


def _persons(connection: Connection, name: str) -> dict[tuple[str, str, int], str]:
    query = sa.text("SELECT row_key, column_name, since, value FROM personal WHERE table_name = :name")
    return {(row[0], row[1], row[2]): row[3] for row in connection.execute(query, {"name": name})}


def _wkb(written: list[Any], *, is_gpkg: bool) -> list[bytes | None]:
    if is_gpkg:
        return list(shapely.to_wkb(shapes(written), byte_order=1))
    read = shapely.from_wkb(np.array([None if body is None else bytes(body) for body in written], dtype=object))
    return list(shapely.to_wkb(read, byte_order=1))


def _snapshot_problems(connection: Connection, folder: Path) -> Iterator[str]:
    for path, expected in connection.execute(sa.text("SELECT path, sha256 FROM snapshots")):
        file = folder / path
        if not file.is_file():
            yield f"The snapshot {path} is missing."
        else:
            with file.open("rb") as opened:
                if hashlib.file_digest(opened, "sha256").hexdigest() != expected:
                    yield f"The snapshot {path} was altered."
