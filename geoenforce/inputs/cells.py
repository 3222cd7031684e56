"""Single cells of registers: what a person wrote, made into a value; None where it cannot be read."""

import re
import unicodedata
from datetime import datetime
from typing import Any

import pandas as pd

from geoenforce.inputs.values import day_of

#: Units of area by their names, reduced as `geoenforce.inputs.columns.plain` does, and how many 亩 one is.
MU_OF = {"亩": 1.0, "mu": 1.0, "万亩": 10_000.0, "公顷": 15.0, "ha": 15.0, "hm2": 15.0, "平方米": 0.0015, "m2": 0.0015,
         "平方公里": 1500.0, "km2": 1500.0}  # fmt: skip

_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_YEAR = re.compile(r"((?:19|20)\d\d)(?:\.0)?\s*(?:年|年度)?")
_MONTH = re.compile(r"((?:19|20)\d\d)\s*[-/.年]?\s*(\d{1,2})\s*(?:月|月份)?")
_DAYS = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}")
_LOST_DIGITS = re.compile(r"\d(\.\d+)?E\+\d+")


def is_empty(value: Any) -> bool:
    """
    Tell whether a cell holds nothing.

    Examples
    --------
    >>> is_empty(None), is_empty("　 "), is_empty(0)
    (True, True, False)
    """
    return value is None or bool(pd.isna(value)) or str(value).strip() == ""


def text_in(value: Any) -> str | None:
    """
    Read an id or a remark: 12.0, as Excel keeps a 12, becomes "12".

    Examples
    --------
    >>> text_in(445299101.0), text_in(" A-1 ")
    ('445299101', 'A-1')
    """
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def office_in(value: Any) -> str | None:
    """
    Read a division code without the zeros that fill it up, or the id of a department; None if digits were lost.

    Examples
    --------
    >>> [office_in(value) for value in (445299101000.0, "445299000000", "445200", "440000", "445299-land", "4.453E+11")]
    ['445299101', '445299', '4452', '44', '445299-land', None]
    """
    text = text_in(value)
    if text is None or _LOST_DIGITS.fullmatch(text.upper()):
        return None
    for pattern in (r"(\d{9})000", r"(\d{6})000", r"(\d{4})00", r"(\d{2})00"):
        match = re.fullmatch(pattern, text)
        text = match[1] if match else text
    return text


def id_in(value: Any) -> str | None:
    """
    Read an id; None if a spreadsheet has cut its digits.

    Examples
    --------
    >>> id_in("4.45299E+11"), id_in("2026-E1")
    (None, '2026-E1')
    """
    text = text_in(value)
    return None if text is None or _LOST_DIGITS.fullmatch(text.upper()) else text


def day_in(value: Any) -> pd.Timestamp | None:
    """
    Read a day as `geoenforce.inputs.values.day_of` does; None if there are several, for one would be lost.

    Examples
    --------
    >>> day_in("2026年3月2日").date().isoformat(), day_in("年底前"), day_in("2026-03-02、2026-03-05")
    ('2026-03-02', None, None)
    """
    day = day_of(value)
    return None if pd.isna(day) or len(_DAYS.findall(str(value))) > 1 else day


def year_in(value: Any) -> int | None:
    """
    Read a calendar year.

    Examples
    --------
    >>> [year_in(value) for value in (2026, 2026.0, "2026年度", "26")]
    [2026, 2026, 2026, None]
    """
    match = _YEAR.fullmatch(unicodedata.normalize("NFKC", str(value)).strip())
    return int(match[1]) if match else None


def month_in(value: Any) -> str | None:
    """
    Read a month.

    Examples
    --------
    >>> [month_in(value) for value in ("2026年3月", "2026-03", "202603", "2026/13", datetime(2026, 3, 1))]
    ['2026-03', '2026-03', '2026-03', None, '2026-03']
    """
    if isinstance(value, datetime):
        return f"{value:%Y-%m}"
    match = _MONTH.fullmatch(unicodedata.normalize("NFKC", str(value)).strip().removesuffix(".0"))
    return f"{match[1]}-{int(match[2]):02d}" if match and 1 <= int(match[2]) <= 12 else None


def amount_in(value: Any) -> float | None:
    """
    Read a number from 0, also one with commas between the thousands.

    Examples
    --------
    >>> [amount_in(value) for value in (12, "1,234.5", "-1", "5亩", "nan", True)]
    [12.0, 1234.5, None, None, None, None]
    """
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    return float(text) if re.fullmatch(r"\d+(\.\d*)?(e[-+]?\d+)?", text.lower()) else None
