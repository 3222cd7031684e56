"""What the tables of patrols say in English sentences, in Chinese; codes and CSV files keep the English."""

import re
from functools import lru_cache

_ANY, _NUMBER, _CLOCK = r"(.+?)", r"([\d.]+)", r"(\?|\d\d:\d\d)"

#: Each sentence with its varying parts as {any}, {n} and {clock}, and how it is said in Chinese.
_SAID = (
    ("Entry and track agree in day, time and area.", "台账与轨迹的日期、时间、区域一致。"),
    ("The ledger says {clock} to {clock}, the track {clock} to {clock}.", "台账记载 {0} 至 {1}，轨迹为 {2} 至 {3}。"),
    ("The ledger says {any}, the track lies in {any}.", "台账记载区域为{0}，轨迹位于{1}。"),
    ("No track of that day and unit agrees with the entry.", "该单位当日没有与本条台账相符的轨迹。"),
    ("No entry of that day and unit agrees with the track.", "该单位当日没有与本次轨迹相符的台账。"),
    (
        "The entry notes a violation, but in the table none was found on that day (limit {n} m).",
        "台账记有违法，但图斑表中当日没有发现记录（限值 {0} 米）。",
    ),
    (
        "The entry notes a violation, but in the table the nearest of that day lies {n} m away (limit {n} m).",
        "台账记有违法，但图斑表中当日最近的图斑相距 {0} 米（限值 {1} 米）。",
    ),
    (
        "The violation {any} was found on patrol that day, but no entry notes one within {n} m.",
        "当日巡查发现图斑 {0}，但台账没有记载 {1} 米以内的违法。",
    ),
    (
        "The same way at the same pace as {any}: over {n} minutes and {n} km in motion, the median distance at equal "
        "elapsed times is {n} m (limit {n} m).",
        "与 {0} 路线、节奏相同：行进 {1} 分钟、{2} 公里，同一用时的位置相距中位数 {3} 米（限值 {4} 米）。",
    ),
    (
        "Moved with {any} for {n} minutes and {n} km: the median distance at equal times is {n} m (limit {n} m).",
        "与 {0} 同行 {1} 分钟、{2} 公里：同一时刻相距中位数 {3} 米（限值 {4} 米）。",
    ),
    (
        "The device was on {any} at the same time, for {n} minutes (limit {n} min).",
        "该设备同时在 {0} 上，达 {1} 分钟（限值 {2} 分钟）。",
    ),
    ("{n}% of the intervals are the usual one (limit {n}%)", "{0}% 的定位间隔相同（限值 {1}%）"),
    ("the speed scatters by {n} of its median (limit {n})", "速度离散为中位数的 {0}（限值 {1}）"),
    (
        "where the way is straight, the positions scatter by {n} m (limit {n} m)",
        "直行处位置离散 {0} 米（限值 {1} 米）",
    ),
    ("the noise has no memory: ratio {n} (limit {n})", "定位噪声前后无关：比值 {0}（限值 {1}）"),
    (
        "Any two of: even intervals, even speed, noise unlike a receiver's.",
        "间隔均匀、速度均匀、噪声不似接收机，符合其中两项。",
    ),
    (
        "For {n} minutes, 98 % of the fixes lie within {n} m of their middle (limit {n} m).",
        "{0} 分钟内，98% 的定位点距中心不超过 {1} 米（限值 {2} 米）。",
    ),
    (
        "The track goes on from a place {n} km in {n} s away: {n} m/s (limit {n} m/s).",
        "轨迹在 {1} 秒内跳到 {0} 公里外：{2} 米/秒（限值 {3} 米/秒）。",
    ),
    (
        "The trip starts {n} km from where {any} ended {n} minutes before: {n} m/s (limit {n} m/s).",
        "起点距 {1} 在 {2} 分钟前的终点 {0} 公里：{3} 米/秒（限值 {4} 米/秒）。",
    ),
    (
        "The log was saved {n} days after the trip (limit {n}); meanwhile {any} was found, within {n} m of the track.",
        "轨迹文件在巡查 {0} 天后才保存（限值 {1} 天）；其间发现图斑 {2}，距轨迹不超过 {3} 米。",
    ),
    ("Of {n} honest trips of the demo, this doubts {n}.", "（演示数据的 {0} 次真实巡查中误报 {1} 次。）"),
)


def detail_in_words(detail: str, lang: str) -> str:
    """
    Say a remark of the patrol tables in a language; one that is not known stays as it is.

    Examples
    --------
    >>> detail_in_words("The ledger says 12:15 to 15:00, the track 08:16 to 11:03.", "zh")
    '台账记载 12:15 至 15:00，轨迹为 08:16 至 11:03。'
    >>> detail_in_words("Something else.", "zh"), detail_in_words("Something else.", "en")
    ('Something else.', 'Something else.')
    """
    if lang == "en":
        return detail
    said, rest = "", detail
    while rest:
        found = next(((match, words) for pattern, words in _patterns() if (match := pattern.match(rest))), None)
        if found is None:
            return detail
        match, words = found
        said += words.format(*match.groups())
        rest = rest[match.end() :]
        said += "；" if rest.startswith("; ") else "。" if rest.startswith(". ") else ""
        rest = rest.lstrip(";. ")
    return said


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    parts = {"any": _ANY, "n": _NUMBER, "clock": _CLOCK}
    return tuple(
        (re.compile(re.sub(r"\\\{(any|n|clock)\\\}", lambda part: parts[part[1]], re.escape(english))), chinese)
        for english, chinese in _SAID
    )
