"""How duties stand on a day: met, met late, open, overdue or not applicable."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geoenforce.accountability.periods import last_days
from geoenforce.core.accountability_tables import DUTIES
from geoenforce.core.accountability_terms import DutyStatus
from geoenforce.core.calendar import Overrides
from geoenforce.core.duty_reasons import DutyReason
from geoenforce.rules.articles import Duty
from geoenforce.rules.regulation import Regulation

_NOT_OWED, _MET, _MET_LATE = DutyStatus.NOT_APPLICABLE.value, DutyStatus.MET.value, DutyStatus.MET_LATE.value
_OPEN, _OVERDUE = DutyStatus.OPEN.value, DutyStatus.OVERDUE.value


@dataclass(frozen=True)
class Yardstick:
    """What duties are held against: a regulation, a day, and a working calendar."""

    regulation: Regulation
    as_of: pd.Timestamp
    overrides: Overrides | None = None


def standing(rows: pd.DataFrame, duty: Duty, actor: str, yardstick: Yardstick) -> pd.DataFrame:
    """
    Say how one duty of one kind of actor stands.

    Parameters
    ----------
    rows
        Each time it was owed, or was not: as `case_rows` returns them.
    duty, actor
        What is owed, and by whom.
    yardstick
        As of which day, and under which regulation.

    Returns
    -------
    duties
        Table DUTIES without names of offices, one row per row of `rows`, in their order.

    Notes
    -----
    The last day counts in full: due on the 10th, a duty is open on the 10th and overdue on the 11th. What was done in
    time stays met whatever is declared later; a fact that exempts a case pardons only what was not done in time.
    """
    due_on = last_days(rows["from_on"], duty.within, yardstick.overrides)
    not_owed = _not_owed(rows, yardstick.regulation)
    is_done, is_limited, is_past = rows["done_on"].notna(), due_on.notna(), due_on < yardstick.as_of
    is_met = is_done & ~(rows["done_on"] > due_on)
    is_lapsed = is_past & ~is_done & duty.is_option
    conditions = [not_owed.notna(), is_met, rows["pardoned"].notna() | is_lapsed, is_done, is_past]
    statuses = pd.array([_NOT_OWED, _MET, _NOT_OWED, _MET_LATE, _OVERDUE, _OPEN], dtype="str")
    chosen = np.select(conditions, range(len(conditions)), len(conditions))
    status = pd.Series(statuses.take(chosen), index=rows.index)
    is_owed = status != _NOT_OWED
    until = rows["done_on"].where(is_done, yardstick.as_of)
    return pd.DataFrame(
        {
            **{name: _same(text, rows) for name, text in _fixed(duty, actor, yardstick.regulation).items()},
            "case_id": rows["case_id"],
            "office": rows["owner"],
            "office_name": _same(None, rows),
            "from_on": rows["from_on"].astype("datetime64[s]"),
            "due_on": due_on.where(is_owed | (chosen == 2)),
            "done_on": rows["done_on"].astype("datetime64[s]"),
            "status": status,
            "days_left": _days(due_on - yardstick.as_of).where((status == _OPEN) & is_limited),
            "days_over": _days(until - due_on).where(status.isin([_MET_LATE, _OVERDUE])),
            "waited": _waited(rows, until).where(is_owed & ~is_limited),
            "reason": _reason(rows, not_owed, is_met, is_lapsed),
        }
    )[DUTIES.names]


def _fixed(duty: Duty, actor: str, regulation: Regulation) -> dict[str, str]:
    return {
        "regulation": regulation.id,
        "duty": duty.id,
        "citation": regulation.citation(duty.place),
        "actor": actor,
        "from_event": duty.from_event,
        "do_event": ";".join(duty.do_events),
    }


def _same(text: str | None, rows: pd.DataFrame) -> "pd.Series[Any]":
    return pd.Series(pd.array([text], dtype="str").take(np.zeros(len(rows), int)), index=rows.index)


def _not_owed(rows: pd.DataFrame, regulation: Regulation) -> "pd.Series[Any]":
    first, last = pd.Timestamp(regulation.in_force_from), pd.Timestamp(regulation.in_force_to or "9999-12-31")
    is_outside = (rows["from_on"] < first) | (rows["from_on"] > last)
    return rows["not_owed"].mask(is_outside, DutyReason.NOT_IN_FORCE.value)


def _reason(
    rows: pd.DataFrame, not_owed: "pd.Series[Any]", is_met: "pd.Series[bool]", is_lapsed: "pd.Series[bool]"
) -> "pd.Series[Any]":
    reason = rows["note"].mask(rows["note"].isna() & (rows["done_on"] < rows["from_on"]), DutyReason.DONE_BEFORE.value)
    reason = reason.mask(is_lapsed, DutyReason.LAPSED.value)
    reason = reason.mask(rows["pardoned"].notna() & ~is_met, rows["pardoned"])
    return reason.mask(not_owed.notna(), not_owed)


def _days(spans: "pd.Series[Any]") -> "pd.Series[Any]":
    return spans.dt.days.astype("Int64")


def _waited(rows: pd.DataFrame, until: "pd.Series[Any]") -> "pd.Series[Any]":
    """Tell the time in hours where both moments are known, else in days; what was done before took none."""
    hours = (rows["done_at"] - rows["from_at"]).dt.total_seconds().clip(lower=0) / 3600
    days = _days(until - rows["from_on"]).clip(lower=0)
    texts = {day: f"{day} d" for day in days.dropna().unique()}
    waited = days.map(texts).astype("str")
    exact = hours.dropna()
    waited.loc[exact.index] = pd.array([f"{round(hour, 1):g} h" for hour in exact], dtype="str")
    return waited
