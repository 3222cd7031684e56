"""Duties that run in a case: who owes them, from when, and when they were done."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geoenforce.accountability.answers import answers
from geoenforce.accountability.case_records import CaseRecords
from geoenforce.accountability.owners import PLACED, addressed
from geoenforce.core.accountability_terms import ENDS, REMOVALS, Actor, Event
from geoenforce.core.duty_reasons import DutyReason
from geoenforce.rules.articles import Duty

#: Acts that several kinds of offices do, each for itself: here it matters whose they are.
_OWN_ACTS = (
    Event.STOP_ORDERED.value,
    Event.PLAN_VERIFIED.value,
    Event.DAMAGE_APPRAISED.value,
    Event.SUPPLY_CUT.value,
)
#: The day that an office set in an order of its own: it starts no duty of another kind of office.
_OWN_STARTS = (Event.RECTIFY_BY.value,)


def case_rows(duty: Duty, actor: str, records: CaseRecords, *, is_sole: bool) -> pd.DataFrame:
    """
    Find each time that one kind of actor owed a duty in a case, and each confirmed case in which it did not.

    Parameters
    ----------
    duty
        A duty ``per`` case.
    actor
        One of its actors.
    records
        What is known of the cases.
    is_sole
        Whether no other kind of department owes anything from the duty's first event.

    Returns
    -------
    rows
        Columns ``case_id``, ``owner``, ``from_on``, ``from_at``, ``done_on``, ``done_at``, ``not_owed`` (a reason why
        nothing is owed at all), ``pardoned`` (a reason why nothing is owed unless it was done in time) and ``note``;
        ordered by case, owner and day.

    Notes
    -----
    Source: the duty's own. A duty is owed by the office that the first event names, if it is of the right kind, else
    by the one in whose area the case lies; of a department that no event names only the kind is known, or the office
    that did it. Land users also owe duties in cases that only the events know. Whatever ended a violation stopped it.

    Examples
    --------
    >>> from geoenforce.accountability.owners import Offices
    >>> from geoenforce.rules.articles import Period
    >>> duty = Duty("X", "", "", "", ("township",), "case", "notified", ("stopped",), Period("working_days", 2))
    >>> cases = pd.DataFrame({"case_id": ["A"], "place": ["445299101"], "is_confirmed": [True]})
    >>> notice = {"case": 0, "event": "notified", "on": pd.Timestamp("2026-03-06"), "at": pd.NaT, "office": None}
    >>> events = pd.DataFrame([{**notice, "place": "445299101", "undone_on": pd.NaT}]).astype({"office": "str"})
    >>> none = pd.DataFrame({"kind": [], "unit_code": []})
    >>> records = CaseRecords(cases, events, none, Offices(none), pd.Timestamp("2026-06-30"))
    >>> case_rows(duty, "township", records, is_sole=True)[["owner", "from_on"]].astype("str").to_numpy().tolist()
    [['445299101', '2026-03-06']]
    """
    found = records.of([duty.from_event])
    if actor != Actor.LAND_USER.value:
        found = found[records.cases["is_confirmed"].reindex(found["case"]).to_numpy()]
    starts = addressed(_own(found, duty, actor, records), actor, records.offices, is_sole=is_sole)
    starts["key"] = starts.groupby(["case", "owner"], dropna=False, sort=False).ngroup()
    if duty.from_event in _OWN_STARTS:  # of several deadlines the last one counts, whoever is named with them
        starts = starts.sort_values("on", kind="stable").drop_duplicates("key", keep="last")
    rows = answers(starts[["key", "case", "on", "at", "owner"]], _acts(duty, actor, starts, records))
    doer = rows["done_office"].where(records.offices.can_be(rows["done_office"], actor))
    rows["owner"] = rows["owner"].where(rows["owner"].notna(), doer) if actor not in PLACED else rows["owner"]
    rows = rows.rename(columns={"on": "from_on", "at": "from_at"})
    why = DutyReason.SET_BY_ANOTHER if duty.from_event in _OWN_STARTS else DutyReason.NOT_ADDRESSED
    nothing = _absent(rows["case"], actor, records)
    nothing["not_owed"] = nothing["not_owed"].mask(nothing["case"].isin(found["case"]), why.value)
    rows = pd.concat([rows, nothing], ignore_index=True)
    rows = _with_reasons(rows, duty, records)
    order = np.lexsort((rows["from_on"], pd.factorize(rows["owner"], sort=True)[0], rows["case"]))
    rows["case_id"] = records.cases["case_id"].array.take(rows["case"].to_numpy())
    names = ["case_id", "owner", "from_on", "from_at", "done_on", "done_at", "not_owed", "pardoned", "note"]
    return rows.iloc[order][names].reset_index(drop=True)


def _acts(duty: Duty, actor: str, starts: pd.DataFrame, records: CaseRecords) -> pd.DataFrame:
    """Find what may fulfil the duty, leaving out what another office did for itself."""
    keys = starts.drop_duplicates("key")[["key", "case", "owner", "is_named"]]
    columns = ["case", "event", "on", "at", "office", "undone_on"]
    acts = records.of(_fulfilling(duty))[columns].merge(keys, on="case")
    is_others = records.offices.is_known(acts["office"]) & ~records.offices.can_be(acts["office"], actor)
    if actor not in PLACED:
        is_others |= acts["is_named"] & acts["office"].notna() & (acts["office"] != acts["owner"])
    return acts.loc[~(acts["event"].isin(_OWN_ACTS) & is_others), ["key", "on", "at", "office", "undone_on"]]


def _fulfilling(duty: Duty) -> Sequence[str]:
    """
    List the events that fulfil a duty.

    What was demolished or corrected was stopped by then, too, and leaves nothing that an order could ask for.
    """
    ends: tuple[Event, ...] = ()
    if Event.STOPPED.value in duty.do_events:
        ends = ENDS
    elif Event.STOP_ORDERED.value in duty.do_events:
        ends = REMOVALS
    return list(dict.fromkeys([*duty.do_events, *(end.value for end in ends)]))


def _own(found: pd.DataFrame, duty: Duty, actor: str, records: CaseRecords) -> pd.DataFrame:
    """Leave out the days that an office known to be of another kind set in an order of its own."""
    if duty.from_event not in _OWN_STARTS:
        return found
    return found[~records.offices.is_known(found["office"]) | records.offices.can_be(found["office"], actor)]


def _absent(owed: "pd.Series[int]", actor: str, records: CaseRecords) -> pd.DataFrame:
    """Make a row for each confirmed case in which nothing is owed, as if nothing had happened in it."""
    cases = records.cases[records.cases["is_confirmed"] & ~records.cases.index.isin(owed)]
    owner = records.offices.of_place(cases["place"], actor).to_numpy()
    reason = pd.array([DutyReason.NO_FROM_EVENT.value] * len(cases), dtype="str")
    return pd.DataFrame({"case": cases.index.to_numpy(), "owner": owner, "not_owed": reason})


def _with_reasons(rows: pd.DataFrame, duty: Duty, records: CaseRecords) -> pd.DataFrame:
    days = dict.fromkeys(("from_on", "from_at", "done_on", "done_at"), "datetime64[s]")
    rows = rows.astype({**days, "owner": "str", "not_owed": "str"})
    not_owed = [(rows["from_on"] > records.as_of, DutyReason.DEADLINE_RUNS.value)]
    if duty.applies_if:
        lacks = ~rows["case"].isin(records.declared(duty.applies_if))
        not_owed.append((lacks, f"{DutyReason.NOT_DECLARED.value}:{duty.applies_if}"))
    if duty.unless:
        not_owed.append((_happened_before(rows, duty.unless, records), f"{DutyReason.NEEDLESS.value}:{duty.unless}"))
    for applies, reason in not_owed:
        rows.loc[applies & rows["not_owed"].isna(), "not_owed"] = reason
    exempt = rows["case"].isin(records.declared(duty.except_if)) if duty.except_if else False
    rows["pardoned"] = _text(rows, exempt, f"{DutyReason.EXEMPTED.value}:{duty.except_if}")
    went_on = False
    if Event.STOPPED.value in duty.do_events:
        last = records.of([Event.CONTINUED.value]).groupby("case")["on"].max()
        went_on = last.reindex(rows["case"]).to_numpy() > rows["done_on"]
    rows["note"] = _text(rows, went_on, DutyReason.WENT_ON.value)
    if Event.STOP_ORDERED.value in duty.do_events:
        orders = pd.MultiIndex.from_frame(records.of(duty.do_events)[["case", "on"]])
        is_ordered = pd.MultiIndex.from_arrays([rows["case"], rows["done_on"]]).isin(orders)
        rows["note"] = _text(rows, rows["done_on"].notna() & ~is_ordered, DutyReason.ENDED.value)
    return rows


def _happened_before(rows: pd.DataFrame, event: str, records: CaseRecords) -> "pd.Series[bool]":
    """Say which times of a duty an event came before, or on the first day of, and had not been undone by then."""
    pairs = rows[["case", "from_on"]].reset_index().merge(records.of([event])[["case", "on", "undone_on"]], on="case")
    before = (pairs["on"] <= pairs["from_on"]) & ~(pairs["undone_on"] <= pairs["from_on"])
    return pd.Series(rows.index.isin(pairs.loc[before, "index"]), index=rows.index)


def _text(rows: pd.DataFrame, applies: "pd.Series[bool] | bool", reason: str) -> "pd.Series[str]":
    """Return the reason where it applies, and nothing elsewhere."""
    where = np.broadcast_to(np.where(applies, 0, -1), len(rows))
    return pd.Series(pd.array([reason], dtype="str").take(where, allow_fill=True), index=rows.index)
