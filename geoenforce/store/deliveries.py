"""Deliveries: what was handed in, file by file. The same file changes nothing, a corrected one replaces its rows."""

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.core.accountability_tables import (
    CASE_EVENTS,
    CULTIVATED_TAKEN,
    DECLARATIONS,
    DEDUCTIONS,
    DEPARTMENTS,
    MEASURES,
    NEW_CONSTRUCTION,
)
from geoenforce.core.errors import StoreError, some
from geoenforce.core.patrol_tables import LEDGER
from geoenforce.core.tables import APPROVALS, TOWNSHIPS, VIOLATIONS, Table, empty
from geoenforce.store.beside import Beside, packed
from geoenforce.store.bulk import insert_many, update_many
from geoenforce.store.engine import Store
from geoenforce.store.hashes import row_hash
from geoenforce.store.revisions import Revision, revision
from geoenforce.store.snapshot_files import Origin, Snapshot, write_layer
from geoenforce.store.snapshots import register, retire
from geoenforce.store.tables import save

#: Kind of a delivery → the table that its rows stand in. Rows of land layers stand in snapshots.
TABLE_OF: Mapping[str, Table] = MappingProxyType(
    {
        "townships": TOWNSHIPS,
        "approvals": APPROVALS,
        "violations": VIOLATIONS,
        "ledger": LEDGER,
        "events": CASE_EVENTS,
        "measures": MEASURES,
        "declarations": DECLARATIONS,
        "departments": DEPARTMENTS,
        "new_construction": NEW_CONSTRUCTION,
        "cultivated_taken": CULTIVATED_TAKEN,
        "deductions": DEDUCTIONS,
    }
)

#: Kinds of deliveries that are kept as snapshots.
LAND_KINDS = ("basic_farmland", "cultivated")

#: Kind and source: what a delivery replaces is the earlier one of the same place.
Place = tuple[str, str]


@dataclass(frozen=True)
class Delivery:
    """What was read from one source: a file or a layer of one, or a folder of logs."""

    kind: str  # the section of the configuration
    source: str  # the file as seen from the project's folder, and its layer
    sha256: str
    options: Mapping[str, Any]  # how it was read: with others, its rows may be others
    counts: Mapping[str, Any]  # rows read, accepted, repaired, rejected
    frame: pd.DataFrame | None = field(default=None, repr=False)  # its rows, where they are kept
    effective_from: date | None = None  # of a land layer
    beside: Beside | None = field(default=None, repr=False)  # of a land layer: what its snapshot keeps beside rows

    @property
    def place(self) -> Place:
        """Return what tells it from other deliveries."""
        return self.kind, self.source

    @property
    def state(self) -> tuple[str, str]:
        """Return what is another if its rows may be others."""
        return self.sha256, _json(self.options)


def begin_snapshots(
    store: Store, deliveries: Iterable[Delivery], helper: Executor
) -> "dict[Place, Future[Snapshot | None]]":
    """
    Let a helper write the snapshots of land layers that are new or changed; `ingest` waits for them.

    Until then they are files that nothing leads to, which `prune` would remove.

    Examples
    --------
    >>> with ThreadPoolExecutor(1) as helper:  # doctest: +SKIP
    ...     begun = begin_snapshots(store, deliveries, helper)
    ...     ingest(store, deliveries, begun)
    """
    with store.reading() as connection:
        now = current(connection)
    new = [one for one in deliveries if one.kind in LAND_KINDS and now.get(one.place) != one.state]
    return {one.place: helper.submit(_snapshot, store, one) for one in new}


def ingest(
    store: Store,
    deliveries: Sequence[Delivery],
    begun: "Mapping[Place, Future[Snapshot | None]]" = MappingProxyType({}),
) -> list[int]:
    """
    Take in the deliveries that are new, changed, or read in another way, and end those that are gone.

    Parameters
    ----------
    store
        The store.
    deliveries
        All that a project names.
    begun
        Snapshots that are being written already.

    Returns
    -------
    revisions
        One for each delivery taken in, and one for those that are gone; none if all is as it was.

    Raises
    ------
    StoreError
        If two deliveries have the same place, or the store cannot be written.

    Examples
    --------
    >>> ingest(store, [Delivery("townships", "xzq.shp", "ba78…", {}, {"read": 8}, townships)])  # doctest: +SKIP
    [1]
    """
    places = [one.place for one in deliveries]
    repeated = sorted({place for place in places if places.count(place) > 1})
    if repeated:
        message = f"The configuration names the sources {some(repeated)} more than once: name each of them once."
        raise StoreError(message)
    with store.reading() as connection:
        now = current(connection)
    made = [_take(store, one, begun.get(one.place)) for one in deliveries if now.get(one.place) != one.state]
    gone = sorted(set(now) - set(places))
    return [*made, _end(store, gone)] if gone else made


def refuse_others(connection: Connection, deliveries: Iterable[Delivery]) -> None:
    """
    Refuse to go on if the store holds other deliveries than these: another run has taken in others meanwhile.

    Raises
    ------
    StoreError
        With their names.

    Examples
    --------
    >>> refuse_others(connection, deliveries)  # doctest: +SKIP
    """
    now, ours = current(connection), {one.place: one.state for one in deliveries}
    others = sorted(place for place in {*now, *ours} if now.get(place) != ours.get(place))
    if others:
        message = (
            f"Another run has taken in other files meanwhile: {some(' '.join(place) for place in others)}. "
            "Run again; and give each project a store of its own."
        )
        raise StoreError(message)


def current(connection: Connection) -> dict[Place, tuple[str, str]]:
    """
    Return the hash and options of each delivery that holds, by its place.

    Examples
    --------
    >>> current(connection)  # doctest: +SKIP
    {('townships', 'xzq.shp'): ('ba78…', '{}')}
    """
    query = sa.text("SELECT kind, source, sha256, options FROM deliveries WHERE until IS NULL")
    return {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(query)}


def _take(store: Store, delivery: Delivery, begun: "Future[Snapshot | None] | None") -> int:
    """Take in one delivery; a snapshot's file is written first, and counts only once it is registered."""
    snapshot = _snapshot(store, delivery) if begun is None else begun.result()
    detail = {"kind": delivery.kind, "source": delivery.source, "sha256": delivery.sha256, **delivery.counts}
    with revision(store, "ingest", detail) as made:
        if snapshot is not None:
            register(made.connection, snapshot, revision=made.number)
            _end_snapshots(made, snapshot)
        elif delivery.frame is not None:
            table = TABLE_OF[delivery.kind]
            saved = save(made.connection, table, delivery.frame, revision=made.number, source=delivery.source)
            made.detail["rows"] = vars(saved)
        _end_rows(made, [delivery.place])
        values = (delivery.source, delivery.kind, delivery.sha256, _json(delivery.options), _json(delivery.counts))
        columns = ("source", "kind", "sha256", "options", "counts", "row_sha256", "since")
        insert_many(made.connection, "deliveries", columns, [(*values, row_hash(list(values)), made.number)])
    return made.number


def _snapshot(store: Store, delivery: Delivery) -> Snapshot | None:
    if delivery.kind not in LAND_KINDS or delivery.frame is None:
        return None
    beside = None if delivery.beside is None else packed(delivery.beside)
    origin = Origin(delivery.kind, delivery.effective_from, delivery.source, delivery.sha256, beside)
    return write_layer([gpd.GeoDataFrame(delivery.frame)], store.folder, origin)


def _end_snapshots(made: Revision, snapshot: Snapshot) -> None:
    """End other snapshots of the same source: those in force from another day, by an earlier configuration."""
    query = sa.text("SELECT snapshot_id FROM snapshots WHERE until IS NULL AND kind = :kind AND source = :source "
                    "AND path <> :path")  # fmt: skip
    where = {"kind": snapshot.kind, "source": snapshot.source, "path": snapshot.path}
    others = [row[0] for row in made.connection.execute(query, where)]
    update_many(made.connection, "snapshots", "snapshot_id", others, made.number)


def _end(store: Store, gone: Sequence[Place]) -> int:
    """End the rows of deliveries that the project does not name any more."""
    with revision(store, "ingest", {"removed": [" ".join(place) for place in gone]}) as made:
        for kind, source in gone:
            if kind in TABLE_OF:
                save(made.connection, TABLE_OF[kind], empty(TABLE_OF[kind]), revision=made.number, source=source)
        for kind in LAND_KINDS:
            left = [source for one, source in current(made.connection) if one == kind and (one, source) not in gone]
            retire(made.connection, kind, left, revision=made.number)
        _end_rows(made, gone)
    return made.number


def _end_rows(made: Revision, places: Iterable[Place]) -> None:
    """End what the store says of the deliveries at these places."""
    query = sa.text("SELECT delivery_id FROM deliveries WHERE until IS NULL AND kind = :kind AND source = :source")
    for kind, source in places:
        found = made.connection.execute(query, {"kind": kind, "source": source})
        update_many(made.connection, "deliveries", "delivery_id", [row[0] for row in found], made.number)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), ensure_ascii=False, sort_keys=True)
