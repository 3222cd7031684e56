"""Moments as they stand in tracks and ledgers, made into instants of one zone."""

import re
import unicodedata
from collections.abc import Callable
from datetime import time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.errors import ConfigError
from geoenforce.inputs.values import as_text, day_of

#: Instants are shown in this zone, wherever they were recorded.
_INSTANT = pd.DatetimeTZDtype("us", LOCAL_ZONE)
_ISO_NAIVE = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?$"
_ISO_ZONED = _ISO_NAIVE.removesuffix("$") + r"(?:Z|[+-]\d\d(?::?\d\d)?)$"
_DIGITS = r"\d+(?:\.\d+)?$"
_CALENDAR_DIGITS = r"(?:19|20)\d{12}$"
_HALF = r"上午|下午|中午|晚上|AM|PM|am|pm"
_WRITTEN = (
    r"^(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?[T\s]*"
    rf"(?P<before>{_HALF})?\s*(?P<hour>\d{{1,2}})[:时点](?P<minute>\d{{1,2}})"
    rf"(?:[:分](?P<second>\d{{1,2}}(?:\.\d+)?)?)?秒?\s*(?P<after>{_HALF})?\s*(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?$"
)
_CLOCK = re.compile(
    rf"(?P<before>{_HALF})?\s*(?P<hour>\d{{1,2}})[:时点](?P<minute>\d{{1,2}})"
    rf"(?:[:分](?P<second>\d{{1,2}}(?:\.\d+)?)?)?秒?\s*(?P<after>{_HALF})?$"
)
_AFTERNOON = ("下午", "晚上", "PM", "pm", "中午")
#: What spreadsheets and phones write most; the rest is taken apart by `_WRITTEN`, which is thirty times slower.
_FORMATS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y.%m.%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S")
_FIRST_EXCEL_DAY, _LAST_EXCEL_DAY = 20_000, 80_000  # 1954 to 2119
_SCALES = ((1e8, 1e11, 1e6), (1e11, 1e14, 1e3), (1e14, 1e17, 1.0))  # seconds, milliseconds, microseconds to µs


class Instants(NamedTuple):
    """Moments in China's zone, missing where the file has none that can be read, and which had no zone."""

    moments: "pd.Series[pd.Timestamp]"
    is_naive: "pd.Series[bool]"


def zone_of(name: str) -> ZoneInfo:
    """
    Return a time zone by its name.

    Raises
    ------
    ConfigError
        If there is none of that name.

    Examples
    --------
    >>> zone_of("Asia/Shanghai")
    zoneinfo.ZoneInfo(key='Asia/Shanghai')
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f'There is no time zone {name!r}; usual ones are time_zone = "Asia/Shanghai" and time_zone = "UTC".'
        raise ConfigError(message) from None


def as_instants(values: "pd.Series[Any]", zone: ZoneInfo) -> Instants:
    """
    Read the moments of a column, each as it is written in the file.

    Parameters
    ----------
    values
        Text such as 2026-04-02T08:10:05+08:00, 2026/4/2 8:10:05, 2026年4月2日8时10分5秒 or
        20260402081005; seconds, milliseconds or microseconds since 1970 (UTC); day numbers of Excel
        with a fraction; datetimes.
    zone
        The zone of those that say none; one that the clocks of the zone skipped or repeated is missing.

    Returns
    -------
    instants
        A date without a time of day is no moment, and missing.

    Examples
    --------
    Half past seven in China is half past eleven of the day before in UTC:

    >>> texts = pd.Series(["2026-04-08T23:30:00Z", "2026-04-09 07:30:00", "1775691000", "2026-04-09"])
    >>> instants = as_instants(texts, zone_of("Asia/Shanghai"))
    >>> instants.moments.astype(str).to_list()
    ['2026-04-09 07:30:00+08:00', '2026-04-09 07:30:00+08:00', '2026-04-09 07:30:00+08:00', nan]
    >>> instants.is_naive.to_list()
    [False, True, False, False]
    """
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return Instants(values.astype(_INSTANT), pd.Series(data=False, index=values.index))
    if pd.api.types.is_datetime64_dtype(values):
        return Instants(_in_zone(values, zone), values.notna())
    return _from_texts(as_text(values), zone)


def joined(days: "pd.Series[Any]", clocks: "pd.Series[Any]") -> "pd.Series[str]":
    """
    Join a column of days and a column of times of day to one of moments.

    Parameters
    ----------
    days
        As `geoenforce.inputs.values.as_dates` reads them.
    clocks
        08:10:05, 8:10, 81005, 8时10分, 下午2:10 or a fraction of the day.

    Returns
    -------
    moments
        As `as_instants` reads them; missing where either cannot be read.

    Examples
    --------
    >>> joined(pd.Series(["2026/4/2", "20260402", "?"]), pd.Series(["8:10", "081005", "8:10"])).to_list()
    ['2026-04-02T08:10:00', '2026-04-02T08:10:05', nan]
    """
    return _each(days, _day_text).str.cat(_each(clocks, clock_text), sep="T")


def clock_text(value: Any) -> str | None:
    """
    Write a time of day as hours, minutes and seconds; None if it is none.

    Examples
    --------
    >>> clock_text("下午2:10"), clock_text("81005"), clock_text(0.5), clock_text("25:00")
    ('14:10:00', '08:10:05', '12:00:00', None)
    """
    if isinstance(value, time):
        return value.isoformat()
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if text.isdigit() and len(text) in (5, 6):
        text = ":".join(re.findall("..", text.zfill(6)))
    elif re.fullmatch(r"0?\.\d+", text) or text in ("0", "0.0"):
        whole = round(float(text) * 86_400)
        text = f"{whole // 3600}:{whole // 60 % 60}:{whole % 60}"
    match = _CLOCK.match(text)
    if match is None:
        return None
    second = float(match["second"] or 0)
    hour = int(_full_hour(float(match["hour"]), match["before"] or match["after"]))
    if hour > 23 or int(match["minute"]) > 59 or second >= 60:
        return None
    return f"{hour:02d}:{int(match['minute']):02d}:" + (f"{second:02.0f}" if second.is_integer() else f"{second:06.3f}")


def _each(values: "pd.Series[Any]", reader: Callable[[Any], str | None]) -> "pd.Series[str]":
    """Read each different value once: a file of a day has one date and 86 400 times at most."""
    return values.map({value: reader(value) for value in values.dropna().unique()}).astype("str")


def _day_text(value: Any) -> str | None:
    day = day_of(value)
    return None if pd.isna(day) else str(day.date())


def _full_hour(hour: float, half: Any) -> float:
    if half in _AFTERNOON and hour < 12 and not (half == "中午" and hour >= 11):
        return hour + 12
    return 0.0 if half in ("AM", "am", "上午") and hour == 12 else hour


def _from_texts(texts: "pd.Series[str]", zone: ZoneInfo) -> Instants:
    texts = texts.str.strip()
    moments = pd.Series(pd.NaT, index=texts.index, dtype=_INSTANT)
    is_naive = pd.Series(data=False, index=texts.index)
    rest = texts.notna()
    for pattern, reader in ((_ISO_ZONED, _zoned), (_ISO_NAIVE, _naive), (_DIGITS, _numbers), ("", _formatted)):
        part = rest & _fits(texts, pattern)
        rest &= ~part
        if part.any():
            read = reader(texts[part], zone)
            moments[part], is_naive[part] = read.moments, read.is_naive
    lost = texts.notna() & moments.isna()
    if lost.any():
        read = _written(texts[lost], zone)
        moments[lost], is_naive[lost] = read.moments, read.is_naive
    return Instants(moments, is_naive & moments.notna())


def _fits(texts: "pd.Series[str]", pattern: str) -> "pd.Series[bool]":
    return texts.str.match(pattern).fillna(value=False).astype(bool)


def _zoned(texts: "pd.Series[str]", zone: ZoneInfo) -> Instants:  # noqa: ARG001 - as all readers
    moments = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce")
    return Instants(moments.astype(_INSTANT), pd.Series(data=False, index=texts.index))


def _naive(texts: "pd.Series[str]", zone: ZoneInfo) -> Instants:
    naive = pd.to_datetime(texts, format="ISO8601", errors="coerce")
    return Instants(_in_zone(naive, zone), pd.Series(data=True, index=texts.index))


def _numbers(texts: "pd.Series[str]", zone: ZoneInfo) -> Instants:
    """Read digits: a calendar without signs, a count since 1970, or a day number of Excel."""
    calendar = _fits(texts, _CALENDAR_DIGITS)
    naive = pd.to_datetime(texts.where(calendar), format="%Y%m%d%H%M%S", errors="coerce").astype("datetime64[us]")
    numbers = pd.to_numeric(texts).astype("float64")
    is_excel = numbers.between(_FIRST_EXCEL_DAY, _LAST_EXCEL_DAY) & (numbers % 1 != 0)
    seconds = (numbers.where(is_excel) * 86_400).round()
    since_1900 = pd.to_datetime("1899-12-30") + pd.to_timedelta(seconds, unit="s")
    naive = naive.fillna(since_1900.astype("datetime64[us]"))
    micros = pd.Series(np.nan, index=texts.index)
    for lowest, highest, scale in _SCALES:
        micros = micros.where(~((numbers >= lowest) & (numbers < highest)), (numbers * scale).round())
    since_1970 = pd.to_datetime(micros.where(~calendar), unit="us", utc=True, errors="coerce")
    moments = _in_zone(naive, zone).fillna(since_1970.astype(_INSTANT))
    return Instants(moments, calendar | is_excel)


def _formatted(texts: "pd.Series[str]", zone: ZoneInfo) -> Instants:
    naive = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    for written in _FORMATS:
        rest = naive.isna()
        if rest.any():
            naive[rest] = pd.to_datetime(texts[rest], format=written, errors="coerce").astype("datetime64[us]")
    return Instants(_in_zone(naive, zone), naive.notna())


def _written(texts: "pd.Series[str]", zone: ZoneInfo) -> Instants:
    """Read moments as people and spreadsheets write them, 2026/4/2 8:10:05 or 2026年4月2日下午2点10分."""
    parts = texts.str.normalize("NFKC").str.extract(_WRITTEN)
    half = parts["before"].fillna(parts["after"])
    numbers = parts[["year", "month", "day", "hour", "minute", "second"]].apply(pd.to_numeric)
    numbers["second"] = numbers["second"].fillna(0.0)
    hours = pd.Series(
        [_full_hour(hour, part) for hour, part in zip(numbers["hour"], half, strict=True)], texts.index, dtype="float64"
    )
    numbers["hour"] = hours
    is_clock = (hours < 24) & (numbers["minute"] < 60) & (numbers["second"] < 60)
    days = pd.to_datetime(numbers[["year", "month", "day"]].where(is_clock), errors="coerce").astype("datetime64[us]")
    seconds = hours * 3600 + numbers["minute"] * 60 + numbers["second"]
    local = days + pd.to_timedelta((seconds * 1e6).round(), unit="us")
    offset = parts["zone"].replace({"Z": "+00:00", "UTC": "+00:00", "GMT": "+00:00"})
    moments = _in_zone(local.where(offset.isna()), zone)
    if offset.notna().any():
        ahead = offset.str.extract(r"(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)")
        minutes = pd.to_numeric(ahead["hours"]) * 60 + pd.to_numeric(ahead["minutes"])
        minutes = minutes * ahead["sign"].map({"+": 1, "-": -1}).astype("float64")
        utc = local - pd.to_timedelta(minutes, unit="min")
        moments = moments.fillna(utc.dt.tz_localize("UTC").astype(_INSTANT))
    return Instants(moments, offset.isna())


def _in_zone(naive: "pd.Series[pd.Timestamp]", zone: ZoneInfo) -> "pd.Series[pd.Timestamp]":
    return naive.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT").astype(_INSTANT)
