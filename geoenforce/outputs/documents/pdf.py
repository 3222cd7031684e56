"""A document as a PDF: fonts embedded, headings of tables on every page, page numbers, bookmarks."""

from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

from fpdf import FPDF, FontFace
from fpdf.enums import Align, TableBordersLayout, TableCellFillMode

from geoenforce.outputs.documents.fonts import Role, font_of, lacking, large_font, shipped_font
from geoenforce.outputs.documents.layout import (
    MARGIN_BOTTOM_CM,
    MARGIN_LANDSCAPE_CM,
    MARGIN_LEFT_CM,
    MARGIN_RIGHT_CM,
    MARGIN_TOP_CM,
    WORDS,
    clean,
    height_to_width,
    is_figure,
    numbered,
    shown_rows,
    sums,
    text_width_cm,
)
from geoenforce.outputs.documents.model import (
    Block,
    Document,
    Facts,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Table,
    day_in_words,
)
from geoenforce.outputs.files import make_room

_TABLE, _LARGE = "table", "large"
_HEADINGS = {1: (Role.HEADING, 15), 2: (Role.SUBHEADING, 14), 3: (Role.HEADING, 12)}
_BODY_PT, _TABLE_PT, _NOTE_PT, _CAPTION_PT = 14, 9, 9, 11
_HEADING_CM, _CAPTION_CM = 1.6, 0.9
_HEAD_FILL, _SUM_FILL, _WARNING_FILL, _SOFT = (234, 240, 246), (255, 246, 221), (251, 238, 241), (91, 103, 115)


def write_pdf(document: Document, path: str | Path) -> None:
    """
    Write a document as a PDF, on A4 with the margins of official documents.

    Parameters
    ----------
    document
        What it says.
    path
        The file; its folder is created.

    Raises
    ------
    GeoenforceError
        If the file cannot be written.

    Notes
    -----
    Where the machine has 仿宋, 黑体 and 楷体 they are used, else the font that goes with the software.
    The same document gives the same bytes on the same machine.
    """
    place = make_room(path)
    pages = _Pages(document)
    pages.add_page()
    _title(pages, document)
    for block, following in pairwise([*numbered(document), PageBreak()]):  # the last one is not written
        if isinstance(block, Heading) and isinstance(following, Figure):
            _keep(pages, _HEADING_CM + _figure_size_cm(pages, following)[1] + _CAPTION_CM)
        _write(pages, block)
    _end(pages, document)
    place.write_bytes(bytes(pages.output()))


class _Pages(FPDF):
    """The pages of one document, with its number at the foot of each."""

    def __init__(self, document: Document) -> None:
        super().__init__("landscape" if document.is_landscape else "portrait", "cm", "A4")
        self.document = document
        across = document.is_landscape
        top, left = (MARGIN_LANDSCAPE_CM,) * 2 if across else (MARGIN_TOP_CM, MARGIN_LEFT_CM)
        right, bottom = (MARGIN_LANDSCAPE_CM,) * 2 if across else (MARGIN_RIGHT_CM, MARGIN_BOTTOM_CM)
        self.set_margins(left, top, right)
        self.set_auto_page_break(auto=True, margin=bottom)
        self.set_creation_date(datetime.combine(document.dated_on, datetime.min.time(), UTC))
        self.set_title(clean(document.title))
        self.set_author(clean(document.issued_by))
        self.set_subject(clean(document.subtitle))
        self.set_creator("geoenforce")
        self.set_lang({"zh": "zh-CN"}.get(document.lang, document.lang))
        self._add_fonts(document)

    def _add_fonts(self, document: Document) -> None:
        known = {shipped_font(): (_TABLE, ""), shipped_font(bold=True): (_TABLE, "B")}
        for font, (family, style) in known.items():
            self.add_font(family, style, font.path)
        self.faces: dict[Role, tuple[str, str]] = {}
        for role in Role:
            font = font_of(role)
            if font not in known:
                known[font] = (role.value, "")
                self.add_font(role.value, "", font.path)
            self.faces[role] = known[font]
        large = large_font() if lacking(_all_text(document)) else None
        if large is not None:
            self.add_font(_LARGE, "", large.path, collection_font_number=large.number)
        self.set_fallback_fonts([_TABLE, _LARGE] if large is not None else [_TABLE], exact_match=False)

    def footer(self) -> None:
        """Write the page's number, as official documents do."""
        self.set_y(-2.2 if not self.document.is_landscape else -1.4)
        self.set_font(_TABLE, size=12)
        self.set_text_color(0)
        number = WORDS[self.document.lang]["page"].format(page=self.page_no())
        self.cell(0, 0.6, number, align="C")

    def text_block(self, text: str, size: float, *, align: str = "J", spacing: float = 1.6, **more: Any) -> None:
        """Write a paragraph over the whole width, and go to the line after it."""
        self.set_font_size(size)
        self.multi_cell(0, size / 72 * 2.54 * spacing, clean(text), align=align, new_x="LMARGIN", new_y="NEXT", **more)


def _all_text(document: Document) -> str:
    parts = [document.title, document.subtitle, document.issued_by, document.source_note]
    for block in document.blocks:
        match block:
            case Table():
                parts += [block.caption, block.empty, block.note, *(column.label for column in block.columns)]
                parts += [cell for row in block.rows for cell in row if isinstance(cell, str)]
            case Facts():
                parts += [text for row in block.rows for text in row]
            case Figure():
                parts.append(block.caption)
            case Heading() | Paragraph():
                parts.append(block.text)
    return "".join(set("".join(parts)))


def _title(pages: _Pages, document: Document) -> None:
    pages.set_font(*pages.faces[Role.TITLE])
    pages.text_block(document.title, 22, align="C", spacing=1.4)
    pages.set_font(*pages.faces[Role.SUBHEADING])
    pages.text_block(document.subtitle, 14, align="C")
    pages.ln(0.4)


def _end(pages: _Pages, document: Document) -> None:
    pages.ln(0.8)
    pages.set_font(*pages.faces[Role.BODY])
    signed = f"{document.issued_by}\n{day_in_words(document.dated_on, document.lang)}"
    pages.text_block(signed, _BODY_PT, align="R")
    pages.ln(0.4)
    pages.set_font(_TABLE)
    pages.set_text_color(*_SOFT)
    pages.text_block(f"{WORDS[document.lang]['source']}  {document.source_note}", _NOTE_PT, align="L")
    pages.set_text_color(0)


def _write(pages: _Pages, block: Block) -> None:
    match block:
        case Heading():
            _heading(pages, block)
        case Paragraph():
            _paragraph(pages, block)
        case Facts():
            _facts(pages, block)
        case Table():
            _table(pages, block)
        case Figure():
            _figure(pages, block)
        case PageBreak():
            pages.add_page()


def _keep(pages: _Pages, height_cm: float) -> None:
    """Begin a new page where so much does not fit on this one."""
    if pages.will_page_break(height_cm):
        pages.add_page()


def _heading(pages: _Pages, heading: Heading) -> None:
    role, size = _HEADINGS[heading.level]
    _keep(pages, 3.0)
    pages.ln(0.35)
    pages.start_section(clean(heading.text), level=heading.level - 1, strict=False)
    pages.set_font(*pages.faces[role])
    pages.text_block(heading.text, size, align="L")
    pages.ln(0.1)


def _paragraph(pages: _Pages, paragraph: Paragraph) -> None:
    if paragraph.kind == "body":
        indent = "　　" if pages.document.lang == "zh" else ""
        pages.set_font(*pages.faces[Role.BODY])
        align = "L" if pages.document.lang == "zh" else "J"
        pages.text_block(indent + paragraph.text, _BODY_PT, align=align)
        return
    is_warning = paragraph.kind == "warning"
    pages.set_font(_TABLE)
    pages.set_text_color(*((0, 0, 0) if is_warning else _SOFT))
    if is_warning:
        pages.set_fill_color(*_WARNING_FILL)
    pages.text_block(
        paragraph.text, _CAPTION_PT if is_warning else _NOTE_PT, align="L", fill=is_warning, padding=0.15 * is_warning
    )
    pages.set_fill_color(0)  # fpdf's own: tables fill their cells with any other
    pages.set_text_color(0)
    pages.ln(0.15)


def _facts(pages: _Pages, facts: Facts) -> None:
    pages.ln(0.15)
    pages.set_font(_TABLE, size=10.5)
    with pages.table(
        col_widths=(2, 3), line_height=0.62, padding=(0.02, 0.15), first_row_as_headings=False, text_align="LEFT"
    ) as grid:
        name_style = FontFace(fill_color=_HEAD_FILL)
        for name, value in facts.rows:
            row = grid.row()
            row.cell(clean(name), style=name_style)
            row.cell(clean(value))
    pages.ln(0.25)


def _caption(pages: _Pages, text: str) -> None:
    pages.set_font(_TABLE, "B")
    pages.text_block(text, _CAPTION_PT, align="C")


def _note(pages: _Pages, text: str) -> None:
    if text:
        _paragraph(pages, Paragraph(text, "note"))


def _table(pages: _Pages, table: Table) -> None:
    _keep(pages, 2.6)
    pages.ln(0.2)
    _caption(pages, table.caption)
    if not table.rows:
        pages.set_font(_TABLE)
        pages.text_block(table.empty, 10.5, align="C", border=1, padding=0.2)
    else:
        _grid(pages, table)
    _note(pages, table.note)
    pages.ln(0.25)


def _grid(pages: _Pages, table: Table) -> None:
    aligns = tuple("RIGHT" if is_figure(column.show) else "LEFT" for column in table.columns)
    pages.set_font(_TABLE, size=_TABLE_PT)
    pages.set_draw_color(150)
    pages.set_line_width(0.015)
    options = {
        "col_widths": tuple(column.weight for column in table.columns),
        "text_align": aligns,
        "line_height": _TABLE_PT / 72 * 2.54 * 1.4,
        "padding": (0.05, 0.1),
        "borders_layout": TableBordersLayout.ALL,
        "cell_fill_mode": TableCellFillMode.NONE,
        "headings_style": FontFace(emphasis="BOLD", fill_color=_HEAD_FILL),
    }
    rows = list(shown_rows(table, pages.document.lang))
    last = len(rows) - 1 if sums(table, pages.document.lang) else -1
    with pages.table(**options) as grid:
        head = grid.row()
        for column in table.columns:
            head.cell(clean(column.label), align="C")
        for position, cells in enumerate(rows):
            grid.row(cells, style=FontFace(emphasis="BOLD", fill_color=_SUM_FILL) if position == last else None)
    pages.set_draw_color(0)


def _figure(pages: _Pages, figure: Figure) -> None:
    pages.ln(0.2)
    width, height = _figure_size_cm(pages, figure)
    _keep(pages, height + _CAPTION_CM)
    pages.image(BytesIO(figure.png), x=Align.C, w=width, h=height, alt_text=clean(figure.alt))
    _caption(pages, figure.caption)
    pages.ln(0.2)


def _figure_size_cm(pages: _Pages, figure: Figure) -> tuple[float, float]:
    """Return width and height: a figure fits on one page with its heading and its caption."""
    ratio = height_to_width(figure.png)
    width = min(figure.width_cm, text_width_cm(pages.document))
    height = min(width * ratio, pages.eph - _HEADING_CM - _CAPTION_CM)
    return height / ratio, height
