"""The month, quarter or year that a report is about."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Self

import pandas as pd

from geoenforce.core.errors import InputError

_WRITTEN = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})|[-]?[Qq](?P<quarter>[1-4]))?")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_QUARTERS = {"zh": ("一", "二", "三", "四"), "en": ("first", "second", "third", "fourth")}


class Span(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS_OF = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}


@dataclass(frozen=True, order=True)
class Period:
    """
    A calendar month, quarter or year, from its first day to its last, in Asia/Shanghai.

    Examples
    --------
    >>> Period.parse("2026-03").last, Period.parse("2026Q1").before().text, Period.parse("2026").in_words("zh")
    (datetime.date(2026, 3, 31), '2025Q4', '2026年度')
    """

    first: date
    span: Span

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read a period as people type it: ``2026-03``, ``2026Q1`` or ``2026``.

        Raises
        ------
        InputError
            If the text is none of these.

        Examples
        --------
        >>> Period.parse("2026-13")
        Traceback (most recent call last):
        geoenforce.core.errors.InputError: The period '2026-13' is no month, quarter or year. \
Write 2026-03, 2026Q1 or 2026.
        """
        match = _WRITTEN.fullmatch(text.strip())
        month = int((match and match["month"]) or 1)
        if not match or not 1 <= month <= 12 or int(match["year"]) < 1:
            message = f"The period '{text}' is no month, quarter or year. Write 2026-03, 2026Q1 or 2026."
            raise InputError(message)
        if match["quarter"]:
            return cls(date(int(match["year"]), 3 * int(match["quarter"]) - 2, 1), Span.QUARTER)
        return cls(date(int(match["year"]), month, 1), Span.MONTH if match["month"] else Span.YEAR)

    @classmethod
    def month_of(cls, day: date) -> Self:
        """
        Return the month that a day lies in.

        Examples
        --------
        >>> Period.month_of(date(2026, 5, 13)).text
        '2026-05'
        """
        return cls(day.replace(day=1), Span.MONTH)

    @property
    def last(self) -> date:
        """The last day."""
        return _months_later(self.first, _MONTHS_OF[self.span]) - timedelta(days=1)

    @property
    def text(self) -> str:
        """The period as it is typed and as files are named."""
        if self.span is Span.MONTH:
            return f"{self.first:%Y-%m}"
        return f"{self.first:%Y}" + (f"Q{self._quarter}" if self.span is Span.QUARTER else "")

    @property
    def months(self) -> tuple[str, ...]:
        """The months it is made of, as the tables write them (``2026-03``)."""
        return tuple(f"{_months_later(self.first, number):%Y-%m}" for number in range(_MONTHS_OF[self.span]))

    @property
    def _quarter(self) -> int:
        return (self.first.month + 2) // 3

    def before(self) -> Self:
        """
        Return the period of the same length just before.

        Examples
        --------
        >>> Period.parse("2026-01").before().text
        '2025-12'
        """
        return type(self)(_months_later(self.first, -_MONTHS_OF[self.span]), self.span)

    def contains(self, days: "pd.Series[Any]") -> "pd.Series[bool]":
        """
        Tell which days lie in the period; a missing day does not.

        Examples
        --------
        >>> Period.parse("2026-03").contains(pd.Series(pd.to_datetime(["2026-03-31", "2026-04-01", None]))).to_list()
        [True, False, False]
        """
        return (days >= pd.Timestamp(self.first)) & (days < pd.Timestamp(self.last) + pd.Timedelta(days=1))

    def in_words(self, lang: str) -> str:
        """
        Name the period.

        Examples
        --------
        >>> [Period.parse(text).in_words("zh") for text in ("2026-03", "2026Q1")]
        ['2026年3月', '2026年第一季度']
        >>> [Period.parse(text).in_words("en") for text in ("2026-03", "2026Q1", "2026")]
        ['March 2026', 'first quarter of 2026', '2026']
        """
        year = self.first.year
        if self.span is Span.MONTH:
            return f"{year}年{self.first.month}月" if lang == "zh" else f"{_MONTHS[self.first.month - 1]} {year}"
        if self.span is Span.QUARTER:
            name = _QUARTERS[lang][self._quarter - 1]
            return f"{year}年第{name}季度" if lang == "zh" else f"{name} quarter of {year}"
        return f"{year}年度" if lang == "zh" else str(year)


def _months_later(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
