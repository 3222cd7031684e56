"""
What a GeoPackage needs of SQL functions and base tables, without loadable extensions.

GeoAlchemy2's dialect and the R-tree's triggers call a few functions that SpatiaLite would bring; here they are
Python functions over shapely, so that any CPython can open the store (docs/decisions/0018).
"""

import sqlite3
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from geoenforce.store.rtree import add_rtree

Geometries = npt.NDArray[np.object_]

#: "GP" in ASCII, version 0; then flags, the coordinate system's id and the envelope.
_MAGIC = b"GP\x00"
_LITTLE_ENDIAN, _WITH_BOX, _EMPTY = 0x01, 0x02, 0x10
_BOX_BYTES = (0, 32, 48, 48, 64)
_HEADER = struct.Struct("<3sBi")

_APPLICATION_ID = 0x47504B47  # "GPKG"
_VERSION = 10400  # 1.4, by its triggers of the R-tree

_BASE_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL);
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL);
"""


def blobs(geometry: Geometries, srid: int) -> list[bytes | None]:
    """
    Write geometries the way a GeoPackage holds them.

    Examples
    --------
    >>> blob, nothing = blobs(np.array([shapely.Point(1, 2), None]), 4490)
    >>> blob[:2], nothing, shapes([blob])[0]
    (b'GP', None, <POINT (1 2)>)
    """
    boxes = shapely.bounds(geometry)[:, [0, 2, 1, 3]].astype("<f8")
    wkb = shapely.to_wkb(geometry, flavor="iso", byte_order=1)
    written: list[bytes | None] = []
    for body, box in zip(wkb, boxes, strict=True):
        if body is None:
            written.append(None)
        elif np.isnan(box[0]):
            written.append(_HEADER.pack(_MAGIC, _LITTLE_ENDIAN | _EMPTY, srid) + body)
        else:
            written.append(_HEADER.pack(_MAGIC, _LITTLE_ENDIAN | _WITH_BOX, srid) + box.tobytes() + body)
    return written


def shapes(written: Sequence[bytes | None]) -> Geometries:
    """
    Read geometries from the blobs of a GeoPackage.

    Examples
    --------
    >>> shapes([None]).tolist()
    [None]
    """
    bodies = np.array([None if blob is None else _body(blob) for blob in written], dtype=object)
    return np.asarray(shapely.from_wkb(bodies), dtype=object)


def make_base_tables(connection: sqlite3.Connection) -> None:
    """Make an empty database a GeoPackage, within the transaction that has begun."""
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {_VERSION}")
    for statement in _BASE_TABLES.split(";")[:-1]:
        connection.execute(statement)
    _insert_srid(connection, 4326)  # the standard wants it in every file


def list_tables(connection: sqlite3.Connection, tables: Sequence[str]) -> None:
    """Name tables without geometry among the contents, so that programs such as QGIS list them."""
    connection.executemany(
        "INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier) VALUES (?1, 'attributes', ?1)",
        [(table,) for table in tables],
    )


def widen_extent(connection: sqlite3.Connection, table: str, box: Sequence[float]) -> None:
    """Note in the contents how far a table's geometry reaches, and that it has changed."""
    connection.execute(
        "UPDATE gpkg_contents SET min_x = min(coalesce(min_x, ?1), ?1), min_y = min(coalesce(min_y, ?2), ?2), "
        "max_x = max(coalesce(max_x, ?3), ?3), max_y = max(coalesce(max_y, ?4), ?4), "
        "last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE table_name = ?5",
        (*box, table),
    )


def add_functions(connection: sqlite3.Connection) -> None:
    """Give a connection the SQL functions that GeoAlchemy2, the triggers and our queries call."""

    def add(name: str, count: int, function: Callable[..., Any]) -> None:
        connection.create_function(name, count, function, deterministic=True)

    for position, name in enumerate(("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
        add(name, 1, _bound_reader(position))
    add("ST_IsEmpty", 1, lambda blob: None if blob is None else int(_is_empty(blob)))
    add("ST_SRID", 1, lambda blob: None if blob is None else _HEADER.unpack_from(blob)[2])
    add("ST_AsText", 1, lambda blob: None if blob is None else _shape(blob).wkt)
    add("ST_Intersects", 2, lambda one, other: None if None in (one, other) else _intersects(one, other))
    add("AsEWKB", 1, lambda blob: None if blob is None else _ewkb(blob))
    add("GeomFromEWKT", 1, _from_ewkt)
    connection.create_function("CheckGeoPackageMetaData", 0, lambda: int(_has_base_tables(connection)))
    connection.create_function("gpkgInsertEpsgSRID", 1, lambda srid: _insert_srid(connection, srid))
    connection.create_function("gpkgAddGeometryTriggers", 2, lambda *_: 1)  # checks of the type: ours are stricter
    connection.create_function("gpkgAddSpatialIndex", 2, lambda table, column: add_rtree(connection, table, column))


def _body(blob: bytes) -> bytes:
    return blob[_HEADER.size + _BOX_BYTES[(blob[3] >> 1) & 7] :]


def _shape(blob: bytes) -> Any:
    return shapely.from_wkb(_body(blob))


def _is_empty(blob: bytes) -> bool:
    return bool(blob[3] & _EMPTY)


def _bound_reader(position: int) -> Callable[[bytes | None], float | None]:
    where = _HEADER.size + 8 * position

    def bound(blob: bytes | None) -> float | None:
        if blob is None or _is_empty(blob):
            return None
        if (blob[3] >> 1) & 7:
            order = "<d" if blob[3] & _LITTLE_ENDIAN else ">d"
            return float(struct.unpack_from(order, blob, where)[0])
        return float(_shape(blob).bounds[(0, 2, 1, 3)[position]])

    return bound


def _intersects(one: bytes, other: bytes) -> int:
    return int(shapely.intersects(_shape(one), _shape(other)))


def _ewkb(blob: bytes) -> str:
    shape = shapely.set_srid(_shape(blob), _HEADER.unpack_from(blob)[2])
    return str(shapely.to_wkb(shape, hex=True, include_srid=True))


def _from_ewkt(text: str | None) -> bytes | None:
    if text is None:
        return None
    head, _, wkt = text.rpartition(";")
    srid = int(head.split("=")[1]) if head else 0
    return blobs(np.array([shapely.from_wkt(wkt)], dtype=object), srid)[0]


def _has_base_tables(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_contents'").fetchone()
    return found is not None


def _insert_srid(connection: sqlite3.Connection, srid: int) -> int:
    crs = pyproj.CRS.from_epsg(srid)
    row = (crs.name, srid, srid, crs.to_wkt("WKT1_GDAL"))
    connection.execute("INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?, ?, 'EPSG', ?, ?, NULL)", row)
    return 1
