"""
Read a regulation from its TOML file, and refuse one that is not exactly in order.

The law is data: limits, operators, articles stand in the file; no number of the law stands in code.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from geoenforce.core.errors import RegulationError
from geoenforce.core.terms import COUNTED_CLASSES, LandClass, Severity
from geoenforce.rules.articles import Duty, Indicator, Rule, StopLimit
from geoenforce.rules.build import build_duty, build_indicator, build_limit, build_rule, build_stop_limit
from geoenforce.rules.check import problems
from geoenforce.rules.limits import Limit
from geoenforce.rules.vocabulary import Names, declared_names, name_pair


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
    names: Names = field(default_factory=dict)  # of the codes it declares: kind → code → (中文, English)

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

    def name_of(self, kind: str, code: str, lang: str) -> str:
        """
        Return what people call a code: the name this regulation declares, else the built-in one, else the code.

        Parameters
        ----------
        kind
            ``"declared"`` (of any fact, the computed ones included), ``"measure"``, ``"role"``, ``"event"``,
            ``"actor"`` or ``"level"``.
        code
            The code, as it stands in the file.
        lang
            ``"zh"`` or ``"en"``.

        Examples
        --------
        >>> jieyang = load_regulation("jieyang-2009")
        >>> jieyang.name_of("measure", "admonishment_talk", "zh"), jieyang.name_of("declared", "serious_cases", "en")
        ('诫勉谈话', 'serious cases not stopped in time')
        >>> jieyang.name_of("role", "unheard_of", "zh")
        'unheard_of'
        """
        zh, en = name_pair(kind, code, self.names)
        return en if lang == "en" else zh


def regulation_ids() -> list[str]:
    """
    List the regulations that come with geoenforce.

    Examples
    --------
    >>> "jieyang-2009" in regulation_ids()
    True
    """
    return sorted(_own_regulation(path).id for path in _own_files())


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
    for path in sorted(_own_files(), key=lambda path: path.stem.replace("_", "-") != name):  # the likely one first
        regulation = _own_regulation(path)
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
        If the file cannot be read, or its content is not in order: one line per problem, with its place.

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
    except OSError as problem:
        message = f"{path.name}: cannot be read: {problem.strerror}."
        raise RegulationError(message) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        message = f"{path.name}: is not valid TOML in UTF-8: {problem}."
        raise RegulationError(message) from None
    found = problems(data)
    if found:
        raise RegulationError("\n".join(f"{path.name}: {problem}" for problem in found))
    return _build(data)


@cache
def _own_regulation(path: Path) -> Regulation:
    """Read a file that comes with geoenforce; these do not change while it runs."""
    return read_regulation(path)


def _own_files() -> list[Path]:
    folder = Path(str(resources.files("geoenforce.rules")))
    return sorted(folder.glob("*.toml"))


def _build(data: Mapping[str, Any]) -> Regulation:
    grades = [_build_grade(Severity.of(name), grade) for name, grade in data.get("severity", {}).items()]
    return Regulation(
        **{key: data[key] for key in ("id", "title", "number", "level", "place", "last_checked_on")},
        in_force_from=data.get("in_force_from"),
        in_force_to=data.get("in_force_to"),
        grades=tuple(sorted(grades, key=lambda grade: grade.severity.rank)),
        rules=tuple(build_rule(row) for row in data.get("rules", [])),
        duties=tuple(build_duty(row) for row in data.get("duties", [])),
        indicators=tuple(build_indicator(row) for row in data.get("indicators", [])),
        stop_limits=tuple(build_stop_limit(row) for row in data.get("stopped_in_time", [])),
        names=declared_names(data),
    )


def _build_grade(severity: Severity, data: Mapping[str, Any]) -> Grade:
    limits = {land_class: build_limit(data[land_class.value]) for land_class in COUNTED_CLASSES}
    return Grade(severity, data["article"], data["says"], limits)
