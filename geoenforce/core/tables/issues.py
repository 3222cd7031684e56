"""The table of issues: each problem met on the way, and what became of the row."""

from typing import Any

import pandas as pd

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


def issues_table(rows: "list[dict[str, Any]] | None" = None) -> pd.DataFrame:
    """
    Build an issues table from rows that may leave out what does not apply.

    Examples
    --------
    >>> rows = [{"file": "a.shp", "row": 3, "problem": "empty_geometry",
    ...          "detail": "The geometry is empty.", "action": "rejected"}]
    >>> issues_table(rows)[["file", "row", "problem"]].to_dict("records")
    [{'file': 'a.shp', 'row': 3, 'problem': 'empty_geometry'}]
    """
    frame = pd.DataFrame(rows or [], columns=ISSUES.names)
    frame["row"] = frame["row"].astype("Int64")
    for column in ISSUES.columns:
        if column.kind is Kind.TEXT:
            frame[column.name] = frame[column.name].astype("str")
    return frame
