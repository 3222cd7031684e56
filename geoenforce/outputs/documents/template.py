"""The Word template: our own, made by code, and the check of one that a bureau puts in its place."""

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import jinja2
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docxtpl import DocxTemplate

from geoenforce.outputs.documents.layout import (
    MARGIN_BOTTOM_CM,
    MARGIN_LEFT_CM,
    MARGIN_RIGHT_CM,
    MARGIN_TOP_CM,
    PAGE_CM,
)
from geoenforce.outputs.documents.zips import same_bytes

#: What a template may hold, and what stands in its place afterwards.
PLACEHOLDERS = {
    "title": "the document's title",
    "subtitle": "its period or case",
    "issued_by": "who issues it",
    "dated_on": "the day, as 2026年3月2日",
    "source_note": "what it was made from: regulation, run, hashes",
    "body": "everything else; stands alone in its paragraph",
}
REQUIRED = ("title", "body")

#: Stands where the body goes, once a template has been filled in.
BODY_MARK = "\ue000body\ue000"

#: Our styles: name → (Chinese font, Latin font, points, bold, alignment, spacing in points or None for single).
#: A template that has a style of that name keeps its own.
_STYLES: dict[str, tuple[str, str, float, bool, str, float | None]] = {
    "Title": ("方正小标宋简体", "Times New Roman", 22, False, "CENTER", 32),
    "Subtitle": ("楷体", "Times New Roman", 16, False, "CENTER", 28),
    "Heading 1": ("黑体", "Times New Roman", 16, False, "LEFT", 28),
    "Heading 2": ("楷体", "Times New Roman", 16, False, "LEFT", 28),
    "Heading 3": ("仿宋", "Times New Roman", 16, True, "LEFT", 28),
    "Body Text": ("仿宋", "Times New Roman", 16, False, "JUSTIFY", 28),
    "Caption": ("黑体", "Times New Roman", 12, False, "CENTER", None),
    "Document Note": ("仿宋", "Times New Roman", 10.5, False, "LEFT", None),
    "Document Warning": ("黑体", "Times New Roman", 12, False, "LEFT", None),
    "Document Signature": ("仿宋", "Times New Roman", 16, False, "RIGHT", 28),
    "Table Text": ("宋体", "Times New Roman", 9, False, "LEFT", None),
}
_NOTE_INK = RGBColor(0x5B, 0x67, 0x73)


def default_template() -> bytes:
    """
    Return our template as a Word file, for a bureau to begin its own with.

    Examples
    --------
    >>> default_template()[:2]
    b'PK'
    """
    document = blank_page()
    section = document.sections[0]
    section.footer_distance = Cm(2.5)
    for text, style in (
        ("{{ title }}", "Title"),
        ("{{ subtitle }}", "Subtitle"),
        ("{{ body }}", "Body Text"),
        ("{{ issued_by }}", "Document Signature"),
        ("{{ dated_on }}", "Document Signature"),
        ("{{ source_note }}", "Document Note"),
    ):
        document.add_paragraph(text, style=style)
    _number_pages(section.footer.paragraphs[0])
    file = BytesIO()
    document.save(file)
    return same_bytes(file.getvalue())


def blank_page() -> Any:
    """
    Return an empty Word document with our page, its margins and our styles.

    Examples
    --------
    >>> round(blank_page().sections[0].page_width.cm, 1)
    21.0
    """
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(PAGE_CM[0]), Cm(PAGE_CM[1])
    section.top_margin, section.bottom_margin = Cm(MARGIN_TOP_CM), Cm(MARGIN_BOTTOM_CM)
    section.left_margin, section.right_margin = Cm(MARGIN_LEFT_CM), Cm(MARGIN_RIGHT_CM)
    add_styles(document)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")  # else marks are set, and lines broken, as in English
    document.core_properties.author, document.core_properties.comments = "geoenforce", ""
    return document


def add_styles(document: Any) -> None:
    """
    Give a Word document the styles of ours that it lacks.

    Python-docx's own built-in styles are replaced, those of a bureau's template are kept.

    Examples
    --------
    >>> document = docx.Document()
    >>> add_styles(document)
    >>> document.styles["Table Text"].font.size.pt
    9.0
    """
    ours = document.core_properties.author == "python-docx"
    names = {style.name for style in document.styles}
    for name in _STYLES:
        if name not in names:
            _shape(document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH), name)
        elif ours:
            _shape(document.styles[name], name)


def _shape(style: Any, name: str) -> None:
    chinese, latin, points, bold, alignment, spacing = _STYLES[name]
    style.base_style = None
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    style.font.name, style.font.size, style.font.bold = latin, Pt(points), bold
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), chinese)
    borders = style.element.pPr.find(qn("w:pBdr")) if style.element.pPr is not None else None
    if borders is not None:
        style.element.pPr.remove(borders)
    shape = style.paragraph_format
    shape.alignment = getattr(WD_ALIGN_PARAGRAPH, alignment)
    shape.space_before = shape.space_after = Pt(3 if spacing is None and name != "Table Text" else 0)
    if spacing is not None:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(spacing)
    shape.keep_with_next = name.startswith("Heading") or name in ("Caption", "Document Signature")
    if name == "Document Note":
        style.font.color.rgb = _NOTE_INK


def _number_pages(paragraph: Any) -> None:
    """Write — 1 — with a field that Word counts."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run("— ")
    run.font.size = Pt(14)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(paragraph.add_run("1")._r)
    paragraph._p.append(field)
    for each in (*paragraph.runs, paragraph.add_run(" —")):
        each.font.size, each.font.name = Pt(14), "宋体"


def check_template(path: str | Path) -> list[str]:
    """
    Say what is wrong with a Word template; an empty list if it can be used.

    Parameters
    ----------
    path
        The template (.docx).

    Returns
    -------
    problems
        One sentence each, with the way out.

    Examples
    --------
    >>> check_template("no_such.docx")
    ['no_such.docx: there is no such file.']
    """
    place = Path(path)
    if not place.is_file():
        return [f"{path}: there is no such file."]
    try:
        template = DocxTemplate(place)
        found = set(template.get_undeclared_template_variables())
    except (zipfile.BadZipFile, KeyError, ValueError):
        return [f"{path}: this is no Word file (.docx). Save the template from Word as .docx and name that file."]
    except jinja2.TemplateError as problem:
        return [f"{path}: a placeholder cannot be read: {problem.message}. Write it as {{{{ title }}}}, in one format."]
    problems = [
        f"{path}: {{{{ {name} }}}} is unknown. Known are {', '.join(PLACEHOLDERS)}."
        for name in sorted(found - set(PLACEHOLDERS))
    ]
    problems += [
        f"{path}: {{{{ {name} }}}} is missing ({PLACEHOLDERS[name]})." for name in REQUIRED if name not in found
    ]
    if "body" in found and not _body_stands_alone(docx.Document(str(place))):
        problems.append(f"{path}: {{{{ body }}}} must stand alone in a paragraph of the text, outside tables.")
    return problems


def _body_stands_alone(document: Any) -> bool:
    alone = re.compile(r"\s*\{\{\s*body\s*\}\}\s*")
    return sum(bool(alone.fullmatch(paragraph.text)) for paragraph in document.paragraphs) == 1
