"""Turn the content of a regulation file, once it is in order, into rules, duties and indicators."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from geoenforce.core.terms import Operator
from geoenforce.rules.articles import Circumstance, Condition, Duty, Indicator, Period, Rule, StopLimit
from geoenforce.rules.limits import Limit

Row = Mapping[str, Any]


def build_limit(data: Row) -> Limit:
    """
    Build a limit from its operator, number and unit.

    Examples
    --------
    >>> build_limit({"at_least": 5, "unit": "mu"}).value
    Decimal('5')
    """
    operator = next(operator for operator in Operator if operator.value in data)
    return Limit(operator, Decimal(data[operator.value]), data["unit"])


def build_rule(data: Row) -> Rule:
    """
    Build a rule with its circumstances.

    Examples
    --------
    >>> talk = {"id": "A", "article": "第一条", "says": "x", "levels": ["county"], "measure": "interview",
    ...         "roles": ["unit"], "any_of": [{"id": "A-1", "fact": "serious_cases", "at_least": 3, "unit": "case"}]}
    >>> build_rule(talk).any_of[0].condition.limit.value
    Decimal('3')
    """
    return Rule(
        **_place(data),
        levels=tuple(data["levels"]),
        any_of=tuple(_circumstance(one) for one in data["any_of"]),
        measure=data["measure"],
        roles=tuple(data["roles"]),
        or_measures=tuple(data.get("or_measures", ())),
        and_measures=tuple(data.get("and_measures", ())),
        if_grave=tuple(data.get("if_grave", ())),
    )


def build_duty(data: Row) -> Duty:
    """
    Build a duty.

    Examples
    --------
    >>> stop = {"id": "A", "article": "第一条", "says": "x", "actors": ["county"], "per": "case", "from": "found",
    ...         "do": ["stopped"], "within": {"working_days": 2}}
    >>> build_duty(stop).within
    Period(unit='working_days', number=2)
    """
    return Duty(
        **_place(data),
        actors=tuple(data["actors"]),
        per=data["per"],
        from_event=data["from"],
        do_events=tuple(data["do"]),
        within=_period(data["within"]),
        **{key: data.get(key, "") for key in ("applies_if", "except_if", "unless")},
        is_option=data.get("is_option", False),
    )


def build_stop_limit(data: Row) -> StopLimit:
    """
    Build a limit within which a case counts as stopped in time.

    Examples
    --------
    >>> build_stop_limit({"level": "county", "from": "found", "within": "same_day"}).within.unit
    'same_day'
    """
    return StopLimit(data["level"], data["from"], _period(data["within"]))


def build_indicator(data: Row) -> Indicator:
    """
    Build an indicator.

    Examples
    --------
    >>> build_indicator({"id": "duties_met_share", "article": "（一）", "says": "x", "better": "higher",
    ...                  "levels": ["county"]}).better
    'higher'
    """
    return Indicator(**_place(data), better=data["better"], levels=tuple(data["levels"]))


def _place(data: Row) -> dict[str, Any]:
    return {"id": data["id"], "article": data["article"], "item": data.get("item", ""), "says": data["says"]}


def _circumstance(data: Row) -> Circumstance:
    while_ = _condition(data["while"]) if "while" in data else None
    return Circumstance(data["id"], _condition(data), while_)


def _condition(data: Row) -> Condition:
    return Condition(data["fact"], None if "is" in data else build_limit(data))


def _period(data: Any) -> Period:
    if isinstance(data, str):
        return Period(data)
    ((unit, number),) = data.items()
    return Period(unit, number)
