"""Duties that come back each working day or each month, whatever cases there are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from geoenforce.accountability.case_records import CaseRecords
from geoenforce.accountability.owners import PLACED
from geoenforce.core.accountability_terms import Actor, Level
from geoenforce.core.duty_reasons import DutyReason
from geoenforce.core.patrol_terms import DayReason
from geoenforce.rules.articles import Duty

_PATROL_LEVEL = {
    Actor.LAND.value: Level.COUNTY.value,
    Actor.COUNTY.value: Level.COUNTY.value,
    Actor.TOWNSHIP.value: Level.TOWNSHIP.value,
}
#: What is used of the table PATROL_DAYS; the reason of an excuse, where it is there.
USED_OF_PATROL_DAYS = ("office", "level", "on", "is_compliant", "is_excused", "reason", "excuse")


@dataclass(frozen=True)
class Patrols:
    """What is known of patrols."""

    days: pd.DataFrame | None  # PATROL_DAYS; missing: no patrols were judged
    ledger_days: Collection[date] | None = None  # days with an entry; missing: no ledger was handed in


def day_rows(actor: str, records: CaseRecords, patrols: Patrols) -> pd.DataFrame:
    """
    Find what each office owed on each working day: a patrol, entered in the ledger.

    Parameters
    ----------
    actor
        The land department or the county: patrols of the county's area; the township: those of its own.
    records
        As of which day, and the departments.
    patrols
        The working days that patrols were judged for, and those with an entry in the ledger. Without a ledger no
        entry is asked for.

    Returns
    -------
    rows
        As `case_rows` returns them. A day on which there was a patrol but no entry is not done.

    Notes
    -----
    Source: 揭府〔2009〕56号 第十六条第（一）项.

    Examples
    --------
    >>> from geoenforce.accountability.owners import Offices
    >>> none = pd.DataFrame({"kind": [], "unit_code": []})
    >>> days = pd.DataFrame({"office": "445299", "level": "county", "on": pd.to_datetime(["2026-05-07", "2026-05-09"]),
    ...     "is_compliant": [True, False], "is_excused": False, "reason": ["patrolled", "no_trip"]})
    >>> records = CaseRecords(none, none, none, Offices(none), pd.Timestamp("2026-06-30"))
    >>> day_rows("land", records, Patrols(days, [date(2026, 5, 9)]))["note"].to_list()
    ['not_in_ledger', 'no_trip']
    """
    if patrols.days is None:
        return _complete(pd.DataFrame({"owner": [], "from_on": [], "done_on": []}).astype({"owner": "str"}))
    patrol_days, ledger_days = patrols.days, patrols.ledger_days
    is_asked = (patrol_days["level"] == _PATROL_LEVEL.get(actor)) & (patrol_days["on"] <= records.as_of)
    days = patrol_days[is_asked].sort_values(["office", "on"]).reset_index(drop=True)
    on = days["on"].astype("datetime64[s]")
    is_entered = pd.Series(data=True, index=days.index)
    if ledger_days is not None:
        is_entered = on.isin(pd.DatetimeIndex(list(ledger_days)).normalize())
    excuse = days["excuse"].fillna("") if "excuse" in days else pd.Series("", index=days.index)
    excused = (f"{DutyReason.EXCUSED.value}:" + excuse.astype("str")).str.removesuffix(":")
    note = days["reason"].where(days["reason"] != DayReason.PATROLLED.value, DutyReason.NOT_IN_LEDGER.value)
    is_done = days["is_compliant"] & is_entered
    rows = pd.DataFrame({"owner": records.offices.of_place(days["office"], actor), "from_on": on})
    rows["done_on"] = on.where(is_done)
    rows["not_owed"] = excused.where(days["is_excused"])
    rows["note"] = note.where(~is_done)
    return _complete(rows)


def month_rows(duty: Duty, actor: str, records: CaseRecords, patrol_days: pd.DataFrame | None) -> pd.DataFrame:
    """
    Find what each unit owed in each month, such as the monthly report.

    Parameters
    ----------
    duty
        A duty ``per`` month.
    actor
        Who owes it: a government, or the land department.
    records
        Events that fulfil it count for the month of their ``period``, else for that of their day. One that names no
        office counts where there is only one unit.
    patrol_days
        Table PATROL_DAYS, if patrols were judged.

    Returns
    -------
    rows
        As `case_rows` returns them: one per unit and month, from the first month in which anything of it is on record
        (a case, an event, a working day that was judged) to the month of the stated day.

    Notes
    -----
    Source: 揭府〔2009〕56号 第十六条第（三）项. The report is owed whether or not there was a serious case.

    Examples
    --------
    >>> from geoenforce.accountability.owners import Offices
    >>> from geoenforce.rules.articles import Period
    >>> duty = Duty("X", "", "", "", ("county",), "month", "month", ("monthly_report",), Period("end_of_month"))
    >>> none = pd.DataFrame({"kind": [], "unit_code": []})
    >>> cases = pd.DataFrame({"place": ["445299101"], "is_confirmed": True, "found_on": pd.Timestamp("2026-05-09")})
    >>> report = {"case": -1, "event": "monthly_report", "on": pd.Timestamp("2026-05-29"), "office": "445299"}
    >>> events = pd.DataFrame([{**report, "place": None, "period": "2026-05"}])
    >>> records = CaseRecords(cases, events, none, Offices(none), pd.Timestamp("2026-06-15"))
    >>> month_rows(duty, "county", records, None)[["from_on", "done_on"]].astype("str").to_numpy().tolist()
    [['2026-05-01', '2026-05-29'], ['2026-06-01', nan]]
    """
    first = _first_days(actor, records, patrol_days)
    done = records.events[records.events["event"].isin(duty.do_events)]
    unit = _unit(done["office"], actor, records)
    sole = first.index[0] if len(first) == 1 else None
    done = pd.DataFrame(
        {
            "unit": unit.where(unit.notna(), sole),
            "month": pd.PeriodIndex(
                done["period"].where(done["period"].notna(), done["on"].dt.strftime("%Y-%m")), freq="M"
            ),
            "done_on": done["on"],
        }
    )
    last = records.as_of.to_period("M")
    owed = [
        {"unit": unit, "month": month}
        for unit, day in first.items()
        for month in pd.period_range(day.to_period("M"), last, freq="M")
    ]
    rows = pd.DataFrame(owed, columns=["unit", "month"]).astype({"unit": "str", "month": "period[M]"})
    rows = rows.merge(done.groupby(["unit", "month"])["done_on"].min().reset_index(), how="left")
    rows["owner"] = records.offices.of_place(rows["unit"], actor)
    rows["from_on"] = rows["month"].dt.start_time
    return _complete(rows)


def _first_days(actor: str, records: CaseRecords, patrol_days: pd.DataFrame | None) -> "pd.Series[Any]":
    """Find the first day on which anything is on record of each unit, ordered by unit."""
    events, confirmed = records.events, records.cases[records.cases["is_confirmed"]]
    started = pd.PeriodIndex(events["period"], freq="M").to_timestamp()
    days = [
        (confirmed["place"], confirmed["found_on"]),
        (events["place"].where(events["case"] >= 0, events["office"]), events["on"]),
        (events["office"].where(events["period"].notna()), pd.Series(started, index=events.index)),
    ]
    if patrol_days is not None:
        days.append((patrol_days["office"], patrol_days["on"]))
    seen = pd.concat([pd.DataFrame({"unit": _unit(where, actor, records), "on": on}) for where, on in days])
    return seen.dropna().groupby("unit")["on"].min()


def _unit(offices: "pd.Series[Any]", actor: str, records: CaseRecords) -> "pd.Series[Any]":
    """Find the unit of the actor's level that offices belong to; nothing for those of a wider area."""
    digits = PLACED.get(actor, 0)
    units = {one: records.offices.unit_of(one) for one in offices.dropna().unique()}
    codes = {one: unit[:digits] for one, unit in units.items() if unit.isdigit() and len(unit) >= digits > 0}
    return offices.map(codes).astype("str")


def _complete(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what only duties in cases have."""
    lacking = {name: "str" for name in ("case_id", "not_owed", "pardoned", "note") if name not in rows}
    moments = dict.fromkeys(("from_at", "done_at"), "datetime64[s]")
    rows = rows.assign(**{name: pd.Series(dtype=dtype) for name, dtype in {**lacking, **moments}.items()})
    return rows.astype(dict.fromkeys(("from_on", "done_on"), "datetime64[s]"))
