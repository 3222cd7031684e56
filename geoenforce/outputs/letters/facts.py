"""The facts of a case or of a unit's findings, in the words of official letters."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pandas as pd

from geoenforce.core.errors import InputError, some
from geoenforce.core.results import Results
from geoenforce.core.space import mu_to_m2
from geoenforce.core.terms import COUNTED_CLASSES, LandClass, LeadSource, Severity, Status
from geoenforce.outputs.accountability_report.scope import Scope, day_of, first_few
from geoenforce.outputs.accountability_words import measures_in_words, named, reason_in_words, reasons_of
from geoenforce.outputs.documents.model import day_in_words
from geoenforce.outputs.explain_units import evidence_of, left_out
from geoenforce.outputs.wording import deciding_comparisons, mu_figure, rounded

Facts = dict[str, Any]

_ZH = "zh"
_MOST_IDS = 8  # those of cases stand in a table as well


def scope_of(results: Results) -> Scope:
    """
    See a run on its own day, in Chinese; letters are written in no other language.

    Raises
    ------
    InputError
        If the run says nothing of accountability.

    Examples
    --------
    >>> scope_of(results).until  # doctest: +SKIP
    datetime.date(2026, 6, 30)
    """
    if results.accountability is None:
        message = (
            "The run says nothing of accountability. Name a regulation under [accountability] in geoenforce.toml and "
            "run 'geoenforce run' again."
        )
        raise InputError(message)
    return Scope(results, results.accountability, date.min, results.accountability.as_of, _ZH)


def case_facts(results: Results, case_id: str, *, with_personal_data: bool = False) -> Facts:
    """
    Tell a case as a letter does: where, when, how much of what, which grade follows and why.

    Parameters
    ----------
    results
        The tables of the run.
    case_id
        The case.
    with_personal_data
        Whether the party is named; otherwise a blank is left.

    Raises
    ------
    InputError
        If there is no such case.

    Examples
    --------
    >>> case_facts(results, "JZD003")["grade"]  # doctest: +SKIP
    '情节特别严重'
    """
    if case_id not in results.cases.index:
        message = f"There is no case '{case_id}'; known are {some(results.cases.index)}."
        raise InputError(message)
    case = results.cases.loc[case_id]
    patches = results.violations[results.violations["case_id"] == case_id]
    party = case.get("party") if with_personal_data else None
    found_on = day_of(case["found_on"])
    return {
        "case_id": case_id,
        "township": "" if pd.isna(case["township_name"]) else str(case["township_name"]),
        "found_on": "" if found_on is None else day_in_words(found_on, _ZH),
        "lead_source": _leads(patches),
        "patches": first_few((str(one) for one in patches.index), _MOST_IDS, _ZH),
        "patch_count": len(patches),
        "place": _place(results, patches),
        "party": "" if party is None or pd.isna(party) else str(party),
        "areas": _areas(case),
        "area_m2": rounded(case["area_m2"]),
        "grade": Severity.of(case["severity"]).zh,
        "why": deciding_comparisons(results.cases.loc[[case_id]], results.comparisons, _ZH)[case_id],
        "is_near": bool(case["near_threshold"]),
        "is_suspected": case["status"] == Status.SUSPECTED.value,
        "graded_by": f"{results.regulation_title}（{results.regulation_number}）",
    }


def _leads(patches: pd.DataFrame) -> str:
    if "lead_source" not in patches:
        return ""
    return "、".join(named(LeadSource, code, _ZH) for code in sorted(patches["lead_source"].dropna().unique()))


def _place(results: Results, patches: pd.DataFrame) -> str:
    """Tell where a case lies, by a point inside its largest patch, in CGCS2000."""
    if patches.empty:
        return ""
    largest = patches.geometry.area.sort_values(ascending=False, kind="stable").index[0]
    point = results.original.loc[largest].representative_point()
    return f"东经 {rounded(point.x, 6)}°、北纬 {rounded(point.y, 6)}°（CGCS2000）"


def _areas(case: Any) -> list[dict[str, str]]:
    """List the areas by class, in mu with the square metres beside them."""
    rows = []
    for land_class in (*COUNTED_CLASSES, LandClass.APPROVED):
        area_mu = float(case[f"{land_class}_mu"])
        rows.append({"name": land_class.zh, "mu": mu_figure(area_mu), "m2": rounded(mu_to_m2(area_mu))})
    return rows


def finding_facts(findings: Iterable[dict[Any, Any]], scope: Scope) -> list[dict[str, str]]:
    """
    Tell findings as a letter does: whose, by which article, on which numbers, what the article names.

    Examples
    --------
    >>> finding_facts(findings.to_dict("records"), scope)[0]["measure"]  # doctest: +SKIP
    '诫勉谈话'
    """
    told = []
    for finding in findings:
        read = {**finding, "because": reasons_of(finding)}
        reasons = (reason_in_words(one, scope.words, finding["regulation"]) for one in read["because"])
        apart = [one["case_id"] for one in left_out(read)]
        told.append({
            "office": scope.name(finding["office"]), "year": str(finding["year"]), "citation": finding["citation"],
            "because": "；".join(reasons), "measure": measures_in_words(finding, scope.words),
            "roles": scope.words.listed("role", finding["roles"], finding["regulation"]),
            "evidence": _listed(evidence_of(read)), "left_out": _listed(apart),
        })  # fmt: skip
    return told


def _listed(ids: Iterable[str]) -> str:
    """List ids so that a line may end behind each of them: without the hint, Word breaks them inside."""
    return first_few(ids, _MOST_IDS, _ZH).replace("、", "、\u200b")


def find_unit(scope: Scope, what: str) -> str:
    """
    Look up a unit or department by its code, id or name.

    Raises
    ------
    InputError
        If the run knows none, or several by that name.

    Examples
    --------
    >>> find_unit(scope, "青禾镇")  # doctest: +SKIP
    '445299101'
    """
    if what in scope.names:
        return what
    found = sorted(code for code, name in scope.names.items() if name == what)
    if len(found) == 1:
        return found[0]
    if found:
        message = f"'{what}' is the name of {some(found)}; give the code instead."
        raise InputError(message)
    message = f"'{what}' is no unit or department of the run; known are {some(sorted(set(scope.names.values())))}."
    raise InputError(message)


def named_cases(case_ids: Sequence[str], results: Results) -> list[dict[str, str]]:
    """
    List cases in one line each: id, township, day, grade and why.

    Examples
    --------
    >>> named_cases(["JZD003"], results)[0]["grade"]  # doctest: +SKIP
    '情节特别严重'
    """
    known = results.cases[results.cases.index.isin(case_ids)].sort_index()
    why = deciding_comparisons(known, results.comparisons, _ZH)
    rows = []
    for case_id, case in known.to_dict("index").items():
        day = day_of(case["found_on"])
        rows.append({
            "case_id": str(case_id), "township": "" if pd.isna(case["township_name"]) else str(case["township_name"]),
            "found_on": "" if day is None else day_in_words(day, _ZH), "grade": Severity.of(case["severity"]).zh,
            "why": str(why[case_id]),
        })  # fmt: skip
    return rows
