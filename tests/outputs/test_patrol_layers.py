"""The layers of patrols in results.gpkg and how QGIS draws them."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyogrio
import pytest

from geoenforce.core.errors import TableError
from geoenforce.core.measures import length_m
from geoenforce.outputs.geopackage import write_results_gpkg
from geoenforce.outputs.qgis import style_of

LAYERS = ("trips", "unseen_basic_farmland", "patrol_status")


@pytest.fixture(scope="module")
def package(patrolled, tmp_path_factory):
    path = tmp_path_factory.mktemp("gpkg") / "results.gpkg"
    write_results_gpkg(patrolled, path)
    return path


def style(package, layer):
    with closing(sqlite3.connect(package)) as database:
        query = "SELECT styleQML FROM layer_styles WHERE useAsDefault AND f_table_name = ?"
        return ET.fromstring(database.execute(query, (layer,)).fetchone()[0])


def test_patrols_add_three_layers_in_the_crs_of_the_project(package):
    kinds = dict(pyogrio.list_layers(package).tolist())

    assert [kinds[layer] for layer in LAYERS] == ["MultiLineString", "MultiPolygon", "MultiPolygon"]
    for layer in LAYERS:
        assert pyogrio.read_info(package, layer=layer)["crs"] == "EPSG:4527"


def test_without_patrols_there_are_none(county, tmp_path):
    write_results_gpkg(county, tmp_path / "results.gpkg")

    assert not set(LAYERS) & set(pyogrio.list_layers(tmp_path / "results.gpkg")[:, 0])


def test_a_trip_keeps_its_figures_its_line_and_its_local_times(patrolled, package, rounds):
    trips = gpd.read_file(package, layer="trips").set_index("trip_id")

    assert trips.loc[rounds.FIRST, "started_at"] == "2026-06-26T07:30:00+08:00"
    assert trips.loc[rounds.LAST, "length_m"] == 5274.96
    # the geodesics of line and delivered line, to a millimetre
    assert length_m(trips.geometry).to_list() == pytest.approx(length_m(patrolled.patrols.trips).to_list(), abs=1e-3)


def test_townships_carry_their_status(package):
    status = gpd.read_file(package, layer="patrol_status").set_index("township_code")

    assert status["patrol_status"].to_dict() == {"445299001": "patrolling_now", "445299002": "not_patrolled_today"}
    assert status["trips_today"].to_list() == [1, 0]


def test_unseen_patches_keep_what_is_missing_missing(package):
    unseen = gpd.read_file(package, layer="unseen_basic_farmland")

    assert unseen["days_unseen"].isna().to_list() == [False, True]
    assert unseen["area_mu"].to_list() == [300.0, 60.0]


def test_trips_are_drawn_by_unit_and_stepped_through_by_day(package, rounds):
    qml = style(package, "trips")

    assert qml.find("renderer-v2").get("attr") == "patrol_unit"
    categories = [category.get("value") for category in qml.iter("category")]
    assert categories == ["一队", rounds.HOSTILE_UNIT, ""]
    pens = [prop.get("v") for prop in qml.iter("prop") if prop.get("k") == "line_style"]
    assert pens[:2] == ["solid", "dash"]
    assert {symbol.get("type") for symbol in qml.iter("symbol")} == {"line"}
    assert (qml.find("temporal").get("startField"), qml.find("temporal").get("enabled")) == ("on", "1")


def test_unseen_patches_are_drawn_by_how_long(package):
    qml = style(package, "unseen_basic_farmland")

    assert [category.get("value") for category in qml.iter("category")] == ["never", "90", "60", "less"]
    expression = qml.find("renderer-v2").get("attr")
    found = {days: classify(expression, days) for days in (None, 30, 59, 60, 89, 90, 400)}
    assert found == {None: "never", 30: "less", 59: "less", 60: "60", 89: "60", 90: "90", 400: "90"}


def classify(expression, days):
    """Ask SQLite, whose CASE reads as that of QGIS."""
    with closing(sqlite3.connect(":memory:")) as database:
        return database.execute(f"SELECT {expression} FROM (SELECT ? AS days_unseen)", (days,)).fetchone()[0]


def test_the_status_is_told_in_words_and_hatches_beside_its_colour(package):
    qml = style(package, "patrol_status")

    label = qml.find("labeling/settings/text-style")
    assert label.get("isExpression") == "1"
    for words in ("正在巡查", "今日已巡查", "今日未巡查"):
        assert words in label.get("fieldName")
    assert [category.get("label") for category in qml.iter("category")] == ["正在巡查", "今日已巡查", "今日未巡查"]
    hatches = [
        tuple(prop.get("v") for prop in symbol.iter("prop") if prop.get("k") == "style")
        for symbol in qml.find("renderer-v2/symbols")
    ]
    assert len(set(hatches)) == 3


def test_the_styles_know_only_fields_that_the_layers_have(package):
    for layer in LAYERS:
        fields = set(pyogrio.read_info(package, layer=layer)["fields"])
        assert {item.get("field") for item in style(package, layer).iter("alias")} == fields


def test_units_beyond_the_colours_still_have_one():
    qml = ET.fromstring(style_of("trips", "en", units=[f"unit {number}" for number in range(14)]))

    assert len(list(qml.iter("category"))) == 15
    assert [category.get("label") for category in qml.iter("category")][-1] == "unknown unit"


def test_the_same_results_give_the_same_bytes(patrolled, package, tmp_path):
    write_results_gpkg(patrolled, tmp_path / "results.gpkg")

    assert (tmp_path / "results.gpkg").read_bytes() == package.read_bytes()


def test_a_county_without_trips_makes_empty_layers(patrolled, tmp_path):
    names = ("trips", "trip_parts", "unseen")
    nothing = replace(patrolled.patrols, **{name: getattr(patrolled.patrols, name).iloc[:0] for name in names})

    write_results_gpkg(replace(patrolled, patrols=nothing), tmp_path / "results.gpkg")

    assert [pyogrio.read_info(tmp_path / "results.gpkg", layer=layer)["features"] for layer in LAYERS] == [0, 0, 2]


def test_trips_that_are_not_what_they_claim_are_refused(patrolled, tmp_path):
    wrong = replace(patrolled.patrols, trips=patrolled.patrols.trips.drop(columns="started_at"))

    with pytest.raises(TableError, match=r"'trips'.*lacks the columns \['started_at'\]"):
        write_results_gpkg(replace(patrolled, patrols=wrong), tmp_path / "results.gpkg")
