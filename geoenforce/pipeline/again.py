"""Outputs of any run again, out of the store: nothing is computed anew, and no input is needed."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from geoenforce.core.results import Results
from geoenforce.inputs.config import Config
from geoenforce.outputs.run_files import sha256, write_together
from geoenforce.pipeline.reading import Announce, quietly
from geoenforce.pipeline.storing import reading_store
from geoenforce.pipeline.whole import files_of
from geoenforce.store.run_loading import load_run
from geoenforce.store.runs import run_record

_MAP = "map.html"


@dataclass(frozen=True)
class Stored:
    """A run out of the store: its record and its results."""

    record: dict[str, Any]
    results: Results


@dataclass(frozen=True)
class Rewritten:
    """Files that were written again, and which of them are byte for byte those of the run."""

    run: int
    files: dict[str, Path]
    same: frozenset[str]


def stored_run(config: Config, run: int | None = None, on: date | None = None) -> Stored:
    """
    Load a run of a project.

    Parameters
    ----------
    config
        The project's configuration.
    run
        The run's number; by default the last one.
    on
        Instead: the last one that was recorded by the end of this day.

    Raises
    ------
    StoreError
        If there is no store or no such run.

    Examples
    --------
    >>> stored_run(load_config(Path("demo")), on=date(2026, 3, 1)).results.cases  # doctest: +SKIP
    """
    with reading_store(config) as store:
        with store.reading() as connection:
            record = run_record(connection, run, on)
        return Stored(record, load_run(store, record["run"]))


def map_again(config: Config, stored: Stored, path: Path) -> Rewritten:
    """
    Draw the map of a run again.

    Examples
    --------
    >>> map_again(config, stored_run(config), Path("map.html")).run  # doctest: +SKIP
    8
    """
    files_of(stored.results, config)[_MAP](path)
    return _compared(stored, {_MAP: path})


def tables_again(config: Config, stored: Stored, folder: Path, announce: Announce = quietly) -> Rewritten:
    """
    Write the tables of a run again: CSV, XLSX, GeoPackage and JSON, with the run's own ``run.json``.

    Raises
    ------
    InputError
        If the folder cannot be written.

    Examples
    --------
    >>> tables_again(config, stored_run(config), Path("march")).files["cases.csv"]  # doctest: +SKIP
    PosixPath('march/cases.csv')
    """
    files = {name: write for name, write in files_of(stored.results, config).items() if name != _MAP}
    noted = {"run": {"number": stored.record["run"]}}
    manifest = {name: value for name, value in stored.record.items() if name not in ("run", "outputs")}
    return _compared(stored, write_together(files, folder, manifest, announce, lambda _: noted))


def _compared(stored: Stored, files: dict[str, Path]) -> Rewritten:
    then = stored.record["outputs"]
    drawn = {name: path for name, path in files.items() if name in then}
    same = frozenset(name for name, path in drawn.items() if then[name] == sha256(path))
    return Rewritten(stored.record["run"], drawn, same)
