"""What the map's file holds of patrols, and what it must not hold."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from geoenforce.core.errors import InputError, TableError
from geoenforce.core.patrol_terms import IntegrityFlag
from geoenforce.outputs import patrol_map
from geoenforce.outputs.map_words import DOUBT_WORDS, PATROL_WORDS
from geoenforce.outputs.maps import write_map
from geoenforce.outputs.run_files import writers
from tests.outputs.map_reader import data_of, written


def with_patrols(patrolled, **changes):
    return replace(patrolled, patrols=replace(patrolled.patrols, **changes))


def forbidden(rounds):
    """Return everything that tells of devices or doubts."""
    flags = [text for flag in IntegrityFlag for text in (flag.value, flag.zh, flag.en)]
    words = [word for lang in ("zh", "en") for word in DOUBT_WORDS[lang].values()]
    pieces = [piece for word in words for piece in re.split(r"\{\w+\}", word) if len(piece.strip()) > 2]
    return [*rounds.DEVICES, rounds.FIRST, "distance 4.2 m", 'doubts":', *flags, *pieces]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_leaders_edition_tells_of_no_device_and_no_doubt(patrolled, tmp_path, rounds, lang):
    page = written(patrolled, tmp_path, lang)

    assert [text for text in forbidden(rounds) if text in page] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_supervisors_edition_tells_of_both_and_says_what_it_is(patrolled, tmp_path, lang):
    data = data_of(written(patrolled, tmp_path, lang, audience="supervisor"))

    trip = data["patrols"]["days"][-1]["trips"][0]
    assert [DOUBT_WORDS[lang]["device"], "DEV-0001"] in trip["facts"]
    assert IntegrityFlag.REPLAYED_TRACK.name_in(lang) in trip["doubts"][0]
    assert data["patrols"]["days"][0]["trips"][0]["doubts"] == []
    assert data["as_of"].endswith({"zh": "监督人员版", "en": "supervisors' edition"}[lang])


def test_leaders_are_the_audience_unless_said_otherwise(patrolled, tmp_path):
    for name, options in (("leader", {}), ("supervisor", {"of_map": lambda: {"audience": "supervisor"}})):
        writers(patrolled, **options)["map.html"](tmp_path / f"{name}.html")

    assert "DEV-0001" not in (tmp_path / "leader.html").read_text(encoding="utf-8")
    assert "DEV-0001" in (tmp_path / "supervisor.html").read_text(encoding="utf-8")


def test_without_patrols_nothing_of_them_is_in_the_file(county, patrolled, tmp_path):
    page = written(county, tmp_path)
    with_them = data_of(written(patrolled, tmp_path))

    assert "patrols" not in data_of(page)
    assert {one["key"] for one in with_them["measures"]} - {one["key"] for one in data_of(page)["measures"]} == {
        "patrol_rate", "coverage", "patrol_status",
    }  # fmt: skip
    assert "巡查" not in page
    assert "geoenforcePatrols = " not in page


def test_english_has_all_the_words():
    assert PATROL_WORDS["zh"].keys() == PATROL_WORDS["en"].keys()
    assert DOUBT_WORDS["zh"].keys() == DOUBT_WORDS["en"].keys()


def test_the_words_of_cases_stay_as_they_are(county, patrolled, tmp_path):
    with_them = data_of(written(patrolled, tmp_path))["words"]

    assert data_of(written(county, tmp_path))["words"] == with_them


def test_hostile_texts_are_nowhere_markup(patrolled, tmp_path, attacks, rounds):
    page = written(patrolled, tmp_path, audience="supervisor")

    assert attacks.IMAGE_ATTACK not in page
    assert data_of(page)["patrols"]["days"][1]["trips"][0]["unit"] == rounds.HOSTILE_UNIT
    assert len(re.findall("<script", page)) == len(
        re.findall("<script", written(replace(patrolled, title="x"), tmp_path))
    )


def test_days_of_duty_without_a_trip_are_on_the_slider_too(patrolled, tmp_path):
    without_last = with_patrols(patrolled, trips=patrolled.patrols.trips.iloc[:2])

    days = data_of(written(without_last, tmp_path))["patrols"]["days"]

    assert [(day["label"], len(day["trips"])) for day in days] == [
        ("2026-06-26 周五", 1), ("2026-06-29 周一", 1), ("2026-06-30 周二", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(("moment", "day"), [("2026-06-30 10:00", 2), ("2026-06-28 10:00", 0), ("2026-01-01 10:00", 0)])
def test_the_map_opens_with_the_last_day_that_is_known(patrolled, tmp_path, moment, day):
    at = pd.Timestamp(moment, tz="Asia/Shanghai").to_pydatetime()

    assert data_of(written(with_patrols(patrolled, status_at=at), tmp_path))["patrols"]["day"] == day


def test_a_track_is_drawn_to_the_metre(patrolled, tmp_path):
    drawn = data_of(written(patrolled, tmp_path))["patrols"]["days"][2]["trips"][0]["line"]

    parts = [np.array(part).reshape(-1, 2).cumsum(axis=0) / 100_000 for part in drawn]
    exact = [shapely.get_coordinates(part) for part in patrolled.patrols.trips.geometry.iloc[2].geoms]
    assert [len(part) for part in parts] == [3, 3]
    for part, known in zip(parts, exact, strict=True):
        assert abs(part[:, ::-1] - known).max() <= 0.5e-5 + 1e-12


def test_a_trip_tells_unit_times_length_and_townships(patrolled, tmp_path):
    trip = data_of(written(patrolled, tmp_path))["patrols"]["days"][0]["trips"][0]

    assert trip["unit"] == "一队"
    facts = dict(trip["facts"])
    # 2996.4 m; 07:30 is 23:30 UTC of the day before
    assert (facts["日期"], facts["开始"], facts["结束"]) == ("2026-06-26", "07:30", "08:00")
    assert (facts["里程"], facts["时长"]) == ("3.00 公里", "30.0 分钟")
    assert facts["途经乡镇"].startswith("东岸镇 60.0%、西坡镇")


def test_the_end_of_a_trip_over_midnight_names_its_day(patrolled, tmp_path):
    ended = patrolled.patrols.trips["ended_at"] + pd.Timedelta(hours=17)
    late = with_patrols(patrolled, trips=patrolled.patrols.trips.assign(ended_at=ended))

    assert ["结束", "2026-06-27 01:00"] in data_of(written(late, tmp_path))["patrols"]["days"][0]["trips"][0]["facts"]


def test_a_trip_without_a_unit_is_told_so_and_not_by_its_device(patrolled, tmp_path):
    nameless = with_patrols(patrolled, trips=patrolled.patrols.trips.assign(patrol_unit=pd.array([None] * 3, "str")))

    assert data_of(written(nameless, tmp_path))["patrols"]["days"][0]["trips"][0]["unit"] == "单位不详"


def test_townships_carry_status_colour_and_figures(patrolled, tmp_path):
    data = data_of(written(patrolled, tmp_path, "zh", "patrol_status"))

    east, west = data["townships"]
    legend = {entry["label"]: entry["fill"] for entry in data["legends"]["patrol_status"]}
    assert (east["patrol_status"], east["fill"]["patrol_status"]) == ("patrolling_now", legend["正在巡查"])
    assert (west["patrol_status"], west["fill"]["patrol_status"]) == ("not_patrolled_today", legend["今日未巡查"])
    assert east["value"]["patrol_status"] == "1 次巡查"
    facts = dict(west["facts"])
    # one of two owed days kept: the third was excused
    assert facts["2026-06 巡查达标率"] == "50.00%（1/2 个应巡日）"
    assert (facts["今日巡查次数"], facts["最近巡查日"]) == ("0", "2026-06-29")
    assert facts["超过30天未巡基本农田"] == "1 块，300.00 亩"


def test_the_headline_counts_townships_and_the_countys_rate(patrolled, tmp_path):
    headline = {item["label"]: item["value"] for item in data_of(written(patrolled, tmp_path))["headline"]}

    assert (headline["2026-06-30 已巡查乡镇"], headline["2026-06 巡查达标率"]) == ("1/2", "66.67%")


def test_a_month_without_a_rate_shows_none(patrolled, tmp_path):
    data = data_of(written(with_patrols(patrolled, rates=patrolled.patrols.rates.assign(rate=np.nan)), tmp_path))

    assert "2026-06 巡查达标率" not in {item["label"] for item in data["headline"]}
    assert ["2026-06 巡查达标率", "无应巡日"] in data["townships"][0]["facts"]


def test_unseen_patches_tell_how_long_and_how_large(patrolled, tmp_path, rounds):
    unseen = data_of(written(patrolled, tmp_path))["patrols"]["unseen"]

    assert (unseen["label"], unseen["sum"]) == ("超过30天未巡查的基本农田", "2 块，360.00 亩")
    largest, never = unseen["patches"]
    assert largest["title"] == f"基本农田图斑 P7{rounds.IMAGE_ATTACK}"
    assert ["最近巡查日", "2026-05-16"] in largest["facts"]
    assert ["未巡天数", "45 天"] in largest["facts"]
    assert ["最近巡查日", "从未"] in never["facts"]
    assert ["面积", "60.00 亩"] in never["facts"]


def test_too_many_unseen_patches_are_counted_whole_and_said_to_be_left_out(patrolled, tmp_path, monkeypatch):
    monkeypatch.setattr(patrol_map, "_MOST_UNSEEN", 1)

    unseen = data_of(written(patrolled, tmp_path))["patrols"]["unseen"]

    assert len(unseen["patches"]) == 1
    assert unseen["sum"] == "2 块，360.00 亩（图上只绘面积最大的 1 块，全部见 results.gpkg）"


def test_the_same_results_give_the_same_bytes(patrolled, tmp_path):
    assert written(patrolled, tmp_path) == written(patrolled, tmp_path)


def test_a_county_without_any_trip_is_still_a_map(patrolled, tmp_path):
    names = ("trips", "trip_parts", "days", "rates", "coverage", "unseen", "reconciliation", "integrity")
    nothing = with_patrols(patrolled, **{name: getattr(patrolled.patrols, name).iloc[:0] for name in names})

    data = data_of(written(nothing, tmp_path))

    assert data["patrols"]["days"] == []
    assert {township["patrol_status"] for township in data["townships"]} == {"not_patrolled_today"}


def test_the_policy_names_every_script_and_style(patrolled, tmp_path):
    page = written(patrolled, tmp_path)
    policy = re.search('content="(default-src [^"]*)"', page)[1]

    assert "unsafe" not in policy
    assert len(re.findall("'sha256-", policy)) == len(
        set(re.findall(r"<(?:script|style)>.*?</(?:script|style)>", page, re.DOTALL))
    )


def test_an_unknown_audience_is_refused(patrolled, tmp_path):
    with pytest.raises(InputError, match=r"audience 'everybody'; it is one of \['leader', 'supervisor'\]"):
        write_map(patrolled, tmp_path / "map.html", audience="everybody")


def test_a_county_without_patrols_cannot_be_coloured_by_them(county, tmp_path):
    with pytest.raises(InputError, match=r"by 'patrol_status' .* one of \['severity', 'basic_farmland_mu'\]"):
        write_map(county, tmp_path / "map.html", "zh", "patrol_status")


def test_trips_that_are_not_what_they_claim_are_refused(patrolled, tmp_path):
    wrong = with_patrols(patrolled, trips=patrolled.patrols.trips.drop(columns="length_m"))

    with pytest.raises(TableError, match=r"'trips'.*lacks the columns \['length_m'\]"):
        write_map(wrong, tmp_path / "map.html")
