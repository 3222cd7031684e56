"""Say why: from a grade down to the article, the comparison, the patches and the files behind them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from geoenforce.core.errors import InputError, some
from geoenforce.core.terms import LandClass, Severity, Status
from geoenforce.outputs.grades import decides
from geoenforce.outputs.wording import comparison_in_words, rounded

Record = dict[str, Any]

_WORDS = {
    "zh": {
        "near": "临界：有地类面积与标准相差不超过设定比例", "sensitive": "边界误差可能改变认定", "patch": "图斑",
        "inputs": "数据来源", "cases": "案件", "none": "各地类均未达到标准",
        "township": "乡镇", "share": "跨乡镇分摊", "after": "事后补办批准（不改变认定）",
    },
    "en": {
        "near": "near a threshold", "sensitive": "the boundary's error may change the grade", "patch": "patch",
        "inputs": "made from", "cases": "cases", "none": "no class reaches a limit",
        "township": "township", "share": "shares by township",
        "after": "approved afterwards (changes no grade)",
    },
}  # fmt: skip


def explanation(folder: Path, what: str) -> Record:
    """
    Look a case, a patch or a township up in the files of the last run.

    Parameters
    ----------
    folder
        The output folder of a run.
    what
        A ``case_id``, a ``violation_id``, or a township's code or name.

    Returns
    -------
    record
        ``kind`` is ``"case"`` or ``"township"``; cases carry their comparisons, patches, pieces and
        the files they were made from.

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
    if not (folder / "run.json").exists():
        message = f"{folder}: holds no results. Make them with 'geoenforce run' first."
        raise InputError(message)
    cases, areas = _read(folder, "cases"), _read(folder, "areas")
    of_township = cases[(cases["township_code"] == what) | (cases["township_name"] == what)]
    if len(of_township):
        return _township_record(folder, of_township)
    if what in set(areas["violation_id"]):
        what = areas.set_index("violation_id")["case_id"][what]
    if what not in set(cases["case_id"]):
        message = (
            f"'{what}' is no case, patch or township with cases in {folder}. "
            f"Cases are {some(cases['case_id'])}; townships are {some(cases['township_name'].dropna().unique())}."
        )
        raise InputError(message)
    return _case_record(folder, cases.set_index("case_id", drop=False).loc[what], areas)


def explanation_text(record: Record, lang: str) -> str:
    """
    Put what `explanation` found in words.

    Examples
    --------
    >>> print(explanation_text({"kind": "township", "township_code": "445299101", "township_name": "青禾镇",
    ...                         "cases": [{"case_id": "A", "severity": "serious", "status": "confirmed",
    ...                                    "because": []}]}, "zh"))
    445299101 青禾镇
    案件: 1
      A  情节严重  各地类均未达到标准
    """
    words = _WORDS[lang]
    if record["kind"] == "township":
        head = [f"{record['township_code']} {record['township_name']}", f"{words['cases']}: {len(record['cases'])}"]
        return "\n".join([*head, *(_case_line(case, lang) for case in record["cases"])])
    grade, status = Severity.of(record["severity"]), Status.of(record["status"])
    lines = [
        f"{record['case_id']}  {grade.name_in(lang)}  ({status.name_in(lang)}, {record['found_on']})",
        f"{words['township']}: {record['township_name']} {record['township_code']}",
    ]
    if ";" in (record["township_shares"] or ""):
        lines.append(f"{words['share']}: {record['township_shares']}")
    lines += [f"  {comparison_in_words(one, lang)}   [{one['citation']}]" for one in record["comparisons"]]
    lines += [f"! {words['near']}"] if record["near_threshold"] else []
    if record["may_change_grade"]:
        lines.append(
            f"! {words['sensitive']} (±{rounded(record['boundary_error_mu'])} {'亩' if lang == 'zh' else 'mu'})"
        )
    lines += [_patch_line(patch, lang) for patch in record["patches"]]
    lines += [_piece_line(piece, lang) for piece in record["pieces"]]
    lines.append(f"{words['inputs']}:")
    lines += [f"  {Path(source['path']).name}  sha256 {source['sha256'][:16]}…" for source in record["inputs"]]
    return "\n".join(lines)


def _case_line(case: Record, lang: str) -> str:
    reasons = "; ".join(comparison_in_words(one, lang) for one in case["because"]) or _WORDS[lang]["none"]
    return f"  {case['case_id']}  {Severity.of(case['severity']).name_in(lang)}  {reasons}"


def _patch_line(patch: Record, lang: str) -> str:
    unit = "亩" if lang == "zh" else "mu"
    parts = [
        f"{land_class.name_in(lang)} {rounded(patch[f'{land_class}_mu'])} {unit}"
        for land_class in LandClass
        if patch[f"{land_class}_mu"]
    ]
    if patch["approved_afterwards_mu"]:
        parts.append(f"{_WORDS[lang]['after']} {rounded(patch['approved_afterwards_mu'])} {unit}")
    return f"{_WORDS[lang]['patch']} {patch['violation_id']}: {rounded(patch['area_m2'])} m² = {'; '.join(parts)}"


def _piece_line(piece: Record, lang: str) -> str:
    place = " ".join(str(piece[key]) for key in ("parcel_id", "land_code", "land_name") if piece[key])
    land_class = LandClass.of(piece["land_class"]).name_in(lang)
    return f"    {piece['violation_id']}  {land_class}  {place or '—'}  {rounded(piece['area_m2'])} m²"


def _township_record(folder: Path, cases: pd.DataFrame) -> Record:
    comparisons = _read(folder, "comparisons")
    records = []
    for case in cases.to_dict("records"):
        of_case = comparisons[comparisons["case_id"] == case["case_id"]].to_dict("records")
        because = [one for one in of_case if decides(one, case)]
        records.append({key: case[key] for key in ("case_id", "severity", "status")} | {"because": because})
    first = cases.iloc[0]
    return {
        "kind": "township",
        "township_code": first["township_code"],
        "township_name": first["township_name"],
        "cases": records,
    }


def _case_record(folder: Path, case: "pd.Series[Any]", areas: pd.DataFrame) -> Record:
    comparisons = _read(folder, "comparisons")
    patches = areas[areas["case_id"] == case["case_id"]]
    pieces = _read(folder, "pieces") if (folder / "pieces.csv").exists() else pd.DataFrame({"violation_id": []})
    made = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return {
        "kind": "case",
        **_plain(case.to_dict()),
        "comparisons": _records(comparisons[comparisons["case_id"] == case["case_id"]]),
        "patches": _records(patches),
        "pieces": _records(pieces[pieces["violation_id"].isin(patches["violation_id"])]),
        "inputs": made["inputs"],
        "regulations": made["regulations"],
    }


_TEXT = {"case_id", "violation_id", "township_code", "township_name", "parcel_id", "land_code", "land_name", "found_on"}


def _read(folder: Path, name: str) -> pd.DataFrame:
    kinds = dict.fromkeys(_TEXT, "str")
    frame = pd.read_csv(
        folder / f"{name}.csv", encoding="utf-8-sig", dtype=kinds, keep_default_na=False, na_values=[""]
    )
    for column in frame.columns:  # undo the apostrophe that keeps spreadsheets from running a text
        if column in _TEXT:
            frame[column] = frame[column].str.replace(r"^'(?=[=+\-@\t\r])", "", regex=True)
    return frame


def _records(frame: pd.DataFrame) -> list[Record]:
    return [_plain(row) for row in frame.to_dict("records")]


def _plain(row: Mapping[Any, Any]) -> Record:
    """Turn numpy's values into Python's, and missing ones into None."""
    return {
        str(key): None if pd.isna(value) else value.item() if hasattr(value, "item") else value
        for key, value in row.items()
    }
