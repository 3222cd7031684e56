"""Names of persons: in a table of their own, with a history of their own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.store.bulk import insert_many, update_many
from geoenforce.store.hashes import row_hash
from geoenforce.store.rows import portions

#: Source, row, column.
Place = tuple[str, str, str]


def save_persons(
    connection: Connection, name: str, source: str, persons: Mapping[tuple[str, str], str], revision: int
) -> None:
    """
    Save who is named in a table of one source; names that are gone or changed end with the revision.

    Parameters
    ----------
    connection
        A connection that may write.
    name, source
        The table's name in the database, and the delivery.
    persons
        Names by row key and column.
    revision
        The revision that is being written.

    Examples
    --------
    >>> save_persons(connection, "cases", "", {("A", "party"): "甲"}, 1)  # doctest: +SKIP
    """
    query = sa.text(
        "SELECT personal_id, row_key, column_name, value FROM personal "
        "WHERE until IS NULL AND table_name = :name AND source = :source"
    )
    found = connection.execute(query, {"name": name, "source": source}).fetchall()
    gone = [number for number, key, column, value in found if persons.get((key, column)) != value]
    known = {(key, column): value for _, key, column, value in found}
    update_many(connection, "personal", "personal_id", gone, revision)
    new = [
        (name, source, key, column, value, row_hash([name, source, key, column, value]), revision)
        for (key, column), value in persons.items()
        if known.get((key, column)) != value
    ]
    columns = ("table_name", "source", "row_key", "column_name", "value", "row_sha256", "since")
    for part in portions(new):
        insert_many(connection, "personal", columns, part)


def load_persons(connection: Connection, name: str, holding: str, values: Mapping[str, Any]) -> dict[Place, str]:
    """
    Load who is named in a table.

    Examples
    --------
    >>> load_persons(connection, "cases", "until IS NULL", {})  # doctest: +SKIP
    {('', 'A', 'party'): '甲'}
    """
    query = sa.text(f"SELECT source, row_key, column_name, value FROM personal WHERE table_name = :name AND {holding}")
    return {(row[0], row[1], row[2]): row[3] for row in connection.execute(query, {**values, "name": name})}


def named(persons: Mapping[Place, str], column: str, sources: Iterable[str], keys: Sequence[str]) -> list[str | None]:
    """
    Look up one column's names for rows.

    Examples
    --------
    >>> named({("", "A", "party"): "甲"}, "party", ["", ""], ["A", "B"])
    ['甲', None]
    """
    return [persons.get((source, key, column)) for source, key in zip(sources, keys, strict=True)]
