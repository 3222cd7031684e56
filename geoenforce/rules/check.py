"""Find every problem of a regulation file at once."""

from collections.abc import Iterator, Mapping
from typing import Any

from geoenforce.core.terms import COUNTED_CLASSES, Severity
from geoenforce.rules.consistency import file_problems
from geoenforce.rules.shape import (
    OPERATORS,
    Check,
    Key,
    article,
    code,
    codes,
    day,
    flag,
    id_text,
    item,
    limit_problems,
    list_problems,
    one_of,
    period,
    table_problems,
    text,
    text_or_empty,
)
from geoenforce.rules.vocabulary import (
    BUILT_IN,
    KNOWN_INDICATORS,
    RECORD,
    SECTIONS,
    Names,
    computed_facts,
    declared_names,
    known_codes,
)

_LEVELS_OF_A_DOCUMENT = ("national", "province", "prefecture", "county")


def problems(data: Mapping[str, Any]) -> list[str]:
    """
    List what is wrong with the content of a regulation file; empty if it is in order.

    Parameters
    ----------
    data
        The file as `tomllib` reads it, fractions as `Decimal`.

    Returns
    -------
    problems
        One line each: the place in the file, what was found, what is allowed. Lists are numbered from 0.

    Examples
    --------
    >>> problems({"id": "x", "title": "x", "number": "", "level": "county", "place": "445299"})
    ["the file: lacks ['last_checked_on']."]
    """
    names = declared_names(data)
    lines = [*table_problems(data, _FILE, names), *file_problems(data, names)]
    return [f"the file{line}" if line.startswith(": ") else line.removeprefix(".") for line in lines]


def _mu_limit(value: Any, _names: Names) -> Iterator[str]:
    yield from limit_problems(value, "mu")


def _section(keys: Mapping[str, Key]) -> Check:
    def check(value: Any, names: Names) -> Iterator[str]:
        yield from table_problems(value, keys, names)

    return check


def _rows(check_row: Check) -> Check:
    def check(value: Any, names: Names) -> Iterator[str]:
        yield from list_problems(value, check_row, names)

    return check


def _own_codes(kind: str) -> Check:
    def check(value: Any, names: Names) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f": must be tables such as [{kind}.code] with zh and en, but is {value!r}."
            return
        known = {*(term.value for term in BUILT_IN.get(kind, ())), *(computed_facts({}) if kind == "declared" else ())}
        for own, pair in value.items():
            if own in known:
                yield f".{own}: is built in already; use it without declaring it, or choose another code."
            yield from (f".{own}{words}" for words in table_problems(pair, _NAMES, names))

    return check


def _any_of(value: Any, names: Names) -> Iterator[str]:
    if value == []:
        yield ": must hold at least one circumstance."
    yield from list_problems(value, _circumstance, names)


def _circumstance(value: Any, names: Names) -> Iterator[str]:
    yield from table_problems(value, {"id": Key(id_text), **_CONDITION, "while": Key(_while, is_required=False)}, names)
    yield from _comparison_problems(value, names)


def _while(value: Any, names: Names) -> Iterator[str]:
    yield from table_problems(value, _CONDITION, names)
    yield from _comparison_problems(value, names)


def _comparison_problems(value: Any, names: Names) -> Iterator[str]:
    """Check that the fact is known, and that it is compared as such a fact can be."""
    fact = value.get("fact") if isinstance(value, Mapping) else None
    if not isinstance(fact, str):
        return
    facts, declared = computed_facts(names), known_codes("declared", names)
    limit = {key: value[key] for key in (*OPERATORS, "unit") if key in value}
    if fact not in facts and fact not in declared:
        yield from one_of("fact", (*declared, *facts))(fact, names)
    elif fact in facts:
        if "is" in value:
            yield f".is: '{fact}' is computed and needs a limit in '{facts[fact].unit}'; 'is' is for declared facts."
        yield from limit_problems(limit, facts[fact].unit)
    elif limit and "is" in value:
        yield ": needs either 'is = true' or a limit, not both."
    elif limit:
        yield from limit_problems(limit, RECORD)
    elif "is" not in value:
        yield f": '{fact}' is a declared fact and needs 'is = true', or a limit in '{RECORD}'."


def _on_record(value: Any, _names: Names) -> Iterator[str]:
    if value is not True:
        yield f": can only be true (a fact is on record or it is not), but is {value!r}."


def _anything(_value: Any, _names: Names) -> Iterator[str]:
    yield from ()  # a limit is checked as a whole, once its fact and so its unit are known


def _optional(check: Check) -> Key:
    return Key(check, is_required=False)


_PLACE = {"id": Key(id_text), "article": Key(article), "item": _optional(item), "says": Key(text)}
_NAMES = {"zh": Key(text), "en": Key(text)}
_CONDITION = {
    "fact": Key(text),
    "is": _optional(_on_record),
    **{key: _optional(_anything) for key in (*OPERATORS, "unit")},
}
_GRADE = {
    "article": Key(article), "says": Key(text),
    **{land_class.value: Key(_mu_limit) for land_class in COUNTED_CLASSES},
}  # fmt: skip
_RULE = {
    **_PLACE,
    "levels": Key(codes("level")),
    "measure": Key(code("measure")),
    "or_measures": _optional(codes("measure", may_be_empty=True)),
    "and_measures": _optional(codes("measure", may_be_empty=True)),
    "if_grave": _optional(codes("measure", may_be_empty=True)),
    "roles": Key(codes("role")),
    "any_of": Key(_any_of),
}
_DUTY = {
    **_PLACE,
    "actors": Key(codes("actor")),
    "per": Key(one_of("way to count", ("case", "working_day", "month"))),
    "from": Key(code("event")),
    "do": Key(codes("event")),
    "within": Key(period),
    "applies_if": _optional(code("declared")),
    "except_if": _optional(code("declared")),
    "unless": _optional(code("event")),
    "is_option": _optional(flag),
}
_STOP_LIMIT = {"level": Key(code("level")), "from": Key(code("event")), "within": Key(period)}
_INDICATOR = {
    **_PLACE,
    "id": Key(one_of("indicator", KNOWN_INDICATORS)),
    "better": Key(one_of("way", ("lower", "higher"))),
    "levels": Key(codes("level")),
}
_FILE = {
    "id": Key(id_text),
    "title": Key(text),
    "number": Key(text_or_empty),
    "level": Key(one_of("level of a document", _LEVELS_OF_A_DOCUMENT)),
    "place": Key(text_or_empty),
    "in_force_from": _optional(day),
    "in_force_to": _optional(day),
    "last_checked_on": Key(day),
    **{section: _optional(_own_codes(kind)) for section, kind in SECTIONS.items()},
    "severity": _optional(_section({grade.value: _optional(_section(_GRADE)) for grade in Severity})),
    "stopped_in_time": _optional(_rows(_section(_STOP_LIMIT))),
    "rules": _optional(_rows(_section(_RULE))),
    "duties": _optional(_rows(_section(_DUTY))),
    "indicators": _optional(_rows(_section(_INDICATOR))),
}
