"""Land snapshots as files: GeoParquet in the equal-area plane, sorted by place, never changed once written."""

import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geoenforce.core.errors import CrsError, StoreError, TableError
from geoenforce.core.space import PLANE, describe, is_plane
from geoenforce.core.tables import LAND, Kind, check
from geoenforce.store.snapshot_reading import OURS
from geoenforce.store.spatial_sort import BOX, Bounds, in_order, spill

#: Rows of a group: the least that is read for a place.
ROWS_PER_GROUP = 4096

#: How long a writer waits for another that writes into the same folder, in seconds.
WAIT_S = 600

_AT_ONCE = 50_000  # rows made into Arrow
_UNFINISHED = ".unfinished-"
_LOCK = ".lock"
_KINDS = {
    Kind.TEXT: pa.string(),
    Kind.NUMBER: pa.float64(),
    Kind.AMOUNT: pa.float64(),
    Kind.INTEGER: pa.int64(),
    Kind.FLAG: pa.bool_(),
    Kind.DATE: pa.date32(),
}
_BOX = pa.struct([(side, pa.float64()) for side in BOX])


@dataclass(frozen=True)
class Snapshot:
    """A land layer that was written: what it is, where it came from, and its file."""

    kind: str
    effective_from: date | None
    source: str
    source_sha256: str
    path: str  # seen from the folder of snapshots
    sha256: str
    rows: int
    bounds: Bounds | None  # west, south, east, north in the plane; None where there are no rows


@dataclass(frozen=True)
class Origin:
    """What a land layer is and where it came from, as its file says."""

    kind: str
    effective_from: date | None
    source: str
    source_sha256: str
    beside: Mapping[str, Any] | None = None  # what reading gave beside the rows, see `geoenforce.store.beside`


def write_snapshot(
    frames: Iterable[gpd.GeoDataFrame],
    folder: Path,
    *,
    kind: str,
    effective_from: date | None,
    source: str,
    source_sha256: str,
) -> Snapshot:
    """
    Write a land layer as a snapshot; it may be larger than memory.

    Parameters
    ----------
    frames
        The parts of the layer, each a table LAND in the equal-area plane with the same columns. How it is divided
        makes no difference to the file.
    folder
        Where snapshots lie. The file appears there when it is whole; another process that writes there waits.
    kind
        basic_farmland or cultivated; the file's name begins with it.
    effective_from
        The first day the layer is in force; None: always.
    source, source_sha256
        The delivery, and the hash of its file.

    Raises
    ------
    TableError
        If a part is not in order, or not like the first; or if there is none.
    CrsError
        If a part is not in the plane.
    StoreError
        If the folder cannot be written, or another process does not finish writing there.

    Notes
    -----
    GeoParquet 1.1 with WKB, row groups of 4096 rows along a Hilbert curve, and a ``bbox`` column that the metadata
    names as covering, by which GDAL, geopandas and DuckDB skip what lies elsewhere.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from geoenforce.core.space import to_plane
    >>> from geoenforce.store.snapshot_reading import read_snapshot
    >>> square = shapely.box(116, 23, 116.001, 23.001)
    >>> land = to_plane(gpd.GeoDataFrame({"land_code": ["0101"]}, geometry=[square], crs=4490))
    >>> with TemporaryDirectory() as folder:
    ...     snapshot = write_snapshot(
    ...         [land], Path(folder), kind="cultivated", effective_from=date(2025, 1, 1), source="dltb.gdb",
    ...         source_sha256="0" * 64)
    ...     found = read_snapshot(Path(folder, snapshot.path))
    >>> snapshot.path[:21], snapshot.rows, found["land_code"].to_list()
    ('cultivated_2025-01-01', 1, ['0101'])
    """
    return write_layer(frames, folder, Origin(kind, effective_from, source, source_sha256))


def write_layer(frames: Iterable[gpd.GeoDataFrame], folder: Path, origin: Origin) -> Snapshot:
    """
    Write a land layer as a snapshot, as `write_snapshot`, of an origin.

    Examples
    --------
    >>> write_layer([land], Path("snapshots"), Origin("cultivated", None, "dltb.gdb", "0f3a…"))  # doctest: +SKIP
    """
    kind = origin.kind
    if not re.fullmatch(r"[a-z][a-z0-9_]*", kind):
        message = f"{kind!r} is no kind of snapshot: small letters and _ are needed, such as basic_farmland."
        raise StoreError(message)
    about = {
        "kind": kind,
        "effective_from": origin.effective_from.isoformat() if origin.effective_from else None,
        "source": origin.source,
        "source_sha256": origin.source_sha256,
    } | ({"beside": origin.beside} if origin.beside else {})
    with _place_of_work(folder) as place:
        written, bounds, rows = _write(frames, place, about)
        with written.open("rb+") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        path = f"{kind}_{about['effective_from'] or 'always'}_{sha256[:16]}.parquet"
        if (folder / path).exists():
            (folder / path).touch()  # it is in use again: `prune` leaves the young alone
        else:
            written.rename(folder / path)
    return Snapshot(kind, origin.effective_from, origin.source, origin.source_sha256, path, sha256, rows, bounds)


@contextmanager
def _place_of_work(folder: Path) -> Iterator[Path]:
    """Lend an empty folder within the folder, to one process at a time, and clear away what killed ones left."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # SQLite's is a lock that goes with its process, on every system
        lock = sqlite3.connect(folder / _LOCK, timeout=WAIT_S, isolation_level=None)
        try:
            lock.execute("PRAGMA journal_mode = OFF")  # nothing is written, and a journal would be left beside it
            lock.execute("BEGIN EXCLUSIVE")
            for left in folder.glob(f"{_UNFINISHED}*"):
                shutil.rmtree(left)
            with TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as place:
                yield Path(place)
        finally:
            lock.close()
    except (OSError, sqlite3.Error) as problem:
        message = (
            f"{folder}: the snapshot cannot be written: {_plainly(problem)}. What is there already is as it was before."
        )
        raise StoreError(message) from None


def _plainly(problem: Exception) -> str:
    if "locked" in str(problem):
        return "another program is writing there; wait until it has finished, and try again"
    return str(problem).rstrip(".")


def _write(frames: Iterable[gpd.GeoDataFrame], place: Path, about: dict[str, Any]) -> tuple[Path, Bounds | None, int]:
    """Write the file; return where it is, and the bounds and number of its rows."""
    parts = _Parts(frames)
    schema = parts.schema
    spilled = spill(parts.tables(), schema, place / "spilled.arrow")
    geo = _geo(sorted(parts.shapes), spilled.bounds)
    schema = schema.with_metadata({"geo": json.dumps(geo), OURS: json.dumps(about, ensure_ascii=False)})
    counted = [path for field in schema for path in _leaves(field) if path != "geometry"]
    texts = [field.name for field in schema if pa.types.is_string(field.type)]
    path = place / "written.parquet"
    with pq.ParquetWriter(
        path, schema, compression="lz4", use_dictionary=texts, write_statistics=counted, version="2.6"
    ) as writer:
        for group in _groups(in_order(spilled, place)):
            writer.write_table(group.cast(schema), row_group_size=ROWS_PER_GROUP)
    return path, spilled.bounds, len(spilled.centres)


def _groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Divide tables anew: each but the last has the rows of a group."""
    left: list[pa.Table] = []
    for table in tables:
        whole = pa.concat_tables([*left, table]).combine_chunks()
        del table  # a portion is large, and the next one comes while this one is held
        end = len(whole) - len(whole) % ROWS_PER_GROUP
        for start in range(0, end, ROWS_PER_GROUP):
            yield pa.concat_tables([whole.slice(start, ROWS_PER_GROUP)])
        left = [whole.take(pa.array(range(end, len(whole)), type=pa.int64()))]  # a slice would hold all of it
        del whole
    yield from (table for table in left if len(table))


class _Parts:
    """The parts of a layer as Arrow tables; the first one says which columns there are."""

    def __init__(self, frames: Iterable[gpd.GeoDataFrame]) -> None:
        self._frames = iter(frames)
        first = next(self._frames, None)
        if first is None:
            message = (
                "The layer has no parts, so its columns are unknown: at least one table is needed, if without rows."
            )
            raise TableError(message)
        self._first = first
        self.names = _names(first)
        self.shapes: set[str] = set()
        fields = [pa.field(name, _KINDS[LAND.column(name).kind]) for name in self.names]
        self.schema = pa.schema([*fields, pa.field("geometry", pa.binary()), pa.field("bbox", _BOX)])

    def tables(self) -> Iterator[pa.Table]:
        """Go through all parts, in portions."""
        yield from self._tables(self._first)
        del self._first
        for frame in self._frames:
            yield from self._tables(frame)

    def _tables(self, frame: gpd.GeoDataFrame) -> Iterator[pa.Table]:
        self._refuse(frame)
        for start in range(0, len(frame), _AT_ONCE):
            yield self._table(frame.iloc[start : start + _AT_ONCE])

    def _refuse(self, frame: gpd.GeoDataFrame) -> None:
        check(frame, LAND)
        if not is_plane(frame.crs):
            message = (
                f"A snapshot lies in the equal-area plane, and a part of it is in {describe(frame.crs)}: to_plane()."
            )
            raise CrsError(message)
        if _names(frame) != self.names:
            message = f"The parts of the layer differ: the first has the columns {self.names}, another {_names(frame)}."
            raise TableError(message)

    def _table(self, frame: gpd.GeoDataFrame) -> pa.Table:
        geometry = frame.geometry.to_numpy()
        self.shapes.update(frame.geom_type.unique())
        sides = [pa.array(side) for side in shapely.bounds(geometry).T]
        columns = [
            *(_column(frame[name], self.schema.field(name).type) for name in self.names),
            pa.array(shapely.to_wkb(geometry, flavor="iso", byte_order=1), type=pa.binary()),
            pa.StructArray.from_arrays(sides, fields=list(_BOX)),
        ]
        return pa.table(columns, schema=self.schema)


def _names(frame: pd.DataFrame) -> list[str]:
    return [name for name in LAND.names if name in frame]


def _column(values: "pd.Series[Any]", kind: pa.DataType) -> pa.Array:
    if pa.types.is_date(kind):
        return pa.array(values.astype("datetime64[s]"), from_pandas=True).cast(kind)
    return pa.array(values, type=kind, from_pandas=True)


def _leaves(field: pa.Field) -> list[str]:
    return [f"{field.name}.{inner.name}" for inner in field.type] if pa.types.is_struct(field.type) else [field.name]


def _geo(shapes: list[str], bounds: Bounds | None) -> dict[str, Any]:
    """Say what GeoParquet's readers must know."""
    column = {
        "encoding": "WKB",
        "geometry_types": shapes,
        "crs": PLANE.to_json_dict(),
        "covering": {"bbox": {side: ["bbox", side] for side in BOX}},
    }
    if bounds is not None:
        column["bbox"] = list(bounds)
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
