"""The reports of a run as files: which ones, over which period, on whose paper."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path

from geoenforce.core.results import Results
from geoenforce.outputs.documents.model import Document
from geoenforce.outputs.documents.periods import Period, Span
from geoenforce.outputs.patrol_map import Audience

Writer = Callable[[Path], None]

#: Every kind of file that a report is written as, in the order in which they are.
FORMATS = ("html", "docx", "xlsx", "pdf")
ACCOUNTABILITY, PATROLS = "accountability", "patrols"
REPORTS = {PATROLS: "patrol_report", ACCOUNTABILITY: "accountability_report"}


@dataclass(frozen=True)
class Paper:
    """
    How reports are written.

    A period is written out (``2026-03``, ``2026Q1``, ``2026``), or ``month``, ``quarter`` or ``year``: the one that
    the day of the run lies in, and, for patrols, the last day that was judged.
    """

    lang: str = "zh"
    formats: tuple[str, ...] = FORMATS
    accountability: str = "year"
    patrols: str = "month"
    issued_by: str = ""
    template: Path | None = None
    audience: Audience = "leader"


def report_writers(results: Results, paper: Paper) -> dict[str, Writer]:
    """
    Name the reports of a run, with the function that writes each.

    A run without patrols has no report of them, and one without a regulation none of accountability. What a report
    says is put together once, when its first file is written.

    Examples
    --------
    >>> from unittest.mock import Mock
    >>> list(report_writers(Mock(patrols=None), Paper(formats=("docx", "pdf"))))
    ['accountability_report.docx', 'accountability_report.pdf']
    """
    made = {PATROLS: results.patrols, ACCOUNTABILITY: results.accountability}
    files: dict[str, Writer] = {}
    for kind, name in REPORTS.items():
        if made[kind] is not None:
            document = cache(partial(_DOCUMENTS[kind], results, paper))
            files |= {f"{name}.{format_}": partial(_write, document, format_, paper) for format_ in paper.formats}
    return files


def report_names(kinds: Iterable[str], formats: Iterable[str]) -> list[str]:
    """
    Name the files of some reports.

    Examples
    --------
    >>> report_names(["accountability"], ["pdf", "html"])
    ['accountability_report.pdf', 'accountability_report.html']
    """
    every = list(formats)
    return [f"{REPORTS[kind]}.{format_}" for kind in kinds for format_ in every]


def period_named(text: str, day: date) -> Period:
    """
    Read a period that is written out, or named as seen from a day.

    Raises
    ------
    InputError
        If it is neither.

    Examples
    --------
    >>> [period_named(text, date(2026, 5, 13)).text for text in ("month", "quarter", "year", "2025Q4")]
    ['2026-05', '2026Q2', '2026', '2025Q4']
    """
    if text == Span.MONTH.value:
        return Period.month_of(day)
    if text == Span.QUARTER.value:
        return Period.parse(f"{day.year}Q{(day.month + 2) // 3}")
    return Period.parse(str(day.year) if text == Span.YEAR.value else text)


def _accountability(results: Results, paper: Paper) -> Document:
    """Put the report together; what draws it is loaded only here."""
    from geoenforce.outputs.accountability_report.report import accountability_report

    period = period_named(paper.accountability, results.as_of)
    return accountability_report(results, period, lang=paper.lang, issued_by=paper.issued_by)


def _patrols(results: Results, paper: Paper) -> Document:
    """Put the report together; its last day is that of the last day judged, whatever the day of the run."""
    from geoenforce.outputs.patrol_report import patrol_report

    judged = [] if results.patrols is None else results.patrols.days["on"]
    period = period_named(paper.patrols, max(judged).date() if len(judged) else results.as_of)
    return patrol_report(results, period, lang=paper.lang, audience=paper.audience, issued_by=paper.issued_by)


_DOCUMENTS: dict[str, Callable[[Results, Paper], Document]] = {PATROLS: _patrols, ACCOUNTABILITY: _accountability}


def _write(document: Callable[[], Document], format_: str, paper: Paper, path: Path) -> None:
    if format_ == "docx":
        from geoenforce.outputs.documents.docx import write_docx

        write_docx(document(), path, template=paper.template)
    elif format_ == "html":
        from geoenforce.outputs.documents.html import write_html

        write_html(document(), path)
    elif format_ == "pdf":
        from geoenforce.outputs.documents.pdf import write_pdf

        write_pdf(document(), path)
    else:
        from geoenforce.outputs.documents.xlsx import write_xlsx

        write_xlsx(document(), path)
