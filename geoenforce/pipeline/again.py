"""Outputs of any run again, out of the store: nothing is computed anew, and no input is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from geoenforce.core.errors import InputError
from geoenforce.core.results import Results
from geoenforce.inputs.config import Config
from geoenforce.outputs.files import refuse_to_replace
from geoenforce.outputs.letters.contexts import Asked, letter_context
from geoenforce.outputs.letters.write import write_letter
from geoenforce.outputs.report_files import FORMATS, REPORTS, Paper, report_names, report_writers
from geoenforce.outputs.run_files import Writer, sha256, write_each, write_together
from geoenforce.pipeline.reading import Announce, quietly
from geoenforce.pipeline.storing import note_export, reading_store
from geoenforce.pipeline.whole import files_of
from geoenforce.rules.regulation import load_regulation
from geoenforce.store.run_loading import load_run
from geoenforce.store.runs import run_record

_MAP = "map.html"
_SOURCE = "依据 geoenforce 第 {run} 号运行记录的数据（截至{as_of}）生成。事实请与原始材料核对。"


@dataclass(frozen=True)
class Stored:
    """A run out of the store: its record and its results."""

    record: dict[str, Any]
    results: Results


@dataclass(frozen=True)
class Rewritten:
    """Files that were written again, those that are byte for byte as they were, and whether the store says so."""

    run: int
    files: dict[str, Path]
    same: frozenset[str]
    is_on_record: bool


@dataclass(frozen=True)
class Drawn:
    """Files that were drawn from the store; the store says so, unless it may only be read."""

    files: dict[str, Path]
    is_on_record: bool


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
    Draw the map of a run again; the store's audit trail says so, unless the store may only be read.

    Raises
    ------
    StoreError
        If the store may be written and cannot be; there is no map then.

    Examples
    --------
    >>> map_again(config, stored_run(config), Path("map.html")).run  # doctest: +SKIP
    8
    """
    is_beside = path.absolute().parent == config.project.output.absolute()
    results = stored.results if is_beside else replace(stored.results, evidence=frozenset())  # no links into nothing
    return _compared(stored, write_on_record(config, stored, {_MAP: (path, files_of(results, config)[_MAP])}))


def tables_again(config: Config, stored: Stored, folder: Path, announce: Announce = quietly) -> Rewritten:
    """
    Write the tables of a run again: CSV, XLSX, GeoPackage and JSON, with the run's own ``run.json``.

    The store's audit trail says so; ``run.json`` says if not, because the store may only be read.

    Raises
    ------
    InputError
        If the folder cannot be written.
    StoreError
        If the store may be written and cannot be; no file takes its place then.

    Examples
    --------
    >>> tables_again(config, stored_run(config), Path("march")).files["cases.csv"]  # doctest: +SKIP
    PosixPath('march/cases.csv')
    """
    unwanted = {_MAP, *report_names(REPORTS, FORMATS)}
    files = {name: write for name, write in files_of(stored.results, config).items() if name not in unwanted}
    run, noted = stored.record["run"], []

    def keep(record: dict[str, Any]) -> dict[str, Any]:
        noted.append(note_export(config, run, record["outputs"]))
        return {"run": {"number": run}, **({"export": {"on_record": False}} if noted == [None] else {})}

    manifest = {name: value for name, value in stored.record.items() if name not in ("run", "outputs")}
    written = write_together(files, folder, manifest, announce, keep)
    return _compared(stored, Drawn(written, noted != [None]))


def reports_again(config: Config, stored: Stored, folder: Path, paper: Paper, kinds: Sequence[str]) -> Rewritten:
    """
    Write reports of a run again, over any period.

    Parameters
    ----------
    config
        The project's configuration.
    stored
        The run.
    folder
        Where they go; it is made if need be.
    paper
        How they are written.
    kinds
        Which ones: ``patrols``, ``accountability``.

    Raises
    ------
    InputError
        If the run has nothing that a report could be about, or a file cannot be written.

    Examples
    --------
    >>> reports_again(config, stored_run(config), Path("march"), Paper(accountability="2026-03"),
    ...               ["accountability"]).files["accountability_report.pdf"]  # doctest: +SKIP
    PosixPath('march/accountability_report.pdf')
    """
    writers = report_writers(stored.results, paper)
    names = report_names(kinds, paper.formats)
    files = {name: (folder / name, writers[name]) for name in names if name in writers}
    if not files:
        message = (
            f"{config.project.name}: run {stored.record['run']} has nothing for the report of {' or '.join(kinds)}. "
            "Give [[tracks]] for patrols and [accountability] for the other, and run 'geoenforce run' again."
        )
        raise InputError(message)
    return _compared(stored, write_on_record(config, stored, files))


def write_on_record(config: Config, stored: Stored, files: Mapping[str, tuple[Path, Writer]]) -> Drawn:
    """
    Write files that are drawn from the store, and note there that they were.

    Parameters
    ----------
    config
        The project's configuration.
    stored
        The run that they show.
    files
        Names, each with its place and the function that writes it.

    Returns
    -------
    drawn
        Each file's name and place, and whether the store says so: it does, unless it may only be read.

    Raises
    ------
    StoreError
        If the store may be written and cannot be; nothing is written then, and what stood in a file's place is still
        there.

    Examples
    --------
    >>> write_on_record(config, stored_run(config), {"map.html": (Path("map.html"), write)})  # doctest: +SKIP
    """
    noted: list[int | None] = []
    written = write_each(files, lambda hashes: noted.append(note_export(config, stored.record["run"], hashes)))
    return Drawn(written, noted != [None])


def _compared(stored: Stored, drawn: Drawn) -> Rewritten:
    then = stored.record["outputs"]
    files = {name: path for name, path in drawn.files.items() if name != "run.json"}
    same = frozenset(name for name, path in files.items() if then.get(name) == sha256(path))
    return Rewritten(stored.record["run"], files, same, drawn.is_on_record)


def letter_again(config: Config, stored: Stored, asked: Asked, path: Path) -> Drawn:
    """
    Draft a letter from a run; a bureau's own template is used where ``[reports]`` names a folder that has one.

    Raises
    ------
    InputError
        If the run knows nothing that the letter could be about, or the template cannot be used.

    Examples
    --------
    >>> letter_again(config, stored_run(config), Asked(LetterKind.TALK, "青禾镇"), Path("talk.docx"))  # doctest: +SKIP
    """
    regulations = [load_regulation(name) for name in config.accountability.regulations]
    folder = config.reports.letters
    own = None if folder is None else folder / f"{asked.kind.value}.docx"
    told = letter_context(asked, stored.results, regulations)
    paper = {"issued_by": config.reports.issued_by, "source_note": _SOURCE.format(run=stored.record["run"], **told)}
    template = own if own is not None and own.is_file() else None

    def write(unfinished: Path) -> None:
        write_letter(asked.kind, told | paper, unfinished, template=template)
        refuse_to_replace(path, unfinished)

    return write_on_record(config, stored, {f"{asked.kind.value}.docx": (path, write)})
