"""Empty registers to begin with: case events, measures, declared facts, departments, areas."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

from geoenforce.core.accountability_terms import Actor, Event, Level, Measure
from geoenforce.core.errors import InputError
from geoenforce.core.terms import Term
from geoenforce.inputs.columns import known_names
from geoenforce.rules.regulation import load_regulation, regulation_ids

_ROWS = 2000  # so far down the lists of codes can be chosen from
_DAY, _CLOCK, _TEXT, _NUMBER = "yyyy-mm-dd", "hh:mm", "@", "General"
_GOVERNMENTS = (Actor.PREFECTURE, Actor.COUNTY, Actor.TOWNSHIP)

#: Code → 中文, English.
Names = Mapping[str, tuple[str, str]]


class _Field(NamedTuple):
    """One column: what stands above it, how its cells are shown, how to fill it in, and what to choose from."""

    header: str
    shown: str
    hint: str
    hint_en: str
    choices: str = ""


@dataclass(frozen=True)
class _Book:
    """One workbook: its sheets for entries, and the codes to choose from."""

    file: str
    sheets: Mapping[str, Sequence[_Field]]
    codes: Mapping[str, Names]


_CASE = _Field("案件编号", _TEXT, "与违法图斑的案件编号一致", "the case, as in the layer of violations")
_OFFICE = _Field(
    "责任单位代码",
    _TEXT,
    "行政区划代码：市4位、县6位、乡镇9位；部门填部门表中的单位编号",
    "division code (4, 6 or 9 digits), or the id of a department",
)
_LEVEL = _Field("层级", _TEXT, "选填；单位代码不能说明时填写", "optional: where the code does not tell", "层级")
_NOTE = _Field("备注", _TEXT, "选填", "optional")
_YEAR = _Field("年度", _NUMBER, "如 2026", "such as 2026")


def _number(what: str) -> _Field:
    return _Field("编号", _TEXT, f"选填；{what}的登记编号，不重复", "optional: number in the register, each once")


def _day(header: str, hint: str, hint_en: str) -> _Field:
    return _Field(header, _DAY, hint, hint_en)


def _area(header: str, hint: str, hint_en: str) -> _Field:
    return _Field(f"{header}（亩）", _NUMBER, f"{hint}；单位改为公顷或平方米时，同时修改表头", hint_en)


def _case_fields() -> list[_Field]:
    """Return a column for each event of a case, under its usual name."""
    days = [
        _day(known_names()["case_events"][event.value][1], f"{event.zh}之日；没有的留空，多个用、分隔", event.en)
        for event in Event
        if event is not Event.MONTHLY_REPORT
    ]
    return [_CASE, *days, _NOTE]


_EVENT_FIELDS = (
    _Field("案件编号", _TEXT, "月度汇总上报不填", "the case; none for a monthly report"),
    _Field("事项", _TEXT, "从列表选择", "choose from the list", "事项"),
    _day("日期", "如 2026-04-02", "the day it happened; for 限期改正到期日 the deadline itself"),
    _Field("时间", _CLOCK, "选填，如 08:30", "optional: the time of day"),
    _Field("单位代码", _TEXT, "选填；经办或被告知的单位", "optional: who acted or was told"),
    _Field("所属月份", _TEXT, "月度汇总上报填写，如 2026-03", "month a monthly report is for"),
    _NOTE,
)
_MEASURE_FIELDS = (
    _number("措施"),
    _OFFICE,
    _LEVEL,
    _Field("措施", _TEXT, "从列表选择", "choose from the list", "措施"),
    _day("日期", "作出之日", "the day it was imposed"),
    _Field("规定", _TEXT, "选填；依据的规定编号，如 jieyang-2009", "optional: id of the regulation"),
    _Field("条", _TEXT, "选填；依据的条款，如 第二十七条", "optional: the article"),
    _day("整改期限", "选填；应完成整改的最后一日", "optional: by when it had to be corrected"),
    _day("整改完成日期", "选填；未完成的留空", "optional: when it was corrected"),
    _Field("相关案件", _TEXT, "选填；多个案件编号用、分隔", "optional: the cases, with 、 between"),
    _NOTE,
)
_DECLARATION_FIELDS = (
    _number("事实"),
    _OFFICE,
    _LEVEL,
    _Field("事实", _TEXT, "从列表选择；自有规定的事实填其代码", "choose from the list, or a code of your own", "事实"),
    _day("日期", "事实发生之日，决定年度", "the day the fact holds from; decides the year"),
    _Field("记录人", _TEXT, "谁认定、记录的", "who recorded it"),
    _day("记录日期", "记录之日", "the day it was recorded"),
    _CASE,
    _NOTE,
)
_DEPARTMENT_FIELDS = (
    _Field("单位编号", _TEXT, "自定，不重复，如 445299-land", "an id of your own, each once"),
    _Field("名称", _TEXT, "部门全称", "its name"),
    _Field("类别", _TEXT, "从列表选择", "choose from the list", "类别"),
    _Field("所属行政区划代码", _TEXT, "所属政府的代码，如 445299", "division code of its government"),
)
_TAKEN_FIELDS = (
    _OFFICE,
    _YEAR,
    _area("占用耕地面积", "当年全部新增建设用地（含违法）占用的耕地", "cultivated land taken by all new construction"),
)
_DEDUCTION_FIELDS = (
    _number("扣减"),
    _OFFICE,
    _YEAR,
    _area("扣减违法占用", "从违法占用耕地面积中扣减，没有填 0", "off the illegal area; 0 where none"),
    _area("扣减占用总量", "从占用耕地总面积中扣减，没有填 0", "off the whole area; 0 where none"),
    _day("日期", "同意扣减之日", "the day it was granted"),
    _Field("扣减理由", _TEXT, "必填", "why"),
    _Field("依据文件", _TEXT, "选填", "optional: the document that grants it"),
)


def write_register_templates(folder: Path, facts: Names | None = None) -> list[Path]:
    """
    Write an empty workbook for each register of accountability, with lists of codes to choose from.

    Parameters
    ----------
    folder
        The folder, which exists; the workbooks must not.
    facts
        Code → Chinese and English name of the facts that can be declared; by default, those of all regulations
        that come with geoenforce.

    Returns
    -------
    paths
        ``events.xlsx``, ``measures.xlsx``, ``declarations.xlsx``, ``departments.xlsx``, ``cultivated_taken.xlsx``
        and ``deductions.xlsx``; each is read by the reader of that name as it is filled in.

    Raises
    ------
    InputError
        If one of them exists already, or cannot be made there: nothing is overwritten.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in write_register_templates(Path(folder))][:2]
    ['events.xlsx', 'measures.xlsx']
    """
    books = list(_books(declarable_facts() if facts is None else facts))
    present = [book.file for book in books if (folder / book.file).exists()]
    if present:
        message = (
            f"{folder}: {present} exist already and are left as they are. Move them away, or choose another folder."
        )
        raise InputError(message)
    for book in books:
        path = folder / book.file
        try:
            with xlsxwriter.Workbook(path) as workbook:
                _fill(workbook, book)
        except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
            message = f"{path}: the template cannot be made there: {error}. Choose another folder."
            raise InputError(message) from None
    return [folder / book.file for book in books]


def declarable_facts() -> dict[str, tuple[str, str]]:
    """
    List the facts that the regulations of geoenforce declare, with their Chinese and English names.

    Examples
    --------
    >>> declarable_facts()["major_violation"]
    ('重大违法行为', 'major violation')
    """
    regulations = [load_regulation(one) for one in regulation_ids()]
    return {code: names for regulation in regulations for code, names in regulation.names.get("declared", {}).items()}


def _books(facts: Names) -> Iterator[_Book]:
    levels = {"层级": _names(Level)}
    yield _Book("events.xlsx", {"案件进度": _case_fields(), "其他事项": _EVENT_FIELDS}, {"事项": _names(Event)})
    yield _Book("measures.xlsx", {"已采取措施登记": _MEASURE_FIELDS}, {"措施": _names(Measure), **levels})
    yield _Book("declarations.xlsx", {"认定事实登记": _DECLARATION_FIELDS}, {"事实": facts, **levels})
    kinds = _names(actor for actor in Actor if actor not in _GOVERNMENTS)
    yield _Book("departments.xlsx", {"部门": _DEPARTMENT_FIELDS}, {"类别": kinds})
    yield _Book("cultivated_taken.xlsx", {"占用耕地": _TAKEN_FIELDS}, {})
    yield _Book("deductions.xlsx", {"扣减": _DEDUCTION_FIELDS}, {})


def _names(terms: Iterable[Term]) -> dict[str, tuple[str, str]]:
    return {term.value: (term.zh, term.en) for term in terms}


def _fill(workbook: xlsxwriter.Workbook, book: _Book) -> None:
    head = workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "top"})
    sheets = {name: workbook.add_worksheet(name) for name in book.sheets}
    places = _explain(workbook, book, head)
    for name, fields in book.sheets.items():
        sheets[name].freeze_panes(1, 1)
        for column, field in enumerate(fields):
            shown = workbook.add_format({"num_format": field.shown})
            sheets[name].set_column(column, column, max(12, 2 * len(field.header) + 2), shown)
            sheets[name].write_string(0, column, field.header, head)
            if field.choices:
                sheets[name].data_validation(1, column, _ROWS, column, _validation(places[field.choices]))


def _validation(source: str) -> dict[str, Any]:
    """Offer a list, and only warn of another word: a code, or a name of a user's own regulation, is read too."""
    message = "不在列表中；请确认是代码，或自有规定中的名称。"
    return {"validate": "list", "source": source, "error_type": "warning", "error_message": message}


def _explain(workbook: xlsxwriter.Workbook, book: _Book, head: Any) -> dict[str, str]:
    """Write what each column means and which codes there are; return where each list of names stands."""
    sheet = workbook.add_worksheet("说明")
    sheet.set_column(0, 1, 30)
    sheet.set_column(2, 3, 60)
    sheet.write_row(0, 0, ["工作表", "列", "填写说明", "what to fill in"], head)
    lines = [(name, *field[:1], field.hint, field.hint_en) for name, fields in book.sheets.items() for field in fields]
    for row, line in enumerate(lines, start=1):
        sheet.write_row(row, 0, line)
    top = len(lines) + 2
    places = {}
    for what, names in book.codes.items():
        sheet.write_row(top, 0, [f"{what}代码", what, "", "English"], head)
        for row, (code, (zh, en)) in enumerate(names.items(), start=top + 1):
            sheet.write_row(row, 0, [code, zh, "", en])
        places[what] = f"=说明!$B${top + 2}:$B${top + 1 + len(names)}"
        top += len(names) + 2
    return places
