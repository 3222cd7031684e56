"""What is known of the cases on a stated day: events, declared facts, and where each case lies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from geoenforce.accountability.owners import Offices
from geoenforce.core.accountability_tables import CASE_EVENTS, DECLARATIONS, DEPARTMENTS
from geoenforce.core.accountability_terms import ENDS, Event
from geoenforce.core.tables import CASES, check, empty
from geoenforce.core.terms import Status

_USED_OF_CASES = ("township_code", "status", "found_on")


@dataclass(frozen=True)
class CaseRecords:
    """The cases with what happened in them up to a day; `case` is the position in the order of the ids."""

    cases: pd.DataFrame  # by position: case_id, place (township code), is_confirmed, found_on
    events: pd.DataFrame  # case, event, on, at, office, place, period, undone_on; case -1: an event of a unit
    facts: pd.DataFrame  # case, fact: what is declared of a case
    offices: Offices
    as_of: pd.Timestamp

    @cached_property
    def _by_event(self) -> dict[str, pd.DataFrame]:
        of_cases = self.events[self.events["case"] >= 0]
        return {event: of_cases.iloc[rows] for event, rows in of_cases.groupby("event").indices.items()}

    def of(self, events: Iterable[str]) -> pd.DataFrame:
        """
        Return the events of cases of some kinds.

        Examples
        --------
        >>> none = pd.DataFrame()
        >>> events = pd.DataFrame({"case": [0, 0, -1], "event": ["found", "stopped", "found"]})
        >>> CaseRecords(none, events, none, Offices(none), pd.Timestamp("2026-06-30")).of(["found"])["case"].to_list()
        [0]
        """
        found = [self._by_event.get(event, self.events.iloc[:0]) for event in events]
        return found[0] if len(found) == 1 else pd.concat(found)

    def declared(self, fact: str) -> "pd.Series[Any]":
        """
        Return the cases of which a fact is declared.

        Examples
        --------
        >>> none, facts = pd.DataFrame(), pd.DataFrame({"case": [4], "fact": ["grave_or_complex"]})
        >>> CaseRecords(none, none, facts, Offices(none), pd.Timestamp("2026-06-30")).declared("other").to_list()
        []
        """
        return self.facts.loc[self.facts["fact"] == fact, "case"]


def case_records(
    cases: pd.DataFrame,
    events: pd.DataFrame,
    declarations: pd.DataFrame,
    departments: pd.DataFrame | None,
    *,
    as_of: date,
) -> CaseRecords:
    """
    Bring together what is known of cases on a day.

    Parameters
    ----------
    cases
        Table CASES; ``township_code``, ``status`` and ``found_on`` are used.
    events, declarations, departments
        Tables CASE_EVENTS, DECLARATIONS and DEPARTMENTS.
    as_of
        What happened or was recorded later is not known yet. A ``rectify_by`` is a date set in advance: it is kept,
        and of several the last one counts, for it extends the others.

    Returns
    -------
    records
        Confirmed cases, and cases that only the events know: idle land has no violation polygon. ``found_on`` stands
        in for a ``found`` that is not among the events. Events of other cases are left out. ``undone_on`` is the day
        on which a violation went on after an event that had ended it.

    Raises
    ------
    TableError
        If a table is not in order.

    Examples
    --------
    >>> day = pd.Timestamp("2026-03-02")
    >>> cases = pd.DataFrame({"township_code": ["445299101"], "status": ["confirmed"], "found_on": [day]},
    ...                      index=pd.Index(["A"], name="case_id"))
    >>> records = case_records(cases, empty(CASE_EVENTS), empty(DECLARATIONS), None, as_of=date(2026, 3, 2))
    >>> records.events[["event", "place"]].to_numpy().tolist()
    [['found', '445299101']]
    """
    departments = empty(DEPARTMENTS) if departments is None else departments
    check(cases, CASES.only(*_USED_OF_CASES))
    for frame, table in ((events, CASE_EVENTS), (declarations, DECLARATIONS), (departments, DEPARTMENTS)):
        check(frame, table)
    today = pd.Timestamp(as_of)
    places = _places(cases, events)
    return CaseRecords(
        cases=places,
        events=_events(places, events, today),
        facts=_facts(places, declarations, today),
        offices=Offices(departments),
        as_of=today,
    )


def _places(cases: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    confirmed = cases[cases["status"] == Status.CONFIRMED.value]
    unknown = pd.Index(events["case_id"].dropna().unique(), dtype="str").difference(cases.index)
    ids = confirmed.index.union(unknown).sort_values()
    found = confirmed[["township_code", "found_on"]].reindex(ids)
    return pd.DataFrame(
        {
            "case_id": ids.to_numpy(),
            "place": found["township_code"].to_numpy(),
            "is_confirmed": ids.isin(confirmed.index),
            "found_on": found["found_on"].to_numpy(),
        }
    ).astype({"case_id": "str", "place": "str", "found_on": "datetime64[s]"})


def _events(places: pd.DataFrame, events: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    used = events[["case_id", "event", "on", "office", "period"]].reset_index(drop=True)
    used["on"] = used["on"].astype("datetime64[s]")
    moments = events["at"] if "at" in events else pd.Series(pd.NaT, index=events.index)
    used["at"] = pd.to_datetime(moments, utc=True).dt.tz_localize(None).to_numpy()
    used["case"] = pd.Index(places["case_id"]).get_indexer(used["case_id"])
    used = used[(used["case"] >= 0) | used["case_id"].isna()]
    lacks = places["is_confirmed"] & places["found_on"].notna()
    lacks &= ~places.index.isin(used.loc[used["event"] == Event.FOUND.value, "case"])
    found = places.loc[lacks, ["found_on"]].rename(columns={"found_on": "on"}).rename_axis("case").reset_index()
    used = pd.concat([used, found.assign(event=Event.FOUND.value)], ignore_index=True)
    is_deadline = used["event"] == Event.RECTIFY_BY.value
    last = used["on"].where(is_deadline).groupby([used["case"], used["office"]], dropna=False).transform("max")
    used = used[((used["on"] <= today) & ~is_deadline) | (is_deadline & (used["on"] == last))]
    used["place"] = places["place"].reindex(used["case"]).to_numpy()
    used["undone_on"] = _undone_on(used)
    texts = dict.fromkeys(("office", "period", "event", "place"), "str")
    days = dict.fromkeys(("on", "at", "undone_on"), "datetime64[s]")
    return used.astype({**texts, **days}).drop(columns="case_id")


def _undone_on(events: pd.DataFrame) -> "pd.Series[Any]":
    """Find the first day after each end of a violation on which it went on."""
    ends = events.loc[events["event"].isin(ENDS), ["case", "on"]].reset_index()
    went_on = events.loc[events["event"] == Event.CONTINUED.value, ["case", "on"]].rename(columns={"on": "again"})
    pairs = ends.merge(went_on, on="case")
    return pairs[pairs["again"] > pairs["on"]].groupby("index")["again"].min().reindex(events.index)


def _facts(places: pd.DataFrame, declarations: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    known = declarations[(declarations["on"] <= today) & (declarations["recorded_on"] <= today)]
    case_ids = known["case_id"].where(known["case_id"].notna(), known["office"])
    case = pd.Index(places["case_id"]).get_indexer(case_ids)
    return pd.DataFrame({"case": case, "fact": known["fact"].to_numpy()})[case >= 0]
