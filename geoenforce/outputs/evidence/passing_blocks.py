"""Patrols within sight before a case was found, in careful words."""

from collections.abc import Iterator
from typing import Any

from geoenforce.core.results import Results
from geoenforce.outputs.documents.model import Block, Column, Heading, Paragraph, Show, Table, Value, day_in_words
from geoenforce.outputs.evidence.case import Case
from geoenforce.outputs.evidence.passings import passings
from geoenforce.outputs.evidence.words import WORDS

_MOST = 20  # the last ones are shown; how many there are is said


def passing_blocks(results: Results, case: Case, lang: str) -> Iterator[Block]:
    """
    Say which patrols passed within sight before a case was found; without tracks, that there are none.

    Neither devices nor persons are named.

    Examples
    --------
    >>> [type(block).__name__ for block in passing_blocks(results, case, "zh")]  # doctest: +SKIP
    ['Heading', 'Table']
    """
    words = WORDS[lang]
    yield Heading(words["passings"])
    if results.patrols is None or case.found_on is None:
        yield Paragraph(words["no_patrols" if results.patrols is None else "no_found_on"], "note")
        return
    found = passings(results.patrols, case.shapes, case.counted["found_on"], case.zone)
    if len(found):
        first, last = (day_in_words(one.date(), lang) for one in found["started_at"].iloc[[0, -1]])
        yield Paragraph(words["passings_lead"].format(n=len(found), first=first, last=last), "warning")
    columns = (
        Column(words["trip_day"], Show.DAY, weight=1.5),
        Column(words["trip_time"], weight=1.4),
        Column(words["unit"], weight=1.3),
        Column(words["patch_id"], weight=2.0),
        Column(words["distance"], Show.M, weight=1.2),
        Column(words["sight"], Show.M, weight=0.9),
        Column(words["days_before"], Show.COUNT, weight=1.1),
    )
    rows = tuple(map(_row, found.tail(_MOST).astype({"patrol_unit": object}).to_dict("records")))
    note = words["passings_most"].format(n=len(found), shown=_MOST) if len(found) > _MOST else ""
    yield Table(words["passings_caption"], words["passings"], columns, rows, words["no_passings"], note)
    if len(found):
        yield Paragraph(words["passings_caution"], "note")


def _row(passing: dict[Any, Any]) -> tuple[Value, ...]:
    return (
        passing["started_at"].date(),
        f"{passing['started_at']:%H:%M}–{passing['ended_at']:%H:%M}",
        str(passing["patrol_unit"] or ""),
        str(passing["violation_id"]),
        passing["distance_m"],
        passing["sight_m"],
        int(passing["days_before"]),
    )
