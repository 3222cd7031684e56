"""Read flat polygons straight from a land snapshot: only near some boxes, and without a geometry object for any."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geoenforce.core.flat import FlatPolygons, Floats, Rings, indexed, joined, rings_of_wkb
from geoenforce.core.flat_loops import meets_any
from geoenforce.store.flat_files import About
from geoenforce.store.snapshot_reading import OURS, groups_touching, opened
from geoenforce.store.spatial_sort import boxes_of

_THREADS = 2  # more would hold more groups of rows in memory
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

    def read(group: int) -> Rings | None:
        with pq.ParquetFile(path, metadata=metadata, memory_map=True) as source:
            return _read_group(source, group, near[group], counts=counts)

    with ThreadPoolExecutor(_THREADS) as pool:
        found = [rings for rings in pool.map(read, near) if rings is not None]
    return indexed(joined(found)), _about(metadata)


def _read_group(source: pq.ParquetFile, group: int, near: Floats | None, *, counts: bool) -> Rings | None:
    """Read the rows of a group that touch a box; None where there are none."""
    about = source.read_row_group(group, columns=["bbox", *[_COUNTS] * counts], use_threads=False)
    wanted = np.ones(len(about), dtype=bool) if near is None else meets_any(boxes_of(about), near)
    if counts:
        wanted &= about[_COUNTS].fill_null(fill_value=False).to_numpy()
    if not wanted.any():
        return None
    shapes = source.read_row_group(group, columns=["geometry"], use_threads=False)["geometry"].combine_chunks()
    return rings_of_wkb(*_bytes_of(shapes), np.flatnonzero(wanted))


def _about(metadata: pq.FileMetaData) -> About:
    said = json.loads(metadata.metadata[OURS])
    day = said["effective_from"]
    in_force = None if day is None else date.fromisoformat(day)
    return About(said["kind"], in_force, said["source"], said["source_sha256"])


def _bytes_of(shapes: Any) -> tuple[Any, Any]:
    """Return the bytes of a column and where each of its values begins, without a copy."""
    array = shapes.chunk(0) if isinstance(shapes, pa.ChunkedArray) else shapes
    _, start, data = array.buffers()
    wide = np.int64 if pa.types.is_large_binary(array.type) else np.int32
    starts = np.frombuffer(start, wide)[array.offset : array.offset + len(array) + 1]
    return np.frombuffer(data, np.uint8), starts
