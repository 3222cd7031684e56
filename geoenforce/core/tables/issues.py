"""The table of issues: each problem met on the way, and what became of the row."""

from dataclasses import replace
from typing import Any

import pandas as pd

from geoenforce.core.sentences import Sentence
from geoenforce.core.tables.columns import Column, Kind, Table
from geoenforce.core.terms import Action

ISSUES = Table(
    "issues",
    "problem met on the way",
    "数据问题",
    "issues",
    None,
    (
        Column("file", Kind.TEXT, "file", "文件", "file", filled=False),
        Column("layer", Kind.TEXT, "layer of the file", "图层", "layer", filled=False),
        Column(
            "row",
            Kind.INTEGER,
            "row in it, from 1; missing where it concerns the whole file",
            "行号",
            "row",
            filled=False,
        ),
        Column("feature", Kind.TEXT, "id of the feature, where it has one", "要素编号", "feature", filled=False),
        Column("problem", Kind.TEXT, "code of the problem", "问题代码", "problem"),
        Column("detail", Kind.TEXT, "what was found, in a sentence", "说明", "detail"),
        Column(
            "action",
            Kind.TEXT,
            "what became of the row",
            "处理",
            "action",
            codes=Action.codes(),
        ),
    ),
)


#: The detail in Chinese stands beside the columns of ISSUES: people read it, programs have the English.
DETAIL_ZH = "detail_zh"

#: ISSUES as a run and the store keep them.
ISSUES_IN_BOTH_LANGUAGES = replace(
    ISSUES,
    columns=(
        *ISSUES.columns,
        Column(DETAIL_ZH, Kind.TEXT, "detail, in Chinese", "说明", "detail in Chinese", required=False, filled=False),
    ),
)


def issue(problem: str, said: Sentence, action: Action = Action.NOTED, **place: Any) -> dict[str, Any]:
    """
    Make a row of ISSUES.

    Parameters
    ----------
    problem
        Its code.
    said
        What was found.
    action
        What became of the row.
    place
        ``file``, ``layer``, ``row`` and ``feature``, as far as they are known.

    Examples
    --------
    >>> from geoenforce.core.sentences import say
    >>> issue("empty_geometry", say("empty_geometry"), Action.REJECTED, row=3)["detail"]
    'The geometry is empty.'
    """
    return {**place, "problem": problem, "detail": said.en, DETAIL_ZH: said.zh, "action": action.value}


def issues_table(rows: "list[dict[str, Any]] | None" = None) -> pd.DataFrame:
    """
    Build an issues table from rows that may leave out what does not apply; the Chinese details stand beside.

    Examples
    --------
    >>> rows = [{"file": "a.shp", "row": 3, "problem": "empty_geometry",
    ...          "detail": "The geometry is empty.", "action": "rejected"}]
    >>> issues_table(rows)[["file", "row", "problem"]].to_dict("records")
    [{'file': 'a.shp', 'row': 3, 'problem': 'empty_geometry'}]
    """
    frame = pd.DataFrame(rows or [], columns=ISSUES_IN_BOTH_LANGUAGES.names)
    frame["row"] = frame["row"].astype("Int64")
    for column in ISSUES_IN_BOTH_LANGUAGES.columns:
        if column.kind is Kind.TEXT:
            frame[column.name] = frame[column.name].astype("str")
    return frame
