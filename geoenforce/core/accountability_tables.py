"""The tables of accountability: what is handed in (events, measures, declarations …) and what is found out."""

from dataclasses import replace

from geoenforce.core.accountability_terms import DutyStatus, Level
from geoenforce.core.tables import Column, Kind, Table

_LEVELS = tuple(level.value for level in Level)


def _text(name: str, meaning: str, zh: str, en: str, *, filled: bool = True, required: bool = True) -> Column:
    return Column(name, Kind.TEXT, meaning, zh, en, required=required, filled=filled)


def _date(name: str, meaning: str, zh: str, en: str, *, filled: bool = True) -> Column:
    return Column(name, Kind.DATE, meaning, zh, en, filled=filled)


_SOURCE_FILE = _text("source_file", "the file the row came from", "来源文件", "file", filled=False, required=False)
_ROW = Column("row", Kind.INTEGER, "the row in that file, from 1", "行号", "row", required=False)
_NOTE = _text("note", "anything else", "备注", "note", filled=False)
_OFFICE = _text("office", "division code, or id of a department, individual or case", "责任单位", "office")
_OFFICE_NAME = _text("office_name", "its name", "责任单位名称", "office name", filled=False)
_LEVEL = Column("level", Kind.TEXT, "what kind of subject the office is", "层级", "level", codes=_LEVELS)
_LEVEL_GIVEN = Column(
    "level", Kind.TEXT, "kind of subject, where the office does not tell", "层级", "level", filled=False, codes=_LEVELS
)
_YEAR = Column("year", Kind.INTEGER, "calendar year", "年度", "year")
_REGULATION = _text("regulation", "id of the regulation", "规定", "regulation")
_ARTICLE = _text("article", "article, as printed", "条", "article")
_ITEM = _text("item", "item of the article, as printed; missing where it has none", "项", "item", filled=False)
_CITATION = _text("citation", "document, article and item", "依据", "source")
_CASE = _text("case_id", "the case it belongs to", "案件编号", "case", filled=False)

# ---- handed in -------------------------------------------------------------------------------------------------

CASE_EVENTS = Table(
    "case_events",
    "event of a case or unit",
    "案件办理进度",
    "case events",
    None,
    (
        _text("case_id", "the case; missing for an event of a unit", "案件编号", "case", filled=False),
        _text("event", "code of the event", "事项", "event"),
        _date("on", "day it happened; for rectify_by the deadline itself", "日期", "on"),
        Column("at", Kind.INSTANT, "the moment, where it is known", "时间", "at", required=False, filled=False),
        _text("office", "who acted or was told, where it matters", "单位", "office", filled=False),
        _text("period", "month a monthly report is for, as 2026-03", "所属月份", "period", filled=False),
        _NOTE,
        _SOURCE_FILE,
        _ROW,
    ),
)

MEASURES = Table(
    "measures",
    "measure imposed",
    "已采取措施登记",
    "register of measures",
    _text("measure_id", "number in the register", "编号", "measure"),
    (
        _OFFICE,
        _LEVEL_GIVEN,
        _text("measure", "code of the measure", "措施", "measure imposed"),
        _date("on", "day it was imposed", "日期", "on"),
        _text("regulation", "id of the regulation it rests on", "规定", "regulation", filled=False),
        _text("article", "article it rests on", "条", "article", filled=False),
        _date("correct_by", "day by which the violation had to be corrected", "整改期限", "correct by", filled=False),
        _date("corrected_on", "day it was corrected; missing: not yet", "整改完成日期", "corrected on", filled=False),
        _text("case_ids", "cases it was about, with 、 or ; between", "相关案件", "cases", filled=False),
        _NOTE,
        _SOURCE_FILE,
        _ROW,
    ),
)

DECLARATIONS = Table(
    "declarations",
    "recorded fact",
    "认定事实登记",
    "declarations",
    _text("declaration_id", "number in the register", "编号", "declaration"),
    (
        _OFFICE,
        _LEVEL_GIVEN,
        _text("fact", "code of the fact, as a regulation file declares it", "事实", "fact"),
        _date("on", "day the fact holds from; decides the year", "日期", "on"),
        _text("recorded_by", "who recorded it; personal data", "记录人", "recorded by"),
        _date("recorded_on", "day it was recorded", "记录日期", "recorded on"),
        _CASE,
        _NOTE,
        _SOURCE_FILE,
        _ROW,
    ),
)

DEPARTMENTS = Table(
    "departments",
    "department",
    "部门（单位）",
    "departments",
    _text("office", "id of the department", "单位编号", "office"),
    (
        _text("office_name", "its name", "名称", "name"),
        _text("kind", "what kind of department: land, planning, police …", "类别", "kind"),
        _text("unit_code", "division code of the government it belongs to", "所属行政区划代码", "unit"),
        _SOURCE_FILE,
        _ROW,
    ),
)

NEW_CONSTRUCTION = Table(
    "new_construction",
    "polygon of new construction land",
    "新增建设用地",
    "new construction land",
    None,
    (
        _text("project_id", "number of the project or patch", "项目编号", "project", filled=False),
        _date("taken_on", "day the land was taken; decides the year and the land layers", "占用日期", "taken on"),
        _SOURCE_FILE,
        _ROW,
    ),
    "polygon",
)

CULTIVATED_TAKEN = Table(
    "cultivated_taken",
    "unit and year",
    "新增建设用地占用耕地",
    "cultivated land taken by new construction",
    None,
    (
        _OFFICE,
        _YEAR,
        Column(
            "cultivated_mu",
            Kind.AMOUNT,
            "cultivated land taken by all new construction of the year, lawful and unlawful",
            "占用耕地面积",
            "cultivated land taken",
            "mu",
        ),
        _SOURCE_FILE,
        _ROW,
    ),
)

DEDUCTIONS = Table(
    "deductions",
    "deduction granted",
    "扣减面积",
    "deductions",
    _text("deduction_id", "number in the register", "编号", "deduction"),
    (
        _OFFICE,
        _YEAR,
        Column("illegal_mu", Kind.AMOUNT, "taken off the illegally occupied area", "扣减违法占用", "off illegal", "mu"),
        Column("taken_mu", Kind.AMOUNT, "taken off the area of all new construction", "扣减占用总量", "off all", "mu"),
        _date("on", "day it was granted; later than the day asked for, it does not count yet", "日期", "on"),
        _text("reason", "why", "扣减理由", "reason"),
        _text("document", "document that grants it", "依据文件", "document", filled=False),
        _SOURCE_FILE,
        _ROW,
    ),
)

# ---- found out -------------------------------------------------------------------------------------------------

DUTIES = Table(
    "duties",
    "duty of one actor in one case, day or month",
    "履职时限",
    "duties",
    None,
    (
        _REGULATION,
        _text("duty", "id of the duty in the regulation file", "义务编号", "duty"),
        _CITATION,
        _CASE,
        _text("office", "division code or department that owes it", "责任单位", "office", filled=False),
        _OFFICE_NAME,
        _text("actor", "kind of office that owes it", "责任主体", "actor"),
        _text("from_event", "event the time runs from", "起算事项", "from"),
        _date("from_on", "day of that event (day 0)", "起算日期", "from day", filled=False),
        _text("do_event", "event that fulfils it", "应办事项", "to do"),
        _date("due_on", "last day; missing where no limit is fixed", "到期日", "due on", filled=False),
        _date("done_on", "day it was done", "办理日期", "done on", filled=False),
        Column(
            "status",
            Kind.TEXT,
            "how it stands as of the stated date",
            "状态",
            "status",
            codes=tuple(status.value for status in DutyStatus),
        ),
        Column(
            "days_left",
            Kind.INTEGER,
            "calendar days to the last day, if open",
            "剩余天数",
            "days left",
            "d",
            filled=False,
        ),
        Column(
            "days_over", Kind.INTEGER, "calendar days past the last day", "逾期天数", "days over", "d", filled=False
        ),
        _text(
            "waited", "how long it took or has been waiting, where no limit is fixed", "用时", "waited", filled=False
        ),
        _text("reason", "why it does not apply, or what is special", "说明", "reason", filled=False),
    ),
)

FACTS = Table(
    "facts",
    "fact of one office and year",
    "追责事实",
    "facts",
    None,
    (
        _REGULATION,
        _OFFICE,
        _OFFICE_NAME,
        _LEVEL,
        _YEAR,
        _text("fact", "code of the fact", "事实", "fact"),
        Column("value", Kind.NUMBER, "its value; missing: not computable", "数值", "value", filled=False),
        _text("unit", "case, 1 (a share), record, measure", "单位", "unit"),
        _text("evidence", "ids it rests on, as a JSON list", "依据编号", "evidence"),
        _text("detail", "how it came about, as a JSON object", "构成", "detail"),
    ),
)

FINDINGS = Table(
    "findings",
    "rule that applies to an office and year",
    "触及条款",
    "findings",
    _text("finding_id", "rule, office and year", "编号", "finding"),
    (
        _OFFICE,
        _OFFICE_NAME,
        _LEVEL,
        _YEAR,
        _REGULATION,
        _text("rule", "id of the rule in the regulation file", "规则编号", "rule"),
        _ARTICLE,
        _ITEM,
        _CITATION,
        _text("measure", "measure that the article names first", "措施", "measure"),
        _text("or_measures", "what it allows instead, with ; between", "或", "or", filled=False),
        _text("and_measures", "what it adds, with ; between", "并", "and", filled=False),
        _text(
            "if_grave", "what it names for grave circumstances, with ; between", "情节严重的", "if grave", filled=False
        ),
        _text("roles", "whom it concerns, with ; between", "责任人", "roles"),
        _text("because", "every circumstance that held, as a JSON list", "情形", "because"),
    ),
)

WARNINGS = Table(
    "warnings",
    "circumstance not reached yet",
    "预警",
    "early warnings",
    None,
    (
        _OFFICE,
        _OFFICE_NAME,
        _LEVEL,
        _YEAR,
        _REGULATION,
        _text("rule", "id of the rule in the regulation file", "规则编号", "rule"),
        _CITATION,
        _text("measure", "measure that would follow", "措施", "measure"),
        _text("fact", "what is counted or measured", "事实", "fact"),
        Column("value", Kind.NUMBER, "where it stands", "现值", "value"),
        _text("operator", "how it is compared", "比较方式", "operator"),
        Column("limit", Kind.AMOUNT, "the limit of the article", "标准", "limit"),
        _text("unit", "unit of value and limit", "单位", "unit"),
        Column("to_go", Kind.AMOUNT, "what is left before the article applies", "距触发", "to go"),
        _text("to_go_unit", "case, or mu of cultivated land", "距触发单位", "unit to go"),
        Column(
            "is_close",
            Kind.FLAG,
            "the value is above 0, and one more case would do, or it is nine tenths of the ratio",
            "临近",
            "close",
        ),
    ),
)

INDICATORS = Table(
    "indicators",
    "indicator of one office, year or month",
    "考核指标",
    "indicators",
    None,
    (
        _REGULATION,
        _OFFICE,
        _OFFICE_NAME,
        _LEVEL,
        _YEAR,
        Column("month", Kind.INTEGER, "month; missing: the whole year", "月", "month", filled=False),
        _text("indicator", "code of the indicator", "指标", "indicator"),
        _CITATION,
        Column("numerator", Kind.AMOUNT, "upper part of the share", "分子", "numerator", filled=False),
        Column("denominator", Kind.AMOUNT, "lower part of the share", "分母", "denominator", filled=False),
        _text("unit", "unit of both parts", "单位", "unit"),
        Column("value", Kind.NUMBER, "the share; missing: not computable", "数值", "value", filled=False),
        Column(
            "rank",
            Kind.INTEGER,
            "place among the offices of its level and year; 1 is best",
            "排名",
            "rank",
            filled=False,
        ),
        _text("detail", "what it rests on, or why it cannot be computed", "说明", "detail", filled=False),
    ),
)

#: Findings of a dry run; each row says so, wherever it is copied to.
WOULD_FOLLOW = replace(
    FINDINGS,
    name="would_follow",
    row_is="rule that would apply if every open finding were imposed",
    zh="推演：如全部落实将触及的条款",
    en="dry run: what would follow",
    columns=(*FINDINGS.columns, Column("is_dry_run", Kind.FLAG, "true: nothing of it has happened", "推演", "dry run")),
)

#: The tables of accountability, for the data dictionary.
ACCOUNTABILITY_TABLES = (
    CASE_EVENTS, MEASURES, DECLARATIONS, DEPARTMENTS, NEW_CONSTRUCTION, CULTIVATED_TAKEN, DEDUCTIONS,
    DUTIES, FACTS, FINDINGS, WARNINGS, INDICATORS,
)  # fmt: skip
