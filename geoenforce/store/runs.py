"""Runs: what was found out, from what and by what, and how to have it again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.core.accountability_tables import DUTIES, FACTS, FINDINGS, INDICATORS, WARNINGS
from geoenforce.core.errors import StoreError, some
from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.patrol_tables import (  # fmt: skip
    COVERAGE,
    INTEGRITY,
    PATROL_DAYS,
    PATROL_RATES,
    RECONCILIATION,
    TRIP_PARTS,
    TRIPS,
    UNSEEN,
)
from geoenforce.core.persons import without_persons
from geoenforce.core.rejects import REJECTS, as_rows
from geoenforce.core.results import Results
from geoenforce.core.tables import AREAS, CASES, COMPARISONS, ISSUES_IN_BOTH_LANGUAGES, PARTIES, PIECES, Table, empty
from geoenforce.store.bulk import insert_many
from geoenforce.store.deliveries import Delivery, refuse_others
from geoenforce.store.engine import Store
from geoenforce.store.revisions import last_revision, revision
from geoenforce.store.tables import save

Record = dict[str, Any]

#: Source of the findings of a dry run, which stand in the table of findings beside the true ones.
WOULD_FOLLOW = "would_follow"

#: Attribute of the results → the table that it is; a dot leads into patrols or accountability.
RESULT_TABLES: tuple[tuple[str, Table, str], ...] = (
    ("areas", AREAS, ""), ("cases", CASES, ""), ("comparisons", COMPARISONS, ""), ("parties", PARTIES, ""),
    ("pieces", PIECES, ""), ("issues", ISSUES_IN_BOTH_LANGUAGES, ""), ("rejects", REJECTS, ""),
    ("patrols.trips", TRIPS, ""), ("patrols.trip_parts", TRIP_PARTS, ""), ("patrols.days", PATROL_DAYS, ""),
    ("patrols.rates", PATROL_RATES, ""), ("patrols.coverage", COVERAGE, ""), ("patrols.unseen", UNSEEN, ""),
    ("patrols.reconciliation", RECONCILIATION, ""), ("patrols.integrity", INTEGRITY, ""),
    ("accountability.duties", DUTIES, ""), ("accountability.facts", FACTS, ""),
    ("accountability.findings", FINDINGS, ""), ("accountability.would_follow", FINDINGS, WOULD_FOLLOW),
    ("accountability.warnings", WARNINGS, ""), ("accountability.indicators", INDICATORS, ""),
)  # fmt: skip

#: Tables with names of persons inside JSON texts.
_WITH_TEXTS = (FACTS, FINDINGS, INDICATORS)


@dataclass(frozen=True)
class SavedRun:
    """A run that is in the store: its number, which is its revision's, and the hash of that link of the chain."""

    run: int
    sha256: str


@dataclass(frozen=True)
class MadeFrom:
    """What a run was made from."""

    manifest: Record  # what run.json says; ``outputs`` names the files with their hashes
    deliveries: Sequence[Delivery]  # the same that `ingest` was given
    entered_as_of: int  # the revision up to which entries made by command were seen
    started_at: datetime


def save_run(store: Store, results: Results, made_from: MadeFrom) -> SavedRun:
    """
    Save what a run found, as one revision; rows that are those of the run before are not written again.

    Parameters
    ----------
    store
        A store that has the run's deliveries.
    results
        What was found.
    made_from
        Inputs, options and versions.

    Raises
    ------
    StoreError
        If the store cannot be written, belongs to another project, or another run took in other files meanwhile.

    Examples
    --------
    >>> save_run(store, results, MadeFrom(manifest, deliveries, 7, started_at)).run  # doctest: +SKIP
    8
    """
    manifest = {**made_from.manifest, "results": _about(results), "entered_as_of": made_from.entered_as_of}
    files = manifest.pop("outputs", {})
    detail = {"project": manifest.get("project"), "as_of": results.as_of.isoformat(), "cases": len(results.cases)}
    with revision(store, "run", detail) as made:
        refuse_another_project(made.connection, manifest)
        refuse_others(made.connection, made_from.deliveries)
        made.detail["rows"] = {}
        for name, table, source in RESULT_TABLES:
            frame = _ready(_attribute(results, name), table)
            saved = save(made.connection, table, frame, revision=made.number, source=source)
            if saved.added or saved.ended:
                made.detail["rows"][name] = [saved.added, saved.ended]
        times = [moment.astimezone(UTC).isoformat() for moment in (made_from.started_at, datetime.now(UTC))]
        row = (made.number, *times, _json(manifest), _json(files))
        insert_many(made.connection, "runs", ("run", "started_at", "finished_at", "manifest", "files"), [row])
    with store.reading() as connection:
        query = sa.text("SELECT sha256 FROM revisions WHERE revision = :run")
        return SavedRun(made.number, str(connection.execute(query, {"run": made.number}).scalar()))


def refuse_another_project(connection: Connection, manifest: Mapping[str, Any]) -> None:
    """
    Refuse to mix two projects in one store: the rows of each would end those of the other.

    Raises
    ------
    StoreError
        With both.

    Examples
    --------
    >>> refuse_another_project(connection, {"county_code": "445299"})  # doctest: +SKIP
    """
    last = connection.execute(sa.text("SELECT manifest FROM runs ORDER BY run DESC LIMIT 1")).scalar()
    if last is None:
        return
    theirs, ours = json.loads(last).get("county_code"), manifest.get("county_code")
    if theirs != ours:
        message = (
            f"The store belongs to the project of {theirs}, and this is {ours}. Give it a store of its own: "
            "[store] url in geoenforce.toml."
        )
        raise StoreError(message)


def runs(store: Store) -> pd.DataFrame:
    """
    List the runs.

    Returns
    -------
    runs
        One row per run, indexed by ``run``: ``started_at``, ``finished_at`` (UTC, ISO), ``as_of``, ``project``,
        ``software``, ``inputs`` and ``files`` (numbers of).

    Examples
    --------
    >>> runs(store).index.to_list()  # doctest: +SKIP
    [19, 20]
    """
    with store.reading() as connection:
        query = sa.text("SELECT run, started_at, finished_at, manifest, files FROM runs ORDER BY run")
        rows = [_run_row(*row) for row in connection.execute(query)]
    columns = ["run", "started_at", "finished_at", "as_of", "project", "software", "inputs", "files"]
    return pd.DataFrame(rows, columns=columns).set_index("run")


def run_record(connection: Connection, run: int | None = None, on: date | None = None) -> Record:
    """
    Return what a run was made from: its ``run.json``, with ``run``, ``started_at`` and ``finished_at``.

    Parameters
    ----------
    connection
        A connection that may read.
    run
        Its number; by default the last one.
    on
        Instead: the last one that was recorded by the end of this day.

    Raises
    ------
    StoreError
        If there is no such run.

    Examples
    --------
    >>> run_record(connection)["versions"]["geoenforce"]  # doctest: +SKIP
    '0.1.0'
    """
    numbers = [row[0] for row in connection.execute(sa.text("SELECT run FROM runs ORDER BY run"))]
    if not numbers:
        message = "There is no run in the store yet: run 'geoenforce run'."
        raise StoreError(message)
    if run is None:
        end = last_revision(connection, on)
        run = max((number for number in numbers if number <= end), default=None)
        if run is None:
            message = f"No run had been recorded by {on}; there are {some(numbers)}."
            raise StoreError(message)
    query = sa.text("SELECT started_at, finished_at, manifest, files FROM runs WHERE run = :run")
    found = connection.execute(query, {"run": run}).fetchone()
    if found is None:
        message = f"There is no run {run} in the store; there are {some(numbers, 20)}."
        raise StoreError(message)
    about = {"run": run, "started_at": found[0], "finished_at": found[1]}
    return {**about, **json.loads(found[2]), "outputs": json.loads(found[3])}


def _run_row(run: int, started_at: str, finished_at: str, manifest: str, files: str) -> Record:
    about = json.loads(manifest)
    return {
        "run": run,
        "started_at": started_at,
        "finished_at": finished_at,
        "as_of": about["results"]["as_of"],
        "project": about["project"],
        "software": about["versions"]["geoenforce"],
        "inputs": len(about["inputs"]),
        "files": len(json.loads(files)),
    }


def _attribute(results: Results, name: str) -> pd.DataFrame | None:
    value: Any = results
    for part in name.split("."):
        value = None if value is None else getattr(value, part)
    found: pd.DataFrame | None = value
    return found


def _ready(frame: pd.DataFrame | None, table: Table) -> pd.DataFrame:
    """Return a table as it is saved; without rows where the run had none, so that those of an earlier one end."""
    if frame is None:
        nothing: pd.DataFrame = empty(table)
        return nothing
    if table is REJECTS:
        return as_rows(frame)
    return without_persons(frame) if table in _WITH_TEXTS else frame


def _about(results: Results) -> Record:
    """Note what the results are besides their tables."""
    patrols, accountability = results.patrols, results.accountability
    return {
        "title": results.title,
        "crs": results.crs,
        "regulation_title": results.regulation_title,
        "regulation_number": results.regulation_number,
        "as_of": results.as_of.isoformat(),
        "has_pieces": results.pieces is not None,
        "patrols": patrols and _about_patrols(patrols),
        "accountability": accountability and {"as_of": accountability.as_of.isoformat(), "names": accountability.names},
        "evidence": sorted(results.evidence),
    }


def _about_patrols(patrols: PatrolResults) -> Record:
    return {
        "unseen_days": patrols.unseen_days,
        "status_at": patrols.status_at.isoformat(),
        "sight_m": patrols.sight_m,
        "sight_otherwise_m": patrols.sight_otherwise_m,
    }


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=dict)
