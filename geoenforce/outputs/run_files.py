"""Write a run's files all or none, and note in run.json what they were made from."""

import hashlib
import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyproj
import shapely

from geoenforce.core.errors import InputError
from geoenforce.core.files import sha256_of
from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.patrol_tables import COVERAGE, INTEGRITY, PATROL_DAYS, PATROL_RATES, RECONCILIATION, TRIPS, UNSEEN
from geoenforce.core.results import Results
from geoenforce.core.tables import AREAS, CASES, COMPARISONS, ISSUES, PARTIES, PIECES
from geoenforce.outputs.accountability_files import accountability_writers
from geoenforce.outputs.accountability_sheets import write_accountability_xlsx
from geoenforce.outputs.files import UNFINISHED, writing
from geoenforce.outputs.geopackage import write_rejects_gpkg, write_results_gpkg
from geoenforce.outputs.maps import MapOptions, write_map
from geoenforce.outputs.patrol_sheets import write_patrols_xlsx
from geoenforce.outputs.report_files import Paper, report_writers
from geoenforce.outputs.spreadsheet import write_cases_xlsx
from geoenforce.outputs.tables import write_csv

Writer = Callable[[Path], None]
_ABANDONED_S = 3600  # the largest file of a province is written in minutes
_PACKAGES = ("geoenforce", "geopandas", "shapely", "pyproj", "pyogrio", "pandas", "numpy", "folium")


def writers(
    results: Results,
    *,
    lang: str = "zh",
    color_by: str = "severity",
    with_personal_data: bool = False,
    paper: Paper | None = None,
    of_map: Callable[[], MapOptions] = MapOptions,
) -> dict[str, Writer]:
    """
    Name every file of a run, with the function that writes it.

    Parameters
    ----------
    results
        What the run found.
    lang
        Language of what people read: ``"zh"`` or ``"en"``.
    color_by
        What the map shows first.
    with_personal_data
        Whether parties are named; otherwise no file holds a name.
    paper
        How the reports are written; by default there are none.
    of_map
        What gets the rest of what the map takes, once it is drawn: whom it is for, lines and tiles, images.

    Examples
    --------
    >>> from unittest.mock import Mock
    >>> sorted(writers(Mock(pieces=None, patrols=None, accountability=None)))[:3]
    ['areas.csv', 'cases.csv', 'cases.xlsx']
    """
    personal = with_personal_data
    files: dict[str, Writer] = {
        "areas.csv": lambda path: write_csv(results.areas, AREAS, path),
        "cases.csv": lambda path: write_csv(results.cases, CASES, path, with_personal_data=personal),
        "comparisons.csv": lambda path: write_csv(results.comparisons, COMPARISONS, path),
        "parties.csv": lambda path: write_csv(results.parties, PARTIES, path, with_personal_data=personal),
        "issues.csv": lambda path: write_csv(results.issues, ISSUES, path),
        "cases.xlsx": lambda path: write_cases_xlsx(results, path, lang, with_personal_data=personal),
        "results.gpkg": lambda path: write_results_gpkg(results, path, lang, with_personal_data=personal),
        "rejects.gpkg": lambda path: write_rejects_gpkg(results.rejects, path),
        "map.html": lambda path: write_map(
            results, path, lang, color_by, **(of_map() | MapOptions(with_personal_data=personal))
        ),
    }
    if results.pieces is not None:
        pieces = results.pieces
        files["pieces.csv"] = lambda path: write_csv(pieces, PIECES, path)
    if results.patrols is not None:
        files |= patrol_writers(results.patrols)
        files["patrols.xlsx"] = lambda path: write_patrols_xlsx(results, path, lang)
    if results.accountability is not None:
        files |= accountability_writers(results.accountability)
        files["accountability.xlsx"] = lambda path: write_accountability_xlsx(results, path, lang)
    return files if paper is None else files | report_writers(results, paper)


def patrol_writers(patrols: PatrolResults) -> dict[str, Writer]:
    """
    Name every table of patrols as a CSV file, with the function that writes it.

    Examples
    --------
    >>> from unittest.mock import Mock
    >>> list(patrol_writers(Mock()))[:3]
    ['patrol_days.csv', 'patrol_rates.csv', 'trips.csv']
    """
    tables = {
        "patrol_days.csv": (patrols.days, PATROL_DAYS),
        "patrol_rates.csv": (patrols.rates, PATROL_RATES),
        "trips.csv": (patrols.trips, TRIPS),
        "coverage.csv": (patrols.coverage, COVERAGE),
        "unseen.csv": (patrols.unseen, UNSEEN),
        "ledger_reconciliation.csv": (patrols.reconciliation, RECONCILIATION),
        "integrity.csv": (patrols.integrity, INTEGRITY),
    }
    return {name: partial(write_csv, frame, table) for name, (frame, table) in tables.items()}


def write_together(
    files: Mapping[str, Writer],
    folder: Path,
    manifest: Mapping[str, Any],
    announce: Callable[[str], None],
    keep: Callable[[dict[str, Any]], Mapping[str, Any]] = lambda _: {},
) -> dict[str, Path]:
    """
    Write all files of a run, or, if one cannot be written, none.

    Parameters
    ----------
    files
        Names and the functions that write them; a name may lead into a folder.
    folder
        Where they go; it is made if need be. Files of an earlier run are replaced.
    manifest
        What ``run.json`` says besides the versions and the files' hashes.
    announce
        Called with each file's name before it is written.
    keep
        Called with what ``run.json`` will say, once all files are written and before any stands in its place; what
        it returns is added there. If it fails, no file is kept either.

    Returns
    -------
    paths
        Each file's name and path, ``run.json`` last.

    Raises
    ------
    InputError
        If the folder or a file in it cannot be written, usually because Excel or QGIS holds it open.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     paths = write_together({"a.txt": lambda path: path.write_text("A")}, Path(folder), {}, lambda name: None)
    ...     sorted(paths), paths["a.txt"].read_text()
    (['a.txt', 'run.json'], 'A')
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(folder)
        unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
    except OSError as problem:
        message = f"{folder}: the folder for results cannot be written: {problem.strerror}. Choose another output."
        raise InputError(message) from None
    try:
        for name, write in files.items():
            announce(name)
            with writing(folder / name, unfinished / name):
                write(unfinished / name)
        hashes = {name: sha256(unfinished / name) for name in files}
        record = {"versions": versions(), **manifest, "outputs": hashes}
        record |= keep(record)
        (unfinished / "run.json").write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return {name: _put(unfinished / name, folder / name) for name in (*files, "run.json")}
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def write_each(
    files: Mapping[str, tuple[Path, Writer]], keep: Callable[[dict[str, str]], object] = lambda _: None
) -> dict[str, Path]:
    """
    Write files to places of their own, or, if one cannot be written, none; what stood there before stays then.

    Parameters
    ----------
    files
        Names, each with its place and the function that writes it.
    keep
        Called with the names and SHA-256 hashes once all are written and before any stands in its place. If it fails,
        no file is kept.

    Returns
    -------
    paths
        Each file's name and place.

    Raises
    ------
    GeoenforceError
        If a file cannot be written, or an old one cannot be replaced.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     place = Path(folder) / "a.txt"
    ...     _ = write_each({"a": (place, lambda path: path.write_text("A"))}, print)
    ...     place.read_text()
    {'a': '559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd'}
    'A'
    """
    unfinished = {name: place.with_name(f"{UNFINISHED}{place.name}") for name, (place, _) in files.items()}
    try:
        for name, (place, write) in files.items():
            with writing(place, unfinished[name]):
                write(unfinished[name])
        keep({name: sha256(path) for name, path in unfinished.items()})
        return {name: _put(unfinished[name], place) for name, (place, _) in files.items()}
    finally:
        for path in unfinished.values():
            path.unlink(missing_ok=True)


def sha256(path: Path) -> str:
    """
    Hash a file; of a folder (FileGDB) or shapefile, all the files that belong to it, in order of their names.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.txt"
    ...     _ = path.write_text("abc")
    ...     sha256(path)[:8]
    'ba7816bf'
    """
    if path.is_dir():
        parts = sorted(part for part in path.rglob("*") if part.is_file() and not part.name.endswith(".lock"))
    elif path.suffix.lower() == ".shp":
        parts = sorted(part for part in path.parent.iterdir() if part.stem == path.stem)
    else:
        return sha256_of(path)
    whole = hashlib.sha256()
    for part in parts:
        whole.update(f"{part.name}:{sha256_of(part)}\n".encode())
    return whole.hexdigest()


def _remove_abandoned(folder: Path) -> None:
    """Remove what a run left that was killed as it wrote; one that still writes has touched a file of late."""
    for one in folder.glob(f"{UNFINISHED}*"):
        try:
            touched = max(part.stat().st_mtime for part in (one, *one.rglob("*")))
        except OSError:  # another run has just finished
            continue
        if one.is_dir() and time.time() - touched > _ABANDONED_S:
            shutil.rmtree(one, ignore_errors=True)


def versions() -> dict[str, str]:
    """
    Name the software that runs, and the libraries whose results may differ between their versions.

    Examples
    --------
    >>> sorted(versions())[:2]
    ['GEOS', 'PROJ']
    """
    packages = {name: version(name) for name in _PACKAGES}
    return {**packages, "GEOS": shapely.geos_version_string, "PROJ": pyproj.proj_version_str,
            "Python": platform.python_version()}  # fmt: skip


def _put(source: Path, target: Path) -> Path:
    try:
        target.parent.mkdir(exist_ok=True)
        os.replace(source, target)  # noqa: PTH105 - replaces on Windows too, unlike Path.rename
    except OSError as problem:
        message = (
            f"{target}: cannot be replaced: {problem.strerror}. Close it in Excel, QGIS or the browser and run again; "
            "results of the last run may stand beside new ones until then."
        )
        raise InputError(message) from None
    return target
