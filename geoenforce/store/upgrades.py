"""Bring a store's tables to the version that this geoenforce works with."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from geoalchemy2 import alembic_helpers  # noqa: F401  tells Alembic of GeoPackage
from sqlalchemy.engine import Connection

from geoenforce.core.errors import StoreError
from geoenforce.store.bulk import driver_connection
from geoenforce.store.engine import Store
from geoenforce.store.gpkg import list_tables, make_base_tables
from geoenforce.store.schema import metadata

_SCRIPTS = Path(__file__).parent / "migrations"


def make_ready(store: Store, scripts: Path = _SCRIPTS) -> None:
    """
    Make an empty store's file and tables, for one who will write; refuse a store of another version.

    Parameters
    ----------
    store
        The store.
    scripts
        The migrations; another folder only in tests.

    Raises
    ------
    StoreError
        If the store is older (the message names the command that brings it up) or newer than this geoenforce, or
        the file or database cannot be made one.

    Examples
    --------
    >>> make_ready(open_store("gpkg:///store.gpkg"))  # doctest: +SKIP
    """
    if store.path is not None and not store.path.exists():
        _make_file(store, store.path)
    if _version(store) is None:
        upgrade(store, scripts)
    check_ready(store, scripts)


def check_ready(store: Store, scripts: Path = _SCRIPTS) -> None:
    """
    Refuse a store that is not there, or of another version, for one who will read; nothing is made.

    Raises
    ------
    StoreError
        If there is no store yet (the message names the command that makes one), or it is of another version.

    Examples
    --------
    >>> from geoenforce.store.engine import open_store
    >>> check_ready(open_store("gpkg:///nowhere.gpkg"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    geoenforce.core.errors.StoreError: ...nowhere.gpkg: there is no store yet. Run 'geoenforce run' to make one.
    """
    version, newest = _version(store), newest_version(scripts)
    if version == newest:
        return
    if version is None:
        message = f"{store.name}: there is no store in it yet. Run 'geoenforce run' to make one."
    elif version in {script.revision for script in ScriptDirectory(str(scripts)).walk_revisions()}:
        message = (
            f"{store.name}: has the tables of an older geoenforce ({version}, now {newest}). Make a copy of it, then "
            "bring it up with 'geoenforce store upgrade'."
        )
    else:
        message = f"{store.name}: was written by a newer geoenforce (tables {version}). Update geoenforce."
    raise StoreError(message)


def upgrade(store: Store, scripts: Path = _SCRIPTS) -> None:
    """
    Bring the tables to the newest version, all steps or none.

    Raises
    ------
    StoreError
        If the file holds something else than a store, PostGIS is missing, or the user may not make tables.

    Examples
    --------
    >>> upgrade(open_store("gpkg:///store.gpkg"))  # doctest: +SKIP
    """
    with store.writing() as connection:
        if version_of(connection) == newest_version(scripts):
            return  # another process was quicker
        if store.is_gpkg:
            _begin_gpkg(store, connection)
        else:
            _begin_postgis(store, connection)
        config = Config()
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if store.is_gpkg:
            list_tables(driver_connection(connection), list(metadata().tables))


def version_of(connection: Connection) -> str | None:
    """
    Return the version of a store's tables; None if it has none.

    Examples
    --------
    >>> version_of(connection)  # doctest: +SKIP
    '0001'
    """
    return MigrationContext.configure(connection).get_current_revision()


def newest_version(scripts: Path = _SCRIPTS) -> str:
    """
    Return the version that this geoenforce works with.

    Examples
    --------
    >>> newest_version() >= "0001"
    True
    """
    return str(ScriptDirectory(str(scripts)).get_current_head())


def _version(store: Store) -> str | None:
    with store.reading() as connection:
        return version_of(connection)


def _make_file(store: Store, path: Path) -> None:
    """Make an empty file, which becomes a store in one transaction; another process may have been quicker."""
    try:
        path.touch()
    except OSError:
        message = f"{store.name}: the file cannot be made. Is the folder there, and may you write into it?"
        raise StoreError(message) from None


def _begin_gpkg(store: Store, connection: Connection) -> None:
    """Make an empty file a GeoPackage; refuse one that holds something else."""
    there = set(sa.inspect(connection).get_table_names())
    if not there:
        make_base_tables(driver_connection(connection))
    elif "alembic_version" not in there:
        message = f"{store.name}: the file holds other tables ({sorted(there)[0]} …). Give the store a file of its own."
        raise StoreError(message)


def _begin_postgis(store: Store, connection: Connection) -> None:
    """Make sure that the database has PostGIS."""
    if connection.execute(sa.text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")).scalar():
        return
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION postgis"))
    except sa.exc.DBAPIError:
        message = (
            f"{store.name}: PostGIS is missing from the database. Have its administrator install PostGIS on the "
            "server and run CREATE EXTENSION postgis in this database."
        )
        raise StoreError(message) from None
