"""Read land snapshots: of a large layer, only the groups of rows that lie where one looks."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geoenforce.core.errors import StoreError, some
from geoenforce.core.space import PLANE
from geoenforce.store.spatial_sort import BOX, Bounds, boxes_of

#: The key of the file's metadata under which stands what it is a snapshot of.
OURS = b"geoenforce"

_NEEDED = ("geometry", "bbox")


def read_snapshot(
    path: Path,
    *,
    box: Bounds | None = None,
    boxes: "Iterable[Bounds] | npt.NDArray[np.float64] | None" = None,
    columns: Sequence[str] | None = None,
) -> gpd.GeoDataFrame:
    """
    Read a land snapshot, or what lies at some places of it.

    Parameters
    ----------
    path
        The file.
    box, boxes
        Only the rows whose own box touches this box, or any of these: west, south, east, north in the equal-area
        plane. Groups of rows that touch none are not read.
    columns
        Which columns, beside the geometry; by default all.

    Returns
    -------
    land
        A table LAND in the plane, in the order of the file, indexed by each row's place in it (from 0).

    Raises
    ------
    StoreError
        If the file is missing, damaged, no snapshot, or lacks a column.

    Examples
    --------
    >>> read_snapshot(Path("snapshots/cultivated_2025-01-01_0f3a….parquet"),
    ...               box=(1.1e6, 2.5e6, 1.2e6, 2.6e6))  # doctest: +SKIP
    """
    with opened(Path(path)) as file:
        names = _names(file.schema_arrow, path, columns)
        wanted = _places(box, boxes)
        metadata = file.metadata
        starts = np.cumsum([0, *(metadata.row_group(group).num_rows for group in range(metadata.num_row_groups))])
        groups = dict.fromkeys(range(metadata.num_row_groups)) if wanted is None else groups_touching(metadata, wanted)
        pieces = [
            _piece(file.read_row_group(group, [*names, *_NEEDED]), starts[group], near)
            for group, near in groups.items()
        ]
        empty = file.schema_arrow.empty_table().select(names)
    table = pa.concat_tables([empty, *(table for table, _, _ in pieces)])
    index = np.concatenate([np.empty(0, dtype=np.int64), *(places for _, places, _ in pieces)])
    shapes = np.concatenate([np.empty(0, dtype=object), *(shapes for _, _, shapes in pieces)])
    return gpd.GeoDataFrame(_frame(table, index), geometry=shapes, crs=PLANE)


def is_snapshot(path: Path) -> bool:
    """
    Say whether a file is a land snapshot of geoenforce.

    Examples
    --------
    >>> is_snapshot(Path("dltb.gdb"))
    False
    """
    try:
        return path.is_file() and OURS in (pq.read_metadata(path).metadata or {})
    except (OSError, pa.ArrowException):
        return False


def groups_touching(
    metadata: pq.FileMetaData, boxes: "npt.NDArray[np.float64]"
) -> "dict[int, npt.NDArray[np.float64] | None]":
    """
    Map each group of rows with something that may touch one of the boxes to those boxes, sorted by their west.

    Examples
    --------
    >>> groups_touching(pq.read_metadata("a.parquet"), np.array([[0.0, 0.0, 1.0, 1.0]]))  # doctest: +SKIP
    {7: array([[0., 0., 1., 1.]])}
    """
    if not metadata.num_row_groups:
        return {}
    first = metadata.row_group(0)
    places = {first.column(number).path_in_schema: number for number in range(first.num_columns)}
    west, south, east, north = (places[f"bbox.{side}"] for side in BOX)
    reach = np.empty((metadata.num_row_groups, 4))
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        reach[number, :2] = [group.column(side).statistics.min for side in (west, south)]
        reach[number, 2:] = [group.column(side).statistics.max for side in (east, north)]
    return {
        int(group): near for group, near in enumerate(_near_each(reach, boxes[np.argsort(boxes[:, 0])])) if len(near)
    }


def _near_each(reach: "npt.NDArray[np.float64]", boxes: "npt.NDArray[np.float64]") -> Iterator[Any]:
    """Go through what touches each place; the boxes are sorted by their west, and come so."""
    furthest = np.maximum.accumulate(boxes[:, 2])
    first = np.searchsorted(furthest, reach[:, 0])
    end = np.searchsorted(boxes[:, 0], reach[:, 2], side="right")
    for (west, south, _, north), span in zip(reach, map(slice, first, end), strict=True):
        few = boxes[span]
        yield few[(few[:, 2] >= west) & (few[:, 1] <= north) & (few[:, 3] >= south)]


def _touching(ones: "npt.NDArray[np.float64]", others: "npt.NDArray[np.float64]") -> Any:
    """Return the pairs of boxes that touch, as places in the ones and in the others; borders count."""
    if len(others) == 1:
        inside = (ones[:, :2] <= others[0, 2:]) & (ones[:, 2:] >= others[0, :2])
        found = np.flatnonzero(inside.all(axis=1))
        return found, np.zeros_like(found)
    return shapely.STRtree(shapely.box(*others.T)).query(shapely.box(*ones.T))


@contextmanager
def opened(path: Path) -> Iterator[pq.ParquetFile]:
    """
    Lend the open file of a snapshot, and say of one that cannot be read what to do.

    Examples
    --------
    >>> with opened(Path("a.parquet")) as file:  # doctest: +SKIP
    ...     file.metadata.num_rows
    """
    try:
        with pq.ParquetFile(path) as file:
            if OURS not in (file.metadata.metadata or {}):
                message = f"{path} is no snapshot of geoenforce. Read it with read_parcels() or read_basic_farmland()."
                raise StoreError(message)
            yield file
    except FileNotFoundError:
        message = f"{path}: the snapshot is missing. Put it back from the last backup, or read its delivery again."
        raise StoreError(message) from None
    except (pa.ArrowException, OSError) as problem:
        message = (
            f"{path}: the snapshot is damaged ({str(problem).splitlines()[0]}). "
            "Put it back from the last backup, or read its delivery again."
        )
        raise StoreError(message) from None


def _names(schema: pa.Schema, path: Path, columns: Sequence[str] | None) -> list[str]:
    there = [name for name in schema.names if name not in _NEEDED]
    if columns is None:
        return there
    missing = [name for name in columns if name not in there and name != "geometry"]
    if missing:
        message = f"{path} has no columns {some(missing)}; it has {there}."
        raise StoreError(message)
    return [name for name in there if name in columns]


def _places(box: Bounds | None, boxes: Any) -> "npt.NDArray[np.float64] | None":
    if box is None and boxes is None:
        return None
    listed = [np.asarray(one, dtype=float).reshape(-1, 4) for one in (box, boxes) if one is not None]
    return np.concatenate(listed)


def _piece(table: pa.Table, start: int, wanted: Any) -> tuple[pa.Table, Any, Any]:
    """Return the wanted rows of a group, their places in the file, and their shapes."""
    places = np.arange(start, start + len(table))
    if wanted is not None:
        touching = np.unique(_touching(boxes_of(table), wanted)[0])
        table, places = table.take(pa.array(touching)), places[touching]
    shapes = shapely.from_wkb(table["geometry"].to_numpy())
    return table.drop_columns(list(_NEEDED)), places, shapes


def _frame(table: pa.Table, index: Any) -> pd.DataFrame:
    frame = table.to_pandas(date_as_object=False).set_axis(pd.Index(index, dtype="int64"), axis=0)
    for field in table.schema:
        if pa.types.is_date(field.type):
            frame[field.name] = frame[field.name].astype("datetime64[s]")
        elif pa.types.is_string(field.type):
            frame[field.name] = frame[field.name].astype("str")
    return frame
