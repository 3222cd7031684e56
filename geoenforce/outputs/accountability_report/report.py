"""Put the accountability report of a period together."""

from geoenforce.core.accountability_terms import DutyStatus
from geoenforce.core.errors import InputError
from geoenforce.core.results import Results
from geoenforce.core.terms import Severity
from geoenforce.outputs.accountability_report.case_parts import case_blocks, case_columns, case_rows
from geoenforce.outputs.accountability_report.comparison import comparison_blocks
from geoenforce.outputs.accountability_report.duty_parts import due_in, duty_blocks, late_blocks, late_ones
from geoenforce.outputs.accountability_report.figures import case_figures
from geoenforce.outputs.accountability_report.finding_parts import (
    RATIO,
    finding_blocks,
    ratio_blocks,
    ratios,
    warning_blocks,
)
from geoenforce.outputs.accountability_report.measure_parts import indicator_blocks, measure_blocks, measures_in
from geoenforce.outputs.accountability_report.scope import Scope
from geoenforce.outputs.accountability_words import amount
from geoenforce.outputs.documents.model import (
    Block,
    Document,
    Facts,
    Heading,
    PageBreak,
    Paragraph,
    Table,
    day_in_words,
)
from geoenforce.outputs.documents.periods import Period

_WORDS = {
    "zh": {
        "title": "{project}土地违法案件及责任追究情况报告", "upto": "{period}（截至{day}）", "period": "{period}",
        "facts_only": "本报告依据已登记的数据计算，列出事实和所涉条款，供有权机关核实；"
        "是否追究、如何处理由有权机关决定。",
        "new": "新发现案件", "of": "{n} 宗（{grades}）", "grade": "{grade} {n}", "closed": "结案", "open": "期末未结",
        "cases": "{n} 宗", "ratio": "{unit}违法占用耕地比例（{year} 年）", "parts": "{share}（{illegal} ÷ {taken}）",
        "findings": "触及条款（{years} 年度，截至{day}）", "items": "{n} 项", "close": "临近触发的条款",
        "duties": "本期到期职责",
        "duty": "{n} 项（{parts}）", "late": "逾期事项（含此前逾期未办）", "measures": "采取的措施", "times": "{n} 次",
        "appendix": "案件明细", "appendix_what": "本期新发现的案件，以及此前发现、期末未结或本期结案的案件。",
        "no_cases": "没有案件。", "source": "{regulations}。数据截至{day}。案件面积的认定依据：{grading}。",
    },
    "en": {
        "title": "{project}: cases of unlawful land use and accountability", "upto": "{period} (up to {day})",
        "period": "{period}",
        "facts_only": "This report is computed from what is on record. It states facts and the articles they touch, "
        "for the competent authority to confirm; the authority decides.",
        "new": "cases found", "of": "{n} ({grades})", "grade": "{grade} {n}", "closed": "cases closed",
        "open": "open at the end", "cases": "{n}", "ratio": "illegal-occupation ratio of {unit}, {year}",
        "parts": "{share} ({illegal} ÷ {taken})", "findings": "findings of {years}, as of {day}", "items": "{n}",
        "close": "articles that are close", "duties": "duties that came due", "duty": "{n} ({parts})",
        "late": "late or overdue, with those of before", "measures": "measures imposed", "times": "{n}",
        "appendix": "Every case", "appendix_what": "Cases found in the period, and those of before that were closed in "
        "it or are still open.",
        "no_cases": "There is no case.", "source": "Regulations: {regulations}. As of {day}. Graded by: {grading}.",
    },
}  # fmt: skip


def accountability_report(results: Results, period: Period, *, lang: str = "zh", issued_by: str = "") -> Document:
    """
    Put together what a month, quarter or year brought: cases, articles, duties, measures.

    Parameters
    ----------
    results
        The tables of a run, those of accountability among them.
    period
        Which days are meant. What is not known yet on the day of the run is not told.
    lang
        ``"zh"`` or ``"en"``.
    issued_by
        The office that issues it, for the letterhead.

    Returns
    -------
    document
        The same for the same results; it names no party and nobody who recorded a fact.

    Raises
    ------
    InputError
        If the run says nothing of accountability, or the period begins after the day of the run.

    Notes
    -----
    Source: 揭府〔2009〕56号 第十六条第（三）项 (the summary at the end of each month). Articles apply by calendar
    year, so a month's report has the findings of its year, as they stood on the day of the run.

    Examples
    --------
    >>> accountability_report(results, Period.parse("2026-03")).title  # doctest: +SKIP
    '示范县土地违法案件及责任追究情况报告'
    """
    scope = _scope(results, period, lang)
    own = _WORDS[lang]
    before = _scope(results, period.before(), lang, is_asked=False)
    labels = (period.before().in_words(lang), period.in_words(lang))
    blocks: tuple[Block, ...] = (
        Paragraph(own["facts_only"], "warning"),
        _summary(scope),
        *case_blocks(scope, case_figures(scope)),
        *ratio_blocks(scope),
        *finding_blocks(scope),
        *warning_blocks(scope),
        *duty_blocks(scope),
        *indicator_blocks(scope),
        *measure_blocks(scope),
        *comparison_blocks(scope, before, labels),
        PageBreak(),
        *late_blocks(scope),
        *_appendix(scope),
    )
    upto = own["upto" if scope.until < scope.last else "period"]
    return Document(
        title=own["title"].format(project=results.title),
        subtitle=upto.format(period=period.in_words(lang), day=day_in_words(scope.until, lang)),
        issued_by=issued_by,
        dated_on=results.as_of,
        lang=lang,
        blocks=blocks,
        source_note=_source(scope),
        is_landscape=True,
    )


def _scope(results: Results, period: Period, lang: str, *, is_asked: bool = True) -> Scope:
    made = results.accountability
    if made is None:
        message = (
            "The run says nothing of accountability. Name a regulation under [accountability] in geoenforce.toml and "
            "run 'geoenforce run' again."
        )
        raise InputError(message)
    if is_asked and period.first > made.as_of:
        message = (
            f"The period {period.text} begins after the day of the run, {made.as_of}; nothing is known of it. Choose "
            "an earlier period, or set as_of under [project] and run again."
        )
        raise InputError(message)
    return Scope(results, made, period.first, period.last, lang)


def _summary(scope: Scope) -> Facts:
    own, mark = _WORDS[scope.lang], scope.words.word("list")
    new, due, late = scope.new, due_in(scope), late_ones(scope)
    grades = mark.join(
        own["grade"].format(grade=grade.name_in(scope.lang), n=int((new["severity"] == grade).sum()))
        for grade in Severity
    )
    duties = mark.join(
        own["grade"].format(grade=status.name_in(scope.lang), n=int((due["status"] == status).sum()))
        for status in (DutyStatus.MET, DutyStatus.MET_LATE, DutyStatus.OVERDUE, DutyStatus.OPEN)
    )
    warnings, years = scope.of_years(scope.made.warnings), mark.join(str(year) for year in scope.years)
    rows = [
        (own["new"], own["of"].format(n=len(new), grades=grades)),
        (own["closed"], own["cases"].format(n=len(scope.closed))),
        (own["open"], own["cases"].format(n=len(scope.open))),
        *_county_ratios(scope),
        (
            own["findings"].format(years=years, day=day_in_words(scope.made.as_of, scope.lang)),
            own["items"].format(n=len(scope.of_years(scope.made.findings))),
        ),
        (own["close"], own["items"].format(n=int(warnings["is_close"].sum()))),
        (own["duties"], own["duty"].format(n=len(due), parts=duties)),
        (own["late"], own["items"].format(n=len(late))),
        (own["measures"], own["times"].format(n=len(measures_in(scope)))),
    ]
    return Facts(tuple(rows))


def _county_ratios(scope: Scope) -> list[tuple[str, str]]:
    """Tell the ratio of the largest units, with its two parts; townships stand in the table."""
    own, told = _WORDS[scope.lang], ratios(scope, RATIO)
    rows = []
    for one in told[told["order"] == told["order"].min()].to_dict("records"):
        share = amount(one["value"], "1", scope.lang)
        if one["illegal_mu"] is not None and one["taken_mu"] is not None:
            parts = {name: amount(one[f"{name}_mu"], "mu", scope.lang) for name in ("illegal", "taken")}
            share = own["parts"].format(share=share, **parts)
        rows.append((own["ratio"].format(unit=scope.name(one["office"]), year=one["year"]), share))
    return rows


def _appendix(scope: Scope) -> tuple[Block, ...]:
    own = _WORDS[scope.lang]
    told = scope.confirmed.index.isin([*scope.new.index, *scope.closed.index, *scope.open.index])
    rows = case_rows(scope.confirmed[told], scope)
    table = Table(
        own["appendix"], own["appendix"], case_columns(scope.lang), rows, own["no_cases"], own["appendix_what"]
    )
    return Heading(own["appendix"]), table


def _source(scope: Scope) -> str:
    own, mark = _WORDS[scope.lang], scope.words.word("list")
    grading = f"{scope.results.regulation_title} {scope.results.regulation_number}".strip()
    named = mark.join(sorted(set(scope.instruments.values()))) or grading
    day = day_in_words(scope.made.as_of, scope.lang)
    return own["source"].format(regulations=named, day=day, grading=grading)
