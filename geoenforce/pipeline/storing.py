"""The store's part of a run: what was read goes in file by file, then what was found, in step with the files."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import pandas as pd

from geoenforce.core.accountability_tables import CASE_EVENTS, DECLARATIONS, MEASURES
from geoenforce.core.errors import ReadOnlyStoreError
from geoenforce.core.results import Results
from geoenforce.core.tables import empty, issues_table
from geoenforce.inputs.config import Config
from geoenforce.inputs.reading import Counts
from geoenforce.inputs.register_tables import RegisterReading
from geoenforce.outputs.qgis_store import store_styles
from geoenforce.pipeline.reading import Inputs
from geoenforce.pipeline.record import note_of
from geoenforce.pipeline.registers import Registers
from geoenforce.pipeline.unchanged import beside_of, options_of
from geoenforce.store.addresses import complete
from geoenforce.store.beside import Beside
from geoenforce.store.deliveries import LAND_KINDS, Delivery, Place, begin_snapshots, ingest
from geoenforce.store.engine import Store, open_store
from geoenforce.store.entries import Entered, entered, merged
from geoenforce.store.revisions import revision
from geoenforce.store.runs import MadeFrom, refuse_another_project, save_run
from geoenforce.store.styles import keep_styles
from geoenforce.store.upgrades import check_ready, make_ready

#: Names the store instead of the configuration, such as on a server of the province.
URL_VARIABLE = "GEOENFORCE_STORE_URL"

_REGISTERS = {"events": CASE_EVENTS, "measures": MEASURES, "declarations": DECLARATIONS}


def project_store(config: Config) -> Store:
    """
    Name the store of a project: GEOENFORCE_STORE_URL, else the configuration's, else a file beside the results.

    Examples
    --------
    >>> project_store(load_config(Path("demo"))).path  # doctest: +SKIP
    PosixPath('/data/demo/store.gpkg')
    """
    beside = config.project.output.parent
    url = os.environ.get(URL_VARIABLE) or config.store.url
    where = complete(url, config.folder) if url else complete("gpkg:///store.gpkg", beside)
    return open_store(where, None if where.startswith("gpkg:") else beside / "store_snapshots")


@contextmanager
def reading_store(config: Config) -> Iterator[Store]:
    """
    Lend the store of a project to one who reads, or adds an entry; there must be one.

    Examples
    --------
    >>> with reading_store(load_config(Path("demo"))) as store:  # doctest: +SKIP
    ...     runs(store)
    """
    with project_store(config) as store:
        check_ready(store)
        yield store


def note_export(config: Config, run: int, files: Mapping[str, str]) -> int | None:
    """
    Put on record that files were drawn from the store; where that fails, the export must not be made.

    Only one who has no right to write into the store may do without: whoever may read it can copy it anyhow.

    Parameters
    ----------
    config
        The project's configuration, which says whether persons are named.
    run
        The run that they show.
    files
        The files' names and SHA-256 hashes.

    Returns
    -------
    revision
        The number of the entry in the audit trail; None where the store may only be read.

    Raises
    ------
    StoreError
        If the store may be written and cannot be: another program holds it, the disk is full.

    Examples
    --------
    >>> note_export(config, 21, {"map.html": "9f86d0…"})  # doctest: +SKIP
    22
    """
    names_persons = config.project.with_personal_data
    detail = {"run": run, "files": dict(files), "with_personal_data": names_persons}
    try:
        with reading_store(config) as store, revision(store, "export", detail) as made:
            return made.number
    except ReadOnlyStoreError:
        return None


def noted_hashes(config: Config) -> dict[int, str]:
    """
    Return the hash that the last ``run.json`` notes: with it, what was cut off the chain is found as well.

    Examples
    --------
    >>> noted_hashes(load_config(Path("demo")))  # doctest: +SKIP
    {21: '9f86d0…'}
    """
    file = config.project.output / "run.json"
    if not file.exists():
        return {}
    noted = json.loads(file.read_text(encoding="utf-8")).get("run", {})
    return {noted["number"]: noted["sha256"]} if "sha256" in noted else {}


@dataclass(frozen=True)
class Keeping:
    """A run that will be kept: the store, what was entered there by command, when it began, and who helps."""

    store: Store
    entered: Entered
    started_at: datetime
    helper: Executor

    def keep(
        self, results: Results, delivered: list[Delivery], announce: Callable[[str], None]
    ) -> Callable[[dict[str, Any]], Mapping[str, Any]]:
        """
        Return what puts a run into the store, once its files are written and before they are seen.

        So a file that cannot be written leaves the store without the run, and a store that cannot be written leaves
        the files of the run before. Files that cannot take their place after that (Excel holds one open) can be had
        from the store.

        Snapshots of land are written beside the files from now on: Arrow writes the ones, Python most of the others.
        """
        begun = begin_snapshots(self.store, delivered, self.helper)

        def put(record: dict[str, Any]) -> Mapping[str, Any]:
            announce("store")
            ingest(self.store, delivered, begun)
            made_from = MadeFrom(record, delivered, self.entered.as_of, self.started_at)
            saved = save_run(self.store, results, made_from)
            return {"run": {"number": saved.run, "sha256": saved.sha256}}

        return put


@contextmanager
def keeping(config: Config) -> Iterator[Keeping]:
    """
    Open the store of a project for a run, and make it if there is none; what is wrong with it is told before hours.

    Examples
    --------
    >>> with keeping(load_config(Path("demo"))) as kept:  # doctest: +SKIP
    ...     kept.entered.as_of
    """
    started_at = datetime.now(UTC)
    with project_store(config) as store:
        make_ready(store)
        with store.reading() as connection:
            refuse_another_project(connection, {"county_code": config.project.county_code})
        keep_styles(store, store_styles(config.project.language))
        helper = ThreadPoolExecutor(1, thread_name_prefix="snapshots")
        try:
            yield Keeping(store, entered(store), started_at, helper)
        finally:
            helper.shutdown(cancel_futures=True)  # after a failure, what was not begun need not be written


def with_entries(inputs: Inputs, entries: Entered) -> Inputs:
    """
    Add what was entered by command to the registers that were read from files.

    Examples
    --------
    >>> with_entries(read_inputs(config), entered(store)).registers.table("events")  # doctest: +SKIP
    """
    readings = dict(inputs.registers.readings)
    for section, table in _REGISTERS.items():
        by_command = entries.tables[section]
        if not len(by_command):
            continue
        nothing = RegisterReading(empty(table), issues_table(), Counts(0, 0, 0, 0))
        read = readings.get(section, nothing)
        whole = merged(table, read.table, by_command)
        issues = [one for one in (read.issues, whole.issues) if len(one)]
        readings[section] = read._replace(
            table=whole.table, issues=pd.concat(issues, ignore_index=True) if issues else read.issues
        )
    return replace(inputs, registers=replace(inputs.registers, readings=readings))


def deliveries(inputs: Inputs, record: Mapping[str, Any], config: Config) -> list[Delivery]:
    """
    Name every source of a run for the store, with its rows where the store keeps them.

    Parameters
    ----------
    inputs
        What was read from files, without what was entered by command.
    record
        What ``run.json`` says of it.
    config
        The project's configuration.

    Examples
    --------
    >>> deliveries(inputs, manifest(inputs, config), config)[0].source  # doctest: +SKIP
    'boundaries/townships.shp'
    """
    frames, besides = _frames(inputs), _besides(inputs, config)
    words = [[one["id"], one.get("sha256")] for one in record["regulations"]]
    made = []
    for one in record["inputs"]:
        kind, told, options = one["kind"], one["options"], options_of(one)
        if kind in inputs.registers.readings:
            options["regulations"] = words  # they say which words a register may use
        counts = {name: one[name] for name in ("read", "accepted", "repaired", "rejected", "flagged") if name in one}
        waiting = frames.get(kind, [])
        frame = waiting.pop(0) if waiting else None
        day = told.get("effective_from") if kind in LAND_KINDS else None
        in_force = None if day is None else datetime.fromisoformat(day).date()
        beside = besides.get((kind, one["source"]))
        made.append(Delivery(kind, one["source"], one["sha256"], options, counts, frame, in_force, beside))
    return made


def _frames(inputs: Inputs) -> dict[str, list[pd.DataFrame]]:
    """Return the tables by kind, in the order of the configuration; violations with their vertices as delivered."""
    registers: Registers = inputs.registers
    frames: dict[str, list[pd.DataFrame]] = {
        "townships": [inputs.townships.table],
        "basic_farmland": [one.table for one in inputs.basic_farmland],
        "cultivated": [one.table for one in inputs.cultivated],
        "approvals": [one.table for one in inputs.approvals],
        "violations": [_as_delivered(one.table, one.original) for one in inputs.violations],
        "new_construction": [one.table for one in registers.new_construction],
    }
    if inputs.patrols is not None and inputs.patrols.ledger is not None:
        frames["ledger"] = [inputs.patrols.ledger.table]
    return frames | {section: [reading.table] for section, reading in registers.readings.items()}


def _besides(inputs: Inputs, config: Config) -> dict[Place, Beside | None]:
    """Return what is kept of each land layer beside its rows."""
    readings = {kind: zip(getattr(config, kind), getattr(inputs, kind), strict=True) for kind in LAND_KINDS}
    return {
        (kind, note_of(config, kind, source.path, source)["source"]): beside_of(reading, config, source)
        for kind, pairs in readings.items()
        for source, reading in pairs
    }


def _as_delivered(table: gpd.GeoDataFrame, original: gpd.GeoSeries | None) -> gpd.GeoDataFrame:
    if original is None:
        return table
    return table.set_geometry(original.reindex(table.index), crs=original.crs)
