"""Which column of a table holds what of a fix; shared by every format that has columns."""

from collections.abc import Iterable, Mapping

import pandas as pd

from geoenforce.core.errors import FormatError, some
from geoenforce.inputs.columns import find_columns, known_names, plain, refuse_missing, without_area_unit
from geoenforce.inputs.instants import joined
from geoenforce.inputs.values import as_text

_HEADER_WITHIN = 10  # rows: a title and remarks may stand above the header


def header_of(rows: Iterable[Iterable[object]], kind: str, chosen: Mapping[str, str] | None) -> int | None:
    """
    Return the number of the row, from 1, that holds the names of the columns; None if no row has any.

    Examples
    --------
    >>> header_of([["四月轨迹", None], ["经度", "纬度"], [116.4, 23.5]], "fixes", None)
    2
    """
    names = {plain(name) for candidates in known_names()[kind].values() for name in candidates}
    names |= {plain(name) for name in (chosen or {}).values()}
    best, most = None, 0
    for number, row in zip(range(1, _HEADER_WITHIN + 1), rows, strict=False):
        found = sum(
            cell is not None and not names.isdisjoint((plain(cell), without_area_unit(cell)[0])) for cell in row
        )
        if found > most:
            best, most = number, found
    return best


def track_columns(
    delivered: Iterable[object], chosen: Mapping[str, str] | None, file: str, *, has_shapes: bool = False
) -> dict[str, str]:
    """
    Find the columns of fixes under the names they are delivered with.

    Parameters
    ----------
    delivered
        The names in the file.
    chosen
        What the caller says, our name to the file's: ``longitude``, ``latitude``, ``recorded_at`` (or
        ``date`` and ``time``), ``accuracy_m``, ``device_id``, ``patrol_unit``; it wins.
    file
        For messages.
    has_shapes
        Whether the positions are shapes, so that no columns of coordinates are needed.

    Raises
    ------
    TableError
        If the position or the time is in no column; the message has the line that would name it.
    ConfigError
        If `chosen` has a name that fixes do not have.

    Examples
    --------
    >>> track_columns(["日期", "时间", "经度", "纬度"], None, "a.csv")
    {'longitude': '经度', 'latitude': '纬度', 'date': '日期', 'time': '时间'}
    """
    delivered = [str(name) for name in delivered]
    found = find_columns(delivered, "fixes", chosen, file)
    needed = [] if has_shapes else ["longitude", "latitude"]
    is_split = "date" in found and "time" in found and "recorded_at" not in (chosen or {})
    if is_split and found.get("recorded_at", found["time"]) in (found["time"], found["date"]):
        found.pop("recorded_at", None)
    else:
        needed.append("recorded_at")
        found = {name: column for name, column in found.items() if name not in ("date", "time")}
    refuse_missing(needed, found, delivered, "fixes", file)
    if has_shapes:
        found = {name: column for name, column in found.items() if name not in ("longitude", "latitude")}
    return found


def fixes_of(table: pd.DataFrame, columns: Mapping[str, str], file: str) -> pd.DataFrame:
    """
    Make the frame of `RawFixes` from a table's own columns.

    Parameters
    ----------
    table
        As delivered, indexed by ``row``.
    columns
        As `track_columns` returns them.
    file
        For messages.

    Raises
    ------
    FormatError
        If a column of coordinates holds no number at all.
    """
    frame = pd.DataFrame(index=table.index)
    for name in ("longitude", "latitude", "accuracy_m"):
        if name in columns:
            frame[name] = _numbers(table[columns[name]], columns[name], file, is_needed=name != "accuracy_m")
    if "recorded_at" in columns:
        frame["recorded_at"] = table[columns["recorded_at"]]
    else:
        frame["recorded_at"] = joined(table[columns["date"]], table[columns["time"]])
    for name in ("device_id", "patrol_unit"):
        if name in columns:
            frame[name] = as_text(table[columns[name]])
    return frame


def _numbers(values: "pd.Series[object]", column: str, file: str, *, is_needed: bool) -> "pd.Series[float]":
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    if is_needed and values.notna().any() and numbers.isna().all():
        message = (
            f"{file}: {column} holds no number, but {some(values.dropna().unique(), 3)}. Degrees are written with a "
            'decimal point, 116.3721. If another column has them: columns = { longitude = "…", latitude = "…" }.'
        )
        raise FormatError(message)
    return numbers
