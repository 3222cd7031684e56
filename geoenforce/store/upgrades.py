"""Bring a store's tables to the version that this geoenforce works with."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from geoenforce.core.errors import StoreError
from geoenforce.store.engine import Store

_SCRIPTS = Path(__file__).parent / "migrations"


def make_ready(store: Store) -> None:
    """
    Make the tables of an empty store; refuse one of another version.

    Raises
    ------
    StoreError
        If the store is older (the message names the command that brings it up) or newer than this geoenforce.

    Examples
    --------
    >>> make_ready(open_store("gpkg:///store.gpkg"))  # doctest: +SKIP
    """
    with store.reading() as connection:
        version = version_of(connection)
    if version == newest_version():
        return
    if version is None:
        upgrade(store)
        return
    known = [script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions()]
    if version not in known:
        message = f"{store.name}: was written by a newer geoenforce (tables {version}). Update geoenforce."
        raise StoreError(message)
    message = (
        f"{store.name}: has the tables of an older geoenforce ({version}, now {newest_version()}). Make a copy of it, "
        "then bring it up with 'geoenforce store upgrade'."
    )
    raise StoreError(message)


def upgrade(store: Store) -> None:
    """
    Bring the tables to the newest version, all steps or none.

    Examples
    --------
    >>> upgrade(open_store("gpkg:///store.gpkg"))  # doctest: +SKIP
    """
    with store.writing() as connection:
        if version_of(connection) == newest_version():
            return  # another process was quicker
        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def version_of(connection: Connection) -> str | None:
    """
    Return the version of a store's tables; None if it has none.

    Examples
    --------
    >>> version_of(connection)  # doctest: +SKIP
    '0001'
    """
    return MigrationContext.configure(connection).get_current_revision()


def newest_version() -> str:
    """
    Return the version that this geoenforce works with.

    Examples
    --------
    >>> newest_version() >= "0001"
    True
    """
    return str(ScriptDirectory(str(_SCRIPTS)).get_current_head())
