"""All or nothing: processes that are killed, that meet, and disks that are full."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
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
KILLS, ROWS = 20, 1000


class Writer:
    """A process that writes when it is told to."""

    def __init__(self, url, rows=ROWS, seed=2, *held):
        arguments = map(str, (url, rows, seed, *held))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.ingest", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        self.said = []
        self.says("ready")

    def says(self, word):
        """Wait until it has said a word; return what follows it. Of two processes, either may speak first."""
        while word not in (said := dict(self.said)):
            line = self.process.stdout.readline()
            assert line, f"it ended and never said {word}: {self.said}"
            self.said.append(line.strip().partition(" ")[::2])
        return said[word]

    def go(self):
        """Let it write, and return the number of the process that does."""
        self.said.clear()
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return int(self.says("child"))

    def stop(self):
        self.process.communicate()


@pytest.fixture
def let_go(tmp_path):
    """The file for which writers wait that hold the store."""
    return tmp_path / "let go"


@pytest.fixture
def writer(let_go):
    writers = []

    def start(*arguments):
        writers.append(Writer(*arguments))
        return writers[-1]

    yield start
    let_go.touch()
    for one in writers:
        one.stop()


def state(store):
    """How many revisions there are, and what holds."""
    with store.reading() as connection:
        count = connection.execute(sa.text("SELECT count(*) FROM revisions")).scalar()
        return count, load(connection, VIOLATIONS, with_personal_data=True)


def test_a_killed_ingest_leaves_all_or_nothing(store, url, writer):
    before, after = patches(ROWS, seed=1), patches(ROWS, seed=2)

    def begin_again():
        with revision(store, "ingest", {}) as made:
            save(made.connection, VIOLATIONS, before, revision=made.number)

    begin_again()
    ingest = writer(url)
    started = time.perf_counter()
    ingest.go()
    assert ingest.says("ended") == "0"
    whole_s = time.perf_counter() - started
    begin_again()
    done, outcomes, random = state(store)[0], [], np.random.default_rng(5)
    while sum(was_killed for was_killed, _ in outcomes) < KILLS:
        child = ingest.go()
        time.sleep(random.uniform(0, whole_s))
        with suppress(ProcessLookupError):  # it may have come to its end
            os.kill(child, signal.SIGKILL)
        was_killed = ingest.says("ended") == "-9"
        whole_s *= 1.02 if was_killed else 0.8  # the machine may be busier now than it was, or less so
        with store.writing():
            pass  # a server may still be at what the killed process told it to do
        count, held = state(store)
        outcomes.append((was_killed, count - done))
        same(held, after if count > done else before)
        if count > done:
            begin_again()
            count += 1
        done = count
    assert set(outcomes) <= {(True, 0), (True, 1), (False, 1)}
    assert (True, 0) in outcomes
    assert verify(store) == []
    if store.is_gpkg:
        with store.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_of_two_writers_the_second_waits_and_nothing_is_lost(store, url, writer, let_go):
    first, second = writer(url, 40, 1, let_go), writer(url, 50, 2)
    first.go()
    first.says("begins")
    second.go()
    second.says("asks")
    time.sleep(0.3)  # time enough to begin, if it did not wait
    let_go.touch()

    assert (first.says("ended"), second.says("ended")) == ("0", "0")
    assert float(first.says("leaves")) < float(second.says("begins"))
    count, held = state(store)
    assert count == 2
    same(held, patches(50, seed=2))
    with store.reading() as connection:
        same(load(connection, VIOLATIONS, as_of=1, with_personal_data=True), patches(40, seed=1))
    assert verify(store) == []


def test_a_writer_that_will_not_wait_is_told_so(store, url, writer, let_go):
    first = writer(url, 40, 1, let_go)
    first.go()
    first.says("begins")

    with (
        pytest.raises(StoreError, match=r"another program is writing into it\. Wait until it has finished"),
        revision(store, "ingest", {}, wait_s=0.2),
    ):
        pass

    let_go.touch()
    assert first.says("ended") == "0"
    assert state(store)[0] == 1


def test_an_error_within_a_revision_leaves_nothing_of_it(store):
    with pytest.raises(KeyError), revision(store, "ingest", {}) as made:  # noqa: PT012
        save(made.connection, VIOLATIONS, patches(2500), revision=made.number)
        made.detail["what is not there"].strip()

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
