"""Snapshots in the store: which holds when, and what the audit finds, on a GeoPackage and on PostGIS."""

import os
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa

from geoenforce.store.audit import verify
from geoenforce.store.revisions import revision
from geoenforce.store.snapshots import prune, read_snapshot, register, retire, snapshots, write_snapshot
from tests.store.land import scattered


def written(store, seed=1, kind="cultivated", on=date(2025, 1, 1), source="dltb.gdb (layer DLTB)"):
    return write_snapshot(
        [scattered(20, seed)],
        store.folder,
        kind=kind,
        effective_from=on,
        source=source,
        source_sha256=f"{seed:064d}",
    )


def registered(store, *found):
    """Register snapshots in one revision; return its number and which were new."""
    with revision(store, "snapshot", {}) as made:
        return made.number, [register(made.connection, one, revision=made.number) for one in found]


def listed(store, *arguments, **options):
    with store.reading() as connection:
        return snapshots(connection, *arguments, **options)


def test_a_snapshot_is_listed_as_it_was_written(store):
    dated, always = written(store), written(store, 2, "basic_farmland", None, "jbnt.shp")
    number, new = registered(store, dated, always)

    table = listed(store)

    assert new == [True, True]
    assert table["kind"].to_list() == ["basic_farmland", "cultivated"]
    assert table["effective_from"].to_list() == [pd.NaT, pd.Timestamp("2025-01-01")]
    assert table["effective_from"].dtype == "datetime64[s]"
    assert table["path"].to_list() == [always.path, dated.path]
    assert table["sha256"].to_list() == [always.sha256, dated.sha256]
    assert table["source_sha256"].to_list() == [f"{2:064d}", f"{1:064d}"]
    assert table["row_count"].to_list() == [20, 20]
    assert tuple(table[["west", "south", "east", "north"]].iloc[1]) == dated.bounds
    assert table["since"].to_list() == [number] * 2
    assert table["until"].isna().all()
    assert len(read_snapshot(store.folder / table["path"].iloc[0])) == 20
    assert listed(store, "cultivated")["path"].to_list() == [dated.path]


def test_a_store_without_snapshots_lists_none(store):
    table = listed(store)

    assert len(table) == 0
    assert table["effective_from"].dtype == "datetime64[s]"
    assert table["until"].dtype == "Int64"


def test_the_audit_finds_nothing_wrong_with_dates_none_and_empty_layers(store):
    empty = write_snapshot(
        [scattered(1).iloc[:0]], store.folder, kind="cultivated", effective_from=None, source="leer", source_sha256=""
    )
    registered(store, written(store), written(store, on=None, source="其他.shp"), empty)
    registered(store, written(store, seed=2))

    assert verify(store) == []
    assert listed(store)["west"].isna().sum() == 1


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'basic_farmland'",
        "effective_from = NULL",
        "effective_from = '2025-01-02'",
        "source = 'x'",
        "source_sha256 = 'x'",
        "row_count = 21",
        "bounds = ''",
    ],
)
def test_the_audit_finds_an_altered_row(store, change):
    registered(store, written(store))
    with store.writing() as connection:
        connection.execute(sa.text(f"UPDATE snapshots SET {change}"))

    problems = verify(store)

    assert len(problems) == 1
    assert problems[0].startswith("In snapshots the rows of [")


def test_the_audit_finds_an_altered_and_a_missing_file(store):
    one, other = written(store), written(store, 2, on=None)
    registered(store, one, other)
    with (store.folder / one.path).open("r+b") as file:
        file.seek(200)
        file.write(b"\x00\x01")
    (store.folder / other.path).unlink()

    assert sorted(verify(store)) == [
        f"The snapshot {one.path} was altered.",
        f"The snapshot {other.path} is missing.",
    ]


def test_registered_twice_it_is_one(store):
    snapshot = written(store)
    first, _ = registered(store, snapshot)

    _, new = registered(store, written(store))

    assert new == [False]
    assert listed(store)["since"].to_list() == [first]


def test_a_new_version_ends_the_one_before_which_can_still_be_read(store):
    old, new = written(store), written(store, 2)
    first, _ = registered(store, old)
    second, _ = registered(store, new)

    assert listed(store)["path"].to_list() == [new.path]
    before = listed(store, as_of=first)
    assert before["path"].to_list() == [old.path]
    assert before["until"].to_list() == [second]
    assert len(read_snapshot(store.folder / before["path"].iloc[0])) == 20
    assert verify(store) == []


def test_a_layer_read_again_with_other_options_is_a_new_version_though_the_file_is_the_same(store):
    old = written(store)
    new = replace(written(store, 2), source_sha256=old.source_sha256)
    registered(store, old)

    assert registered(store, new)[1] == [True]
    assert listed(store)["path"].to_list() == [new.path]


def test_another_date_another_source_and_another_kind_stand_beside_it(store):
    found = [
        written(store),
        written(store, on=date(2026, 1, 1)),
        written(store, on=None),
        written(store, source="dltb.gdb (layer DLTB2)"),
        written(store, kind="basic_farmland"),
    ]

    assert registered(store, *found)[1] == [True] * 5
    assert registered(store, *found)[1] == [False] * 5
    assert len(listed(store)) == 5


def test_what_is_delivered_no_more_is_retired_and_can_be_taken_up_again(store):
    one, other = written(store), written(store, 2, source="b.shp")
    first, _ = registered(store, one, other)
    with revision(store, "snapshot", {}) as made:
        retired = retire(made.connection, "cultivated", ["b.shp"], revision=made.number)

    assert retired == 1
    assert listed(store)["source"].to_list() == ["b.shp"]
    assert len(listed(store, as_of=first)) == 2
    assert registered(store, one)[1] == [True]
    assert len(listed(store)) == 2
    assert verify(store) == []


def test_a_revision_that_fails_registers_nothing(store):
    snapshot = written(store)

    def fail():
        with revision(store, "snapshot", {}) as made:
            register(made.connection, snapshot, revision=made.number)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert len(listed(store)) == 0
    assert registered(store, snapshot)[1] == [True]


def test_only_old_files_that_no_row_names_are_pruned(store):
    old, new, orphan, young = (written(store, seed) for seed in range(1, 5))
    registered(store, old)
    registered(store, new)
    two_days_ago = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    for snapshot in (old, new, orphan):
        os.utime(store.folder / snapshot.path, (two_days_ago, two_days_ago))
    os.utime(store.folder / young.path, (time.time(),) * 2)  # a disk may have a clock of its own
    (store.folder / "notes.txt").write_text("not ours")

    with store.writing() as connection:
        removed = prune(connection, store.folder)

    assert removed == [store.folder / orphan.path]
    assert sorted(path.name for path in store.folder.iterdir()) == sorted(
        [".lock", "notes.txt", old.path, new.path, young.path]
    )
    assert verify(store) == []
