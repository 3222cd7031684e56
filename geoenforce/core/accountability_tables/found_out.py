"""What accountability finds out: duties, facts, findings, early warnings, indicators."""

from dataclasses import replace

from geoenforce.core.accountability_tables.columns import (
    ARTICLE,
    CASE,
    CITATION,
    ITEM,
    LEVEL,
    OFFICE,
    OFFICE_NAME,
    REGULATION,
    RULE,
    YEAR,
    date,
    text,
)
from geoenforce.core.accountability_terms import DutyStatus
from geoenforce.core.tables import Column, Kind, Table

DUTIES = Table(
    "duties",
    "duty of one actor in one case, day or month",
    "履职时限",
    "duties",
    None,
    (
        REGULATION,
        text("duty", "id of the duty in the regulation file", "义务编号", "duty"),
        CITATION,
        CASE,
        text("office", "division code or department that owes it", "责任单位", "office", filled=False),
        OFFICE_NAME,
        text("actor", "kind of office that owes it", "责任主体", "actor"),
        text("from_event", "event the time runs from", "起算事项", "from"),
        date("from_on", "day of that event (day 0)", "起算日期", "from day", filled=False),
        text("do_event", "event that fulfils it", "应办事项", "to do"),
        date("due_on", "last day; missing where no limit is fixed", "到期日", "due on", filled=False),
        date("done_on", "day it was done", "办理日期", "done on", filled=False),
        Column(
            "status",
            Kind.TEXT,
            "how it stands as of the stated date",
            "状态",
            "status",
            codes=DutyStatus.codes(),
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
        text("waited", "how long it took or has been waiting, where no limit is fixed", "用时", "waited", filled=False),
        text("reason", "why it does not apply, or what is special", "说明", "reason", filled=False),
    ),
)

FACTS = Table(
    "facts",
    "fact of one office and year",
    "追责事实",
    "facts",
    None,
    (
        REGULATION,
        OFFICE,
        OFFICE_NAME,
        LEVEL,
        YEAR,
        text("fact", "code of the fact", "事实", "fact"),
        Column("value", Kind.NUMBER, "its value; missing: not computable", "数值", "value", filled=False),
        text("unit", "case, 1 (a share), record, measure", "单位", "unit"),
        text("evidence", "ids it rests on, as a JSON list", "依据编号", "evidence"),
        text("detail", "how it came about, as a JSON object", "构成", "detail"),
    ),
)

FINDINGS = Table(
    "findings",
    "rule that applies to an office and year",
    "触及条款",
    "findings",
    text("finding_id", "rule, office and year", "编号", "finding"),
    (
        OFFICE,
        OFFICE_NAME,
        LEVEL,
        YEAR,
        REGULATION,
        RULE,
        ARTICLE,
        ITEM,
        CITATION,
        text("measure", "measure that the article names first", "措施", "measure"),
        text("or_measures", "what it allows instead, with ; between", "或", "or", filled=False),
        text("and_measures", "what it adds, with ; between", "并", "and", filled=False),
        text(
            "if_grave", "what it names for grave circumstances, with ; between", "情节严重的", "if grave", filled=False
        ),
        text("roles", "whom it concerns, with ; between", "责任人", "roles"),
        text("because", "every circumstance that held, as a JSON list", "情形", "because"),
    ),
)

WARNINGS = Table(
    "warnings",
    "circumstance not reached yet",
    "预警",
    "early warnings",
    None,
    (
        OFFICE,
        OFFICE_NAME,
        LEVEL,
        YEAR,
        REGULATION,
        RULE,
        CITATION,
        text("measure", "measure that would follow", "措施", "measure"),
        text("fact", "what is counted or measured", "事实", "fact"),
        Column("value", Kind.NUMBER, "where it stands", "现值", "value"),
        text("operator", "how it is compared", "比较方式", "operator"),
        Column("limit", Kind.AMOUNT, "the limit of the article", "标准", "limit"),
        text("unit", "unit of value and limit", "单位", "unit"),
        Column("to_go", Kind.AMOUNT, "what is left before the article applies", "距触发", "to go"),
        text("to_go_unit", "case, or mu of cultivated land", "距触发单位", "unit to go"),
        Column(
            "is_close",
            Kind.FLAG,
            "the value is above 0 and one more case would do, those that can still be stopped in time would do, or it "
            "is nine tenths of the ratio",
            "临近",
            "close",
        ),
        Column(
            "time_runs",
            Kind.INTEGER,
            "cases of the unit that are not stopped but still can be in time; they count as soon as they are not",
            "尚可及时制止",
            "can still be stopped in time",
            required=False,
            filled=False,
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
        REGULATION,
        OFFICE,
        OFFICE_NAME,
        LEVEL,
        YEAR,
        Column("month", Kind.INTEGER, "month; missing: the whole year", "月", "month", filled=False),
        text("indicator", "code of the indicator", "指标", "indicator"),
        CITATION,
        Column("numerator", Kind.AMOUNT, "upper part of the share", "分子", "numerator", filled=False),
        Column("denominator", Kind.AMOUNT, "lower part of the share", "分母", "denominator", filled=False),
        text("unit", "unit of both parts", "单位", "unit"),
        Column("value", Kind.NUMBER, "the share; missing: not computable", "数值", "value", filled=False),
        Column(
            "rank",
            Kind.INTEGER,
            "place among the offices of its level and year; 1 is best",
            "排名",
            "rank",
            filled=False,
        ),
        text("detail", "what it rests on, or why it cannot be computed", "说明", "detail", filled=False),
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
