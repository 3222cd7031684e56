"""What a run leaves behind that was killed as it wrote its files is removed by a later one."""

import os
import signal
import subprocess
import sys
import time

from geoenforce.outputs.run_files import write_together

KILLED = (
    "import os, signal, sys; from pathlib import Path; from geoenforce.outputs.run_files import write_together; "
    "write_together({'a.txt': lambda path: path.write_text('A'), 'b.txt': lambda path: os.kill(os.getpid(), "
    "signal.SIGKILL)}, Path(sys.argv[1]), {}, lambda name: None)"
)


def write(folder):
    write_together({"a.txt": lambda path: path.write_text("B")}, folder, {}, lambda name: None)
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_run_left_is_removed_once_it_has_not_been_touched_for_an_hour(tmp_path):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    (left,) = tmp_path.iterdir()
    assert killed.returncode == -signal.SIGKILL
    assert [path.name for path in left.iterdir()] == ["a.txt"]

    os.utime(left, (time.time(),) * 2)  # a disk may have a clock of its own
    assert write(tmp_path) == [left.name, "a.txt", "run.json"]  # as far as anybody knows it is still writing

    for path in (left, left / "a.txt"):
        os.utime(path, (time.time() - 3700,) * 2)
    assert write(tmp_path) == ["a.txt", "run.json"]


def test_a_run_that_still_writes_is_left_alone(tmp_path):
    other = tmp_path / ".partial-other"
    other.mkdir()
    (other / "map.html").write_text("half of a map")
    os.utime(other / "map.html", (time.time(),) * 2)
    os.utime(other, (time.time() - 9000,) * 2)  # begun long ago, and a file was touched just now

    assert write(tmp_path) == [".partial-other", "a.txt", "run.json"]
