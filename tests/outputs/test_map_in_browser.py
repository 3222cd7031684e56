"""The map as a reader meets it, in Chromium; one page per look, and nothing may leave it."""

import pytest

pytestmark = pytest.mark.browser

DRAWN = "Object.values(map_geoenforce._layers).find((layer) => layer.drawn).drawn"


def spot_of(page, longitude, latitude):
    """Return where on the screen the map shows a place now."""
    return page.evaluate(
        "([lat, lng]) => { const p = map_geoenforce.latLngToContainerPoint([lat, lng]);"
        " const box = map_geoenforce.getContainer().getBoundingClientRect(); return [box.x + p.x, box.y + p.y]; }",
        [latitude, longitude],
    )


def click(page, results, violation_id):
    """Click in the middle of a violation, where the map shows it now."""
    middle = results.original[violation_id].representative_point()
    page.mouse.click(*spot_of(page, middle.x, middle.y))
    page.wait_for_selector(".leaflet-popup-content .patch")
    return page.inner_text(".leaflet-popup-content")


def test_the_legend_the_labels_and_the_scale_are_there(opened):
    page = opened()

    panel = page.inner_text(".panel")
    for words in (
        "图例与图层",
        "情节特别严重",
        "情节严重",
        "一般",
        "疑似",
        "图斑周边基本农田",
    ):
        assert words in panel
    assert "违法占用基本农田（亩）" in page.inner_text(".side")
    assert "东岸镇\n情节特别严重 1 宗" in page.inner_text(".leaflet-tooltip-pane")
    assert page.inner_text(".leaflet-control-scale").endswith("m")
    assert "截至 2026-06-30" in page.inner_text("header")
    assert "由人作出认定" in page.inner_text("footer")


def test_a_click_on_a_violation_shows_its_figures(opened, county):
    page = opened()

    text = click(page, county, "V1")

    assert text.startswith("图斑 V1\n情节严重\n")
    assert "全案认定\n基本农田 6.20 亩 ≥ 5 亩" in text
    assert "依据\n揭府〔2009〕56号 第三十六条" in text
    assert "基本农田\t4133.33\t6.20" in text
    assert "合计\t6666.67\t10.00" in text
    assert "状态\n已核实" in text
    page.get_by_role("button", name="关闭").wait_for(state="visible")


def test_a_patch_of_a_larger_case_shows_the_whole_case_beside_it(opened, county):
    page = opened()

    text = click(page, county, "V3")

    assert "基本农田\t666.67\t1.00\t13.00" in text
    assert "C2（2 个图斑）" in text


def test_a_case_near_a_threshold_cannot_be_misread(opened, county):
    page = opened()

    text = click(page, county, "V4")

    assert "一般\n临界" in text
    assert "基本农田以外的耕地 9.9960 亩 < 10 亩" in text
    assert "边界误差 ±0.25 亩可能改变认定" in text


def test_hostile_texts_are_shown_as_they_are(opened, county, attacks):
    page = opened(county, with_personal_data=True)

    assert attacks.SCRIPT_ATTACK in page.title()
    assert attacks.SCRIPT_ATTACK in page.inner_text("h1")
    assert attacks.SCRIPT_ATTACK in click(page, county, attacks.SCRIPT_ATTACK)
    page.reload()
    assert attacks.IMAGE_ATTACK in click(page, county, "V4")
    page.reload()
    assert '"O\'Neil" & sons' in click(page, county, "V1")
    assert page.locator("img").count() == 0
    page.requests[1:] = []  # the two reloads asked for the file again


def test_a_suspected_violation_says_that_it_is_not_counted(opened, county, attacks):
    page = opened()

    text = click(page, county, attacks.SCRIPT_ATTACK)

    assert "状态\n疑似" in text


def test_a_click_on_a_township_shows_its_totals(opened, county):
    page = opened()
    west, _, _, north = county.townships.geometry.to_crs(4490).iloc[1].bounds

    page.mouse.click(*spot_of(page, west + 0.0005, north - 0.0005))
    page.wait_for_selector(".side .township")

    assert "案件数（宗）\t1" in page.inner_text(".side .totals")


def test_the_colouring_switches_with_its_legend(opened):
    page = opened()

    page.get_by_label("乡镇底色与排名").select_option(label="违法占用基本农田（亩）")

    assert "东岸镇\n19.20 亩" in page.inner_text(".leaflet-tooltip-pane")
    assert "15–20" in page.inner_text(".panel")
    assert "无已核实案件" not in page.inner_text(".panel")


def test_the_first_colouring_is_the_one_asked_for(opened, county):
    page = opened(county, "zh", "basic_farmland_mu")

    assert page.get_by_label("乡镇底色与排名").input_value() == "basic_farmland_mu"
    assert "19.20 亩" in page.inner_text(".leaflet-tooltip-pane")


def test_a_layer_that_is_switched_off_cannot_be_clicked(opened, county):
    page = opened()
    page.get_by_label("情节严重", exact=False).and_(page.locator("input[type=checkbox]")).last.uncheck()

    assert page.evaluate(f"{DRAWN}.signs.length") == 4


def test_close_by_the_patches_are_drawn_without_their_signs(opened, county):
    page = opened()
    count = f"{DRAWN}.signs.length"
    far = page.evaluate(count)

    page.evaluate("map_geoenforce.setZoom(17, { animate: false })")

    assert (far, page.evaluate(count)) == (5, 0)


def test_english_words(opened, county):
    page = opened(county, "en")

    assert "Legend and layers" in page.inner_text(".panel")
    assert "Case decided by\nbasic farmland 6.20 mu ≥ 5 mu" in click(page, county, "V1")


def test_the_policy_stops_a_script_that_slipped_in(opened):
    page = opened()

    with page.expect_console_message(lambda said: "Content Security Policy" in said.text and "inline" in said.text):
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked=1\">')")

    assert page.evaluate("window.hacked") is None
    page.complaints.clear()
    page.requests[1:] = []
