"""Check that nothing in the store was altered, removed or reordered behind its back."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.core.errors import some
from geoenforce.core.files import sha256_of
from geoenforce.core.tables import Table
from geoenforce.store.bulk import in_portions, is_gpkg
from geoenforce.store.contents import NOTHING, contents_of
from geoenforce.store.engine import Store
from geoenforce.store.hashes import hashes_of, row_hash
from geoenforce.store.revisions import link_hash
from geoenforce.store.rows import AT_ONCE
from geoenforce.store.schema import stored_by_name
from geoenforce.store.tables import read_columns, selected

#: Tables about the store itself, with the columns that their hashes are taken over, in order.
_PLAIN = {
    "personal": ("table_name", "source", "row_key", "column_name", "value"),
    "layouts": ("table_name", "source", "columns"),
    "deliveries": ("source", "kind", "sha256", "options", "counts"),
    "snapshots": ("kind", "effective_from", "source", "source_sha256", "path", "sha256", "row_count", "bounds"),
}


def verify(store: Store, known: Mapping[int, str] | None = None) -> list[str]:
    """
    Recompute every hash of a store.

    Parameters
    ----------
    store
        A store.
    known
        Hashes of revisions that were noted outside of the store, by number.

    Returns
    -------
    problems
        One sentence for each thing found; none if all is as it was written.

    Notes
    -----
    Whoever may write into the database can also write a whole new chain, or cut off its newest revisions with all
    that they brought and give back what they ended: the store alone cannot show that. A hash noted elsewhere can.

    Examples
    --------
    >>> verify(open_store("gpkg:///store.gpkg"))  # doctest: +SKIP
    []
    """
    with store.reading() as connection:
        return [
            *_chain_problems(connection),
            *_noted_problems(connection, known or {}),
            *_row_problems(connection),
            *_index_problems(connection),
            *_snapshot_problems(connection, store.folder),
        ]


def _chain_problems(connection: Connection) -> Iterator[str]:
    contents = contents_of(connection)
    previous, expected = "", 1
    columns = "revision, recorded_at, kind, detail, content_sha256, previous_sha256, sha256"
    for row in connection.execute(sa.text(f"SELECT {columns} FROM revisions ORDER BY revision")):
        number, recorded_at, kind, detail, content, before, link = row
        if number != expected:
            missing = f"{expected} is" if number == expected + 1 else f"{expected} to {number - 1} are"
            yield f"Revision {missing} missing."
        if before != previous:
            yield f"Revision {number} does not follow the one before it: one was altered, removed or reordered."
        if link != link_hash(number, recorded_at, kind, detail, content, before):
            yield f"The entry of revision {number} ({kind}, {recorded_at}) was altered."
        if content != contents.pop(number, NOTHING):
            yield f"The rows that revision {number} ({kind}, {recorded_at}) brought or ended are not as it left them."
        previous, expected = link, number + 1
    if contents:
        yield f"There are rows of revisions that are not recorded: {some(sorted(contents))}."


def _noted_problems(connection: Connection, known: Mapping[int, str]) -> Iterator[str]:
    links = dict(tuple(row) for row in connection.execute(sa.text("SELECT revision, sha256 FROM revisions")))
    for number, link in known.items():
        if links.get(number) != link:
            yield f"Revision {number} is not the one whose hash was noted: it was removed, or written anew."


def _row_problems(connection: Connection) -> Iterator[str]:
    for name, table in stored_by_name().items():
        altered = list(_altered(connection, name, table))
        if altered:
            yield f"In {name} the rows {some(altered)} were altered."
    for name, columns in _PLAIN.items():
        listed = ", ".join(columns)
        rows = in_portions(connection, f'SELECT row_sha256, {listed} FROM "{name}"')
        wrong = [_what(name, row[1:]) for row in rows if row[0] != row_hash(list(map(str, row[1:])))]
        if wrong:
            yield f"In {name} the rows of {some(wrong)} were altered."


def _what(name: str, row: tuple[object, ...]) -> object:
    """Name a row of the book-keeping; of a person's name only where it belongs."""
    return "/".join(map(str, row[:4])) if name == "personal" else row[0]


def _altered(connection: Connection, name: str, table: Table) -> Iterator[str]:
    columns = f"{selected(connection, table)}, row_sha256"
    query = f'SELECT {columns} FROM "{name}" ORDER BY row_id'
    for part in in_portions(connection, query).partitions(AT_ONCE):
        hashes = [row[-1] for row in part]
        values = read_columns(connection, table, [row[:-1] for row in part])
        keys = values["row_key"]
        is_odd = [key != index for key, index in zip(keys, _index(values, table, hashes), strict=True)]
        now = hashes_of(table, values, len(part))
        yield from (
            key for key, was, is_now, odd in zip(keys, hashes, now, is_odd, strict=True) if odd or was != is_now
        )


def _index(values: Mapping[str, list[str]], table: Table, hashes: list[str]) -> list[str]:
    """Return what the rows' keys must be: their index, or their hash with its number."""
    if table.index is not None:
        return values[table.index.name]
    return [f"{value}-{key.rpartition('-')[2]}" for value, key in zip(hashes, values["row_key"], strict=True)]


def _index_problems(connection: Connection) -> Iterator[str]:
    """Find layers whose R-tree does not hold every row; PostgreSQL keeps its indexes true by itself."""
    if not is_gpkg(connection):
        return
    for name, table in stored_by_name().items():
        if table.geometry:
            tree = f'SELECT 1 FROM "rtree_{name}_geometry" WHERE id = row_id'
            query = sa.text(f'SELECT row_key FROM "{name}" WHERE NOT EXISTS ({tree}) LIMIT 6')
            lost = [row[0] for row in connection.execute(query)]
            if lost:
                yield f"The spatial index of {name} lacks the rows {some(lost)}."


def _snapshot_problems(connection: Connection, folder: Path) -> Iterator[str]:
    for path, expected in connection.execute(sa.text("SELECT path, sha256 FROM snapshots")):
        file = folder / path
        if not file.is_file():
            yield f"The snapshot {path} is missing."
        elif sha256_of(file) != expected:
            yield f"The snapshot {path} was altered."
