"""What the writers of documents share: numbers of headings, sums below tables, words, clean text."""

import re
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO

from PIL import Image

from geoenforce.outputs.documents.model import PLACES, Block, Document, Facts, Heading, Show, Table, Value, shown

#: Words that the writers add of their own.
WORDS = {
    "zh": {"total": "合计", "charts": "图表", "text": "正文", "source": "编制依据", "page": "— {page} —"},
    "en": {"total": "Total", "charts": "Charts", "text": "Text", "source": "Made from", "page": "— {page} —"},
}

#: A4, and the margins of official documents (GB/T 9704: top 37, left 28, right 26 mm).
PAGE_CM = (21.0, 29.7)
MARGIN_TOP_CM, MARGIN_RIGHT_CM, MARGIN_BOTTOM_CM, MARGIN_LEFT_CM = 3.7, 2.6, 3.5, 2.8
#: A page across is filled with a table: smaller margins all round.
MARGIN_LANDSCAPE_CM = 2.0

_NUMERALS = "零一二三四五六七八九"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    r"""
    Leave out characters that no document can hold, such as the control characters of broken files.

    Examples
    --------
    >>> clean("东岸镇\x00\x0b")
    '东岸镇'
    """
    return _NOT_IN_XML.sub("", text)


def numbered(document: Document) -> Iterator[Block]:
    """
    Go through the blocks of a document, each heading with its number.

    Examples
    --------
    >>> from datetime import date
    >>> blocks = (Heading("总体情况"), Heading("未达标日", 2), Heading("台账核对"))
    >>> document = Document("", "", "", date(2026, 4, 1), "zh", blocks, "")
    >>> [block.text for block in numbered(document)]
    ['一、总体情况', '（一）未达标日', '二、台账核对']
    """
    counts = [0, 0, 0]
    for block in document.blocks:
        if isinstance(block, Heading):
            level = min(max(block.level, 1), 3)
            counts[level - 1] += 1
            counts[level:] = [0] * (3 - level)
            yield Heading(_number(counts[:level], document.lang) + block.text, level)
        else:
            yield block


def chinese_number(number: int) -> str:
    """
    Write a number from 1 to 99 in Chinese.

    Examples
    --------
    >>> [chinese_number(number) for number in (1, 10, 12, 20, 35)]
    ['一', '十', '十二', '二十', '三十五']
    """
    tens, ones = divmod(number, 10)
    return (_NUMERALS[tens] if tens > 1 else "") + ("十" if tens else "") + (_NUMERALS[ones] if ones else "")


def _number(counts: list[int], lang: str) -> str:
    if lang != "zh":
        return ".".join(map(str, counts)) + (". " if len(counts) == 1 else " ")
    number = counts[-1]
    return (f"{chinese_number(number)}、", f"（{chinese_number(number)}）", f"{number}. ")[len(counts) - 1]


def sums(table: Table, lang: str) -> tuple[Value, ...] | None:
    """
    Return the row of sums below a table; None where no column is summed or one row is its own sum.

    Examples
    --------
    >>> from geoenforce.outputs.documents.model import Column
    >>> columns = (Column("乡镇"), Column("面积（亩）", Show.MU, is_summed=True))
    >>> sums(Table("", "", columns, (("东岸镇", 1.5), ("西岭镇", None)), ""), "zh")
    ('合计', 1.5)
    """
    if len(table.rows) < 2 or not any(column.is_summed for column in table.columns):
        return None
    label = WORDS[lang]["total"]
    row: list[Value] = []
    for position, column in enumerate(table.columns):
        if column.is_summed:
            row.append(sum(value for cells in table.rows if isinstance(value := cells[position], int | float)))
        else:
            row.append(label)
            label = ""
    return tuple(row)


@lru_cache(maxsize=64)
def shown_rows(table: Table, lang: str) -> tuple[tuple[str, ...], ...]:
    """
    Write the rows of a table as people read them, the sums last.

    Every kind of file asks, for the widths and for the cells: a long table is put into words once, not five times.

    Examples
    --------
    >>> from geoenforce.outputs.documents.model import Column
    >>> table = Table("", "", (Column("乡镇"), Column("面积（亩）", Show.MU)), (("东岸镇", 1.5),), "")
    >>> shown_rows(table, "zh")
    (('东岸镇', '1.50'),)
    """
    last = sums(table, lang)
    return tuple(
        tuple(clean(shown(value, column.show, lang)) for value, column in zip(row, table.columns, strict=True))
        for row in (*table.rows, *([last] if last else []))
    )


def is_figure(show: Show) -> bool:
    """
    Tell whether a column holds numbers, which stand to the right.

    Examples
    --------
    >>> is_figure(Show.MU), is_figure(Show.DAY)
    (True, False)
    """
    return show in PLACES


def height_to_width(png: bytes) -> float:
    """
    Return how high a picture is for its width.

    Examples
    --------
    >>> file = BytesIO()
    >>> Image.new("1", (4, 2)).save(file, "png")
    >>> height_to_width(file.getvalue())
    0.5
    """
    with Image.open(BytesIO(png)) as picture:
        return picture.height / picture.width


def pairs_in_rows(facts: Facts) -> Iterator[tuple[str, str, str, str]]:
    """
    Lay out names and figures, two pairs in a row; the last row may be half empty.

    Examples
    --------
    >>> list(pairs_in_rows(Facts((("工作日", "21"), ("免巡", "1"), ("达标", "20")))))
    [('工作日', '21', '免巡', '1'), ('达标', '20', '', '')]
    """
    rows = [*facts.rows, *([("", "")] if len(facts.rows) % 2 else [])]
    for left, right in zip(rows[::2], rows[1::2], strict=True):
        yield (*left, *right)
