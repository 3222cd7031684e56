"""Say of each input whether it can be used, and change nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.core.errors import GeoenforceError
from geoenforce.core.tables import ISSUES, issues_table
from geoenforce.inputs.config import Config, load_config
from geoenforce.inputs.read import read_layer
from geoenforce.inputs.reading import Reading
from geoenforce.outputs.one_table import records
from geoenforce.pipeline import patrol_readers, readers
from geoenforce.pipeline.background import refuse_missing_background
from geoenforce.pipeline.reading import kinds_of
from geoenforce.pipeline.refusals import refuse_foreign, refuse_undated
from geoenforce.pipeline.registers import applied_regulations, register_readers
from geoenforce.rules.regulation import Regulation, load_regulation

_MOST = 20  # issues listed for people; the JSON has all


@dataclass(frozen=True)
class Verdict:
    """What can be said of one file: it was read, or the error that prevents it."""

    path: str
    error: str | None
    counts: dict[str, int] | None = None  # rows read and what became of them
    issues: pd.DataFrame | None = None  # ISSUES

    def record(self) -> dict[str, Any]:
        """
        Return the verdict for programs.

        Examples
        --------
        >>> Verdict("a.shp", "a.shp: has no coordinate system.").record()["ok"]
        False
        """
        return {
            "path": self.path,
            "ok": self.error is None,
            "error": self.error,
            "counts": self.counts,
            "issues": [] if self.issues is None else records(self.issues, ISSUES),
        }

    def text(self) -> str:
        """
        Return the verdict for people: one line, and one for each issue.

        Examples
        --------
        >>> Verdict("a.shp", "a.shp: has no coordinate system.").text()
        '✗ a.shp: has no coordinate system.'
        >>> Verdict("a.shp", None, {"read": 2, "accepted": 2}).text()
        '✓ a.shp: 2 read, 2 accepted'
        """
        if self.error is not None:
            return f"✗ {self.error}"
        counted = ", ".join(f"{count} {name}" for name, count in (self.counts or {}).items())
        lines = [f"✓ {self.path}: {counted}" if counted else f"✓ {self.path}"]
        issues = issues_table() if self.issues is None else self.issues
        for issue in issues.head(_MOST).itertuples():
            row = "" if pd.isna(issue.row) else f"row {issue.row}: "
            lines.append(f"    {issue.action}: {row}{issue.detail}")
        if len(issues) > _MOST:
            lines.append(f"    … and {len(issues) - _MOST} more issues")
        return "\n".join(lines)


def check_files(paths: Sequence[Path], crs: str | None = None) -> list[Verdict]:
    """
    Read projects and spatial files, and say of each whether it can be used.

    Parameters
    ----------
    paths
        Projects (``geoenforce.toml`` or its folder) or spatial files; of a project, every source.
    crs
        The coordinate system of spatial files that name none.

    Examples
    --------
    >>> [verdict.text() for verdict in check_files([Path("no_such.gpkg")])]  # doctest: +ELLIPSIS
    ['✗ no_such.gpkg: there is no such file...']
    """
    return [verdict for path in paths for verdict in _verdicts(path, crs)]


def _verdicts(path: Path, crs: str | None) -> Iterator[Verdict]:
    if path.suffix == ".toml" or (path.is_dir() and path.suffix.lower() != ".gdb"):
        try:
            config = load_config(path)
        except GeoenforceError as error:
            yield Verdict(str(path), str(error))
            return
        yield from _of_project(config)
    else:
        yield _verdict(str(path), lambda: read_layer(path, crs=crs) if crs else read_layer(path))


def _of_project(config: Config) -> Iterator[Verdict]:
    read: dict[str, list[Reading]] = {"townships": [], "violations": []}
    for kind, (source, reader) in zip(kinds_of(config), readers(config), strict=True):
        yield _verdict(str(source.path), _kept(reader, read.get(kind)))
    for place, read_patrol_file in patrol_readers(config):
        yield _verdict(str(place), read_patrol_file)
    regulations: tuple[Regulation, ...] = ()
    try:
        load_regulation(config.grading.regulation)
        regulations = applied_regulations(config)
    except GeoenforceError as error:
        yield Verdict(str(config.folder), str(error))
    for _, place, read_register in register_readers(config, regulations):
        yield _verdict(str(place), read_register)
    yield from _misfits(read, config)


def _kept(reader: Callable[[], Reading], readings: list[Reading] | None) -> Callable[[], Reading]:
    """Have what is read kept as well, where others must fit to it."""

    def read() -> Reading:
        reading = reader()
        if readings is not None:
            readings.append(reading)
        return reading

    return read


def _misfits(read: dict[str, list[Reading]], config: Config) -> Iterator[Verdict]:
    """Say what a run would refuse, though each file can be read."""
    refusals = [partial(refuse_undated, read["violations"], config), partial(refuse_missing_background, config)]
    if read["townships"]:
        refusals.append(partial(refuse_foreign, read["townships"][0], config))
    for refuse in refusals:
        try:
            refuse()
        except GeoenforceError as error:
            yield Verdict(str(config.folder), str(error))


def _verdict(path: str, read: Callable[[], Any]) -> Verdict:
    try:
        reading = read()
    except GeoenforceError as error:
        return Verdict(path, str(error))
    counts = getattr(reading, "counts", None)
    return Verdict(path, None, None if counts is None else vars(counts), getattr(reading, "issues", None))
