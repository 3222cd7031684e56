"""
Revisions: everything that changes the store is one transaction and one link of a chain of hashes.

The chain is the audit trail. A link covers what the revision did (the rows it brought and ended), why, and the
link before it; nobody can alter, remove or reorder one without breaking every later one.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.errors import StoreError
from geoenforce.store.bulk import insert_many
from geoenforce.store.contents import NOTHING, contents_of
from geoenforce.store.engine import WAIT_S, Store

_LOCAL = ZoneInfo(LOCAL_ZONE)
_COLUMNS = ("revision", "recorded_at", "kind", "detail", "content_sha256", "previous_sha256", "sha256")


@dataclass(frozen=True)
class Revision:
    """One revision: while it is being made, `connection` writes into it."""

    number: int
    connection: Connection
    detail: dict[str, Any]  # may be filled in until the end


@contextmanager
def revision(store: Store, kind: str, detail: Mapping[str, Any], *, wait_s: float = WAIT_S) -> Iterator[Revision]:
    """
    Make a revision: all that is written within it is kept together, or not at all.

    Parameters
    ----------
    store
        The store; other writers wait.
    kind
        ingest, run, event, measure, declaration, snapshot, export or copy.
    detail
        What is done and why, for people who read the trail later; no personal data.
    wait_s
        How long to wait for another writer, in seconds.

    Raises
    ------
    StoreError
        If the store cannot be written, or another program writes into it all that time.

    Examples
    --------
    >>> with revision(store, "export", {"file": "map.html"}) as made:  # doctest: +SKIP
    ...     made.number
    """
    with store.writing(wait_s) as connection:
        last = connection.execute(
            sa.text("SELECT revision, sha256 FROM revisions ORDER BY revision DESC LIMIT 1")
        ).fetchone()
        number, previous = (1, "") if last is None else (last[0] + 1, last[1])
        made = Revision(number, connection, dict(detail))
        yield made
        recorded_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        text = json.dumps(made.detail, ensure_ascii=False, sort_keys=True)
        content = contents_of(connection, number).get(number, NOTHING)
        link = link_hash(number, recorded_at, kind, text, content, previous)
        insert_many(connection, "revisions", _COLUMNS, [(number, recorded_at, kind, text, content, previous, link)])


def last_revision(connection: Connection, on: date | None = None) -> int:
    """
    Return the last revision, or the last that was recorded by the end of a day in China.

    Raises
    ------
    StoreError
        If nothing had been recorded by then.

    Examples
    --------
    >>> last_revision(connection, date(2026, 3, 1))  # doctest: +SKIP
    7
    """
    if on is None:
        found = connection.execute(sa.text("SELECT max(revision) FROM revisions")).scalar()
    else:
        end = datetime.combine(on + timedelta(days=1), time(), _LOCAL).astimezone(UTC)
        query = sa.text("SELECT max(revision) FROM revisions WHERE recorded_at < :end")
        found = connection.execute(query, {"end": end.isoformat(timespec="milliseconds")}).scalar()
    if found is None:
        raise StoreError(_nothing(connection, on))
    return int(found)


def _nothing(connection: Connection, on: date | None) -> str:
    first = connection.execute(sa.text("SELECT min(recorded_at) FROM revisions")).scalar()
    if on is None or first is None:
        return "Nothing has been recorded in this store yet: run 'geoenforce run'."
    day = datetime.fromisoformat(str(first)).astimezone(_LOCAL).date()
    return (
        f"Nothing has been recorded by {on}: the store begins on {day}. What is meant is the day on which a run was "
        "recorded (入库日期), not the day it is as of; 'geoenforce runs' lists them."
    )


def link_hash(number: int, recorded_at: str, kind: str, detail: str, content: str, previous: str) -> str:
    """
    Hash one link of the chain.

    Examples
    --------
    >>> link_hash(1, "2026-03-01T00:00:00.000+00:00", "run", "{}", "", "")[:8]
    '6e313be6'
    """
    parts = [str(number), recorded_at, kind, detail, content, previous]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
