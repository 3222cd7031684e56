"""Duties in words: how they stand, how long they took, what is special about them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geoenforce.core.accountability_terms import DutyStatus
from geoenforce.core.duty_reasons import DutyReason, duty_reason_in, reason_parts
from geoenforce.outputs.accountability_words import Wording, codes_in

Record = Mapping[Any, Any]

_WORDS = {
    "zh": {
        "over": " {n} 天", "left": "，剩 {n} 天", "due": "到期 {day}", "done": "{day} 办理", "waited": "用时 {time}",
        "waiting": "已历时 {time}", "to_do": "应办：{what}",
    },
    "en": {
        "over": " by {n} d", "left": ", {n} d left", "due": "due {day}", "done": "done {day}", "waited": "took {time}",
        "waiting": "waiting for {time}", "to_do": "to do: {what}",
    },
}  # fmt: skip
_TIMES = {"zh": {"d": "天", "h": "小时"}, "en": {"d": "d", "h": "h"}}

#: The columns of DUTIES that `duty_line` reads.
DUTY_LINE = (
    "regulation", "status", "days_over", "days_left", "due_on", "done_on", "do_event", "office_name", "office", "actor",
    "case_id", "citation", "waited", "reason",
)  # fmt: skip

#: Worst first: what a reader looks for.
_URGENCY = [
    DutyStatus.OVERDUE.value,
    DutyStatus.MET_LATE.value,
    DutyStatus.OPEN.value,
    DutyStatus.MET.value,
    DutyStatus.NOT_APPLICABLE.value,
]


def urgent_first(duties: pd.DataFrame) -> pd.DataFrame:
    """
    Order duties for people: overdue and late ones first, then by their last day; those that do not apply last.

    Examples
    --------
    >>> duties = pd.DataFrame({"status": ["met", "overdue"], "due_on": ["2026-03-04", "2026-04-01"]})
    >>> urgent_first(duties)["status"].to_list()
    ['overdue', 'met']
    """
    order = duties["status"].map({status: number for number, status in enumerate(_URGENCY)})
    return duties.assign(_order=order).sort_values(["_order", "due_on"], kind="stable").drop(columns="_order")


def duty_line(duty: Record, words: Wording, *, with_case: bool = False) -> str:
    """
    Say how a duty stands, whose it is, what is to be done by when, and by which article.

    Examples
    --------
    >>> duty = {"regulation": "", "status": "overdue", "days_over": 74, "days_left": None, "due_on": "2026-04-17",
    ...         "done_on": None, "do_event": "demolished", "office_name": "东岸镇", "office": "445299001",
    ...         "actor": "township", "case_id": "C2", "citation": "揭府〔2009〕56号 第十七条第（一）项", "waited": None,
    ...         "reason": None}
    >>> duty_line(duty, Wording({}, "zh"))
    '已逾期 74 天  东岸镇  应办：拆除  到期 2026-04-17  [揭府〔2009〕56号 第十七条第（一）项]'
    """
    own = _WORDS[words.lang]
    state = DutyStatus.of(duty["status"]).name_in(words.lang)
    if duty["days_over"]:
        state += own["over"].format(n=duty["days_over"])
    elif duty["days_left"] is not None:
        state += own["left"].format(n=duty["days_left"])
    parts = [state, owner(duty, words), own["to_do"].format(what=to_do(duty, words))]
    if with_case and duty["case_id"]:
        parts.insert(1, duty["case_id"])
    if duty["due_on"]:
        parts.append(own["due"].format(day=duty["due_on"]))
    if duty["done_on"]:
        parts.append(own["done"].format(day=duty["done_on"]))
    if duty["waited"] and not duty["due_on"]:
        form = own["waited" if duty["done_on"] else "waiting"]
        parts.append(form.format(time=waited_in_words(duty["waited"], words.lang)))
    return "  ".join([*parts, *filter(None, [remark(duty, words)]), f"[{duty['citation']}]"])


def owner(duty: Record, words: Wording) -> str:
    """
    Name who owes a duty: the office, or the kind of office where nobody is named.

    Examples
    --------
    >>> owner({"office_name": None, "office": None, "actor": "police", "regulation": ""}, Wording({}, "zh"))
    '公安机关'
    """
    named = duty["office_name"] or duty["office"]
    if not named or named == duty["actor"]:
        return words.name("actor", duty["actor"], duty["regulation"])
    return str(named)


def to_do(duty: Record, words: Wording) -> str:
    """
    Name what is to be done: the events that fulfil a duty, without the Chinese mark that they have happened.

    Examples
    --------
    >>> to_do({"do_event": "demolished;corrected", "regulation": ""}, Wording({}, "zh"))
    '拆除、改正'
    >>> to_do({"do_event": "plan_verified", "regulation": ""}, Wording({}, "zh"))
    '规划情况核实'
    """
    names = (words.name("event", code, duty["regulation"]) for code in codes_in(duty["do_event"]))
    return words.word("list").join(name.replace("已", "", 1) for name in names)


def remark(duty: Record, words: Wording) -> str:
    """
    Say why a duty does not apply, or what is special about it; empty where nothing is.

    Examples
    --------
    >>> duty = {"reason": "not_declared:in_plan_area", "regulation": "mine"}
    >>> remark(duty, Wording({"mine": {"declared": {"in_plan_area": ("规划区内", "inside")}}}, "zh"))
    '未登记认定事实：规划区内'
    >>> remark({"reason": "needless:stopped", "regulation": ""}, Wording({}, "en"))
    'needless after what happened before: stopped'
    """
    reason = duty["reason"]
    if pd.isna(reason):
        return ""
    if str(reason).partition(":")[0] not in set(DutyReason):
        return str(reason)
    _, about = reason_parts(reason)
    names = (words.name(kind, about, duty["regulation"]) for kind in ("declared", "event"))
    return duty_reason_in(reason, words.lang, name=next((name for name in names if name != about), about))


def waited_in_words(waited: Any, lang: str) -> str:
    """
    Say how long something took: the table holds days or hours.

    Examples
    --------
    >>> waited_in_words("3 d", "zh"), waited_in_words("5 h", "zh"), waited_in_words(None, "en")
    ('3 天', '5 小时', '')
    """
    if pd.isna(waited):
        return ""
    number, _, unit = str(waited).partition(" ")
    return f"{number} {_TIMES[lang].get(unit, unit)}".rstrip()
