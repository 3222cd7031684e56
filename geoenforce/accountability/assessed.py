"""What the assessment counts: each case, measure or duty with the day it enters a share and the day it is done."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from geoenforce.core.accountability_terms import Actor, DutyStatus, Event, Level
from geoenforce.core.terms import COUNTED_CLASSES, Status
from geoenforce.rules.limits import DECIMALS_OF_A_MU
from geoenforce.rules.regulation import Regulation

#: Who shares the responsibility (共同责任): all but the land department, which is in charge (主管), and the land user.
_NOT_CO_RESPONSIBLE = (Actor.LAND.value, Actor.LAND_USER.value)
_COUNTED = (DutyStatus.MET.value, DutyStatus.MET_LATE.value, DutyStatus.OVERDUE.value)
_PUT_RIGHT = [Event.CORRECTED.value, Event.DEMOLISHED.value, Event.RECULTIVATED.value]
_DEALT_WITH = [Event.CLOSED.value, Event.PENALISED.value]
_COLUMNS = ["place", "year", "since", "done", "amount"]


@dataclass(frozen=True)
class Records:
    """What the indicators of a project are counted from."""

    units: pd.DataFrame  # one row per government: office (division code), office_name, level
    cases: pd.DataFrame  # CASES
    events: pd.DataFrame  # CASE_EVENTS
    findings: pd.DataFrame  # FINDINGS
    measures: pd.DataFrame  # MEASURES
    duties: pd.DataFrame  # DUTIES
    occupation: pd.DataFrame | None  # office, year, illegal_mu, taken_mu; with `month`, ends of months as well
    departments: pd.DataFrame | None = None  # DEPARTMENTS


def items_of(indicator: str, records: Records, regulation: Regulation, *, as_of: date) -> pd.DataFrame:
    """
    List what a share is counted from.

    Parameters
    ----------
    indicator
        ``handled_share_by_number``, ``handled_share_by_area``, ``measures_imposed_share`` or ``duties_met_share``.
    records, regulation, as_of
        As in `geoenforce.accountability.indicators.indicators`.

    Returns
    -------
    items
        One row per case, finding or duty: ``place`` (division code it counts in), ``year``, ``since`` (the day from
        which it counts in the lower part), ``done`` (the day from which it counts in the upper part as well; missing:
        not done) and ``amount`` (1, or mu).

    Notes
    -----
    - **Cases** (查处到位率): confirmed ones, in the township that holds most of them, from the day they were found. One
      is fully dealt with once it is closed, or once there is a penalty decision *and* the land was corrected,
      demolished or recultivated, and the violation did not go on afterwards. By area: its counted ground, approved
      ground left out.
    - **Measures** (责任追究落实率): findings on governments and departments; those on single cases and persons are
      none. One is imposed if the register holds, for its office, the measure that the article names, one that it
      allows instead or one for grave circumstances. The entry must not be older than the finding's year; where it
      names a regulation, an article or cases, they must be the finding's. An entry serves the latest of several years
      with the same rule. What the article adds (``and_measures``) is not asked for.
      A finding has no day, so it counts for the whole of its year, and the months show how far it was answered for.
    - **Duties** (共管责任落实率): those with a fixed limit of governments and of departments other than that of land,
      in the year they began in. Met ones count from the day they were met, all others from the day after the limit.

    Examples
    --------
    >>> nothing = pd.DataFrame()
    >>> cases = pd.DataFrame({"township_code": "445299101", "status": "confirmed", "found_on":
    ...     pd.to_datetime(["2026-01-20"]), "year": 2026}, index=pd.Index(["A"], name="case_id"))
    >>> events = pd.DataFrame({"case_id": "A", "event": ["penalised", "corrected"],
    ...                        "on": pd.to_datetime(["2026-03-01", "2026-02-10"])})
    >>> records = Records(nothing, cases, events, nothing, nothing, nothing, nothing)
    >>> from geoenforce.rules.regulation import load_regulation
    >>> jieyang = load_regulation("jieyang-2009")
    >>> items = items_of("handled_share_by_number", records, jieyang, as_of=date(2026, 6, 30))
    >>> str(items.loc["A", "since"].date()), str(items.loc["A", "done"].date())
    ('2026-01-20', '2026-03-01')
    """
    if regulation.in_force_from is None:
        return pd.DataFrame(columns=_COLUMNS)
    first = pd.Timestamp(regulation.in_force_from)
    return _COUNTERS[indicator](records, first, pd.Timestamp(as_of))[_COLUMNS]


def _cases_by_number(records: Records, first: pd.Timestamp, as_of: pd.Timestamp) -> pd.DataFrame:
    cases = records.cases
    found = (cases["found_on"] >= first) & (cases["found_on"] <= as_of) & cases["township_code"].notna()
    counted = cases[found & (cases["status"] == Status.CONFIRMED.value)]
    handled = _handled_on(records.events).reindex(counted.index)
    return counted.assign(place=counted["township_code"], since=counted["found_on"], done=handled, amount=1.0)


def _cases_by_area(records: Records, first: pd.Timestamp, as_of: pd.Timestamp) -> pd.DataFrame:
    items = _cases_by_number(records, first, as_of)
    classes = [f"{land_class}_mu" for land_class in COUNTED_CLASSES]
    return items.assign(amount=items[classes].sum(axis=1).round(DECIMALS_OF_A_MU))


def dealt_with(events: pd.DataFrame, as_of: date) -> frozenset[str]:
    """
    Name the cases that a penalty decision was made on, or that are closed: their ground is added up no more.

    Parameters
    ----------
    events
        Table CASE_EVENTS.
    as_of
        What happened later is not known yet.

    Notes
    -----
    Source: 揭府〔2009〕56号 第三十四条 (未经处理).

    Examples
    --------
    >>> events = pd.DataFrame({"case_id": ["A", "B"], "event": ["penalised", "filed"],
    ...                        "on": pd.to_datetime(["2026-03-02", "2026-03-02"])})
    >>> dealt_with(events, date(2026, 6, 30))
    frozenset({'A'})
    """
    known = events[events["event"].isin(_DEALT_WITH) & (events["on"] <= pd.Timestamp(as_of))]
    return frozenset(known["case_id"].dropna())


def _handled_on(events: pd.DataFrame) -> "pd.Series[Any]":
    """Return the day each case was fully dealt with; missing where it was not."""
    wanted = [Event.CLOSED.value, Event.PENALISED.value, *_PUT_RIGHT]
    went_on = events[events["event"] == Event.CONTINUED.value].groupby("case_id")["on"].max()
    is_undone = events["event"].isin(_PUT_RIGHT) & (
        events["on"].to_numpy() < went_on.reindex(events["case_id"]).to_numpy()
    )
    known = events[events["event"].isin(wanted) & events["case_id"].notna() & ~is_undone]
    days = known.pivot_table(index="case_id", columns="event", values="on", aggfunc="min").reindex(columns=wanted)
    days = days.astype("datetime64[ns]")
    right = days[_PUT_RIGHT].min(axis=1)
    both = pd.DataFrame({"penalised": days[Event.PENALISED.value], "right": right}).max(axis=1, skipna=False)
    return pd.DataFrame({"closed": days[Event.CLOSED.value], "both": both}).min(axis=1)


def _measures(records: Records, first: pd.Timestamp, as_of: pd.Timestamp) -> pd.DataFrame:
    findings = records.findings
    asked = (findings["year"] >= first.year) & (findings["year"] <= as_of.year)
    counted = findings[asked & ~findings["level"].isin([Level.CASE.value, Level.INDIVIDUAL.value])]
    imposed = imposed_on(counted, records.measures, frozenset(records.cases.index)).reindex(counted.index)
    year = counted["year"].astype("int64").astype("str")
    places = _places(counted["office"], records.departments)
    return counted.assign(place=places, since=pd.to_datetime(year + "-01-01"), done=imposed, amount=1.0)


def imposed_on(findings: pd.DataFrame, measures: pd.DataFrame, cases: frozenset[str]) -> "pd.Series[Any]":
    """
    Return the day on which each finding's measure was imposed; findings that nobody has answered are not in it.

    Parameters
    ----------
    findings, measures
        Tables FINDINGS and MEASURES. `items_of` says which entry answers which finding.
    cases
        The ids of all cases; other evidence of a finding is not compared with the cases an entry names.

    Examples
    --------
    >>> findings = pd.DataFrame({"office": "445299101", "year": 2026, "regulation": "jieyang-2009", "rule": "J27",
    ...     "article": "第二十七条", "item": None, "measure": "admonishment_talk", "or_measures": None,
    ...     "if_grave": None, "because": "[]"}, index=["J27-445299101-2026"])
    >>> measures = pd.DataFrame({"office": "445299101", "measure": "admonishment_talk",
    ...     "on": pd.to_datetime(["2026-05-06"]), "regulation": None, "article": "第二十七条", "case_ids": None},
    ...     index=pd.Index(["M-1"], name="measure_id"))
    >>> imposed_on(findings, measures, frozenset())["J27-445299101-2026"].date().isoformat()
    '2026-05-06'
    """
    asked = findings.drop(columns="measure").assign(
        finding=findings.index,
        accepted=[_accepted(finding) for finding in findings.to_dict("records")],
        cases=[_evidence(because) & cases for because in findings["because"]],
    )
    register = measures.reset_index()[["measure_id", "office", "measure", "on", "regulation", "article", "case_ids"]]
    pairs = asked.merge(register, on="office", suffixes=("", "_noted"))
    pairs = pairs[np.array([_answers(pair) for pair in pairs.to_dict("records")], dtype=bool)]
    latest = pairs.groupby(["measure_id", "rule"])["year"].transform("max")
    return pairs[pairs["year"] == latest].groupby("finding")["on"].min()


def _accepted(finding: dict[Any, Any]) -> set[str]:
    lists = (finding["measure"], finding["or_measures"], finding["if_grave"])
    return {code.strip() for codes in lists if not pd.isna(codes) for code in codes.split(";") if code.strip()}


def _evidence(because: str) -> set[str]:
    return {str(one) for reason in json.loads(because) for one in reason.get("evidence", [])}


def _answers(pair: dict[Any, Any]) -> bool:
    """Say whether an entry of the register can be the answer to a finding of the same office."""
    if pair["measure"] not in pair["accepted"] or pair["on"].year < pair["year"]:
        return False
    if not pd.isna(pair["regulation_noted"]) and pair["regulation_noted"] != pair["regulation"]:
        return False
    if not pd.isna(pair["article_noted"]) and not _same_place(pair["article_noted"], pair["article"], pair["item"]):
        return False
    named = set() if pd.isna(pair["case_ids"]) else set(re.split(r"[、;；,，\s]+", pair["case_ids"])) - {""}
    return not named or not pair["cases"] or bool(named & pair["cases"])


def _same_place(noted: str, article: str, item: Any) -> bool:
    if not noted.startswith(article):
        return False
    rest = noted.removeprefix(article)
    return not rest or pd.isna(item) or not item or item in rest


def _duties(records: Records, first: pd.Timestamp, as_of: pd.Timestamp) -> pd.DataFrame:
    duties = records.duties
    began = (duties["from_on"] >= first) & (duties["from_on"] <= as_of)
    limited = duties["due_on"].notna() & duties["status"].isin(_COUNTED)
    counted = duties[began & limited & ~duties["actor"].isin(_NOT_CO_RESPONSIBLE)]
    done = counted["done_on"].where(counted["status"] == DutyStatus.MET.value)
    since = done.fillna(counted["due_on"] + pd.Timedelta(days=1))
    county = counted["case_id"].map(records.cases["township_code"]).str[:6]  # where nobody is named
    places = _places(counted["office"], records.departments).fillna(county)
    return counted.assign(place=places, year=counted["from_on"].dt.year, since=since, done=done, amount=1.0)


def _places(offices: "pd.Series[Any]", departments: pd.DataFrame | None) -> "pd.Series[Any]":
    """Return the division code that an office counts in: its own, or that of its government."""
    of_department = {} if departments is None else departments["unit_code"].to_dict()
    is_code = offices.str.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}").fillna(value=False).astype(bool)
    return offices.where(is_code, offices.map(of_department)).astype("str")


_COUNTERS: dict[str, Callable[[Records, pd.Timestamp, pd.Timestamp], pd.DataFrame]] = {
    "handled_share_by_number": _cases_by_number,
    "handled_share_by_area": _cases_by_area,
    "measures_imposed_share": _measures,
    "duties_met_share": _duties,
}
