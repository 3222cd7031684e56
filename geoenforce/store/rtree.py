"""
The R-tree of a GeoPackage's table: the extension's triggers, and a way to fill it quickly.

SQLite takes some fifty microseconds to put one box into an R-tree. Where many rows come at once the tree is packed
here, and its nodes are written as SQLite's R*Tree module stores them.

Notes
-----
Source: OGC 12-128r15 (GeoPackage 1.2 and later), annex F.3; `ext/rtree/rtree.c` of SQLite, "Database Format of R-Tree
Tables".
"""

import sqlite3
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_EXTENSION = "http://www.geopackage.org/spec120/#extension_rtree"

#: One cell of a node: an id, and the box as the module orders it; all big-endian.
_CELL = np.dtype([("id", ">i8"), ("box", ">f4", 4)])
_HEAD_BYTES, _MOST_CELLS = 4, 51
_FEW = 2000
_FASTER = 6  # packing a row takes less than a sixth of the time of inserting one


def add_rtree(connection: sqlite3.Connection, table: str, column: str) -> int:
    """Make the R-tree of GeoPackage's extension, with the triggers that keep it true whoever writes."""
    key = next(row[1] for row in connection.execute(f'PRAGMA table_info("{table}")') if row[5])
    index = f"rtree_{table}_{column}"
    connection.execute(f'CREATE VIRTUAL TABLE "{index}" USING rtree(id, minx, maxx, miny, maxy)')
    connection.execute(
        "INSERT INTO gpkg_extensions VALUES (?, ?, 'gpkg_rtree_index', ?, 'write-only')",
        (table, column, _EXTENSION),
    )
    for name, when, condition, body in _triggers(index, column, key):
        connection.execute(f'CREATE TRIGGER "{index}_{name}" {when} ON "{table}" WHEN {condition} BEGIN {body}; END')
    return 1


def is_worth_packing(connection: sqlite3.Connection, table: str, column: str, new: int) -> bool:
    """Say whether so many new rows are put in sooner by packing the whole tree again."""
    if new < _FEW:
        return False
    there: int = connection.execute(f'SELECT count(*) FROM "rtree_{table}_{column}_rowid"').fetchone()[0]
    return new * _FASTER > there


def suspend_insert_trigger(connection: sqlite3.Connection, table: str, column: str) -> str:
    """Take away the trigger that would put each new row into the tree; return the statement that makes it again."""
    name = f"rtree_{table}_{column}_insert"
    statement: str = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0]
    connection.execute(f'DROP TRIGGER "{name}"')
    return statement


def pack(connection: sqlite3.Connection, table: str, column: str, ids: Integers, boxes: Floats) -> None:
    """
    Write the tree anew from what it holds and more.

    Parameters
    ----------
    connection
        A connection within a transaction.
    table, column
        What the tree is for.
    ids, boxes
        The rows to add, and their west, east, south and north.
    """
    tree = f"rtree_{table}_{column}"
    there = connection.execute(f'SELECT id, minx, maxx, miny, maxy FROM "{tree}"').fetchall()
    if there:
        known = np.array(there, dtype=np.float64)
        ids, boxes = np.r_[known[:, 0].astype(np.int64), ids], np.vstack([known[:, 1:], boxes])
    size: int = connection.execute(f'SELECT length(data) FROM "{tree}_node" WHERE nodeno = 1').fetchone()[0]
    for part in ("node", "parent", "rowid"):
        connection.execute(f'DELETE FROM "{tree}_{part}"')
    nodes, parents, rows = _packed(ids, _outwards(boxes), min((size - _HEAD_BYTES) // _CELL.itemsize, _MOST_CELLS))
    padded = ((number, body.ljust(size, b"\0")) for number, body in nodes)
    connection.executemany(f'INSERT INTO "{tree}_node" VALUES (?, ?)', padded)
    connection.executemany(f'INSERT INTO "{tree}_parent" VALUES (?, ?)', parents)
    connection.executemany(f'INSERT INTO "{tree}_rowid" VALUES (?, ?)', rows)


def _outwards(boxes: Floats) -> Any:
    """Round to single precision so that no box becomes smaller."""
    rounded = boxes.astype(np.float32)
    least, most = rounded[:, [0, 2]], rounded[:, [1, 3]]
    rounded[:, [0, 2]] = np.where(least > boxes[:, [0, 2]], np.nextafter(least, np.float32(-np.inf)), least)
    rounded[:, [1, 3]] = np.where(most < boxes[:, [1, 3]], np.nextafter(most, np.float32(np.inf)), most)
    return rounded


def _packed(ids: Integers, boxes: Any, most: int) -> tuple[list[tuple[int, bytes]], Any, Any]:
    """Return nodes by number, the parent of each node, and the leaf of each row; the root is node 1."""
    levels: list[tuple[Any, Integers, Integers]] = []  # cells of all nodes, where each begins, numbers of the nodes
    last = 1
    while True:
        cells = np.empty(len(ids), dtype=_CELL)
        order = _by_tiles(boxes, most)
        cells["id"], cells["box"] = ids[order], boxes[order]
        starts = np.arange(0, max(len(ids), 1), most)
        is_root = len(starts) == 1
        numbers = np.array([1]) if is_root else np.arange(last + 1, last + 1 + len(starts))
        levels.append((cells, np.r_[starts, len(ids)], numbers))
        if is_root:
            break
        last = int(numbers[-1])
        west_south = np.minimum.reduceat(boxes[order], starts, axis=0)
        east_north = np.maximum.reduceat(boxes[order], starts, axis=0)
        boxes = np.where([True, False, True, False], west_south, east_north)
        ids = numbers
    nodes = [node for depth, level in enumerate(levels) for node in _nodes(level, depth)]
    above = [pair for level in levels[1:] for pair in _children(level)]
    return nodes, above, _children(levels[0])


def _nodes(level: tuple[Any, Integers, Integers], depth: int) -> list[tuple[int, bytes]]:
    cells, starts, numbers = level
    return [
        (number, (depth if number == 1 else 0).to_bytes(2) + (end - start).to_bytes(2) + cells[start:end].tobytes())
        for number, (start, end) in zip(numbers.tolist(), pairwise(starts.tolist()), strict=True)
    ]


def _children(level: tuple[Any, Integers, Integers]) -> list[tuple[int, int]]:
    cells, starts, numbers = level
    order = np.argsort(cells["id"])  # a table takes rows in the order of their keys soonest
    nodes = np.repeat(numbers, np.diff(starts))
    return list(zip(cells["id"][order].tolist(), nodes[order].tolist(), strict=True))


def _by_tiles(boxes: Any, most: int) -> Integers:
    """Sort boxes into upright strips from west to east, and each strip from south to north."""
    middle = boxes.reshape(-1, 2, 2).mean(axis=2)
    strips = max(1, round(np.sqrt(len(boxes) / most)))
    by_x = np.argsort(middle[:, 0], kind="stable")
    strip = np.empty(len(boxes), dtype=np.int64)
    strip[by_x] = np.arange(len(boxes)) * strips // max(len(boxes), 1)
    return np.lexsort((middle[:, 1], strip))


def _triggers(index: str, column: str, key: str) -> list[tuple[str, str, str, str]]:
    """Return name, moment, condition and action of each trigger that the extension prescribes (version 1.3)."""

    def filled(row: str) -> str:
        return f'({row}."{column}" NOTNULL AND NOT ST_IsEmpty({row}."{column}"))'

    box = ", ".join(f'{name}(NEW."{column}")' for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"))
    insert = f'INSERT OR REPLACE INTO "{index}" VALUES (NEW."{key}", {box})'
    delete = f'DELETE FROM "{index}" WHERE id = OLD."{key}"'
    same, other = f'OLD."{key}" = NEW."{key}"', f'OLD."{key}" != NEW."{key}"'
    of_column = f'AFTER UPDATE OF "{column}"'
    return [
        ("insert", "AFTER INSERT", filled("NEW"), insert),
        ("update6", of_column, f"{same} AND {filled('NEW')} AND {filled('OLD')}", insert),
        ("update7", of_column, f"{same} AND {filled('NEW')} AND NOT {filled('OLD')}", insert),
        ("update2", of_column, f"{same} AND NOT {filled('NEW')}", delete),
        ("update5", "AFTER UPDATE", f"{other} AND {filled('NEW')}", f"{delete}; {insert}"),
        ("update4", "AFTER UPDATE", f"{other} AND NOT {filled('NEW')}", delete),
        ("delete", "AFTER DELETE", f'OLD."{column}" NOTNULL', delete),
    ]
