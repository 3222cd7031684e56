import json
import re
from dataclasses import replace

import numpy as np
import pytest
import shapely

from geoenforce.core.errors import InputError, TableError
from geoenforce.outputs import map_chips, map_data
from geoenforce.outputs.map_chips import chips_of
from geoenforce.outputs.map_words import WORDS
from geoenforce.outputs.maps import write_map
from tests.outputs.map_reader import data_of, written


def test_the_page_points_nowhere_outside(county, tmp_path):
    page = written(county, tmp_path)

    assert re.findall(r"<(?:script|img|iframe|link)[^>]*\s(?:src|href)\s*=", page) == []
    assert re.findall(r"""(?:src|href)=["']?https?:""", page.replace('href="https://leafletjs.com"', "")) == []
    assert re.findall(r"@import|url\((?!data:|#)", page) == []
    assert "jquery" not in page.lower()
    assert "bootstrap" not in page.lower()


def test_hostile_texts_are_nowhere_markup(county, tmp_path, attacks, reader):
    page = written(county, tmp_path)

    assert attacks.IMAGE_ATTACK not in page
    assert attacks.SCRIPT_ATTACK not in page
    assert "&lt;script&gt;window.hacked=1&lt;/script&gt;" in re.search("<title>.*</title>", page)[0]
    assert attacks.SCRIPT_ATTACK in reader.groups_of(data_of(page))["suspected"]


def test_a_template_in_a_text_is_not_run(county, tmp_path):
    page = written(replace(county, title="{{ 7 * 7 }}{% raw %}{#"), tmp_path)

    assert data_of(page)["title"] == "{{ 7 * 7 }}{% raw %}{#违法用地情况图"
    assert "<title>{{ 7 * 7 }}{% raw %}{#违法用地情况图</title>" in page


def test_each_patch_stands_in_the_group_of_its_case_and_status(county, tmp_path, attacks, reader):
    groups = reader.groups_of(data_of(written(county, tmp_path)))

    assert {key: list(patches) for key, patches in groups.items()} == {
        "uncounted": ["V6"],
        "suspected": [attacks.SCRIPT_ATTACK],
        "ordinary": ["V4"],
        "serious": ["V1"],
        "especially_serious": ["V2", "V3"],
    }


def test_the_figures_of_a_patch_have_two_decimals(county, tmp_path, reader):
    patch = reader.groups_of(data_of(written(county, tmp_path)))["serious"]["V1"]

    # basic farmland, other cultivated, other, approved, total; 6.2 mu = 4133.333 m²
    assert patch["mu"] == ["6.20", "3.80", "0.00", "0.00", "10.00"]
    assert patch["m2"] == ["4133.33", "2533.33", "0.00", "0.00", "6666.67"]
    assert patch["afterwards"] == ""


def test_a_case_says_what_decided_and_after_which_article(county, tmp_path, attacks, reader):
    cases = reader.cases_of(data_of(written(county, tmp_path)))

    assert cases["C1"]["decided"] == "基本农田 6.20 亩 ≥ 5 亩"
    assert cases["C1"]["citation"] == "揭府〔2009〕56号 第三十六条"
    assert (cases[attacks.IMAGE_ATTACK]["near"], cases[attacks.IMAGE_ATTACK]["sensitive"]) == (True, "0.25")
    assert "9.9960 亩 < 10 亩" in cases[attacks.IMAGE_ATTACK]["decided"]


def test_a_patch_whose_status_is_not_its_cases_is_marked_as_not_counted(county, tmp_path, reader):
    mixed = replace(county, violations=county.violations.assign(status=["confirmed", "confirmed", "suspected"] * 2))

    groups = reader.groups_of(data_of(written(mixed, tmp_path)))

    assert groups["especially_serious"]["V2"]["counted"] is True
    assert groups["suspected"]["V3"]["counted"] is False


def test_coordinates_are_rounded_to_a_decimetre(county, tmp_path):
    data = data_of(written(county, tmp_path))

    shapes = [data["townships"][0]["geometry"], data["farmland"]]
    numbers = re.findall(r"-?\d+\.\d+", json.dumps([shape["coordinates"] for shape in shapes]))
    assert len(numbers) >= 20
    assert max(len(number.split(".")[1]) for number in numbers) <= 6


def test_the_corners_of_a_patch_are_those_that_were_delivered(county, tmp_path, reader):
    rings = reader.rings_of(data_of(written(county, tmp_path)))

    delivered = shapely.get_coordinates(county.original["V2"])[:-1]
    assert np.array(rings["V2"][0]) == pytest.approx(delivered, abs=6e-7)


def test_holes_and_parts_of_a_patch_are_rings_of_their_own(county, tmp_path, reader):
    outer, hole = shapely.box(116.4, 23.5, 116.402, 23.502), shapely.box(116.4005, 23.5005, 116.401, 23.501)
    parts = shapely.MultiPolygon([outer - hole, shapely.box(116.404, 23.5, 116.405, 23.501)])
    original = county.original.where(county.original.index != "V2", parts)

    rings = reader.rings_of(data_of(written(replace(county, original=original), tmp_path)))

    assert {one: len(own) for one, own in rings.items() if one != "V2"} == dict.fromkeys(rings.keys() - {"V2"}, 1)
    assert sorted(min(ring) for ring in rings["V2"]) == [(116.4, 23.5), (116.4005, 23.5005), (116.404, 23.5)]


def test_points_on_straight_edges_of_the_plane_are_not_drawn(county, tmp_path):
    dense = replace(county, townships=county.townships.set_geometry(county.townships.segmentize(70)))

    shape = data_of(written(dense, tmp_path))["townships"][0]["geometry"]

    assert len(shape["coordinates"][0]) <= 6


def test_townships_are_coloured_both_ways(county, tmp_path):
    data = data_of(written(county, tmp_path, "zh", "basic_farmland_mu"))

    east, west = data["townships"]
    assert data["color_by"] == "basic_farmland_mu"
    # 19.2 mu in four classes: each is 5 mu wide, and 19.2 falls in the last
    assert [entry["label"] for entry in data["legends"]["basic_farmland_mu"]] == ["15–20", "10–15", "5–10", "0–5", "无"]
    assert east["fill"]["basic_farmland_mu"] == data["legends"]["basic_farmland_mu"][0]["fill"]
    assert west["fill"]["basic_farmland_mu"] == data["legends"]["basic_farmland_mu"][-1]["fill"]
    assert east["fill"]["severity"] == data["legends"]["severity"][0]["fill"]
    # C1 and C2: 6.2 + 3.8 + 13 + 8 mu of both kinds of cultivated land
    assert east["value"] == {
        "severity": "情节特别严重 1 宗", "cases": "2 宗", "serious_and_above": "2 宗", "basic_farmland_mu": "19.20 亩", "cultivated_mu": "31.00 亩",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("largest", "labels"),
    [
        (4.0, ["3–4", "2–3", "1–2", "0–1"]),
        (4.0001, ["6–8", "4–6", "2–4", "0–2"]),
        (0.3, ["0.3–0.4", "0.2–0.3", "0.1–0.2", "0–0.1"]),
        (1234.5, ["1500–2000", "1000–1500", "500–1000", "0–500"]),
    ],
)
def test_classes_are_round_and_hold_the_largest_value(county, tmp_path, largest, labels):
    cases = county.cases.assign(basic_farmland_mu=[largest, 0.0, 0.0, 0.0])

    data = data_of(written(replace(county, cases=cases), tmp_path))

    assert [entry["label"] for entry in data["legends"]["basic_farmland_mu"]][:4] == labels
    expected = next(
        entry["fill"]
        for entry in data["legends"]["basic_farmland_mu"]
        if float(entry["label"].split("–")[0]) < largest <= float(entry["label"].split("–")[1])
    )
    assert data["townships"][0]["fill"]["basic_farmland_mu"] == expected


def test_the_headline_counts_confirmed_cases_and_suspected_ones_apart(county, tmp_path):
    headline = {item["label"]: item["value"] for item in data_of(written(county, tmp_path))["headline"]}

    assert headline == {
        "已核实案件": "3 宗", "情节特别严重": "1 宗", "情节严重": "1 宗", "一般": "1 宗", "临界": "1 宗",
        "违法占用基本农田": "19.20 亩", "疑似案件（另计）": "1 宗",
    }  # fmt: skip


def test_the_source_note_names_files_without_their_folders(county, tmp_path):
    named = replace(county, violations=county.violations.assign(source_file="C:/Users/someone/图斑.shp"))

    source = data_of(written(named, tmp_path))["source"]

    assert "数据来源：图斑.shp。" in source
    assert "someone" not in source
    assert "《揭阳市土地管理共同责任制度实施办法》 揭府〔2009〕56号" in source


def test_too_much_farmland_is_left_out_and_said_so(county, tmp_path, monkeypatch):
    monkeypatch.setattr(map_data, "_MOST_FARMLAND", 0)

    data = data_of(written(county, tmp_path))

    assert data["farmland"] is None
    assert data["source"].endswith("周边基本农田图斑过多，未绘入本图，见 results.gpkg。")


def test_parties_are_left_out_unless_asked_for(county, tmp_path, attacks, reader):
    assert "party" not in reader.groups_of(data_of(written(county, tmp_path)))["serious"]["V1"]
    assert "张某" not in written(county, tmp_path)
    assert (
        reader.groups_of(data_of(written(county, tmp_path, with_personal_data=True)))["serious"]["V1"]["party"]
        == attacks.QUOTES
    )


def test_english_has_all_the_words_and_uses_them(county, tmp_path, reader):
    assert WORDS["en"].keys() == WORDS["zh"].keys()

    data = data_of(written(county, tmp_path, "en"))

    assert data["as_of"] == "as of 2026-06-30"
    assert reader.cases_of(data)["C1"]["decided"] == "basic farmland 6.20 mu ≥ 5 mu"
    assert 'lang="en"' in written(county, tmp_path, "en")


def test_the_same_results_give_the_same_bytes(county, tmp_path):
    assert written(county, tmp_path) == written(county, tmp_path)


def test_a_run_without_violations_or_townships_is_still_a_map(county, tmp_path):
    nothing = replace(
        county, cases=county.cases.iloc[:0], comparisons=county.comparisons.iloc[:0], areas=county.areas.iloc[:0],
        violations=county.violations.iloc[:0], original=county.original.iloc[:0], townships=county.townships.iloc[:0],
        basic_farmland=county.basic_farmland.iloc[:0],
    )  # fmt: skip

    data = data_of(written(nothing, tmp_path))

    assert data["bounds"] == [[18.0, 73.0], [54.0, 135.0]]
    assert data["farmland"] is None


@pytest.mark.parametrize(("lang", "color_by"), [("zh", "population"), ("fr", "severity")])
def test_an_unknown_colouring_or_language_is_refused(county, tmp_path, lang, color_by):
    with pytest.raises(InputError, match=rf"by '{color_by}' in the language '{lang}'.*'basic_farmland_mu'"):
        write_map(county, tmp_path / "map.html", lang, color_by)


def test_a_table_that_is_not_what_it_claims_is_refused(county, tmp_path):
    with pytest.raises(TableError, match=r"'comparisons'.*lacks the columns \['citation'\]"):
        write_map(replace(county, comparisons=county.comparisons.drop(columns="citation")), tmp_path / "map.html")


def test_images_of_cases_go_into_the_file_the_gravest_first_while_they_fit(county, tmp_path, monkeypatch):
    image = b"\x89PNG" + bytes(95)  # 99 bytes are 132 letters, and 22 stand before them
    for case_id in ("C1", "C2"):
        (tmp_path / f"{case_id}_before.png").write_bytes(image)

    assert set(chips_of(county.cases, tmp_path)) == {"0", "1"}
    monkeypatch.setattr(map_chips, "_MOST_BYTES", 154)
    assert set(chips_of(county.cases, tmp_path)) == {"1"}  # C2 is especially serious


def test_an_image_that_is_no_png_is_refused(county, tmp_path):
    (tmp_path / "C1_after.png").write_bytes(b"<svg onload=alert(1)>")

    with pytest.raises(InputError, match=r"C1_after.png: is no PNG image"):
        write_map(county, tmp_path / "map.html", chips=tmp_path)


def test_an_option_that_no_map_has_is_refused(county, tmp_path):
    with pytest.raises(InputError, match=r"no option \['audiance'\]; it has \['with_personal_data', 'audience'"):
        write_map(county, tmp_path / "map.html", audiance="leader")
