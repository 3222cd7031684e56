"""Open a store by its URL: a GeoPackage file, or a PostGIS database."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from geoalchemy2.admin.dialects import geopackage  # noqa: F401  registers gpkg://
from sqlalchemy.engine import URL, Connection, Engine, make_url

from geoenforce.core.errors import StoreError
from geoenforce.store.gpkg import add_functions, make_base_tables

#: How long a writer waits for another before it gives up, in seconds.
WAIT_S = 30

_LOCK = 7_245_113  # any number, the same for every geoenforce that writes into one PostGIS


@dataclass(frozen=True)
class Store:
    """An open store; `folder` is where its snapshots lie."""

    engine: Engine
    folder: Path

    @property
    def is_gpkg(self) -> bool:
        """Say whether it is a GeoPackage (else it is PostGIS)."""
        return self.engine.dialect.name == "geopackage"

    @property
    def name(self) -> str:
        """Return its URL without the password."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection that sees one state of the store throughout."""
        with self._told(), self.engine.begin() as connection:
            connection.exec_driver_sql("BEGIN" if self.is_gpkg else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self, wait_s: float = WAIT_S) -> Iterator[Connection]:
        """Lend a connection for one transaction; other writers wait, and nothing is kept of one that fails."""
        with self._told(), self.engine.begin() as connection:
            _lock(connection, is_gpkg=self.is_gpkg, wait_s=wait_s)
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what a database driver says into one line, without the password."""
        try:
            yield
        except sa.exc.DBAPIError as problem:
            message = f"{self.name}: {_plainly(problem)}"
            raise StoreError(message) from None


def open_store(url: str, folder: Path | None = None) -> Store:
    """
    Open a store; a GeoPackage that does not exist yet is made.

    Parameters
    ----------
    url
        ``gpkg:///path/to/store.gpkg``, or ``postgresql+psycopg://user:password@host/database``.
    folder
        Where snapshots lie; by default beside the GeoPackage, and needed for PostGIS.

    Raises
    ------
    StoreError
        If the URL is none, the file or database cannot be opened, or PostGIS is missing from it.

    Examples
    --------
    >>> open_store("mysql://x")
    Traceback (most recent call last):
    geoenforce.core.errors.StoreError: mysql://x: a store is gpkg:///path/to/store.gpkg or
    postgresql+psycopg://user:password@host/database.
    """
    parsed = _parsed(url)
    if parsed.drivername == "gpkg":
        path = Path(parsed.database or "store.gpkg")
        engine = sa.create_engine(parsed, connect_args={"timeout": WAIT_S})
        sa.event.listen(engine, "connect", _prepare_gpkg)
        home = folder or path.with_suffix("").with_name(f"{path.stem}_snapshots")
    else:
        engine = sa.create_engine(parsed, connect_args={"connect_timeout": WAIT_S})
        home = folder or Path("snapshots")
    return Store(engine, home)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in ("gpkg", "postgresql+psycopg"):
        shown = url if parsed is None or parsed.password is None else parsed.render_as_string(hide_password=True)
        message = f"{shown}: a store is gpkg:///path/to/store.gpkg or postgresql+psycopg://user:password@host/database."
        raise StoreError(message)
    return parsed


def _prepare_gpkg(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say, also those that make tables
    add_functions(connection)
    make_base_tables(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _lock(connection: Connection, *, is_gpkg: bool, wait_s: float) -> None:
    """Take the one place for writers before anything is read, so that what is read stays true."""
    if is_gpkg:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(wait_s * 1000)}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(wait_s * 1000)}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _plainly(problem: sa.exc.DBAPIError) -> str:
    said = str(problem.orig).strip().splitlines()[0] if problem.orig else type(problem).__name__
    hints = {
        "locked": "another program is writing into it. Wait until it has finished, and try again.",
        "lock timeout": "another program is writing into it. Wait until it has finished, and try again.",
        "full": "the disk is full. The store is as it was before; make room, and try again.",
        "unable to open": "the file cannot be opened. Is the folder there, and may you write into it?",
        "not a database": "the file is not a GeoPackage.",
        "readonly": "the file may not be written.",
    }
    return next((hint for word, hint in hints.items() if word in said.lower()), said)
