"""
Read a land layer in parts, so that it may be larger than memory.

What GDAL or Parquet can hand over piece by piece is read so: GeoPackage, FileGDB, FlatGeobuf, shapefile (after a first
look at its texts) and GeoParquet, also zipped. Text, sheets and files that must be salvaged are read whole.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely
from pyogrio.raw import open_arrow

from geoenforce.core.errors import ConfigError
from geoenforce.core.memory import give_back
from geoenforce.core.sentences import Sentence
from geoenforce.core.tables import issues_table
from geoenforce.inputs.archives import unpacked
from geoenforce.inputs.deliver import EMPTY_LAYER, from_archive, from_file, refuse_unusable
from geoenforce.inputs.encodings import DECODE_LATER, RawText
from geoenforce.inputs.land import read_basic_farmland, read_parcels
from geoenforce.inputs.reading import Counts, Delivery, Problem, Reading, ReadOptions, refuse_unknown
from geoenforce.inputs.seen import Seen
from geoenforce.inputs.shapefile import decide_encodings, decode_texts, lost_records, texts_of
from geoenforce.inputs.vector import NULLABLE, REFUSALS, choose_layer, made_of, quietly

#: Rows of a part.
AT_ONCE = 50_000

_ROWS_TO_RETURN = 200_000  # after which the memory that their shapes left in small pieces is returned
STREAMED = (".gpkg", ".gdb", ".fgb", ".shp")
PARQUET = (".parquet", ".geoparquet")


def read_in_parts(
    reader: Callable[..., Reading],
    path: str | Path,
    *about: Any,
    at_once: int = AT_ONCE,
    **options: Unpack[ReadOptions],
) -> Iterator[Reading]:
    """
    Read a land layer part by part; the parts are just what the reader makes of the whole.

    Parameters
    ----------
    reader
        `read_parcels` or `read_basic_farmland`.
    path
        The file.
    about
        What the reader takes after the path: ``effective_from`` and ``all_cultivated``.
    at_once
        Most rows of a part.
    options
        As for the reader.

    Yields
    ------
    reading
        Of each part; `together` makes one of them. A row that was in an earlier part is left out as a duplicate.

    Raises
    ------
    GeoenforceError
        As the reader; what is wrong with a later part is found when its turn comes.
    ConfigError
        If the reader is another one, whose rows cannot be judged by themselves.

    Examples
    --------
    >>> readings = read_in_parts(read_parcels, "DLTB.gdb", date(2025, 1, 1))  # doctest: +SKIP
    >>> sum(len(reading.table) for reading in readings)  # doctest: +SKIP
    1964211
    """
    if reader not in (read_parcels, read_basic_farmland):
        message = "Only land layers are read in parts: with read_parcels or read_basic_farmland."
        raise ConfigError(message)
    refuse_unknown(options)
    seen, rows = Seen(), 0
    for delivery in deliver_in_parts(Path(path), options, at_once):
        yield reader(replace(delivery, seen=seen), *about, **options)
        rows += len(delivery.frame)
        if rows >= _ROWS_TO_RETURN:
            give_back()
            rows = 0


def tables(readings: Iterable[Reading], kept: list[Reading]) -> Iterator[gpd.GeoDataFrame]:
    """
    Hand on the tables of readings, and keep what else is in them for `together`.

    Examples
    --------
    >>> kept = []
    >>> snapshot = write_snapshot(tables(read_in_parts(read_parcels, path), kept), …)  # doctest: +SKIP
    >>> together(kept).counts  # doctest: +SKIP
    Counts(read=1964300, accepted=1964211, repaired=80, rejected=9)
    """
    for reading in readings:
        kept.append(replace(reading, table=_without_rows(reading.table)))
        yield reading.table


def _without_rows(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a table with the same columns that holds nothing; of texts, a slice would hold all, copied or not."""
    shapes = table.geometry.name
    columns = {name: pd.Series([], dtype=kind) for name, kind in table.dtypes.items() if name != shapes}
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([]), crs=table.crs)[list(table)]


def together(readings: Sequence[Reading]) -> Reading:
    """
    Make one reading of those of the parts of a layer, in order.

    Remarks on the whole file stand there once, their counts added up.
    """
    first = readings[0]
    issues = pd.concat([reading.issues for reading in readings], ignore_index=True)
    place = issues[["file", "layer"]].iloc[:1].to_dict("records")  # one and the same in all
    notes = _merged([note for reading in readings for note in reading.notes])
    said = issues_table([note.issue(**place[0]) for note in notes])
    return replace(
        first,
        table=pd.concat([reading.table for reading in readings], ignore_index=True),
        issues=pd.concat([said, issues[issues["row"].notna()]], ignore_index=True),
        rejects=pd.concat([reading.rejects for reading in readings], ignore_index=True),
        counts=Counts(
            *(
                sum(getattr(reading.counts, name) for reading in readings)
                for name in ("read", "accepted", "repaired", "rejected")
            )
        ),
        notes=tuple(notes),
    )


def _merged(notes: Iterable[Problem]) -> list[Problem]:
    merged: dict[tuple[str, Sentence], Problem] = {}
    for note in notes:
        key = (note.code, note.said)
        before = merged.get(key, replace(note, count=0, listed=()))
        listed = tuple(dict.fromkeys((*before.listed, *note.listed)))
        merged[key] = replace(note, count=before.count + note.count, listed=listed)
    return list(merged.values())


def deliver_in_parts(path: Path, options: ReadOptions, at_once: int = AT_ONCE) -> Iterator[Delivery]:
    """
    Open a file, whatever its format, and hand over a layer part by part; at least one part, if without rows.

    Raises
    ------
    FormatError
        As `deliver`.
    """
    file = path.as_posix()
    refuse_unusable(path, file)

    def open_member(member: Path, file: str, options: ReadOptions) -> Iterator[Delivery]:
        return _parts_of(member, file, options, at_once)

    if path.suffix.lower() in (".zip", ".kmz"):
        with unpacked(path, file) as members:
            yield from from_archive(members, file, options, open_member)
    else:
        yield from open_member(path, file, options)


def _parts_of(path: Path, file: str, options: ReadOptions, at_once: int) -> Iterator[Delivery]:
    done = 0
    try:
        for part in _streamed(path, file, options, at_once):
            yield part if len(part.frame) or done else _noted_as_empty(part)
            done += len(part.frame)
    except REFUSALS:  # whoever reads the whole can save more of it, or has the right words for what is wrong
        yield from _divided(from_file(path, file, options), done, at_once)


def _streamed(path: Path, file: str, options: ReadOptions, at_once: int) -> Iterator[Delivery]:
    suffix = path.suffix.lower()
    if suffix not in (*STREAMED, *PARQUET):
        message = "can only be read whole"
        raise ValueError(message)
    if suffix in PARQUET:
        return _of_parquet(path, file, at_once)
    empty = Delivery(file, choose_layer(path, file, options.get("layer")), pd.DataFrame(), np.empty(0, object), None)
    if suffix == ".shp":
        return _of_shapefile(path, empty, options.get("encoding"), at_once)
    return _of_vector(path, empty, at_once)


def _divided(whole: Delivery, start: int, at_once: int) -> Iterator[Delivery]:
    """Divide what was read whole, without the records that were handed over already."""
    rows = whole.frame.index
    if not len(rows):
        yield _noted_as_empty(whole)
        return
    for begin in range(start, max(len(rows), start + 1), at_once):
        few = slice(begin, begin + at_once)
        numbers = set(rows[few])
        problems = [one for one in whole.problems if one.row in numbers or (one.row is None and begin == start)]
        yield replace(whole, frame=whole.frame.iloc[few], geometry=whole.geometry[few], problems=tuple(problems))


def _of_vector(path: Path, empty: Delivery, at_once: int, **how: Any) -> Iterator[Delivery]:
    first = 1
    with ExitStack() as stack:
        with quietly() as said:
            opened = open_arrow(
                path, layer=empty.layer, use_pyarrow=True, batch_size=at_once, datetime_as_string=True, **how
            )
            meta, reader = stack.enter_context(opened)
        while True:
            with quietly() as more:
                batch = next(reader, None)
            if batch is None and first > 1:
                return
            table = reader.schema.empty_table() if batch is None else pa.Table.from_batches([batch])
            yield made_of(table, meta, path, empty, first, [*said, *more])
            if batch is None:
                return
            first, said = first + len(table), []


def _noted_as_empty(part: Delivery) -> Delivery:
    return replace(part, problems=(*part.problems, EMPTY_LAYER))


def _of_shapefile(path: Path, empty: Delivery, encoding: str | None, at_once: int) -> Iterator[Delivery]:
    """Look at all texts first: the encoding is that of the whole."""
    known: dict[RawText, None] = {}
    with open_arrow(path, encoding=DECODE_LATER, read_geometry=False, use_pyarrow=True, batch_size=at_once) as (
        _,
        reader,
    ):
        for batch in reader:
            known.update(dict.fromkeys(texts_of(batch.to_pandas(), path)))
    encodings = decide_encodings([*known], path, encoding) if known else []
    part, is_left = empty, True
    for raw in _of_vector(path, empty, at_once, encoding=DECODE_LATER, return_fids=True):
        part = decode_texts(raw, path, encodings=encodings)
        if len(part.frame):
            yield part
            part, is_left = replace(part, frame=part.frame[:0], geometry=part.geometry[:0], problems=()), False
    lost = lost_records(part, path)
    if lost.problems or is_left:
        yield lost


def _of_parquet(path: Path, file: str, at_once: int) -> Iterator[Delivery]:
    with pq.ParquetFile(path, pre_buffer=False) as source:  # else all that was read stays in memory
        name, crs, beside = _geometry_of(source.schema_arrow)
        first = 1
        for batch in source.iter_batches(batch_size=at_once):
            table = pa.Table.from_batches([batch])
            frame = table.drop_columns([name, *beside]).to_pandas(types_mapper=NULLABLE.get)
            frame.index = pd.RangeIndex(first, first + len(table), name="row")
            yield Delivery(file, path.stem, frame, shapely.from_wkb(table[name].to_numpy()), crs)
            first += len(table)
    if first == 1:
        message = "there are no rows, and what the file says of its columns is read with the whole"
        raise ValueError(message)


def _geometry_of(schema: pa.Schema) -> tuple[str, pyproj.CRS | None, list[str]]:
    """Return the column of shapes, their system, and the columns that only help to find them; refuse the unusual."""
    metadata = schema.metadata or {}
    geo = json.loads(metadata.get(b"geo", b"{}"))
    indexes = json.loads(metadata.get(b"pandas", b"{}")).get("index_columns", [])
    shapes = geo.get("columns", {})
    name = geo.get("primary_column")
    if len(shapes) != 1 or shapes[name].get("encoding") != "WKB" or any(isinstance(one, str) for one in indexes):
        message = "the file is unusual, and is read whole"
        raise ValueError(message)
    column = shapes[name]
    crs = column.get("crs", "OGC:CRS84")
    covering = column.get("covering", {}).get("bbox", {})
    beside = sorted({place[0] for place in covering.values() if len(place) > 1})
    return name, None if crs is None else pyproj.CRS.from_user_input(crs), beside
