"""The commands about the store: what they print, and how they refuse."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from geoenforce.core.errors import ConfigError, InputError, StoreError
from geoenforce.inputs.config import load_config
from geoenforce.pipeline import run
from tests.command_line import call
from tests.store.project import write_project, write_violations

PASSWORD = "sehr-geheim"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A project with two runs, 7 and 9, between which a patch was corrected."""
    project = write_project(tmp_path_factory.mktemp("county") / "county", accountability="")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GEOENFORCE_STORE_URL", raising=False)
        run(project)
        write_violations(project, mu=(4, 4, 1))
        run(project)
    return project


@pytest.fixture
def project(finished, tmp_path, monkeypatch):
    """A copy of it, to be written into."""
    monkeypatch.delenv("GEOENFORCE_STORE_URL", raising=False)
    return shutil.copytree(finished, tmp_path / "county")


def test_a_map_is_a_web_page_by_its_name_too(project, tmp_path):
    call("map", project, "-o", tmp_path / "map.pdf", code=2)

    assert not (tmp_path / "map.pdf").exists()


def test_a_deadline_may_lie_ahead(project):
    assert "entered as" in call("event", "add", "A", "--rectify-by", "2126-03-09", "--config", project)


def test_runs_are_listed_shown_and_compared(project):
    listed = json.loads(call("runs", "--config", project, "--json"))
    shown = json.loads(call("runs", "show", 7, "--config", project, "--json"))
    changes = call("runs", "diff", 7, 9, "--config", project)

    assert [one["run"] for one in listed] == [7, 9]
    assert [one["path"] for one in shown["inputs"]][:2] == ["xzq.gpkg", "jbnt.gpkg"]
    assert shown["outputs"]["cases.csv"]
    assert "A: serious 情节严重 → ordinary" in changes
    assert "because of patch tb.gpkg (A1: geometry)" in changes
    assert "445299" in call("runs", "show", 7, "--config", project) or "jieyang-2009" in call(
        "runs", "show", 7, "--config", project
    )


def test_tables_and_map_of_an_earlier_run_come_again(project, tmp_path):
    call("tables", project, "--run", 7, "-o", tmp_path / "again")
    told = call("map", project, "-o", tmp_path / "map.html")

    cases = (tmp_path / "again" / "cases.csv").read_text(encoding="utf-8-sig")
    assert "A,445299101,东镇,2026,confirmed,serious" in cases
    assert "1 of 1 files are byte for byte those of then" in told
    assert (tmp_path / "map.html").read_bytes() == (project / "out" / "map.html").read_bytes()
    record = json.loads((tmp_path / "again" / "run.json").read_text(encoding="utf-8"))
    assert record["run"] == {"number": 7}


def test_events_entered_by_command_count_at_the_next_run(project):
    told = call("event", "add", "B", "--stopped", "2026-03-09", "--filed", "2026-03-10", "--config", project)
    call("event", "add", "B", "--stop-order", "2026-03-02", "--at", "14:30", "--config", project)
    listed = json.loads(call("event", "list", "B", "--config", project, "--json"))
    run(project)

    assert "entered as 10" in told
    assert [(one["event"], one["on"], one["at"], one["source_file"]) for one in listed] == [
        ("stop_ordered", "2026-03-02", "2026-03-02T14:30:00+08:00", "entered"),
        ("stop_ordered", "2026-03-05", None, "events.csv"),
        ("stopped", "2026-03-09", None, "entered"),
        ("filed", "2026-03-10", None, "entered"),
    ]
    changes = json.loads(call("runs", "diff", 9, 12, "--config", project, "--json"))
    assert [one["entry"] for one in changes["entries"]] == [10, 11]
    issues = (project / "out" / "issues.csv").read_text(encoding="utf-8-sig")
    assert "entered_otherwise" in issues
    assert "tells of the same otherwise: 'on' is 2026-03-02 here and 2026-03-05 there" in issues
    duties = (project / "out" / "duties.csv").read_text(encoding="utf-8-sig")
    assert re.search(
        "^jieyang-2009,J16-notify-order,[^,]*,B,.*,stop_ordered,[^,]*,2026-03-02,met", duties, re.MULTILINE
    )
    call("event", "withdraw", 10, "--config", project)
    assert len(json.loads(call("event", "list", "B", "--config", project, "--json"))) == 2


def test_measures_and_declarations_are_entered_by_code_or_name(project):
    call(
        "measure",
        "add",
        "445299101",
        "诫勉谈话",
        "--on",
        "2026-03-02",
        "--correct-by",
        "2026-04-01",
        "--config",
        project,
    )
    call("declare", "445299101", "obstruction", "--on", "2026-03-02", "--by", "记录员乙", "--config", project)

    with closing(sqlite3.connect(project / "store.gpkg")) as store, store:
        assert store.execute("SELECT measure, correct_by FROM measures").fetchall() == [
            ("admonishment_talk", "2026-04-01")
        ]
        assert "记录员乙" not in str(store.execute("SELECT * FROM revisions").fetchall())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("event", "add", "AA", "--stopped", "2026-03-09"), r"no case 'AA'\. Is it one of \['A'\]\?"),
        (("event", "add", "A", "--other", "stoped=2026-03-09"), r"no event 'stoped'\. Is it one of \['已制止 \(stopped\)'"),
        (("event", "add", "A", "--stopped", "2026-03-09", "--office", "445299109"), r"no office '445299109'\. Is it"),
        (("measure", "add", "445299101", "warnung", "--on", "2026-03-09"), r"no measure 'warnung'\. Is it one of \['警告 \(warning\)'"),
        (("declare", "445299101", "obstruct", "--on", "2026-03-09", "--by", "x"), r"no fact 'obstruct'\. Is it one of \['[^']*\(obstruction\)'"),
        (("declare", "445299101", "obstruction", "--on", "2026-03-09", "--by", "x", "--case", "Q"), "no case 'Q'; there are"),
        (("event", "add", "A", "--stopped", "2026-03-09", "--at", "noon"), "'noon' is no time of day"),
        (("measure", "add", "445299101", "谈话", "--on", "2026-03-09"), r"Is it one of \['诫勉谈话 \(admonishment_talk\)'"),
        (("measure", "add", "445299101", "诫免谈话", "--on", "2026-03-09"), r"\['诫勉谈话 \(admonishment_talk\)'\]"),
        (("event", "add", "A", "--stopped", "2126-03-09"), r"2126-03-09 lies in the future \(日期在将来\): today is 20"),
        (("measure", "add", "445299101", "诫勉谈话", "--on", "2126-03-09"), "2126-03-09 lies in the future"),
    ],
)  # fmt: skip
def test_what_nobody_knows_is_refused_with_what_is_alike(project, words, message):
    with pytest.raises(InputError, match=message):
        call(*words, "--config", project)

    with closing(sqlite3.connect(project / "store.gpkg")) as store, store:
        assert store.execute("SELECT max(revision) FROM revisions").fetchone() == (9,)


def test_an_event_is_needed_and_one_time_of_day_is_of_one_event(project):
    call("event", "add", "A", "--config", project, code=2)
    call("event", "add", "A", "--stopped", "2026-03-09", "--filed", "2026-03-09", "--at", "14:30", "--config", project,
         code=2)  # fmt: skip


def test_verify_says_what_was_altered_and_exits_with_1(project):
    assert call("audit", "verify", "--config", project) == "Nothing was altered, removed or reordered.\n"
    with closing(sqlite3.connect(project / "store.gpkg")) as store, store:
        store.execute("UPDATE cases SET severity = 'ordinary' WHERE row_key = 'A' AND until IS NOT NULL")

    assert "In cases the rows ['A'] were altered" in call("audit", "verify", "--config", project, code=1)


def test_verify_finds_a_cut_off_run_by_the_hash_in_run_json(project):
    record = json.loads((project / "out" / "run.json").read_text(encoding="utf-8"))
    record["run"]["number"] = 11
    (project / "out" / "run.json").write_text(json.dumps(record), encoding="utf-8")

    assert "Revision 11 is not the one whose hash was noted" in call("audit", "verify", "--config", project, code=1)


def test_a_store_is_copied_and_its_contents_are_listed(project, tmp_path):
    told = call("store", "copy", project / "store.gpkg", tmp_path / "copy.gpkg")
    rows = json.loads(call("store", "info", "--config", project, "--json"))["rows"]

    assert "2 snapshots" in told
    assert (rows["runs"], rows["revisions"]) == (2, 10)  # the copy is on record
    with pytest.raises(StoreError, match="is not empty"):
        call("store", "copy", project / "store.gpkg", tmp_path / "copy.gpkg")


def test_no_store_yet_is_said_with_the_way_to_one(project):
    (project / "store.gpkg").unlink()

    with pytest.raises(StoreError, match=r"there is no store yet\. Run 'geoenforce run'"):
        call("runs", "--config", project)


def test_a_password_in_the_configuration_is_refused_and_not_shown(project):
    text = (project / "geoenforce.toml").read_text(encoding="utf-8")
    for url in (f"postgresql+psycopg://u:{PASSWORD}@h/d", f"postgresql+psycopg://h/d?password={PASSWORD}"):
        (project / "geoenforce.toml").write_text(f'{text}\nurl = "{url}"\n', encoding="utf-8")

        with pytest.raises(ConfigError, match=r"store\.url: holds a password.*GEOENFORCE_STORE_PASSWORD") as refused:
            load_config(project)

        assert PASSWORD not in str(refused.value)


def test_a_password_among_the_arguments_is_refused_and_not_shown(project):
    with pytest.raises(StoreError, match="holds a password") as refused:
        call("store", "copy", project / "store.gpkg", f"postgresql+psycopg://u:{PASSWORD}@h/d")

    assert PASSWORD not in str(refused.value)


def test_a_password_of_the_environment_is_used_and_shown_nowhere(project):
    text = (project / "geoenforce.toml").read_text(encoding="utf-8")
    url = "postgresql+psycopg://u@127.0.0.1:9/d"
    (project / "geoenforce.toml").write_text(f'{text}\nurl = "{url}"\n', encoding="utf-8")

    program = (
        f"import os; os.environ['GEOENFORCE_STORE_PASSWORD'] = '{PASSWORD}'; from geoenforce.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "run", str(project)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr
    assert PASSWORD not in done.stdout + done.stderr
