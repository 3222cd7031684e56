"""The data dictionary: every table and code of geoenforce in Markdown, made from their declarations."""

from collections.abc import Iterator
from typing import Any

from geoenforce.core.accountability_tables import ACCOUNTABILITY_TABLES, WOULD_FOLLOW
from geoenforce.core.accountability_terms import Actor, DutyStatus, Event, Level, Measure, Role
from geoenforce.core.duty_reasons import DutyReason
from geoenforce.core.patrol_tables import PATROL_TABLES
from geoenforce.core.patrol_terms import DayReason, FixFlag, IntegrityFlag, OfficeLevel, Reconciled, SeenLand
from geoenforce.core.rejects import REJECTS
from geoenforce.core.tables import CASE_AREAS, TABLES, Column, Table
from geoenforce.core.terms import Action, LandClass, LeadSource, Operator, Ridge, Severity, Status, Term

#: Every table, in the order in which it is described.
EVERY_TABLE = (*TABLES, REJECTS, CASE_AREAS, *PATROL_TABLES, *ACCOUNTABILITY_TABLES, WOULD_FOLLOW)

_TERMS: tuple[type[Term], ...] = (
    LandClass, Severity, Status, LeadSource, Operator, Ridge, Action, Level, Role, Actor, Event, Measure, DutyStatus,
    DutyReason, FixFlag, DayReason, OfficeLevel, SeenLand, Reconciled, IntegrityFlag,
)  # fmt: skip

_HEAD = """\
# Data dictionary · 数据字典

Made from the tables and terms of `geoenforce/core` by `python docs/build.py`; do not edit it here.

Every stage takes and returns these tables and refuses one that is not in order. Columns named `_m2` are square metres
and `_mu` are 亩 (1 mu is exactly 2000/3 m²), always on the ellipsoid; `_on` are days in Asia/Shanghai. *May be missing*
says whether the whole column may be absent or single values may be empty. An *amount* is a number that is not below
zero. Tables may carry more columns than these.
"""


def data_dictionary() -> str:
    """
    Describe every table and code in Markdown.

    Returns
    -------
    text
        The content of ``docs/data-dictionary.md``.

    Examples
    --------
    >>> "`basic_farmland_mu`" in data_dictionary()
    True
    """
    tables = [part for table in EVERY_TABLE for part in _table(table)]
    codes = [part for term in _TERMS for part in _codes(term)]
    return "\n".join([_HEAD, *tables, "## Codes · 代码\n", *codes])


def dictionary_record() -> dict[str, Any]:
    """
    Describe every table and code for programs.

    Returns
    -------
    record
        ``tables``: by name, what a row is, the index, the geometry and the columns with meaning, unit and codes;
        ``codes``: by list, each code with its Chinese and English name.

    Examples
    --------
    >>> record = dictionary_record()
    >>> record["tables"]["areas"]["columns"][0]["unit"], record["codes"]["Severity"]["serious"]
    ('m²', {'zh': '情节严重', 'en': 'serious'})
    """
    tables = {
        table.name: {
            "row_is": table.row_is, "zh": table.zh, "en": table.en, "geometry": table.geometry or None,
            "index": table.index and _column_record(table.index),
            "columns": [_column_record(column) for column in table.columns],
        }
        for table in EVERY_TABLE
    }  # fmt: skip
    codes = {term.__name__: {member.value: {"zh": member.zh, "en": member.en} for member in term} for term in _TERMS}
    return {"tables": tables, "codes": codes}


def _column_record(column: Column) -> dict[str, Any]:
    return {
        "name": column.name, "kind": column.kind.value, "unit": column.unit or None, "meaning": column.meaning,
        "zh": column.zh, "en": column.en, "codes": list(column.codes), "may_lack_column": not column.required,
        "may_lack_values": not column.filled,
    }  # fmt: skip


def _table(table: Table) -> Iterator[str]:
    shape = f" Geometry: {table.geometry}s." if table.geometry else ""
    index = f" Index: `{table.index.name}`." if table.index else ""
    yield f"## {table.name} · {table.zh}\n\nOne row is one {table.row_is}.{index}{shape}\n"
    yield "| column | 中文 | what it is | unit | values | may be missing |\n|---|---|---|---|---|---|"
    for column in table:
        yield _row(column)
    yield ""


def _row(column: Column) -> str:
    values = ", ".join(f"`{code}`" for code in column.codes) if column.codes else column.kind.value
    absent = [word for word, holds in (("column", not column.required), ("values", not column.filled)) if holds]
    cells = (f"`{column.name}`", column.zh, column.meaning, column.unit, values, ", ".join(absent))
    return "| " + " | ".join(cells) + " |"


def _codes(term: type[Term]) -> Iterator[str]:
    yield f"### {term.__name__}\n\n{(term.__doc__ or '').strip().splitlines()[0]}\n"
    yield "| code | 中文 | English |\n|---|---|---|"
    for member in term:
        yield f"| `{member.value}` | {member.zh} | {member.en} |"
    yield ""
