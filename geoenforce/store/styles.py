"""Styles of the store's layers, in the table in which QGIS looks for them; they are no part of the records."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoenforce.store.bulk import driver_connection, is_gpkg
from geoenforce.store.engine import Store
from geoenforce.store.gpkg import list_tables

_OURS = "geoenforce"
_TABLE = "layer_styles"

#: As QGIS itself makes the table, so that people can save styles of their own beside ours.
_IN_GPKG = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')))
"""
_IN_POSTGIS = """
CREATE TABLE layer_styles (
    id SERIAL PRIMARY KEY, f_table_catalog varchar, f_table_schema varchar, f_table_name varchar,
    f_geometry_column varchar, styleName text, styleQML xml, styleSLD xml, useAsDefault boolean, description text,
    owner varchar(63) DEFAULT CURRENT_USER, ui xml, update_time timestamp DEFAULT CURRENT_TIMESTAMP)
"""
_INTO = (
    "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, "
    "useAsDefault, description) "
)
_INTO_GPKG = f"{_INTO} VALUES ('', '', :name, 'geometry', :name, :qml, :yes, '{_OURS}')"
_INTO_POSTGIS = (
    f"{_INTO} SELECT current_database(), current_schema(), one.name, 'geometry', one.name, XMLPARSE(DOCUMENT :qml), "
    f":yes, '{_OURS}' FROM (SELECT CAST(:name AS text) AS name) AS one"
)


def keep_styles(store: Store, styles: Mapping[str, str]) -> None:
    """
    Put styles where QGIS finds them when it opens a layer; nothing is written if they are there.

    A layer for which somebody saved a default style of their own keeps it.

    Parameters
    ----------
    store
        The store.
    styles
        QML by layer.

    Raises
    ------
    StoreError
        If the store cannot be written.

    Examples
    --------
    >>> keep_styles(store, {"violations": "<qgis/>"})  # doctest: +SKIP
    """
    with store.reading() as connection:
        if styles_of(connection) == styles:
            return
    with store.writing() as connection:
        write_styles(connection, styles)


def styles_of(connection: Connection) -> dict[str, str]:
    """
    Return our styles that are in a store, by layer.

    Examples
    --------
    >>> styles_of(connection)  # doctest: +SKIP
    {}
    """
    if not sa.inspect(connection).has_table(_TABLE):
        return {}
    query = f"SELECT f_table_name, CAST(styleQML AS TEXT) FROM {_TABLE} WHERE description = '{_OURS}'"
    return {row[0]: row[1] for row in connection.execute(sa.text(query))}


def write_styles(connection: Connection, styles: Mapping[str, str]) -> None:
    """
    Write styles in the place of those that we wrote before.

    Examples
    --------
    >>> write_styles(connection, {"violations": "<qgis/>"})  # doctest: +SKIP
    """
    if not sa.inspect(connection).has_table(_TABLE):
        connection.execute(sa.text(_IN_GPKG if is_gpkg(connection) else _IN_POSTGIS))
        if is_gpkg(connection):
            list_tables(driver_connection(connection), [_TABLE])
    connection.execute(sa.text(f"DELETE FROM {_TABLE} WHERE description = '{_OURS}'"))
    query = f"SELECT f_table_name FROM {_TABLE} WHERE useAsDefault"
    theirs = {row[0] for row in connection.execute(sa.text(query))}
    for name, qml in styles.items():
        values = {"name": name, "qml": qml, "yes": name not in theirs}
        connection.execute(sa.text(_INTO_GPKG if is_gpkg(connection) else _INTO_POSTGIS), values)
