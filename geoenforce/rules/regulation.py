"""
Read a regulation from its TOML file, and refuse one that is not exactly in order.

The law is data: limits, operators, articles stand in the file; no number of the law stands in code.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

from geoenforce.core.errors import RegulationError
from geoenforce.core.terms import COUNTED_CLASSES, LandClass, Operator, Severity
from geoenforce.rules.articles import Duty, Indicator, Rule, StopLimit
from geoenforce.rules.limits import Limit


@dataclass(frozen=True)
class Grade:
    """One grade of severity: its article and the limit of each land class."""

    severity: Severity
    article: str
    says: str
    limits: Mapping[LandClass, Limit]


@dataclass(frozen=True)
class Regulation:
    """One legal instrument."""

    id: str
    title: str
    number: str
    level: str
    place: str
    in_force_from: date | None
    in_force_to: date | None
    last_checked_on: date
    grades: tuple[Grade, ...]  # mildest first; empty where the instrument grades nothing
    rules: tuple[Rule, ...] = ()
    duties: tuple[Duty, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    stop_limits: tuple[StopLimit, ...] = ()  # when a case counts as stopped in time
    names: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)  # kind → code → (中文, English)

    def citation(self, article: str) -> str:
        """
        Name an article as a document would.

        Examples
        --------
        >>> load_regulation("jieyang-2009").citation("第三十六条")
        '揭府〔2009〕56号 第三十六条'
        """
        return f"{self.number or self.title} {article}"

    def is_in_force(self, on: date) -> bool:
        """
        Say whether the instrument is in force on a day; one without a date of force never is.

        Examples
        --------
        >>> jieyang = load_regulation("jieyang-2009")
        >>> jieyang.is_in_force(date(2009, 5, 26)), jieyang.is_in_force(date(2009, 5, 27))
        (False, True)
        """
        if self.in_force_from is None or on < self.in_force_from:
            return False
        return self.in_force_to is None or on <= self.in_force_to


def regulation_ids() -> list[str]:
    """
    List the regulations that come with geoenforce.

    Examples
    --------
    >>> "jieyang-2009" in regulation_ids()
    True
    """
    return sorted(read_regulation(path).id for path in _own_files())


def load_regulation(name: str) -> Regulation:
    """
    Load a regulation by its id, or from a file of the user's.

    Parameters
    ----------
    name
        An id that `regulation_ids` lists, or the path of a TOML file.

    Raises
    ------
    RegulationError
        If there is no such regulation, or its file is not in order.

    Examples
    --------
    >>> load_regulation("jieyang-2009").title
    '揭阳市土地管理共同责任制度实施办法'
    """
    if name.endswith(".toml"):
        return read_regulation(Path(name))
    for path in _own_files():
        regulation = read_regulation(path)
        if regulation.id == name:
            return regulation
    message = f"There is no regulation '{name}'; known are {regulation_ids()}, or give the path of a .toml file."
    raise RegulationError(message)


def read_regulation(path: Path) -> Regulation:
    """
    Read one regulation file and refuse it, with all its problems at once, if it is not in order.

    Raises
    ------
    RegulationError
        If the file cannot be read, a key is unknown or missing, or a limit has no single operator.

    Examples
    --------
    >>> read_regulation(Path("no_such_file.toml"))
    Traceback (most recent call last):
    geoenforce.core.errors.RegulationError: no_such_file.toml: there is no such file.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        message = f"{path.name}: there is no such file."
        raise RegulationError(message) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        message = f"{path.name}: is not valid TOML in UTF-8: {problem}."
        raise RegulationError(message) from None
    problems = list(_problems(data))
    if problems:
        raise RegulationError("\n".join(f"{path.name}: {problem}" for problem in problems))
    return _build(data)


_TEXTS = ("id", "title", "number", "level", "place")
_REQUIRED = (*_TEXTS, "last_checked_on")
_ALLOWED = (*_REQUIRED, "in_force_from", "in_force_to", "severity")
_GRADE_KEYS = ("article", "says", *(land_class.value for land_class in COUNTED_CLASSES))
_OPERATORS = tuple(operator.value for operator in Operator)


def _own_files() -> list[Path]:
    folder = Path(str(resources.files("geoenforce.rules")))
    return sorted(folder.glob("*.toml"))


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    yield from _key_problems(data, _REQUIRED, _ALLOWED, "")
    for key in _TEXTS:
        if key in data and not isinstance(data[key], str):
            yield f"{key}: must be text, but is {data[key]!r}."
    for key in ("in_force_from", "in_force_to", "last_checked_on"):
        if key in data and type(data[key]) is not date:
            yield f"{key}: must be a date such as 2009-05-27, but is {data[key]!r}."
    grades = data.get("severity", {})
    yield from _key_problems(grades, (), tuple(grade.value for grade in Severity), "severity.")
    for name, grade in grades.items():
        yield from _key_problems(grade, _GRADE_KEYS, _GRADE_KEYS, f"severity.{name}.")
        for land_class in COUNTED_CLASSES:
            if land_class.value in grade:
                yield from _limit_problems(grade[land_class.value], "mu", f"severity.{name}.{land_class}")


def _key_problems(
    data: Mapping[str, Any], required: Sequence[str], allowed: Sequence[str], where: str
) -> Iterator[str]:
    unknown = [key for key in data if key not in allowed]
    missing = [key for key in required if key not in data]
    if unknown:
        yield f"{where}{unknown[0]}: unknown key; allowed are {list(allowed)}."
    if missing:
        yield f"{where.rstrip('.') or 'the file'}: lacks {missing}."


def _limit_problems(limit: Any, unit: str, where: str) -> Iterator[str]:
    if not isinstance(limit, Mapping):
        yield f'{where}: must be a limit such as {{ at_least = 5, unit = "{unit}" }}, but is {limit!r}.'
        return
    given = [key for key in limit if key in _OPERATORS]
    unknown = [key for key in limit if key not in (*_OPERATORS, "unit")]
    if len(given) != 1 or unknown:
        yield (
            f"{where}: a limit needs exactly one of 'at_least' (以上, includes the number), 'more_than' (超过, does "
            f"not) and 'less_than' (不满, does not), and a unit, but has {list(limit)}."
        )
        return
    value = limit[given[0]]
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
        yield f"{where}: the limit must be a number from 0, but is {value!r}."
    if limit.get("unit") != unit:
        yield f"{where}: the limit must be in '{unit}', but its unit is {limit.get('unit')!r}."


def _build(data: Mapping[str, Any]) -> Regulation:
    grades = [_build_grade(Severity.of(name), grade) for name, grade in data.get("severity", {}).items()]
    return Regulation(
        **{key: data[key] for key in _REQUIRED},
        in_force_from=data.get("in_force_from"),
        in_force_to=data.get("in_force_to"),
        grades=tuple(sorted(grades, key=lambda grade: grade.severity.rank)),
    )


def _build_grade(severity: Severity, data: Mapping[str, Any]) -> Grade:
    limits = {land_class: _build_limit(data[land_class.value]) for land_class in COUNTED_CLASSES}
    return Grade(severity, data["article"], data["says"], limits)


def _build_limit(data: Mapping[str, Any]) -> Limit:
    operator = next(operator for operator in Operator if operator.value in data)
    return Limit(operator, Decimal(data[operator.value]), data["unit"])
