"""The commands as their users type them: what is printed, and the exit status."""

import csv
import json
import re
import subprocess
import sys

import openpyxl
import pandas as pd
import pyogrio
import pytest
from typer.testing import CliRunner

from geoenforce.cli import app, main
from geoenforce.core.errors import InputError

runner = CliRunner()


def invoke(*arguments):
    return runner.invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def geoenforce(*arguments):
    """Run the real program in a process of its own."""
    command = [sys.executable, "-m", "geoenforce", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def areas_csv(tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text(
        "case_id,basic_farmland_mu,other_cultivated_mu,other_mu\nZ,5,0,0\nA,4.9999,9.9,19.9\nM,6,0,41\n",
        encoding="utf-8",
    )
    return path


def test_grade_prints_json_in_the_order_of_the_rows(areas_csv):
    records = json.loads(invoke("grade", areas_csv, "--json").stdout)

    assert [(one["case_id"], one["severity"], one["decided_by"], one["near_threshold"]) for one in records] == [
        ("Z", "serious", "basic_farmland", True),
        ("A", "ordinary", None, True),
        ("M", "especially_serious", "other", False),
    ]
    assert records[0]["comparisons"][0] == {
        "land_class": "basic_farmland", "severity": "serious", "area_mu": 5.0, "operator": "at_least", "limit_mu": 5.0,
        "margin_mu": 0.0, "holds": True, "citation": "揭府〔2009〕56号 第三十六条",
    }  # fmt: skip
    assert {len(one["comparisons"]) for one in records} == {6}


def test_grade_prints_a_table_for_people(areas_csv):
    printed = invoke("grade", areas_csv).stdout

    assert "情节特别严重" in printed
    assert "其他土地 41.00 亩 ≥ 40 亩" in printed
    assert "especially serious" in invoke("grade", areas_csv, "--lang", "en").stdout


def test_an_empty_cell_is_one_line_on_stderr_and_status_1(tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text("case_id,basic_farmland_mu,other_cultivated_mu,other_mu\nA,1,0,0\nB,,0,0\n", encoding="utf-8")

    done = geoenforce("grade", path, "--json")

    assert done.returncode == 1
    assert done.stdout == ""
    assert "row 3 (case B): basic_farmland_mu is empty" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["grade"], ["no-such-command"], ["grade", "a.csv", "--no-such-option"]])
def test_wrong_usage_has_status_2(arguments):
    assert geoenforce(*arguments).returncode == 2


def test_every_command_ends_its_help_with_a_line_to_paste():
    for command in app.registered_commands:
        name = command.name or command.callback.__name__
        printed = [line.strip() for line in invoke(name, "--help").stdout.strip().splitlines()]
        assert any(line.startswith(f"Example: geoenforce {name}") for line in printed[-3:]), name


def test_regulations_are_listed_shown_and_validated(tmp_path):
    listed = {one["id"]: one for one in json.loads(invoke("regulations", "--json").stdout)}
    assert list(listed) == ["criminal-2000-14", "jiangsu-co-responsibility", "jieyang-2009", "order-15-2008"]
    assert listed["jieyang-2009"]["number"] == "揭府〔2009〕56号"
    assert "≥ 40 亩" in invoke("regulations", "jieyang-2009").stdout
    assert "illegal-occupation ratio ≥ 15 %" in invoke("regulations", "order-15-2008", "--lang", "en").stdout

    broken = tmp_path / "mine.toml"
    broken.write_text('id = "mine"\n', encoding="utf-8")
    done = geoenforce("regulations", "validate", broken)
    assert done.returncode == 1
    assert "mine.toml: the file: lacks ['title', 'number', 'level', 'place', 'last_checked_on']" in done.stderr
    assert geoenforce("regulations", "validate").returncode == 2
    assert "jieyang-2009" in geoenforce("regulations", "no-such").stderr


def test_init_makes_a_project_once_and_its_configuration_is_in_order(tmp_path):
    from geoenforce.inputs.config import load_config

    assert "geoenforce.toml" in invoke("init", tmp_path / "county").stdout
    assert load_config(tmp_path / "county").project.name == "某某县"

    with pytest.raises(InputError, match="exists already and is left as it is"):
        invoke("init", tmp_path / "county")


def test_run_prints_a_table_and_json(small_project):
    printed = invoke("run", small_project).stdout
    assert "合计" in printed
    assert "map.html" in printed

    summary = json.loads(invoke("run", small_project, "--json", "--lang", "en").stdout)
    assert summary["confirmed_cases"] == 3  # of 6, 4 and 1 亩 of basic farmland
    assert summary["severity"] == {"ordinary": 2, "serious": 1, "especially_serious": 0}
    assert sum(town["cases"] for town in summary["townships"]) == 3
    written = {path.name: str(path) for path in (small_project / "out").iterdir()}
    assert summary["files"] == written


def test_check_reads_a_project_and_changes_nothing(demo_copy):
    before = sorted(demo_copy.rglob("*"))

    done = invoke("check", demo_copy)

    assert done.exit_code == 0
    assert done.stdout.count("✓") == 20  # of them, 5 registers and the new construction land
    assert sorted(demo_copy.rglob("*")) == before


def test_check_names_every_broken_source_and_has_status_1(demo_copy):
    (demo_copy / "violations" / "巡查发现.xlsx").write_bytes(b"not a workbook")
    (demo_copy / "boundaries" / "townships.shp").unlink()
    (demo_copy / "registers" / "案件办理进度.xlsx").write_bytes(b"not a workbook")

    done = invoke("check", demo_copy, "--json")

    verdicts = json.loads(done.stdout)
    assert done.exit_code == 1
    assert [verdict["path"].rsplit("/")[-1] for verdict in verdicts if not verdict["ok"]] == [
        "townships.shp",
        "巡查发现.xlsx",
        "案件办理进度.xlsx",
    ]
    assert verdicts[1]["counts"]["read"] > 0


def land(demo_folder):
    return [
        "--basic-farmland", f"{demo_folder}/basic_farmland/YJJBNTTB_2025.gdb|layername=YJJBNTTB",
        "--cultivated", f"{demo_folder}/parcels/DLTB.gdb",
    ]  # fmt: skip


def test_overlay_needs_no_project_and_writes_what_the_suffix_says(demo_folder, demo_run, tmp_path):
    txt = demo_folder / "violations" / "界址点_20260312.txt"
    arguments = ["overlay", txt, *land(demo_folder), "--found-on", "2026-03-12"]

    for suffix in ("csv", "xlsx", "gpkg", "parquet"):
        assert invoke(*arguments, "-o", tmp_path / f"areas.{suffix}").exit_code == 0

    with (tmp_path / "areas.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = demo_run.results.areas
    assert len(rows) == 8
    for row in rows:
        for name in ("area_m2", "basic_farmland_mu", "other_mu"):
            assert float(row[name]) == pytest.approx(expected.loc[row["violation_id"], name], abs=1e-3)
    sheet = openpyxl.load_workbook(tmp_path / "areas.xlsx").worksheets[0]
    assert sheet.max_row == 9
    assert pyogrio.read_info(tmp_path / "areas.gpkg")["features"] == 8
    assert (tmp_path / "areas.parquet").stat().st_size > 0


def test_overlay_lists_the_schedule_of_land_classes_on_request(demo_folder, tmp_path):
    txt = demo_folder / "violations" / "界址点_20260312.txt"

    done = invoke("overlay", txt, *land(demo_folder), "--pieces", tmp_path / "pieces.csv", "--json")

    with (tmp_path / "pieces.csv").open(encoding="utf-8-sig", newline="") as file:
        pieces = list(csv.DictReader(file))
    areas = {row["violation_id"]: row["area_m2"] for row in json.loads(done.stdout)}
    for violation_id, area in areas.items():
        total = sum(float(piece["area_m2"]) for piece in pieces if piece["violation_id"] == violation_id)
        assert total == pytest.approx(area, abs=0.01)


def test_overlay_lists_areas_by_land_code_on_request(demo_folder, tmp_path):
    """They add up to the areas, class by class; prepared parcels give the same."""
    txt, parcels = demo_folder / "violations" / "界址点_20260312.txt", tmp_path / "dltb.prepared"
    assert invoke("prepare", demo_folder / "parcels" / "DLTB.gdb", "--kind", "parcels", "-o", parcels).exit_code == 0
    options = land(demo_folder)

    done = invoke("overlay", txt, *options, "--by-code", tmp_path / "codes.csv", "--json")
    again = invoke("overlay", txt, *options[:3], parcels, "--by-code", tmp_path / "again.csv", "--json")

    rows = pd.read_csv(tmp_path / "codes.csv", dtype={"violation_id": str, "land_code": str})
    by_class = rows.pivot_table(index="violation_id", columns="land_class", values="area_m2", aggfunc="sum")
    for row in json.loads(done.stdout):
        for land_class, m2 in by_class.loc[row["violation_id"]].fillna(0.0).items():
            assert m2 == pytest.approx(row[f"{land_class}_m2"], abs=0.01)
    assert {"0101", "0301"} <= set(rows["land_code"])
    assert (tmp_path / "again.csv").read_text("utf-8") == (tmp_path / "codes.csv").read_text("utf-8")
    assert json.loads(again.stdout) == json.loads(done.stdout)


def test_overlay_by_code_needs_codes_and_a_format_for_tables_without_shapes(demo_folder, tmp_path):
    txt, parcels = demo_folder / "violations" / "界址点_20260312.txt", tmp_path / "gd.prepared"
    invoke("prepare", demo_folder / "parcels" / "DLTB.gdb", "--kind", "cultivated", "-o", parcels)

    with pytest.raises(
        InputError, match="knows no land codes, so nothing can be measured by code: prepare it with --kind"
    ):
        invoke("overlay", txt, *land(demo_folder)[:3], parcels, "--by-code", tmp_path / "codes.csv")
    with pytest.raises(InputError, match=r"written as \.csv, \.xlsx, not as '\.gpkg'"):
        invoke("overlay", txt, *land(demo_folder), "--by-code", tmp_path / "codes.gpkg")


def test_overlay_refuses_a_format_it_does_not_write(demo_folder, tmp_path):
    txt = demo_folder / "violations" / "界址点_20260312.txt"

    done = geoenforce("overlay", txt, *land(demo_folder), "-o", tmp_path / "areas.dbf")

    assert done.returncode == 1
    assert "written as .csv, .gpkg, .parquet, .xlsx, not as '.dbf'" in done.stderr


def test_a_column_must_name_ours_and_theirs(demo_folder):
    done = geoenforce("overlay", "a.shp", *land(demo_folder), "--column", "TBBH")

    assert done.returncode == 2
    assert "violation_id=TBBH" in done.stderr


def test_screen_says_what_a_proposed_site_would_take(demo_folder, demo_run):
    txt = demo_folder / "violations" / "界址点_20260312.txt"

    areas = json.loads(invoke("screen", txt, *land(demo_folder), "--json").stdout)

    reported = demo_run.results.areas
    total = sum(row["basic_farmland_mu"] for row in areas)
    assert total == pytest.approx(reported[reported.index.str.startswith("JZD")]["basic_farmland_mu"].sum(), abs=1e-3)
    assert "基本农田（亩）" in invoke("screen", txt, *land(demo_folder)).stdout


def test_explain_goes_down_to_article_comparisons_patches_and_files(demo_folder, demo_run):
    case_id = demo_run.results.cases.query("severity == 'especially_serious'").index[0]

    record = json.loads(invoke("explain", case_id, "--config", demo_folder, "--json").stdout)
    text = invoke("explain", case_id, "--config", demo_folder).stdout

    assert record["severity"] == "especially_serious"
    assert len(record["comparisons"]) == 6
    assert record["patches"]
    assert sum(piece["area_m2"] for piece in record["pieces"]) == pytest.approx(
        sum(patch["area_m2"] for patch in record["patches"]), abs=0.01
    )
    assert "第三十六条" in text
    assert "情节特别严重" in text
    assert "sha256" in text


def test_explain_finds_a_case_by_its_patch_and_a_township_by_its_name(demo_folder, demo_run):
    areas = demo_run.results.areas
    patch = areas.index[areas["case_id"] != areas.index][0]
    town = demo_run.results.cases["township_name"].iloc[0]

    by_patch = json.loads(invoke("explain", patch, "--config", demo_folder, "--json").stdout)
    of_town = json.loads(invoke("explain", town, "--config", demo_folder, "--json").stdout)

    assert by_patch["case_id"] == areas.loc[patch, "case_id"]
    assert len(of_town["cases"]) == (demo_run.results.cases["township_name"] == town).sum()
    assert town in invoke("explain", town, "--config", demo_folder, "--lang", "en").stdout


def test_explain_of_something_unknown_lists_what_there_is(demo_folder, demo_run):
    with pytest.raises(InputError, match=r"'no-such' is no case, patch or township.*Cases are \["):
        invoke("explain", "no-such", "--config", demo_folder)


def test_demo_writes_the_county_and_runs_it_and_the_same_county_gives_the_same_tables_to_the_byte(tmp_path, demo_run):
    done = invoke("demo", tmp_path / "demo")

    assert done.exit_code == 0
    assert "示范县" in done.stdout
    out = tmp_path / "demo" / "out"
    assert {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} == set(demo_run.files)
    tables = [path for name, path in demo_run.files.items() if name.endswith(".csv")]
    assert len(tables) > 10
    for path in tables:
        assert (out / path.name).read_bytes() == path.read_bytes(), path.name


def test_settings_of_other_gis_programs_do_no_harm(areas_csv, monkeypatch):
    monkeypatch.setenv("PROJ_LIB", "/no/such/place")
    monkeypatch.setenv("GDAL_DATA", "/no/such/place")

    assert geoenforce("grade", areas_csv).returncode == 0


def test_an_ascii_console_does_not_crash(areas_csv, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")

    done = geoenforce("grade", areas_csv)

    assert done.returncode == 0
    assert "?" in done.stdout


def test_main_turns_an_error_of_the_input_into_status_1(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["geoenforce", "grade", "no_such.csv"])

    with pytest.raises(SystemExit) as stop:
        main()

    assert stop.value.code == 1
    assert "no_such.csv: there is no such file." in capsys.readouterr().err


def test_what_the_system_refuses_is_one_message_and_status_1(monkeypatch, capsys):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied", "areas.csv")

    monkeypatch.setattr("geoenforce.inputs.case_areas.read_case_areas", refused)
    monkeypatch.setattr(sys, "argv", ["geoenforce", "grade", "areas.csv"])

    with pytest.raises(SystemExit) as stop:
        main()

    assert stop.value.code == 1
    assert capsys.readouterr().err.startswith("areas.csv: Permission denied. Is the file open in another program")


def test_overlay_never_writes_over_a_delivered_file(tmp_path):
    from tests.inputs.builders import frame, square

    patches = tmp_path / "wf.gpkg"
    land = tmp_path / "land.gpkg"
    frame([square()], TBBH="A").to_file(patches)
    frame([square()], DLBM="0101").to_file(land)
    before = patches.read_bytes()

    for option in ("-o", "--pieces"):
        with pytest.raises(InputError, match=r"wf\.gpkg is one of the files to be read; it would be lost"):
            invoke("overlay", patches, "--basic-farmland", land, "--cultivated", land, option, patches)
    same = ("-o", tmp_path / "a.csv", "--pieces", tmp_path / "a.csv")
    with pytest.raises(InputError, match=r"a\.csv is named for two tables"):
        invoke("overlay", patches, "--basic-farmland", land, "--cultivated", land, *same)

    assert patches.read_bytes() == before


@pytest.mark.parametrize("day", ["2026-02-13", "2026/2/13", "20260213", "2026年2月13日"])
def test_days_are_typed_as_people_write_them(day):
    assert invoke("due", day, "--working-days", "2").stdout == "2026-02-24\n"


def test_a_day_that_is_none_is_told_with_the_forms_that_are():
    done = geoenforce("due", "2026-13-02", "--days", "2")

    assert done.returncode == 2
    assert "'2026-13-02' is no day (日期); it is written 2026-03-02, 2026/3/2" in done.stderr


def test_a_command_without_a_project_names_its_own_options_in_errors(tmp_path):
    from tests.inputs.builders import frame, shapefile, square

    patches = shapefile(tmp_path / "wf.shp", frame([square()], BH="A"))
    land = shapefile(tmp_path / "land.shp", frame([square()], DL="0101"))
    layers = ("--basic-farmland", land, "--cultivated", land)

    with pytest.raises(InputError, match=r"On the command line \(命令行\): --column violation_id=THEIR_NAME"):
        invoke("overlay", patches, *layers)
    with pytest.raises(
        InputError, match=r"命令行\): no option names a column of this layer; rename it, or make a project"
    ):
        invoke("prepare", land, "--kind", "parcels", "-o", tmp_path / "a.prepared")
    patches.with_suffix(".prj").unlink()
    for command in ("overlay", "screen"):
        with pytest.raises(InputError, match=r"命令行\): --crs EPSG:4527"):
            invoke(command, patches, *layers)


def test_overlay_tells_why_rows_are_left_out_and_that_all_parcels_count_where_there_is_no_dlbm(tmp_path):
    from shapely import Polygon

    from tests.inputs.builders import frame, shapefile, square

    west, south, east, north = square(1).bounds
    bow_tie = Polygon([(west, south), (east, north), (east, south), (west, north)])
    patches = shapefile(tmp_path / "wf.shp", frame([square(0), *[bow_tie] * 7], TBBH=list("ABCDEFGH")))
    land = shapefile(tmp_path / "land.shp", frame([square()], DL="0101"))

    told = invoke("overlay", patches, "--basic-farmland", land, "--cultivated", land).stderr

    assert "  rejected: row 2: The polygon is invalid (Self-intersection" in told
    assert f"  … and 2 more: geoenforce check {patches}" in told
    assert told.count("! it has no DLBM (地类编码): all of it counts as cultivated land") == 1


def test_grade_reads_the_chinese_names_of_the_columns_too(tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text("案件编号,其他土地（亩）,基本农田(亩),基本农田以外的耕地（亩）\nA,41,5,0\n", encoding="gb18030")

    (record,) = json.loads(invoke("grade", path, "--json").stdout)

    assert (record["case_id"], record["severity"], record["decided_by"]) == ("A", "especially_serious", "other")
    path.write_text("案件编号,基本农田,其他\nA,5,0\n", encoding="gb18030")
    with pytest.raises(
        InputError, match="in the first row, or 案件编号、基本农田（亩）、基本农田以外的耕地（亩）、其他土地（亩）"
    ):
        invoke("grade", path)


def test_the_list_of_commands_names_each_in_chinese_and_cuts_none_short():
    listed = invoke("--help").stdout.split("Commands:")[1]

    commands = [line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "]
    assert len(commands) >= 28
    assert listed.count(" · ") == len(commands)
    assert "全流程运行 · Go the whole way" in listed
    assert "..." not in listed


def test_the_version_is_told():
    done = invoke("--version")

    assert done.exit_code == 0
    assert re.fullmatch(r"geoenforce \d+\.\d+\.\d+, Python 3\.1\d\.\d+\n", done.stdout)
