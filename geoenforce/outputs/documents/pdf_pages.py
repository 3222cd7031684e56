"""The pages of a PDF: A4, fonts, page numbers, and lines that break as Chinese does."""

from datetime import UTC, datetime
from typing import Any

from fpdf import FPDF

from geoenforce.outputs.documents.fonts import Role, font_of, lacking, large_font, readable, shipped_font
from geoenforce.outputs.documents.layout import (
    MARGIN_BOTTOM_CM,
    MARGIN_LANDSCAPE_CM,
    MARGIN_LEFT_CM,
    MARGIN_RIGHT_CM,
    MARGIN_TOP_CM,
    WORDS,
    clean,
)
from geoenforce.outputs.documents.model import Document, Facts, Figure, Heading, Paragraph, Table
from geoenforce.outputs.documents.wrapping import wrapped

#: The family of tables, notes and page numbers, in both weights.
TABLE = "table"
_LARGE = "large"


class Pages(FPDF):
    """The pages of one document, with its number at the foot of each."""

    def __init__(self, document: Document) -> None:
        """Begin the pages of a document; the first is still to be added."""
        super().__init__("landscape" if document.is_landscape else "portrait", "cm", "A4")
        self.document = document
        self.c_margin = 0.0
        self._widths: dict[tuple[str, str, float], dict[str, float]] = {}
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
        known = {shipped_font(): (TABLE, ""), shipped_font(bold=True): (TABLE, "B")}
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
        self.set_fallback_fonts([TABLE, _LARGE] if large is not None else [TABLE], exact_match=False)

    def footer(self) -> None:
        """Write the page's number, as official documents do."""
        self.set_y(-2.2 if not self.document.is_landscape else -1.4)
        self.set_font(TABLE, size=12)
        self.set_text_color(0)
        number = WORDS[self.document.lang]["page"].format(page=self.page_no())
        self.cell(0, 0.6, number, align="C")

    def text_block(self, text: str, size: float, *, align: str = "L", spacing: float = 1.6, **more: Any) -> None:
        """Write a paragraph over the whole width, and go to the line after it."""
        self.set_font_size(size)
        lines = self.lines(clean(text), self.epw - 0.5 * bool(more))
        self.multi_cell(0, size / 72 * 2.54 * spacing, lines, align=align, new_x="LMARGIN", new_y="NEXT", **more)

    def lines(self, text: str, width_cm: float) -> str:
        """Break a text into lines in the present font."""
        return wrapped(readable(text), width_cm - 0.01, self.width_cm)

    def width_cm(self, text: str) -> float:
        """Return how wide a text is in the present font; each letter is measured once."""
        known = self._widths.setdefault((self.font_family, self.font_style, self.font_size_pt), {})
        for letter in text:
            if letter not in known:
                known[letter] = self.get_string_width(letter)
        return sum(known[letter] for letter in text)


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
