"""Opening: reading makes nothing, what stands in the way is said in one line, and no password is shown."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pyogrio
import pytest
import sqlalchemy as sa

from geoenforce.core.errors import StoreError
from geoenforce.core.tables import VIOLATIONS
from geoenforce.store.engine import open_store
from geoenforce.store.revisions import last_revision, revision
from geoenforce.store.schema import STORED, metadata, sql_name
from geoenforce.store.tables import load, save
from geoenforce.store.upgrades import check_ready, make_ready
from tests.store.frames import made_up, patches
from tests.store.server import PASSWORD, execute, with_database


def complaint(action, *arguments):
    """The message, which is one line and holds no password."""
    with pytest.raises(StoreError) as caught:
        action(*arguments)
    said = f"{caught.value} {caught.value!r} {[one for one in arguments if not isinstance(one, str)]!r}"
    assert PASSWORD not in said
    assert PASSWORD.replace("%", "%25") not in said
    assert "\n" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


def test_reading_makes_no_store(empty_url, tmp_path):
    for action in (check_ready, read_revisions):
        with (
            open_store(empty_url) as store,
            pytest.raises(StoreError, match=r"there is no store (yet|in it yet). Run 'geoenforce run' to make one."),
        ):
            action(store)

    assert list(tmp_path.iterdir()) == []


def read_revisions(store):
    with store.reading() as connection:
        connection.execute(sa.text("SELECT * FROM revisions"))


def test_a_store_is_made_once_and_opened_again(empty_url):
    with open_store(empty_url) as store:
        make_ready(store)
        make_ready(store)
        check_ready(store)
        with store.reading() as connection:
            assert load(connection, VIOLATIONS).empty
            with pytest.raises(StoreError, match="Nothing has been recorded in this store yet"):
                last_revision(connection)


def test_what_is_no_store_url_is_refused_without_its_password():
    for url in (
        f"mysql://officer:{PASSWORD}@host/store",
        f"postgresql://officer:{PASSWORD}@host/store",
        f"postgresql+psycopg//officer:{PASSWORD}@host/store",
        f"postgresql+psycopg://officer:{PASSWORD}@host:port/store",
        f"gpkg:/officer:{PASSWORD}@x",
    ):
        assert "a store is gpkg:///path/to/store.gpkg or" in complaint(open_store, url), url
    assert "write it as %40" in complaint(open_store, f"postgresql+psycopg://officer:x@{PASSWORD}@host/store")


def test_a_password_among_the_options_is_not_shown_either():
    store = open_store(f"postgresql+psycopg://officer@host/store?password={PASSWORD}")

    assert store.name == "postgresql+psycopg://officer@host/store"


def test_a_folder_that_is_not_there(tmp_path):
    store = open_store(f"gpkg:///{tmp_path}/nowhere/store.gpkg")

    assert "the file cannot be made. Is the folder there, and may you write into it?" in complaint(make_ready, store)


@pytest.mark.parametrize("action", [make_ready, check_ready])
def test_a_file_that_is_something_else(tmp_path, action):
    path = tmp_path / "store.gpkg"
    path.write_bytes(b"PK\x03\x04 this is a spreadsheet" * 99)

    assert complaint(action, open_store(f"gpkg:///{path}")).endswith("the file is not a GeoPackage.")


def test_a_geopackage_of_others_is_left_alone(tmp_path):
    path = tmp_path / "layers.gpkg"
    pyogrio.write_dataframe(patches(2), path, layer="violations")
    before = path.read_bytes()

    message = complaint(make_ready, open_store(f"gpkg:///{path}"))

    assert "the file holds other tables" in message
    assert "Give the store a file of its own." in message
    assert path.read_bytes() == before


def test_a_file_that_may_not_be_written(gpkg_template, tmp_path):
    """Tried as another user, since for root every file may be written."""
    folder = tmp_path / "store"
    folder.mkdir()
    path = shutil.copy(gpkg_template, folder / "store.gpkg")
    path.chmod(0o444)
    store = open_store(f"gpkg:///{path}")
    if os.getuid():
        assert "may not be written" in complaint(lambda: revision(store, "x", {}).__enter__())
        return
    uri = f"file:{path}?mode=ro"
    with (
        pytest.raises(sqlite3.OperationalError, match="readonly database") as caught,
        closing(sqlite3.connect(uri, uri=True)) as connection,
    ):
        connection.execute("CREATE TABLE t (a)")
    with pytest.raises(StoreError, match=r"the file, or the folder it is in, may not be written\."), store.told():
        raise caught.value


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"password": "wrong"}, "the user's name or the password is not right."),
        ({"username": "nobody"}, "the user's name or the password is not right."),
        ({"database": "nowhere"}, 'database "nowhere" does not exist'),
        ({"host": "127.0.0.1", "port": 1}, "the database server cannot be reached."),
        ({"host": "no.such.host.invalid"}, "the database server cannot be reached."),
    ],
)
def test_a_server_that_does_not_let_us_in(server, parts, words):
    url = with_database(server, "postgres", **{key: value for key, value in parts.items() if key != "database"})
    url = with_database(url, parts.get("database", "postgres"))

    for action in (make_ready, check_ready):
        message = complaint(action, open_store(url))
        assert words in message
        assert message.startswith("postgresql+psycopg://")


def test_a_user_who_may_not_make_tables(server, new_database):
    url = new_database()
    execute(server, "DROP ROLE IF EXISTS reader")
    execute(server, f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
    reader = with_database(url, url.rpartition("/")[2], username="reader", password=PASSWORD)

    with open_store(reader) as store:
        assert "run CREATE EXTENSION postgis in this database" in complaint(make_ready, store)
        execute(url, "CREATE EXTENSION postgis", database=url.rpartition("/")[2])
        assert "the user may not do this in the database" in complaint(make_ready, store)
    execute(server, f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")
    execute(server, f"CREATE DATABASE {url.rpartition('/')[2]} TEMPLATE template0")
    execute(server, "DROP ROLE reader")


def test_two_processes_that_make_one_store_at_once_both_get_it(empty_url):
    program = (
        "import sys; from geoenforce.store.engine import open_store; from geoenforce.store.upgrades import make_ready; "
        "store = open_store(sys.argv[1]); make_ready(store); store.engine.dispose()"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", program, empty_url], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]

    assert [process.communicate()[1] for process in processes] == ["", "", ""]
    with open_store(empty_url) as store:
        check_ready(store)


def test_other_programs_see_a_sound_geopackage(gpkg_template, tmp_path):
    path = shutil.copy(gpkg_template, tmp_path / "仓库 100%.gpkg")
    store = open_store(f"gpkg:///{path}")
    with revision(store, "ingest", {}) as made:
        for table in STORED:
            save(made.connection, table, made_up(table, 5), revision=made.number)

    layers = dict(pyogrio.list_layers(path).tolist())
    types = {"": None, "polygon": "MultiPolygon", "line": "MultiLineString"}
    for table in STORED:
        assert layers[sql_name(table)] == types[table.geometry], table.name
        info = pyogrio.read_info(path, layer=sql_name(table))
        assert info["features"] == 5
        assert info["fid_column"] == "row_id"
        expected = {column.name for column in metadata().tables[sql_name(table)].columns} - {"row_id", "geometry"}
        assert set(info["fields"]) == expected, table.name
        if table.geometry:
            assert info["crs"] == "EPSG:4490"
            assert info["geometry_name"] == "geometry"
    assert set(layers) == set(metadata().tables)

    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        extents = connection.execute(
            "SELECT table_name, min_x, min_y, max_x, max_y FROM gpkg_contents WHERE data_type = 'features'"
        ).fetchall()
    connection.close()
    assert len(extents) == 7
    for name, *extent in extents:
        assert tuple(extent) == tuple(pyogrio.read_dataframe(path, layer=name).total_bounds), name


def test_the_name_of_a_store_has_no_password():
    with open_store(f"postgresql+psycopg://officer:{PASSWORD.replace('%', '%25')}@host:5432/store") as store:
        assert store.name == "postgresql+psycopg://officer:***@host:5432/store"
        assert not re.search("kept", repr(store))
