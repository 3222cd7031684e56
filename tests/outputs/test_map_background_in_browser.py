"""What lies below the townships, in Chromium: lines, tiles from where the configuration says, and from nowhere else."""

import base64
import re

import geopandas as gpd
import pytest
import shapely

from geoenforce.outputs.map_background import Background, Lines, Tiles
from tests.outputs.pages import wait_until

pytestmark = pytest.mark.browser

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ATTACK = "<img src=x onerror=window.hacked=1>"
PICTURES = ".leaflet-tile-pane img"
# WGS-84 and GCJ-02 of one place each, as the tests of eviltransform have them
PAIRS = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
]


@pytest.fixture(scope="module")
def background(county):
    west, south, east, north = county.townships.geometry.to_crs(4490).total_bounds
    road = shapely.LineString([(west, south), (east, north)])
    lake = shapely.box(west, south, west + 0.01, south + 0.01) - shapely.box(west, south, west + 0.002, south + 0.002)
    carried = {(10, 843, 443): ("image/png", PNG), (10, 842, 443): ("image/png", PNG)}
    return Background(
        lines=(Lines("road", gpd.GeoSeries([road], crs=4490)), Lines("river", gpd.GeoSeries([lake], crs=4490), ATTACK)),
        tiles=(
            Tiles(f"随图{ATTACK}", pictures=carried, min_zoom=10, max_zoom=10, attribution=f"某院{ATTACK}"),
            Tiles("内网", ("http://t{s}.tiles.test/{z}/{x}/{y}.png",), "12", attribution="内网地图"),
            Tiles("高德", ("https://gcj.tiles.test/{z}/{x}/{y}.png",), datum="GCJ-02"),
        ),
    )


@pytest.fixture(scope="module")
def shown(browser, county, map_file, background):
    """One page for all looks; it answers requests for tiles itself, and keeps a list of them."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.complaints, page.asked = [], []

    def answer(route):
        page.asked.append(route.request.url)
        route.fulfill(body=PNG, content_type="image/png")

    page.route(re.compile("^http"), answer)
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(map_file(county, background=background).as_uri())
    yield page
    assert page.evaluate("window.hacked") is None
    page.close()


def chosen(page, label):
    """Choose what lies below, and wait until every tile is there and the map stands still."""
    page.asked.clear()
    page.get_by_label("底图", exact=True).select_option(label=label)
    wait_until(page, "Object.values(map_geoenforce._layers).every((one) => !one.isLoading?.())")
    wait_until(page, "!map_geoenforce._panAnim?._inProgress")


def test_pictures_that_came_along_are_shown_and_nobody_is_asked(shown, background):
    chosen(shown, background.tiles[0].name)

    assert shown.locator(f"{PICTURES}[src^='data:image/png']").count() > 0
    assert shown.asked == []
    assert ATTACK in shown.inner_text(".attribution")
    assert shown.complaints == []


def test_an_address_is_asked_for_tiles_and_no_other_host_is(shown):
    chosen(shown, "内网")

    assert shown.asked
    assert all(re.fullmatch(r"http://t[12]\.tiles\.test/\d+/\d+/\d+\.png", url) for url in shown.asked)
    assert shown.inner_text(".attribution") == "内网地图"


def test_the_policy_names_the_hosts_and_stops_every_other(shown):
    policy = shown.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert "img-src data: http://t1.tiles.test http://t2.tiles.test https://gcj.tiles.test;" in policy
    shown.asked.clear()

    with shown.expect_console_message(lambda said: "violates the following Content Security Policy" in said.text):
        shown.evaluate(
            "new Promise((done) => { const i = new Image(); i.onerror = done; i.src = 'http://other.test/a.png'; })"
        )

    assert shown.asked == []
    assert "http://other.test/a.png" in shown.complaints.pop()


def test_below_a_map_of_tiles_the_townships_let_it_through(shown):
    opacity = "Object.values(map_geoenforce._layers).filter((l) => l.feature || l.options.fillColor).map((l) => l.options.fillOpacity)"
    chosen(shown, "内网")
    assert 0.3 in shown.evaluate(opacity)

    chosen(shown, "无底图")

    assert 0.3 not in shown.evaluate(opacity)
    assert shown.locator(PICTURES).count() == 0
    assert shown.locator(".attribution").inner_text() == ""


@pytest.mark.parametrize(("true", "shifted"), PAIRS)
def test_over_gcj02_everything_is_shown_shifted_and_no_coordinate_changes(shown, county, true, shifted):
    chosen(shown, "高德")

    gap = shown.evaluate(
        "([place, other]) => { const a = map_geoenforce.project(place, 18), b = L.CRS.EPSG3857.latLngToPoint(L.latLng(other), 18);"
        " return a.distanceTo(b) * L.CRS.EPSG3857.distance(L.latLng(0, 0), L.latLng(0, 360 / 256 / 2 ** 18)); }",
        [true, shifted],
    )
    assert gap < 0.1  # metres
    back = shown.evaluate("(place) => map_geoenforce.unproject(map_geoenforce.project(place, 18), 18)", true)
    assert (back["lat"], back["lng"]) == pytest.approx(true, abs=1e-9)
    inside = county.original["V1"].representative_point()
    spot = shown.evaluate("(at) => { const p = map_geoenforce.latLngToContainerPoint(at); return [p.x, p.y]; }",
                          [inside.y, inside.x])  # fmt: skip
    box = shown.locator("#map_geoenforce").bounding_box()
    shown.mouse.click(box["x"] + spot[0], box["y"] + spot[1])
    assert shown.inner_text(".leaflet-popup-content").startswith("图斑 V1")
    shown.keyboard.press("Escape")
    chosen(shown, "无底图")
    assert shown.evaluate("map_geoenforce.options.crs === L.CRS.EPSG3857")


def test_outside_china_nothing_is_shifted(shown):
    assert shown.evaluate("geoenforceDatum.shifted(L.latLng(48.85, 2.35)).equals(L.latLng(48.85, 2.35))")


def test_lines_are_in_the_legend_and_can_be_switched_off(shown):
    count = "Object.values(map_geoenforce._layers).filter((l) => l.options.color === '#a09587').length"
    assert shown.evaluate(count) == 1
    assert ATTACK in shown.inner_text(".panel")

    shown.get_by_label("道路").uncheck()

    assert shown.evaluate(count) == 0
    shown.get_by_label("道路").check()


def test_the_language_changes_over_tiles_and_the_choice_stays(shown):
    chosen(shown, "内网")

    shown.get_by_role("button", name="English").click()

    assert shown.get_by_label("Map below").input_value() == "1"
    assert "roads" in shown.inner_text(".panel")
    assert shown.locator(".attribution").count() == 1
    shown.get_by_role("button", name="中文").click()


def test_without_tiles_there_is_no_such_choice(opened):
    assert opened().get_by_label("底图", exact=True).count() == 0
