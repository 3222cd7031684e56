"""A document as a Word file, over a template that a bureau may replace by its own."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import parse_xml
from docx.shared import Cm, Emu, Pt
from docxtpl import DocxTemplate

from geoenforce.core.errors import InputError
from geoenforce.outputs.documents.docx_table import facts_xml, table_xml
from geoenforce.outputs.documents.layout import MARGIN_LANDSCAPE_CM, WORDS, clean, numbered
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
from geoenforce.outputs.documents.template import BODY_MARK, add_styles, check_template, default_template
from geoenforce.outputs.documents.zips import same_bytes
from geoenforce.outputs.files import make_room

_STYLES = {"body": "Body Text", "note": "Document Note", "warning": "Document Warning"}


def write_docx(document: Document, path: str | Path, *, template: str | Path | None = None) -> None:
    """
    Write a document as a Word file.

    Parameters
    ----------
    document
        What it says.
    path
        The file; its folder is created.
    template
        A Word file with the placeholders of `geoenforce.outputs.documents.template`; ours if None.

    Raises
    ------
    InputError
        If the template cannot be used; the message lists all that is wrong with it.
    GeoenforceError
        If the old file cannot be replaced.

    Notes
    -----
    The same document and template give the same bytes.
    """
    if template is not None and (problems := check_template(template)):
        raise InputError("\n".join(problems))
    filled = DocxTemplate(BytesIO(Path(template).read_bytes() if template else default_template()))
    filled.render(
        {
            "title": clean(document.title),
            "subtitle": clean(document.subtitle),
            "issued_by": clean(document.issued_by),
            "dated_on": day_in_words(document.dated_on, document.lang),
            "source_note": f"{WORDS[document.lang]['source']}  {clean(document.source_note)}",
            "body": BODY_MARK,
        },
        autoescape=True,
    )
    word = filled.docx
    add_styles(word)
    _turn(word, document)
    _fill(word, document)
    _describe(word, document)
    file = BytesIO()
    word.save(file)
    make_room(path).write_bytes(same_bytes(file.getvalue()))


def _turn(word: Any, document: Document) -> None:
    """Lay the pages across where the document asks for it."""
    for section in word.sections if document.is_landscape else ():
        if section.page_width < section.page_height:
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = section.page_height, section.page_width
            section.left_margin = section.right_margin = Cm(MARGIN_LANDSCAPE_CM)
            section.top_margin = section.bottom_margin = Cm(MARGIN_LANDSCAPE_CM)
            section.footer_distance = Cm(1.0)


def _describe(word: Any, document: Document) -> None:
    moment = datetime.combine(document.dated_on, datetime.min.time())
    properties = word.core_properties
    properties.title, properties.subject = clean(document.title)[:255], clean(document.subtitle)[:255]
    properties.author = properties.last_modified_by = clean(document.issued_by)[:255]
    properties.created = properties.modified = moment
    properties.comments, properties.keywords = "", "geoenforce"
    properties.language = {"zh": "zh-CN"}.get(document.lang, document.lang)


def _fill(word: Any, document: Document) -> None:
    """Put the blocks where the mark stands."""
    mark = next(paragraph for paragraph in word.paragraphs if BODY_MARK in paragraph.text)
    section = word.sections[0]
    width = Emu(section.page_width - section.left_margin - section.right_margin)
    writer = _Writer(word, mark, width, document.lang)
    for block in numbered(document):
        writer.write(block)
    mark._p.getparent().remove(mark._p)


class _Writer:
    """Puts blocks before a paragraph, one after the other."""

    def __init__(self, word: Any, mark: Any, width: Emu, lang: str) -> None:
        self.word, self.mark, self.width, self.lang = word, mark, width, lang

    def write(self, block: Block) -> None:
        """Write one block."""
        match block:
            case Heading():
                self.paragraph(block.text, f"Heading {block.level}")
            case Paragraph():
                self._running_text(block)
            case Facts():
                self._put(facts_xml(block, self.width))
                self.paragraph("", "Table Text")
            case Table():
                self._table(block)
            case Figure():
                self._figure(block)
            case PageBreak():
                self.paragraph("", "Table Text").add_run().add_break(WD_BREAK.PAGE)

    def paragraph(self, text: str, style: str) -> Any:
        """Write a paragraph of a style, and return it."""
        return self.mark.insert_paragraph_before(clean(text), style=self.word.styles[style])

    def _running_text(self, paragraph: Paragraph) -> None:
        written = self.paragraph(paragraph.text, _STYLES[paragraph.kind])
        if paragraph.kind == "body" and self.lang == "zh":
            written.paragraph_format.first_line_indent = Pt(32)  # two characters

    def _put(self, parts: Iterator[str]) -> None:
        self.mark._p.addprevious(parse_xml("".join(parts)))

    def _table(self, table: Table) -> None:
        self.paragraph(table.caption, "Caption")
        if table.rows:
            self._put(table_xml(table, self.width, self.lang))
        else:
            self.paragraph(table.empty, "Document Note").alignment = WD_ALIGN_PARAGRAPH.CENTER
        self.paragraph(table.note, "Document Note" if table.note else "Table Text")

    def _figure(self, figure: Figure) -> None:
        holder = self.paragraph("", "Table Text")
        holder.alignment, holder.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True
        picture = holder.add_run().add_picture(BytesIO(figure.png), width=min(Cm(figure.width_cm), self.width))
        picture._inline.docPr.set("descr", clean(figure.alt))
        self.paragraph(figure.caption, "Caption").paragraph_format.keep_with_next = False
