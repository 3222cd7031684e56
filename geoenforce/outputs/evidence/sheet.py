"""The evidence sheet of a case, part by part."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.core.errors import InputError
from geoenforce.core.results import Results
from geoenforce.core.space import m2_to_mu
from geoenforce.core.terms import Severity, Status
from geoenforce.outputs.documents.model import Block, Document, Facts, Figure, Heading, Paragraph, day_in_words
from geoenforce.outputs.evidence.case import Case, Record
from geoenforce.outputs.evidence.course import course_blocks, finding_blocks
from geoenforce.outputs.evidence.grading import decided_in_words, grading_blocks
from geoenforce.outputs.evidence.ground import area_blocks, piece_blocks, point_blocks, zone_in_words
from geoenforce.outputs.evidence.maps import detail_png, overview_png, patches_too_small
from geoenforce.outputs.evidence.passing_blocks import passing_blocks
from geoenforce.outputs.evidence.sources import code_figure, source_blocks
from geoenforce.outputs.evidence.words import WORDS
from geoenforce.outputs.evidence_names import evidence_name
from geoenforce.outputs.wording import in_words, mu_figure, percent_figure, rounded

_MOST_DETAILS = 6  # patches with a map of their own
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Basis:
    """What a sheet rests on besides the results of the run."""

    record: Record  # what run.json says: inputs with hashes, options
    version: str  # of the software that made the run
    code: str  # of the case's record
    chips: Path | None = None  # a folder of images, CASE_before.png and CASE_after.png
    issued_by: str = ""  # whose paper it is; empty: nobody is named


def evidence_document(
    results: Results, case: Case, basis: Basis, lang: str = "zh", *, with_personal_data: bool = False
) -> Document:
    """
    Put the evidence sheet of a case together.

    Parameters
    ----------
    results
        What the run found.
    case
        The case, from the same results.
    basis
        What the run was made from, and the code of the case's record.
    lang
        ``"zh"`` or ``"en"``.
    with_personal_data
        Whether the party, persons and free notes are shown.

    Returns
    -------
    document
        For the writers of documents.

    Raises
    ------
    InputError
        If an image of the case is no PNG.

    Examples
    --------
    >>> evidence_document(results, case_of(results, "445299-2025-015"), basis).title  # doctest: +SKIP
    '违法占地案件证据材料'
    """
    words, personal = WORDS[lang], with_personal_data
    blocks: list[Block] = [
        *_about(results, case, basis, lang, with_personal_data=personal),
        *_maps(results, case, lang),
        *_chips(case, basis.chips, lang),
        *area_blocks(case, basis.record["options"]["ridge"], lang),
        *grading_blocks(case, basis.record["options"], lang),
        *piece_blocks(case, lang),
        *point_blocks(case, lang),
        *course_blocks(results, case, lang, with_personal_data=personal),
        *passing_blocks(results, case, lang),
        *finding_blocks(results, case, lang, with_personal_data=personal),
        *source_blocks(case, basis.record, basis.version, lang),
        *_method(results, case, basis, lang),
    ]
    township = case.row["township_name"] or case.row["township_code"] or ""
    return Document(
        title=words["title"],
        subtitle=words["subtitle"].format(case_id=case.case_id, township=township).strip(),
        issued_by=basis.issued_by,
        dated_on=results.as_of,
        lang=lang,
        blocks=tuple(blocks),
        source_note=_source_note(results, basis, lang),
    )


def _source_note(results: Results, basis: Basis, lang: str) -> str:
    regulation = f"《{results.regulation_title}》{results.regulation_number}".strip()
    as_of = day_in_words(results.as_of, lang)
    return WORDS[lang]["source_note"].format(
        regulation=regulation, as_of=as_of, version=basis.version, code=basis.code
    )  # fmt: skip


def _about(results: Results, case: Case, basis: Basis, lang: str, *, with_personal_data: bool) -> Iterator[Block]:
    words, row = WORDS[lang], case.row
    leads = [in_words("lead_source", code, lang) for code in case.counted["lead_source"].dropna().unique()]
    found = [day_in_words(day.date(), lang) for day in sorted(case.counted["found_on"].dropna().unique())]
    told: list[tuple[str, Any]] = [
        (words["project"], results.title),
        (words["case"], case.case_id),
        (words["township"], " ".join(filter(None, [row["township_name"], row["township_code"]]))),
        (words["status"], Status.of(row["status"]).name_in(lang)),
        (words["severity"], Severity.of(row["severity"]).name_in(lang)),
        (words["decided"], decided_in_words(case, lang)),
        (words["found_on"], words["list"].join(found)),
        (words["year"], None if row["year"] is None else str(int(row["year"]))),
        (words["lead"], words["list"].join(leads)),
        (words["patches"], words["counted_patches"].format(n=int(row["violations"]))),
        (words["area"], words["mu_and_m2"].format(mu=mu_figure(m2_to_mu(row["area_m2"])), m2=rounded(row["area_m2"]))),
        (words["as_of"], day_in_words(results.as_of, lang)),
        (words["code"], basis.code),
    ]
    if ";" in (row["township_shares"] or ""):
        told.insert(3, (words["shares"], _shares(results, row["township_shares"], lang)))
    if with_personal_data:
        told.insert(4, (words["party"], row.get("party")))
    yield Heading(words["about"])
    yield Facts(tuple((name, str(value or words["unknown"])) for name, value in told))
    if with_personal_data:
        yield Paragraph(words["personal_note"], "warning")


def _shares(results: Results, shares: str, lang: str) -> str:
    """Write the shares of townships with their names, in per cent."""
    told = []
    for part in shares.split(";"):
        code, _, share = part.strip().partition(" ")
        name = results.townships["township_name"].get(code)
        told.append(f"{code if name is None or pd.isna(name) else name} {percent_figure(float(share))}%")
    return WORDS[lang]["list"].join(told)


def _maps(results: Results, case: Case, lang: str) -> Iterator[Block]:
    words = WORDS[lang]
    township = case.row["township_name"] or ""
    yield Heading(words["maps"])
    alt = words["overview_alt"].format(case=case.case_id, township=township)
    yield Figure(overview_png(results, case, lang), alt, words["overview"])
    alt = words["detail_alt"].format(case=case.case_id)
    caption = words["detail"].format(zone=zone_in_words(case, lang))
    yield Figure(detail_png(case, lang), alt, caption)
    small = patches_too_small(case)
    for violation_id in small[:_MOST_DETAILS]:
        yield Figure(detail_png(case, lang, violation_id), alt, f"{words['patch_id']} {violation_id}")
    if len(small) > _MOST_DETAILS:
        yield Paragraph(words["more_details"].format(n=len(small) - _MOST_DETAILS), "note")


def _chips(case: Case, folder: Path | None, lang: str) -> Iterator[Block]:
    """Show images of before and after, where the project has them."""
    words = WORDS[lang]
    found = [
        (words[when], file)
        for when in ("before", "after")
        if folder is not None and (file := folder / f"{evidence_name(case.case_id)}_{when}.png").is_file()
    ]
    if found:
        yield Heading(words["chips"])
    for caption, file in found:
        image = file.read_bytes()
        if not image.startswith(_PNG):
            message = f"{file}: is no PNG image. Save it as PNG, or take it out of the folder of images."
            raise InputError(message)
        yield Figure(image, f"{caption} {case.case_id}", f"{caption} {file.name}", width_cm=12.0)


def _method(results: Results, case: Case, basis: Basis, lang: str) -> Iterator[Block]:
    words = WORDS[lang]
    yield Heading(words["method"])
    yield code_figure(case.case_id, results.as_of, basis.code, lang)
    for part in ("method_text", "method_how", "method_objection"):
        yield Paragraph(words[part])
    yield Paragraph(words["method_code"].format(code=basis.code))
