"""Read flat polygons straight from a land snapshot: only near some boxes, and without a geometry object for any."""

import json
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geoenforce.core.flat import FlatPolygons, Floats, Rings, Slabs, indexed, joined, rings_of_wkb
from geoenforce.core.flat_loops import meets_any
from geoenforce.core.shares import for_each, processors
from geoenforce.store.flat_files import About
from geoenforce.store.snapshot_reading import OURS, groups_touching, opened
from geoenforce.store.spatial_sort import BOX

_THREADS = 2  # more would hold more groups of rows in memory
_FEW = 8  # groups, not worth large pieces of memory
_COUNTS = "is_cultivated"


def read_flat(path: Path, boxes: Floats | None = None, groups: "range | None" = None) -> tuple[FlatPolygons, About]:
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

    Returns
    -------
    polygons, about
        Polygons, which may overlap, and what they are. Of cultivated land, only what is cultivated.

    Raises
    ------
    StoreError
        If the file is missing, damaged, or no snapshot.

    Examples
    --------
    >>> read_flat(Path("snapshots/cultivated_2025-01-01_0f3a….parquet"), boxes)  # doctest: +SKIP
    """
    with opened(path) as file:
        metadata, counts = file.metadata, _COUNTS in file.schema_arrow.names
    near = (
        dict.fromkeys(groups or range(metadata.num_row_groups)) if boxes is None else groups_touching(metadata, boxes)
    )
    threads = min(_THREADS, processors())
    readers: SimpleQueue[_Reader] = SimpleQueue()
    with ExitStack() as stack:
        for _ in range(min(threads, len(near))):
            source = stack.enter_context(pq.ParquetFile(path, metadata=metadata))
            readers.put(_Reader(source, counts=counts, few=len(near) <= _FEW))

        def read(group: int) -> Rings | None:
            reader = readers.get()
            try:
                return reader.read(group, near[group])
            finally:
                readers.put(reader)

        found = [part for part in for_each(read, list(near), threads) if part is not None]
    pa.default_memory_pool().release_unused()
    return indexed(joined(found, threads), threads), _about(metadata)


class _Reader:
    """Reads groups of rows from an open file; one thread at a time may use it."""

    def __init__(self, source: pq.ParquetFile, *, counts: bool, few: bool) -> None:
        self._source, self._counts = source, counts
        self._slabs = None if few else Slabs()

    def read(self, group: int, near: Floats | None) -> Rings | None:
        """Read the rows of a group that touch a box; None where there are none."""
        about = self._read(group, "bbox", *[_COUNTS] * self._counts)
        wanted = np.ones(len(about), dtype=bool) if near is None else meets_any(_sides(about), near)
        if self._counts:
            wanted &= about[_COUNTS].fill_null(fill_value=False).to_numpy()
        if not wanted.any():
            return None
        shapes = _bytes_of(_whole(self._read(group, "geometry")["geometry"]))
        return rings_of_wkb(*shapes, np.flatnonzero(wanted), self._slabs)

    def _read(self, group: int, *columns: str) -> pa.Table:
        return self._source.read_row_group(group, columns=columns, use_threads=False)


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
    return About(said["kind"], in_force, said["source"], said["source_sha256"])


def _bytes_of(shapes: pa.Array) -> tuple[Any, Any]:
    """Return the bytes of a column and where each of its values begins, without a copy."""
    _, start, data = shapes.buffers()
    wide = np.int64 if pa.types.is_large_binary(shapes.type) else np.int32
    starts = np.frombuffer(start, wide)[shapes.offset : shapes.offset + len(shapes) + 1]
    return np.frombuffer(data, np.uint8), starts
