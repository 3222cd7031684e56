"""
Sort a layer by place, however large it is: rows lie along a Hilbert curve through the centres of their boxes.

Two passes over files in a folder of work: the layer as it comes, then portions of the curve that fit into memory.
Only the centres are held for all rows, so ten million parcels need some hundred megabytes.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

#: Bytes of geometry that are sorted in memory at once; each portion is an open file: a hundred for 10 M parcels.
PORTION_BYTES = 64 << 20

_ENCODED_AT_ONCE = 500_000  # rows
_LEVEL = 16  # cells along each side of the curve: 2 to this power
_COMPRESSED = pa.ipc.IpcWriteOptions(compression="lz4")
_RANK = "place along the curve"

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Spilled:
    """A layer as it came, in a file; and of each row what decides its place."""

    path: Path
    centres: npt.NDArray[np.float64]
    sizes: npt.NDArray[np.int64]  # bytes of geometry
    bounds: Bounds | None  # None where there are no rows


def spill(tables: Iterable[pa.Table], schema: pa.Schema, path: Path) -> Spilled:
    """
    Write the parts of a layer into one file, in the order in which they come.

    Parameters
    ----------
    tables
        The parts; each has ``geometry`` (WKB) and ``bbox`` (xmin, ymin, xmax, ymax).
    schema
        What all parts are like.
    path
        Where to write.
    """
    centres, sizes, corners = [np.empty((0, 2))], [np.empty(0, dtype=np.int64)], [np.empty((0, 4))]
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema, options=_COMPRESSED) as writer:
        for table in tables:
            boxes = boxes_of(table)
            centres.append((boxes[:, :2] + boxes[:, 2:]) / 2)
            corners.append(_around(boxes))
            sizes.append(pa.compute.binary_length(table["geometry"]).to_numpy().astype(np.int64))
            writer.write_table(table)
    whole = _around(np.concatenate(corners))
    return Spilled(
        path, np.concatenate(centres), np.concatenate(sizes), tuple(whole[0].tolist()) if len(whole) else None
    )


def _around(boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the box around boxes, in a row of its own; no row where there are none."""
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])[None] if len(boxes) else boxes


def in_order(spilled: Spilled, folder: Path) -> Iterator[pa.Table]:
    """
    Give a layer back in portions along the curve; rows at one place keep the order in which they came.

    Parameters
    ----------
    spilled
        The layer.
    folder
        An empty folder for the portions; each is removed after it was read.
    """
    rank, portion = _places(spilled)
    paths = _scatter(spilled.path, rank, portion, folder)
    for number in sorted(paths):
        yield _sorted(paths[number])
        paths[number].unlink()


def _sorted(path: Path) -> pa.Table:
    """Read a portion and sort it; the unsorted one is gone when this returns."""
    with pa.OSFile(str(path)) as source:
        table = pa.ipc.open_file(source).read_all().combine_chunks()
    return table.drop_columns(_RANK).take(np.argsort(table[_RANK].to_numpy()))


def boxes_of(table: pa.Table) -> npt.NDArray[np.float64]:
    """
    Return the boxes of a table's rows, one row of west, south, east, north each.

    Examples
    --------
    >>> box = {"xmin": 1.0, "ymin": 2.0, "xmax": 3.0, "ymax": 4.0}
    >>> boxes_of(pa.table({"bbox": [box]})).tolist()
    [[1.0, 2.0, 3.0, 4.0]]
    """
    bbox = table["bbox"].combine_chunks()
    return np.column_stack([bbox.field(name).to_numpy(zero_copy_only=False) for name in BOX])


#: The fields of a box, in order.
BOX = ("xmin", "ymin", "xmax", "ymax")


def hilbert(centres: npt.NDArray[np.float64], bounds: Bounds) -> npt.NDArray[np.uint32]:
    """
    Return how far along the curve points lie.

    Examples
    --------
    >>> corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    >>> np.argsort(hilbert(corners, (0.0, 0.0, 1.0, 1.0))).tolist()
    [0, 1, 2, 3]
    """
    found = np.empty(len(centres), dtype=np.uint32)
    for start in range(0, len(centres), _ENCODED_AT_ONCE):
        few = slice(start, start + _ENCODED_AT_ONCE)
        points = gpd.GeoSeries(shapely.points(centres[few]))
        found[few] = points.hilbert_distance(total_bounds=bounds, level=_LEVEL).to_numpy()
    return found


def _places(spilled: Spilled) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Return each row's place in the order, and the portion it falls into."""
    if spilled.bounds is None:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32)
    order = np.argsort(hilbert(spilled.centres, spilled.bounds), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    portion = np.empty(len(order), dtype=np.int32)
    portion[order] = np.cumsum(spilled.sizes[order]) // PORTION_BYTES
    return rank, portion


def _scatter(path: Path, rank: Any, portion: Any, folder: Path) -> dict[int, Path]:
    """Bring the rows of each portion together in a file of its own."""
    paths: dict[int, Path] = {}
    writers: dict[int, Any] = {}
    start = 0
    with ExitStack() as stack:
        source = pa.ipc.open_file(stack.enter_context(pa.OSFile(str(path))))
        for number in range(source.num_record_batches):
            batch = source.get_batch(number)
            ranks, portions = rank[start : start + len(batch)], portion[start : start + len(batch)]
            start += len(batch)
            for one, few in _by_portion(batch.append_column(_RANK, pa.array(ranks)), ranks, portions):
                if one not in writers:
                    paths[one] = folder / f"{one}.arrow"
                    sink = stack.enter_context(pa.OSFile(str(paths[one]), "wb"))
                    writers[one] = stack.enter_context(pa.ipc.new_file(sink, few.schema, options=_COMPRESSED))
                writers[one].write_batch(few)
    return paths


def _by_portion(batch: pa.RecordBatch, ranks: Any, portions: Any) -> Iterator[tuple[int, pa.RecordBatch]]:
    order = np.argsort(ranks)
    ordered, portions = batch.take(pa.array(order)), portions[order]
    numbers, starts = np.unique(portions, return_index=True)
    for number, start, end in zip(numbers, starts, [*starts[1:], len(order)], strict=True):
        yield int(number), ordered.slice(start, end - start)
