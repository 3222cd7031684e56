"""How wide the columns of a sheet are and how high its rows, so that it can be read on the screen and on paper."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple

import pandas as pd

from geoenforce.core.tables import Kind

LINE = 16  # height of a line in points; not every program finds the height of a row by itself

#: Letters beside each other, above which the 10 points of a cell are less than 7 on paper: too small to read.
WIDE_FOR_A4, _WIDE_FOR_A3 = 190.0, 290.0
_WIDEST, _NARROWEST = 48, 14  # of a column of words
_BESIDE, _INDENT = 3, 2  # beside a text: the indent and the sign of the filter; in the cells below, the indent
_RAGGED = 1.15  # lines end at a word, before the room does
_SAMPLE = 500  # rows that a width is taken from
_FIXED = {Kind.NUMBER: 12.0, Kind.AMOUNT: 12.0, Kind.DATE: 11.0, Kind.INSTANT: 19.0}


class Widths(NamedTuple):
    """The widths of columns in letters, and which of them go on in further lines."""

    letters: list[float]
    are_wrapped: list[bool]


def natural_width(heading: str, shown: Sequence[Any], kind: Kind) -> float:
    """
    Return how wide a column would be by itself; the heading has two lines.

    Examples
    --------
    >>> natural_width("案件编号", ["C1", "C2"], Kind.TEXT), natural_width("发现日期", [], Kind.DATE)
    (9, 9)
    """
    widest = max((_FIXED.get(kind) or letters(str(value)) for value in shown[:_SAMPLE]), default=0)
    return min(max(widest, letters(heading) / 2, 6) + _BESIDE, _WIDEST)


def fitted(headings: Sequence[str], shown: Sequence[Sequence[Any]], kinds: Sequence[Kind]) -> Widths:
    """
    Make columns of words narrower until the sheet can be read on one page's width; what is longer goes on below.

    It is always the column where the fewest cells need a further line that gives way by a letter.

    Parameters
    ----------
    headings, shown, kinds
        Of each column: what stands above it, its cells as people read them, and what they are.

    Examples
    --------
    >>> fitted(["案件编号"], [["C1" * 40]], [Kind.TEXT])
    Widths(letters=[48], are_wrapped=[True])
    """
    widths = [natural_width(*one) for one in zip(headings, shown, kinds, strict=True)]
    words = [position for position, kind in enumerate(kinds) if kind is Kind.TEXT]
    least = {position: max(_NARROWEST, letters(headings[position]) / 2 + _BESIDE) for position in words}
    long = {position: _sorted_letters(shown[position]) for position in words}

    def further_lines(position: int) -> tuple[int, float]:
        room = widths[position] - _INDENT
        return bisect_right(long[position], room) - bisect_right(long[position], room - 1), -widths[position]

    while sum(widths) > _WIDE_FOR_A3:
        wide = [position for position in words if widths[position] > least[position] + 1]
        if not wide:
            break
        widths[min(wide, key=further_lines)] -= 1
    are_wrapped = [
        kind is Kind.TEXT and _longest(cells) > width - _INDENT
        for cells, kind, width in zip(shown, kinds, widths, strict=True)
    ]
    return Widths(widths, are_wrapped)


def lines_of_rows(shown: Sequence[Sequence[Any]], widths: Widths) -> dict[int, int]:
    """
    Count the lines of the rows that have more than one, by their number from 1.

    Examples
    --------
    >>> lines_of_rows([["C1", "C1" * 40]], Widths([48], [True]))
    {2: 3}
    """
    rows: dict[int, int] = {}
    for cells, width, is_wrapped in zip(shown, *widths, strict=True):
        if is_wrapped:
            for row, cell in enumerate(cells, start=1):
                share = 0.0 if pd.isna(cell) else letters(cell) / (width - _INDENT)
                lines = 1 if share <= 1 else ceil(_RAGGED * share)
                if lines > rows.get(row, 1):
                    rows[row] = lines
    return rows


@lru_cache(maxsize=100_000)
def letters(text: str) -> float:
    """
    Return the width of a text in letters; a Chinese character is as wide as two.

    Examples
    --------
    >>> letters("示范县"), letters("C1")
    (6, 2.2)
    """
    if text.isascii():
        return 1.1 * len(text)
    return sum(2 if ord(letter) > 0x2E7F else 1.1 for letter in text)


def _sorted_letters(cells: Sequence[Any]) -> list[float]:
    return sorted(letters(cell) for cell in cells[:: 1 + len(cells) // _SAMPLE] if not pd.isna(cell))


def _longest(cells: Sequence[Any]) -> float:
    return max((letters(cell) for cell in cells if not pd.isna(cell)), default=0)
