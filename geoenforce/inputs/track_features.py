"""Tracks as features: GeoJSON points with times, GeoJSON lines with a time per vertex, GeoParquet."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from geoenforce.core.errors import FormatError, GeoenforceError
from geoenforce.core.sentences import say
from geoenforce.core.space import longlat_transform
from geoenforce.inputs.encodings import decode_bytes
from geoenforce.inputs.raw_fixes import RawFixes
from geoenforce.inputs.reading import Problem
from geoenforce.inputs.track_columns import fixes_of, track_columns

_TIMES_OF_LINE = ("coordTimes", "times", "timestamps")
_POINT, _LINES = 0, ("LineString", "MultiLineString")


def read_geojson_track(path: Path, file: str, columns: Mapping[str, str] | None = None) -> RawFixes:
    """
    Read points with a property of time, or lines with ``coordTimes``.

    Parameters
    ----------
    path
        Where the file is.
    file
        How it is called in messages.
    columns
        As in `geoenforce.inputs.track_columns.track_columns`; for points only.

    Returns
    -------
    fixes
        One row per point, or per vertex of a line, numbered from 1; a feature without a shape is a row
        without a position.

    Raises
    ------
    FormatError
        If it is no GeoJSON in degrees, or holds neither points nor lines with times.
    TableError
        If the points have no property of time.
    """
    features = _features(path, file)
    shapes = [feature.get("geometry") or {} for feature in features]
    kinds = {shape.get("type", "") for shape in shapes} - {""}
    if kinds & set(_LINES):
        return _from_lines(features, file)
    if kinds - {"Point"} or not kinds:
        holds = f"it holds {sorted(kinds)}" if kinds else "it holds no shape"
        message = f"{file} has no track: {holds}. Export the track as points with a time, or as GPX."
        raise FormatError(message)
    index = pd.RangeIndex(1, len(features) + 1, name="row")
    table = pd.DataFrame([feature.get("properties") or {} for feature in features], index=index)
    found = track_columns(table.columns, columns, file, has_shapes=True)
    places = np.array([_place(shape.get("coordinates")) for shape in shapes], dtype="float64").reshape(-1, 2)
    frame = fixes_of(table, found, file).assign(longitude=places[:, 0], latitude=places[:, 1])
    return RawFixes(file, frame, is_recording=False)


def read_parquet_track(path: Path, file: str, columns: Mapping[str, str] | None = None) -> RawFixes:
    """
    Read a GeoParquet of points, or a Parquet with columns of coordinates.

    Parameters are those of `read_geojson_track`; positions in other systems are brought to degrees.

    Raises
    ------
    FormatError
        If it is no Parquet, or its shapes are no points.
    TableError
        If the position or the time is in no column.
    """
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        message = f"{file} cannot be read as Parquet: {error}. Export it again."
        raise FormatError(message) from None
    described = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
    geometry = described.get("primary_column")
    names = [name for name in schema.names if name != geometry]
    found = track_columns(names, columns, file, has_shapes=geometry is not None)
    wanted = [*dict.fromkeys(found.values()), *([geometry] if geometry else [])]
    table = pq.read_table(path, columns=wanted).to_pandas(ignore_metadata=True)
    table.index = pd.RangeIndex(1, len(table) + 1, name="row")
    frame = fixes_of(table, found, file)
    if geometry:
        places = _longlat(table[geometry], described["columns"][geometry], file)
        frame = frame.assign(longitude=places[0], latitude=places[1])
    return RawFixes(file, frame, is_recording=False, is_in_degrees=geometry is not None)


def _features(path: Path, file: str) -> list[dict[str, Any]]:
    try:
        content = json.loads(decode_bytes(path.read_bytes()))
    except (ValueError, RecursionError) as error:
        message = f"{file} is no GeoJSON: {error}. Export the track again."
        raise FormatError(message) from None
    kind = content.get("type") if isinstance(content, dict) else None
    if kind not in ("FeatureCollection", "Feature"):
        message = f"{file} is no GeoJSON of features: its type is {kind!r}. Export the track again."
        raise FormatError(message)
    system = str((content.get("crs") or {}).get("properties", {}).get("name", ""))
    if system and not system.endswith(("CRS84", "4326", "4490")):
        message = f"{file} is in {system}, but tracks are given in degrees. Export it in EPSG:4490 or EPSG:4326."
        raise FormatError(message)
    features = content.get("features") if kind == "FeatureCollection" else [content]
    return [feature for feature in features or [] if isinstance(feature, dict)]


def _place(coordinates: Any) -> tuple[float, float]:
    try:
        return float(coordinates[0]), float(coordinates[1])
    except (TypeError, ValueError, IndexError):
        return np.nan, np.nan


def _from_lines(features: list[dict[str, Any]], file: str) -> RawFixes:
    places: list[tuple[float, float]] = []
    times: list[str | None] = []
    segments: list[int] = []
    problems: list[Problem] = []
    for number, (coordinates, moments) in enumerate(_lines(features), start=1):
        if moments and len(moments) != len(coordinates):
            problems.append(Problem("unpaired_times", say("unpaired_line", number=number)))
            moments = []
        places += [_place(one) for one in coordinates]
        times += [None if one is None else str(one) for one in moments] or [None] * len(coordinates)
        segments += [number] * len(coordinates)
    left_out = sum((feature.get("geometry") or {}).get("type") not in _LINES for feature in features)
    if not any(times) and not problems:
        message = (
            f"{file} has lines, but not when they were walked: no property coordTimes with a time per vertex. "
            "Export the track as GPX."
        )
        raise FormatError(message)
    if left_out:
        problems.append(Problem("not_a_track", say("no_lines", count=left_out)))
    index = pd.RangeIndex(1, len(places) + 1, name="row")
    longitude, latitude = np.array(places, dtype="float64").reshape(-1, 2).T
    frame = pd.DataFrame(
        {"longitude": longitude, "latitude": latitude, "recorded_at": pd.Series(times, index, dtype="str")}, index=index
    )
    frame["segment"] = np.array(segments, dtype="int64")
    return RawFixes(file, frame, is_recording=True, problems=tuple(problems))


def _lines(features: list[dict[str, Any]]) -> Iterator[tuple[list[Any], list[Any]]]:
    """Give each line with its times; an empty list where there are none."""
    for feature in features:
        shape, properties = feature.get("geometry") or {}, feature.get("properties") or {}
        if shape.get("type") not in _LINES:
            continue
        named = [properties[name] for name in _TIMES_OF_LINE if properties.get(name)]
        times: list[Any] = named[0] if named else (properties.get("coordinateProperties") or {}).get("times") or []
        parts = shape.get("coordinates") or []
        if shape["type"] == "LineString":
            yield parts, list(times)
            continue
        is_nested = bool(times) and isinstance(times[0], list)
        for number, part in enumerate(parts):
            yield part, list(times[number]) if is_nested and number < len(times) else []


def _longlat(column: "pd.Series[Any]", described: Mapping[str, Any], file: str) -> Any:
    """Return longitude and latitude of points in WKB, missing where there is no point."""
    points = shapely.from_wkb(column.to_numpy(dtype=object, na_value=None), on_invalid="ignore")
    kinds = shapely.get_type_id(points)
    if (kinds > _POINT).any():
        message = f"{file} holds other shapes than points; a track is given as points with a time. Export it so."
        raise FormatError(message)
    x, y = shapely.get_x(points), shapely.get_y(points)
    crs = described.get("crs", "OGC:CRS84")  # the format's default
    if crs is None:
        message = f"{file} names no coordinate system. Export it in EPSG:4490."
        raise FormatError(message)
    try:
        places = np.asarray(longlat_transform(pyproj.CRS.from_user_input(crs))(x, y), dtype="float64")[:2]
    except (GeoenforceError, pyproj.exceptions.CRSError) as error:
        message = f"{file}: {error}"
        raise FormatError(message) from None
    return np.where(np.isfinite(places), places, np.nan)
