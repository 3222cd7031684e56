"""What the facts of a project are gathered from, and how open points of the text are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd

from geoenforce.accountability.units import Hierarchy
from geoenforce.core.accountability_terms import Level
from geoenforce.rules.regulation import Regulation

_NO_CONTENT = ("source_file", "row")
#: The columns of MEASURES that tell one measure from another.
MEASURE_IS = ["office", "level", "measure", "on", "regulation", "article", "case_ids"]


@dataclass(frozen=True)
class Reading:
    """
    How two points are read that the text leaves open.

    `serious_includes_especially_serious`: whether an especially serious case counts among the serious ones.
    `case_attribution`: a case that crosses a border counts for the unit with the `largest` share, or for `every` one.
    """

    serious_includes_especially_serious: bool = True
    case_attribution: Literal["largest", "every"] = "largest"


@dataclass(frozen=True)
class Sources:
    """The tables of a project from which facts are gathered."""

    hierarchy: Hierarchy
    cases: pd.DataFrame  # CASES
    events: pd.DataFrame  # CASE_EVENTS
    measures: pd.DataFrame  # MEASURES
    declarations: pd.DataFrame  # DECLARATIONS
    departments: pd.DataFrame  # DEPARTMENTS
    occupation: pd.DataFrame | None = None  # the result of `occupied`
    overrides: Mapping[date, bool] | None = None  # working days of the project's own

    def level_of(self, office: str, given: Any = None) -> str | None:
        """
        Say what kind of subject an office is: as its id tells, or as the row says; nothing if neither does.

        Examples
        --------
        >>> no = pd.DataFrame()
        >>> departments = pd.DataFrame({"kind": ["land"]}, index=["land-1"])
        >>> sources = Sources(Hierarchy(no.assign(office=[], level=[]), {}), no, no, no, no, departments)
        >>> sources.level_of("land-1"), sources.level_of("P-7", "individual"), sources.level_of("999999")
        ('department', 'individual', None)
        """
        if office in self.hierarchy.levels:
            return self.hierarchy.levels[office]
        if office in self.departments.index:
            return Level.DEPARTMENT.value
        if office in self.cases.index:
            return Level.CASE.value
        return None if pd.isna(given) else str(given)


def alike(rows: pd.DataFrame) -> "pd.Series[bool]":
    """
    Say which rows repeat an earlier one in everything but their id and their place in the file.

    Two such entries of a register are one: entered twice, or once for each person that it concerns.

    Examples
    --------
    >>> alike(pd.DataFrame({"office": ["A", "A"], "row": [2, 3]}, index=["1", "2"])).to_list()
    [False, True]
    """
    return rows.drop(columns=[name for name in _NO_CONTENT if name in rows]).duplicated()


def measures_alike(measures: pd.DataFrame) -> "pd.Series[bool]":
    """
    Say which entries of the register of measures are of the same measure as an earlier one.

    A talk is held with two persons, and a register may have a line for each, with another note, or with the day of
    correction filled in on one of them only. What makes a measure is its office, kind and day, and what it rests on.

    Examples
    --------
    >>> lines = {"office": "land-1", "measure": "admonishment_talk", "on": pd.Timestamp("2026-04-01"),
    ...          "regulation": None, "article": None, "case_ids": None, "note": ["主要责任人", "直接责任人"]}
    >>> measures_alike(pd.DataFrame(lines, index=["M-1", "M-2"])).to_list()
    [False, True]
    """
    return measures.duplicated([name for name in MEASURE_IS if name in measures])


def known_of(days: "pd.Series[Any]", regulation: Regulation, as_of: date) -> "pd.Series[bool]":
    """
    Say which days lie within the regulation's time and not after the stated date.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> days = pd.Series(pd.to_datetime(["2009-05-26", "2009-05-27", "2026-07-01", None]))
    >>> known_of(days, load_regulation("jieyang-2009"), date(2026, 6, 30)).to_list()
    [False, True, False, False]
    """
    if regulation.in_force_from is None:
        return pd.Series(data=False, index=days.index)
    last = as_of if regulation.in_force_to is None else min(as_of, regulation.in_force_to)
    return (days >= pd.Timestamp(regulation.in_force_from)) & (days <= pd.Timestamp(last))
