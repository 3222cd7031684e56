"""What changed from one run to another, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from geoenforce.core.terms import Severity


def change_lines(changes: Mapping[str, Any]) -> list[str]:
    r"""
    Write the differences of two runs for people.

    Parameters
    ----------
    changes
        ``inputs``, ``entries``, ``options``, ``regulations``, ``versions``, ``cases`` and ``findings``, as
        ``geoenforce runs diff --json`` prints them.

    Examples
    --------
    >>> case = {"case_id": "A", "change": "grade", "before": "serious", "after": "ordinary",
    ...         "because": [{"what": "patch", "name": "tb.gpkg", "detail": "A1: geometry"}]}
    >>> print("\n".join(change_lines({"before": 7, "after": 9, "cases": [case]})))
    run 7 → run 9
    cases 案件
      A: serious 情节严重 → ordinary 一般
        because of patch tb.gpkg (A1: geometry)
    """
    lines = [f"run {changes['before']} → run {changes['after']}"]
    for title, name, write in _PARTS:
        if changes.get(name):
            lines.append(title)
            lines.extend(line for one in changes[name] for line in write(one))
    if len(lines) == 1:
        lines.append("Nothing changed.")
    return lines


def _input(one: Mapping[str, Any]) -> Iterator[str]:
    rows = one["rows"]
    counted = "" if rows is None else f": {rows['added']} rows added, {rows['ended']} ended"
    because = f" ({' and '.join(one['because'])})" if one["change"] == "changed" else ""
    yield f"  {one['kind']} {one['source']} {one['change']}{because}{counted}"


def _entry(one: Mapping[str, Any]) -> Iterator[str]:
    told = ", ".join(f"{name} {value}" for name, value in one.items() if name not in ("entry", "recorded_at", "kind"))
    yield f"  {one['entry']} {one['kind']}: {told}"


def _named(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"  {one['name']}: {one['before']} → {one['after']}"


def _regulation(one: Mapping[str, Any]) -> Iterator[str]:
    how = "new" if not one["before"] else "gone" if not one["after"] else "changed"
    yield f"  {one['name']}: {how}"


def _case(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"  {one['case_id']}: {_grade(one['before'])} → {_grade(one['after'])}"
    for reason in one["because"]:
        yield f"    because of {reason['what']} {reason['name']} ({reason['detail']})"


def _finding(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"  {one['change']}: {one['office_name'] or one['office']} {one['year']} {one['citation']} {one['measure']}"


def _grade(severity: str | None) -> str:
    return "—" if severity is None else f"{severity} {Severity.of(severity).zh}"


_PARTS = (
    ("inputs 数据", "inputs", _input),
    ("entries by command 手工录入", "entries", _entry),
    ("options 选项", "options", _named),
    ("regulations 规定", "regulations", _regulation),
    ("versions 版本", "versions", _named),
    ("cases 案件", "cases", _case),
    ("findings 触及条款", "findings", _finding),
)
