"""A document as a PDF: fonts embedded, headings of tables on every page, page numbers, bookmarks."""

from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from fpdf.enums import Align

from geoenforce.outputs.documents.fonts import Role, readable
from geoenforce.outputs.documents.layout import WORDS, clean, height_to_width, numbered
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
from geoenforce.outputs.documents.pdf_pages import TABLE, Pages
from geoenforce.outputs.documents.pdf_table import Grid, grid_of, thin_lines, together_cm, write_facts, write_grid
from geoenforce.outputs.files import make_room

_HEADINGS = {1: (Role.HEADING, 15), 2: (Role.SUBHEADING, 14), 3: (Role.HEADING, 12)}
_BODY_PT, _NOTE_PT, _CAPTION_PT = 14, 9, 11
_HEADING_CM, _CAPTION_CM = 1.6, 1.1
_WARNING_FILL, _SOFT = (251, 238, 241), (91, 103, 115)


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
    pages = Pages(document)
    pages.add_page()
    _title(pages, document)
    parts = [_laid_out(pages, block) for block in (*numbered(document), PageBreak())]
    for part, following in pairwise(parts):
        _write(pages, part, following)
    _end(pages, document)
    place.write_bytes(bytes(pages.output()))


@dataclass(frozen=True)
class _LaidOut:
    """A table that has rows, and its cells broken into lines."""

    table: Table
    grid: Grid


def _laid_out(pages: Pages, block: Block) -> Block | _LaidOut:
    return _LaidOut(block, grid_of(pages, block)) if isinstance(block, Table) and block.rows else block


def _title(pages: Pages, document: Document) -> None:
    pages.set_font(*pages.faces[Role.TITLE])
    pages.text_block(document.title, 22, align="C", spacing=1.4)
    pages.set_font(*pages.faces[Role.SUBHEADING])
    pages.text_block(document.subtitle, 14, align="C")
    pages.ln(0.4)


def _end(pages: Pages, document: Document) -> None:
    _keep(pages, 3.6)  # who signs does not stand apart from what it rests on
    pages.ln(0.6)
    pages.set_font(*pages.faces[Role.BODY])
    signed = f"{document.issued_by}\n{day_in_words(document.dated_on, document.lang)}".lstrip()
    pages.text_block(signed, _BODY_PT, align="R")
    pages.ln(0.4)
    pages.set_font(TABLE)
    pages.set_text_color(*_SOFT)
    pages.text_block(f"{WORDS[document.lang]['source']}  {document.source_note}", _NOTE_PT)
    pages.set_text_color(0)


def _write(pages: Pages, part: Block | _LaidOut, following: Block | _LaidOut) -> None:
    match part:
        case Heading():
            _heading(pages, part, following)
        case Paragraph():
            _paragraph(pages, part)
        case Facts():
            write_facts(pages, part)
        case Table():
            _table(pages, part, None)
        case _LaidOut():
            _table(pages, part.table, part.grid)
        case Figure():
            _figure(pages, part)
        case PageBreak():
            pages.add_page()


def _keep(pages: Pages, height_cm: float) -> None:
    """Begin a new page where so much does not fit on this one."""
    if pages.will_page_break(height_cm):
        pages.add_page()


def _heading(pages: Pages, heading: Heading, following: Block | _LaidOut) -> None:
    role, size = _HEADINGS[heading.level]
    _keep(pages, _HEADING_CM + _beginning_cm(pages, following))
    pages.ln(0.35)
    pages.start_section(readable(clean(heading.text)), level=heading.level - 1, strict=False)
    pages.set_font(*pages.faces[role])
    pages.text_block(heading.text, size)
    pages.ln(0.1)


def _beginning_cm(pages: Pages, part: Block | _LaidOut) -> float:
    """Return how high the beginning of a part is, which must stand below its heading."""
    match part:
        case Table():
            return 2.0
        case _LaidOut():
            return 2.0 + together_cm(part.grid)
        case Figure():
            return _figure_size(pages, part)[1] + _CAPTION_CM
        case PageBreak():
            return 0.0
        case _:
            return 1.5


def _paragraph(pages: Pages, paragraph: Paragraph) -> None:
    if paragraph.kind == "body":
        indent = "　　" if pages.document.lang == "zh" else ""
        pages.set_font(*pages.faces[Role.BODY])
        pages.text_block(indent + paragraph.text, _BODY_PT)
        return
    is_warning = paragraph.kind == "warning"
    pages.set_font(TABLE)
    pages.set_text_color(*((0, 0, 0) if is_warning else _SOFT))
    if is_warning:
        pages.set_fill_color(*_WARNING_FILL)
        pages.text_block(paragraph.text, _CAPTION_PT, fill=True, padding=0.15)
        pages.set_fill_color(0)  # fpdf's own: tables fill their cells with any other
    else:
        pages.text_block(paragraph.text, _NOTE_PT)
    pages.set_text_color(0)
    pages.ln(0.15)


def _caption(pages: Pages, text: str) -> None:
    pages.set_font(TABLE, "B")
    pages.text_block(text, _CAPTION_PT, align="C")


def _table(pages: Pages, table: Table, grid: Grid | None) -> None:
    _keep(pages, 1.2 + (together_cm(grid) if grid else 1.0))
    pages.ln(0.2)
    _caption(pages, table.caption)
    thin_lines(pages)
    if grid is None:
        pages.set_font(TABLE)
        pages.text_block(table.empty, 10.5, align="C", border=1, padding=0.2)
    else:
        write_grid(pages, grid)
    pages.set_draw_color(0)
    if table.note:
        _paragraph(pages, Paragraph(table.note, "note"))
    pages.ln(0.25)


def _figure_size(pages: Pages, figure: Figure) -> tuple[float, float]:
    """Return width and height: a figure fits on one page with its heading and its caption."""
    ratio = height_to_width(figure.png)
    height = min(min(figure.width_cm, pages.epw) * ratio, pages.eph - _HEADING_CM - _CAPTION_CM)
    return height / ratio, height


def _figure(pages: Pages, figure: Figure) -> None:
    width, height = _figure_size(pages, figure)
    _keep(pages, height + _CAPTION_CM)
    pages.ln(0.2)
    pages.image(BytesIO(figure.png), x=Align.C, w=width, h=height, alt_text=clean(figure.alt))
    _caption(pages, figure.caption)
    pages.ln(0.2)
