"""From track files of any kind to one table of fixes, each usable or flagged with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import pandas as pd

from geoenforce.core.errors import ConfigError, FormatError, GeoenforceError
from geoenforce.core.files import sha256_of
from geoenforce.core.fix_tables import one_below_the_other
from geoenforce.core.memory import give_back
from geoenforce.core.patrol_tables import FIXES
from geoenforce.core.sentences import say
from geoenforce.core.tables import check, issues_table
from geoenforce.core.terms import Action
from geoenforce.inputs.fix_flags import flag_fixes, flag_problems
from geoenforce.inputs.instants import zone_of
from geoenforce.inputs.reading import Problem
from geoenforce.inputs.settle_fixes import Datum, Said, settle
from geoenforce.inputs.track_files import Found, track_files
from geoenforce.inputs.track_formats import read_track

_DATUMS = get_args(Datum)
_JOINED_AT = 10_000_000  # fixes: the memory of larger arrays goes back to the system when they are freed


@dataclass(frozen=True)
class FixCounts:
    """How many fixes were read; those accepted and those flagged add up to them."""

    read: int
    accepted: int
    flagged: int


@dataclass(frozen=True)
class FixReading:
    """The fixes of some files (FIXES), a word on what is wrong with them (ISSUES), and their number."""

    table: pd.DataFrame
    issues: pd.DataFrame
    counts: FixCounts
    hashes: Mapping[str, str] = field(default_factory=dict, repr=False)  # SHA-256 of each file, also inside archives


def read_fixes(  # noqa: PLR0913 - each says one thing about the source
    paths: str | Path | Sequence[str | Path],
    *,
    datum: Datum = "WGS84",
    time_zone: str = "Asia/Shanghai",
    patrol_unit: str | None = None,
    device_id: str | None = None,
    columns: Mapping[str, str] | None = None,
    crs: str | None = None,
) -> FixReading:
    """
    Read the tracks of one source.

    Parameters
    ----------
    paths
        Files, folders, patterns such as ``tracks/*.gpx``, zipped deliveries. GPX, CSV, XLSX, NMEA 0183,
        KML with ``gx:Track`` or points with a ``TimeStamp``, GeoJSON, GeoParquet.
    datum
        What the positions are in; those in GCJ-02 are shifted back.
    time_zone
        The zone of times that say none; such times are counted in the issues.
    patrol_unit, device_id
        Whose they are. Without them: the file's columns, then its name (20260402_巡查一队_XJ-01.gpx), then the
        name and source of a GPX track, then its folder.
    columns
        For tables: our name to the file's; see `geoenforce.inputs.track_columns.track_columns`.
    crs
        The coordinate system of tables in metres, such as ``"EPSG:4527"``; ``longitude`` is then the column of
        eastings, ``latitude`` that of northings. Without it, positions are degrees.

    Returns
    -------
    reading
        ``table`` has one row per position, in the order of the files, with degrees of CGCS2000 and times in
        Asia/Shanghai; ``flag`` says why a fix is not used. Its texts are categories, for there may be millions of
        rows. ``issues`` has one row per file and flag with the count; a file of a folder, pattern or archive that
        cannot be read is an issue, too.

    Raises
    ------
    FormatError
        If a file that was given by its name cannot be read, or none of a folder can.
    TableError
        If a table lacks a column, or its times cannot be read.
    CrsError
        If a table holds metres and `crs` does not say of which system, or says another one than it is.
    ConfigError
        If the datum, the zone or a name of `columns` is unknown.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "20260409_巡查一队_XJ-01.csv")
    ...     lines = ["定位时间,经度,纬度", "2026-04-09 07:30:00,116.37,23.55", ",116.37,23.55"]
    ...     _ = path.write_text(chr(10).join(lines), encoding="gbk")
    ...     reading = read_fixes(path)
    >>> reading.counts
    FixCounts(read=2, accepted=1, flagged=1)
    >>> reading.table[["patrol_unit", "device_id", "recorded_at", "row", "flag"]].iloc[0].astype(str).to_list()
    ['巡查一队', 'XJ-01', '2026-04-09 07:30:00+08:00', '2', nan]
    """
    if datum not in _DATUMS:
        message = f"There is no datum {datum!r} of tracks; there are {list(_DATUMS)}. Ask whoever wrote the program."
        raise ConfigError(message)
    said = Said(datum, zone_of(time_zone), patrol_unit, device_id, columns, crs)
    with track_files(paths) as found:
        parts, problems = _read_all(found, said)
        hashes = {file.name: sha256_of(file.path) for file in found.files}
    fixes = _joined(parts)
    fixes["flag"] = flag_fixes(fixes)
    problems = [*_named_once(problems), *flag_problems(fixes)]
    table = fixes[[name for name in FIXES.names if name in fixes]]
    check(table, FIXES)
    flagged = int(table["flag"].notna().sum())
    give_back(len(table))
    return FixReading(table, _issues(problems), FixCounts(len(table), len(table) - flagged, flagged), hashes)


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Put the files' fixes one below the other, and give each column of them free as soon as it is there."""
    names = list(parts[0])
    return pd.DataFrame({name: one_below_the_other([part.pop(name) for part in parts]) for name in names}, copy=False)


def _named_once(problems: list[tuple[str, Problem]]) -> list[tuple[str, Problem]]:
    """Say once for all files, and not for each of them, that units and devices were taken from names."""
    named = [(file, one) for file, one in problems if one.code == "named_by_file"]
    if len(named) < 2:
        return problems
    file, first = named[0]
    together = Problem("named_by_file", say("named_by_files", count=len(named), first=first.said))
    return [(file, together), *(pair for pair in problems if pair[1].code != "named_by_file")]


def _issues(problems: list[tuple[str, Problem]]) -> pd.DataFrame:
    return issues_table([one.issue(file=file) for file, one in problems])


def _read_all(found: Found, said: Said) -> tuple[list[pd.DataFrame], list[tuple[str, Problem]]]:
    """Read each file; one that was not given by its name may fail, and is reported."""
    parts: list[pd.DataFrame] = []
    small: list[pd.DataFrame] = []
    problems = [(file, _unreadable(why)) for file, why in found.refused.items()]
    for file in found.files:
        try:
            for raw in read_track(file, said.columns):
                frame, more = settle(raw, file, said)
                small.append(frame)
                if sum(map(len, small)) > _JOINED_AT:
                    parts.append(_joined(small))
                    small = []
                problems += [(raw.file, one) for one in more]
        except GeoenforceError as error:
            if file.is_named or isinstance(error, ConfigError):
                raise
            problems.append((file.name, _unreadable(str(error))))
    parts += small
    if not parts:
        reasons = [problem.text for _, problem in problems if problem.action is Action.REJECTED]
        raise FormatError(" ".join(["None of the files can be read.", *reasons[:5]]))
    if found.others:
        said_of_them = say("other_files", count=len(found.others), files=found.others)
        problems.append((found.others[0], Problem("other_files", said_of_them)))
    return parts, problems


def _unreadable(reason: str) -> Problem:
    return Problem("unreadable_file", say("unreadable_file", reason=reason), Action.REJECTED)
