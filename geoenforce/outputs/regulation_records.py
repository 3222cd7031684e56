"""A regulation as a record for programs; nothing is loaded for it that tables need."""

from typing import Any

from geoenforce.core.terms import COUNTED_CLASSES
from geoenforce.rules.articles import Condition, Duty, Period, Rule
from geoenforce.rules.limits import Limit
from geoenforce.rules.regulation import Regulation

Record = dict[str, Any]


def regulation_record(regulation: Regulation) -> Record:
    """
    Describe a regulation in full, for programs.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> record = regulation_record(load_regulation("jieyang-2009"))
    >>> record["limits"][0]
    {'severity': 'serious', 'article': '第三十六条', 'land_class': 'basic_farmland',
     'operator': 'at_least', 'limit': 5, 'unit': 'mu'}
    >>> record["rules"][0]["any_of"][0]
    {'id': 'J27-count-serious', 'fact': 'serious_cases', 'operator': 'at_least', 'limit': 3, 'unit': 'case'}
    """
    texts = ("id", "title", "number", "level", "place")
    dates = ("in_force_from", "in_force_to", "last_checked_on")
    return {
        **{key: getattr(regulation, key) for key in texts},
        **{key: str(getattr(regulation, key)) if getattr(regulation, key) else None for key in dates},
        "limits": [
            {
                "severity": grade.severity.value,
                "article": grade.article,
                "land_class": land_class.value,
                **_limit_record(grade.limits[land_class]),
            }
            for grade in regulation.grades
            for land_class in COUNTED_CLASSES
        ],
        "stopped_in_time": [
            {"level": one.level, "from": one.from_event, "within": _period_record(one.within)}
            for one in regulation.stop_limits
        ],
        "rules": [_rule_record(rule) for rule in regulation.rules],
        "duties": [_duty_record(duty) for duty in regulation.duties],
        "indicators": [
            {**_place_record(one), "better": one.better, "levels": list(one.levels)} for one in regulation.indicators
        ],
        "names": {
            kind: {code: {"zh": zh, "en": en} for code, (zh, en) in codes.items()}
            for kind, codes in regulation.names.items()
        },
    }


def _rule_record(rule: Rule) -> Record:
    return {
        **_place_record(rule),
        "levels": list(rule.levels),
        "measure": rule.measure,
        "or_measures": list(rule.or_measures),
        "and_measures": list(rule.and_measures),
        "if_grave": list(rule.if_grave),
        "roles": list(rule.roles),
        "any_of": [
            {
                "id": one.id,
                **_condition_record(one.condition),
                **({"while": _condition_record(one.while_)} if one.while_ else {}),
            }
            for one in rule.any_of
        ],
    }


def _duty_record(duty: Duty) -> Record:
    return {
        **_place_record(duty),
        "actors": list(duty.actors),
        "per": duty.per,
        "from": duty.from_event,
        "do": list(duty.do_events),
        "within": _period_record(duty.within),
        **{key: getattr(duty, key) or None for key in ("applies_if", "except_if", "unless")},
        "is_option": duty.is_option,
    }


def _place_record(one: Any) -> Record:
    return {key: getattr(one, key) for key in ("id", "article", "item", "says")}


def _condition_record(condition: Condition) -> Record:
    return {"fact": condition.fact, **(_limit_record(condition.limit) if condition.limit else {"is": True})}


def _limit_record(limit: Limit) -> Record:
    number = int(limit.value) if limit.value == int(limit.value) else float(limit.value)
    return {"operator": limit.operator.value, "limit": number, "unit": limit.unit}


def _period_record(period: Period) -> Record | str:
    return {period.unit: period.number} if period.number else period.unit
