"""The files of the last run, read again: its record and its tables."""

import json
from collections import defaultdict
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.core.errors import GeoenforceError, InputError
from geoenforce.core.tables import Kind, Table
from geoenforce.rules.regulation import load_regulation
from geoenforce.rules.vocabulary import Names

Record = dict[str, Any]

_DTYPES = {Kind.NUMBER: "float64", Kind.AMOUNT: "float64", Kind.INTEGER: "Int64", Kind.FLAG: "bool"}


def run_record(folder: Path) -> Record:
    """
    Read what a run was made from.

    Raises
    ------
    InputError
        If there is no run in the folder.

    Examples
    --------
    >>> run_record(Path("no_such_folder"))
    Traceback (most recent call last):
    geoenforce.core.errors.InputError: no_such_folder: holds no results. Make them with 'geoenforce run' first.
    """
    if not (folder / "run.json").exists():
        message = f"{folder}: holds no results. Make them with 'geoenforce run' first."
        raise InputError(message)
    record: Record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return record


def run_table(folder: Path, table: Table, name: str | None = None) -> pd.DataFrame:
    """
    Read one table of a run back from its CSV file; asked for again, it is not read again while the file is the same.

    Parameters
    ----------
    folder
        The output folder of a run.
    table
        Its declaration; days and moments stay ISO texts, an index is a column like the others.
    name
        The file's name without its suffix, where it is not that of the table.

    Raises
    ------
    InputError
        If the run has no such file.

    Examples
    --------
    >>> from geoenforce.core.tables import CASES
    >>> run_table(Path("no_such_folder"), CASES)
    Traceback (most recent call last):
    geoenforce.core.errors.InputError: no_such_folder: has no cases.csv. Make it with 'geoenforce run' first.
    """
    path = folder / f"{name or table.name}.csv"
    if not path.exists():
        message = f"{folder}: has no {path.name}. Make it with 'geoenforce run' first."
        raise InputError(message)
    file = path.stat()
    return _read(path, table, (file.st_ino, file.st_mtime_ns, file.st_size)).copy(deep=False)


@lru_cache(maxsize=16)  # an explanation asks for a dozen tables, some of them six times
def _read(path: Path, table: Table, _: tuple[int, ...]) -> pd.DataFrame:
    """Read a table's file; what tells one state of the file from another is there to be remembered by."""
    kinds = defaultdict(lambda: "str", {column.name: _DTYPES.get(column.kind, "str") for column in table})
    written = path.read_bytes()
    frame = pd.read_csv(BytesIO(written), encoding="utf-8-sig", dtype=kinds, keep_default_na=False, na_values=[""])
    if b"'" not in written:
        return frame
    return frame.assign(**{name: _as_meant(frame[name]) for name in frame.columns if kinds[name] == "str"})


def _as_meant(texts: "pd.Series[str]") -> "pd.Series[str]":
    """Undo the apostrophe that keeps spreadsheets from running a text."""
    if not texts.str.startswith("'", na=False).any():
        return texts
    return texts.str.replace(r"^'(?=[=+\-@\t\r])", "", regex=True)


def plain_records(frame: pd.DataFrame) -> list[Record]:
    """
    Return rows for programs: Python's own values, None for what is missing.

    Examples
    --------
    >>> plain_records(pd.DataFrame({"a": [1.5], "b": [None]}))
    [{'a': 1.5, 'b': None}]
    """
    return [
        {
            str(key): None if pd.isna(value) else value.item() if hasattr(value, "item") else value
            for key, value in row.items()
        }
        for row in frame.to_dict("records")
    ]


def regulation_names(record: Record, folder: Path) -> dict[str, Names]:
    """
    Load the names that the regulations of a run give to their codes.

    A file of the user's own is looked for as ``run.json`` names it: seen from here, and from the folders above the
    results. One that cannot be loaded any more is left out: its own codes are then shown as they are.

    Examples
    --------
    >>> noted = {"regulations": [{"id": "jieyang-2009"}, {"id": "gone", "file": "gone.toml"}]}
    >>> sorted(regulation_names(noted, Path("out")))
    ['jieyang-2009']
    """
    names: dict[str, Names] = {}
    for one in record.get("regulations", []):
        try:
            names[one["id"]] = load_regulation(_place(one, folder)).names
        except GeoenforceError:
            continue
    return names


def _place(regulation: Record, folder: Path) -> str:
    file = regulation.get("file")
    if not file:
        return str(regulation["id"])
    places = [Path(file), *(above / file for above in folder.absolute().parents)]
    return str(next((place for place in places if place.exists()), file))
