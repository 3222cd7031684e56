"""Which deadlines rest on a working calendar that is not published yet."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd

from geoenforce.accountability.counts import graded_cases
from geoenforce.accountability.sources import Sources
from geoenforce.accountability.stops import stops
from geoenforce.core.calendar import STAND_IN, unpublished
from geoenforce.core.sentences import say, word
from geoenforce.core.tables import issue, issues_table
from geoenforce.rules.articles import Period
from geoenforce.rules.regulation import Regulation


def uncertain_deadlines(owed: pd.DataFrame, sources: Sources, regulation: Regulation, *, as_of: date) -> pd.DataFrame:
    """
    Report the years without a published calendar that a deadline rests on.

    Parameters
    ----------
    owed
        Table DUTIES of the regulation.
    sources
        The cases and events that limits for stopping run from; the working days that the user has given.
    regulation
        Its duties and limits.
    as_of
        The day asked for.

    Returns
    -------
    issues
        The table ISSUES, ``calendar_not_published``: one row per year, with the number of deadlines.

    Examples
    --------
    >>> from geoenforce.accountability.units import Hierarchy
    >>> from geoenforce.rules.regulation import load_regulation
    >>> no = pd.DataFrame()
    >>> cases = pd.DataFrame({"status": [], "severity": [], "found_on": pd.to_datetime([])})
    >>> events = pd.DataFrame({"case_id": [], "event": [], "on": pd.to_datetime([])})
    >>> sources = Sources(Hierarchy(no, {}), cases, events, no, no, no)
    >>> owed = pd.DataFrame({"duty": ["J17-noticed"], "from_on": [pd.Timestamp("2097-12-31")],
    ...                      "due_on": [pd.Timestamp("2098-01-03")]})
    >>> uncertain_deadlines(owed, sources, load_regulation("jieyang-2009"), as_of=date(2098, 1, 2))["detail"][0][:98]
    'The working days of 2098 are not published yet, and 1 time limits of 揭府〔2009〕56号 rest on them: Mon'
    """
    spans = [*_of_duties(owed, regulation), *_of_stops(sources, regulation, as_of)]
    years: Counter[int] = Counter()
    for span, number in Counter(spans).items():
        for year in unpublished(*span, sources.overrides):
            years[year] += number
    rows = []
    for year, number in sorted(years.items()):
        said = say(
            "deadlines_unpublished", year=year, count=number, regulation=regulation.number or regulation.title,
            stand_in=word(STAND_IN),
        )  # fmt: skip
        rows.append(issue("calendar_not_published", said, feature=regulation.id))
    return issues_table(rows)


def _of_duties(owed: pd.DataFrame, regulation: Regulation) -> Iterator[tuple[date, date]]:
    limits = {duty.id: duty.within for duty in regulation.duties}
    rows = owed[owed["due_on"].notna()]
    for duty, began, due in zip(rows["duty"], rows["from_on"], rows["due_on"], strict=True):
        yield from _asked(limits[duty], began.date(), due.date())


def _of_stops(sources: Sources, regulation: Regulation, as_of: date) -> Iterator[tuple[date, date]]:
    cases = graded_cases(sources.cases, regulation, as_of)
    limits = {(limit.level, limit.from_event): limit.within for limit in regulation.stop_limits}
    found = stops(cases, sources.events, regulation, as_of=as_of, overrides=sources.overrides)
    for stop in (one for of_case in found.values() for one in of_case):
        yield from _asked(limits[stop.level, stop.from_event], stop.from_on, stop.due_on)


def _asked(within: Period, began: date, due: date) -> Iterator[tuple[date, date]]:
    """Name the days whose calendar was asked: all of a period in working days, of one in days only the last."""
    if within.unit == "working_days":
        yield began + timedelta(days=1), due
    elif within.unit == "days":
        yield due, due
