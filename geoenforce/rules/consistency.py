"""What must agree between the parts of a regulation file: ids, declared facts, levels, the numbering of articles."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from geoenforce.rules.vocabulary import Names, computed_facts

Row = Mapping[str, Any]

_PERIOD_OF = {"working_day": "same_day", "month": "end_of_month"}


def file_problems(data: Row, names: Names) -> Iterator[str]:
    """
    Find what does not agree within a file; values of the wrong kind are left to the checks of their keys.

    Examples
    --------
    >>> list(file_problems({"duties": [{"id": "A"}, {"id": "A"}]}, {}))
    ["duties[1] (A): the id 'A' is used more than once; first in duties[0] (A)."]
    """
    yield from _date_problems(data)
    yield from _id_problems(data)
    yield from _numbering_problems(data)
    yield from _declaration_problems(data, names)
    yield from _level_problems(data, names)
    yield from _period_problems(data)


def _date_problems(data: Row) -> Iterator[str]:
    first, last = data.get("in_force_from"), data.get("in_force_to")
    if type(first) is date and type(last) is date and last < first:
        yield f"in_force_to: {last} is before in_force_from, {first}."


def _id_problems(data: Row) -> Iterator[str]:
    """Refuse an id that is used twice; only a circumstance may have the id of its own rule."""
    rows = [one for section in ("rules", "duties", "indicators") for one in _rows(data, section)]
    yield from _repeated_ids(rows)
    owners = {row["id"]: place for place, row in rows if isinstance(row.get("id"), str)}
    inner = [(place, f"{place}.{at}", one) for place, rule in _rows(data, "rules") for at, one in _rows(rule, "any_of")]
    yield from _repeated_ids([(at, one) for _, at, one in inner])
    for place, at, one in inner:
        owner = owners.get(one["id"]) if isinstance(one.get("id"), str) else None
        if owner not in (None, place):
            yield f"{at}: the id '{one['id']}' is used more than once; first in {owner}."


def _repeated_ids(rows: list[tuple[str, Row]]) -> Iterator[str]:
    first: dict[str, str] = {}
    for place, row in rows:
        name = row.get("id")
        if isinstance(name, str) and first.setdefault(name, place) != place:
            yield f"{place}: the id '{name}' is used more than once; first in {first[name]}."


def _numbering_problems(data: Row) -> Iterator[str]:
    """Refuse a lone （一） as an article where the others read 第…条: it is an item gone astray."""
    articles = [
        (place, row["article"])
        for section in ("rules", "duties", "indicators")
        for place, row in _rows(data, section)
        if isinstance(row.get("article"), str)
    ]
    if any(article.startswith("第") for _, article in articles):
        for place, article in articles:
            if article.startswith("（"):
                yield f"{place}.article: '{article}' is the form of an item; other articles of this file read 第…条."


def _declaration_problems(data: Row, names: Names) -> Iterator[str]:
    used: list[object] = [fact for _, rule in _rows(data, "rules") for _, fact in _facts(rule)]
    used += [duty.get(key) for _, duty in _rows(data, "duties") for key in ("applies_if", "except_if")]
    for code in names.get("declared", ()):
        if code not in used:
            yield f"declared.{code}: is used by no rule and no duty of this file."


def _level_problems(data: Row, names: Names) -> Iterator[str]:
    """Refuse a fact of a level that has none such: a ratio belongs to a government, an area to a case."""
    facts = computed_facts(names)
    for place, rule in _rows(data, "rules"):
        levels = rule.get("levels")
        for at, fact in _facts(rule):
            if not isinstance(levels, list) or fact not in facts:
                continue
            without = [level for level in levels if level not in facts[fact].levels]
            if without:
                yield (
                    f"{place}.{at}: '{fact}' is not known of the levels {without}; "
                    f"it is known of {list(facts[fact].levels)}."
                )


def _period_problems(data: Row) -> Iterator[str]:
    for place, duty in _rows(data, "duties"):
        per, within = duty.get("per"), duty.get("within")
        wanted = _PERIOD_OF.get(per) if isinstance(per, str) else None
        if wanted and within != wanted:
            yield f"{place}.within: a duty of each {per} must be done within '{wanted}', but this says {within!r}."
        elif per == "case" and within == "end_of_month":
            yield f"{place}.within: 'end_of_month' is for a duty of each month, but this is one of each case."
    for place, limit in _rows(data, "stopped_in_time"):
        if limit.get("within") in ("promptly", "end_of_month"):
            yield f"{place}.within: needs a number of days, or 'same_day', but is {limit.get('within')!r}."


def _rows(data: Row, section: str) -> list[tuple[str, Row]]:
    """List the tables of a section with their places, and leave out what is none."""
    given = data.get(section)
    rows = given if isinstance(given, list) else []
    return [
        (f"{section}[{at}] ({row['id']})" if isinstance(row.get("id"), str) else f"{section}[{at}]", row)
        for at, row in enumerate(rows)
        if isinstance(row, Mapping)
    ]


def _facts(rule: Row) -> Iterator[tuple[str, str]]:
    for place, one in _rows(rule, "any_of"):
        while_ = one.get("while")
        for at, condition in ((place, one), (f"{place}.while", while_)):
            if isinstance(condition, Mapping) and isinstance(condition.get("fact"), str):
                yield at, condition["fact"]
