"""The map for everybody: by keyboard, with weak eyes, on paper; links and images that lead nowhere else."""

import base64
import io
import unicodedata
from dataclasses import replace
from itertools import pairwise

import pypdf
import pytest

from geoenforce.core.terms import Severity
from geoenforce.outputs.map_data import _HATCHES, _SHAPES
from geoenforce.outputs.palette import (
    AREA_TINTS,
    INK,
    MISSING_TINT,
    NO_CASE_TINT,
    SEVERITY_FILL,
    SEVERITY_TINT,
    STATUS_INK,
    STATUS_TINT,
)

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
A4, A3 = (842, 595), (1191, 842)  # points, landscape

# Every text that is seen, with what lies behind it; texts on the map itself lie on the colours of the townships.
CONTRASTS = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(one).backgroundColor);
      if (a > 0.9) return [r, g, b];
      if (one.classList.contains("leaflet-tooltip")) return null;
    }
    return [255, 255, 255];
  };
  const light = (color) => color.slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.getClientRects().length || element.closest("script, option, svg")) continue;
    const back = behind(element);
    if (!back) continue;
    const [one, other] = [light(parse(getComputedStyle(element).color)), light(back)].sort((a, b) => b - a);
    found.push([(one + 0.05) / (other + 0.05), element.className + " " + element.textContent.slice(0, 20)]);
  }
  return found;
}"""
CONTROLS = """() => [...document.querySelectorAll("button, select, input, summary, a[href], [tabindex='0']")]
  .filter((one) => one.getClientRects().length && getComputedStyle(one).visibility !== "hidden").length"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  one.dataset.reached = "yes";
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return { seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 1, area: box.width * box.height,
           name: one.tagName + " " + (one.getAttribute("aria-label") || one.textContent).slice(0, 20) };
}"""


def contrast(one, other):
    lights = []
    for color in (one, other):
        parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def test_contrast_is_reckoned_as_the_guidelines_do():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    "tint", [*AREA_TINTS, MISSING_TINT, NO_CASE_TINT, *SEVERITY_TINT.values(), *STATUS_TINT.values()]
)
def test_names_can_be_read_on_every_colour_of_a_township(tint):
    assert contrast(INK, tint) >= 4.5


@pytest.mark.parametrize("ink", STATUS_INK.values())
def test_the_status_can_be_read_on_its_pill(ink):
    assert contrast("#ffffff", ink) >= 4.5


def test_grades_differ_in_lightness_shape_and_pattern_not_in_colour_alone():
    fills = [SEVERITY_FILL[grade] for grade in Severity]

    assert all(contrast(lighter, darker) >= 1.9 for lighter, darker in pairwise(fills))
    assert len(set(_SHAPES.values())) == len(set(_HATCHES.values())) == len(Severity)


@pytest.fixture(scope="module")
def full(patrolled, answered, attacks):
    return replace(patrolled, accountability=answered.accountability, evidence=frozenset(["C1", attacks.IMAGE_ATTACK]))


@pytest.fixture(scope="module")
def chips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chips")
    for when in ("before", "after"):
        (folder / f"C1_{when}.png").write_bytes(PNG)
    return folder


@pytest.fixture
def page(opened, full, chips):
    return opened(full, chips=chips)


def look_for(page, text):
    page.get_by_role("tab").nth(1).click()
    page.get_by_role("searchbox").fill(text)
    page.locator(".case").first.click()
    page.wait_for_selector(".leaflet-popup-content .patch")


@pytest.mark.browser
def test_every_text_can_be_read(page):
    seen = page.evaluate(CONTRASTS)
    look_for(page, "C1")
    seen += page.evaluate(CONTRASTS)
    page.get_by_role("tab").first.click()
    page.locator(".rank").first.click()
    seen += page.evaluate(CONTRASTS)
    page.locator(".language").click()
    seen += page.evaluate(CONTRASTS)

    assert len(seen) > 200
    assert [(round(ratio, 2), text) for ratio, text in seen if ratio < 4.5] == []


@pytest.mark.browser
@pytest.mark.parametrize("tab", [0, 1])
def test_the_keyboard_reaches_every_control_and_one_sees_where_it_is(page, tab):
    page.get_by_role("tab").nth(tab).click()
    page.evaluate("document.activeElement.blur()")
    controls, stops = page.evaluate(CONTROLS), []
    for _ in range(controls + 1):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))

    stops = [stop for stop in stops if stop]
    assert page.locator("[data-reached]").count() == controls
    assert [stop["name"] for stop in stops if not stop["seen"] or not stop["area"]] == []
    names = [stop["name"] for stop in stops]
    first = names.index("BUTTON 打印 A4")
    names = names[first:] + names[:first]  # the click had set the point where one starts
    # as one reads: the header, the panel beside the map, the map, its zoom, the legend
    order = ["BUTTON 打印 A4", "BUTTON English", "BUTTON 总览", "BUTTON 案件", "A 放大", "SUMMARY 图例与图层"]
    assert [name for name in names if name in order] == order


@pytest.mark.browser
def test_pictures_and_charts_have_words(page):
    look_for(page, "C1")

    assert page.locator("img").evaluate_all("images => images.map((image) => image.alt)") == [
        "C1 前时相影像",
        "C1 后时相影像",
    ]
    page.get_by_role("tab").first.click()
    assert all(page.locator("svg[role=img]").evaluate_all("charts => charts.map((c) => c.getAttribute('aria-label'))"))
    unnamed = (
        "all => all.filter((c) => !(c.closest('[aria-hidden]') || c.closest('#map_geoenforce > .leaflet-pane'))).length"
    )
    assert page.locator("canvas").evaluate_all(unnamed) == 0


@pytest.mark.browser
def test_a_case_leads_to_its_sheet_and_shows_its_images(page):
    look_for(page, "C1")

    link = page.get_by_role("link", name="打开证据材料")
    assert link.get_attribute("href") == "evidence/C1.html"
    assert link.get_attribute("rel") == "noopener"
    sources = page.locator(".chips img").evaluate_all("images => images.map((image) => image.src)")
    assert sources == [f"data:image/png;base64,{base64.b64encode(PNG).decode()}"] * 2
    assert page.locator(".chips figcaption").all_inner_texts() == ["前时相影像", "后时相影像"]


@pytest.mark.browser
def test_a_hostile_case_leads_to_a_file_of_that_folder_only(page, attacks):
    look_for(page, attacks.IMAGE_ATTACK)

    href = page.get_by_role("link", name="打开证据材料").get_attribute("href")
    assert href.startswith("evidence/")
    assert not set(href.removeprefix("evidence/")) & set("<>/:\"' ")


@pytest.mark.browser
def test_a_case_without_a_sheet_has_no_link(page):
    look_for(page, "C2")

    assert page.get_by_role("link", name="打开证据材料").count() == 0


@pytest.mark.browser
def test_cases_are_filtered_by_the_kind_of_party(page):
    page.get_by_role("tab").nth(1).click()
    kinds = page.get_by_label("当事人类型（按名称判断）")
    assert kinds.locator("option").all_inner_texts() == ["全部", "个人", "其他或无法判断", "未填写"]

    kinds.select_option(label="个人")

    assert page.locator(".case b").all_inner_texts() == ["C2"]
    assert page.inner_text(".hits") == "符合条件：案件 1 宗，图斑 2 个"
    assert "张某" not in page.content()


@pytest.mark.browser
def test_days_are_played_one_by_one_until_one_says_stop(page):
    page.clock.install()  # a busy machine must not let a day pass unseen
    page.get_by_role("button", name="逐日播放").click()
    assert "2026-06-26" in page.inner_text(".slider output")  # the last day was shown: from the first again

    page.clock.run_for(1000)
    assert "2026-06-29 周一 · 1 次巡查" in page.inner_text(".slider output")
    page.get_by_role("button", name="暂停").click()

    assert page.get_by_role("slider").input_value() == "1"
    page.get_by_role("button", name="逐日播放").wait_for(state="visible")


@pytest.mark.browser
def test_the_ground_within_sight_is_as_broad_as_one_sees(page):
    bands = "Object.values(map_geoenforce._layers).filter((l) => l.options.sight).map((l) => [l.options.sight, l.options.weight])"
    assert page.evaluate(bands) == []
    page.get_by_label("巡查视野（轨迹两侧200米）").check()

    for zoom in (13, 15):
        page.evaluate(f"void map_geoenforce.setZoom({zoom}, {{ animate: false }})")
        ((sight, weight),) = page.evaluate(bands)
        # 156 543.03 m is a pixel's width at the equator and zoom 0; the county lies at 23.51° N, cos = 0.9170
        assert sight == 200
        assert weight == pytest.approx(400 / (156543.03 * 0.9170 / 2**zoom), rel=2e-3)


@pytest.mark.browser
@pytest.mark.parametrize(("paper", "size"), [("a4", A4), ("a3", A3)])
def test_it_is_printed_on_one_sheet_with_title_date_legend_and_source(page, paper, size):
    page.evaluate(f"document.documentElement.classList.add('{paper}')")

    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages

    assert [tuple(round(float(side)) for side in sheet.mediabox[2:]) for sheet in sheets] == [size]
    text = unicodedata.normalize("NFKC", sheets[0].extract_text())  # PDFs name some signs by their radicals
    text = text.replace("\n", "")
    for words in ("违法用地情况图", "截至 2026-06-30", "情节特别严重", "由人作出认定", "乡镇排名"):
        assert words in text, words
    assert "打印" not in text
