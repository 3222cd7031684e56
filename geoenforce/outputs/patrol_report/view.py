"""What a report says about patrols, cut out of the run's tables: one period, and the one before."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from geoenforce.core.patrol_results import PatrolResults
from geoenforce.core.patrol_terms import OfficeLevel
from geoenforce.core.results import Results
from geoenforce.outputs.documents.periods import Period
from geoenforce.outputs.patrol_report.words import WORDS


@dataclass(frozen=True)
class Count:
    """How many working days of an office were kept; days excused count on neither side of the rate."""

    working: int
    excused: int
    kept: int
    longest_missed: int

    @property
    def owed(self) -> int:
        """Working days on which a patrol was owed."""
        return self.working - self.excused

    @property
    def missed(self) -> int:
        """Owed days without a patrol that counts."""
        return self.owed - self.kept

    @property
    def rate(self) -> float | None:
        """Kept ÷ owed; None where none was owed."""
        return self.kept / self.owed if self.owed else None


def per_cent(count: Count | None) -> float | None:
    """
    Return the rate of an office as charts draw it; None where no patrol was owed, or nothing is known.

    Examples
    --------
    >>> per_cent(Count(working=21, excused=1, kept=15, longest_missed=2)), per_cent(None)
    (75.0, None)
    """
    return None if count is None or count.rate is None else count.rate * 100


@dataclass(frozen=True)
class View:
    """The rows of one period, and how offices are called."""

    results: Results
    patrols: PatrolResults
    period: Period
    lang: str
    words: dict[str, str] = field(repr=False)

    @cached_property
    def days(self) -> pd.DataFrame:
        """PATROL_DAYS of the period."""
        return self._within(self.period)

    @cached_property
    def days_before(self) -> pd.DataFrame:
        """PATROL_DAYS of the period before."""
        return self._within(self.period.before())

    @cached_property
    def trips(self) -> "pd.DataFrame":
        """TRIPS that started in the period, on any day."""
        return self.patrols.trips[self.period.contains(self.patrols.trips["on"])]

    @cached_property
    def trips_before(self) -> "pd.DataFrame":
        """TRIPS that started in the period before."""
        return self.patrols.trips[self.period.before().contains(self.patrols.trips["on"])]

    @cached_property
    def known(self) -> tuple[date, date] | None:
        """The first and last day about which the run knows anything; None where it knows of no day."""
        seen = self.patrols.coverage
        firsts = [*self.patrols.days["on"], *self.patrols.trips["on"], *seen["period_from"]]
        lasts = [*self.patrols.days["on"], *self.patrols.trips["on"], *seen["period_to"]]
        return (min(firsts).date(), max(lasts).date()) if firsts else None

    def part_known(self, period: Period) -> tuple[date, date] | None:
        """Return the part of a period that the run knows about; None if it knows of none of it."""
        if self.known is None or self.known[1] < period.first or self.known[0] > period.last:
            return None
        return max(self.known[0], period.first), min(self.known[1], period.last)

    @cached_property
    def months(self) -> tuple[str, ...]:
        """Months of the period about which the run knows anything."""
        part = self.part_known(self.period)
        if part is None:
            return ()
        return tuple(month for month in self.period.months if f"{part[0]:%Y-%m}" <= month <= f"{part[1]:%Y-%m}")

    @cached_property
    def counties(self) -> list[str]:
        """Codes of the counties, in order."""
        return sorted(self.results.townships["county_code"].unique())

    @cached_property
    def townships(self) -> list[str]:
        """Codes of the townships, in order."""
        return sorted(self.results.townships.index)

    @cached_property
    def names(self) -> dict[str, str]:
        """Names by code; a county is called by the project's name where it is the only one."""
        counties = {code: code for code in self.counties}
        if len(counties) == 1:
            counties = {self.counties[0]: self.results.title or self.words["county"]}
        towns = self.results.townships["township_name"]
        return counties | {str(code): str(name) for code, name in towns.items()}

    def name(self, code: Any) -> str:
        """Return what an office or township is called."""
        return self.words["no_township"] if pd.isna(code) else self.names.get(str(code), str(code))

    def _within(self, period: Period) -> pd.DataFrame:
        return self.patrols.days[period.contains(self.patrols.days["on"])]


def view_of(results: Results, patrols: PatrolResults, period: Period, lang: str) -> View:
    """
    Cut a period out of a run's results.

    Examples
    --------
    >>> view_of(results, results.patrols, Period.parse("2026-04"), "zh").days  # doctest: +SKIP
    """
    return View(results, patrols, period, lang, WORDS[lang])


def counts_of(days: pd.DataFrame) -> dict[str, Count]:
    """
    Count working days by office, as PATROL_RATES does for months and years.

    Examples
    --------
    >>> on = pd.to_datetime(["2026-04-01", "2026-04-02", "2026-04-03", "2026-04-07"])
    >>> days = pd.DataFrame({"office": "445202", "on": on, "is_compliant": [True, False, False, False],
    ...                      "is_excused": [False, False, True, False]})
    >>> counts_of(days)["445202"], counts_of(days)["445202"].missed
    (Count(working=4, excused=1, kept=1, longest_missed=2), 2)
    """
    return {str(office): _count(rows.sort_values("on")) for office, rows in days.groupby("office", sort=True)}


def _count(days: pd.DataFrame) -> Count:
    owed = days[~days["is_excused"]]
    longest = run = 0
    for kept in owed["is_compliant"]:
        run = 0 if kept else run + 1
        longest = max(longest, run)
    return Count(len(days), int(days["is_excused"].sum()), int(owed["is_compliant"].sum()), longest)


def missed_days(days: pd.DataFrame) -> pd.DataFrame:
    """
    Keep the days on which a patrol was owed and none counts.

    Examples
    --------
    >>> days = pd.DataFrame({"is_compliant": [True, False, False], "is_excused": [False, False, True]})
    >>> missed_days(days).index.to_list()
    [1]
    """
    return days[~days["is_compliant"] & ~days["is_excused"]]


def of_counties(days: pd.DataFrame) -> pd.DataFrame:
    """
    Keep the days of counties.

    Examples
    --------
    >>> len(of_counties(pd.DataFrame({"level": ["county", "township"]})))
    1
    """
    return days[days["level"] == OfficeLevel.COUNTY.value]
