"""What a document says, before it is a Word file, a web page, a workbook or a PDF."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from geoenforce.outputs.wording import mu_figure, percent_figure, rounded

#: What a cell holds: a real number or day, so that a workbook can sum and sort it; None is an empty cell.
Value = str | int | float | date | None


class Show(StrEnum):
    """How the values of a column are written for people."""

    TEXT = "text"
    COUNT = "count"
    MU = "mu"
    M2 = "m2"
    M = "m"
    KM = "km"
    HOURS = "hours"
    SHARE = "percent"  # from 0 to 1, shown in per cent
    COORDINATE = "coordinate"  # metres, to the millimetre
    DAY = "day"


#: Decimals of what is shown as a number.
PLACES = {
    Show.COUNT: 0,
    Show.MU: 2,
    Show.M2: 2,
    Show.M: 1,
    Show.KM: 2,
    Show.HOURS: 1,
    Show.SHARE: 2,
    Show.COORDINATE: 3,
}


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading with the unit, how it is shown, its share of the width, whether it is summed."""

    label: str
    show: Show = Show.TEXT
    weight: float = 1.0
    is_summed: bool = False


@dataclass(frozen=True)
class Heading:
    """
    The heading of a part; level 1 is the largest below the title, 3 the smallest.

    Its number (一、（一）1. or 1, 1.1, 1.1.1) is added when it is written; the text carries none.
    """

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text; a note is smaller, a warning stands out."""

    text: str
    kind: Literal["body", "note", "warning"] = "body"


@dataclass(frozen=True)
class Facts:
    """A few figures with their names, side by side or one below the other."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)  # one is only itself: 1, 1.0 and True are equal, and not shown alike
class Table:
    """
    A table with a caption; `sheet` names its sheet in the workbook.

    Where there are no rows, `empty` is said in its place: why, and what that means.
    """

    caption: str
    sheet: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    empty: str
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture (PNG), with what it shows in words for those who cannot see it."""

    png: bytes
    alt: str
    caption: str
    width_cm: float = 16.0


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Facts | Table | Figure | PageBreak


@dataclass(frozen=True)
class Document:
    """A whole document, in one language, in the order in which it is read."""

    title: str
    subtitle: str
    issued_by: str
    dated_on: date
    lang: str
    blocks: tuple[Block, ...]
    source_note: str  # what it was made from: regulation, run, hashes
    is_landscape: bool = False


def day_in_words(day: date, lang: str) -> str:
    """
    Write a day as official documents do.

    Examples
    --------
    >>> day_in_words(date(2026, 3, 2), "zh"), day_in_words(date(2026, 3, 2), "en")
    ('2026年3月2日', '2 March 2026')
    """
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def shown(value: Value, show: Show, lang: str) -> str:
    """
    Write a cell as people read it: halves up, the decimals of its kind, an empty text for nothing.

    Mu and shares have more decimals where two would make them a whole number that they are not: a limit.

    Examples
    --------
    >>> shown(9.996, Show.MU, "zh"), shown(0.15, Show.SHARE, "zh"), shown(1234567, Show.COUNT, "en")
    ('9.9960', '15.00%', '1234567')
    >>> shown(date(2026, 3, 2), Show.DAY, "zh"), shown(None, Show.MU, "zh")
    ('2026年3月2日', '')
    """
    if value is None:
        return ""
    if isinstance(value, date):
        return day_in_words(value, lang)
    if isinstance(value, str) or show not in PLACES:
        return str(value)
    if show is Show.SHARE:
        return f"{percent_figure(value)}%"
    if show is Show.MU:
        return mu_figure(value)
    return rounded(float(value), PLACES[show])
