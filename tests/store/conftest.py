"""Stores for the tests: each test runs on a GeoPackage and on a real PostGIS."""

import itertools
import os
import shutil

import pytest

from geoenforce.store.engine import open_store
from geoenforce.store.upgrades import make_ready
from tests.shared import common_folder
from tests.store.server import execute, shared_server, why_not, with_database

_number = itertools.count()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The URL of a PostgreSQL server with PostGIS; skips where there is none, and fails in CI."""
    missing = why_not()
    if missing:
        assert not os.environ.get("CI"), f"In CI the store is tested on PostGIS. {missing}"
        pytest.skip(missing)
    with shared_server(common_folder(tmp_path_factory)) as url:
        yield url


@pytest.fixture(scope="session")
def template(server):
    """A database with the store's tables, to be copied."""
    name = f"geoenforce_template_{os.getpid()}"
    execute(server, f"CREATE DATABASE {name} TEMPLATE template0")
    with open_store(with_database(server, name)) as store:
        make_ready(store)
    # who looks into a database prevents its being copied, and a busy server may be slow to see that we have left
    execute(server, f"SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = '{name}'")
    yield name
    execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def gpkg_template(tmp_path_factory):
    """A GeoPackage with the store's tables, to be copied."""
    path = tmp_path_factory.mktemp("template") / "store.gpkg"
    with open_store(f"gpkg:///{path}") as store:
        make_ready(store)
    return path


@pytest.fixture
def new_database(server):
    """A function that makes empty databases and returns their URLs."""
    made = []

    def make(template="template0"):
        made.append(f"geoenforce_{os.getpid()}_{next(_number)}")
        execute(server, f"CREATE DATABASE {made[-1]} TEMPLATE {template}")
        return with_database(server, made[-1])

    yield make
    for name in made:
        execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["gpkg", "postgis"])
def empty_url(request, tmp_path):
    """The URL of a store that is not there yet: no file, or a database without tables."""
    if request.param == "gpkg":
        return f"gpkg:///{tmp_path / 'store.gpkg'}"
    return request.getfixturevalue("new_database")()


@pytest.fixture(params=["gpkg", "postgis"])
def url(request, tmp_path):
    """The URL of a store with tables and nothing in them."""
    if request.param == "gpkg":
        path = shutil.copy(request.getfixturevalue("gpkg_template"), tmp_path / "store.gpkg")
        return f"gpkg:///{path}"
    template = request.getfixturevalue("template")
    return request.getfixturevalue("new_database")(template)


@pytest.fixture
def store(url, tmp_path):
    """A store with tables and nothing in them, on either database."""
    with open_store(url, tmp_path / "snapshots") as store:
        yield store
