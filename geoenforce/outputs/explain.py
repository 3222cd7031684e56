"""Say why: from a measure or grade down to the article, the comparison, the patches and the files behind them."""

from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.core.accountability_tables import FINDINGS
from geoenforce.core.errors import InputError, some
from geoenforce.core.tables import AREAS, CASES, COMPARISONS, PIECES
from geoenforce.core.terms import LandClass, Severity, Status
from geoenforce.outputs.accountability_words import Wording, measures_in_words
from geoenforce.outputs.explain_units import (
    duties_of_case,
    find_office,
    finding_record,
    findings_on_case,
    has_accountability,
    unit_record,
)
from geoenforce.outputs.explain_words import duty_lines, finding_lines, input_lines, unit_lines
from geoenforce.outputs.run_tables import plain_records, regulation_names, run_record, run_table
from geoenforce.outputs.wording import comparison_in_words, mu_figure, rounded

Record = dict[str, Any]

_WORDS = {
    "zh": {
        "near": "临界：有地类面积与标准相差不超过设定比例", "sensitive": "边界误差可能改变认定", "patch": "图斑",
        "leads": "触及条款",
        "township": "乡镇", "share": "跨乡镇分摊", "after": "事后补办批准（不改变认定）",
    },
    "en": {
        "near": "near a threshold", "sensitive": "the boundary's error may change the grade", "patch": "patch",
        "leads": "leads to",
        "township": "township", "share": "shares by township",
        "after": "approved afterwards (changes no grade)",
    },
}  # fmt: skip


def explanation(folder: Path, what: str) -> Record:
    """
    Look a finding, a unit, a case or a patch up in the files of the last run.

    Parameters
    ----------
    folder
        The output folder of a run.
    what
        A ``finding_id``; the code or name of a township, county or prefecture; the id or name of a department; a
        ``case_id``; or a ``violation_id``.

    Returns
    -------
    record
        ``kind`` is ``"finding"``, ``"case"``, or the level of the unit. Findings carry every circumstance that held,
        the cases with what decided them, patches and pieces, and what was left out; units their findings, early
        warnings, duties and indicators; cases their comparisons, patches, pieces, duties and findings. ``inputs`` are
        the files it was all made from, with their hashes.

    Raises
    ------
    InputError
        If there is no run in the folder, or it knows nothing of that name.

    Examples
    --------
    >>> explanation(Path("no_such_folder"), "A")
    Traceback (most recent call last):
    geoenforce.core.errors.InputError: no_such_folder: holds no results. Make them with 'geoenforce run' first.
    """
    made = run_record(folder)
    basis = {"folder": str(folder), "inputs": made["inputs"], "regulations": made["regulations"]}
    if has_accountability(folder):
        finding = finding_record(folder, what)
        if finding is not None:
            return {**finding, **basis}
    office = find_office(folder, what)
    if office is not None:
        return {**unit_record(folder, office), **basis}
    cases, areas = run_table(folder, CASES), run_table(folder, AREAS)
    if what in set(areas["violation_id"]):
        what = areas.set_index("violation_id")["case_id"][what]
    if what not in set(cases["case_id"]):
        raise InputError(_unknown(folder, what, cases))
    return {**_case_record(folder, cases[cases["case_id"] == what], areas), **basis}


def explanation_text(record: Record, lang: str) -> str:
    """
    Put what `explanation` found in words.

    Examples
    --------
    >>> print(explanation_text({"kind": "township", "office": "445299101", "office_name": "青禾镇", "level": "township",
    ...                         "cases": [{"case_id": "A", "severity": "serious", "status": "confirmed",
    ...                                    "because": []}]}, "zh"))
    445299101 青禾镇 · 乡镇（街道）
    案件: 1
      A  情节严重  各地类均未达到标准
    """
    words = Wording(regulation_names(record, Path(record.get("folder", ""))), lang)
    if record["kind"] == "case":
        return "\n".join(_case_lines(record, words))
    return "\n".join(finding_lines(record, words) if record["kind"] == "finding" else unit_lines(record, words))


def _unknown(folder: Path, what: str, cases: pd.DataFrame) -> str:
    known = f"Cases are {some(cases['case_id'])}; townships are {some(cases['township_name'].dropna().unique())}"
    if has_accountability(folder):
        known += f"; findings are {some(run_table(folder, FINDINGS)['finding_id'])}"
    return f"'{what}' is no case, patch or township with cases, nor another unit or finding, in {folder}. {known}."


def _case_lines(record: Record, words: Wording) -> list[str]:
    lang, own = words.lang, _WORDS[words.lang]
    grade, status = Severity.of(record["severity"]), Status.of(record["status"])
    lines = [
        f"{record['case_id']}  {grade.name_in(lang)}  ({status.name_in(lang)}, {record['found_on']})",
        f"{own['township']}: {record['township_name']} {record['township_code']}",
    ]
    if ";" in (record["township_shares"] or ""):
        lines.append(f"{own['share']}: {record['township_shares']}")
    lines += [f"  {comparison_in_words(one, lang)}   [{one['citation']}]" for one in record["comparisons"]]
    lines += [f"! {own['near']}"] if record["near_threshold"] else []
    if record["may_change_grade"]:
        lines.append(f"! {own['sensitive']} (±{rounded(record['boundary_error_mu'])} {'亩' if lang == 'zh' else 'mu'})")
    lines += [_patch_line(patch, lang) for patch in record["patches"]]
    lines += [_piece_line(piece, lang) for piece in record["pieces"]]
    lines += duty_lines(record.get("duties", []), words)
    for finding in record.get("findings", []):
        place = finding["office_name"] or finding["office"]
        lines.append(f"{own['leads']}: {finding['finding_id']}  {place}  {measures_in_words(finding, words)}")
    return [*lines, *input_lines(record, lang)]


def _patch_line(patch: Record, lang: str) -> str:
    unit = "亩" if lang == "zh" else "mu"
    parts = [
        f"{land_class.name_in(lang)} {mu_figure(patch[f'{land_class}_mu'])} {unit}"
        for land_class in LandClass
        if patch[f"{land_class}_mu"]
    ]
    if patch["approved_afterwards_mu"]:
        parts.append(f"{_WORDS[lang]['after']} {mu_figure(patch['approved_afterwards_mu'])} {unit}")
    return f"{_WORDS[lang]['patch']} {patch['violation_id']}: {rounded(patch['area_m2'])} m² = {'; '.join(parts)}"


def _piece_line(piece: Record, lang: str) -> str:
    place = " ".join(str(piece[key]) for key in ("parcel_id", "land_code", "land_name") if piece[key])
    land_class = LandClass.of(piece["land_class"]).name_in(lang)
    return f"    {piece['violation_id']}  {land_class}  {place or '—'}  {rounded(piece['area_m2'])} m²"


def _case_record(folder: Path, case: pd.DataFrame, areas: pd.DataFrame) -> Record:
    (record,) = plain_records(case)
    case_id = record["case_id"]
    comparisons = run_table(folder, COMPARISONS)
    patches = areas[areas["case_id"] == case_id]
    pieces = run_table(folder, PIECES) if (folder / "pieces.csv").exists() else pd.DataFrame({"violation_id": []})
    if has_accountability(folder):
        record |= {"duties": duties_of_case(folder, case_id), "findings": findings_on_case(folder, case_id)}
    return {
        "kind": "case",
        **record,
        "comparisons": plain_records(comparisons[comparisons["case_id"] == case_id]),
        "patches": plain_records(patches),
        "pieces": plain_records(pieces[pieces["violation_id"].isin(patches["violation_id"])]),
    }
