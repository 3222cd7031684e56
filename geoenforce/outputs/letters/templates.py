"""The Word templates of the letters: ours, made by code; a bureau may put its own in their place."""

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.shared import Cm, Pt, RGBColor

from geoenforce.outputs.documents.template import blank_page
from geoenforce.outputs.letters.kinds import LetterKind

#: What is left to a person stands between these and is marked in yellow.
_PARTS = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|【[^】]*】)")
_DRAFT = "草稿  供承办人核实、补充后报批；未经签发不具效力"
_DRAFT_INK = RGBColor(0xB0, 0x1E, 0x1E)
_INDENT = Cm(1.13)  # two characters of 16 points
_ROOM = Pt(2)  # above and below the text of a cell


@dataclass(frozen=True)
class _Line:
    """A paragraph; the text may hold placeholders and blanks."""

    text: str
    style: str = "Body Text"
    is_flush: bool = False


@dataclass(frozen=True)
class _Rows:
    """A table with one row for each of a list's entries."""

    heads: tuple[str, ...]
    entries: str
    fields: tuple[str, ...]
    widths_cm: tuple[float, ...] = (5.2, 5.2, 5.2)


def _or_blank(name: str, blank: str) -> str:
    """Put a value in, or a blank where there is none."""
    return f"{{% if {name} %}}{{{{ {name} }}}}{{% else %}}【{blank}】{{% endif %}}"


def _heading(text: str) -> _Line:
    return _Line(text, "Heading 1")


_NUMBER = _Line("【        〔    〕    号】", "Subtitle")
_SIGNED = (
    _Line(_or_blank("issued_by", "发文机关"), "Document Signature"),
    _Line("【    年  月  日】", "Document Signature"),
    _Line("{{ source_note }}", "Document Note"),
)
_FINDINGS = (
    _Line("{%p for one in findings %}"),
    _Line(
        "{{ loop.index }}．{{ one.office }}（{{ one.year }} 年度）：{{ one.because }}，涉及{{ one.citation }}；"
        "该条款所列措施为{{ one.measure }}，对象为{{ one.roles }}。"
        "{% if one.evidence %}依据：{{ one.evidence }}。{% endif %}"
        "{% if one.left_out %}未计入（已及时制止）：{{ one.left_out }}。{% endif %}"
    ),
    _Line("{%p endfor %}"),
    _Line("{%p if not findings %}"),
    _Line("截至{{ as_of }}，没有依据本案触及条款的情形。"),
    _Line("{%p endif %}"),
)
_CASES = (
    _Line("{%p if cases %}"),
    _Rows(
        ("案件编号", "乡镇", "发现日期", "情节", "测算依据"), "cases",
        ("case_id", "township", "found_on", "grade", "why"), (3.8, 1.9, 2.9, 2.3, 4.7),
    ),
    _Line("{%p endif %}"),
)  # fmt: skip
_IMPOSED = (
    _Line("{%p if imposed %}"),
    _Line(
        "登记簿中已对上述单位采取的措施：{% for one in imposed %}{{ one.on }}{{ one.office }}{{ one.measure }}"
        "{% if not loop.last %}；{% endif %}{% endfor %}。"
    ),
    _Line("{%p endif %}"),
    _Line("{%p if not imposed %}"),
    _Line("登记簿中没有已对上述单位采取的措施。"),
    _Line("{%p endif %}"),
)
_AREAS = _Rows(("地类", "面积（亩）", "面积（㎡）"), "{areas}", ("name", "mu", "m2"))
_GRADE = (
    "依据{{ {c}graded_by }}测算，本案为：{{ {c}grade }}。{{ {c}why }}。"
    "{% if {c}is_near %}（临界：有面积接近标准，应复核测量。）{% endif %}"
    "{% if {c}is_suspected %}（本案尚属疑似线索，未经核实。）{% endif %}以上为测算结果，须经人工核实认定。"
)


def _of_case(prefix: str) -> tuple[_Line | _Rows, ...]:
    """Tell the ground of a case; the same words stand in two letters."""
    rows = _Rows(_AREAS.heads, f"{prefix}areas", _AREAS.fields)
    return (
        _Line(
            f"{{% if {prefix}found_on %}}{{{{ {prefix}found_on }}}}发现{{% endif %}}位于"
            f"{_or_blank(f'{prefix}township', '所在乡镇')}的用地，案件编号 {{{{ {prefix}case_id }}}}，图斑 "
            f"{{{{ {prefix}patch_count }}}} 个（{{{{ {prefix}patches }}}}），位置{{{{ {prefix}place }}}}"
            f"{{% if {prefix}lead_source %}}，线索来源为{{{{ {prefix}lead_source }}}}{{% endif %}}。"
            f"当事人：{_or_blank(f'{prefix}party', '当事人')}。"
            f"占地（椭球面积，同一地块只计一次）合计 {{{{ {prefix}area_m2 }}}} 平方米，其中："
        ),
        rows,
        _Line(_GRADE.replace("{c}", prefix)),
    )


_LETTERS: dict[LetterKind, tuple[_Line | _Rows, ...]] = {
    LetterKind.NOTICE: (
        _Line("关于涉嫌违法用地情况的书面告知书", "Title"), _NUMBER,
        _Line(_or_blank("addressee", "主送单位") + "：", is_flush=True),
        _Line("现将有关用地情况书面告知如下。"),
        _heading("一、基本情况"), *_of_case(""), _heading("二、有关职责"),
        _Line("{%p for duty in duties %}"),
        _Line("{{ loop.index }}．{{ duty.to_do }}。期限：{{ duty.within }}，自收到本告知书之日起算。"
            "依据：{{ duty.citation }}。"),
        _Line("{%p endfor %}"),
        _Line("{%p if not duties %}"), _Line("【应履行的职责和期限】"), _Line("{%p endif %}"),
        _heading("三、核实和处理意见"),
        _Line("现场核实情况：【由承办人填写】"), _Line("是否责令停止违法行为：【由承办人填写】"),
        _Line("其他要求：【由承办人填写】"), *_SIGNED,
    ),
    LetterKind.DISCIPLINE: (
        _Line("关于土地违法责任追究的建议书", "Title"), _NUMBER, _Line("【监察（纪检监察）机关】：", is_flush=True),
        _Line("现将涉及责任追究的有关事实和条款函告如下，是否追究、如何处理由你单位依法决定。"),
        _heading("一、用地事实"),
        _Line("{%p if case %}"), *_of_case("case."), _Line("{%p endif %}"),
        _Line("{%p if not case and not cases %}"), _Line("所涉情形不以具体案件为依据。"), _Line("{%p endif %}"),
        _Line("{%p if not case and cases %}"), _Line("所涉案件如下："),
        _CASES[1], _Line("{%p endif %}"),
        _heading("二、所涉条款"), *_FINDINGS, _heading("三、已采取的措施"), *_IMPOSED,
        _Line("{%p if deadline %}"), _Line("依登记的处罚决定日期计算，本建议应于{{ deadline }}前提出。"),
        _Line("{%p endif %}"),
        _heading("四、责任人和建议"),
        _Line("责任人（{{ roles or '条款所列对象' }}）：【姓名、职务，由承办人核实填写】"),
        _Line("拟建议的处理：【由承办人填写，不由系统判断】"),
        _Line("不予建议的理由（如有）：【由承办人填写】"), *_SIGNED,
    ),
    LetterKind.TALK: (
        _Line("关于进行{{ talk }}的通知", "Title"), _NUMBER, _Line("{{ unit }}：", is_flush=True),
        _Line("截至{{ as_of }}，登记数据显示你单位有以下情形，所涉条款列明的措施为{{ talk }}。"
            "是否谈话由有权机关决定。"),
        _heading("一、情形和条款"), *_FINDINGS, _heading("二、所涉案件"), *_CASES,
        _Line("{%p if not cases %}"), _Line("所涉情形不以具体案件为依据。"), _Line("{%p endif %}"),
        _heading("三、已采取的措施"), *_IMPOSED, _heading("四、谈话安排"),
        _Line("是否进行谈话：【由有权机关决定】"),
        _Line("谈话对象（{{ roles }}）：【姓名、职务，由承办人核实填写】"),
        _Line("谈话人：【由有权机关确定】"), _Line("时间、地点：【由承办人填写】"),
        _Line("整改要求和期限：【由有权机关决定】"), *_SIGNED,
    ),
}  # fmt: skip


def letter_template(kind: LetterKind) -> bytes:
    """
    Return our template of a letter as a Word file, for a bureau to begin its own with.

    Examples
    --------
    >>> letter_template(LetterKind.NOTICE)[:2]
    b'PK'
    """
    document = blank_page()
    mark = document.sections[0].header.paragraphs[0].add_run(_DRAFT)
    mark.font.bold, mark.font.size, mark.font.color.rgb = True, Pt(12), _DRAFT_INK
    for part in _LETTERS[kind]:
        if isinstance(part, _Rows):
            _add_rows(document, part)
        else:
            _add_line(document, part)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _add_line(document: Any, line: _Line) -> None:
    paragraph = document.add_paragraph(style=line.style)
    if line.style == "Body Text":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT  # long ids cannot be broken: justified, they tear lines apart
        paragraph.paragraph_format.first_line_indent = None if line.is_flush else _INDENT
    for text in filter(None, _PARTS.split(line.text)):
        run = paragraph.add_run(text)
        if text.startswith("【"):
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _add_rows(document: Any, rows: _Rows) -> None:
    table = document.add_table(rows=4, cols=len(rows.heads))
    table.style, table.autofit, table.alignment = "Table Grid", False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, rows.widths_cm, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    marks = {1: f"{{%tr for row in {rows.entries} %}}", 3: "{%tr endfor %}"}
    for number, cells in enumerate((rows.heads, (), tuple(f"{{{{ row.{field} }}}}" for field in rows.fields), ())):
        for cell, text in zip(table.rows[number].cells, cells or (marks.get(number, ""),), strict=False):
            cell.paragraphs[0].style = "Table Text"
            cell.paragraphs[0].paragraph_format.space_before = cell.paragraphs[0].paragraph_format.space_after = _ROOM
            cell.paragraphs[0].add_run(text).font.bold = number == 0
