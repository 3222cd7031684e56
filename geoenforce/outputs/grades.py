"""Grades and comparisons as records for programs and rows for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from geoenforce.core.terms import Severity
from geoenforce.outputs.wording import comparison_in_words

Record = dict[str, Any]

_NONE = {"zh": "各地类均未达到标准", "en": "no class reaches a limit"}


def graded_cases(grades: pd.DataFrame, comparisons: pd.DataFrame) -> list[Record]:
    """
    Join grades and comparisons into one record per case, for programs.

    Parameters
    ----------
    grades
        Indexed by ``case_id``: ``severity``, ``decided_by``, ``near_threshold``.
    comparisons
        The table COMPARISONS.

    Returns
    -------
    records
        In the order of `grades`; each with its comparisons.

    Examples
    --------
    >>> grades = pd.DataFrame({"severity": ["ordinary"], "decided_by": [None], "near_threshold": [False]},
    ...                       index=pd.Index(["A"], name="case_id"))
    >>> graded_cases(grades, pd.DataFrame({"case_id": [], "holds": []}))
    [{'case_id': 'A', 'severity': 'ordinary', 'decided_by': None, 'near_threshold': False, 'comparisons': []}]
    """
    by_case: dict[str, list[Record]] = {str(case_id): [] for case_id in grades.index}
    for row in comparisons.to_dict("records"):
        by_case[str(row.pop("case_id"))].append({**row, "holds": bool(row["holds"])})
    return [
        {
            "case_id": str(case_id),
            "severity": row["severity"],
            "decided_by": None if pd.isna(row["decided_by"]) else row["decided_by"],
            "near_threshold": bool(row["near_threshold"]),
            "comparisons": by_case[str(case_id)],
        }
        for case_id, row in grades.iterrows()
    ]


def severity_rows(records: Sequence[Record], lang: str) -> tuple[list[str], list[list[str]]]:
    """
    Lay graded cases out for a terminal.

    Examples
    --------
    >>> record = {"case_id": "A", "severity": "serious", "near_threshold": True,
    ...           "comparisons": [{"land_class": "other", "severity": "serious", "area_mu": 20.1,
    ...                            "operator": "at_least", "limit_mu": 20.0, "holds": True,
    ...                            "citation": "揭府〔2009〕56号 第三十六条"}]}
    >>> severity_rows([record], "zh")[1]
    [['A', '情节严重', '其他土地 20.10 亩 ≥ 20 亩', '临界', '揭府〔2009〕56号 第三十六条']]
    """
    header = {
        "zh": ["案件编号", "情节", "认定依据", "", "依据"],
        "en": ["case", "severity", "decided by", "", "source"],
    }
    near = {"zh": "临界", "en": "near"}[lang]
    rows = []
    for record in records:
        deciding = [one for one in record["comparisons"] if decides(one, record)]
        rows.append(
            [
                record["case_id"],
                Severity.of(record["severity"]).name_in(lang),
                "; ".join(comparison_in_words(one, lang) for one in deciding) or _NONE[lang],
                near if record["near_threshold"] else "",
                deciding[0]["citation"] if deciding else "",
            ]
        )
    return header[lang], rows


def decides(comparison: Mapping[str, Any], case: Mapping[str, Any]) -> bool:
    """
    Say whether a comparison is one of those that give a case its grade.

    Examples
    --------
    >>> decides({"holds": True, "severity": "serious"}, {"severity": "serious"})
    True
    """
    return bool(comparison["holds"]) and comparison["severity"] == case["severity"]
