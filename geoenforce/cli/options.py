"""Arguments and options that more than one command has."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from geoenforce.core.errors import GeoenforceError


class Lang(StrEnum):
    """The language of what people read."""

    ZH = "zh"
    EN = "en"


def read_day(text: str) -> datetime:
    """
    Read a day as it is typed: 2026-03-02, 2026/3/2, 20260302 or 2026年3月2日.

    Raises
    ------
    typer.BadParameter
        If there is no such day.

    Examples
    --------
    >>> read_day("2026/3/2")
    datetime.datetime(2026, 3, 2, 0, 0)
    """
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"):
        with suppress(ValueError):
            return datetime.strptime(text, form)  # noqa: DTZ007 - a day has no zone
    message = f"'{text}' is no day (日期); it is written 2026-03-02, 2026/3/2, 20260302 or 2026年3月2日"
    raise typer.BadParameter(message)


#: What an option or argument that is a day is declared with.
DAY: dict[str, Any] = {"parser": read_day, "metavar": "DAY"}
ConfigArgument = Annotated[Path, typer.Argument(help="geoenforce.toml, or the folder it lies in.")]
ConfigOption = Annotated[Path, typer.Option(help="geoenforce.toml, or the folder it lies in.")]
RunOption = Annotated[int | None, typer.Option(help="Number of the run; default: the last one.")]
OnOption = Annotated[
    datetime | None,
    typer.Option(**DAY, help="Instead: the last run recorded by the end of that day."),
]
LangOption = Annotated[Lang, typer.Option(help="Language of tables and files for people.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of a table.")]


@contextmanager
def as_options() -> Iterator[None]:
    """
    While a command without a configuration works, say behind an error what its own options are called.

    Examples
    --------
    >>> from geoenforce.core.errors import CrsError
    >>> with as_options():
    ...     raise CrsError('wf.shp names no coordinate system. Write crs = "EPSG:4527".')
    Traceback (most recent call last):
    geoenforce.core.errors.CrsError: wf.shp names no coordinate system. Write crs = "EPSG:4527".
    On the command line (命令行): --crs EPSG:4527
    """
    try:
        yield
    except GeoenforceError as error:
        crs, column = _CRS.search(str(error)), _COLUMN.search(str(error))
        if crs is not None:
            option = f"--crs {crs[1]}"
        elif column is not None and column[1] in _OF_VIOLATIONS:
            option = f"--column {column[1]}=THEIR_NAME"
        elif column is not None:
            option = "no option names a column of this layer; rename it, or make a project: geoenforce init DIR"
        else:
            raise
        message = f"{error}\nOn the command line (命令行): {option}"
        raise type(error)(message) from None


_CRS = re.compile(r'crs = "(EPSG:\d+)"')
_COLUMN = re.compile(r"columns = \{ (\w+) =")
_OF_VIOLATIONS = ("violation_id", "case_id", "found_on", "status", "party", "lead_source")
