"""All or nothing: processes that are killed, that meet, and disks that are full."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from geoenforce.core.errors import StoreError
from geoenforce.core.tables import VIOLATIONS
from geoenforce.store.audit import verify
from geoenforce.store.engine import open_store
from geoenforce.store.revisions import revision
from geoenforce.store.tables import load, save
from tests.store.frames import patches, same

ROOT = Path(__file__).parents[2]
KILLS, ROWS = 24, 3000


def ingest(url, rows=ROWS, seed=2, *more):
    """Start a process that is ready to write, and waits for a line before it does."""
    command = [sys.executable, "-m", "tests.store.ingest", url, rows, seed, *more]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )
    assert process.stdout.readline() == "ready\n"
    return process


def go(process):
    process.stdin.write("\n")
    process.stdin.flush()
    return time.perf_counter()


def state(store):
    """How many revisions there are, and what holds."""
    with store.reading() as connection:
        count = connection.execute(sa.text("SELECT count(*) FROM revisions")).scalar()
        return count, load(connection, VIOLATIONS, with_personal_data=True)


def test_a_killed_ingest_leaves_all_or_nothing(store, url):
    before, after = patches(ROWS, seed=1), patches(ROWS, seed=2)
    with revision(store, "ingest", {}) as made:
        save(made.connection, VIOLATIONS, before, revision=made.number)
    trial = ingest(url)
    started = go(trial)
    trial.wait()
    whole_s = time.perf_counter() - started
    with revision(store, "ingest", {}) as made:
        save(made.connection, VIOLATIONS, before, revision=made.number)
    done, outcomes = 3, []
    for delay_s in np.random.default_rng(5).uniform(0, whole_s * 1.1, KILLS):
        process = ingest(url)
        go(process)
        time.sleep(delay_s)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        count, held = state(store)
        outcomes.append(count - done)
        assert outcomes[-1] in (0, 1)
        same(held, after if outcomes[-1] else before)
        if outcomes[-1]:
            assert verify(store) == []
            with revision(store, "ingest", {}) as made:
                save(made.connection, VIOLATIONS, before, revision=made.number)
            count += 1
        done = count
    assert 0 in outcomes
    assert verify(store) == []
    if store.is_gpkg:
        with store.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_of_two_writers_the_second_waits_and_nothing_is_lost(store, url):
    first, second = ingest(url, 40, 1, 30, 1.5), ingest(url, 50, 2, 30)
    go(first)
    assert first.stdout.readline() == "writing\n"
    started = go(second)

    assert second.stdout.readline() == "writing\n"
    assert time.perf_counter() - started > 1
    assert first.communicate()[0] == "done\n"
    assert second.communicate()[0] == "done\n"

    count, held = state(store)
    assert count == 2
    same(held, patches(50, seed=2))
    with store.reading() as connection:
        same(load(connection, VIOLATIONS, as_of=1, with_personal_data=True), patches(40, seed=1))
    assert verify(store) == []


def test_a_writer_that_will_not_wait_is_told_so(store, url):
    first = ingest(url, 40, 1, 30, 2)
    go(first)
    assert first.stdout.readline() == "writing\n"

    with (
        pytest.raises(StoreError, match=r"another program is writing into it\. Wait until it has finished"),
        revision(store, "ingest", {}, wait_s=0.2),
    ):
        pass

    assert first.communicate()[0] == "done\n"
    assert state(store)[0] == 1


def test_an_error_within_a_revision_leaves_nothing_of_it(store):
    with pytest.raises(ZeroDivisionError), revision(store, "ingest", {}) as made:  # noqa: PT012
        save(made.connection, VIOLATIONS, patches(2500), revision=made.number)
        1 / 0

    assert state(store)[0] == 0
    assert state(store)[1].empty
    with revision(store, "ingest", {}) as made:
        save(made.connection, VIOLATIONS, patches(2500), revision=made.number)
    assert verify(store) == []


@pytest.fixture
def small_disk(tmp_path):
    """A folder with room for some megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.getuid() or not shutil.which("mount"):
        pytest.skip("a small disk can be mounted by root only")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def refuse_to_fill(store):
    before = patches(40, seed=1)
    with revision(store, "ingest", {}) as made:
        save(made.connection, VIOLATIONS, before, revision=made.number)

    with (
        pytest.raises(StoreError, match=r"the disk is full\. The store is as it was before; make room, and try again"),
        revision(store, "ingest", {}) as made,
    ):
        save(made.connection, VIOLATIONS, patches(20_000, seed=2), revision=made.number)

    assert verify(store) == []
    count, held = state(store)
    assert count == 1
    same(held, before)
    with revision(store, "ingest", {}) as made:
        save(made.connection, VIOLATIONS, before.iloc[:20], revision=made.number)
    assert verify(store) == []


def test_a_full_disk_is_said_and_leaves_the_store_as_it_was(small_disk, gpkg_template):
    path = shutil.copy(gpkg_template, small_disk / "store.gpkg")

    refuse_to_fill(open_store(f"gpkg:///{path}"))


def test_a_file_that_may_not_grow_is_said_and_stays_as_it_was(gpkg_template, tmp_path):
    """The same without root: SQLite is told how many pages there may be."""
    path = shutil.copy(gpkg_template, tmp_path / "store.gpkg")
    store = open_store(f"gpkg:///{path}")
    pages = path.stat().st_size // 4096 + 200
    sa.event.listen(store.engine, "connect", lambda driver, _: driver.execute(f"PRAGMA max_page_count = {pages}"))

    refuse_to_fill(store)
