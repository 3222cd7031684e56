"""Copy a whole store, history and all, to another file or database; the copy is held against the original."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.core.errors import StoreError, some
from geoenforce.store.audit import verify
from geoenforce.store.bulk import in_portions, inserting, is_gpkg, read_shapes
from geoenforce.store.engine import Store
from geoenforce.store.revisions import revision
from geoenforce.store.schema import metadata
from geoenforce.store.styles import styles_of, write_styles
from geoenforce.store.upgrades import check_ready, make_ready

_GEOMETRY = "geometry"


@dataclass(frozen=True)
class Copied:
    """What was copied: rows by table, snapshots, and the last link of the chain."""

    rows: dict[str, int]
    snapshots: int
    sha256: str


def copy_store(source: Store, target: Store) -> Copied:
    """
    Copy everything that a store holds, revisions and personal data included, into an empty one.

    That it was taken out is put on record in the source first, and is in both.

    Parameters
    ----------
    source, target
        A GeoPackage or a PostGIS each. The target is made ready; afterwards it is held against the source.

    Returns
    -------
    copied
        What was copied.

    Raises
    ------
    StoreError
        If the source is not in order or cannot be written, the target holds something, or a row or file cannot be
        copied: the target is as empty then as before. Or if the copy, read again, is not what the source is.

    Examples
    --------
    >>> copy_store(open_store("gpkg:///store.gpkg"), open_store(url)).rows["cases"]  # doctest: +SKIP
    49
    """
    check_ready(source)
    make_ready(target)
    _refuse_faults(source, "is not in order, so it is not copied. 'geoenforce audit verify' says more")
    with target.reading() as into:
        _refuse_filled(into, target.name)
    with revision(source, "export", {"copied_to": target.name}):
        pass
    with target.writing() as into:
        _refuse_filled(into, target.name)
        with source.reading() as out:
            tables = metadata().sorted_tables
            rows = {table.name: _copy_table(out, into, table) for table in tables}
            snapshots = _copy_snapshots(out, source.folder, target.folder)
            for table in tables:
                _refuse_difference(out, into, table)
            write_styles(into, styles_of(out))
    _refuse_faults(target, "is not what was copied")
    with target.reading() as copied:
        query = sa.text("SELECT sha256 FROM revisions ORDER BY revision DESC LIMIT 1")
        last = str(copied.execute(query).scalar() or "")
    with revision(target, "copy", {"copied_from": source.name, "sha256": last}):
        pass
    return Copied(rows, snapshots, last)


def contents(store: Store) -> dict[str, int]:
    """
    Count the rows of every table of a store, those that have ended included.

    Examples
    --------
    >>> contents(open_store("gpkg:///store.gpkg"))["cases"]  # doctest: +SKIP
    49
    """
    with store.reading() as connection:
        return {table.name: _count(connection, table) for table in metadata().sorted_tables}


def _refuse_faults(store: Store, what: str) -> None:
    problems = verify(store)
    if problems:
        message = f"{store.name}: {what}: {some(problems, 2)}."
        raise StoreError(message)


def _refuse_filled(connection: Connection, name: str) -> None:
    if connection.execute(sa.text("SELECT 1 FROM revisions LIMIT 1")).scalar():
        message = f"{name}: the store is not empty. Copy into a new file, or into a database without a store."
        raise StoreError(message)


def _copy_table(out: Connection, into: Connection, table: sa.Table) -> int:
    """Copy the rows of a table in their order, some at a time; the database numbers them anew."""
    names = [column.name for column in table.columns if column.name != _GEOMETRY and not _is_counted(column)]
    has_geometry = _GEOMETRY in table.columns
    count = _count(out, table)
    with inserting(into, table.name, count, has_geometry=has_geometry) as insert:
        for rows, shapes in _portions(out, table, names):
            insert(names, rows, shapes)
    return count


def _portions(connection: Connection, table: sa.Table, names: list[str]) -> Iterator[tuple[list[Any], Any]]:
    has_geometry = _GEOMETRY in table.columns
    listed = [_asked(connection, table.columns[name]) for name in names]
    if has_geometry:
        listed.append(f'"{_GEOMETRY}"' if is_gpkg(connection) else f'ST_AsBinary("{_GEOMETRY}")')
    order = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
    query = f'SELECT {", ".join(listed)} FROM "{table.name}" ORDER BY {order}'
    flags = [at for at, name in enumerate(names) if isinstance(table.columns[name].type, sa.Boolean)]
    for part in in_portions(connection, query).partitions():
        rows = [list(row) for row in part]
        shapes = read_shapes(connection, [row.pop() for row in rows]) if has_geometry else None
        for at in flags:  # SQLite has 0 and 1
            for row in rows:
                row[at] = None if row[at] is None else bool(row[at])
        yield rows, shapes


def _is_counted(column: sa.Column[Any]) -> bool:
    """Tell whether a column only counts rows; revisions and runs have numbers that mean something."""
    return bool(column.primary_key and column.autoincrement is True)


def _asked(connection: Connection, column: sa.Column[Any]) -> str:
    """Ask for a column; for days as text, which both databases take."""
    if isinstance(column.type, sa.Date) and not is_gpkg(connection):
        return f"to_char(\"{column.name}\", 'YYYY-MM-DD')"
    return f'"{column.name}"'


def _copy_snapshots(out: Connection, source: Path, target: Path) -> int:
    """Copy the files that the store names; they are never changed, so one that is there is left."""
    names = sorted({row[0] for row in out.execute(sa.text("SELECT path FROM snapshots"))})
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name in names:
            if not (target / name).exists():
                shutil.copyfile(source / name, target / f"{name}.unfinished")
                (target / f"{name}.unfinished").rename(target / name)
    except OSError as problem:
        message = f"{target}: the snapshots cannot be copied: {problem.strerror}. The store there is empty still."
        raise StoreError(message) from None
    return len(names)


def _count(connection: Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.text(f'SELECT count(*) FROM "{table.name}"')).scalar() or 0)


def _refuse_difference(out: Connection, into: Connection, table: sa.Table) -> None:
    if _count(out, table) != _count(into, table):
        message = f"The copy has {_count(into, table)} rows in {table.name}, and the store {_count(out, table)}."
        raise StoreError(message)
