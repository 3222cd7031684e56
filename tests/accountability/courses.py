"""Builders: what happened in a few cases, as the tables that `duties` reads."""

import pandas as pd

from geoenforce.core.accountability_tables import CASE_EVENTS, DECLARATIONS, DEPARTMENTS, DUTIES
from geoenforce.core.tables import check

TOWNSHIP, COUNTY = "445299101", "445299"
_MOMENT = "datetime64[s, Asia/Shanghai]"


def cases(*ids, township=TOWNSHIP, found_on=None, status="confirmed"):
    index = pd.Index(ids or ["A"], dtype="str", name="case_id")
    frame = pd.DataFrame({"township_code": township, "status": status, "found_on": pd.Timestamp(found_on)}, index=index)
    return frame.astype({"township_code": "str", "found_on": "datetime64[s]"})


def events(*rows):
    """One row per event: name, day, office or None; a dict for more: case_id, at, period."""
    records = []
    for row in rows:
        name, on, office, more = (*row, None, None)[:4] if len(row) < 4 else row
        records.append({"case_id": "A", "event": name, "on": on, "office": office, **(more or {})})
    frame = pd.DataFrame(records, columns=["case_id", "event", "on", "at", "office", "period", "note"])
    texts = dict.fromkeys(("case_id", "event", "office", "period", "note"), "str")
    frame = frame.assign(on=pd.to_datetime(frame["on"])).astype({**texts, "on": "datetime64[s]"})
    at = pd.Series(pd.to_datetime(frame["at"], utc=True), index=frame.index)
    frame["at"] = at.dt.tz_convert("Asia/Shanghai").astype(_MOMENT)
    check(frame, CASE_EVENTS)
    return frame


def declarations(*rows):
    """One row per fact: name, day, and where it is not case A: case_id."""
    records = [
        {"office": COUNTY, "fact": fact, "on": on, "recorded_by": "某", "recorded_on": on, "case_id": (*case, "A")[0]}
        for fact, on, *case in rows
    ]
    index = pd.Index([f"D{number}" for number in range(len(rows))], dtype="str", name="declaration_id")
    names = ["office", "level", "fact", "on", "recorded_by", "recorded_on", "case_id", "note"]
    frame = pd.DataFrame(records, columns=names, index=index)
    days = {name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in ("on", "recorded_on")}
    frame = frame.assign(**days)
    check(frame, DECLARATIONS)
    return frame


def departments(**kinds):
    """One row per department of the county: id = kind."""
    index = pd.Index(list(kinds), dtype="str", name="office")
    frame = pd.DataFrame(
        {"office_name": [f"示范县{one}" for one in kinds], "kind": list(kinds.values()), "unit_code": COUNTY},
        index=index,
    )
    frame = frame.astype("str")
    check(frame, DEPARTMENTS)
    return frame


def told(table, duty, actor=None, case_id="A"):
    """The rows of one duty in one case, as dicts without what is missing."""
    check(table, DUTIES)
    rows = table[(table["duty"] == duty) & (table["case_id"] == case_id)]
    rows = rows if actor is None else rows[rows["actor"] == actor]
    return [{name: value for name, value in row.items() if pd.notna(value)} for row in rows.to_dict("records")]
