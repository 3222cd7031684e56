"""Whoever compares two outputs of a run finds the same figures."""

import json
import re

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

from geoenforce.core.tables import CASES
from geoenforce.outputs.geopackage import write_results_gpkg
from geoenforce.outputs.maps import write_map
from geoenforce.outputs.run_files import writers
from geoenforce.outputs.spreadsheet import write_cases_xlsx
from geoenforce.outputs.tables import write_csv


@pytest.fixture(scope="module")
def outputs(county, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    write_csv(county.cases, CASES, folder / "cases.csv")
    write_cases_xlsx(county, folder / "cases.xlsx")
    write_results_gpkg(county, folder / "results.gpkg")
    write_map(county, folder / "map.html")
    page = (folder / "map.html").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(folder / "cases.xlsx", data_only=True)
    return {
        "csv": pd.read_csv(folder / "cases.csv").set_index("case_id"),
        "gpkg": gpd.read_file(folder / "results.gpkg", layer="cases").set_index("case_id"),
        "xlsx": {row[0].value: row for row in book["案件"].iter_rows(min_row=2)},
        "totals": {row[0].value: row for row in book["乡镇汇总"].iter_rows(min_row=2)},
        "towns": gpd.read_file(folder / "results.gpkg", layer="townships").set_index("township_code"),
        "map": json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1]),
    }


@pytest.mark.parametrize(("case_id", "basic_farmland_mu"), [("C1", 6.2), ("C2", 13.0)])
def test_a_case_has_one_area_of_basic_farmland(outputs, reader, case_id, basic_farmland_mu):
    assert outputs["csv"].loc[case_id, "basic_farmland_mu"] == basic_farmland_mu
    assert outputs["gpkg"].loc[case_id, "basic_farmland_mu"] == basic_farmland_mu
    assert outputs["xlsx"][case_id][12].value == basic_farmland_mu
    assert reader.cases_of(outputs["map"])[case_id]["mu"][0] == f"{basic_farmland_mu:.2f}"


def test_a_township_has_one_sum_of_basic_farmland(outputs):
    # C1 6.2 mu and C2 13 mu; the suspected case is apart
    assert outputs["towns"].loc["445299001", "basic_farmland_mu"] == pytest.approx(19.2)
    assert outputs["totals"]["445299001"][7].value == pytest.approx(19.2)
    assert outputs["map"]["townships"][0]["value"]["basic_farmland_mu"] == "19.20 亩"
    in_csv = outputs["csv"].query("status == 'confirmed' and township_code == 445299001")
    assert in_csv["basic_farmland_mu"].sum() == pytest.approx(19.2)


@pytest.fixture(scope="module")
def patrol_outputs(patrolled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("patrols")
    for name, write in writers(patrolled, of_map=lambda: {"audience": "supervisor"}).items():
        write(folder / name)
    page = (folder / "map.html").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(folder / "patrols.xlsx")
    texts = {"township_code": str, "office": str}
    return {
        "csv": lambda name: pd.read_csv(folder / f"{name}.csv", dtype=texts),
        "layer": lambda name: gpd.read_file(folder / "results.gpkg", layer=name),
        "sheet": lambda name: pd.DataFrame(book[name].values).pipe(
            lambda cells: cells[1:].set_axis(cells.loc[0], axis=1)
        ),
        "map": json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1]),
    }


def test_a_trip_has_one_length_and_one_start(patrol_outputs):
    lengths, starts = [2996.4, 600.0, 5274.96], ["07:30", "15:00", "08:30"]

    assert patrol_outputs["csv"]("trips")["length_m"].to_list() == lengths
    assert patrol_outputs["layer"]("trips")["length_m"].to_list() == lengths
    assert patrol_outputs["sheet"]("巡查轨迹")["里程（m）"].to_list() == lengths
    trips = [dict(trip["facts"]) for day in patrol_outputs["map"]["patrols"]["days"] for trip in day["trips"]]
    assert [trip["里程"] for trip in trips] == ["3.00 公里", "0.60 公里", "5.27 公里"]
    assert [text[11:16] for text in patrol_outputs["csv"]("trips")["started_at"]] == starts
    assert [text[11:16] for text in patrol_outputs["layer"]("trips")["started_at"]] == starts
    assert [f"{moment:%H:%M}" for moment in patrol_outputs["sheet"]("巡查轨迹")["开始时间"]] == starts
    assert [trip["开始"] for trip in trips] == starts


def test_a_township_has_one_rate_one_status_and_one_sum_of_unseen_farmland(patrol_outputs):
    rates = patrol_outputs["csv"]("patrol_rates").set_index("office")["rate"]
    west = dict(patrol_outputs["map"]["townships"][1]["facts"])
    assert (
        rates["445299002"]
        == patrol_outputs["sheet"]("达标率").set_index("责任单位代码").loc["445299002", "巡查达标率"]
        == 0.5
    )
    assert west["2026-06 巡查达标率"].startswith("50.00%（")

    status = patrol_outputs["layer"]("patrol_status").set_index("township_code")["patrol_status"]
    assert status["445299002"] == patrol_outputs["map"]["townships"][1]["patrol_status"] == "not_patrolled_today"

    unseen = patrol_outputs["csv"]("unseen").groupby("township_code")["area_mu"].sum()
    assert unseen["445299002"] == 300.0
    assert west["超过30天未巡基本农田"] == "1 块，300.00 亩"
    assert patrol_outputs["layer"]("unseen_basic_farmland")["area_mu"].sum() == unseen.sum()


@pytest.fixture(scope="module")
def of_demo(demo_run):
    """What each output of the demo's run says."""

    def rows(name, sheet):
        cells = openpyxl.load_workbook(demo_run.files[name], data_only=True)[sheet].iter_rows(values_only=True)
        header, *rows = [[str(one).replace("\n", "") if place == 0 else one for one in row]
                         for place, row in enumerate(cells)]  # fmt: skip
        return pd.DataFrame(rows, columns=header).set_index(header[0])

    texts = {"case_id": str, "township_code": str, "office": str}
    page = demo_run.files["map.html"].read_text(encoding="utf-8")
    return {
        "rows": rows,
        "csv": lambda name: pd.read_csv(demo_run.files[name], dtype=texts),
        "gpkg": gpd.read_file(demo_run.files["results.gpkg"], layer="cases").set_index("case_id"),
        "map": json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1]),
    }


def test_every_case_of_the_accountability_report_has_the_areas_of_tables_and_map(of_demo, reader):
    rows = of_demo["rows"]("accountability_report.xlsx", "案件明细")
    report = rows[rows["发现日期"].notna()]  # without the sum and the note below it; tables have 6 decimals
    listed, on_map = of_demo["csv"]("cases.csv").set_index("case_id"), reader.cases_of(of_demo["map"])

    assert len(report) > 25
    for label, column, place in (("基本农田（亩）", "basic_farmland_mu", 0), ("其他土地（亩）", "other_mu", 2)):
        reported = report[label].astype(float)
        assert reported.to_list() == pytest.approx(listed[column].reindex(report.index).to_list(), abs=5.1e-7)
        assert reported.to_list() == pytest.approx(of_demo["gpkg"][column].reindex(report.index).to_list(), abs=5.1e-7)
        shown = [float(on_map[case]["mu"][place]) for case in report.index]
        assert reported.to_list() == pytest.approx(shown, abs=0.00501)


def test_a_township_has_one_rate_of_patrols_in_report_table_and_map(of_demo):
    report = of_demo["rows"]("patrol_report.xlsx", "各乡镇（街道）巡查达标情况")["巡查达标率"]
    rates = of_demo["csv"]("patrol_rates.csv").query("level == 'township' and period == '2026-05'")
    assert len(rates) == 8
    towns = {town["code"]: town for town in of_demo["map"]["townships"]}

    for row in rates.to_dict("records"):
        town = towns[row["office"]]
        assert report[town["name"]] == pytest.approx(row["rate"], abs=5.1e-7)
        assert dict(town["facts"])["2026-05 巡查达标率"].startswith(f"{row['rate']:.2%}")


def test_sections_of_a_township_count_what_the_tables_list(of_demo):
    days, duties = of_demo["csv"]("patrol_days.csv"), of_demo["csv"]("duties.csv")
    missed = days[~days["is_compliant"] & ~days["is_excused"]].groupby("office").size()
    overdue = duties[duties["status"] == "overdue"].groupby("office").size()
    assert missed["445299103"] == 22  # in six lines, by month and reason

    for town in of_demo["map"]["townships"]:
        numbers = {section["key"]: section["number"] for section in town["sections"]}
        assert numbers["missed"] == missed.get(town["code"], 0)
        assert numbers["overdue"] == overdue.get(town["code"], 0)
