"""The part on duties: which came due, which were met, met late or missed, and by whom."""

from typing import Any

import pandas as pd

from geoenforce.core.accountability_terms import DutyStatus
from geoenforce.outputs.accountability_report.scope import Rows, Scope, day_of, whole_or_none, without_empty_end
from geoenforce.outputs.documents.model import Block, Column, Heading, Show, Table, Value, day_in_words
from geoenforce.outputs.duty_words import owner, remark, to_do, urgent_first, waited_in_words
from geoenforce.outputs.run_tables import plain_records

_COUNTED = (DutyStatus.MET, DutyStatus.MET_LATE, DutyStatus.OVERDUE, DutyStatus.OPEN)
_LATE = [DutyStatus.OVERDUE.value, DutyStatus.MET_LATE.value]
_WORDS = {
    "zh": {
        "duties": "履职时限", "as_of": "本期到期的职责，状态截至{day}；工作日以国务院公布的放假安排为准。",
        "by_office": "本期到期职责（按责任单位）", "by_office_sheet": "职责按单位", "office": "责任单位", "all": "到期",
        "by_duty": "本期到期职责（按事项）", "by_duty_sheet": "职责按事项", "what": "应办事项", "who": "责任主体",
        "source": "依据", "none": "本期没有到期的职责。", "prompt": "未规定具体期限的职责（本期起算）",
        "prompt_sheet": "无期限职责", "done": "已办", "waiting": "未登记办理", "longest": "最长用时",
        "no_prompt": "本期没有起算未规定具体期限的职责。",
        "prompt_note": "“未登记办理”含暂不需要办理的情形，由人核实。",
        "late": "逾期事项明细", "late_sheet": "逾期事项", "case": "案件编号", "due": "到期日", "done_on": "办理日期",
        "days": "逾期天数", "status": "状态", "remark": "说明",
        "late_what": "本期到期而逾期的职责，以及此前到期、截至{day}仍未办理的职责。",
        "no_late": "没有逾期的职责。",
    },
    "en": {
        "duties": "Duties", "as_of": "Duties that came due in the period, as they stood on {day}. "
        "Working days follow the State Council's calendar.",
        "by_office": "Duties that came due, by office", "by_office_sheet": "Duties by office", "office": "office",
        "all": "due", "by_duty": "Duties that came due, by kind", "by_duty_sheet": "Duties by kind",
        "what": "to do", "who": "actor", "source": "source", "none": "No duty came due in the period.",
        "prompt": "Duties without a fixed limit that began in the period", "prompt_sheet": "No fixed limit",
        "done": "done", "waiting": "not on record", "longest": "longest",
        "no_prompt": "No duty without a fixed limit began in the period.",
        "prompt_note": "'Not on record' holds those that may not be called for; a person looks into them.",
        "late": "Duties late or overdue", "late_sheet": "Late duties", "case": "case", "due": "due on",
        "done_on": "done on", "days": "days over", "status": "status", "remark": "remark",
        "late_what": "Duties that came due in the period and were late, and those that had come due before and were "
        "not done by {day}.",
        "no_late": "No duty is late or overdue.",
    },
}  # fmt: skip


def due_in(scope: Scope) -> pd.DataFrame:
    """
    Return the duties with a fixed limit that came due within a period and apply.

    Examples
    --------
    >>> due_in(scope)["status"].value_counts()  # doctest: +SKIP
    """
    owed = scope.made.duties
    due = (owed["due_on"] >= pd.Timestamp(scope.first)) & (owed["due_on"] <= pd.Timestamp(scope.last))
    return owed[due & (owed["status"] != DutyStatus.NOT_APPLICABLE.value)]


def late_ones(scope: Scope) -> pd.DataFrame:
    """
    Return the duties that came due in a period and were late, and those of before that are still not done.

    Examples
    --------
    >>> late_ones(scope)["days_over"].max()  # doctest: +SKIP
    76
    """
    owed = scope.made.duties
    before = (owed["due_on"] < pd.Timestamp(scope.first)) & (owed["status"] == DutyStatus.OVERDUE.value)
    within = due_in(scope)
    return urgent_first(pd.concat([within[within["status"].isin(_LATE)], owed[before]]))


def duty_blocks(scope: Scope) -> tuple[Block, ...]:
    """
    Tell how the duties of a period were met, by office and by kind.

    Examples
    --------
    >>> duty_blocks(scope)[0]  # doctest: +SKIP
    Heading(text='履职时限', level=1)
    """
    own = _WORDS[scope.lang]
    due = due_in(scope)
    records = plain_records(due)
    offices = [owner({**one, "office_name": scope.name(one["office"]) or None}, scope.words) for one in records]
    kinds = [(to_do(one, scope.words), _actor(one, scope), one["citation"]) for one in records]
    by_office = _counted(due, offices, (Column(own["office"], weight=2.0),), scope)
    by_duty = _counted(
        due, kinds,
        (Column(own["what"], weight=2.0), Column(own["who"], weight=1.6), Column(own["source"], weight=2.2)), scope,
    )  # fmt: skip
    as_of = own["as_of"].format(day=day_in_words(scope.made.as_of, scope.lang))
    return (
        Heading(own["duties"]),
        Table(own["by_office"], own["by_office_sheet"], *by_office, own["none"], as_of),
        *([Table(own["by_duty"], own["by_duty_sheet"], *by_duty, own["none"])] if len(due) else []),
        _prompt(scope),
    )


def _counted(
    due: pd.DataFrame, keys: list[Any], heads: tuple[Column, ...], scope: Scope
) -> tuple[tuple[Column, ...], Rows]:
    """Count duties by how they stand, for each key in the order of its first appearance in the law."""
    keyed = pd.Series(pd.Index(keys, tupleize_cols=False), index=due.index, dtype=object)
    statuses = [status.value for status in _COUNTED]
    rows: dict[Any, dict[str, int]] = {}
    for key, status in zip(keyed, due["status"], strict=True):
        counts = rows.setdefault(key, dict.fromkeys(statuses, 0))
        counts[status] += 1
    columns = (
        *heads,
        Column(_WORDS[scope.lang]["all"], Show.COUNT, is_summed=True),
        *(Column(status.name_in(scope.lang), Show.COUNT, is_summed=True) for status in _COUNTED),
    )
    table = tuple(
        (*(key if isinstance(key, tuple) else (key,)), sum(counts.values()), *counts.values())
        for key, counts in rows.items()
    )
    return columns, table


def _actor(duty: Any, scope: Scope) -> str:
    return scope.words.name("actor", duty["actor"], duty["regulation"])


def _prompt(scope: Scope) -> Table:
    """Count what is owed promptly: the texts fix no limit, so what is told is how long it took."""
    own, owed = _WORDS[scope.lang], scope.made.duties
    begun = (owed["from_on"] >= pd.Timestamp(scope.first)) & (owed["from_on"] <= pd.Timestamp(scope.until))
    free = owed[begun & owed["due_on"].isna() & (owed["status"] != DutyStatus.NOT_APPLICABLE.value)]
    rows = []
    for _, group in free.groupby(["regulation", "duty", "actor"], sort=False):
        one = plain_records(group.iloc[:1])[0]
        done = group[group["done_on"].notna()]
        longest = (done["done_on"] - done["from_on"]).max() if len(done) else None
        row = (to_do(one, scope.words), _actor(one, scope), one["citation"], len(done), len(group) - len(done))
        rows.append((*row, "" if longest is None else waited_in_words(f"{longest.days} d", scope.lang)))
    columns = (
        Column(own["what"], weight=2.0), Column(own["who"], weight=1.6), Column(own["source"], weight=2.2),
        Column(own["done"], Show.COUNT, is_summed=True), Column(own["waiting"], Show.COUNT, is_summed=True),
        Column(own["longest"]),
    )  # fmt: skip
    note = own["prompt_note"] if rows else ""
    return Table(own["prompt"], own["prompt_sheet"], columns, tuple(rows), own["no_prompt"], note)


def late_blocks(scope: Scope) -> tuple[Block, ...]:
    """
    List every duty that is late or overdue, for the appendix.

    Examples
    --------
    >>> late_blocks(scope)[0]  # doctest: +SKIP
    Heading(text='逾期事项明细', level=1)
    """
    own, words = _WORDS[scope.lang], scope.words
    rows: list[tuple[Value, ...]] = []
    for duty in plain_records(late_ones(scope)):
        named = {**duty, "office_name": scope.name(duty["office"]) or None}
        rows.append((
            owner(named, words), duty["case_id"] or "", to_do(duty, words), day_of(duty["due_on"]),
            day_of(duty["done_on"]), whole_or_none(duty["days_over"]),
            DutyStatus.of(duty["status"]).name_in(scope.lang), duty["citation"], remark(duty, words),
        ))  # fmt: skip
    columns = (
        Column(own["office"], weight=1.3), Column(own["case"], weight=1.9), Column(own["what"], weight=1.5),
        Column(own["due"], Show.DAY, 1.2), Column(own["done_on"], Show.DAY, 1.2), Column(own["days"], Show.COUNT, 0.7),
        Column(own["status"], weight=0.9), Column(own["source"], weight=1.8), Column(own["remark"], weight=1.0),
    )  # fmt: skip
    intro = own["late_what"].format(day=day_in_words(scope.made.as_of, scope.lang))
    table = Table(own["late"], own["late_sheet"], *without_empty_end(columns, tuple(rows)), own["no_late"], intro)
    return Heading(own["late"]), table
