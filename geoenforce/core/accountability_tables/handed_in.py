"""What is handed in for accountability: events of cases, registers, new construction land."""

from geoenforce.core.accountability_tables.columns import CASE, LEVEL_GIVEN, NOTE, OFFICE, YEAR, date, text
from geoenforce.core.tables import Column, Kind, Table
from geoenforce.core.tables.shared import ROW, SOURCE_FILE

CASE_EVENTS = Table(
    "case_events",
    "event of a case or unit",
    "案件办理进度",
    "case events",
    None,
    (
        text("case_id", "the case; missing for an event of a unit", "案件编号", "case", filled=False),
        text("event", "code of the event", "事项", "event"),
        date("on", "day it happened; for rectify_by the deadline itself", "日期", "on"),
        Column("at", Kind.INSTANT, "the moment, where it is known", "时间", "at", required=False, filled=False),
        text("office", "who acted or was told, where it matters", "单位", "office", filled=False),
        text("period", "month a monthly report is for, as 2026-03", "所属月份", "period", filled=False),
        NOTE,
        SOURCE_FILE,
        ROW,
    ),
)

MEASURES = Table(
    "measures",
    "measure imposed",
    "已采取措施登记",
    "register of measures",
    text("measure_id", "number in the register", "编号", "measure"),
    (
        OFFICE,
        LEVEL_GIVEN,
        text("measure", "code of the measure", "措施", "measure imposed"),
        date("on", "day it was imposed", "日期", "on"),
        text("regulation", "id of the regulation it rests on", "规定", "regulation", filled=False),
        text("article", "article it rests on", "条", "article", filled=False),
        date("correct_by", "day by which the violation had to be corrected", "整改期限", "correct by", filled=False),
        date("corrected_on", "day it was corrected; missing: not yet", "整改完成日期", "corrected on", filled=False),
        text("case_ids", "cases it was about, with 、 or ; between", "相关案件", "cases", filled=False),
        NOTE,
        SOURCE_FILE,
        ROW,
    ),
)

DECLARATIONS = Table(
    "declarations",
    "recorded fact",
    "认定事实登记",
    "declarations",
    text("declaration_id", "number in the register", "编号", "declaration"),
    (
        OFFICE,
        LEVEL_GIVEN,
        text("fact", "code of the fact, as a regulation file declares it", "事实", "fact"),
        date("on", "day the fact holds from; decides the year", "日期", "on"),
        text("recorded_by", "who recorded it; personal data", "记录人", "recorded by"),
        date("recorded_on", "day it was recorded", "记录日期", "recorded on"),
        CASE,
        NOTE,
        SOURCE_FILE,
        ROW,
    ),
)

DEPARTMENTS = Table(
    "departments",
    "department",
    "部门（单位）",
    "departments",
    text("office", "id of the department", "单位编号", "office"),
    (
        text("office_name", "its name", "名称", "name"),
        text("kind", "what kind of department: land, planning, police …", "类别", "kind"),
        text("unit_code", "division code of the government it belongs to", "所属行政区划代码", "unit"),
        SOURCE_FILE,
        ROW,
    ),
)

NEW_CONSTRUCTION = Table(
    "new_construction",
    "polygon of new construction land",
    "新增建设用地",
    "new construction land",
    None,
    (
        text("project_id", "number of the project or patch", "项目编号", "project", filled=False),
        date("taken_on", "day the land was taken; decides the year and the land layers", "占用日期", "taken on"),
        SOURCE_FILE,
        ROW,
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
        OFFICE,
        YEAR,
        Column(
            "cultivated_mu",
            Kind.AMOUNT,
            "cultivated land taken by all new construction of the year, lawful and unlawful",
            "占用耕地面积",
            "cultivated land taken",
            "mu",
        ),
        SOURCE_FILE,
        ROW,
    ),
)

DEDUCTIONS = Table(
    "deductions",
    "deduction granted",
    "扣减面积",
    "deductions",
    text("deduction_id", "number in the register", "编号", "deduction"),
    (
        OFFICE,
        YEAR,
        Column("illegal_mu", Kind.AMOUNT, "taken off the illegally occupied area", "扣减违法占用", "off illegal", "mu"),
        Column("taken_mu", Kind.AMOUNT, "taken off the area of all new construction", "扣减占用总量", "off all", "mu"),
        date("on", "day it was granted; later than the day asked for, it does not count yet", "日期", "on"),
        text("reason", "why", "扣减理由", "reason"),
        text("document", "document that grants it", "依据文件", "document", filled=False),
        SOURCE_FILE,
        ROW,
    ),
)
