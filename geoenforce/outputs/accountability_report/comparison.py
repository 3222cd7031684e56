"""The figures of a period, beside those of the period before."""

from collections.abc import Callable

from geoenforce.core.accountability_terms import DutyStatus
from geoenforce.core.tables import CASES
from geoenforce.core.terms import COUNTED_CLASSES, Severity
from geoenforce.outputs.accountability_report.duty_parts import due_in
from geoenforce.outputs.accountability_report.measure_parts import measures_in
from geoenforce.outputs.accountability_report.scope import Scope
from geoenforce.outputs.documents.model import Block, Column, Heading, Paragraph, Show, Table, day_in_words

_WORDS = {
    "zh": {
        "comparison": "与上期比较", "counts": "与上期比较：数量", "areas": "与上期比较：新发现案件占地",
        "item": "项目", "change": "增减", "new": "新发现案件（宗）",
        "closed": "结案（宗）", "open": "期末未结案件（宗）", "due": "到期职责（项）",
        "measures": "采取的措施（次）",
        "nothing": "上期（{before}）没有任何登记数据，不作比较。", "partial": "本期截至{day}，尚未满一期。",
        "duty": "其中：{status}（项）", "grade": "其中：{grade}（宗）", "empty": "没有可比较的数据。",
    },
    "en": {
        "comparison": "Compared with the period before", "counts": "Compared: numbers",
        "areas": "Compared: areas of cases found", "item": "figure", "change": "change",
        "new": "cases found", "closed": "cases closed", "open": "cases open at the end", "due": "duties that came due",
        "measures": "measures imposed",
        "nothing": "Nothing is on record for the period before ({before}), so nothing is compared.",
        "partial": "The period is not over: it is told up to {day}.",
        "duty": "of these: {status}", "grade": "of these: {grade}", "empty": "Nothing to compare.",
    },
}  # fmt: skip


def comparison_blocks(scope: Scope, before: Scope, labels: tuple[str, str]) -> tuple[Block, ...]:
    """
    Compare the figures of a period with those of the period before.

    Parameters
    ----------
    scope, before
        The same run over the two periods.
    labels
        What the period before and this one are called.

    Examples
    --------
    >>> comparison_blocks(scope, before, ("2025年", "2026年"))[1].rows[0]  # doctest: +SKIP
    ('新发现案件（宗）', 15, 29, 14)
    """
    own = _WORDS[scope.lang]
    if not _known(before):
        return Heading(own["comparison"]), Paragraph(own["nothing"].format(before=labels[0]))
    blocks: list[Block] = [Heading(own["comparison"])]
    for name, show, figures in (("counts", Show.COUNT, counts_of), ("areas", Show.MU, areas_of)):
        then, now = figures(before), figures(scope)
        rows = tuple((item, then[item], now[item], now[item] - then[item]) for item in now)
        columns = (
            Column(own["item"], weight=2.6), *(Column(label, show) for label in labels), Column(own["change"], show),
        )  # fmt: skip
        blocks.append(Table(own[name], own[name], columns, rows, own["empty"]))
    if scope.until < scope.last:
        day = day_in_words(scope.until, scope.lang)
        blocks.append(Paragraph(own["partial"].format(day=day), "note"))
    return tuple(blocks)


def counts_of(scope: Scope) -> dict[str, int]:
    """
    Return the numbers of a period that can be compared, each with its name.

    Examples
    --------
    >>> counts_of(scope)["新发现案件（宗）"]  # doctest: +SKIP
    29
    """
    own, new, due = _WORDS[scope.lang], scope.new, due_in(scope)
    counts = {own["new"]: len(new)}
    for grade in Severity:
        counts[own["grade"].format(grade=grade.name_in(scope.lang))] = int((new["severity"] == grade).sum())
    counts |= {own["closed"]: len(scope.closed), own["open"]: len(scope.open), own["due"]: len(due)}
    for status in (DutyStatus.MET, DutyStatus.MET_LATE, DutyStatus.OVERDUE):
        counts[own["duty"].format(status=status.name_in(scope.lang))] = int((due["status"] == status).sum())
    return counts | {own["measures"]: len(measures_in(scope))}


def areas_of(scope: Scope) -> dict[str, float]:
    """
    Return the areas of a period's cases by class that can be compared, in mu.

    Examples
    --------
    >>> areas_of(scope)["基本农田（亩）"]  # doctest: +SKIP
    61.2
    """
    columns = [f"{land_class}_mu" for land_class in COUNTED_CLASSES]
    return {CASES.column(column).label(scope.lang): float(scope.new[column].sum()) for column in columns}


def _known(scope: Scope) -> bool:
    """Say whether anything is on record for a period at all."""
    counts: tuple[Callable[[], int], ...] = (
        lambda: len(scope.confirmed),
        lambda: len(due_in(scope)),
        lambda: len(measures_in(scope)),
    )
    return any(count() for count in counts)
