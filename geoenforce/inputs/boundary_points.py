"""界址点 TXT: the list of boundary points that goes with every application for land (报批坐标)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj

from geoenforce.core.errors import CrsError, FormatError
from geoenforce.core.sentences import Sentence, say
from geoenforce.core.terms import Action
from geoenforce.core.zones import gauss_kruger, zone_prefix
from geoenforce.inputs.encodings import decode_bytes
from geoenforce.inputs.reading import Delivery, Problem
from geoenforce.inputs.rings import PointsError, is_north_first, polygon_of

_COLUMNS = ("点数", "面积", "地块编号", "地块名称", "图形属性", "图幅号", "地块用途", "地类编码")
_POINTS_BEGIN = "[地块坐标]"
_CGCS2000, _XIAN_80, _BEIJING_54 = "CGCS2000", "Xi'an 80", "Beijing 54"

#: First EPSG code of the zones of the old datums: (datum, width, prefixed) -> (code, its zone).
_OLD_ZONES = {
    (_XIAN_80, 3, True): (2349, 25),
    (_XIAN_80, 3, False): (2370, 25),
    (_XIAN_80, 6, True): (2327, 13),
    (_XIAN_80, 6, False): (2338, 13),
    (_BEIJING_54, 3, True): (2401, 25),
    (_BEIJING_54, 3, False): (2422, 25),
    (_BEIJING_54, 6, True): (21413, 13),
    (_BEIJING_54, 6, False): (21453, 13),
}


@dataclass
class _Parcel:
    fields: list[str]
    line: int
    rings: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    fault: Sentence | None = None

    @property
    def in_order(self) -> list[list[tuple[float, float]]]:
        """Return the rings as they come in the file."""
        return list(self.rings.values())


def read_boundary_points(path: Path, file: str, encoding: str | None = None) -> Delivery:
    """
    Read the parcels of a 界址点 TXT.

    Parameters
    ----------
    path
        Where the file is.
    file
        How it is called in messages.
    encoding
        Of the text; without it the bytes decide between UTF-8 and GBK.

    Returns
    -------
    delivery
        One row per parcel, with the fields of its head line; coordinates are east, north.

    Raises
    ------
    FormatError
        If the file is no list of boundary points.
    CrsError
        If its head names a zone that does not exist.

    Notes
    -----
    Source: the format of the ministry's filing system (报批坐标): X is north, Y is east, mostly with the
    number of the zone before it; the second field of a point is the number of its ring.
    """
    lines = [line.strip() for line in _text(path, file, encoding).splitlines()]
    if _POINTS_BEGIN not in lines:
        message = (
            f"{file} is no list of boundary points (界址点): it lacks the line {_POINTS_BEGIN}. "
            "If it is a table of coordinates, save it as .csv or .xlsx."
        )
        raise FormatError(message)
    begin = lines.index(_POINTS_BEGIN)
    head = dict(re.split(r"\s*[=＝]\s*", line, maxsplit=1) for line in lines[:begin] if re.search(r"[=＝]", line))
    parcels = _parcels(lines, begin + 1)
    if not parcels:
        message = f"{file} has no parcel: no line after {_POINTS_BEGIN} ends with @."
        raise FormatError(message)
    points = np.array([point for parcel in parcels for ring in parcel.in_order for point in ring]).reshape(-1, 2)
    north_first = is_north_first(points[:, 0], points[:, 1])
    shapes, problems = _shapes(parcels, north_first=north_first)
    if len(points) and not north_first:
        problems.append(Problem("east_first", say("east_first")))
    frame = pd.DataFrame([parcel.fields for parcel in parcels], columns=pd.Index(_COLUMNS), dtype="str")
    frame.index = pd.RangeIndex(1, len(parcels) + 1, name="row")
    east = points[:, 1] if north_first else points[:, 0]
    crs = _crs(head, float(np.median(east)) if len(east) else 0.0, file)
    return Delivery(file, path.stem, frame, np.array([*shapes, None], dtype=object)[:-1], crs, tuple(problems))


def looks_like_boundary_points(path: Path) -> bool:
    """Say whether a text file is a list of boundary points, and not a note to the reader."""
    try:
        return _POINTS_BEGIN in decode_bytes(path.read_bytes())
    except UnicodeDecodeError:
        return False


def _text(path: Path, file: str, encoding: str | None) -> str:
    data = path.read_bytes()
    try:
        return data.decode(encoding) if encoding else decode_bytes(data)
    except (UnicodeDecodeError, LookupError):
        message = f"{file} is not text in {encoding or 'UTF-8 or GBK'}. Save it as text in UTF-8."
        raise FormatError(message) from None


def _parcels(lines: list[str], begin: int) -> list[_Parcel]:
    parcels: list[_Parcel] = []
    for number, line in enumerate(lines[begin:], start=begin + 1):
        fields = [one.strip() for one in re.split("[,，]", line)]
        if fields[-1] == "@":
            values = [*fields[:-1], *[""] * len(_COLUMNS)][: len(_COLUMNS)]
            parcels.append(_Parcel(values, number))
        elif line and parcels and not parcels[-1].fault:
            _add_point(parcels[-1], fields, number, line)
    return parcels


def _add_point(parcel: _Parcel, fields: list[str], number: int, line: str) -> None:
    try:
        _, ring, first, second = fields[:4]
        point = (float(first), float(second))
    except ValueError:
        parcel.fault = say("faulty_point_line", line=number, text=line[:40])
        return
    parcel.rings.setdefault(ring, []).append(point)


def _shapes(parcels: list[_Parcel], *, north_first: bool) -> tuple[list[object], list[Problem]]:
    shapes: list[object] = []
    problems: list[Problem] = []
    for row, parcel in enumerate(parcels, start=1):
        shape = None
        try:
            shape, parts = polygon_of(_rings(parcel, north_first=north_first))
            problems += _remarks(parcel, row, parts)
        except PointsError as error:
            problems.append(Problem("unreadable_record", error.said, Action.REJECTED, row))
        shapes.append(shape)
    return shapes, problems


def _rings(parcel: _Parcel, *, north_first: bool) -> list[list[tuple[float, float]]]:
    """Return the rings with east first; a parcel with a faulty line has none that can be trusted."""
    if parcel.fault or not parcel.rings:
        raise PointsError(parcel.fault or say("parcel_without_points", line=parcel.line))
    return [[point[::-1] for point in ring] if north_first else ring for ring in parcel.in_order]


def _remarks(parcel: _Parcel, row: int, parts: int) -> list[Problem]:
    problems = []
    if parts > 1:
        said = say("several_parts", rings=len(parcel.rings), parts=parts)
        problems.append(Problem("several_parts", said, row=row))
    promised, given = parcel.fields[0], sum(map(len, parcel.in_order))
    if promised.isdigit() and abs(int(promised) - given) > len(parcel.rings):  # closing points count or do not
        said = say("points_missing", promised=promised, given=given)
        problems.append(Problem("points_missing", said, row=row))
    return problems


def _crs(head: Mapping[str, str], easting: float, file: str) -> pyproj.CRS | None:
    """Return the system that the head of the file describes; None where it does not."""
    datum = _datum(head.get("坐标系", ""))
    if datum is None:
        return None
    if abs(easting) <= 180:
        return pyproj.CRS.from_epsg({_CGCS2000: 4490, _XIAN_80: 4610, _BEIJING_54: 4214}[datum])
    prefix = zone_prefix(easting)
    zone = _number(head.get("带号", "")) or prefix
    if zone is None:
        return None
    width = _number(head.get("几度分带", "")) or (3 if zone >= 25 else 6)
    try:
        modern = gauss_kruger(zone, width_degrees=width, prefixed=prefix is not None)
    except CrsError as error:
        message = f"{file}: 带号={zone}, 几度分带={width}: {error}"
        raise CrsError(message) from None
    if datum == _CGCS2000:
        return modern
    code, first = _OLD_ZONES[datum, width, prefix is not None]
    return pyproj.CRS.from_epsg(code + zone - first)


def _datum(name: str) -> str | None:
    for mark, datum in (("2000", _CGCS2000), ("80", _XIAN_80), ("54", _BEIJING_54)):
        if mark in name:
            return datum
    return None


def _number(text: str) -> int | None:
    digits = re.sub(r"\D", "", text)
    return int(digits) if digits else None
