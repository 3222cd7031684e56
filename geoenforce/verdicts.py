"""Say of each input whether it can be used, and change nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.core.errors import GeoenforceError
from geoenforce.core.tables import ISSUES
from geoenforce.inputs.config import load_config
from geoenforce.inputs.read import read_layer
from geoenforce.inputs.reading import Reading
from geoenforce.outputs.one_table import records
from geoenforce.pipeline import readers
from geoenforce.shortcuts import counts_text

_MOST = 20  # issues listed for people; the JSON has all


@dataclass(frozen=True)
class Verdict:
    """What can be said of one file: it was read, or the error that prevents it."""

    path: str
    reading: Reading | None
    error: str | None

    def record(self) -> dict[str, Any]:
        """
        Return the verdict for programs.

        Examples
        --------
        >>> Verdict("a.shp", None, "a.shp: has no coordinate system.").record()["ok"]
        False
        """
        return {
            "path": self.path,
            "ok": self.error is None,
            "error": self.error,
            "counts": None if self.reading is None else vars(self.reading.counts),
            "issues": [] if self.reading is None else records(self.reading.issues, ISSUES),
        }

    def text(self) -> str:
        """
        Return the verdict for people: one line, and one for each issue.

        Examples
        --------
        >>> Verdict("a.shp", None, "a.shp: has no coordinate system.").text()
        '✗ a.shp: has no coordinate system.'
        """
        if self.reading is None:
            return f"✗ {self.error}"
        issues = self.reading.issues
        lines = [f"✓ {counts_text(self.path, self.reading)}"]
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
            yield Verdict(str(path), None, str(error))
            return
        for source, read in readers(config):
            yield _verdict(str(source.path), read)
    else:
        yield _verdict(str(path), lambda: read_layer(path, crs=crs) if crs else read_layer(path))


def _verdict(path: str, read: Callable[[], Reading]) -> Verdict:
    try:
        return Verdict(path, read(), None)
    except GeoenforceError as error:
        return Verdict(path, None, str(error))
