"""A process that stands by answers `screen` as the command itself would, at once, and only to its own user."""

import json
import os
import signal
import subprocess
import sys
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client

import pytest

from tests.test_start_up import HEAVY, loaded

COMMAND = [sys.executable, "-W", "ignore", "-m", "geoenforce"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the process notes how to ask it."""
    with pytest.MonkeyPatch.context() as patch:
        place = tmp_path_factory.mktemp("standby")
        patch.setenv("GEOENFORCE_STANDBY", str(place))
        yield place


@pytest.fixture(scope="module")
def process(folder):
    with subprocess.Popen([*COMMAND, "standby"], stdout=subprocess.PIPE, text=True, encoding="utf-8") as started:
        assert started.stdout.readline().startswith("geoenforce stands by")
        yield started
        started.send_signal(signal.SIGTERM)


def screen(demo_folder, *options, site="violations/界址点_20260312.txt", folder=None):
    farmland = "basic_farmland/YJJBNTTB_2021.shp"
    command = [*COMMAND, "screen", site, "--basic-farmland", farmland, "--cultivated", farmland, *options]
    environment = os.environ | ({"GEOENFORCE_STANDBY": str(folder)} if folder else {})
    return subprocess.run(
        command, cwd=demo_folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("options", [(), ("--json",), ("--lang", "en")])
def test_what_is_asked_is_answered_to_the_letter(process, demo_folder, tmp_path, options):
    asked, alone = screen(demo_folder, *options), screen(demo_folder, *options, folder=tmp_path)

    assert asked.returncode == alone.returncode == 0, asked.stderr
    assert (asked.stdout, asked.stderr) == (alone.stdout, alone.stderr)


def test_an_error_is_told_as_the_command_itself_tells_it(process, demo_folder, tmp_path):
    asked, alone = (screen(demo_folder, site="no_such.txt", folder=one) for one in (None, tmp_path))

    assert asked.returncode == 1
    assert asked.stderr == alone.stderr
    assert asked.stderr.startswith("no_such.txt: there is no such file")


def test_whoever_asks_loads_nothing(process, demo_folder):
    site, farmland = demo_folder / "violations/界址点_20260312.txt", demo_folder / "basic_farmland/YJJBNTTB_2021.shp"
    options = ("--basic-farmland", str(farmland), "--cultivated", str(farmland))

    assert not set(loaded("screen", str(site), *options)) & set(HEAVY)


def test_a_second_one_is_refused(process):
    done = subprocess.run([*COMMAND, "standby"], capture_output=True, text=True, encoding="utf-8", check=False)

    assert done.returncode == 1
    assert "another process stands by already" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others there")
def test_only_its_user_can_read_the_key_and_nobody_is_let_in_without_it(process, folder):
    note = folder / "standby.json"

    assert note.stat().st_mode & 0o077 == 0
    with pytest.raises((AuthenticationError, EOFError, OSError)):
        Client(json.loads(note.read_text(encoding="utf-8"))["address"], authkey=b"guessed")


def test_a_note_of_one_that_has_ended_is_passed_over(demo_folder, tmp_path):
    note = {"address": str(tmp_path / "gone"), "key": "00", "version": "0.1.0"}
    (tmp_path / "standby.json").write_text(json.dumps(note), encoding="utf-8")

    assert screen(demo_folder, folder=tmp_path).returncode == 0


def test_it_takes_its_note_away_when_it_ends(demo_folder, tmp_path):
    environment = os.environ | {"GEOENFORCE_STANDBY": str(tmp_path)}
    with subprocess.Popen([*COMMAND, "standby"], stdout=subprocess.PIPE, env=environment, text=True) as started:
        started.stdout.readline()
        assert (tmp_path / "standby.json").exists()
        started.send_signal(signal.SIGTERM)
    assert not list(tmp_path.iterdir())
