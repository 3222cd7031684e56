"""
Land layers beside the store: immutable files, and in the store a row for each, with its hash.

A new version of a layer ends the row of the one before and leaves its file where it is, so that what was believed
on any day can be read again.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.store.bulk import insert_many, update_many
from geoenforce.store.hashes import row_hash
from geoenforce.store.snapshot_files import Snapshot, write_snapshot
from geoenforce.store.snapshot_reading import read_snapshot

__all__ = ["Snapshot", "prune", "read_snapshot", "register", "retire", "snapshots", "write_snapshot"]

#: Files that no row names are kept for this long: one may have been written and not yet registered.
KEPT_FOR = timedelta(days=1)

_HASHED = ("kind", "effective_from", "source", "source_sha256", "path", "sha256", "row_count", "bounds")


def register(connection: Connection, snapshot: Snapshot, *, revision: int) -> bool:
    """
    Make a snapshot the one that holds for its source, kind and date from a revision on.

    Parameters
    ----------
    connection
        A connection that may write.
    snapshot
        As `write_snapshot` returned it.
    revision
        The revision that is being written.

    Returns
    -------
    is_new
        False if just this snapshot holds already; nothing is written then. True if it is new or a new version, which
        ends the one before.

    Examples
    --------
    >>> with revision(store, "snapshot", {"source": "dltb.gdb"}) as made:  # doctest: +SKIP
    ...     register(made.connection, snapshot, revision=made.number)
    True
    """
    values = _values(snapshot)
    now = snapshots(connection, snapshot.kind)
    days, day = now["effective_from"], snapshot.effective_from
    same = now[(now["source"] == snapshot.source) & (days.isna() if day is None else days == pd.Timestamp(day))]
    if (same["sha256"] == snapshot.sha256).any() and (same["source_sha256"] == snapshot.source_sha256).any():
        return False
    update_many(connection, "snapshots", "snapshot_id", same.index.to_list(), revision)
    row = (*values, row_hash([str(value) for value in values]), revision)
    insert_many(connection, "snapshots", (*_HASHED, "row_sha256", "since"), [row])
    return True


def retire(connection: Connection, kind: str, sources: Iterable[str], *, revision: int) -> int:
    """
    End the snapshots of a kind that come from none of these sources any more; return how many.

    Examples
    --------
    >>> retire(connection, "cultivated", ["dltb_2025.gdb"], revision=8)  # doctest: +SKIP
    1
    """
    now = snapshots(connection, kind)
    gone = now.index[~now["source"].isin(list(sources))]
    update_many(connection, "snapshots", "snapshot_id", gone.to_list(), revision)
    return len(gone)


def snapshots(connection: Connection, kind: str | None = None, as_of: int | None = None) -> pd.DataFrame:
    """
    List the snapshots that hold, now or after a revision.

    Parameters
    ----------
    connection
        A connection that may read.
    kind
        Only this kind.
    as_of
        A revision; by default the last one.

    Returns
    -------
    snapshots
        One row per snapshot, indexed by ``snapshot_id``: ``kind``, ``effective_from`` (missing: always), ``source``,
        ``source_sha256``, ``path`` (seen from the store's folder of snapshots), ``sha256``, ``row_count``, ``west``,
        ``south``, ``east``, ``north`` (m, in the equal-area plane), ``since``, ``until``; by kind, date and source.

    Examples
    --------
    >>> snapshots(connection, "cultivated")["path"].to_list()  # doctest: +SKIP
    ['cultivated_2025-01-01_0f3a…parquet']
    """
    where = "until IS NULL"
    values: dict[str, Any] = {}
    if as_of is not None:
        where, values = "since <= :as_of AND (until IS NULL OR until > :as_of)", {"as_of": as_of}
    if kind is not None:
        where, values = f"{where} AND kind = :kind", values | {"kind": kind}
    names = ["snapshot_id", *_HASHED, "since", "until"]
    query = sa.text(f"SELECT {', '.join(names)} FROM snapshots WHERE {where}")
    found = pd.DataFrame(connection.execute(query, values).fetchall(), columns=names).set_index("snapshot_id")
    sides = pd.DataFrame(
        [json.loads(text) if text else [None] * 4 for text in found["bounds"]],
        index=found.index,
        columns=["west", "south", "east", "north"],
        dtype="float64",
    )
    texts = ["kind", "source", "source_sha256", "path", "sha256"]
    numbers = {"row_count": "int64", "since": "int64", "until": "Int64"}
    typed = found.astype({**dict.fromkeys(texts, "str"), **numbers})
    typed["effective_from"] = pd.to_datetime(typed["effective_from"]).astype("datetime64[s]")
    ordered = ["kind", "effective_from", *texts[1:], "row_count", *sides, "since", "until"]
    return typed.join(sides)[ordered].sort_values(["kind", "effective_from", "source", "since"], na_position="first")


def prune(connection: Connection, folder: Path) -> list[Path]:
    """
    Remove the files of snapshots that no row names, those of earlier versions included; return what was removed.

    Files younger than a day stay: another process may be about to register them.

    Examples
    --------
    >>> with store.writing() as connection:  # doctest: +SKIP
    ...     prune(connection, store.folder)
    []
    """
    named = {row[0] for row in connection.execute(sa.text("SELECT path FROM snapshots"))}
    before = (datetime.now(UTC) - KEPT_FOR).timestamp()
    unnamed = [path for path in sorted(folder.glob("*.parquet")) if path.name not in named]
    removed = [path for path in unnamed if path.stat().st_mtime < before]
    for path in removed:
        path.unlink()
    return removed


def _values(snapshot: Snapshot) -> tuple[Any, ...]:
    """Return the values that the row's hash is taken over, in order; the same texts come back from both databases."""
    bounds = "" if snapshot.bounds is None else json.dumps(list(snapshot.bounds))
    return (
        snapshot.kind,
        None if snapshot.effective_from is None else snapshot.effective_from.isoformat(),
        snapshot.source,
        snapshot.source_sha256,
        snapshot.path,
        snapshot.sha256,
        snapshot.rows,
        bounds,
    )
