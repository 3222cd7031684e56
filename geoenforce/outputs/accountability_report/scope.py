"""What a report covers: a run, a span of days, a language; and how each case stood at the end of that span."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias

import pandas as pd

from geoenforce.core.accountability_results import AccountabilityResults
from geoenforce.core.accountability_terms import Event
from geoenforce.core.results import Results
from geoenforce.core.terms import COUNTED_CLASSES, LandClass, Status
from geoenforce.outputs.accountability_words import Wording
from geoenforce.outputs.documents.model import Column, Value

Rows: TypeAlias = tuple[tuple[Value, ...], ...]

#: Areas of a case, most protected ground first; approved ground last, since it is not counted.
AREAS = tuple(f"{land_class}_mu" for land_class in (*COUNTED_CLASSES, LandClass.APPROVED))

#: Entries that tell no step taken in a case: a deadline, and what is reported for a whole unit.
_NO_STEP = (Event.RECTIFY_BY.value, Event.MONTHLY_REPORT.value)


@dataclass(frozen=True)
class Scope:
    """A run with what the regulations say of it, seen over a span of days in one language."""

    results: Results
    made: AccountabilityResults
    first: date
    last: date
    lang: str

    @property
    def until(self) -> date:
        """Return the last day that anything can be known of: that of the span, or the day of the run."""
        return min(self.last, self.made.as_of)

    @cached_property
    def words(self) -> Wording:
        """Return the names that the regulations give to their codes."""
        return Wording(self.made.names, self.lang)

    @cached_property
    def names(self) -> dict[str, str]:
        """Return the name of each unit and department that the run knows."""
        towns = self.results.townships["township_name"].dropna().to_dict()
        tables = (self.made.duties, self.made.warnings, self.made.findings, self.made.indicators, self.made.facts)
        named = [one[["office", "office_name"]].dropna().drop_duplicates() for one in tables]
        known = {str(code): str(name) for one in named for code, name in one.to_numpy()}
        return {**known, **towns}

    def name(self, office: Any) -> str:
        """
        Name an office; its code or id where nobody has named it.

        Examples
        --------
        >>> scope.name("445299101")  # doctest: +SKIP
        '青禾镇'
        """
        return "" if pd.isna(office) else self.names.get(str(office), str(office))

    @cached_property
    def instruments(self) -> dict[str, str]:
        """Return how each regulation that was applied is cited: its number, or its title where it has none."""
        tables = (self.made.duties, self.made.warnings, self.made.findings, self.made.indicators)
        cited = [one[["regulation", "citation"]].drop_duplicates("regulation") for one in tables]
        return {str(id_): str(citation).rpartition(" ")[0] for one in cited for id_, citation in one.to_numpy()}

    @cached_property
    def cases(self) -> pd.DataFrame:
        """Return the cases found up to the end of the span, by day; with `closed_on`, `stopped_on` and `step`."""
        return case_states(self.results.cases, self.made.events, self.until)

    @property
    def confirmed(self) -> pd.DataFrame:
        """Return the confirmed ones of the cases: only they are counted."""
        return self.cases[self.cases["status"] == Status.CONFIRMED.value]

    @cached_property
    def new(self) -> pd.DataFrame:
        """Return the confirmed cases that were found within the span."""
        return self.confirmed[self.confirmed["found_on"] >= pd.Timestamp(self.first)]

    @cached_property
    def closed(self) -> pd.DataFrame:
        """Return the confirmed cases that were closed within the span."""
        return self.confirmed[self.confirmed["closed_on"] >= pd.Timestamp(self.first)]

    @cached_property
    def open(self) -> pd.DataFrame:
        """Return the confirmed cases that were not closed by the end of the span."""
        return self.confirmed[self.confirmed["closed_on"].isna()]

    @cached_property
    def open_before(self) -> pd.DataFrame:
        """Return the confirmed cases that were open when the span began."""
        first = pd.Timestamp(self.first)
        late = self.confirmed["closed_on"].isna() | (self.confirmed["closed_on"] >= first)
        return self.confirmed[late & (self.confirmed["found_on"] < first)]

    @property
    def years(self) -> range:
        """Return the calendar years that the span touches: articles are applied by the year."""
        return range(self.first.year, self.last.year + 1)

    def of_years(self, table: pd.DataFrame) -> pd.DataFrame:
        """
        Return the rows of these years.

        Examples
        --------
        >>> scope.of_years(scope.made.findings)  # doctest: +SKIP
        """
        return table[table["year"].isin(list(self.years))]


def case_states(cases: pd.DataFrame, events: pd.DataFrame, until: date) -> pd.DataFrame:
    """
    Say how each case that had been found by a day stood on that day.

    Parameters
    ----------
    cases
        CASES.
    events
        CASE_EVENTS; later ones are not looked at.
    until
        The day.

    Returns
    -------
    states
        The cases found by then, by day and id, with ``stopped_on`` and ``closed_on`` (missing: not yet; a case is
        never closed before it was found) and ``step``: the code of the last step taken, and ``step_on``, its day.

    Examples
    --------
    >>> cases = pd.DataFrame({"found_on": pd.to_datetime(["2026-03-02", "2026-03-05"])},
    ...                      index=pd.Index(["A", "B"], name="case_id"))
    >>> events = pd.DataFrame({"case_id": ["A", "A"], "event": ["filed", "closed"],
    ...                        "on": pd.to_datetime(["2026-03-10", "2026-04-02"])})
    >>> case_states(cases, events, date(2026, 3, 31))["step"].to_list()
    ['filed', nan]
    """
    day = pd.Timestamp(until)
    found = cases[cases["found_on"] <= day]
    found = found.iloc[found.reset_index().sort_values(["found_on", "case_id"], kind="stable").index]
    known = events[(events["on"] <= day) & events["case_id"].isin(found.index)]
    closed = _first_day(known, Event.CLOSED.value, found.index)
    steps = known[~known["event"].isin(_NO_STEP)].sort_values("on", kind="stable")
    final = steps[steps["event"] == Event.CLOSED.value]
    last = pd.concat([steps, final]).drop_duplicates("case_id", keep="last").set_index("case_id")
    return found.assign(
        stopped_on=_first_day(known, Event.STOPPED.value, found.index),
        closed_on=closed.where(closed.isna() | (closed >= found["found_on"]), found["found_on"]),
        step=last["event"].reindex(found.index).astype("str"),
        step_on=last["on"].reindex(found.index),
    )


def _first_day(events: pd.DataFrame, event: str, cases: pd.Index) -> "pd.Series[Any]":
    days = events[events["event"] == event].groupby("case_id")["on"].min()
    return days.reindex(cases).astype("datetime64[s]")


def day_of(moment: Any) -> date | None:
    """
    Return a day as Python has it; nothing where it is missing.

    Examples
    --------
    >>> day_of(pd.Timestamp("2026-03-02")), day_of(pd.NaT)
    (datetime.date(2026, 3, 2), None)
    """
    return None if pd.isna(moment) else pd.Timestamp(moment).date()


def whole_or_none(number: Any) -> int | None:
    """
    Return a whole number as Python has it; nothing where it is missing.

    Examples
    --------
    >>> whole_or_none(3.0), whole_or_none(pd.NA)
    (3, None)
    """
    return None if pd.isna(number) else int(number)


def amount_or_none(number: Any) -> float | None:
    """
    Return an amount as Python has it; nothing where it is missing.

    Examples
    --------
    >>> amount_or_none(2), amount_or_none(float("nan"))
    (2.0, None)
    """
    return None if pd.isna(number) else float(number)


def without_empty_end(columns: tuple[Column, ...], rows: Rows) -> tuple[tuple[Column, ...], Rows]:
    """
    Leave out the last column of a table, a remark, where nothing is remarked.

    Examples
    --------
    >>> without_empty_end((Column("a"), Column("remark")), (("A", ""),))[1]
    (('A',),)
    """
    if any(row[-1] for row in rows):
        return columns, rows
    return columns[:-1], tuple(row[:-1] for row in rows)


def first_few(texts: Iterable[str], most: int, lang: str) -> str:
    """
    List texts, the first ones by name and then how many there are in all.

    Examples
    --------
    >>> first_few(["A", "B", "C"], 2, "zh"), first_few(["A", "B", "C"], 2, "en"), first_few(["A"], 2, "zh")
    ('A、B 等共 3 个', 'A, B … (3 in all)', 'A')
    """
    every = list(texts)
    mark = ", " if lang == "en" else "、"
    shown = mark.join(every[:most])
    if len(every) <= most:
        return shown
    return f"{shown} … ({len(every)} in all)" if lang == "en" else f"{shown} 等共 {len(every)} 个"
