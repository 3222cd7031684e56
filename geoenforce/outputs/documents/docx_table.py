"""Tables of a Word file, as the text of their XML: cell by cell through python-docx takes minutes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls
from docx.shared import Emu

from geoenforce.outputs.documents.columns import columns_of, heading_lines
from geoenforce.outputs.documents.layout import clean, is_figure, pairs_in_rows, shown_rows, sums
from geoenforce.outputs.documents.model import Facts, Table

_STYLE = "TableText"
#: Without it a day is wider than its column: Word puts space between Chinese and figures.
_NO_EXTRA_SPACE = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
_SHORT = 12  # rows of a table that stays on one page
_TWENTIETHS_PER_CM = 1440 / 2.54  # of a point
_FACTS_SIZE = '<w:sz w:val="21"/>'  # 10.5 points, in halves
_HEAD, _SUM = "EAF0F6", "FFF6DD"
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="8A949E"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def table_xml(table: Table, width: Emu, lang: str) -> Iterator[str]:
    """
    Give the parts of a table's XML: its headings repeated on each page, no row over two pages.

    Examples
    --------
    >>> from geoenforce.outputs.documents.model import Column
    >>> table = Table("", "", (Column("乡镇"),), (("东岸镇",),), "")
    >>> "<w:tblHeader/>" in "".join(table_xml(table, Emu(5_000_000), "zh"))
    True
    """
    columns = columns_of(table, lang, width.cm)
    widths = [int(one * _TWENTIETHS_PER_CM) for one in columns.widths_cm]
    size = "" if columns.points == 9 else f'<w:sz w:val="{int(columns.points * 2)}"/>'
    aligns = ["right" if is_figure(column.show) else "left" for column in table.columns]
    yield _opening(widths)
    heads = [heading_lines(column.label) for column in table.columns]
    yield _row(heads, ["center"] * len(widths), widths, _Look([_HEAD] * len(widths), size, is_bold=True, is_head=True))
    rows = shown_rows(table, lang)
    last = len(rows) - 1 if sums(table, lang) else -1
    for position, cells in enumerate(rows):
        tints = [_SUM if position == last else ""] * len(widths)
        keeps = position < len(rows) - 1 and (len(rows) <= _SHORT or position < 2 or position >= len(rows) - 3)
        yield _row(cells, aligns, widths, _Look(tints, size, is_bold=position == last, keeps_with_next=keeps))
    yield "</w:tbl>"


def facts_xml(facts: Facts, width: Emu) -> Iterator[str]:
    r"""
    Give the parts of the XML of names and figures side by side.

    Examples
    --------
    >>> "<w:t xml:space=\"preserve\">12</w:t>" in "".join(facts_xml(Facts((("工作日", "12"),)), Emu(5_000_000)))
    True
    """
    whole = int(width.cm * _TWENTIETHS_PER_CM)
    widths = [int(whole * share / 4.4) for share in (1.0, 1.2, 1.0, 1.2)]
    yield _opening(widths)
    for pairs in pairs_in_rows(facts):
        tints = [_HEAD if place % 2 == 0 and text else "" for place, text in enumerate(pairs)]
        yield _row([clean(text) for text in pairs], ["left"] * 4, widths, _Look(tints, _FACTS_SIZE))
    yield "</w:tbl>"


def _opening(widths: Sequence[int]) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
    )


@dataclass(frozen=True)
class _Look:
    """How a row looks: a fill for each cell, the size of its letters, whether it is bold, a heading, held together."""

    tints: Sequence[str]
    size: str = ""
    is_bold: bool = False
    is_head: bool = False
    keeps_with_next: bool = False


def _row(cells: Sequence[str], aligns: Sequence[str], widths: Sequence[int], look: _Look) -> str:
    inside = ("<w:b/>" if look.is_bold else "") + look.size
    letters = f"<w:rPr>{inside}</w:rPr>" if inside else ""
    keep = "<w:keepNext/>" if look.is_head or look.keeps_with_next else ""
    parts = ["<w:tr><w:trPr><w:cantSplit/>", "<w:tblHeader/>" if look.is_head else "", "</w:trPr>"]
    for text, align, width, tint in zip(cells, aligns, widths, look.tints, strict=True):
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{tint}"/>' if tint else ""
        parts.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{_STYLE}"/>{keep}{_NO_EXTRA_SPACE}<w:jc w:val="{align}"/></w:pPr>'
            f"{_runs(text, letters)}</w:p></w:tc>"
        )
    parts.append("</w:tr>")
    return "".join(parts)


def _runs(text: str, properties: str) -> str:
    lines = escape(text).split("\n")
    inside = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{properties}{inside}</w:r>"
