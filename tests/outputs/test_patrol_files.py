"""The CSV files of patrols, and what stands in them."""

import pandas as pd
import pytest

from geoenforce.core.errors import TableError
from geoenforce.outputs.run_files import patrol_writers, writers

NAMES = {
    "patrol_days.csv", "patrol_rates.csv", "trips.csv", "coverage.csv", "unseen.csv", "ledger_reconciliation.csv",
    "integrity.csv",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(patrolled, tmp_path_factory):
    place = tmp_path_factory.mktemp("csv")
    for name, write in patrol_writers(patrolled.patrols).items():
        write(place / name)
    return place


def rows(folder, name):
    return pd.read_csv(folder / name, dtype=str, keep_default_na=False)


def test_patrols_add_their_files_and_only_where_there_are_any(county, patrolled):
    assert set(writers(patrolled)) - set(writers(county)) >= NAMES
    assert not NAMES & set(writers(county))


def test_a_trip_before_eight_in_the_morning_keeps_its_day(folder):
    # 07:30 in Shanghai is 23:30 UTC of the day before
    first = rows(folder, "trips.csv").iloc[0]

    assert (first["on"], first["started_at"]) == ("2026-06-26", "2026-06-26T07:30:00+08:00")


def test_patrol_days_hold_the_columns_of_the_contract(folder):
    days = rows(folder, "patrol_days.csv")

    assert {"office", "on", "trips", "length_m", "duration_min", "is_compliant", "reason"} <= set(days)
    assert days.loc[1, ["office", "on", "trips", "length_m", "duration_min", "is_compliant", "reason"]].to_list() == [
        "445299", "2026-06-29", "1", "600.0", "5.5", "false", "too_short",
    ]  # fmt: skip
    assert days.loc[4, ["first_start_at", "last_end_at"]].to_list() == ["", ""]


def test_a_patch_never_seen_has_neither_day_nor_number_of_days(folder):
    unseen = rows(folder, "unseen.csv")

    assert unseen[["last_seen_on", "days_unseen", "area_mu"]].to_numpy().tolist() == [
        ["2026-05-16", "45", "300.0"], ["", "", "60.0"],
    ]  # fmt: skip


def test_a_detail_that_excel_would_run_gets_an_apostrophe(folder, attacks):
    assert rows(folder, "ledger_reconciliation.csv").loc[1, "detail"] == "'" + attacks.FORMULA_ATTACK


def test_doubts_and_rates_are_written_with_their_codes(folder):
    assert rows(folder, "integrity.csv")[["flag", "measured", "limit", "unit"]].to_numpy().tolist() == [
        ["replayed_track", "4.2", "10.0", "m"]
    ]
    assert rows(folder, "patrol_rates.csv")["rate"].to_list() == ["0.666667", "0.666667", "0.5"]
    assert rows(folder, "coverage.csv")["seen_share"].to_list() == ["0.75", "0.6", "0.9997"]


def test_an_unknown_reason_is_refused(patrolled, tmp_path):
    from dataclasses import replace

    wrong = replace(patrolled.patrols, days=patrolled.patrols.days.assign(reason="asleep"))

    with pytest.raises(TableError, match=r"'patrol_days'.*unknown reason \['asleep'\]"):
        patrol_writers(wrong)["patrol_days.csv"](tmp_path / "patrol_days.csv")
