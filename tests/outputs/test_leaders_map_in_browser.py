"""The leaders' map as a whole, in Chromium: what its panel says is what the tables say; nothing leaves the page."""

from dataclasses import replace

import pandas as pd
import pytest

from tests.outputs.pages import wait_until

pytestmark = pytest.mark.browser

MEASURE = "乡镇底色与排名"
SIGNS = "Object.values(map_geoenforce._layers).find((layer) => layer.drawn).drawn.signs.length"
AREAS = SIGNS.replace("signs", "areas")


@pytest.fixture(scope="module")
def full(patrolled, answered, answers):
    """The little county with patrols and accountability; the ratio of one township cannot be computed."""
    made = answered.accountability
    ratio = made.facts.iloc[[2, 2]].assign(
        office=[answers.EAST, answers.WEST], office_name="x", level="township", value=[0.125, None]
    )
    facts = pd.concat([made.facts, ratio], ignore_index=True)
    return replace(patrolled, accountability=replace(made, facts=facts))


def ranked(page, measure):
    page.get_by_label(MEASURE).select_option(measure)
    names = page.locator(".rank .name").all_inner_texts()
    return dict(zip([name[:3] for name in names], page.locator(".rank .value").all_inner_texts(), strict=True))


EXPECTED = {
    # cases.csv: C1 serious and C2 especially serious in the east; 13 + 6.2 mu and 3.8 + 8 mu; 9.996 mu in the west
    "cases": {"东岸镇": "2 宗", "西坡镇": "1 宗"},
    "serious_and_above": {"东岸镇": "2 宗", "西坡镇": "0 宗"},
    "basic_farmland_mu": {"东岸镇": "19.20 亩", "西坡镇": "0.00 亩"},
    "cultivated_mu": {"东岸镇": "31.00 亩", "西坡镇": "9.9960 亩"},
    # patrol_rates.csv and coverage.csv: the lower one first
    "patrol_rate": {"西坡镇": "50.00%", "东岸镇": "66.67%"},
    "coverage": {"东岸镇": "75.00%", "西坡镇": "99.97%"},
    # duties.csv, facts.csv and warnings.csv
    "overdue_duties": {"东岸镇": "1 项", "西坡镇": "0 项"},
    "occupation_ratio": {"东岸镇": "12.50%", "西坡镇": "无法计算"},
    "to_go_case": {"东岸镇": "还差 1 宗", "西坡镇": "尚无计入"},
}


def test_the_ranking_says_what_the_tables_say_the_worst_first(opened, full):
    page = opened(full)

    for measure, expected in EXPECTED.items():
        found = ranked(page, measure)
        assert found == expected, measure
        assert list(found) == list(expected), measure
        label = page.inner_text(".leaflet-tooltip-pane")
        assert all(value in label for value in expected.values()), measure


def test_townships_ranked_by_their_gravest_grade_say_it(opened, full):
    page = opened(full)

    assert ranked(page, "severity") == {"东岸镇": "情节特别严重 1 宗", "西坡镇": "一般 1 宗"}
    page.get_by_role("button", name="English").click()
    assert page.locator(".rank .value").all_inner_texts() == ["especially serious: 1", "ordinary: 1"]


def test_sections_of_the_county_say_that_they_are_not_of_townships(opened, full):
    page = opened(full)

    assert "县级、部门等：触及条款（供人核实）" in page.inner_text(".side .county")


def test_names_leave_the_gravest_signs_to_be_seen(browser, demo_run, reader):
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    file = demo_run.files["map.html"]
    page.goto(file.as_uri())
    patches = reader.patches_of(reader.data_of(file.read_text(encoding="utf-8")))
    gravest = [patch["at"] for patch in patches.values() if patch["group"] == "especially_serious"]

    hidden = page.evaluate(
        """(places) => {
          const { left, top } = map_geoenforce.getContainer().getBoundingClientRect();
          const names = [...document.querySelectorAll(".leaflet-tooltip.name:not(.hidden)")].map((one) => one.getBoundingClientRect());
          const at = places.map((place) => map_geoenforce.latLngToContainerPoint(place).add([left, top]));
          return [names.length, at.filter(({ x, y }) => names.some((box) => x > box.left && x < box.right && y > box.top && y < box.bottom)).length];
        }""",
        gravest,
    )
    page.close()

    assert len(gravest) == 6
    assert hidden == [8, 0]


def test_what_cannot_be_computed_is_told_by_a_pattern_and_in_the_legend(opened, full):
    page = opened(full)

    ranked(page, "occupation_ratio")

    hatches = "Object.values(map_geoenforce._layers).map((l) => l.options && l.options.hatch)"
    assert page.evaluate(hatches).count("dots") == 1
    assert "无法计算" in page.inner_text(".panel .legend")
    assert "10–15%" in page.inner_text(".panel .legend")
    ranked(page, "basic_farmland_mu")
    assert "dots" not in page.evaluate(hatches)


def test_the_county_is_summed_up_in_figures(opened, full):
    page = opened(full)

    # findings.csv has three of 2026, warnings.csv one that is close, duties.csv one that is overdue
    assert page.inner_text(".side .county dl").split("\n") == [
        "2026 年触及条款", "3 项", "2026 年临近触发的预警", "1 项", "已逾期职责", "1 项",
    ]  # fmt: skip


def test_the_page_of_a_township_is_reached_and_left_by_keyboard(opened, full):
    page = opened(full)

    page.locator(".rank").first.focus()
    page.keyboard.press("Enter")

    text = page.inner_text(".side .township")
    assert "东岸镇" in text
    assert "案件数（宗）\t2" in text
    found = page.locator(".section.findings li").all_inner_texts()
    assert [[line for line in one.split("\n") if line] for one in found] == [
        ["2026 年 揭府〔2009〕56号 第二十七条", "→ 诫勉谈话", "未及时制止的情节特别严重案件 1 宗 ≥ 1 宗"]
    ]
    assert "还差 1 宗 → 揭府〔2009〕56号 第三十条第（一）项 记过" in text
    assert "已逾期 74 天" in text
    assert "2026-06 未巡查 1 天：29 日" in text
    assert page.locator(".side .case b").all_inner_texts() == ["C2", "C1"]
    assert page.evaluate("document.activeElement.className") == "back"
    page.keyboard.press("Enter")
    assert page.locator(".side .county").count() == 1


def test_the_charts_count_cases_by_the_month_they_were_found_in(opened, full):
    page = opened(full)

    said = page.locator(".chart svg").first.get_attribute("aria-label")

    assert "2026-03：一般 0 情节严重 1 情节特别严重 1" in said
    assert "2026-04：一般 1 情节严重 0 情节特别严重 0" in said
    assert "2026-05：一般 0 情节严重 0 情节特别严重 0" in said  # the suspected one is apart
    assert "2026-06：达标率 66.67" in page.locator(".chart svg").nth(1).get_attribute("aria-label")
    assert page.locator(".chart").nth(1).locator(".figure").all_text_contents()[-1] == "66.67"  # as in the ranking


def test_filters_change_the_list_and_the_map(opened, full, attacks):
    page = opened(full)
    page.get_by_role("tab", name="案件").click()
    assert "案件 5 宗，图斑 6 个" in page.inner_text(".hits")

    for label, option, cases, signs in (
        ("情节", "情节严重", ["C1"], 1),
        ("乡镇", "东岸镇", ["C2", "C1"], 3),
        ("状态", "疑似", [attacks.FORMULA_ATTACK], 1),
        ("发现月份", "2026-04", [attacks.IMAGE_ATTACK], 1),
    ):
        page.get_by_label(label, exact=True).select_option(label=option)
        assert page.locator(".case b").all_inner_texts() == cases, label
        assert page.evaluate(SIGNS) == signs, label
        page.get_by_role("button", name="清除条件").click()
        assert page.evaluate(SIGNS) == 5

    page.get_by_label("只看临界").check()
    assert page.locator(".case b").all_inner_texts() == [attacks.IMAGE_ATTACK]


def test_a_case_is_found_by_its_number_and_opened(opened, full):
    page = opened(full)
    page.get_by_role("tab", name="案件").click()

    page.get_by_label("查找").fill("c2")
    assert page.locator(".case b").all_inner_texts() == ["C2"]
    page.locator(".case").click()

    text = page.inner_text(".leaflet-popup-content")
    assert "C2（2 个图斑）" in text
    assert "履职时限" in text
    assert "已逾期 74 天" in text
    page.get_by_label("查找").fill("nobody")
    assert page.inner_text(".hits") == "没有符合条件的案件。"


def test_the_language_changes_inside_the_file_and_the_view_stays(opened, full):
    page = opened(full)
    page.evaluate("map_geoenforce.setZoom(14, { animate: false })")
    before = page.evaluate("[map_geoenforce.getZoom(), map_geoenforce.getCenter().lat.toFixed(4)]")

    page.get_by_role("button", name="English").click()

    assert page.locator("html").get_attribute("lang") == "en"
    assert "illegal land use" in page.title()
    assert "Ranking of townships" in page.inner_text(".side")
    assert "Legend and layers" in page.inner_text(".panel")
    assert page.evaluate("[map_geoenforce.getZoom(), map_geoenforce.getCenter().lat.toFixed(4)]") == before
    page.get_by_label("Townships coloured and ranked by").select_option("to_go_case")
    assert "1 case to go" in page.inner_text(".ranking")
    page.locator(".rank").first.click()
    assert "→ admonishment talk" in page.inner_text(".side .township")
    page.get_by_role("button", name="中文").click()
    assert "违法用地情况图" in page.title()
    assert "→ 诫勉谈话" in page.inner_text(".side .township")
    assert page.locator("header").count() == page.locator("footer").count() == page.locator(".panel").count() == 1


def test_what_was_filtered_and_switched_stays_so_in_the_other_language(opened, full):
    page = opened(full)
    page.get_by_role("tab", name="案件").click()
    page.get_by_label("乡镇", exact=True).select_option(label="东岸镇")
    page.get_by_label("查找").fill("c2")
    page.locator(".panel").get_by_label("情节特别严重").uncheck()
    page.locator(".panel").get_by_label("全部日期").check()
    page.locator(".panel summary").click()
    assert page.locator(".case b").all_inner_texts() == ["C2"]
    assert page.evaluate(SIGNS) == 0

    page.get_by_role("button", name="English").click()

    assert page.get_by_label("Township", exact=True).input_value() == "445299001"
    assert page.get_by_label("Search").input_value() == "c2"
    assert page.locator(".case b").all_inner_texts() == ["C2"]
    assert page.evaluate(SIGNS) == 0
    assert not page.locator(".panel").get_attribute("open")
    page.locator(".panel summary").click()
    assert not page.locator(".panel").get_by_label("especially serious").is_checked()
    assert page.locator(".panel").get_by_label("all days").is_checked()
    page.get_by_role("button", name="Clear filters").click()
    assert page.evaluate(SIGNS) == 3  # all but the two patches that are especially serious
    page.get_by_role("button", name="中文").click()
    assert "案件 5 宗，图斑 6 个" in page.inner_text(".hits")


def test_paper_shows_title_date_legend_and_source_and_no_buttons(opened, full):
    page = opened(full)
    before = page.evaluate("map_geoenforce.getZoom()")

    page.emulate_media(media="print")

    page.locator("body.printing").wait_for(state="attached")
    assert page.evaluate("Math.round(document.body.getBoundingClientRect().width)") == 1047  # 277 mm
    for part in ("h1", ".as-of", ".panel .legend", "footer", ".ranking", "#map_geoenforce"):
        page.locator(part).first.wait_for(state="visible")
    for part in (".tools", ".tabs", ".leaflet-control-zoom", ".panel input"):
        page.locator(part).first.wait_for(state="hidden")
    page.emulate_media(media="screen")
    page.locator("body:not(.printing)").wait_for(state="attached")
    page.locator(".tools").wait_for(state="visible")
    assert page.evaluate("map_geoenforce.getZoom()") == before


def test_a_list_of_cases_is_not_cut_at_the_foot_of_the_paper_and_says_what_is_not_printed(opened, full):
    page = opened(full)
    page.get_by_role("tab", name="案件").click()
    tall = "for (const one of document.querySelectorAll('ol.cases .case')) one.style.minHeight = '250px'"
    page.evaluate(tall)  # so that the five cases would need more than a page
    foot = "document.querySelector('.side .body').getBoundingClientRect().bottom"
    shown = "[...document.querySelectorAll('ol.cases li')].filter((item) => item.offsetParent)"

    page.emulate_media(media="print")

    page.locator("body.printing").wait_for(state="attached")
    printed = page.evaluate(f"{shown}.length") - 1
    assert 1 <= printed < 5
    assert page.evaluate(f"{shown}.every((item) => item.getBoundingClientRect().bottom <= {foot})")
    assert page.inner_text("ol.cases .unprinted") == f"另有 {5 - printed} 宗未印出，全部案件见 cases.xlsx。"
    page.emulate_media(media="screen")
    page.locator("body:not(.printing)").wait_for(state="attached")
    assert page.locator("ol.cases .case").count() == page.evaluate(f"{shown}.length") == 5


def test_a_popup_that_is_open_takes_no_legend_from_the_paper(opened, full):
    page = in_window(opened(full), 1024, 768)
    page.get_by_role("tab", name="案件").click()
    page.locator(".case", has_text="C2").click()
    page.locator(".panel .legend").wait_for(state="hidden")

    page.emulate_media(media="print")

    page.locator("body.printing").wait_for(state="attached")
    page.locator(".panel .legend").wait_for(state="visible")
    page.locator(".leaflet-popup").wait_for(state="hidden")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_texts_stay_texts_on_every_page_and_nobody_is_named(opened, full, answers, attacks, lang):
    page = opened(full, lang)
    page.locator(".rank").nth(1).click()
    assert answers.IMAGE_ATTACK in page.inner_text(".side .title")
    page.locator(".tab").nth(1).click()
    assert attacks.IMAGE_ATTACK in page.inner_text(".cases")
    page.locator(".language").click()
    assert attacks.IMAGE_ATTACK in page.inner_text(".cases")

    assert page.locator("img").count() == 0
    assert answers.RECORDER not in page.content()
    assert "张某" not in page.content()


def test_too_many_patches_to_tell_apart_become_circles_that_count_them(opened, county):
    many = 900
    ids = pd.Index([f"M{number}" for number in range(many)], name="violation_id")
    patches = county.violations.loc[["V1"] * many].set_axis(ids)
    original, areas = county.original.loc[["V1"] * many].set_axis(ids), county.areas.loc[["V1"] * many].set_axis(ids)
    page = opened(replace(county, violations=patches, original=original, areas=areas))

    assert page.locator(".circle").all_inner_texts() == ["900"]
    assert page.locator(".circle").get_attribute("aria-label") == "900 个图斑（情节严重 900），点击放大"
    page.locator(".circle").click()
    assert page.locator(".circle").count() == 0


def test_a_layer_that_is_switched_off_is_ticked_again_when_one_goes_to_its_case(opened, full):
    page = opened(full)
    page.locator(".panel").get_by_label("情节特别严重").uncheck()
    page.get_by_role("tab", name="案件").click()

    page.locator(".case", has_text="C2").click()

    assert page.locator(".panel").get_by_label("情节特别严重").is_checked()
    assert page.locator(".panel").get_by_label("疑似").is_checked()
    page.get_by_role("button", name="English").click()
    assert page.locator(".panel").get_by_label("especially serious").is_checked()


def test_a_case_that_the_filters_leave_out_is_drawn_when_one_goes_to_it_from_its_township(opened, full):
    page = opened(full)
    page.get_by_role("tab", name="案件").click()
    page.get_by_label("查找").fill("nobody")
    page.get_by_role("tab", name="总览").click()
    page.locator(".rank", has_text="东岸镇").click()

    page.locator(".case", has_text="C1").click()

    assert page.evaluate(AREAS) == 1


def in_window(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.reload()
    assert page.requests.pop() == page.address  # once more, for the size
    return page


UNDER_A_POPUP = """() => {
  const popup = document.querySelector(".leaflet-popup").getBoundingClientRect();
  const map = document.querySelector("#map_geoenforce").getBoundingClientRect();
  const apart = (box) => box.right <= popup.left || box.left >= popup.right || box.bottom <= popup.top || box.top >= popup.bottom;
  const seen = [...document.querySelectorAll(".leaflet-control")].filter((one) => getComputedStyle(one).visibility !== "hidden");
  const inside = popup.left >= map.left && popup.right <= map.right && popup.top >= map.top && popup.bottom <= map.bottom;
  return { inside, inWindow: popup.top >= 0 && popup.bottom <= innerHeight, covered: seen.filter((one) => !apart(one.getBoundingClientRect())).length };
}"""  # fmt: skip


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
def test_a_popup_is_whole_and_nothing_lies_over_it_in_any_window(opened, full, width, height):
    page = in_window(opened(full), width, height)
    page.get_by_role("tab", name="案件").click()

    page.locator(".case", has_text="C2").click()

    wait_until(page, f"((found) => found.inside && found.inWindow)(({UNDER_A_POPUP})())")
    assert page.evaluate(UNDER_A_POPUP)["covered"] == 0
    page.locator(".leaflet-popup-close-button").click()
    page.locator(".panel").wait_for(state="visible")


def test_a_case_opened_from_the_list_by_keyboard_is_closed_by_the_escape_key(opened, full):
    page = opened(full)
    page.get_by_role("tab", name="案件").click()
    page.locator(".case").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".leaflet-popup").count() == 1

    page.keyboard.press("Escape")

    page.locator(".leaflet-popup").wait_for(state="detached")
    assert page.evaluate("document.activeElement.className") == "case"


def test_on_a_phone_the_map_has_most_of_the_window_and_the_page_goes_on_below(opened, full):
    page = in_window(opened(full), 390, 844)

    assert page.locator("#map_geoenforce").bounding_box()["height"] > 500
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator(".rank").last.click()
    assert page.locator(".side .title").bounding_box()["y"] < 200
