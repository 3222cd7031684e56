"""What a sheet was made from: files with their days and hashes, options, the code, a picture of it for phones."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd
import segno

from geoenforce.core.terms import Ridge
from geoenforce.outputs.documents.model import Block, Column, Figure, Heading, Paragraph, Show, Table
from geoenforce.outputs.evidence.case import Case, Record
from geoenforce.outputs.evidence.words import KINDS, WORDS

_LAND = ("basic_farmland", "cultivated")
_HASH_SIGNS = 12
_LONGEST_ID = 80  # signs of a case's id in the picture: more make it too fine to be read


def source_blocks(case: Case, record: Record, version: str, lang: str) -> Iterator[Block]:
    """
    List the inputs of the run: of violations only the files that the case's patches came from.

    Parameters
    ----------
    case
        The case.
    record
        What ``run.json`` says.
    version
        Of the software that made the run.
    lang
        ``"zh"`` or ``"en"``.

    Examples
    --------
    >>> [type(block).__name__ for block in source_blocks(case, record, "0.1.0", "zh")]  # doctest: +SKIP
    ['Heading', 'Table', 'Paragraph']
    """
    words = WORDS[lang]
    yield Heading(words["sources"])
    columns = (
        Column(words["kind"], weight=1.5),
        Column(words["file"], weight=2.4),
        Column(words["layer_date"], Show.DAY, weight=1.3),
        Column(words["in_force"], weight=0.9),
        Column(words["hash"], weight=2.8),
    )
    inputs = [one for one in record["inputs"] if one["kind"] != "violations" or _is_source(one, case)]
    used = _in_force(inputs, case)
    rows = tuple(
        (
            KINDS[lang].get(one["kind"], one["kind"]),
            one["source"],
            _effective(one),
            words["yes"] if number in used else "",
            one["sha256"][:_HASH_SIGNS],
        )
        for number, one in enumerate(inputs)
    )
    yield Table(words["sources_caption"], words["sources"], columns, rows, words["none"])
    yield Paragraph(words["options_note"].format(options=_options(record["options"], lang), version=version), "note")


def code_figure(case_id: str, as_of: date, code: str, lang: str) -> Figure:
    """
    Draw the code of a sheet as a QR code that a phone reads without a network.

    Examples
    --------
    >>> code_figure("A", date(2026, 6, 30), "0000-0000-0000-0000-0000", "zh").caption
    '校验码 0000-0000-0000-0000-0000'
    """
    words = WORDS[lang]
    text = f"geoenforce {case_id[:_LONGEST_ID]} {as_of.isoformat()} {code}"
    buffer = io.BytesIO()
    segno.make(text, micro=False, error="m", encoding="utf-8").save(buffer, kind="png", scale=4, border=2)
    return Figure(buffer.getvalue(), words["code_alt"], words["code_caption"].format(code=code), width_cm=3.0)


def _is_source(one: Record, case: Case) -> bool:
    """Say whether a file of violations holds patches of the case; where rows do not tell, all files are listed."""
    told = {Path(str(file)).as_posix() for file in case.patches["source_file"].dropna()}
    return not told or any(file == one["path"] or file.endswith(f"/{one['path']}") for file in told)


def _in_force(inputs: list[Record], case: Case) -> set[int]:
    """
    Return the positions of the land layers that were in force on a day on which a patch was found.

    One without a day is always in force, or says it row by row.
    """
    used: set[int] = set()
    for kind in _LAND:
        places = {number: _effective(one) for number, one in enumerate(inputs) if one["kind"] == kind}
        used |= {number for number, day in places.items() if day is None}
        dated = {number: day for number, day in places.items() if day is not None}
        for found_on in case.counted["found_on"].dropna() if dated else ():
            before = [day for day in dated.values() if day <= found_on.date()]
            chosen = max(before) if before else min(dated.values())
            used |= {number for number, day in dated.items() if day == chosen}
    return used


def _effective(one: Record) -> date | None:
    day: Any = one["options"].get("effective_from")
    return None if day is None else pd.Timestamp(day).date()


def _options(options: Record, lang: str) -> str:
    near, sigma = f"{float(options['near_threshold']) * 100:g}%", f"{options['boundary_sigma_m']:g}"
    ridge = Ridge.of(options["ridge"]).name_in(lang)
    if lang == "zh":
        return f"临界比例 {near}，界址误差 ±{sigma} 米，耕地面积{ridge}，规定 {_name(options['regulation'])}"
    return f"near {near}, boundary ±{sigma} m, cultivated land {ridge}, regulation {_name(options['regulation'])}"


def _name(regulation: str) -> str:
    return PurePosixPath(regulation.replace("\\", "/")).name
