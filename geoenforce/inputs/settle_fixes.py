"""Settle whose the fixes of one file are, and when and where they were recorded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

from geoenforce.core.errors import FormatError, TableError, some
from geoenforce.core.gcj02 import gcj02_to_wgs84
from geoenforce.core.sentences import say
from geoenforce.core.space import longlat_transform
from geoenforce.core.terms import Action
from geoenforce.inputs.crs import CHINA, settle_crs
from geoenforce.inputs.instants import as_instants
from geoenforce.inputs.raw_fixes import RawFixes
from geoenforce.inputs.reading import Delivery, Problem
from geoenforce.inputs.track_files import TrackFile

#: The datums that tracks come in; WGS84 and CGCS2000 agree to centimetres.
Datum = Literal["WGS84", "CGCS2000", "GCJ-02"]

_DATE = re.compile(r"[\d\s:年月日时分秒TZ.+-]*")
_SAYS_NOTHING = ("doc", "gps", "track", "tracks", "log", "轨迹", "巡查轨迹")
_MOST_DEGREES = 180.0


@dataclass(frozen=True)
class Said:
    """What the caller says of all files of a source."""

    datum: Datum
    zone: ZoneInfo
    patrol_unit: str | None
    device_id: str | None
    columns: Mapping[str, str] | None
    crs: str | None = None


def settle(raw: RawFixes, file: TrackFile, said: Said) -> tuple[pd.DataFrame, list[Problem]]:
    """
    Settle whose the fixes of a file are, and when and where they were recorded.

    Parameters
    ----------
    raw
        As its reader gives them.
    file
        Whose name may say whose they are.
    said
        What the caller says.

    Returns
    -------
    fixes
        The columns of FIXES but for ``flag``, and those that flags are found by.
    problems
        What was taken for granted, and what cannot be read.

    Notes
    -----
    Texts are categories, and numbers no wider than need be: a year of a county is 50 million fixes.

    Raises
    ------
    TableError
        If there are times, but none can be read.
    FormatError
        If latitude stands in the place of longitude, or a format of degrees holds metres.
    CrsError
        If a table holds metres and nothing says of which system, or another system than they are in.
    """
    problems = list(raw.problems)
    if not len(raw.frame):
        problems.append(Problem("empty_file", say("empty_file")))
    who = _who(raw, file, said, problems)
    instants = as_instants(raw.frame["recorded_at"], said.zone)
    problems += _time_problems(raw, instants.moments, instants.is_naive, said)
    longitude, latitude = _degrees(raw, said.crs, problems)
    if said.datum == "GCJ-02":
        longitude, latitude = gcj02_to_wgs84(longitude, latitude)
        problems.append(Problem("gcj02_shifted", say("gcj02_shifted", count=len(raw.frame))))
    columns = {
        **{name: pd.Categorical(values) for name, values in who.items()},
        "recorded_at": instants.moments.array,
        "longitude": np.asarray(longitude, dtype="float64"),
        "latitude": np.asarray(latitude, dtype="float64"),
        **_as_logged(raw),
    }
    return pd.DataFrame(columns, copy=False), problems


def _as_logged(raw: RawFixes) -> dict[str, Any]:
    """Return the columns that need no settling."""
    count = len(raw.frame)
    return {
        "accuracy_m": _optional(raw.frame, "accuracy_m", np.nan).clip(lower=0).to_numpy(dtype="float32"),
        "segment": _optional(raw.frame, "segment", 1).to_numpy(dtype="int32"),
        "source_file": pd.Categorical.from_codes(np.zeros(count, dtype="int8"), pd.Index([raw.file], dtype="str")),
        "row": raw.frame.index.to_numpy(dtype="int32"),
        "has_bad_checksum": _optional(raw.frame, "has_bad_checksum", default=False).to_numpy(),
        "has_no_fix": _optional(raw.frame, "has_no_fix", default=False).to_numpy(),
        "is_recording": np.full(count, raw.is_recording),
    }


def _degrees(raw: RawFixes, crs: str | None, problems: list[Problem]) -> tuple[Any, Any]:
    """Return positions in degrees: as they are, or from the system that the caller says tables are in."""
    x, y = raw.frame["longitude"], raw.frame["latitude"]
    middle = float(x.median()), float(y.median())
    is_metres = max(map(abs, middle)) > _MOST_DEGREES
    if raw.is_in_degrees or (crs is None and not is_metres):
        _refuse_wrong_degrees(raw.file, x, y)
        if crs is not None:
            problems.append(Problem("crs_not_used", say("crs_not_used", crs=crs)))
        return x, y
    if np.isnan(middle).any():
        return x, y
    delivery = Delivery(raw.file, "", pd.DataFrame(index=[1]), np.array([shapely.Point(middle)]), None)
    system, _ = settle_crs(delivery, crs, None)
    places = np.asarray(longlat_transform(system)(x.to_numpy(), y.to_numpy()), dtype="float64")[:2]
    places = np.where(np.isfinite(places), places, np.nan)
    return pd.Series(places[0], x.index), pd.Series(places[1], x.index)


def _optional(frame: pd.DataFrame, name: str, default: float) -> "pd.Series[float]":
    return frame[name] if name in frame else pd.Series(default, index=frame.index)


def _who(raw: RawFixes, file: TrackFile, said: Said, problems: list[Problem]) -> dict[str, "pd.Series[str]"]:
    """Return unit and device of each fix: as declared, else by column, else by the names in and of the file."""
    declared = {"patrol_unit": said.patrol_unit, "device_id": said.device_id}
    named = dict(zip(declared, _names_of(raw, file), strict=True))
    who = {}
    taken = []
    for name, value in declared.items():
        delivered = _optional(raw.frame, name, np.nan).astype("str")
        if value is None and named[name] and delivered.isna().any():
            taken.append(f'{name} = "{named[name]}"')
        if value is None:
            who[name] = delivered.fillna(named[name]) if named[name] else delivered
        else:
            who[name] = pd.Series(value, index=raw.frame.index, dtype="str")
    if taken:
        problems.append(Problem("named_by_file", say("named_by_file", taken=", ".join(taken))))
    return who


def _names_of(raw: RawFixes, file: TrackFile) -> tuple[str | None, str | None]:
    """
    Guess unit and device: from the file's name, else as the track has them, else from the folder.

    The words of a name stand between underscores; those made of figures only are dates.
    """
    stem = Path(file.name).stem
    words = [word for word in stem.split("_") if not _DATE.fullmatch(word)]
    if len(words) == 2:
        return words[0], words[1]
    if raw.names and not _DATE.fullmatch(raw.names[0]):
        return raw.names[0], raw.names[1]
    if words and "_".join(words).casefold() not in _SAYS_NOTHING:
        return "_".join(words), "_".join(words)
    return (None if file.is_named else file.folder or None), stem


def _time_problems(
    raw: RawFixes, moments: "pd.Series[pd.Timestamp]", is_naive: "pd.Series[bool]", said: Said
) -> list[Problem]:
    problems = []
    if is_naive.any():
        read_as = say("naive_time", count=int(is_naive.sum()), zone=said.zone.key)
        problems.append(Problem("naive_time", read_as))
    times = raw.frame["recorded_at"]
    unreadable = times[times.notna() & moments.isna()].astype("str")
    unreadable = unreadable[unreadable.str.strip() != ""]
    if len(unreadable) and len(unreadable) == int(times.notna().sum()):
        message = (
            f"{raw.file}: no time can be read; the first are {some(unreadable, 3)}. Times are written "
            "2026-04-02T08:10:05+08:00, 2026-04-02 08:10:05 or 20260402081005, or as seconds since 1970; a date and a "
            'time in two columns are named by columns = { date = "…", time = "…" }.'
        )
        raise TableError(message)
    if len(unreadable):
        lost = say("times_unreadable", count=len(unreadable), times=unreadable, rows=unreadable.index)
        problems.append(Problem("unreadable_time", lost, Action.NOTED, int(unreadable.index[0])))
    return problems


def _refuse_wrong_degrees(file: str, longitude: "pd.Series[float]", latitude: "pd.Series[float]") -> None:
    """Refuse metres, and latitude in the place of longitude; the median is not moved by single wild fixes."""
    x, y = longitude.median(), latitude.median()
    if abs(x) > _MOST_DEGREES or abs(y) > _MOST_DEGREES:
        message = (
            f"{file}: the positions are around ({x:.10g}, {y:.10g}), which are metres and not degrees, but files of "
            "this kind hold degrees. Export the track again, or save it as CSV and declare its coordinate system (crs)."
        )
        raise FormatError(message)
    west, south, east, north = CHINA
    is_in_china = west <= x <= east and south <= y <= north
    if abs(y) > 90 or (not is_in_china and west <= y <= east and south <= x <= north):
        message = (
            f"{file}: the positions are around longitude {x:.6g}, latitude {y:.6g}: latitude stands before longitude. "
            'Swap the two: columns = { longitude = "…", latitude = "…" }.'
        )
        raise FormatError(message)
