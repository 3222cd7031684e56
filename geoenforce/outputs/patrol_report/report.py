"""The patrol report as a document, to be written in any format."""

import pandas as pd

from geoenforce.core.results import Results
from geoenforce.outputs.documents.model import (
    Block,
    Column,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Show,
    Table,
    day_in_words,
)
from geoenforce.outputs.documents.periods import Period
from geoenforce.outputs.patrol_map import Audience
from geoenforce.outputs.patrol_report.doubts import doubts_part, explain_part, ledger_part
from geoenforce.outputs.patrol_report.general import general_part, missed_part
from geoenforce.outputs.patrol_report.ground import ground_part, unseen_part
from geoenforce.outputs.patrol_report.offices import townships_part, units_part
from geoenforce.outputs.patrol_report.view import View, of_counties, view_of
from geoenforce.outputs.patrol_report.words import WORDS, weekday
from geoenforce.outputs.wording import in_words


def patrol_report(
    results: Results, period: Period, *, lang: str = "zh", audience: Audience = "leader", issued_by: str = ""
) -> Document:
    """
    Say how a period's patrols went, from the tables of a run.

    Parameters
    ----------
    results
        The tables of the run; without patrols the document says so.
    period
        The month, quarter or year.
    lang
        ``"zh"`` or ``"en"``.
    audience
        ``"supervisor"`` also lists doubts about tracks; ``"leader"`` leaves them out.
    issued_by
        Who signs; nobody if empty.

    Returns
    -------
    document
        For `write_docx`, `write_pdf`, `write_html` and `write_xlsx` of `geoenforce.outputs.documents`.
        Its figures are those of patrol_days.csv, trips.csv, coverage.csv, unseen.csv and ledger_reconciliation.csv.

    Notes
    -----
    Source of the duty: 揭府〔2009〕56号 第十六条第（一）项, at least one patrol each working day, entered in a ledger.
    The document states facts; a person decides what follows.

    Examples
    --------
    >>> patrol_report(results, Period.parse("2026-04")).title  # doctest: +SKIP
    '土地执法动态巡查情况报告'
    """
    words = WORDS[lang]
    regulation = f"{results.regulation_title} {results.regulation_number}".strip()
    return Document(
        title=words["title"],
        subtitle=f"{results.title}　{period.in_words(lang)}",
        issued_by=issued_by,
        dated_on=results.as_of,
        lang=lang,
        blocks=tuple(_blocks(results, period, lang, audience)),
        source_note=words["source"].format(regulation=regulation, as_of=day_in_words(results.as_of, lang)),
    )


def _blocks(results: Results, period: Period, lang: str, audience: Audience) -> list[Block]:
    words = WORDS[lang]
    if results.patrols is None:
        return [Heading(words["general"]), Paragraph(words["no_patrols"], "warning")]
    view = view_of(results, results.patrols, period, lang)
    if view.part_known(period) is None:
        known = words["nothing_known"]
        if view.known is not None:
            known = " — ".join(day_in_words(day, lang) for day in view.known)
        said = words["no_days_known"].format(period=period.in_words(lang), known=known)
        return [Heading(words["general"]), Paragraph(said, "warning")]
    is_supervised = audience == "supervisor"
    return [
        *general_part(view),
        *missed_part(view),
        *townships_part(view),
        *units_part(view),
        *ground_part(view),
        *unseen_part(view),
        *ledger_part(view),
        *(doubts_part(view) if is_supervised else ()),
        *explain_part(view, with_doubts=is_supervised),
        *_appendix(view),
    ]


def _appendix(view: View) -> list[Block]:
    """List the counties' working days one by one."""
    words, days = view.words, of_counties(view.days)
    if days.empty:
        return []
    columns = (
        Column(words["day"], Show.DAY, 1.4), Column(words["weekday"], weight=0.6), Column(words["what"], weight=1.8),
        Column(words["trip_count"], Show.COUNT, 0.8), Column(words["km"], Show.KM), Column(words["hours"], Show.HOURS),
        Column(words["start"], weight=0.9), Column(words["end"], weight=0.9),
    )  # fmt: skip
    blocks: list[Block] = [PageBreak(), Heading(words["appendix"])]
    for office, of_office in days.groupby("office", sort=True):
        rows = tuple(
            (one.on.date(), weekday(one.on.date(), view.lang), in_words("reason", one.reason, view.lang), one.trips,
             one.length_m / 1000, one.duration_min / 60, _clock(one.first_start_at), _clock(one.last_end_at))
            for one in of_office.sort_values("on").itertuples()
        )  # fmt: skip
        name = words["appendix_table"].format(office=view.name(office))
        blocks.append(Table(name, name, columns, rows, words["no_days"], words["metres_note"]))
    return blocks


def _clock(moment: pd.Timestamp) -> str:
    return "" if pd.isna(moment) else f"{moment.tz_convert('Asia/Shanghai'):%H:%M}"
