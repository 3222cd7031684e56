"""Grades, comparisons and limits as records for programs and rows for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from geoenforce.core.terms import COUNTED_CLASSES, Severity
from geoenforce.outputs.wording import comparison_in_words
from geoenforce.rules.articles import Condition, Duty, Period, Rule
from geoenforce.rules.limits import Limit
from geoenforce.rules.regulation import Regulation

Record = dict[str, Any]

_NONE = {"zh": "各地类均未达到标准", "en": "no class reaches a limit"}


def graded_cases(grades: pd.DataFrame, comparisons: pd.DataFrame) -> list[Record]:
    """
    Join grades and comparisons into one record per case, for programs.

    Parameters
    ----------
    grades
        Indexed by ``case_id``: ``severity``, ``decided_by``, ``near_threshold``.
    comparisons
        The table COMPARISONS.

    Returns
    -------
    records
        In the order of `grades`; each with its comparisons.

    Examples
    --------
    >>> grades = pd.DataFrame({"severity": ["ordinary"], "decided_by": [None], "near_threshold": [False]},
    ...                       index=pd.Index(["A"], name="case_id"))
    >>> graded_cases(grades, pd.DataFrame({"case_id": [], "holds": []}))
    [{'case_id': 'A', 'severity': 'ordinary', 'decided_by': None, 'near_threshold': False, 'comparisons': []}]
    """
    by_case: dict[str, list[Record]] = {str(case_id): [] for case_id in grades.index}
    for row in comparisons.to_dict("records"):
        by_case[str(row.pop("case_id"))].append({**row, "holds": bool(row["holds"])})
    return [
        {
            "case_id": str(case_id),
            "severity": row["severity"],
            "decided_by": None if pd.isna(row["decided_by"]) else row["decided_by"],
            "near_threshold": bool(row["near_threshold"]),
            "comparisons": by_case[str(case_id)],
        }
        for case_id, row in grades.iterrows()
    ]


def severity_rows(records: Sequence[Record], lang: str) -> tuple[list[str], list[list[str]]]:
    """
    Lay graded cases out for a terminal.

    Examples
    --------
    >>> record = {"case_id": "A", "severity": "serious", "near_threshold": True,
    ...           "comparisons": [{"land_class": "other", "severity": "serious", "area_mu": 20.1,
    ...                            "operator": "at_least", "limit_mu": 20.0, "holds": True,
    ...                            "citation": "揭府〔2009〕56号 第三十六条"}]}
    >>> severity_rows([record], "zh")[1]
    [['A', '情节严重', '其他土地 20.10 亩 ≥ 20 亩', '临界', '揭府〔2009〕56号 第三十六条']]
    """
    header = {
        "zh": ["案件编号", "情节", "认定依据", "", "依据"],
        "en": ["case", "severity", "decided by", "", "source"],
    }
    near = {"zh": "临界", "en": "near"}[lang]
    rows = []
    for record in records:
        deciding = [one for one in record["comparisons"] if decides(one, record)]
        rows.append(
            [
                record["case_id"],
                Severity.of(record["severity"]).name_in(lang),
                "; ".join(comparison_in_words(one, lang) for one in deciding) or _NONE[lang],
                near if record["near_threshold"] else "",
                deciding[0]["citation"] if deciding else "",
            ]
        )
    return header[lang], rows


def decides(comparison: Mapping[str, Any], case: Mapping[str, Any]) -> bool:
    """
    Say whether a comparison is one of those that give a case its grade.

    Examples
    --------
    >>> decides({"holds": True, "severity": "serious"}, {"severity": "serious"})
    True
    """
    return bool(comparison["holds"]) and comparison["severity"] == case["severity"]


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
