"""Ctrl-C ends a command with one line and exit status 130, and what was begun is gone."""

import os
import subprocess
import sys

import pytest

from geoenforce import demo as county_files
from geoenforce.__main__ import main
from geoenforce.demo import write_files

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process on Windows is sent no SIGINT")
LINE = "Stopped by Ctrl-C (已按 Ctrl-C 中断): nothing was half written; run the command again (请重新运行)."
# The process sends itself the signal when its work has half been done: from outside, it might be over by then.
PROGRAM = """
import os, signal
from geoenforce.__main__ import main
from geoenforce.pipeline import prepared

write = prepared.write_snapshot

def write_half(parts, folder, **options):
    def half():
        for part in parts:
            assert folder.is_dir()
            yield part
            os.kill(os.getpid(), signal.SIGINT)
    return write(half(), folder, **options)

prepared.write_snapshot = write_half
main()
"""


def test_a_layer_that_was_being_prepared_is_gone_and_the_one_before_stays(demo_folder, tmp_path):
    place = tmp_path / "dltb.prepared"
    place.write_text("the one before", encoding="utf-8")
    words = ("prepare", demo_folder / "parcels" / "DLTB.gdb", "--kind", "cultivated", "-o", place)
    surroundings = {**os.environ, "PYTHONIOENCODING": "utf-8"}

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], capture_output=True, encoding="utf-8", env=surroundings, check=False
    )

    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", LINE)
    assert [path.name for path in tmp_path.iterdir()] == [place.name]
    assert place.read_text(encoding="utf-8") == "the one before"


def test_it_is_told_in_one_line_even_while_the_program_is_still_loading(monkeypatch, capsys):
    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr("geoenforce.cli.main", interrupt)
    with pytest.raises(SystemExit) as end:
        main()

    assert (end.value.code, capsys.readouterr().err.strip()) == (130, LINE)


def test_a_demo_county_that_was_interrupted_leaves_nothing(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    def some_files(_, folder):
        (folder / "boundaries").mkdir()
        (folder / "boundaries" / "townships.shp").write_bytes(b"half")

    monkeypatch.setattr(county_files, "_write_all", lambda county, folder: (some_files(county, folder), interrupt()))
    with pytest.raises(KeyboardInterrupt):
        write_files(None, tmp_path / "demo")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("is_there", [True, False])
def test_a_demo_county_is_put_in_its_place_whole(tmp_path, monkeypatch, is_there):
    def everything(_, folder):
        (folder / "geoenforce.toml").write_text("new", encoding="utf-8")
        return folder / "geoenforce.toml"

    monkeypatch.setattr(county_files, "_write_all", everything)
    if is_there:
        (tmp_path / "demo" / "out").mkdir(parents=True)
        (tmp_path / "demo" / "geoenforce.toml").write_text("old", encoding="utf-8")

    config = write_files(None, tmp_path / "demo")

    assert config == tmp_path / "demo" / "geoenforce.toml"
    assert config.read_text(encoding="utf-8") == "new"
    assert sorted(path.name for path in tmp_path.rglob("*")) == sorted(["demo", "geoenforce.toml", *["out"] * is_there])
