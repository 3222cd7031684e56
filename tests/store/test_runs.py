"""A run is in the store as it was, comes out again byte for byte, and can be compared with another."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
import shapely
import sqlalchemy as sa
from typer.testing import CliRunner

from geoenforce.cli import app
from geoenforce.core.errors import InputError, ReadOnlyStoreError, StoreError
from geoenforce.inputs.config import load_config
from geoenforce.outputs.run_files import sha256
from geoenforce.pipeline import again, run, whole
from geoenforce.pipeline.again import map_again, stored_run, tables_again
from geoenforce.pipeline.storing import noted_hashes, reading_store
from geoenforce.store import engine
from geoenforce.store.audit import verify
from geoenforce.store.copying import copy_store
from geoenforce.store.engine import open_store
from geoenforce.store.run_changes import diff
from geoenforce.store.run_loading import load_run
from geoenforce.store.runs import run_record, runs
from geoenforce.store.schema import versioned_names
from tests.store.project import EAST, MU_HIGH, NORTH, write_config, write_farmland, write_project, write_violations
from tests.store.server import execute, with_database

ROOT = Path(__file__).parents[2]
ALL_FILES = whole.files_of
BOW_TIE = shapely.Polygon([(EAST + x, NORTH + y) for x, y in ((10, 10), (20, 30), (20, 10), (10, 30))])


@pytest.fixture
def project(tmp_path, empty_url, monkeypatch):
    """A small project whose store is on either database; its runs write few files, which is quicker."""
    monkeypatch.setenv("GEOENFORCE_STORE_URL", empty_url)
    chosen = ("areas.csv", "cases.csv")
    monkeypatch.setattr(whole, "files_of", lambda *given: {name: ALL_FILES(*given)[name] for name in chosen})
    return write_project(tmp_path / "county")


def number(project):
    return json.loads((project / "out" / "run.json").read_text(encoding="utf-8"))["run"]["number"]


def opened(project):
    return reading_store(load_config(project))


def revisions(store):
    with store.reading() as connection:
        query = "SELECT revision, kind, detail FROM revisions ORDER BY revision"
        return [(row[0], row[1], json.loads(row[2])) for row in connection.execute(sa.text(query))]


def results_rows(store, last):
    """How many rows of results a run brought."""
    with store.reading() as connection:
        query = (
            "SELECT (SELECT count(*) FROM cases WHERE since = :run) + (SELECT count(*) FROM areas WHERE since = :run)"
        )
        return connection.execute(sa.text(query), {"run": last}).scalar()


def test_a_run_takes_in_each_file_then_what_was_found(project):
    run(project)

    with opened(project) as store:
        made = revisions(store)
        assert [(kind, detail.get("source")) for _, kind, detail in made] == [
            *(("ingest", name) for name in ("xzq.gpkg", "jbnt.gpkg", "dltb.gpkg", "tb.gpkg", "events.csv")),
            ("ingest", "declarations.csv"),
            ("run", None),
        ]
        assert runs(store).index.to_list() == [7] == [number(project)]
        assert verify(store, noted_hashes(load_config(project))) == []
        with store.reading() as connection:
            told = "".join(map(str, connection.execute(sa.text("SELECT manifest, files FROM runs")).fetchone()))
            told += "".join(map(str, connection.execute(sa.text("SELECT * FROM violations")).fetchall()))
    assert "当事人甲" not in told + json.dumps(made)
    assert "记录员甲" not in told + json.dumps(made)


def test_the_same_run_again_adds_a_revision_and_no_row(project):
    run(project)
    run(project)

    with opened(project) as store:
        assert [kind for _, kind, _ in revisions(store)][-2:] == ["run", "run"]
        assert results_rows(store, 8) == 0
        assert revisions(store)[-1][2]["rows"] == {}
        changes = diff(store, 7, 8)
    assert not any(changes[name] for name in changes if name not in ("before", "after"))


def test_a_corrected_patch_a_land_layer_and_an_option_are_told_as_reasons(project):
    run(project)  # 7
    write_violations(project, mu=(4, 4, 1))
    run(project)  # 9: A is no more 6 亩
    write_violations(project, mu=(4, 6, 1))
    run(project)  # 11: B has 6 亩 of basic farmland
    write_farmland(project, top=100 + 3 * MU_HIGH)
    run(project)  # 13: of which 3 亩 are left, and 3 亩 are other cultivated land
    write_config(project, grading="boundary_sigma_m = 1.5\nnear_threshold = 0.3")
    run(project)  # 14

    with opened(project) as store:
        patch, layer, option = (diff(store, *pair) for pair in ((7, 9), (11, 13), (13, 14)))
        before = load_run(store, 7)

    assert patch["cases"] == [
        {"case_id": "A", "change": "grade", "before": "serious", "after": "ordinary",
         "because": [{"what": "patch", "name": "tb.gpkg", "detail": "A1: geometry"}]}
    ]  # fmt: skip
    (file,) = patch["inputs"]
    assert (file["source"], file["because"], file["rows"]) == ("tb.gpkg", ["file"], {"added": 1, "ended": 1})
    assert layer["cases"] == [
        {"case_id": "B", "change": "grade", "before": "serious", "after": "ordinary",
         "because": [{"what": "layer", "name": "jbnt.gpkg", "detail": "basic_farmland: another file"}]}
    ]  # fmt: skip
    assert [(one["name"], one["before"], one["after"]) for one in option["options"]] == [
        ("grading.boundary_sigma_m", 0.5, 1.5),
        ("grading.near_threshold", 0.01, 0.3),
    ]
    assert option["cases"] == option["inputs"] == []
    assert before.cases["severity"].to_dict() == {"A": "serious", "B": "ordinary", "C": "ordinary"}
    assert before.cases["basic_farmland_mu"].round(6).to_dict() == {"A": 6.0, "B": 4.0, "C": 1.0}


def test_a_patch_that_is_gone_and_one_that_is_new_are_told(project):
    run(project)
    shutil.copy(project / "tb.gpkg", project / "kept.gpkg")
    write_violations(project, mu=(6, 4))
    run(project)
    shutil.copy(project / "kept.gpkg", project / "tb.gpkg")
    run(project)

    with opened(project) as store:
        gone, new = diff(store, 7, 9)["cases"], diff(store, 9, 11)["cases"]

    assert [(one["case_id"], one["change"], one["because"][0]["detail"]) for one in gone] == [("C", "gone", "C1: gone")]
    assert [(one["case_id"], one["change"], one["because"][0]["detail"]) for one in new] == [("C", "new", "C1: new")]


def test_every_output_comes_again_from_the_store_byte_for_byte(project, monkeypatch):
    write_config(project, accountability="")
    write_violations(project, broken=(None, BOW_TIE))
    monkeypatch.setattr(whole, "files_of", ALL_FILES)
    run(project)
    config = load_config(project)
    for name in ("xzq", "jbnt", "dltb", "tb"):  # no input is needed
        (project / f"{name}.gpkg").unlink()

    stored = stored_run(config)
    tables = tables_again(config, stored, project / "again")
    drawn = map_again(config, stored, project / "again" / "map.html")

    # shapes of townships and pieces come from longitude and latitude, and differ by less than a micrometre
    assert set(tables.files) - tables.same == {"results.gpkg"}
    assert len(tables.same) > 10
    rejects = pyogrio.read_dataframe(tables.files["rejects.gpkg"])
    assert rejects["feature"].to_list() == ["X0", "X1"]
    assert rejects.geometry.isna().to_list() == [True, False]
    assert drawn.same == {"map.html"}
    assert (project / "again" / "cases.csv").read_bytes() == (project / "out" / "cases.csv").read_bytes()
    with opened(project) as store:
        (_, one, listed), (_, other, drawn) = revisions(store)[-2:]
        assert verify(store, noted_hashes(config)) == []
    assert one == other == "export"
    assert listed["run"] == drawn["run"] == stored.record["run"]
    assert set(listed["files"]) == set(tables.files)
    assert drawn == {"run": 7, "files": {"map.html": sha256(project / "out" / "map.html")}, "with_personal_data": False}


def test_a_file_that_cannot_be_written_leaves_the_store_without_the_run(project, monkeypatch):
    run(project)
    before = (project / "out" / "cases.csv").read_bytes()
    write_violations(project, mu=(4, 4, 1))

    def fail(_):
        message = "the disk is full"
        raise InputError(message)

    monkeypatch.setattr(
        whole, "files_of", lambda *given: {"cases.csv": ALL_FILES(*given)["cases.csv"], "map.html": fail}
    )
    with pytest.raises(InputError, match="the disk is full"):
        run(project)

    with opened(project) as store:
        assert len(revisions(store)) == 7
    assert (project / "out" / "cases.csv").read_bytes() == before
    assert {path.name for path in (project / "out").iterdir()} == {"areas.csv", "cases.csv", "run.json"}


def test_a_store_that_cannot_be_written_leaves_the_files_of_the_run_before(project, monkeypatch):
    run(project)
    before = {path.name: path.read_bytes() for path in (project / "out").iterdir()}
    write_violations(project, mu=(4, 4, 1))

    def fail(*_):
        message = "another run has taken in other files meanwhile"
        raise StoreError(message)

    monkeypatch.setattr("geoenforce.store.runs.refuse_others", fail)
    with pytest.raises(StoreError, match="other files meanwhile"):
        run(project)

    assert {path.name: path.read_bytes() for path in (project / "out").iterdir()} == before
    with opened(project) as store:
        assert runs(store).index.to_list() == [7]
        assert verify(store) == []


def test_a_second_project_is_refused_before_anything_is_read(project, tmp_path):
    run(project)
    other = shutil.copytree(project, tmp_path / "other")
    text = (other / "geoenforce.toml").read_text(encoding="utf-8").replace('"445299"', '"445281"')
    (other / "geoenforce.toml").write_text(text, encoding="utf-8")

    with pytest.raises(StoreError, match="belongs to the project of 445299, and this is 445281"):
        run(other)


def test_an_unknown_run_names_those_that_there_are(project):
    run(project)

    with opened(project) as store, store.reading() as connection:
        with pytest.raises(StoreError, match=r"no run 3 in the store; there are \[7\]"):
            run_record(connection, 3)
        with pytest.raises(
            StoreError, match=r"Nothing has been recorded by 2020-01-01: the store begins on 20\d\d-.*geoenforce runs"
        ):
            run_record(connection, on=pd.Timestamp("2020-01-01").date())


def test_a_run_of_a_day_is_the_last_one_by_then(project):
    run(project)
    run(project)
    with opened(project) as store, store.writing() as connection:
        connection.execute(
            sa.text("UPDATE revisions SET recorded_at = '2026-02-27T15:59:59.999+00:00' WHERE revision < 8")
        )
        connection.execute(
            sa.text("UPDATE revisions SET recorded_at = '2026-02-28T16:00:00.000+00:00' WHERE revision = 8")
        )

    config = load_config(project)
    assert stored_run(config, on=pd.Timestamp("2026-02-28").date()).record["run"] == 7
    assert stored_run(config, on=pd.Timestamp("2026-03-01").date()).record["run"] == 8


def test_what_cannot_be_put_on_record_is_not_exported(project, monkeypatch):
    run(project)
    config = load_config(project)
    stored = stored_run(config)

    def refuse(*_):
        message = "another program is writing into it"
        raise StoreError(message)

    monkeypatch.setattr("geoenforce.pipeline.again.note_export", refuse)
    monkeypatch.setattr(again, "files_of", lambda *given: {"map.html": lambda path: path.write_text("a map")})
    with pytest.raises(StoreError, match="another program"):
        map_again(config, stored, project / "map.html")
    with pytest.raises(StoreError, match="another program"):
        tables_again(config, stored, project / "again")

    assert not (project / "map.html").exists()
    assert list((project / "again").iterdir()) == []


def test_a_map_of_before_stays_where_its_successor_cannot_be_put_on_record(project, monkeypatch):
    run(project)
    (project / "map.html").write_text("the map of before")

    def refuse(*_):
        message = "another program is writing into it"
        raise StoreError(message)

    monkeypatch.setattr("geoenforce.pipeline.again.note_export", refuse)
    monkeypatch.setattr(again, "files_of", lambda *given: {"map.html": lambda path: path.write_text("a map")})
    config = load_config(project)
    with pytest.raises(StoreError, match="another program"):
        map_again(config, stored_run(config), project / "map.html")

    assert (project / "map.html").read_text() == "the map of before"
    assert list(project.glob(".partial-*")) == []


@pytest.fixture
def only_read(project, monkeypatch):
    """The same project, once run, for somebody who may read the store and not write into it."""
    run(project)
    url = os.environ["GEOENFORCE_STORE_URL"]
    if url.startswith("gpkg"):
        path = Path(url.removeprefix("gpkg:///"))
        path.chmod(0o444)
        if not os.getuid():  # root may write every file: SQLite opens it as it does for others
            opens, writable, readable = sqlite3.connect, f"{path.as_uri()}?mode=rw", f"{path.as_uri()}?mode=ro"
            monkeypatch.setattr(
                engine.sqlite3, "connect", lambda name, **how: opens(readable if name == writable else name, **how)
            )
        yield project
        return
    role, database = f"supervisor_{os.getpid()}", url.rsplit("/", 1)[1].partition("?")[0]
    execute(url, f"CREATE ROLE {role} LOGIN PASSWORD 'mayRead'")
    execute(url, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}", database)
    monkeypatch.setenv("GEOENFORCE_STORE_URL", with_database(url, database, username=role, password="mayRead"))
    yield project
    execute(url, f"DROP OWNED BY {role}; DROP ROLE {role}", database)


def test_whoever_may_only_read_the_store_exports_without_a_record_and_is_told_so(only_read):
    folder = only_read / "again"
    with opened(only_read) as store:
        before = revisions(store)
    asked = [
        ["map", str(only_read), "-o", str(folder / "map.html")],
        ["tables", str(only_read), "-o", str(folder)],
        ["letter", "notice", "A", "--config", str(only_read), "-o", str(folder / "notice.docx")],
        ["evidence", "A", str(only_read), "-o", str(folder), "--format", "html"],
    ]
    for command in asked:
        told = CliRunner().invoke(app, command)
        assert told.exit_code == 0, told.output
        assert told.stderr.count("This export is not on record: you may read the store") == 1
        assert "not on record" not in told.stdout

    assert (folder / "areas.csv").read_bytes() == (only_read / "out" / "areas.csv").read_bytes()
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["export"] == {"on_record": False}
    assert {"map.html", "notice.docx", "A.html"} <= {path.name for path in folder.iterdir()}
    with opened(only_read) as store:
        assert revisions(store) == before


def test_whoever_may_only_read_the_store_enters_nothing_and_copies_nothing(only_read, tmp_path):
    entered = CliRunner().invoke(app, ["event", "add", "A", "--notified", "2026-03-02", "--config", str(only_read)])
    with opened(only_read) as store, pytest.raises(ReadOnlyStoreError):
        copy_store(store, open_store(f"gpkg:///{tmp_path / 'copy.gpkg'}"))

    assert isinstance(entered.exception, ReadOnlyStoreError)


def test_a_run_killed_between_taking_files_in_and_keeping_what_was_found_is_made_up_for_by_the_next(project):
    run(project)  # 7
    before = {path.name: path.read_bytes() for path in (project / "out").glob("*.*")}
    write_violations(project, mu=(4, 4, 1))
    program = (
        "import os, signal, sys; from geoenforce.pipeline import run, storing; "
        "storing.save_run = lambda *_: os.kill(os.getpid(), signal.SIGKILL); run(sys.argv[1])"
    )

    killed = subprocess.run([sys.executable, "-c", program, project], check=False, cwd=ROOT)

    assert killed.returncode == -signal.SIGKILL
    with opened(project) as store:
        assert [kind for _, kind, _ in revisions(store)][6:] == ["run", "ingest"]
        assert runs(store).index.to_list() == [7]
        assert load_run(store).cases["severity"]["A"] == "serious"  # what the last whole run found, over its own files
        assert verify(store, noted_hashes(load_config(project))) == []
    assert {path.name: path.read_bytes() for path in (project / "out").glob("*.*") if path.is_file()} == before

    run(project)

    with opened(project) as store:
        assert [kind for _, kind, _ in revisions(store)][6:] == ["run", "ingest", "run"]
        assert load_run(store).cases["severity"]["A"] == "ordinary"
        assert verify(store, noted_hashes(load_config(project))) == []


def test_the_newest_revisions_cut_off_cleanly_are_missed_by_the_hash_in_run_json(project):
    """The chain that is left is whole in itself; only what was noted elsewhere tells that it was longer."""
    run(project)
    write_violations(project, mu=(4, 4, 1))
    run(project)  # 8 and 9
    with opened(project) as store, store.writing() as connection:
        for name in versioned_names():
            connection.execute(sa.text(f'DELETE FROM "{name}" WHERE since > 7'))
            connection.execute(sa.text(f'UPDATE "{name}" SET until = NULL WHERE until > 7'))
        connection.execute(sa.text("DELETE FROM runs WHERE run > 7"))
        connection.execute(sa.text("DELETE FROM revisions WHERE revision > 7"))

    with opened(project) as store:
        assert verify(store) == []
    told = CliRunner().invoke(app, ["audit", "verify", "--config", str(project)])

    assert told.exit_code == 1
    assert told.stdout == "Revision 9 is not the one whose hash was noted: it was removed, or written anew.\n"
