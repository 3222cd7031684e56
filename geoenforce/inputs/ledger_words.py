"""How people write days, times, places and findings in a ledger."""

import re
import unicodedata
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geoenforce.inputs.instants import clock_text
from geoenforce.inputs.values import day_of

_DAY = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?|\d{8}(?!\d)")
_CLOCK = re.compile(r"(上午|下午|晚上|中午)?\s*(\d{1,2})\s*[:点时]\s*(\d{1,2})?(?:\s*[:分]\s*(\d{1,2})?)?(?:\s*秒)?")
_NOTHING = re.compile(r"未发现|未见|没有|^\s*(?:无|否|/|-|—|0)")
_DEGREES = re.compile(r"[EN东北经纬]*(\d{1,3})[°度](?:(\d{1,2}(?:\.\d+)?)['分])?(?:(\d{1,2}(?:\.\d+)?)[\"秒])?[EN]?")


class Written(NamedTuple):
    """What a cell says of when: a day and up to two times of day, each missing where it says none."""

    day: Any
    start: str | None
    end: str | None


def when(value: Any) -> Written:
    """
    Read a cell that holds a day, and perhaps from when to when.

    Examples
    --------
    >>> when("2026年4月2日8时10分—9时40分")
    Written(day=Timestamp('2026-04-02 00:00:00'), start='08:10:00', end='09:40:00')
    >>> when("2026-04-02 下午2:10-4:00")[1:], when("2026/4/2")[1:]
    (('14:10:00', '16:00:00'), (None, None))
    """
    text = unicodedata.normalize("NFKC", str(value)).strip()
    day = day_of(value)
    if pd.isna(day):
        return Written(pd.NaT, None, None)
    match = _DAY.match(text)
    clocks = clocks_in(text[match.end() :]) if match else []
    if clocks == ["00:00:00"]:  # a date of a spreadsheet, which has a time of day whether wanted or not
        clocks = []
    return Written(day, *[*clocks, None, None][:2])


def clocks_in(text: str) -> list[str | None]:
    """
    List the times of day in a text; 下午 also holds for a second time that would else be earlier.

    Examples
    --------
    >>> clocks_in("8:10-9:40"), clocks_in("下午2点至3点"), clocks_in("东村")
    (['08:10:00', '09:40:00'], ['14:00:00', '15:00:00'], [])
    """
    found: list[str | None] = []
    before = ""
    for half, hour, minute, second in _CLOCK.findall(text):
        clock = clock_text(f"{half}{hour}:{minute or '0'}:{second or '0'}")
        if not half and before and found and clock and found[-1] and clock < found[-1]:
            clock = clock_text(f"{before}{hour}:{minute or '0'}:{second or '0'}")
        found.append(clock)
        before = half or before
    return found


def violations_in(value: Any) -> int | None:
    """
    Read how many violations a cell notes: a number, yes or no, or a finding in words.

    Examples
    --------
    >>> [violations_in(value) for value in (2, "是", "否", "未发现违法用地", "发现疑似违法占地，已制止", None)]
    [2, 1, 0, 0, 1, None]
    """
    if value is None or pd.isna(value):
        return None
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if re.fullmatch(r"\d+(?:\.0+)?", text):
        return int(float(text))
    if not text:
        return None
    return 0 if _NOTHING.search(text) else 1


def degrees_in(value: Any) -> float:
    """
    Read degrees, decimal or with minutes and seconds; missing if it is neither.

    Examples
    --------
    >>> degrees_in("116.37"), degrees_in("116°22′12″"), degrees_in("村口")
    (116.37, 116.37, nan)
    """
    text = unicodedata.normalize("NFKC", str(value)).replace(" ", "")  # which makes two primes of ″
    text = text.replace("′", "'").replace("’", "'").replace("''", '"').replace("”", '"')
    match = _DEGREES.fullmatch(text)
    if match:
        degrees, minutes, seconds = (float(part or 0) for part in match.groups())
        return round(degrees + minutes / 60 + seconds / 3600, 9)
    try:
        return float(text)
    except ValueError:
        return float(np.nan)
