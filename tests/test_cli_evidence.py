"""The command that writes an evidence sheet, the check of its code, and the sheets that a run writes."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyproj
import pytest

from geoenforce.core.errors import ConfigError, InputError
from geoenforce.inputs.config import load_config
from geoenforce.inputs.sections import Evidence
from geoenforce.outputs.evidence_names import evidence_name
from geoenforce.pipeline import run
from geoenforce.pipeline.again import stored_run
from geoenforce.pipeline.evidence import cases_with_sheets
from tests.command_line import call
from tests.store.project import CRS, EAST, NORTH, write_project

SECTION = '\n[evidence]\ncases = "{cases}"\nformats = ["html", "txt"]\n'


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run that writes the sheets of serious cases: A is one, B and C are not."""
    project = write_project(tmp_path_factory.mktemp("county") / "county")
    with (project / "geoenforce.toml").open("a", encoding="utf-8") as file:
        file.write(SECTION.format(cases="serious"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GEOENFORCE_STORE_URL", raising=False)
        run(project)
    return project


@pytest.fixture
def project(finished, tmp_path, monkeypatch):
    monkeypatch.delenv("GEOENFORCE_STORE_URL", raising=False)
    return shutil.copytree(finished, tmp_path / "county")


def test_a_run_writes_the_sheets_that_the_configuration_wants_and_notes_them(project):
    record = json.loads((project / "out" / "run.json").read_text(encoding="utf-8"))

    assert sorted(path.name for path in (project / "out" / "evidence").iterdir()) == ["A.html", "A.txt"]
    assert {"evidence/A.html", "evidence/A.txt"} <= set(record["outputs"])
    assert stored_run(load_config(project)).results.evidence == {"A"}


def test_no_sheet_is_written_unless_it_is_wanted(project):
    config = load_config(project)
    silent = config.model_copy(update={"evidence": Evidence()})

    assert cases_with_sheets(stored_run(config).results, config) == ["A"]
    assert cases_with_sheets(stored_run(config).results, silent) == []


def test_the_sheet_of_a_run_comes_again_from_the_store_without_the_inputs(project, tmp_path):
    before = (project / "out" / "evidence" / "A.html").read_text(encoding="utf-8")
    for name in ("xzq", "jbnt", "dltb", "tb"):
        (project / f"{name}.gpkg").unlink()

    told = call("evidence", "A1", project, "--format", "html,txt", "-o", tmp_path / "again")

    again = (tmp_path / "again" / "A.html").read_text(encoding="utf-8")
    without_pictures = re.compile(r"data:image/png;base64,[^\"]*")
    assert without_pictures.sub("", again) == without_pictures.sub("", before)
    assert (tmp_path / "again" / "A.txt").read_bytes() == (project / "out" / "evidence" / "A.txt").read_bytes()
    assert re.search(r"case A, run 7, code ([0-9A-Z]{4}-){4}[0-9A-Z]{4}$", told.strip())


def test_every_format_is_written_beside_the_results_by_default(project):
    call("evidence", "C", project, "--format", "html,docx,pdf,xlsx,txt", "--lang", "en")

    files = {path.suffix: path for path in (project / "out" / "evidence").glob("C.*")}
    assert set(files) == {".html", ".docx", ".pdf", ".xlsx", ".txt"}
    assert files[".pdf"].read_bytes().startswith(b"%PDF")
    assert "Case evidence sheet" in files[".html"].read_text(encoding="utf-8")


def test_the_party_is_named_only_if_it_is_asked_for(project, tmp_path):
    call("evidence", "A", project, "--format", "html", "-o", tmp_path / "without")
    call("evidence", "A", project, "--format", "html", "-o", tmp_path / "with", "--with-personal-data")

    assert "当事人甲" not in (tmp_path / "without" / "A.html").read_text(encoding="utf-8")
    assert "当事人甲" in (tmp_path / "with" / "A.html").read_text(encoding="utf-8")


def test_the_code_of_a_sheet_is_checked_and_an_altered_record_is_found(project, tmp_path):
    told = call("evidence", "A", project, "--format", "html", "-o", tmp_path)
    code = told.split()[-1]
    assert code in (tmp_path / "A.html").read_text(encoding="utf-8")

    assert call("audit", "verify", "--config", project, "--code", code) == (
        "case A, run 7 as of 2026-06-30: the stored record gives this code.\n"
    )
    assert json.loads(call("audit", "verify", "--config", project, "--code", code, "--json"))["agrees"] is True
    with closing(sqlite3.connect(project / "store.gpkg")) as store, store:
        store.execute("UPDATE cases SET severity = 'ordinary' WHERE case_id = 'A'")

    told = call("audit", "verify", "--config", project, "--code", code, code=1)
    assert "The code names case A, but no run's record of it gives this code" in told


def test_an_unknown_case_and_an_unknown_format_are_told(project):
    with pytest.raises(InputError, match=r"no case or patch 'Z'\. Cases are \['A', 'B', 'C'\]"):
        call("evidence", "Z", project)
    assert "the formats are html, docx, pdf, xlsx, txt" in call("evidence", "A", project, "--format", "odt", code=2)


def test_a_wrong_section_is_refused_with_what_is_allowed(project):
    text = (project / "geoenforce.toml").read_text(encoding="utf-8")
    (project / "geoenforce.toml").write_text(text.replace('"serious"', '"grave"'), encoding="utf-8")

    with pytest.raises(ConfigError, match=r"evidence\.cases: .*'none', 'serious' or 'all'"):
        load_config(project)


def test_a_map_drawn_elsewhere_leads_to_no_sheet_that_is_not_there(project, tmp_path):
    call("map", project, "-o", tmp_path / "map.html")

    assert "evidence/A.html" in (project / "out" / "map.html").read_text(encoding="utf-8")
    assert "evidence/A.html" not in (tmp_path / "map.html").read_text(encoding="utf-8")


def test_a_case_of_any_name_has_a_file(tmp_path, monkeypatch):
    monkeypatch.delenv("GEOENFORCE_STORE_URL", raising=False)
    project = write_project(tmp_path / "county")
    layer = gpd.read_file(project / "tb.gpkg").assign(案件编号=["../../A", "CON", "<b>\n"])
    (project / "tb.gpkg").unlink()
    layer.to_file(project / "tb.gpkg")
    with (project / "geoenforce.toml").open("a", encoding="utf-8") as file:
        file.write(SECTION.format(cases="all"))

    files = run(project).files

    written = sorted(name for name in files if name.startswith("evidence/") and name.endswith(".html"))
    assert len(written) == 3
    assert f"evidence/{evidence_name('CON')}.html" in written
    assert all(files[name].parent == project / "out" / "evidence" and files[name].exists() for name in written)


def write_track(path, day, unit):
    """Drive past all patches from west to east, 150 m south of them, in 20 minutes."""
    to_longlat = pyproj.Transformer.from_crs(CRS, 4490, always_xy=True)
    moments = pd.date_range(f"{day} 09:00", periods=121, freq="10s")
    longitude, latitude = to_longlat.transform(EAST + np.linspace(0, 750, 121), np.full(121, NORTH - 50))
    columns = {"时间": moments.astype(str), "经度": longitude, "纬度": latitude, "巡查单位": unit, "设备编号": unit}
    pd.DataFrame(columns).to_csv(path, index=False)


def test_a_patrol_that_passed_before_is_found_from_its_log_to_the_sheet_by_the_sight_of_its_source(
    tmp_path, monkeypatch
):
    monkeypatch.delenv("GEOENFORCE_STORE_URL", raising=False)
    project = write_project(tmp_path / "county")
    for unit, day, sight in (
        ("近视队", "2026-02-26", 100),
        ("远视队", "2026-02-27", 300),
        ("同日队", "2026-03-02", 300),
    ):
        write_track(project / f"{unit}.csv", day, unit)
        with (project / "geoenforce.toml").open("a", encoding="utf-8") as file:
            file.write(f'\n[[tracks]]\npath = "{unit}.csv"\nsight_m = {sight}\n')
    run(project)

    call("evidence", "A", project, "--format", "xlsx", "-o", tmp_path)

    page = openpyxl.load_workbook(tmp_path / "A.xlsx")["发现前经过的巡查"]
    told = [row for row in page.iter_rows(values_only=True) if "远视队" in row]
    assert len(told) == 1
    assert told[0][1:4] == ("09:00–09:20", "远视队", "A1")
    assert told[0][4:] == (pytest.approx(150, abs=0.1), 300, 3)
    everything = [cell for row in page.iter_rows(values_only=True) for cell in row]
    assert not {"近视队", "同日队"} & set(everything)


def test_commands_that_draw_nothing_do_not_load_what_draws():
    program = "import sys, geoenforce.pipeline, geoenforce.cli.evidence; print('matplotlib' in sys.modules)"

    assert (
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout == "False\n"
    )
