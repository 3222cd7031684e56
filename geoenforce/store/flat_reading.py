"""Read flat polygons straight from a land snapshot: only near some boxes, and without a geometry object for any."""

import json
from contextlib import ExitStack
from datetime import date
from functools import lru_cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from geoenforce.core.errors import StoreError
from geoenforce.core.flat import FlatPolygons, Floats, Integers, Rings, indexed, joined, rings_of_wkb
from geoenforce.core.flat_loops import meets_any
from geoenforce.core.land_codes import packed
from geoenforce.core.shares import for_each, processors
from geoenforce.core.slabs import Slabs
from geoenforce.store.apart_mark import is_marked_apart
from geoenforce.store.flat_files import About
from geoenforce.store.snapshot_reading import OURS, groups_touching, opened
from geoenforce.store.spatial_sort import BOX

_THREADS = 2  # more would hold more groups of rows in memory
_FEW = 8  # groups, not worth large pieces of memory
_COUNTS, _CODE = "is_cultivated", "land_code"


def read_flat(
    path: Path, boxes: Floats | None = None, groups: "range | None" = None, *, all_parcels: bool = False
) -> tuple[FlatPolygons, About]:
    """
    Read what lies near some boxes from a land snapshot, as flat arrays.

    Parameters
    ----------
    path
        A snapshot, as `write_snapshot` made it: in the plane, valid, sorted by place.
    boxes
        West, south, east, north in the plane; without any, all is read.
    groups
        Only these groups of rows.
    all_parcels
        Of a snapshot of cultivated land, all its parcels, with their land codes.

    Returns
    -------
    polygons, about
        Polygons, and what they are; they may overlap where it is not known that they are apart. Of cultivated land,
        only what is cultivated, unless all.

    Raises
    ------
    StoreError
        If the file is missing, damaged, or no snapshot; or has no land codes, where these are asked for.

    Examples
    --------
    >>> read_flat(Path("snapshots/cultivated_2025-01-01_0f3a….parquet"), boxes)  # doctest: +SKIP
    """
    with opened(path) as file:
        metadata, names = file.metadata, file.schema_arrow.names
    if all_parcels and _CODE not in names:
        message = f"{path} has no land codes. Make it of land parcels with DLBM."
        raise StoreError(message)
    about = _about(metadata)
    asked = {
        _COUNTS: about.kind != "basic_farmland",
        _CODE: all_parcels,
    }  # basic farmland counts whatever is grown on it
    columns = [name for name, is_asked in asked.items() if is_asked and name in names]
    near = (
        dict.fromkeys(groups or range(metadata.num_row_groups)) if boxes is None else groups_touching(metadata, boxes)
    )
    flat = _flat(_rows(path, metadata, near, columns))
    return flat, about._replace(kind="parcels") if all_parcels else about


class _Rows(NamedTuple):
    """Rows of a group: their rings, codes, and whether they count."""

    rings: Rings
    land_code: Integers
    counts: npt.NDArray[np.bool_]


def _rows(path: Path, metadata: pq.FileMetaData, near: dict[int, Any], columns: list[str]) -> list[_Rows]:
    """Read groups of rows, several at once."""
    readers: SimpleQueue[_Reader] = SimpleQueue()
    with ExitStack() as stack:
        for _ in range(min(_threads(), len(near))):
            source = pq.ParquetFile(path, metadata=metadata, read_dictionary={_CODE}.intersection(columns))
            readers.put(_Reader(stack.enter_context(source), columns, few=len(near) <= _FEW))

        def read(group: int) -> _Rows | None:
            reader = readers.get()
            try:
                return reader.read(group, near[group])
            finally:
                readers.put(reader)

        found = for_each(read, list(near), readers.qsize())
    pa.default_memory_pool().release_unused()
    return [rows for rows in found if rows is not None]


def _flat(found: list[_Rows]) -> FlatPolygons:
    """Put rows behind one another; the list is emptied on the way, which lets go of each when it was copied."""
    codes = np.concatenate([np.empty(0, np.int64), *(rows.land_code for rows in found)])
    is_counted = np.concatenate([np.empty(0, np.bool_), *(rows.counts for rows in found)])
    rings = [rows.rings for rows in found]
    found.clear()
    return indexed(joined(rings, _threads()), _threads())._replace(land_code=codes, counts=is_counted)


def _threads() -> int:
    return min(_THREADS, processors())


class _Reader:
    """Reads groups of rows from an open file; one thread at a time may use it."""

    def __init__(self, source: pq.ParquetFile, columns: list[str], *, few: bool) -> None:
        self._source, self._columns = source, columns
        self._slabs = None if few else Slabs()

    def read(self, group: int, near: Floats | None) -> _Rows | None:
        """Read the rows of a group that touch a box, without codes only what counts; None where there are none."""
        about = self._read(group, "bbox", *self._columns)
        wanted = np.ones(len(about), dtype=bool) if near is None else meets_any(_sides(about), near)
        counts = np.ones(len(about), dtype=bool)
        if _COUNTS in self._columns:
            counts = about[_COUNTS].fill_null(fill_value=False).to_numpy()
        if _CODE not in self._columns:
            wanted &= counts
        if not wanted.any():
            return None
        places = np.flatnonzero(wanted)
        codes = _codes(about[_CODE])[places] if _CODE in self._columns else np.zeros(len(places), dtype=np.int64)
        shapes = _bytes_of(_whole(self._read(group, "geometry")["geometry"]))
        return _Rows(rings_of_wkb(*shapes, places, self._slabs), codes, counts[places])

    def _read(self, group: int, *columns: str) -> pa.Table:
        return self._source.read_row_group(group, columns=columns, use_threads=False)


def _codes(column: pa.ChunkedArray) -> Integers:
    """Pack a column of land codes, which comes as a dictionary and places in it."""
    encoded = _whole(column)
    numbers = np.array([_number(code) for code in [*encoded.dictionary.to_pylist(), None]], dtype=np.int64)
    return np.asarray(numbers[encoded.indices.fill_null(len(numbers) - 1).to_numpy()], dtype=np.int64)


@lru_cache(maxsize=4096)  # a country has some dozens of codes, and each group of rows asks for them again
def _number(code: str | None) -> int:
    return int(packed([code])[0])


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece, as it mostly comes: to combine a single piece would copy it."""
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)


def _sides(table: pa.Table) -> tuple[Floats, ...]:
    """Return the west, south, east and north of a table's rows, without a copy."""
    bbox = _whole(table["bbox"])
    return tuple(bbox.field(name).to_numpy() for name in BOX)


def _about(metadata: pq.FileMetaData) -> About:
    said = json.loads(metadata.metadata[OURS])
    day = said["effective_from"]
    in_force = None if day is None else date.fromisoformat(day)
    return About(said["kind"], in_force, said["source"], said["source_sha256"], is_marked_apart(metadata))


def _bytes_of(shapes: pa.Array) -> tuple[Any, Any]:
    """Return the bytes of a column and where each of its values begins, without a copy."""
    _, start, data = shapes.buffers()
    wide = np.int64 if pa.types.is_large_binary(shapes.type) else np.int32
    starts = np.frombuffer(start, wide)[shapes.offset : shapes.offset + len(shapes) + 1]
    return np.frombuffer(data, np.uint8), starts
