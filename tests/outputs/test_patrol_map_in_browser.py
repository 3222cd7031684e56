"""The patrols of the map as a reader meets them, in Chromium; nothing may leave the page."""

from dataclasses import replace

import pytest

pytestmark = pytest.mark.browser

TRACKS = (
    "Object.values(map_geoenforce._layers).filter((l) => l instanceof L.Polyline && !(l instanceof L.Polygon)).length"
)
HATCHED = "Object.values(map_geoenforce._layers).filter((l) => l.options && l.options.hatch === 'rows').length"


def click_at(page, longitude, latitude):
    spot = page.evaluate(
        "([lat, lng]) => { const p = map_geoenforce.latLngToContainerPoint([lat, lng]);"
        " const box = map_geoenforce.getContainer().getBoundingClientRect(); return [box.x + p.x, box.y + p.y]; }",
        [latitude, longitude],
    )
    page.mouse.click(*spot)
    page.wait_for_selector(".leaflet-popup-content, .side .township")
    return page.inner_text(".leaflet-popup-content, .side .township")


def middle_of(patrolled, trip_id):
    line = patrolled.patrols.trips.geometry[trip_id]
    part = line.geoms[0] if line.geom_type == "MultiLineString" else line
    point = part.interpolate(0.5, normalized=True)
    return point.x, point.y


def test_each_township_shows_its_status_in_words(opened, patrolled):
    page = opened(patrolled)

    names = page.inner_text(".leaflet-tooltip-pane")
    assert "东岸镇\n正在巡查\n情节特别严重 1 宗" in names
    assert "今日未巡查" in names
    pills = page.locator(".leaflet-tooltip-pane .status")
    assert pills.evaluate_all("pills => pills.map((pill) => getComputedStyle(pill).backgroundColor)") == [
        "rgb(184, 38, 27)", "rgb(29, 38, 48)",
    ]  # fmt: skip
    assert pills.evaluate_all("pills => pills.map((pill) => getComputedStyle(pill.lastChild).color)") == [
        "rgb(255, 255, 255)", "rgb(255, 255, 255)",
    ]  # fmt: skip


def test_the_status_can_be_hidden(opened, patrolled):
    page = opened(patrolled)

    page.get_by_label("2026-06-30 10:00 的状态").uncheck()

    assert "正在巡查" not in page.inner_text(".leaflet-tooltip-pane")


def test_townships_can_be_coloured_by_their_status(opened, patrolled):
    page = opened(patrolled)

    page.get_by_label("乡镇底色与排名").select_option(label="今日巡查状态")

    assert "东岸镇\n正在巡查\n1 次巡查" in page.inner_text(".leaflet-tooltip-pane")
    fills = "Object.values(map_geoenforce._layers).map((l) => l.options && l.options.fillColor)"
    assert {"#f6d3cf", "#d5d8dc"} <= set(page.evaluate(fills))


def test_the_slider_changes_the_day_that_is_shown(opened, patrolled):
    page = opened(patrolled)
    slider = page.get_by_role("slider", name="轨迹日期")
    assert "2026-06-30 周二 · 1 次巡查" in page.inner_text(".slider")

    slider.focus()
    page.keyboard.press("Home")

    assert "2026-06-26 周五 · 1 次巡查" in page.inner_text(".slider")
    assert slider.get_attribute("aria-valuetext") == "2026-06-26 周五 · 1 次巡查"
    assert "日期\n2026-06-26\n" in click_at(page, *middle_of(patrolled, "20260626-073000-DEV-0001"))


def test_the_track_of_another_day_is_gone(opened, patrolled):
    page = opened(patrolled)
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowLeft")

    text = click_at(page, *middle_of(patrolled, "20260630-083000-DEV-0001"))

    assert "2026-06-29 周一" in page.inner_text(".slider")
    assert text.startswith("← 返回全县\n东岸镇")  # the township below


def test_all_days_show_all_tracks_until_the_slider_moves(opened, patrolled):
    page = opened(patrolled)
    assert page.evaluate(TRACKS) == 1

    page.get_by_label("全部日期").check()
    assert page.evaluate(TRACKS) == 3
    assert "全部日期 · 3 次巡查" in page.inner_text(".slider")

    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(TRACKS) == 1
    assert not page.get_by_label("全部日期").is_checked()


def test_a_day_without_a_track_says_so(opened, patrolled):
    patrols = replace(patrolled.patrols, trips=patrolled.patrols.trips.iloc[:2])
    page = opened(replace(patrolled, patrols=patrols))

    assert "2026-06-30 周二 · 无巡查轨迹" in page.inner_text(".slider")
    assert page.evaluate(TRACKS) == 0


def test_tracks_that_are_switched_off_cannot_be_clicked(opened, patrolled):
    page = opened(patrolled)

    page.get_by_label("巡查轨迹").uncheck()

    assert page.evaluate(TRACKS) == 0


def test_a_click_on_a_track_shows_its_figures_and_no_device(opened, patrolled):
    page = opened(patrolled)

    text = click_at(page, *middle_of(patrolled, "20260630-083000-DEV-0001"))

    assert text.split("\n")[0] == "巡查：一队"
    # 5274.96 m and 75 min, as in trips.csv
    assert "开始\n08:30\n结束\n09:45\n里程\n5.27 公里\n时长\n75.0 分钟\n途经乡镇\n东岸镇 100.0%" in text
    assert "DEV-0001" not in text


def test_a_violation_on_a_track_can_still_be_clicked(opened, patrolled):
    place = patrolled.original["V1"].representative_point()
    line = patrolled.patrols.trips.geometry.iloc[0].__class__([(place.x - 0.002, place.y), (place.x + 0.002, place.y)])
    trips = patrolled.patrols.trips.set_geometry([line] * 3, crs=4490)
    page = opened(replace(patrolled, patrols=replace(patrolled.patrols, trips=trips)))

    assert click_at(page, place.x, place.y).startswith("图斑 V1")


def test_unseen_patches_are_hatched_and_tell_their_days(opened, patrolled, rounds):
    page = opened(patrolled)
    assert page.evaluate(HATCHED) == 0

    page.get_by_label("超过30天未巡查的基本农田").check()

    assert page.evaluate(HATCHED) == 2
    middle = patrolled.patrols.unseen.geometry.to_crs(4490).iloc[0].representative_point()
    text = click_at(page, middle.x, middle.y)
    assert f"基本农田图斑 P7{rounds.IMAGE_ATTACK}" in text
    assert "最近巡查日\n2026-05-16\n未巡天数\n45 天\n面积\n300.00 亩" in text


def test_supervisors_see_device_and_doubt_as_plain_text(opened, patrolled, rounds):
    page = opened(patrolled, audience="supervisor")
    assert "虚线为有真实性疑点的轨迹" in page.inner_text(".panel")

    text = click_at(page, *middle_of(patrolled, rounds.LAST))

    assert "设备编号\nDEV-0001" in text
    assert f"真实性疑点：轨迹疑似重放。distance 4.2 m{rounds.IMAGE_ATTACK}" in text
    assert page.locator("img").count() == 0


def test_a_hostile_unit_is_shown_as_it_is(opened, patrolled, rounds):
    page = opened(patrolled)
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowLeft")

    text = click_at(page, *middle_of(patrolled, rounds.SHORT))

    assert text.startswith(f"巡查：{rounds.HOSTILE_UNIT}")
    assert page.locator("img").count() == 0


def test_a_township_tells_its_patrols(opened, patrolled):
    page = opened(patrolled)
    place = patrolled.townships.geometry.to_crs(4490).iloc[1].bounds

    text = click_at(page, place[0] + 0.0005, place[3] - 0.0005)

    assert "今日巡查状态\t今日未巡查" in text
    assert "2026-06 巡查达标率\t50.00%（1/2 个应巡日）" in text


def test_english_words(opened, patrolled):
    page = opened(patrolled, "en")

    panel = page.inner_text(".panel")
    assert "Patrols\nstatus at 2026-06-30 10:00" in panel
    assert "Tue 2026-06-30 · trips: 1" in panel
    assert "not patrolled today" in page.inner_text(".leaflet-tooltip-pane")


def test_without_patrols_the_panel_has_no_such_part(opened):
    page = opened()

    assert page.get_by_role("slider").count() == 0
    assert page.locator(".status").count() == 0
    assert "巡查" not in page.inner_text("body")


def test_a_map_without_any_trip_opens(opened, patrolled):
    names = ("trips", "trip_parts", "days", "rates", "coverage", "unseen", "reconciliation", "integrity")
    nothing = replace(patrolled.patrols, **{name: getattr(patrolled.patrols, name).iloc[:0] for name in names})

    page = opened(replace(patrolled, patrols=nothing))

    assert page.get_by_role("slider").count() == 0
    assert "今日未巡查" in page.inner_text(".leaflet-tooltip-pane")
