"""How wide the columns of a table are on paper: numbers and days never break, texts share what is left."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from geoenforce.outputs.documents.layout import is_figure, shown_rows
from geoenforce.outputs.documents.model import Show, Table

_POINTS, _LEAST_POINTS = 9.0, 6.0
_CM_PER_POINT = 2.54 / 72
_PADDING_CM = 0.25  # left and right of the text, together
_LOOKED_AT = 400  # rows; the others are alike
_LONG_TEXT = 60.0  # letters: a text of more goes on in further lines anyway
_SHORT_TEXT = 6.0
_BOLD = 1.2  # a heading's letters for others
_HAIR = 0.2  # letters: what exactly fits is broken where widths are rounded
_SPARE = (1.12, 1.25)  # figures in some fonts are wider than half a Chinese character; days hold most of them


@dataclass(frozen=True)
class Columns:
    """Widths in cm that add up to the table's, and the size of its letters in points."""

    widths_cm: tuple[float, ...]
    points: float


def letters(text: str) -> float:
    """
    Return the width of a text in letters; a Chinese character is as wide as two.

    Examples
    --------
    >>> letters("东岸镇"), letters("12")
    (6.0, 2.2)
    """
    return float(sum(2 if ord(letter) > 0x2E7F else 1.1 for letter in text))


def heading_lines(label: str) -> str:
    r"""
    Put a unit in brackets on a line of its own.

    Examples
    --------
    >>> heading_lines("面积（亩）"), heading_lines("area (mu)"), heading_lines("乡镇（街道）名称")
    ('面积\n（亩）', 'area\n(mu)', '乡镇（街道）名称')
    """
    return re.sub(r"^(.+?)\s?([（(][^（(]*[）)])$", r"\1\n\2", label)


def columns_of(table: Table, lang: str, width_cm: float) -> Columns:
    """
    Share out the width of a table among its columns.

    Parameters
    ----------
    table
        The table; `weight` of its columns says how texts share what numbers and days leave.
    lang
        ``"zh"`` or ``"en"``.
    width_cm
        The width of the whole table.

    Examples
    --------
    >>> from datetime import date
    >>> from geoenforce.outputs.documents.model import Column
    >>> table = Table("", "", (Column("日期", Show.DAY), Column("说明")), ((date(2026, 12, 28), "文" * 300),), "")
    >>> columns = columns_of(table, "zh", 10.0)
    >>> [round(width, 1) for width in columns.widths_cm], columns.points
    ([3.2, 6.8], 9.0)
    """
    rows = shown_rows(table, lang)
    looked_at = [*rows[:_LOOKED_AT], *rows[-1:]]
    natural = [
        _SPARE[column.show is Show.DAY] * max((_widest_line(row[place]) for row in looked_at), default=0.0)
        for place, column in enumerate(table.columns)
    ]
    heads = [_heading_width(column.label) for column in table.columns]
    firm = [is_figure(column.show) or column.show is Show.DAY for column in table.columns]
    least = [
        max(width if is_firm else min(width, _SHORT_TEXT), head)
        for width, is_firm, head in zip(natural, firm, heads, strict=True)
    ]
    wanted = [max(min(width, _LONG_TEXT), low) for width, low in zip(natural, least, strict=True)]
    room_cm = width_cm - _PADDING_CM * len(least)
    points = max(min(_POINTS, room_cm / (sum(least) * _CM_PER_POINT / 2)), _LEAST_POINTS)
    room = room_cm / (points * _CM_PER_POINT / 2)
    widths = _shared(least, wanted, [column.weight for column in table.columns], room)
    whole = sum(widths)
    return Columns(tuple(width / whole * room_cm + _PADDING_CM for width in widths), round(points, 1))


def _widest_line(text: str) -> float:
    return max(map(letters, text.split("\n")))


def _heading_width(label: str) -> float:
    """Return what a heading needs: a Chinese one breaks anywhere, another one between words."""
    lines = heading_lines(label).split("\n")
    words = [word for line in lines for word in line.split()]
    return max(letters(word) * _BOLD if word.isascii() else min(letters(word), 10.0) + _HAIR for word in words or [""])


def _shared(least: Sequence[float], wanted: Sequence[float], weights: Sequence[float], room: float) -> list[float]:
    """Give each column the least it needs; share the rest by weight, to none more than it wants while others lack."""
    widths = list(least)
    while (left := room - sum(widths)) > 1e-6:
        lacking = [place for place in range(len(widths)) if wanted[place] - widths[place] > 1e-6]
        if not lacking:
            return [width + left * width / sum(widths) for width in widths]
        whole = sum(weights[place] for place in lacking)
        for place in lacking:
            widths[place] += min(left * weights[place] / whole, wanted[place] - widths[place])
    return widths
