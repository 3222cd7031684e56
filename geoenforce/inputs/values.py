"""Ids, dates, numbers and yes/no as they stand in files, made into one type per column."""

import re
import unicodedata
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from geoenforce.core.clock import LOCAL_ZONE
from geoenforce.core.errors import TableError, some

_LOCAL = ZoneInfo(LOCAL_ZONE)
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?!\d)|(\d{4})(\d{2})(\d{2})(?:\d{6})?(?!\d)"
)
_ZONED = re.compile(r"\d:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}(:?\d{2})?)$")
_FIRST_EXCEL_DAY, _LAST_EXCEL_DAY = 20_000, 80_000  # 1954 to 2119
_YES = {"是", "已", "已处理", "y", "yes", "true", "t", "1", "√"}
_NO = {"否", "未", "未处理", "n", "no", "false", "f", "0", "×", ""}


def as_text(values: "pd.Series[Any]") -> "pd.Series[str]":
    """
    Make text of ids and names: 12.0 becomes "12", spaces around are cut off, empty ones are missing.

    Examples
    --------
    >>> as_text(pd.Series([12.0, 7.5, None])).to_list()
    ['12', '7.5', nan]
    >>> as_text(pd.Series([" A-1 ", "", "12.0"])).to_list()
    ['A-1', nan, '12.0']
    """
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_object_dtype(values):
        values = values.map(_whole, na_action="ignore")
    text = values.astype("str").str.strip()
    return text.mask(text == "")


def _whole(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def as_dates(values: "pd.Series[Any]", where: str, column: str) -> "pd.Series[pd.Timestamp]":
    """
    Read the days of a column, each as it is written in the file.

    Parameters
    ----------
    values
        Text such as 2026-03-02, 2026/3/2, 20260302 or 2026年3月2日, with or without a time; dates; or
        the day numbers of Excel. A time with a zone is brought to China's before its day is taken.
    where, column
        For the message.

    Raises
    ------
    TableError
        If a value is no date; the message names the rows.

    Examples
    --------
    >>> texts = pd.Series(["2026-03-02", "2026/3/2", "20260302", "2026年3月2日", 46083, "2026-03-01T23:30:00Z"])
    >>> as_dates(texts, "a.shp", "FXRQ").dt.date.astype(str).unique().tolist()
    ['2026-03-02']
    """
    days = values.map({value: day_of(value) for value in values.dropna().unique()})
    wrong = values.notna() & days.isna() & (values.astype("str").str.strip() != "")
    if wrong.any():
        message = (
            f"{where}: {column} is no date in the rows {some(values.index[wrong])}, "
            f"but {some(values[wrong].unique())}. Dates are written 2026-03-02, 2026/3/2, 20260302 or 2026年3月2日."
        )
        raise TableError(message)
    return pd.to_datetime(days).astype("datetime64[s]")


def day_of(value: Any) -> Any:
    """
    Return the day in China that one value stands for; NaT if it is none.

    Examples
    --------
    >>> str(day_of("2026年3月2日").date()), day_of("soon")
    ('2026-03-02', NaT)
    """
    if isinstance(value, datetime):
        return pd.Timestamp(value.astimezone(_LOCAL).date() if value.tzinfo else value.date())
    if isinstance(value, date):
        return pd.Timestamp(value)
    return _written_day(unicodedata.normalize("NFKC", str(value)).strip().removesuffix(".0"))


def _written_day(text: str) -> Any:
    if text.isdigit() and _FIRST_EXCEL_DAY <= int(text) <= _LAST_EXCEL_DAY:
        return pd.Timestamp("1899-12-30") + pd.Timedelta(days=int(text))
    match = _DAY.match(text)
    if match is None:
        return pd.NaT
    try:
        if _ZONED.search(text):
            return pd.Timestamp(
                datetime.fromisoformat(re.sub(r"\s+(?=[Z+-])", "", text).replace("/", "-")).astimezone(_LOCAL).date()
            )
        return pd.Timestamp(*(int(part) for part in match.groups() if part))
    except ValueError:
        return pd.NaT


def as_numbers(values: "pd.Series[Any]", where: str, column: str) -> "pd.Series[float]":
    """
    Read numbers, also from text; empty ones are missing.

    Raises
    ------
    TableError
        If a value is no number; the message names the rows.

    Examples
    --------
    >>> as_numbers(pd.Series(["0.1205", None, " "]), "a.shp", "KCXS").to_list()
    [0.1205, nan, nan]
    """
    if pd.api.types.is_numeric_dtype(values):
        return values.astype("float64")
    text = as_text(values)
    numbers = pd.to_numeric(text, errors="coerce")
    wrong = text.notna() & numbers.isna()
    if wrong.any():
        message = (
            f"{where}: {column} is no number in the rows {some(values.index[wrong])}, "
            f"but {some(values[wrong].unique())}."
        )
        raise TableError(message)
    return numbers.astype("float64")


def as_flags(values: "pd.Series[Any]", where: str, column: str) -> "pd.Series[bool]":
    """
    Read yes and no (是/否, 1/0, true/false); a missing value is no.

    Raises
    ------
    TableError
        If a value is neither; the message names the rows.

    Examples
    --------
    >>> as_flags(pd.Series(["是", "否", None]), "a.shp", "SFCL").to_list()
    [True, False, False]
    """
    words = as_text(values).astype("str").str.casefold()
    wrong = words.notna() & ~words.isin(_YES | _NO)
    if wrong.any():
        message = (
            f"{where}: {column} is neither yes nor no in the rows {some(values.index[wrong])}, but "
            f"{some(values[wrong].unique())}. Write 是 or 否."
        )
        raise TableError(message)
    return words.isin(_YES).astype(bool)


def as_codes(values: "pd.Series[Any]", terms: Any, where: str, column: str) -> "pd.Series[str]":
    """
    Read the codes of a list of terms, which may also be written by their Chinese or English names.

    Raises
    ------
    TableError
        If a value is none of them; the message names the rows.

    Examples
    --------
    >>> from geoenforce.core.terms import Status
    >>> as_codes(pd.Series(["疑似", "confirmed", None]), Status, "a.shp", "status").to_list()
    ['suspected', 'confirmed', nan]
    """
    by_word = {word.casefold(): term.value for term in terms for word in (term.value, term.zh, term.en)}
    words = as_text(values)
    codes = words.str.casefold().map(by_word)
    wrong = words.notna() & codes.isna()
    if wrong.any():
        known = [f"{term.value} ({term.zh})" for term in terms]
        message = (
            f"{where}: {column} is unknown in the rows {some(values.index[wrong])}: {some(words[wrong].unique())}; "
            f"known are {known}."
        )
        raise TableError(message)
    return codes.astype("str")
