"""What revisions brought and ended, as one hash for each of them."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.store.bulk import binary, in_portions
from geoenforce.store.hashes import digest
from geoenforce.store.schema import stored_by_name, versioned_names

#: The content of a revision that changed no row.
NOTHING = digest([])

#: What a revision brought, and what it ended.
_SIGNS = {"since": "+", "until": "-"}


def contents_of(connection: Connection, number: int | None = None) -> dict[int, str]:
    """
    Hash what each revision, or one, brought and ended in all tables; the database sorts, so that memory stays small.

    A row counts with its hash and with its place: key, source and order.

    Examples
    --------
    >>> contents_of(connection, 7)  # doctest: +SKIP
    {7: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae'}
    """
    parts: dict[int, list[str]] = defaultdict(list)
    shares = [(name, column) for name in versioned_names() for column in _SIGNS]
    for name, column in shares if number is None else _touched(connection, shares, number):
        for revision, found in _tables_share(connection, name, column, number).items():
            parts[revision].append(f"{_SIGNS[column]}{name}:{found}")
    for revision, found in _runs(connection, number).items():
        parts[revision].append(f"+runs:{found}")
    return {revision: digest(found) for revision, found in parts.items()}


def _touched(connection: Connection, shares: Sequence[tuple[str, str]], number: int) -> list[tuple[str, str]]:
    """Find by one query what a revision brought or ended anything of; most revisions touch two tables or three."""
    asked = " UNION ALL ".join(
        f'SELECT {at} WHERE EXISTS (SELECT 1 FROM "{name}" WHERE {column} = :number)'
        for at, (name, column) in enumerate(shares)
    )
    return [shares[row[0]] for row in connection.execute(sa.text(asked), {"number": number})]


def _tables_share(connection: Connection, name: str, column: str, number: int | None) -> dict[int, str]:
    code = binary(connection)
    place = ["row_key", "source", "position"] if name in stored_by_name() else []
    order = ", ".join([column, f"row_sha256{code}", *(f"{one}{code}" for one in place[:2]), *place[2:]])
    where = f"{column} IS NOT NULL" if number is None else f"{column} = :number"
    listed = ", ".join([column, "row_sha256", *place])
    query = f'SELECT {listed} FROM "{name}" WHERE {where} ORDER BY {order}'
    hashes: dict[int, Any] = defaultdict(hashlib.sha256)
    values = {} if number is None else {"number": number}
    for row in in_portions(connection, query, values):
        hashes[row[0]].update(f"{list(row[1:])!r}\n".encode())
    return {revision: found.hexdigest() for revision, found in hashes.items()}


def _runs(connection: Connection, number: int | None) -> dict[int, str]:
    where = "" if number is None else " WHERE run = :number"
    query = sa.text(f"SELECT run, started_at, finished_at, manifest, files FROM runs{where}")
    values = {} if number is None else {"number": number}
    rows: Sequence[Any] = connection.execute(query, values).fetchall()
    return {row[0]: hashlib.sha256(repr(list(row)).encode()).hexdigest() for row in rows}
