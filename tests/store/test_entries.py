"""What is entered by command counts at the next run, is told where it contradicts, and can be taken back."""

from datetime import date

import pandas as pd
import pytest

from geoenforce.core.accountability_tables import CASE_EVENTS, MEASURES
from geoenforce.core.errors import StoreError
from geoenforce.core.tables import check
from geoenforce.store.audit import verify
from geoenforce.store.entries import enter, entered, merged, withdraw

DAY = date(2026, 3, 2)


def stop(case="A", on=DAY, **more):
    return {"case_id": case, "event": "stop_ordered", "on": on, **more}


def from_file(table, *rows, **ids):
    """Rows as a reader of registers returns them."""
    made = pd.DataFrame([{"source_file": "events.csv", "row": at, **row} for at, row in enumerate(rows, start=2)])
    made = made.reindex(columns=table.names)
    for column in table.columns:
        made[column.name] = made[column.name].astype({"date": "datetime64[s]", "integer": "int64"}.get(column.kind, "str")
                                                      if column.kind != "instant" else "datetime64[us, Asia/Shanghai]")  # fmt: skip
    if table.index is not None:
        made.index = pd.Index(ids["index"], dtype="str", name=table.index.name)
    return made


def test_each_entry_is_a_revision_and_what_was_entered_comes_back(store):
    moment = pd.Timestamp("2026-03-02T14:30:00+08:00")

    first = enter(store, "event", [stop(at=moment), {"case_id": "A", "event": "filed", "on": DAY}], {"case_id": "A"})
    second = enter(store, "measure", [{"office": "445299101", "measure": "warning", "on": DAY}], {})
    third = enter(store, "event", [stop("B")], {})

    known = entered(store)
    events = known.tables["events"]
    check(events, CASE_EVENTS)
    assert (first, second, third, known.as_of) == (1, 2, 3, 3)
    assert events[["case_id", "event", "row"]].to_numpy().tolist() == [
        ["A", "stop_ordered", 1], ["A", "filed", 1], ["B", "stop_ordered", 3]]  # fmt: skip
    assert events["at"].iloc[0] == moment
    assert set(events["source_file"]) == {"entered"}
    assert known.tables["measures"].index.to_list() == ["E2"]
    assert verify(store) == []


def test_an_entry_that_is_taken_back_counts_no_more_and_stays_on_record(store):
    enter(store, "event", [stop()], {})
    enter(store, "event", [stop("B")], {})

    assert withdraw(store, 1) == 3

    assert entered(store).tables["events"]["case_id"].to_list() == ["B"]
    with pytest.raises(StoreError, match="entered as 1 has been withdrawn already"):
        withdraw(store, 1)
    with pytest.raises(StoreError, match="Nothing was entered as 99"):
        withdraw(store, 99)
    assert verify(store) == []


def test_a_number_that_is_taken_is_refused_and_nothing_is_kept(store):
    row = {"measure_id": "M1", "office": "445299101", "measure": "warning", "on": DAY}
    enter(store, "measure", [row], {})

    with pytest.raises(StoreError, match=r"register of measures has the number \['M1'\] already"):
        enter(store, "measure", [row], {})

    assert entered(store).as_of == 1


def test_who_recorded_a_fact_stands_with_the_persons_only(store):
    row = {"office": "445299101", "fact": "obstruction", "on": DAY, "recorded_by": "记录员甲", "recorded_on": DAY}
    enter(store, "declaration", [row], {"fact": "obstruction"})

    assert entered(store).tables["declarations"]["recorded_by"].to_list() == ["记录员甲"]
    with store.reading() as connection:
        for table in ("declarations", "revisions", "deliveries", "layouts"):
            rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').fetchall()
            assert "记录员甲" not in str(rows)


def test_another_day_than_the_files_is_told_and_both_count(store):
    enter(store, "event", [stop(on=DAY), stop("B")], {})
    file = from_file(CASE_EVENTS, stop(on=date(2026, 3, 4)))

    whole = merged(CASE_EVENTS, file, entered(store).tables["events"])

    assert whole.table["case_id"].to_list() == ["A", "A", "B"]
    (detail,) = whole.issues["detail"]
    assert detail == (
        "events.csv row 2 tells of the same otherwise: 'on' is 2026-03-02 here and 2026-03-04 there. Both count."
    )


def test_the_row_of_a_file_holds_where_an_entry_has_its_number(store):
    enter(store, "measure", [{"measure_id": "M1", "office": "445299101", "measure": "warning", "on": DAY}], {})
    file = from_file(MEASURES, {"office": "445299102", "measure": "demerit", "on": DAY}, index=["M1"])

    whole = merged(MEASURES, file, entered(store).tables["measures"])

    assert whole.table["office"].to_list() == ["445299102"]
    assert whole.issues[["problem", "action", "feature"]].to_numpy().tolist() == [
        ["entered_id_in_file", "rejected", "M1"]
    ]
