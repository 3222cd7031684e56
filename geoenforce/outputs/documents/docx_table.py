"""Tables of a Word file, as the text of their XML: cell by cell through python-docx takes minutes."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls
from docx.shared import Emu

from geoenforce.outputs.documents.layout import clean, is_figure, shown_rows, sums
from geoenforce.outputs.documents.model import Facts, Table

_STYLE = "TableText"
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
    widths = _widths([column.weight for column in table.columns], width)
    aligns = ["right" if is_figure(column.show) else "left" for column in table.columns]
    yield _opening(widths)
    yield _row([column.label for column in table.columns], ["center"] * len(widths), widths, tint=_HEAD, is_head=True)
    rows = list(shown_rows(table, lang))
    last = len(rows) - 1 if sums(table, lang) else -1
    for position, cells in enumerate(rows):
        yield _row(cells, aligns, widths, tint=_SUM if position == last else "")
    yield "</w:tbl>"


def facts_xml(facts: Facts, width: Emu) -> Iterator[str]:
    r"""
    Give the parts of the XML of names and figures side by side.

    Examples
    --------
    >>> "<w:t xml:space=\"preserve\">12</w:t>" in "".join(facts_xml(Facts((("工作日", "12"),)), Emu(5_000_000)))
    True
    """
    widths = _widths([2, 3], width)
    yield _opening(widths)
    for name, value in facts.rows:
        yield _row([clean(name), clean(value)], ["left", "left"], widths, tint_first=_HEAD)
    yield "</w:tbl>"


def _widths(weights: Sequence[float], width: Emu) -> list[int]:
    """Share out the width, in twentieths of a point."""
    whole = int(width.pt * 20)
    return [int(whole * weight / sum(weights)) for weight in weights]


def _opening(widths: Sequence[int]) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
    )


def _row(
    cells: Sequence[str],
    aligns: Sequence[str],
    widths: Sequence[int],
    *,
    tint: str = "",
    tint_first: str = "",
    is_head: bool = False,
) -> str:
    bold = "<w:rPr><w:b/></w:rPr>" if tint else ""
    parts = ["<w:tr><w:trPr><w:cantSplit/>", "<w:tblHeader/>" if is_head else "", "</w:trPr>"]
    for position, (text, align, width) in enumerate(zip(cells, aligns, widths, strict=True)):
        fill = tint or (tint_first if position == 0 else "")
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
        parts.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{_STYLE}"/><w:jc w:val="{align}"/></w:pPr>{_runs(text, bold)}</w:p></w:tc>'
        )
    parts.append("</w:tr>")
    return "".join(parts)


def _runs(text: str, properties: str) -> str:
    lines = escape(text).split("\n")
    inside = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{properties}{inside}</w:r>"
