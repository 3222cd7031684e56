"""Which cases were stopped in time, or still can be, by the limits that a regulation sets for each level."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import pandas as pd

from geoenforce.accountability.periods import last_days
from geoenforce.core.accountability_terms import ENDS, Event, Level
from geoenforce.rules.regulation import Regulation

#: Lowest first: the time of a unit's townships is its own as well.
_UPWARDS = (Level.TOWNSHIP.value, Level.COUNTY.value, Level.PREFECTURE.value, Level.PROVINCE.value)


class Stop(NamedTuple):
    """When a case was stopped, and by when it should have been."""

    level: str  # lowest level that the limit is for
    stopped_on: date | None  # missing: it goes on, as far as is known
    by_event: str  # what ended it; empty where nothing did
    from_event: str
    from_on: date
    due_on: date

    @property
    def is_in_time(self) -> bool:
        """Say whether the case was stopped by the end of the last day."""
        return self.stopped_on is not None and self.stopped_on <= self.due_on

    def still_runs(self, as_of: date) -> bool:
        """Say whether the case goes on, and can still be stopped in time."""
        return self.stopped_on is None and as_of <= self.due_on


def stops(
    cases: pd.DataFrame,
    events: pd.DataFrame,
    regulation: Regulation,
    *,
    as_of: date,
    overrides: Mapping[date, bool] | None = None,
) -> dict[str, list[Stop]]:
    """
    Hold the day each case was stopped against each limit that has begun to run.

    Parameters
    ----------
    cases
        Table CASES; ``found_on`` stands in for a ``found`` that is not among the events.
    events
        Table CASE_EVENTS. What was corrected, demolished or recultivated was stopped by then at the latest. A stop that
        was followed by a ``continued`` on a later day was none; the next one counts. The time runs from the first
        event of the kind the limit names.
    regulation
        Its ``stop_limits`` apply.
    as_of
        What happened later is not known yet.
    overrides
        Working days and days off of the project's own.

    Returns
    -------
    stops
        For each case, one entry per limit whose event is on record. A case of which none is in time, and none still
        runs, was not stopped in time.

    Notes
    -----
    Source: 揭府〔2009〕56号 第十七条, 第二十七条, 第三十条第（一）项 (没有及时制止).

    Examples
    --------
    The notice came on Friday 6 March 2026, so the second working day is Tuesday:

    >>> from dataclasses import replace
    >>> from geoenforce.rules.articles import Period, StopLimit
    >>> from geoenforce.rules.regulation import load_regulation
    >>> two_days = StopLimit("township", "notified", Period("working_days", 2))
    >>> regulation = replace(load_regulation("jieyang-2009"), stop_limits=(two_days,))
    >>> events = pd.DataFrame({"case_id": "A", "event": ["notified", "stopped"],
    ...                        "on": pd.to_datetime(["2026-03-06", "2026-03-11"])})
    >>> cases = pd.DataFrame({"found_on": pd.to_datetime(["2026-03-05"])}, index=["A"])
    >>> [stop] = stops(cases, events, regulation, as_of=date(2026, 6, 30))["A"]
    >>> stop.due_on, stop.is_in_time
    (datetime.date(2026, 3, 10), False)
    """
    known = events[(events["on"] <= pd.Timestamp(as_of)) & events["case_id"].isin(cases.index)]
    ended = _ended(known)
    found: dict[str, list[Stop]] = {}
    for limit in regulation.stop_limits:
        first = known[known["event"] == limit.from_event].groupby("case_id")["on"].min()
        if limit.from_event == Event.FOUND.value:
            found_on = cases["found_on"]
            first = first.combine_first(found_on[found_on <= pd.Timestamp(as_of)])
        due = last_days(first, limit.within, overrides).dropna()
        for case_id, due_on in due.sort_index().items():
            stopped_on, by_event = ended.get(str(case_id), (None, ""))
            began = first[case_id].date()
            stop = Stop(limit.level, stopped_on, by_event, limit.from_event, began, due_on.date())
            found.setdefault(str(case_id), []).append(stop)
    return found


def in_time(of_case: list[Stop], level: str) -> Stop | None:
    """
    Return the limit that a case was stopped within, for a level: its own, or one of the levels below it.

    Examples
    --------
    >>> days = date(2026, 3, 11), "stopped"
    >>> late = Stop("township", *days, "notified", date(2026, 3, 6), date(2026, 3, 10))
    >>> by_county = Stop("county", *days, "reported_unstoppable", date(2026, 3, 9), date(2026, 3, 12))
    >>> in_time([late, by_county], "township") is None, in_time([late, by_county], "county") == by_county
    (True, True)
    """
    return next((stop for stop in relevant(of_case, level) if stop.is_in_time), None)


def still_runs(of_case: list[Stop], level: str, as_of: date) -> Stop | None:
    """
    Return the limit within which a case that goes on can still be stopped in time, the last one if there are several.

    Examples
    --------
    >>> [found, told] = [Stop("township", None, "", event, date(2026, 3, day), date(2026, 3, day + 2))
    ...                  for event, day in (("found", 9), ("notified", 11))]
    >>> still_runs([found, told], "county", date(2026, 3, 13)) == told
    True
    >>> still_runs([found, told], "county", date(2026, 3, 14)) is None
    True
    """
    running = [stop for stop in relevant(of_case, level) if stop.still_runs(as_of)]
    return max(running, key=lambda stop: stop.due_on, default=None)


def relevant(of_case: list[Stop], level: str) -> list[Stop]:
    """
    Keep the limits that count for a level: its own, and those of the levels below it.

    Examples
    --------
    >>> late = Stop("county", date(2026, 3, 11), "stopped", "notified", date(2026, 3, 6), date(2026, 3, 10))
    >>> relevant([late], "township"), relevant([late], "prefecture") == [late]
    ([], True)
    """
    below = _UPWARDS[: _UPWARDS.index(level) + 1]
    return [stop for stop in of_case if stop.level in below]


def _ended(events: pd.DataFrame) -> dict[str, tuple[date | None, str]]:
    """Return the first end of each case after which it did not go on, and what it was."""
    went_on = events[events["event"] == Event.CONTINUED.value].groupby("case_id")["on"].max()
    ends = events[events["event"].isin([end.value for end in ENDS])]
    for_good = ends[~(ends["on"].to_numpy() < went_on.reindex(ends["case_id"]).to_numpy())]
    rank = for_good["event"].map({end.value: number for number, end in enumerate(ENDS)})
    first = for_good.assign(rank=rank).sort_values(["on", "rank"]).drop_duplicates("case_id")
    return {
        str(case_id): (day.date(), event)
        for case_id, day, event in zip(first["case_id"], first["on"], first["event"], strict=True)
    }
