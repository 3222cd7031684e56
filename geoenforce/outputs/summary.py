"""What a run found, in a few lines for a terminal."""

from typing import Any

from geoenforce.core.results import Results
from geoenforce.core.terms import Severity, Status
from geoenforce.outputs.totals import township_totals
from geoenforce.outputs.wording import mu_figure


def run_summary(results: Results) -> dict[str, Any]:
    """
    Count cases by grade and township, for programs.

    Examples
    --------
    >>> run_summary(results)["confirmed_cases"]  # doctest: +SKIP
    """
    cases = results.cases
    confirmed = cases[cases["status"] == Status.CONFIRMED.value]
    totals = township_totals(results.townships, cases)
    return {
        "project": results.title,
        "as_of": str(results.as_of),
        "violations": len(results.violations),
        "confirmed_cases": len(confirmed),
        "suspected_cases": len(cases) - len(confirmed),
        "severity": {grade.value: int((confirmed["severity"] == grade.value).sum()) for grade in Severity},
        "near_threshold": int(confirmed["near_threshold"].sum()),
        "basic_farmland_mu": round(float(confirmed["basic_farmland_mu"].sum()), 4),
        "other_cultivated_mu": round(float(confirmed["other_cultivated_mu"].sum()), 4),
        "issues": len(results.issues),
        "rejected": results.rejects["file"].value_counts(sort=False).to_dict(),
        "townships": [
            {
                "township_code": code or None,
                "township_name": row["township_name"] or None,
                "cases": int(row["cases"]),
                **{grade.value: int(row[grade.value]) for grade in Severity},
                "basic_farmland_mu": round(float(row["basic_farmland_mu"]), 4),
            }
            for code, row in totals.iterrows()
        ],
    }


def summary_rows(summary: dict[str, Any], lang: str) -> tuple[str, list[str], list[list[str]]]:
    """
    Lay the summary out for a terminal: a title, a header, one row per township and one for all.

    Examples
    --------
    >>> town = {"township_code": "445299001", "township_name": "金穗街道", "cases": 2, "ordinary": 1, "serious": 1,
    ...         "especially_serious": 0, "basic_farmland_mu": 6.0}
    >>> summary = {"project": "示范县", "as_of": "2026-06-30", "violations": 3,
    ...            "confirmed_cases": 2, "suspected_cases": 1,
    ...            "severity": {"ordinary": 1, "serious": 1, "especially_serious": 0}, "near_threshold": 0,
    ...            "basic_farmland_mu": 6.0, "issues": 0, "townships": [town]}
    >>> summary_rows(summary, "zh")[0]
    '示范县（截至 2026-06-30）：图斑 3 个，案件 2 宗，疑似 1 宗，临界 0 宗，数据问题 0 条'
    """
    title = _TITLE[lang].format(**summary)
    header = [*_HEADER[lang][:2], *(grade.name_in(lang) for grade in Severity), _HEADER[lang][2]]
    total = {**summary["severity"], "cases": summary["confirmed_cases"], "township_name": _HEADER[lang][3]}
    rows = [*summary["townships"], {**total, "basic_farmland_mu": summary["basic_farmland_mu"]}]
    return title, header, [_row(row, lang) for row in rows]


def rejected_text(summary: dict[str, Any], lang: str) -> str:
    """
    Say how many rows of which files were rejected; nothing if none was.

    Examples
    --------
    >>> rejected_text({"rejected": {"wf.shp": 3}}, "zh")
    '未采用的行：wf.shp 3 行；原因见 issues.csv，图形见 rejects.gpkg'
    >>> rejected_text({"rejected": {}}, "zh")
    ''
    """
    if not summary["rejected"]:
        return ""
    of_file, between, whole = _REJECTED[lang]
    return whole.format(between.join(of_file.format(file, count) for file, count in summary["rejected"].items()))


_TITLE = {
    "zh": "{project}（截至 {as_of}）：图斑 {violations} 个，案件 {confirmed_cases} 宗，疑似 {suspected_cases} 宗，"
    "临界 {near_threshold} 宗，数据问题 {issues} 条",
    "en": "{project} (as of {as_of}): {violations} patches, {confirmed_cases} cases, {suspected_cases} suspected, "
    "{near_threshold} near a threshold, {issues} data issues",
}
_HEADER = {
    "zh": ["乡镇（街道）", "案件（宗）", "基本农田（亩）", "合计", "不在任何乡镇"],
    "en": ["township", "cases", "basic farmland (mu)", "all", "in no township"],
}
_REJECTED = {
    "zh": ("{} {} 行", "；", "未采用的行：{}；原因见 issues.csv，图形见 rejects.gpkg"),
    "en": ("{} {}", "; ", "rejected rows: {}; issues.csv says why, rejects.gpkg has their shapes"),
}


def _row(row: dict[str, Any], lang: str) -> list[str]:
    grades = [str(row[grade.value]) for grade in Severity]
    return [row["township_name"] or _HEADER[lang][4], str(row["cases"]), *grades, mu_figure(row["basic_farmland_mu"])]
