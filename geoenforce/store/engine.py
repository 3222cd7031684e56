"""Open a store by its URL: a GeoPackage file, or a PostGIS database."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa
from geoalchemy2.admin.dialects import geopackage  # noqa: F401  registers gpkg://
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import NullPool

from geoenforce.core.errors import ReadOnlyStoreError, StoreError
from geoenforce.store.gpkg import add_functions
from geoenforce.store.messages import driver_errors, forbids_writing, plainly

#: How long a writer waits for another before it gives up, in seconds.
WAIT_S = 30

_CONNECT_S = 10
#: How long a connection to PostGIS is kept for the next question: the first one of a connection takes 20 ms instead of
#: 4, since the server's new process has to load PostGIS. One from before hours of computing may be cut off by then.
_KEPT_OPEN_S = 60
_LOCK = 7_245_113  # any number, the same for every geoenforce that writes into one PostGIS
_CACHE_KB = 64_000
_FORMS = "gpkg:///path/to/store.gpkg or postgresql+psycopg://user:password@host/database"


@dataclass(frozen=True)
class Store:
    """A store; `folder` is where its snapshots lie, `path` its file if it is a GeoPackage."""

    engine: Engine
    folder: Path
    path: Path | None = None

    def __enter__(self) -> Self:
        """Begin a ``with`` block, at whose end nothing is held open any more."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @property
    def is_gpkg(self) -> bool:
        """Say whether it is a GeoPackage (else it is PostGIS)."""
        return self.path is not None

    @property
    def name(self) -> str:
        """Return its URL without the password."""
        return _shown(self.engine.url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection that sees one state of the store throughout; nothing is made or changed."""
        with self.told(), self.engine.connect() as connection, connection.begin():
            if self.is_gpkg:
                connection.exec_driver_sql("BEGIN")
            else:
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield connection

    @contextmanager
    def writing(self, wait_s: float = WAIT_S) -> Iterator[Connection]:
        """Lend a connection for one transaction; other writers wait, and nothing is kept of one that fails."""
        with self.told(), self.engine.connect() as connection, connection.begin():
            _lock(connection, is_gpkg=self.is_gpkg, wait_ms=max(1, round(wait_s * 1000)))
            yield connection

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turn what a database driver says into one line, without the password."""
        try:
            yield
        except driver_errors() as problem:
            message = f"{self.name}: {plainly(problem)}"
            raise (ReadOnlyStoreError if forbids_writing(problem) else StoreError)(message) from None


def open_store(url: str, folder: Path | None = None) -> Store:
    """
    Name a store. Nothing is opened yet: `geoenforce.store.upgrades` makes it ready to be written or read.

    Parameters
    ----------
    url
        ``gpkg:///path/to/store.gpkg``, or ``postgresql+psycopg://user:password@host/database``.
    folder
        Where snapshots lie; by default beside the GeoPackage, and ``snapshots`` for PostGIS.

    Raises
    ------
    StoreError
        If the URL is none, or psycopg is needed and not installed.

    Examples
    --------
    >>> open_store("mysql://x")
    Traceback (most recent call last):
    geoenforce.core.errors.StoreError: mysql://x: a store is gpkg:///path/to/store.gpkg or
    postgresql+psycopg://user:password@host/database.
    """
    parsed = _parsed(url)
    if parsed.drivername == "gpkg":
        path = Path(parsed.database or "store.gpkg").absolute()
        engine = sa.create_engine(parsed, creator=lambda: _open_gpkg(path), poolclass=NullPool)
        return Store(engine, folder or path.with_name(f"{path.stem}_snapshots"), path)
    try:
        engine = sa.create_engine(
            parsed,
            connect_args={"connect_timeout": _CONNECT_S},
            pool_pre_ping=True,
            pool_recycle=_KEPT_OPEN_S,
        )
    except ModuleNotFoundError:
        message = f"{_shown(parsed)}: PostGIS needs psycopg: python -m pip install 'geoenforce[postgis]'."
        raise StoreError(message) from None
    return Store(engine, folder or Path("snapshots"))


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        message = f"{_without_secrets(url)}: a store is {_FORMS}."
        raise StoreError(message) from None
    if parsed.drivername not in ("gpkg", "postgresql+psycopg"):
        message = f"{_shown(parsed)}: a store is {_FORMS}."
        raise StoreError(message)
    if "@" in (parsed.host or ""):  # the rest of a password: it must not be shown
        message = "The store's URL has an @ within the password: write it as %40 (and : / ? # as %3A %2F %3F %23)."
        raise StoreError(message)
    return parsed


def _shown(url: URL) -> str:
    """Write a URL without its password, which may also stand among the options after the question mark."""
    return url.set(query={}).render_as_string(hide_password=True)


def _without_secrets(url: str) -> str:
    """Write what is no URL without anything that may be a password."""
    return re.sub(r"(?<=[/:]).*@", "***@", url.partition("?")[0])


def _open_gpkg(path: Path) -> sqlite3.Connection:
    """Open a file that is there; opening never makes one."""
    if not path.is_file():
        message = f"{path}: there is no store yet. Run 'geoenforce run' to make one."
        raise StoreError(message)
    uri = f"{path.as_uri()}?mode=rw"
    # transactions begin where we say, also those that make tables
    connection = sqlite3.connect(uri, uri=True, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
    try:
        add_functions(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _lock(connection: Connection, *, is_gpkg: bool, wait_ms: int) -> None:
    """Take the one place for writers before anything is read, so that what is read stays true."""
    if is_gpkg:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {wait_ms}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait_ms}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
