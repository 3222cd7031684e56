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
def test_a_case_has_one_area_of_basic_farmland(outputs, case_id, basic_farmland_mu):
    assert outputs["csv"].loc[case_id, "basic_farmland_mu"] == basic_farmland_mu
    assert outputs["gpkg"].loc[case_id, "basic_farmland_mu"] == basic_farmland_mu
    assert outputs["xlsx"][case_id][12].value == basic_farmland_mu
    assert outputs["map"]["cases"][case_id]["mu"][0] == f"{basic_farmland_mu:.2f}"


def test_a_township_has_one_sum_of_basic_farmland(outputs):
    # C1 6.2 mu and C2 13 mu; the suspected case is apart
    assert outputs["towns"].loc["445299001", "basic_farmland_mu"] == pytest.approx(19.2)
    assert outputs["totals"]["445299001"][7].value == pytest.approx(19.2)
    assert outputs["map"]["townships"][0]["value"]["basic_farmland_mu"] == "19.20 亩"
    in_csv = outputs["csv"].query("status == 'confirmed' and township_code == 445299001")
    assert in_csv["basic_farmland_mu"].sum() == pytest.approx(19.2)
