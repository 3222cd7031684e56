import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyogrio
import pytest
import shapely

from geoenforce.core.errors import GeoenforceError, TableError
from geoenforce.core.measures import area_m2
from geoenforce.outputs.geopackage import write_rejects_gpkg, write_results_gpkg


@pytest.fixture(scope="module")
def package(county, tmp_path_factory):
    path = tmp_path_factory.mktemp("gpkg") / "results.gpkg"
    write_results_gpkg(county, path)
    return path


def styles(path):
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault").fetchall()
    return {name: ET.fromstring(text) for name, text in rows}


def test_every_layer_is_there_in_the_crs_of_the_project(package):
    assert pyogrio.list_layers(package).tolist() == [
        ["townships", "MultiPolygon"],
        ["violations", "MultiPolygon"],
        ["cases", "MultiPolygon"],
        ["pieces", "MultiPolygon"],
        ["basic_farmland_nearby", "MultiPolygon"],
        ["layer_styles", None],
    ]
    for layer in ("townships", "violations", "cases", "pieces", "basic_farmland_nearby"):
        info = pyogrio.read_info(package, layer=layer)
        assert (info["crs"], info["geometry_name"]) == ("EPSG:4527", "geom")
        assert info["total_bounds"][0] > 39_000_000


def test_violations_carry_their_areas_and_the_grade_of_their_case(package, attacks):
    patches = gpd.read_file(package, layer="violations").set_index("violation_id")

    assert patches.loc["V3", ["case_id", "severity", "decided_by"]].to_list() == [
        "C2", "especially_serious", "basic_farmland",
    ]  # fmt: skip
    assert patches.loc["V1", "basic_farmland_mu"] == 6.2
    assert patches.loc["V6"].isna()["severity"]
    assert attacks.SCRIPT_ATTACK in patches.index


def test_violations_keep_the_delivered_vertices(county, package):
    patches = gpd.read_file(package, layer="violations").set_index("violation_id").to_crs(4490)

    delivered = shapely.get_coordinates(county.original["V1"])
    assert shapely.get_num_coordinates(patches.geometry["V1"]) == len(delivered) == 5
    # half a nanodegree is less than 0.1 mm
    assert abs(shapely.get_coordinates(patches.geometry["V1"]) - delivered).max() < 5e-10


def test_a_case_is_its_counted_patches_dissolved(package):
    cases = gpd.read_file(package, layer="cases").set_index("case_id")

    # V2 is 20 mu and V3 is 5 mu; they lie apart
    assert cases.geometry["C2"].geom_type == "MultiPolygon"
    assert len(cases.geometry["C2"].geoms) == 2
    assert area_m2(cases.geometry)["C2"] == pytest.approx(25 * 2000 / 3, rel=1e-6)
    assert cases.loc["C2", "comparison"] == "基本农田 13.00 亩 ≥ 10 亩"


def test_a_suspected_patch_of_a_confirmed_case_is_not_in_its_shape(county, tmp_path):
    mixed = replace(county, violations=county.violations.assign(status=["confirmed", "confirmed", "suspected"] * 2))

    write_results_gpkg(mixed, tmp_path / "results.gpkg")

    cases = gpd.read_file(tmp_path / "results.gpkg", layer="cases").set_index("case_id")
    assert len(cases.geometry["C2"].geoms) == 1


def test_townships_carry_their_totals(package):
    towns = gpd.read_file(package, layer="townships").set_index("township_code")

    assert towns.loc["445299001", ["cases", "worst_severity"]].to_list() == [2, "especially_serious"]
    assert towns.loc["445299001", "basic_farmland_mu"] == pytest.approx(19.2)
    assert towns.loc["445299002", "county_code"] == "445299"


def test_dates_are_dates_and_flags_are_flags(package):
    info = pyogrio.read_info(package, layer="cases")
    types = dict(zip(info["fields"], zip(info["ogr_types"], info["ogr_subtypes"], strict=True), strict=True))

    assert types["found_on"][0] == "OFTDate"
    assert types["near_threshold"][1] == "OFSTBoolean"
    assert pyogrio.read_dataframe(package, layer="cases")["found_on"].dt.date[0] == date(2026, 3, 2)


def test_each_layer_has_a_style_that_qgis_takes_by_default(package):
    found = styles(package)

    assert set(found) == {"townships", "violations", "cases", "pieces", "basic_farmland_nearby"}
    categories = {item.get("value"): item.get("label") for item in found["cases"].iter("category")}
    assert categories["especially_serious"] == "情节特别严重"
    assert categories["suspected"] == "疑似"
    assert found["townships"].find("labeling/settings/text-style").get("fieldName") == "township_name"
    aliases = {item.get("field"): item.get("name") for item in found["violations"].iter("alias")}
    assert aliases["basic_farmland_mu"] == "基本农田（亩）"


def test_the_style_of_a_layer_knows_only_fields_that_the_layer_has(package):
    for layer, style in styles(package).items():
        fields = set(pyogrio.read_info(package, layer=layer)["fields"])
        assert {item.get("field") for item in style.iter("alias")} == fields
        attribute = style.find("renderer-v2").get("attr")
        assert attribute is None or any(field in attribute for field in fields)


def test_grades_differ_by_hatch_and_not_only_by_colour(package):
    symbols = {}
    style = styles(package)["violations"]
    for category in style.iter("category"):
        symbol = style.find(f".//symbol[@name='{category.get('symbol')}']")
        symbols[category.get("value")] = tuple(
            item.get("v") for item in symbol.iter("prop") if item.get("k") == "style"
        )

    assert symbols["ordinary"] == ("solid",)
    assert symbols["serious"] == ("solid", "b_diagonal")
    assert symbols["especially_serious"] == ("solid", "diagonal_x")


def test_english_styles(county, tmp_path):
    write_results_gpkg(county, tmp_path / "results.gpkg", lang="en")

    labels = [item.get("label") for item in styles(tmp_path / "results.gpkg")["cases"].iter("category")]
    assert labels[0] == "especially serious"


def test_the_database_is_sound_and_the_same_results_give_the_same_bytes(county, package, tmp_path):
    write_results_gpkg(county, tmp_path / "results.gpkg")

    assert (tmp_path / "results.gpkg").read_bytes() == package.read_bytes()
    with closing(sqlite3.connect(package)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_an_old_file_is_replaced_whole(county, tmp_path):
    write_results_gpkg(county, tmp_path / "results.gpkg")
    write_results_gpkg(replace(county, pieces=None), tmp_path / "results.gpkg")

    assert "pieces" not in pyogrio.list_layers(tmp_path / "results.gpkg")[:, 0]


def test_parties_are_left_out_unless_asked_for(county, package, tmp_path):
    write_results_gpkg(county, tmp_path / "all.gpkg", with_personal_data=True)

    for layer in ("violations", "cases"):
        assert "party" not in pyogrio.read_info(package, layer=layer)["fields"]
        assert "party" in pyogrio.read_info(tmp_path / "all.gpkg", layer=layer)["fields"]
    assert "张某" not in package.read_bytes().decode("utf-8", errors="ignore")


def test_a_run_without_cases_still_makes_every_layer(county, tmp_path):
    nothing = replace(
        county, cases=county.cases.iloc[:0], comparisons=county.comparisons.iloc[:0], areas=county.areas.iloc[:0],
        violations=county.violations.iloc[:0], original=county.original.iloc[:0],
        basic_farmland=county.basic_farmland.iloc[:0],
    )  # fmt: skip

    write_results_gpkg(nothing, tmp_path / "results.gpkg")

    assert pyogrio.read_info(tmp_path / "results.gpkg", layer="cases")["features"] == 0


def test_geographic_results_are_written_in_degrees(county, tmp_path):
    write_results_gpkg(replace(county, crs="EPSG:4490"), tmp_path / "results.gpkg")

    assert pyogrio.read_info(tmp_path / "results.gpkg", layer="cases")["total_bounds"][0] == pytest.approx(
        116.4, abs=0.1
    )


def test_rejects_are_written_with_and_without_a_shape(county, tmp_path, attacks):
    write_rejects_gpkg(county.rejects, tmp_path / "rejects.gpkg")

    rejects = gpd.read_file(tmp_path / "rejects.gpkg", layer="rejects")
    assert rejects["feature"].to_list() == ["V9", "V10"]
    assert rejects["detail"][0] == attacks.FORMULA_ATTACK
    assert rejects.geometry.isna().to_list() == [True, False]


def test_rejects_without_rows_are_a_valid_layer(county, tmp_path):
    write_rejects_gpkg(county.rejects.iloc[:0], tmp_path / "rejects.gpkg")

    rejects = gpd.read_file(tmp_path / "rejects.gpkg")
    assert len(rejects) == 0
    assert list(rejects.columns) == ["file", "layer", "row", "feature", "problem", "detail", "geometry"]
    assert rejects.crs.to_epsg() == 4490


def test_a_table_that_is_not_what_it_claims_is_refused(county, tmp_path):
    with pytest.raises(TableError, match=r"'cases'.*lacks the columns \['severity'\]"):
        write_results_gpkg(replace(county, cases=county.cases.drop(columns="severity")), tmp_path / "results.gpkg")


def test_a_file_that_cannot_be_replaced_is_named_with_the_way_out(county, tmp_path):
    (tmp_path / "rejects.gpkg").mkdir()

    with pytest.raises(GeoenforceError, match=r"rejects\.gpkg cannot be written .*Close it where it is open"):
        write_rejects_gpkg(county.rejects, tmp_path / "rejects.gpkg")
