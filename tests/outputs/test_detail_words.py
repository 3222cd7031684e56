"""What the tables of patrols remark in English is read in Chinese by those who read Chinese."""

import re

import openpyxl
import pytest

from geoenforce.outputs.detail_words import detail_in_words

# The sentences as `geoenforce.patrols` writes them.
SENTENCES = {
    "The entry notes a violation, but in the table the nearest of that day lies 512 m away (limit 200 m).": (
        "台账记有违法，但图斑表中当日最近的图斑相距 512 米（限值 200 米）。"
    ),
    "Moved with T1 for 40 minutes and 12.5 km: the median distance at equal times is 3.2 m (limit 20 m).": (
        "与 T1 同行 40 分钟、12.5 公里：同一时刻相距中位数 3.2 米（限值 20 米）。"
    ),
    "the noise has no memory: ratio 0.9 (limit 1.2); the speed scatters by 0.10 of its median (limit 0.14). Any two of: "
    "even intervals, even speed, noise unlike a receiver's.": (
        "定位噪声前后无关：比值 0.9（限值 1.2）；速度离散为中位数的 0.10（限值 0.14）。"
        "间隔均匀、速度均匀、噪声不似接收机，符合其中两项。"
    ),
    "For 45 minutes, 98 % of the fixes lie within 12 m of their middle (limit 30 m). Of 34 honest trips of the demo, "
    "this doubts 0.": (
        "45 分钟内，98% 的定位点距中心不超过 12 米（限值 30 米）。（演示数据的 34 次真实巡查中误报 0 次。）"
    ),
    "The track goes on from a place 8.0 km in 60 s away: 133 m/s (limit 50 m/s).": (
        "轨迹在 60 秒内跳到 8.0 公里外：133 米/秒（限值 50 米/秒）。"
    ),
    "The trip starts 9.1 km from where T.1 ended 2 minutes before: 76 m/s (limit 50 m/s).": (
        "起点距 T.1 在 2 分钟前的终点 9.1 公里：76 米/秒（限值 50 米/秒）。"
    ),
    "The log was saved 3.5 days after the trip (limit 1); meanwhile V1 was found, within 200 m of the track.": (
        "轨迹文件在巡查 3.5 天后才保存（限值 1 天）；其间发现图斑 V1，距轨迹不超过 200 米。"
    ),
}


@pytest.mark.parametrize("english", SENTENCES)
def test_a_remark_is_said_in_chinese_with_all_its_figures(english):
    assert detail_in_words(english, "zh") == SENTENCES[english]
    assert detail_in_words(english, "en") == english


@pytest.mark.parametrize(
    "text", ["=1+1", "Entry and track agree in day, time and area. And more.", "{0} of {any}", ". ; "]
)
def test_a_text_that_is_not_known_stays_as_it_is(text):
    assert detail_in_words(text, "zh") == text


def test_the_workbook_of_patrols_of_the_demo_has_no_english_sentence(demo_run):
    book = openpyxl.load_workbook(demo_run.files["patrols.xlsx"], read_only=True)

    for sheet in ("台账核对", "真实性疑点"):
        header, *rows = book[sheet].iter_rows(values_only=True)
        told = [row[header.index("说明")] for row in rows]
        assert len(told) >= 3
        assert [text for text in told if re.search("[a-z]{3,} [a-z]{2,}", text)] == []
