"""Migrations: the tables are the declared ones, older stores come up, newer ones are refused."""

import shutil
from pathlib import Path

import alembic.autogenerate
import pytest
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from geoalchemy2 import alembic_helpers

import geoenforce.store.upgrades as upgrades
from geoenforce.core.errors import StoreError
from geoenforce.core.tables import VIOLATIONS
from geoenforce.store.audit import verify
from geoenforce.store.engine import open_store
from geoenforce.store.revisions import revision
from geoenforce.store.schema import metadata
from geoenforce.store.tables import load, save
from geoenforce.store.upgrades import check_ready, make_ready, newest_version, upgrade
from tests.store.frames import patches, same

SECOND = '''
"""A second version, for the test."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{newest}"


def upgrade():
    op.add_column("violations", sa.Column("lawyer", sa.Text))
    op.create_table("lawyers", sa.Column("name", sa.Text))
    {then}
'''


@pytest.fixture
def scripts(tmp_path):
    """A function that copies the migrations and adds a second version."""

    def copy(then=""):
        folder = tmp_path / "migrations"
        shutil.copytree(Path(upgrades.__file__).parent / "migrations", folder, dirs_exist_ok=True)
        (folder / "versions" / "9999_lawyers.py").write_text(
            SECOND.format(then=then, newest=newest_version()), encoding="utf-8"
        )
        return folder

    return copy


def test_after_migrating_the_tables_are_the_declared_ones(store):
    def is_ours(thing, name, kind, reflected, compared):
        is_index = kind == "table" and name.startswith(("rtree_", "gpkg_", "sqlite_"))
        return not is_index and alembic_helpers.include_object(thing, name, kind, reflected, compared)

    with store.reading() as connection:
        options = {"include_object": is_ours, "compare_type": True, "compare_server_default": True}
        differences = alembic.autogenerate.compare_metadata(
            MigrationContext.configure(connection, opts=options), metadata()
        )

    assert [difference for difference in differences if not is_spatial_index(difference)] == []


def is_spatial_index(difference):
    """GeoAlchemy2 makes these beside the table, and the declaration does not list them."""
    kind, thing = difference[0], difference[1]
    return kind in ("add_index", "remove_index") and thing.name.startswith("idx_")


def test_an_older_store_is_refused_until_it_is_upgraded_and_then_holds_the_same(store, scripts):
    frame, folder = patches(5), scripts()
    with revision(store, "ingest", {}) as made:
        save(made.connection, VIOLATIONS, frame, revision=made.number)

    for action in (make_ready, check_ready):
        with pytest.raises(
            StoreError, match=rf"older geoenforce \({newest_version()}, now 9999\).*'geoenforce store upgrade'"
        ):
            action(store, folder)

    upgrade(store, folder)
    check_ready(store, folder)
    with store.reading() as connection:
        same(load(connection, VIOLATIONS, with_personal_data=True), frame)
        assert "lawyers" in sa.inspect(connection).get_table_names()
    assert verify(store) == []


def test_a_newer_store_is_refused(store, scripts):
    upgrade(store, scripts())

    for action in (make_ready, check_ready):
        with pytest.raises(StoreError, match=r"was written by a newer geoenforce \(tables 9999\). Update geoenforce."):
            action(store)


def test_an_upgrade_that_fails_half_way_leaves_the_store_as_it_was(store, scripts):
    folder = scripts(then="op.execute('SELECT * FROM nowhere')")

    with pytest.raises(StoreError):
        upgrade(store, folder)

    check_ready(store)
    with store.reading() as connection:
        assert "lawyers" not in sa.inspect(connection).get_table_names()
        assert "lawyer" not in [column["name"] for column in sa.inspect(connection).get_columns("violations")]


def test_a_first_version_that_fails_leaves_nothing(empty_url, scripts):
    with open_store(empty_url) as store:
        with pytest.raises(StoreError):
            make_ready(store, scripts(then="op.execute('SELECT * FROM nowhere')"))

        with store.reading() as connection:
            assert "revisions" not in sa.inspect(connection).get_table_names()
        make_ready(store)
        check_ready(store)
    assert newest_version() == "0003"
