"""The commands that read accountability from the last run, as their users type them."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geoenforce.cli import app
from geoenforce.core.errors import InputError
from geoenforce.outputs.run_files import write_together, writers

runner = CliRunner()
CONFIG = """
[project]
name = "示范县"
county_code = "445299"
[townships]
path = "townships.shp"
[[basic_farmland]]
path = "basic.shp"
[[cultivated]]
path = "parcels.shp"
[[violations]]
path = "violations.shp"
"""


def invoke(*arguments):
    return runner.invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def load(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / "outputs" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def project(folder, results):
    folder.mkdir()
    (folder / "geoenforce.toml").write_text(CONFIG, encoding="utf-8")
    files = {name: write for name, write in writers(results).items() if name.endswith((".csv", ".json"))}
    made = {"inputs": [], "regulations": [{"id": "jieyang-2009"}, {"id": "jiangsu-co-responsibility"}]}
    write_together(files, folder / "out", made, lambda name: None)
    return folder


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    results = replace(load("county").results(), accountability=load("accountable").accountability_results())
    return project(tmp_path_factory.mktemp("projects") / "county", results)


def test_findings_stand_in_a_table_and_close_warnings_below_it(county):
    lines = invoke("findings", county).stdout.splitlines()

    assert lines[0] == "触及条款 3 项"
    assert lines[1].split() == ["编号", "责任单位", "年度", "依据", "措施", "情形"]
    assert lines[2].split() == [
        "J27-445299001-2026", "东岸镇", "2026", "揭府〔2009〕56号", "第二十七条", "诫勉谈话",
        "未及时制止的情节特别严重案件", "1", "宗", "≥", "1", "宗",
    ]  # fmt: skip
    assert lines[5:] == [
        "",
        "预警：临近触发 1 项，另有 1 项尚远",
        "  东岸镇  还差 1 宗 → 揭府〔2009〕56号 第三十条第（一）项 记过（未及时制止的情节特别严重案件 1 宗 < 2 宗）",
    ]


def test_findings_for_programs_are_those_of_the_file(county):
    printed = json.loads(invoke("findings", county, "--json").stdout)

    assert printed == json.loads((county / "out" / "findings.json").read_text(encoding="utf-8"))


def test_findings_are_chosen_by_year_and_by_office_code_or_name(county):
    def ids(*options):
        return [one["finding_id"] for one in json.loads(invoke("findings", county, "--json", *options).stdout)]

    assert ids("--office", "东岸镇") == ids("--office", "445299001") == ["J27-445299001-2026"]
    assert ids("--office", "LAND-1") == ["J28-1-LAND-1-2026"]
    assert len(ids("--year", "2026")) == 3
    assert ids("--year", "2025") == []
    for command in ("findings", "indicators"):
        told = invoke(command, county, "--json", "--year", "2025").stderr
        assert "the last run says nothing of 2025 (该年度无数据); it has [2026]." in told
        assert invoke(command, county, "--json", "--year", "2026").stderr == ""
    with pytest.raises(InputError, match=r"'西镇' is no unit or department in .*; known are \['"):
        invoke("findings", county, "--office", "西镇")


def test_a_dry_run_is_marked_and_has_no_warnings(county):
    printed = invoke("findings", county, "--dry-run-measures").stdout
    english = invoke("findings", county, "--dry-run-measures", "--lang", "en").stdout

    assert printed.startswith("推演：如全部落实，还将触及 1 项（尚未发生）\n")
    assert "记过或记大过，并通报批评" in printed
    assert "预警" not in printed
    assert english.startswith("dry run: 1 more would follow (nothing of it has happened)\n")


def test_all_early_warnings_can_be_had(county):
    lines = invoke("findings", county, "--early-warnings", "--lang", "en").stdout.splitlines()
    printed = json.loads(invoke("findings", county, "--early-warnings", "--json").stdout)

    assert lines[0] == "early warnings: 1 close, 1 farther off"
    assert lines[2].startswith("  示范县  7.30 mu more of cultivated land → 揭府〔2009〕56号 第三十一条第（一）项")
    assert [one["to_go"] for one in printed] == [1.0, 7.294]


def test_duties_are_listed_the_overdue_first_and_those_that_do_not_apply_only_counted(county):
    lines = invoke("duties", county).stdout.splitlines()

    assert lines[0] == "履职时限: 已按期履行 2、逾期履行 1、履行中 1、已逾期 1、不适用 1"
    assert len(lines) == 7
    assert lines[2].split() == [
        "已逾期", "74", "C2", "东岸镇", "拆除", "2026-04-17", "揭府〔2009〕56号", "第十七条第（一）项",
    ]  # fmt: skip


def test_duties_are_chosen_by_status_case_and_office(county):
    def owed(*options):
        return [one["duty"] for one in json.loads(invoke("duties", county, "--json", *options).stdout)]

    assert owed("--status", "overdue") == ["J17-demolish"]
    assert owed("--case", "C1") == ["J17-noticed", "J17-county"]
    assert owed("--office", "445299") == ["J16-notify", "J17-county"]
    assert len(owed()) == 6
    assert "不适用" in invoke("duties", county, "--status", "not_applicable").stdout.splitlines()[2]
    assert runner.invoke(app, ["duties", str(county), "--status", "late"]).exit_code == 2
    with pytest.raises(InputError, match=r"no duty belongs to the case 'C9'; cases with duties are \['C1', 'C2'\]"):
        invoke("duties", county, "--case", "C9")


def test_indicators_are_those_of_the_years_and_on_request_of_the_months(county):
    lines = invoke("indicators", county, "--year", "2026").stdout.splitlines()

    assert lines[0] == "考核指标"
    assert lines[2].split() == ["2026", "445299", "违法占用耕地比例", "12.50%", "31.00", "亩", "248.00", "亩", "1"]
    assert len(lines) == 5
    assert lines[4].endswith("本年度无案件")
    assert len(invoke("indicators", county, "--months").stdout.splitlines()) == 7
    assert len(json.loads(invoke("indicators", county, "--json").stdout)) == 5


@pytest.mark.parametrize("command", ["findings", "duties", "indicators"])
def test_without_a_run_or_without_accountability_the_way_out_is_said(command, tmp_path):
    (tmp_path / "geoenforce.toml").write_text(CONFIG, encoding="utf-8")
    with pytest.raises(InputError, match=r"holds no results. Make them with 'geoenforce run' first"):
        invoke(command, tmp_path)

    plain = project(tmp_path / "plain", load("county").results())
    with pytest.raises(InputError, match=r"the last run says nothing of accountability\. Name a regulation under"):
        invoke(command, plain)


def test_explain_finds_a_unit_and_a_finding(county):
    assert "还差 1 宗" in invoke("explain", "东岸镇", "--config", county).stdout
    record = json.loads(invoke("explain", "J27-445299001-2026", "--config", county, "--json").stdout)
    assert record["cases"][0]["case_id"] == "C2"
