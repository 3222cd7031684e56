"""Tracks in CSV and XLSX, one row per fix, under whatever names the columns have."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pandas as pd

from geoenforce.core.errors import FormatError, TableError, some
from geoenforce.inputs.encodings import decode_bytes
from geoenforce.inputs.raw_fixes import RawFixes
from geoenforce.inputs.sheets import frame_below, workbook_rows
from geoenforce.inputs.track_columns import fixes_of, header_of, track_columns

_LINES_LOOKED_AT = 10


def read_track_csv(path: Path, file: str, columns: Mapping[str, str] | None = None) -> RawFixes:
    """
    Read a track from text with columns, in UTF-8 or GBK, between commas, tabs or semicolons.

    Parameters
    ----------
    path
        Where the file is.
    file
        How it is called in messages.
    columns
        As in `geoenforce.inputs.track_columns.track_columns`.

    Returns
    -------
    fixes
        One row per line below the header; ``row`` is the line in the file.

    Raises
    ------
    FormatError
        If it is no text, or its lines have not the same number of cells.
    TableError
        If the position or the time is in no column.
    """
    try:
        text = decode_bytes(path.read_bytes())
    except UnicodeDecodeError:
        message = f"{file} is not text in UTF-8 or GBK. Save it as CSV in UTF-8."
        raise FormatError(message) from None
    if not text.strip():
        message = f"{file} is empty (文件为空): it has neither names of columns nor fixes. Export the track again."
        raise FormatError(message)
    first = "".join(islice(io.StringIO(text, newline=""), _LINES_LOOKED_AT))
    delimiter = max(",\t;", key=first.count)
    rows = list(csv.reader(io.StringIO(first, newline=""), delimiter=delimiter))
    header = header_of(rows, "fixes", columns) or next((at for at, row in enumerate(rows, start=1) if any(row)), 1)
    names = [name.strip() for name in rows[header - 1]] if rows else []
    found = track_columns([name for name in names if name], columns, file)
    names += [""] * (max(map(len, rows), default=0) - len(names))  # lines may end in a delimiter
    table = _cells(text, file, delimiter, header, names)
    return RawFixes(file, fixes_of(table, found, file), is_recording=False, is_in_degrees=False)


def read_track_workbook(path: Path, file: str, columns: Mapping[str, str] | None = None) -> list[RawFixes]:
    """
    Read the tracks of a workbook, one per sheet that has positions and times.

    Parameters and errors are those of `read_track_csv`.
    """
    tracks, reasons = [], []
    for name, rows in workbook_rows(path, file).items():
        header = header_of(rows, "fixes", columns)
        if header is None:
            continue
        table = frame_below(rows, header)
        where = f"{file} (sheet {name})"
        try:
            found = track_columns(table.columns, columns, where)
        except TableError as error:
            reasons.append(error)
            continue
        tracks.append(RawFixes(where, fixes_of(table, found, where), is_recording=False, is_in_degrees=False))
    if len(tracks) == 1:  # the other sheets are remarks, and the name of this one says nothing
        return [replace(tracks[0], file=file)]
    if not tracks:
        if reasons:
            raise reasons[0]
        message = (
            f"{file} has no sheet with positions and times. The first row names the columns, such as 经度, 纬度 and "
            '定位时间; for other names: columns = { longitude = "…", latitude = "…", recorded_at = "…" }.'
        )
        raise FormatError(message)
    return tracks


def _cells(text: str, file: str, delimiter: str, header: int, names: list[str]) -> pd.DataFrame:
    """Read all cells as text, without the lines that are empty; of two columns of one name, the first."""
    try:
        cells = pd.read_csv(
            io.StringIO(text),
            sep=delimiter,
            header=None,
            names=range(len(names)),
            skiprows=header,
            index_col=False,
            dtype="str",
            skip_blank_lines=False,
            na_values=["", " "],
            keep_default_na=False,
        )
    except (pd.errors.ParserError, ValueError) as error:
        message = f"{file} is no regular table: {_reason(error)}. No line may have more cells than the header."
        raise FormatError(message) from None
    cells.index = pd.RangeIndex(header + 1, header + 1 + len(cells), name="row")
    unnamed = cells[[place for place, name in enumerate(names) if not name]].notna().any(axis=1)
    if unnamed.any():
        message = (
            f"{file} is no regular table: the lines {some(unnamed.index[unnamed])} have values under no name in the "
            "header. Give each column a name."
        )
        raise FormatError(message)
    wanted = {names.index(name): name for name in names if name}
    return cells[list(wanted)].rename(columns=wanted).dropna(how="all")


def _reason(error: Exception) -> str:
    return str(error).rpartition("C error: ")[2].strip()
