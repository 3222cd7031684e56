"""A copy is the whole store: its past, its persons, its chain; between both databases."""

import shutil

import pandas as pd
import pytest
import sqlalchemy as sa

from geoenforce.core.errors import StoreError
from geoenforce.core.tables import VIOLATIONS
from geoenforce.store.audit import verify
from geoenforce.store.copying import contents, copy_store
from geoenforce.store.deliveries import Delivery, ingest
from geoenforce.store.engine import open_store
from geoenforce.store.revisions import revision
from geoenforce.store.snapshots import snapshots
from geoenforce.store.tables import load, save
from tests.store.frames import patches, same
from tests.store.test_deliveries import land


@pytest.fixture
def filled(store):
    """A store with two versions of its violations and a snapshot."""
    layer = Delivery("cultivated", "dltb.gdb", "c3", {}, {"read": 2}, land("0101", "0301"))
    ingest(store, [Delivery("violations", "tb.shp", "a1", {}, {}, patches(30)), layer])
    changed = patches(25).assign(status="dismissed")
    ingest(store, [Delivery("violations", "tb.shp", "b2", {}, {}, changed), layer])
    return store


@pytest.fixture(params=["gpkg", "postgis"])
def target(request, tmp_path):
    """An empty store on either database."""
    is_file = request.param == "gpkg"
    url = f"gpkg:///{tmp_path / 'copy.gpkg'}" if is_file else request.getfixturevalue("new_database")()
    with open_store(url, tmp_path / "copied") as made:
        yield made


def chain(store):
    with store.reading() as connection:
        return connection.execute(sa.text("SELECT revision, kind, sha256 FROM revisions ORDER BY revision")).fetchall()


def test_a_copy_holds_everything_the_past_and_the_persons_included(filled, target):
    before = contents(filled)

    copied = copy_store(filled, target)

    assert copied.rows == contents(filled) == before | {"revisions": before["revisions"] + 1}
    assert chain(filled)[-1][1] == "export"  # that it was taken out is on record in both
    assert (copied.snapshots, copied.sha256) == (1, chain(filled)[-1][2])
    assert chain(target)[:-1] == chain(filled)
    assert chain(target)[-1][1] == "copy"
    assert verify(target) == []
    for as_of in (None, 1):
        frames = []
        for one in (target, filled):
            with one.reading() as connection:
                frames.append(load(connection, VIOLATIONS, as_of=as_of, with_personal_data=True))
        same(*frames)
    assert frames[0]["party"].notna().any()
    with target.reading() as connection:
        (path,) = snapshots(connection)["path"]
    assert (target.folder / path).read_bytes() == (filled.folder / path).read_bytes()


def test_a_copy_can_be_written_on(filled, target):
    copy_store(filled, target)

    with revision(target, "ingest", {}) as made:
        save(made.connection, VIOLATIONS, patches(40), revision=made.number, source="tb.shp")

    assert verify(target) == []
    with target.reading() as connection:
        assert len(load(connection, VIOLATIONS)) == 40
        box = tuple(patches(40).geometry.iloc[39].bounds)
        assert "V39" in load(connection, VIOLATIONS, box=box).index  # the spatial index goes on as well


def test_a_store_that_holds_something_is_no_target(filled, target):
    copy_store(filled, target)
    before = contents(target), contents(filled)

    with pytest.raises(StoreError, match="is not empty"):
        copy_store(filled, target)

    assert (contents(target), contents(filled)) == before


def test_a_store_that_was_altered_is_not_copied(filled, target):
    with filled.writing() as connection:
        connection.execute(sa.text("UPDATE violations SET status = 'lawful' WHERE row_key = 'V3'"))

    with pytest.raises(StoreError, match=r"is not in order, so it is not copied.*violations"):
        copy_store(filled, target)

    assert sum(contents(target).values()) == 0


def test_a_missing_snapshot_stops_the_copy_and_leaves_the_target_empty(filled, target):
    shutil.rmtree(filled.folder)

    with pytest.raises(StoreError, match="snapshot"):
        copy_store(filled, target)

    assert sum(contents(target).values()) == 0


def test_an_empty_store_can_be_copied(store, target):
    assert pd.Series(copy_store(store, target).rows).drop("revisions").sum() == 0
    assert pd.Series(contents(target)).drop("revisions").sum() == 0
