from datetime import date
from io import BytesIO

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image

from geoenforce.outputs.documents import charts, fonts
from geoenforce.outputs.documents.calendars import Look, calendar_map
from geoenforce.outputs.documents.charts import Series, bar_chart, line_chart
from geoenforce.outputs.documents.fonts import FontFile, Role, font_for, font_of, lacking, readable, shipped_font
from geoenforce.outputs.documents.small_maps import Layer, draw_map

RED, BLUE = "#c00000", "#0000c0"
LOOKS = {"kept": Look("已巡查", BLUE, "white"), "missed": Look("未巡查", RED, "white")}


def pixels(png, color):
    """Count the pixels that have exactly a colour."""
    image = np.asarray(Image.open(BytesIO(png)).convert("RGB"))
    wanted = [int(color[start : start + 2], 16) for start in (1, 3, 5)]
    return int((image == wanted).all(axis=2).sum())


def square(west, south, size=0.1):
    return shapely.box(west, south, west + size, south + size)


def test_a_bar_is_as_long_as_its_value():
    png = bar_chart(["东岸镇"], [Series("本期", [80.0], RED), Series("上期", [20.0], BLUE)], value_label="%", most=100)

    # the key in the legend adds the same to both
    assert 3.0 < pixels(png, RED) / pixels(png, BLUE) < 4.2


def test_stacked_bars_follow_one_another():
    apart = bar_chart(["甲"], [Series("一", [50.0], RED), Series("二", [50.0], BLUE)], value_label="%", most=100)
    stacked = bar_chart(
        ["甲"], [Series("一", [50.0], RED), Series("二", [50.0], BLUE)], value_label="%", most=100, is_stacked=True
    )

    assert Image.open(BytesIO(stacked)).height < Image.open(BytesIO(apart)).height
    assert 0.8 < pixels(stacked, RED) / pixels(stacked, BLUE) < 1.25


def test_a_missing_value_draws_no_bar_and_no_value():
    empty = bar_chart(["甲", "乙"], [Series("本期", [None, None], RED)], value_label="%")

    assert pixels(empty, RED) == 0


def test_a_line_has_a_gap_where_a_value_is_missing():
    whole = line_chart(["1", "2", "3"], [Series("全县", [5.0, 5.0, 5.0], RED)], value_label="%")
    broken = line_chart(["1", "2", "3"], [Series("全县", [5.0, None, 5.0], RED)], value_label="%")

    assert 0 < pixels(broken, RED) < pixels(whole, RED) / 2


def test_every_kept_and_missed_day_is_in_the_calendar():
    some = calendar_map({date(2026, 3, 2): "kept", date(2026, 3, 3): "missed"}, LOOKS, ["2026-03"], "zh")
    none = calendar_map({}, LOOKS, ["2026-03"], "zh")
    other_month = calendar_map({date(2026, 4, 2): "missed"}, LOOKS, ["2026-03"], "zh")

    assert pixels(some, RED) > pixels(none, RED) + 500
    assert pixels(some, BLUE) > pixels(none, BLUE) + 500
    assert pixels(other_month, RED) == pixels(none, RED)


def test_a_map_is_not_stretched_whatever_the_coordinate_system():
    at_home = gpd.GeoSeries(
        [shapely.box(0, 0, 10_000, 10_000)], crs="+proj=tmerc +lat_0=23.5 +lon_0=116.4 +ellps=GRS80"
    )
    png = draw_map([Layer(at_home, fill=RED, edge=RED)], lang="zh")
    image = np.asarray(Image.open(BytesIO(png)).convert("RGB"))
    rows, columns = np.nonzero((image == [0xC0, 0, 0]).all(axis=2))

    assert (np.ptp(columns) + 1) / (np.ptp(rows) + 1) == pytest.approx(1, abs=0.02)


def test_a_map_draws_the_later_layer_above_and_empty_layers_not_at_all():
    below, above = gpd.GeoSeries([square(116, 23)], crs=4490), gpd.GeoSeries([square(116, 23)], crs=4490)
    nothing = gpd.GeoSeries([], crs=4490)

    png = draw_map([Layer(below, RED, RED), Layer(above, BLUE, BLUE), Layer(nothing, RED, RED, name="无")], lang="zh")

    assert (pixels(png, RED), pixels(png, BLUE) > 1000) == (0, True)


def test_a_map_of_nothing_is_still_a_picture():
    assert draw_map([Layer(gpd.GeoSeries([], crs=4490))], lang="en")[1:4] == b"PNG"


@pytest.mark.parametrize("draw", [
    lambda: bar_chart(["石塱垸镇"], [Series("岽", [1.0])], value_label="面积（㎡）"),
    lambda: calendar_map({date(2026, 3, 2): "kept"}, LOOKS, ["2026-03", "2026-04"], "zh"),
])  # fmt: skip
def test_chinese_is_drawn_without_any_font_on_the_machine_and_always_the_same(draw, monkeypatch):
    monkeypatch.setattr(fonts, "installed_fonts", dict)

    assert draw() == draw()  # a glyph that is missing is a warning, and a warning is an error here


def test_a_character_that_no_font_has_leaves_a_box_and_no_warning(monkeypatch):
    monkeypatch.setattr(fonts, "installed_fonts", dict)

    assert readable("𠮷水镇") == "□水镇"
    assert bar_chart(["𠮷水镇"], [Series("a", [1.0])], value_label="%") == bar_chart(
        ["□水镇"], [Series("a", [1.0])], value_label="%"
    )


def test_dollars_in_a_name_are_no_formula():
    assert bar_chart(["$x^2$ $"], [Series("a", [1.0])], value_label="$")[1:4] == b"PNG"


def test_charts_leave_no_figure_behind():
    assert "pyplot" not in vars(charts)


def test_the_shipped_font_has_gb2312_and_place_names_beyond_it():
    pairs = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))

    assert lacking("".join(pair.decode("gb2312", "ignore") for pair in pairs)) == ""
    assert lacking("垸岽塱碶峃氹圳垌埔亩㎡（）《》、。—“”1234.56%≥≤→") == ""


def test_the_fonts_of_official_documents_are_taken_where_they_are(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "installed_fonts", lambda: {"simfang.ttf": tmp_path / "SIMFANG.TTF"})

    assert font_of(Role.BODY) == FontFile(tmp_path / "SIMFANG.TTF")
    assert font_of(Role.HEADING) == shipped_font(bold=True)


def test_a_rare_character_is_taken_from_a_large_font_if_there_is_one(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "installed_fonts", lambda: {"simsun.ttc": tmp_path / "simsun.ttc"})

    assert font_for("𠮷") == FontFile(tmp_path / "simsun.ttc", 0)
    assert font_for("吉") == shipped_font()
