"""How the duties of a regulation stand, for each case and actor, as of a stated day."""

from collections.abc import Collection
from datetime import date
from typing import Any

import pandas as pd

from geoenforce.accountability.case_duties import case_rows
from geoenforce.accountability.case_records import CaseRecords, case_records
from geoenforce.accountability.owners import PLACED
from geoenforce.accountability.regular_duties import USED_OF_PATROL_DAYS, Patrols, day_rows, month_rows
from geoenforce.accountability.standing import Yardstick, standing
from geoenforce.core.accountability_tables import DUTIES
from geoenforce.core.calendar import Overrides
from geoenforce.core.patrol_tables import PATROL_DAYS
from geoenforce.core.tables import check, empty
from geoenforce.rules.articles import Duty
from geoenforce.rules.regulation import Regulation


def duties(  # noqa: PLR0913 - each is a table of its own
    cases: pd.DataFrame,
    events: pd.DataFrame,
    declarations: pd.DataFrame,
    regulation: Regulation,
    *,
    as_of: date,
    departments: pd.DataFrame | None = None,
    patrol_days: pd.DataFrame | None = None,
    ledger_days: Collection[date] | None = None,
    overrides: Overrides | None = None,
) -> pd.DataFrame:
    """
    Say of every duty of a regulation, for each case and actor, whether it was met in time.

    Parameters
    ----------
    cases
        Table CASES, of which ``township_code``, ``status`` and ``found_on`` are used. Duties run in confirmed cases;
        those of land users also in cases that only the events know, since idle land is no violation.
    events
        Table CASE_EVENTS.
    declarations
        Table DECLARATIONS: the facts of a case on which a duty depends, by its ``case_id``.
    regulation
        The regulation whose duties apply; one without a date of force has none.
    as_of
        The stated day. What happened or was recorded later is not known yet.
    departments
        Table DEPARTMENTS: of what kind an office is, and its name.
    patrol_days
        Table PATROL_DAYS; without it the duty to patrol is left out.
    ledger_days
        Days with an entry in the patrol ledger; missing: no ledger was handed in, and no entry is asked for.
    overrides
        Working days that the published calendar lacks, as in `is_working_day`.

    Returns
    -------
    duties
        Table DUTIES: a row for each time that an actor owed a duty in a case, on a working day or in a month, and for
        each confirmed case in which it owed nothing (``not_applicable``, with the reason). Days left and over are
        calendar days. ``reason`` holds a `geoenforce.core.duty_reasons.DutyReason`, and what it is about. The order is
        that of the regulation, then of case, office and day.

    Raises
    ------
    TableError
        If a table is not in order.

    Notes
    -----
    Source: 揭府〔2009〕56号 第十四条, 第十六条至第二十三条, and the notice of Jiangsu （四）, （六）至（八）.
    A notice repeated before it is answered starts no new time, one after the answer does. What was done before the
    time began meets the duty: nothing was left to be done; that the dates are odd is reported with the contradictions.
    A stop after which it went on was a stop in time, and says so. Of several dates for correction the last counts.

    Examples
    --------
    Noticed on Friday before Spring Festival, stopped on the second working day, which is after it:

    >>> from dataclasses import replace
    >>> from geoenforce.core.accountability_tables import DECLARATIONS
    >>> from geoenforce.rules.articles import Duty, Period
    >>> from geoenforce.rules.regulation import load_regulation
    >>> duty = Duty("J17-noticed", "第十七条", "（二）", "stop it", ("township",), "case", "notified", ("stopped",),
    ...             Period("working_days", 2))
    >>> cases = pd.DataFrame({"township_code": ["445299101"], "status": "confirmed", "found_on": pd.NaT},
    ...                      index=pd.Index(["A"], name="case_id"))
    >>> events = pd.DataFrame({"case_id": "A", "event": ["notified", "stopped"], "office": None, "period": None,
    ...                        "note": None, "on": pd.to_datetime(["2026-02-13", "2026-02-24"])})
    >>> found = duties(cases, events, empty(DECLARATIONS), replace(load_regulation("jieyang-2009"), duties=(duty,)),
    ...                as_of=date(2026, 6, 30))
    >>> found[["office", "due_on", "status"]].astype("str").to_numpy().tolist()
    [['445299101', '2026-02-24', 'met']]
    """
    records = case_records(cases, events, declarations, departments, as_of=as_of)
    if patrol_days is not None:
        check(patrol_days, PATROL_DAYS.only(*USED_OF_PATROL_DAYS))
    if regulation.in_force_from is None:
        return empty(DUTIES)
    yardstick = Yardstick(regulation, records.as_of, overrides)
    patrols = Patrols(patrol_days, ledger_days)
    found = [
        standing(_rows(duty, actor, records, patrols, regulation), duty, actor, yardstick)
        for duty in regulation.duties
        for actor in duty.actors
        if (duty.per != "working_day" or patrol_days is not None) and (duty.per != "case" or len(records.cases))
    ]
    table = pd.concat([frame for frame in found if len(frame)] or [empty(DUTIES)], ignore_index=True)
    return table.assign(office_name=_names(table["office"], cases, records.offices.departments))


def _rows(duty: Duty, actor: str, records: CaseRecords, patrols: Patrols, regulation: Regulation) -> pd.DataFrame:
    if duty.per == "case":
        return case_rows(duty, actor, records, is_sole=_is_sole(duty.from_event, regulation))
    if duty.per == "month":
        return month_rows(duty, actor, records, patrols.days)
    return day_rows(actor, records, patrols)


def _is_sole(event: str, regulation: Regulation) -> bool:
    """Say whether at most one kind of department owes anything from an event."""
    owing = {actor for duty in regulation.duties if duty.from_event == event for actor in duty.actors}
    return len(owing - set(PLACED)) <= 1


def _names(offices: "pd.Series[Any]", cases: pd.DataFrame, departments: pd.DataFrame) -> "pd.Series[Any]":
    names: dict[str, Any] = {}
    if "township_name" in cases:
        named = cases.dropna(subset=["township_code", "township_name"])
        names = dict(zip(named["township_code"], named["township_name"], strict=True))
    names |= departments["office_name"].dropna().to_dict()
    codes, distinct = pd.factorize(offices)
    found = pd.array([names.get(office) for office in distinct], dtype="str")
    return pd.Series(found.take(codes, allow_fill=True), index=offices.index)
