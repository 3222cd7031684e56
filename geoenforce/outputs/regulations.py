"""A regulation in words, and as tables for a terminal."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from geoenforce.core.terms import COUNTED_CLASSES
from geoenforce.rules.articles import Circumstance, Condition, Duty, Period, Rule
from geoenforce.rules.limits import Limit
from geoenforce.rules.regulation import Regulation

_UNITS = {
    "zh": {"mu": " 亩", "case": " 宗", "measure": " 次", "record": " 条记录", "1": "%"},
    "en": {"mu": " mu", "case": " cases", "measure": " times", "record": " records", "1": " %"},
}
_ONE = {" cases": " case", " times": " time", " records": " record"}
_PERIODS = {
    "zh": {
        "working_days": "{}个工作日内",
        "days": "{}日内",
        "years": "{}年内",
        "same_day": "当日",
        "end_of_month": "月底前",
        "promptly": "及时（未定期限）",
    },
    "en": {
        "working_days": "{} working days",
        "days": "{} days",
        "years": "{} years",
        "same_day": "that day",
        "end_of_month": "end of the month",
        "promptly": "promptly (no fixed limit)",
    },
}
_WORDS = {
    "zh": {
        "or": "或", "and": "并", "grave": "；情节严重的：", "comma": "、", "while": "，且",
        "applies_if": "限于：", "except_if": "除外：", "unless": "免除：", "option": "可以行使，非义务",
    },
    "en": {
        "or": " or ", "and": ", and ", "grave": "; if grave: ", "comma": ", ", "while": ", while ",
        "applies_if": "only if: ", "except_if": "except: ", "unless": "unless: ", "option": "a right, no obligation",
    },
}  # fmt: skip


class Section(NamedTuple):
    """One part of a regulation, as a table for people."""

    title: str
    header: list[str]
    rows: list[list[str]]


_TITLES = {
    "zh": {
        "severity": ("案件情节", ["条款", "情节", "地类", "标准"]),
        "stop_limits": ("视为及时制止", ["层级", "起算", "期限"]),
        "rules": ("追责情形", ["编号", "条款", "层级", "情形", "措施", "责任人"]),
        "duties": ("履职时限", ["编号", "条款", "责任主体", "起算", "应办", "期限", "说明"]),
        "indicators": ("考核指标", ["编号", "条款", "层级", "以何为优"]),
    },
    "en": {
        "severity": ("severity of cases", ["article", "severity", "land class", "limit"]),
        "stop_limits": ("counts as stopped in time", ["level", "from", "within"]),
        "rules": ("accountability", ["rule", "article", "levels", "circumstance", "measure", "roles"]),
        "duties": ("duties", ["duty", "article", "actor", "from", "to do", "within", "note"]),
        "indicators": ("indicators", ["indicator", "article", "levels", "better"]),
    },
}
_CONTENTS = {
    "zh": (
        "格式正确：{id}，情节等级 {grades} 级，追责规则 {rules} 条（情形 {circumstances} 种），履职时限 {duties} 项，"
        "及时制止标准 {stop_limits} 项，考核指标 {indicators} 项，认定事实 {declared} 项"
    ),
    "en": (
        "in order: {id}, {grades} grades, {rules} rules with {circumstances} circumstances, {duties} duties, "
        "{stop_limits} limits for stopping in time, {indicators} indicators, {declared} declared facts"
    ),
}
_BETTER = {"zh": {"lower": "越低越好", "higher": "越高越好"}, "en": {"lower": "lower", "higher": "higher"}}


def limit_in_words(limit: Limit, lang: str) -> str:
    """
    Say an operator with its number and unit.

    Examples
    --------
    >>> from geoenforce.core.terms import Operator
    >>> limit_in_words(Limit(Operator.AT_LEAST, Decimal("0.15"), "1"), "zh")
    '≥ 15%'
    >>> limit_in_words(Limit(Operator.AT_LEAST, Decimal(1), "case"), "en")
    '≥ 1 case'
    """
    number = limit.value * 100 if limit.unit == "1" else limit.value
    unit = _UNITS[lang][limit.unit]
    return f"{limit.operator.sign} {_plain(number)}{_ONE.get(unit, unit) if number == 1 else unit}"


def circumstance_in_words(circumstance: Circumstance, regulation: Regulation, lang: str) -> str:
    """
    Say what makes a rule apply.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> jieyang = load_regulation("jieyang-2009")
    >>> ratio = next(rule for rule in jieyang.rules if rule.id == "J31-1")
    >>> circumstance_in_words(ratio.any_of[1], jieyang, "zh")
    '违法占用耕地比例 ≥ 15%'
    >>> circumstance_in_words(ratio.any_of[2], jieyang, "en")
    'vile effect or other grave consequence, while illegal-occupation ratio < 15 %'
    """
    text = _condition_in_words(circumstance.condition, regulation, lang)
    if circumstance.while_ is None:
        return text
    return f"{text}{_WORDS[lang]['while']}{_condition_in_words(circumstance.while_, regulation, lang)}"


def period_in_words(period: Period, lang: str) -> str:
    """
    Say how long a duty may take.

    Examples
    --------
    >>> period_in_words(Period("working_days", 2), "zh"), period_in_words(Period("years", 1), "en")
    ('2个工作日内', '1 year')
    """
    text = _PERIODS[lang][period.unit].format(period.number)
    return text.removesuffix("s") if lang == "en" and period.number == 1 else text


def measures_in_words(rule: Rule, regulation: Regulation, lang: str) -> str:
    """
    Say what a rule leads to: the measure, what may stand instead, what is added, and what if the case is grave.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> jieyang = load_regulation("jieyang-2009")
    >>> measures_in_words(next(rule for rule in jieyang.rules if rule.id == "J30-1"), jieyang, "zh")
    '记过或记大过并通报批评'
    """

    def named(codes: Sequence[str]) -> list[str]:
        return [regulation.name_of("measure", code, lang) for code in codes]

    words = _WORDS[lang]
    text = words["or"].join(named((rule.measure, *rule.or_measures)))
    text = words["and"].join([text, *named(rule.and_measures)])
    return text + (words["grave"] + words["or"].join(named(rule.if_grave)) if rule.if_grave else "")


def regulation_sections(regulation: Regulation, lang: str) -> list[Section]:
    """
    Lay a regulation out for a terminal, and leave out the parts that it does not have.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> sections = regulation_sections(load_regulation("jieyang-2009"), "zh")
    >>> sections[2].title, sections[2].rows[0]
    ('追责情形', ['J27', '第二十七条', '县（市、区）、乡镇（街道）', '未及时制止的情节严重案件 ≥ 3 宗', '诫勉谈话',
     '第一责任人、直接责任人'])
    """
    rows = {
        "severity": list(_severity_rows(regulation, lang)),
        "stop_limits": [
            [
                regulation.name_of("level", one.level, lang),
                regulation.name_of("event", one.from_event, lang),
                period_in_words(one.within, lang),
            ]
            for one in regulation.stop_limits
        ],
        "rules": [row for rule in regulation.rules for row in _rule_rows(rule, regulation, lang)],
        "duties": [_duty_row(duty, regulation, lang) for duty in regulation.duties],
        "indicators": [
            [one.id, one.article, _named("level", one.levels, regulation, lang), _BETTER[lang][one.better]]
            for one in regulation.indicators
        ],
    }
    return [Section(*_TITLES[lang][part], table) for part, table in rows.items() if table]


def regulation_contents(regulation: Regulation, lang: str) -> str:
    """
    Say in one line that a file is in order, and how much it contains.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> regulation_contents(load_regulation("criminal-2000-14"), "en")
    'in order: criminal-2000-14, 0 grades, 1 rules with 2 circumstances, 0 duties, 0 limits for stopping in time, 0
    indicators, 1 declared facts'
    """
    return _CONTENTS[lang].format(
        id=regulation.id,
        grades=len(regulation.grades),
        rules=len(regulation.rules),
        circumstances=sum(len(rule.any_of) for rule in regulation.rules),
        duties=len(regulation.duties),
        stop_limits=len(regulation.stop_limits),
        indicators=len(regulation.indicators),
        declared=len(regulation.names.get("declared", ())),
    )


def _severity_rows(regulation: Regulation, lang: str) -> Iterator[list[str]]:
    for grade in regulation.grades:
        for land_class in COUNTED_CLASSES:
            limit = limit_in_words(grade.limits[land_class], lang)
            yield [grade.article, grade.severity.name_in(lang), land_class.name_in(lang), limit]


def _rule_rows(rule: Rule, regulation: Regulation, lang: str) -> Iterator[list[str]]:
    """One row per circumstance; what the rule says once stands in its first row."""
    before = [rule.id, rule.place, _named("level", rule.levels, regulation, lang)]
    after = [measures_in_words(rule, regulation, lang), _named("role", rule.roles, regulation, lang)]
    for circumstance in rule.any_of:
        yield [*before, circumstance_in_words(circumstance, regulation, lang), *after]
        before, after = [""] * len(before), [""] * len(after)


def _duty_row(duty: Duty, regulation: Regulation, lang: str) -> list[str]:
    words = _WORDS[lang]
    notes = [words["option"]] if duty.is_option else []
    for key, kind in (("applies_if", "declared"), ("except_if", "declared"), ("unless", "event")):
        code = getattr(duty, key)
        notes += [words[key] + regulation.name_of(kind, code, lang)] if code else []
    return [
        duty.id,
        duty.place,
        _named("actor", duty.actors, regulation, lang),
        regulation.name_of("event", duty.from_event, lang),
        words["or"].join(regulation.name_of("event", code, lang) for code in duty.do_events),
        period_in_words(duty.within, lang),
        "; ".join(notes),
    ]


def _condition_in_words(condition: Condition, regulation: Regulation, lang: str) -> str:
    name = regulation.name_of("declared", condition.fact, lang)
    return name if condition.limit is None else f"{name} {limit_in_words(condition.limit, lang)}"


def _named(kind: str, codes: Sequence[str], regulation: Regulation, lang: str) -> str:
    return _WORDS[lang]["comma"].join(regulation.name_of(kind, code, lang) for code in codes)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
