"""What the values of a regulation file must look like; each check yields the words that follow the place."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from geoenforce.core.terms import Operator
from geoenforce.rules.vocabulary import Names, known_codes

#: A check takes a value and the names its file declares; it yields what is wrong, after the place: ": must be …".
Check = Callable[[Any, Names], Iterator[str]]

OPERATORS = Operator.codes()

_NUMERAL = "[一二三四五六七八九十百零〇]+"
_ARTICLE = re.compile(f"第{_NUMERAL}条(之{_NUMERAL})?|（{_NUMERAL}）")
_ITEM = re.compile(f"（{_NUMERAL}）")
_PERIODS_IN_NUMBERS = ("working_days", "days", "years")
_PERIODS_IN_WORDS = ("same_day", "end_of_month", "promptly")


@dataclass(frozen=True)
class Key:
    """One key of a table: what its value must be, and whether it may be left out."""

    check: Check
    is_required: bool = True


def table_problems(table: Any, keys: Mapping[str, Key], names: Names) -> Iterator[str]:
    """
    Find unknown and missing keys of a table, and what is wrong with its values.

    Examples
    --------
    >>> list(table_problems({"titel": "x"}, {"title": Key(text)}, {}))
    [".titel: unknown key; allowed are ['title'].", ": lacks ['title']."]
    """
    if not isinstance(table, Mapping):
        yield f": must be a table of {list(keys)}, but is {table!r}."
        return
    for key in table:
        if key not in keys:
            yield f".{key}: unknown key; allowed are {list(keys)}."
    missing = [key for key, rule in keys.items() if rule.is_required and key not in table]
    if missing:
        yield f": lacks {missing}."
    for key, rule in keys.items():
        if key in table:
            yield from (f".{key}{words}" for words in rule.check(table[key], names))


def list_problems(rows: Any, check: Check, names: Names) -> Iterator[str]:
    """
    Find what is wrong with the tables of a list; each is named by its place, from 0, and its id.

    Examples
    --------
    >>> list(list_problems([{"id": ""}], lambda row, names: table_problems(row, {"id": Key(text)}, names), {}))
    ["[0].id: must be text, but is ''."]
    """
    if not isinstance(rows, list):
        yield f": must be a list of tables, but is {rows!r}."
        return
    for at, row in enumerate(rows):
        name = row.get("id") if isinstance(row, Mapping) else None
        place = f"[{at}] ({name})" if name and isinstance(name, str) else f"[{at}]"
        yield from (f"{place}{words}" for words in check(row, names))


def text(value: Any, _names: Names) -> Iterator[str]:
    """
    Check for a text that says something.

    Examples
    --------
    >>> list(text(7, {}))
    [': must be text, but is 7.']
    """
    if not isinstance(value, str) or not value.strip():
        yield f": must be text, but is {value!r}."


def text_or_empty(value: Any, _names: Names) -> Iterator[str]:
    """
    Check for a text that may be empty, such as the number of a document that has none.

    Examples
    --------
    >>> list(text_or_empty("", {}))
    []
    """
    if not isinstance(value, str):
        yield f": must be text, but is {value!r}."


def id_text(value: Any, _names: Names) -> Iterator[str]:
    """
    Check for an id: text without spaces.

    Examples
    --------
    >>> list(id_text("J30 1", {}))
    [": must be an id without spaces, such as 'J30-1', but is 'J30 1'."]
    """
    if not isinstance(value, str):
        yield f": must be text, but is {value!r}."
    elif not re.fullmatch(r"\S+", value):
        yield f": must be an id without spaces, such as 'J30-1', but is {value!r}."


def article(value: Any, _names: Names) -> Iterator[str]:
    """
    Check for an article as printed: 第三十条, or （十一） in a notice that numbers its paragraphs.

    Examples
    --------
    >>> list(article("第三十条", {})), list(article("（十一）", {}))
    ([], [])
    >>> list(article("Art. 30", {}))
    [": must be an article as printed, such as '第三十条', or '（十一）' in a notice, but is 'Art. 30'."]
    """
    if not isinstance(value, str) or not _ARTICLE.fullmatch(value):
        yield f": must be an article as printed, such as '第三十条', or '（十一）' in a notice, but is {value!r}."


def item(value: Any, _names: Names) -> Iterator[str]:
    """
    Check for an item as printed: （一）; empty where the article has none.

    Examples
    --------
    >>> list(item("（一）", {})), list(item("(1)", {}))
    ([], [": must be an item as printed, such as '（一）', but is '(1)'."])
    """
    if not isinstance(value, str) or not (value == "" or _ITEM.fullmatch(value)):
        yield f": must be an item as printed, such as '（一）', but is {value!r}."


def day(value: Any, _names: Names) -> Iterator[str]:
    """
    Check for a date.

    Examples
    --------
    >>> list(day("2020", {}))
    [": must be a date such as 2009-05-27, but is '2020'."]
    """
    if type(value) is not date:
        yield f": must be a date such as 2009-05-27, but is {value!r}."


def flag(value: Any, _names: Names) -> Iterator[str]:
    """
    Check for true or false.

    Examples
    --------
    >>> list(flag("yes", {}))
    [": must be true or false, but is 'yes'."]
    """
    if not isinstance(value, bool):
        yield f": must be true or false, but is {value!r}."


def one_of(kind: str, known: Sequence[str]) -> Check:
    """
    Make a check for one of the codes that are known.

    Examples
    --------
    >>> list(one_of("way", ["lower", "higher"])("highest", {}))
    [": there is no way 'highest'; did you mean 'higher'? Known are ['lower', 'higher']."]
    """

    def check(value: Any, _names: Names) -> Iterator[str]:
        yield from _unknown(kind, value, known)

    return check


def code(kind: str) -> Check:
    """
    Make a check for a code of a kind, built in or declared by the file.

    Examples
    --------
    >>> list(code("level")("provinces", {}))[0][:57]
    ": there is no level 'provinces'; did you mean 'province'?"
    """

    def check(value: Any, names: Names) -> Iterator[str]:
        yield from _unknown(kind, value, known_codes(kind, names))

    return check


def codes(kind: str, *, may_be_empty: bool = False) -> Check:
    """
    Make a check for a list of codes of a kind, none twice.

    Examples
    --------
    >>> list(codes("role")([], {})), list(codes("role")(["unit", "unit"], {}))
    ([": must name at least one role, as ['…']."], [": has 'unit' more than once."])
    """

    def check(value: Any, names: Names) -> Iterator[str]:
        if not isinstance(value, list) or not (value or may_be_empty):
            given = f", but is {value!r}" if value != [] else ""
            yield f": must name at least one {kind}, as ['…']{given}."
            return
        for at, one in enumerate(value):
            yield from (f"[{at}]{words}" for words in _unknown(kind, one, known_codes(kind, names)))
            if one in value[:at]:
                yield f": has {one!r} more than once."

    return check


def period(value: Any, _names: Names) -> Iterator[str]:
    """
    Check for a period: a number of working days, days or years, or a word.

    Examples
    --------
    >>> list(period({"working_days": 2}, {})), list(period("promptly", {}))
    ([], [])
    >>> list(period({"weeks": 2}, {}))[0][:60]
    ': must be a period such as { working_days = 2 }, { days = 3 '
    """
    if isinstance(value, str) and value in _PERIODS_IN_WORDS:
        return
    if isinstance(value, Mapping) and len(value) == 1:
        (unit, number), *_ = value.items()
        if unit in _PERIODS_IN_NUMBERS and type(number) is int and number > 0:
            return
    yield (
        f": must be a period such as {{ working_days = 2 }}, {{ days = 3 }} or {{ years = 1 }} (whole numbers from 1), "
        f"or one of {list(_PERIODS_IN_WORDS)}, but is {value!r}."
    )


def limit_problems(limit: Any, unit: str) -> Iterator[str]:
    """
    Check a limit: one operator, a number that its unit can have, and that unit.

    Examples
    --------
    >>> list(limit_problems({"at_least": 15, "unit": "1"}, "1"))
    [': the limit is a share from 0 to 1 (15 % is 0.15), but is 15.']
    """
    if not isinstance(limit, Mapping):
        yield f': must be a limit such as {{ at_least = 5, unit = "{unit}" }}, but is {limit!r}.'
        return
    given = [key for key in limit if key in OPERATORS]
    unknown = [key for key in limit if key not in (*OPERATORS, "unit")]
    if len(given) != 1 or unknown:
        yield (
            ": a limit needs exactly one of 'at_least' (以上, includes the number), 'more_than' (超过, does not), "
            f"'less_than' (不满, does not) and 'at_most' (不超过, includes it), and a unit, but has {list(limit)}."
        )
        return
    yield from _number_problems(limit[given[0]], unit)
    if limit.get("unit") != unit:
        yield f": the limit must be in '{unit}', but its unit is {limit.get('unit')!r}."


def _number_problems(value: Any, unit: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite() or value < 0:
        yield f": the limit must be a number from 0, but is {value!r}."
    elif unit == "1" and value > 1:
        yield f": the limit is a share from 0 to 1 (15 % is 0.15), but is {value}."
    elif unit not in ("1", "mu") and value != int(value):
        yield f": the limit counts whole {unit}s, but is {value}."


def _unknown(kind: str, value: Any, known: Sequence[str]) -> Iterator[str]:
    if isinstance(value, str) and value in known:
        return
    near = get_close_matches(str(value), known, n=1)
    hint = f"; did you mean {near[0]!r}? Known are" if near else "; known are"
    yield f": there is no {kind} {value!r}{hint} {list(known)}."
