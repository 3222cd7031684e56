"""
What a regulation says of accountability: rules, duties and indicators.

A rule has one shape: *any of* these circumstances → this measure for these roles. There is no nesting; what
needs more is a fact with a name of its own.
"""

from dataclasses import dataclass

from geoenforce.rules.limits import Limit


@dataclass(frozen=True)
class Condition:
    """One comparison: a fact against a limit, or a declared fact that must be on record (no limit)."""

    fact: str
    limit: Limit | None


@dataclass(frozen=True)
class Circumstance:
    """What makes a rule apply by itself; where `while_` is given, it must hold as well."""

    id: str
    condition: Condition
    while_: Condition | None = None


class _Cited:
    """What stands in an article, or in one of its items."""

    article: str
    item: str

    @property
    def place(self) -> str:
        """Return article and item as a document cites them: 第三十条第（一）项."""
        return f"{self.article}第{self.item}项" if self.item else self.article


@dataclass(frozen=True)
class Rule(_Cited):
    """One article or item: any of its circumstances leads to its measure, for its roles."""

    id: str
    article: str
    item: str  # as printed, such as （一）; empty where the article has no items
    says: str
    levels: tuple[str, ...]
    any_of: tuple[Circumstance, ...]
    measure: str
    roles: tuple[str, ...]
    or_measures: tuple[str, ...] = ()
    and_measures: tuple[str, ...] = ()
    if_grave: tuple[str, ...] = ()


@dataclass(frozen=True)
class Period:
    """How long a duty may take: `unit` is working_days, days, years, same_day, end_of_month or promptly."""

    unit: str
    number: int = 0


@dataclass(frozen=True)
class Duty(_Cited):
    """From one event to another, within a period, for one or more actors."""

    id: str
    article: str
    item: str
    says: str
    actors: tuple[str, ...]
    per: str  # "case", "working_day" or "month"
    from_event: str
    do_events: tuple[str, ...]  # any of them fulfils it
    within: Period
    applies_if: str = ""  # a declared fact of the case without which the duty does not apply
    except_if: str = ""  # a declared fact of the case with which it does not apply
    unless: str = ""  # an event on or before the first day that makes it needless
    is_option: bool = False  # a right (可以), not an obligation: it lapses, it is never overdue


@dataclass(frozen=True)
class StopLimit:
    """A case counts as stopped in time, for a level, if it was stopped within a period after an event."""

    level: str
    from_event: str
    within: Period


@dataclass(frozen=True)
class Indicator(_Cited):
    """One indicator of the yearly assessment; `better` is lower or higher."""

    id: str
    article: str
    item: str
    says: str
    better: str
    levels: tuple[str, ...]
