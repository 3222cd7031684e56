"""How the grade of a case follows: every comparison, how near it is to a limit, what the boundary's error could do."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from geoenforce.core.terms import LandClass, Operator, Severity
from geoenforce.outputs.documents.model import Block, Column, Heading, Paragraph, Table
from geoenforce.outputs.evidence.case import Case, Record
from geoenforce.outputs.evidence.words import WORDS
from geoenforce.outputs.wording import deciding_comparisons, rounded

_EXACT = 4  # decimals of a mu that are compared


def grading_blocks(case: Case, options: Record, lang: str) -> Iterator[Block]:
    """
    Say how the grade follows.

    Parameters
    ----------
    case
        The case.
    options
        How the run graded: ``near_threshold`` and ``boundary_sigma_m``.
    lang
        ``"zh"`` or ``"en"``.

    Examples
    --------
    >>> [type(block).__name__ for block in grading_blocks(case, record["options"], "zh")]  # doctest: +SKIP
    ['Heading', 'Paragraph', 'Table', 'Paragraph', 'Paragraph']
    """
    words = WORDS[lang]
    yield Heading(words["grading"])
    severity = Severity.of(case.row["severity"]).name_in(lang)
    yield Paragraph(words["result"].format(severity=severity, decided=decided_in_words(case, lang)))
    near = Decimal(str(options["near_threshold"]))
    columns = (
        Column(words["class"], weight=1.8),
        Column(words["grade"], weight=1.8),
        Column(words["compared"], weight=1.1),
        Column(words["operator"], weight=0.6),
        Column(words["limit"], weight=0.8),
        Column(words["margin"], weight=1.25),
        Column(words["holds"], weight=0.7),
        Column(words["near"], weight=0.6),
        Column(words["citation"], weight=2.2),
    )
    rows = tuple(_compared(one, near, lang) for one in case.comparisons)
    yield Table(words["comparisons"], words["grading"], columns, rows, words["none"])
    share = f"{(near * 100).normalize():f}%"
    is_near = bool(case.row["near_threshold"])
    yield Paragraph(words["near_yes" if is_near else "near_no"].format(share=share), "warning" if is_near else "body")
    may_change = bool(case.row["may_change_grade"])
    told = words["sigma"].format(
        sigma=f"{options['boundary_sigma_m']:g}",
        error=rounded(case.row["boundary_error_mu"], 4),
        effect=words["sigma_yes" if may_change else "sigma_no"],
    )
    yield Paragraph(told, "warning" if may_change else "body")


def decided_in_words(case: Case, lang: str) -> str:
    """
    Say which comparison decided the grade, or which limit is nearest.

    Examples
    --------
    >>> decided_in_words(case, "zh")  # doctest: +SKIP
    '其他土地 41.00 亩 ≥ 40 亩'
    """
    index = pd.Index([case.case_id], name="case_id")
    graded = pd.DataFrame({name: [case.row[name]] for name in ("severity", "decided_by")}, index=index)
    return str(deciding_comparisons(graded, pd.DataFrame(case.comparisons), lang)[case.case_id])


def _compared(one: Record, near: Decimal, lang: str) -> tuple[str, ...]:
    """Write a comparison; areas with the four decimals that are compared, so that nothing reads as its opposite."""
    words, limit = WORDS[lang], _decimal(one["limit_mu"])
    is_near = abs(_decimal(one["margin_mu"])) <= limit * near
    margin = rounded(one["margin_mu"], _EXACT)
    return (
        LandClass.of(one["land_class"]).name_in(lang),
        Severity.of(one["severity"]).name_in(lang),
        rounded(one["area_mu"], _EXACT),
        Operator.of(one["operator"]).sign,
        f"{limit.normalize():f}",
        margin if margin.startswith("-") else f"+{margin}",
        words["yes" if one["holds"] else "no"],
        words["yes"] if is_near else "",
        str(one["citation"]),
    )


def _decimal(value: Any) -> Decimal:
    return Decimal(repr(float(value)))
