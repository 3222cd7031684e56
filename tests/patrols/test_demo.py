"""The demo county's 30 working days: exactly what was planted is found, and nothing else."""

from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geoenforce import read_violations
from geoenforce.core.gcj02 import wgs84_to_gcj02
from geoenforce.core.patrol_terms import IntegrityFlag
from geoenforce.inputs.excused import read_excused
from geoenforce.inputs.fixes import read_fixes
from geoenforce.inputs.ledger import read_ledger
from geoenforce.patrols.compliance import Calendar, patrol_days
from geoenforce.patrols.coverage import coverage
from geoenforce.patrols.datum import gcj02_check, gcj02_ledger_check
from geoenforce.patrols.integrity import ACCUSED_BY_MISTAKE, HONEST_TRIPS, check_integrity
from geoenforce.patrols.reconcile import reconcile
from geoenforce.patrols.trips import split_trips


@pytest.fixture(scope="module")
def folder(demo_folder):
    return demo_folder


@pytest.fixture(scope="module")
def townships(folder):
    layer = gpd.read_file(folder / "boundaries/townships.shp", encoding="gbk")
    return gpd.GeoDataFrame(
        {"township_name": layer["XZQMC"].to_numpy(), "county_code": layer["XZQDM"].str[:6].to_numpy()},
        geometry=layer.geometry.to_numpy(),
        crs=layer.crs,
        index=pd.Index(layer["XZQDM"], name="township_code"),
    )


@pytest.fixture(scope="module")
def fixes(folder):
    tracks = read_fixes(folder / "patrols/tracks").table
    shifted = read_fixes(folder / "patrols/tracks_gcj02", datum="GCJ-02").table
    return pd.concat([tracks, shifted], ignore_index=True)


@pytest.fixture(scope="module")
def split(fixes, townships):
    return split_trips(fixes, townships)


@pytest.fixture(scope="module")
def planted(folder):
    facts = pd.read_csv(folder / "truth/patrols.csv")
    return lambda fact: sorted(facts.loc[facts["fact"] == fact, "on"])


def days(trip_ids):
    return sorted(f"{trip[:4]}-{trip[4:6]}-{trip[6:8]}" for trip in trip_ids)


def test_every_outing_is_one_trip_with_its_true_length_and_the_copy_is_none(split, folder):
    truth = pd.read_csv(folder / "truth/trips.csv")
    starts = pd.to_datetime(truth["started_at"]).dt.tz_convert("Asia/Shanghai").dt.strftime("%Y%m%d-%H%M%S")
    expected = truth.assign(start=starts).drop_duplicates("start").set_index("start")
    found = split.trips.set_index(split.trips.index.str[:15])

    assert sorted(found.index) == sorted(expected.index)
    # The truth is measured in the plane of zone 39, which is 5 parts in 100 000 too long there.
    honest = [start for start in found.index if not start.startswith("20260423")]
    assert (found["length_m"] / expected["length_m"])[honest].between(0.9999, 1.0).all()
    assert found["on"].dt.strftime("%Y-%m-%d").to_dict() == expected["on"].to_dict()
    assert split.fixes["flag"].value_counts().index.to_list() == ["repeated_outing", "outside_county"]


def test_no_fix_is_deleted_and_the_issues_count_what_is_flagged(split, townships, folder):
    """Counted otherwise: points in the text of the copied file, and positions outside of all townships by shapely."""
    truth = pd.read_csv(folder / "truth/trips.csv")
    flagged = split.fixes.groupby(["source_file", "flag"], observed=True).size()
    told = split.issues.set_index(["file", "problem"])["detail"].str.split().str[0].astype(int)

    assert len(split.fixes) == truth["fixes"].sum()
    assert told.to_dict() == flagged.to_dict()
    (copy,) = [file for file, flag in flagged.index if flag == "repeated_outing"]
    assert flagged[copy, "repeated_outing"] == Path(copy).read_text(encoding="utf-8").count("<trkpt")
    own = split.fixes[split.fixes["flag"].astype("str") != "repeated_outing"]
    county = townships.to_crs(4490).union_all()
    outside = ~shapely.intersects_xy(county, own["longitude"].to_numpy(), own["latitude"].to_numpy())
    assert flagged[:, "outside_county"].sum() == outside.sum() > 0


def test_exactly_the_planted_days_are_missed(split, townships, folder, planted):
    calendar = Calendar(date(2026, 3, 30), date(2026, 5, 13))
    compliance = patrol_days(
        split.trips, split.parts, townships, calendar, excused=read_excused(folder / "patrols/excused.csv")
    )
    county = compliance.days[compliance.days["level"] == "county"]
    reasons = county.groupby("reason")["on"].agg(lambda on: sorted(on.dt.strftime("%Y-%m-%d"))).to_dict()

    assert len(county) == 30
    assert reasons["no_trip"] == planted("missed")
    assert reasons["too_short"] == planted("missed_too_short")
    assert reasons["excused"] == planted("excused")
    assert len(reasons["patrolled"]) == 26


def test_exactly_the_planted_fakes_are_doubted(split, planted):
    doubts = check_integrity(split.trips, split.fixes)
    found = doubts.groupby("flag")["trip_id"].agg(days).to_dict()

    assert found == {
        "replayed_track": planted("replayed"),
        "generated_track": planted("generated"),
        "one_device_two_patrols": sorted(set(planted("device_on_two_patrols"))),
    }


def test_each_doubt_says_how_many_honest_trips_it_accuses_and_so_many_it_does(split, planted):
    """Honest is what was planted neither as a replay nor as made up nor on a device that was elsewhere."""
    fakes = [day for fact in ("replayed", "generated", "device_on_two_patrols") for day in planted(fact)]
    honest = split.trips[~split.trips["on"].dt.strftime("%Y-%m-%d").isin(fakes)]
    doubts = check_integrity(split.trips, split.fixes)
    accused = doubts[doubts["trip_id"].isin(honest.index)].groupby("flag").size()

    assert len(honest) == HONEST_TRIPS == 34
    for flag in IntegrityFlag:
        assert ACCUSED_BY_MISTAKE[flag] == accused.get(flag.value, 0)
    assert doubts["detail"].str.endswith(" Of 34 honest trips of the demo, this doubts 0.").all()


def test_exactly_the_log_that_hides_its_datum_is_suspected(fixes, folder, planted):
    issues = gcj02_check(fixes, gpd.read_file(folder / "roads/roads.gpkg"))

    assert len(issues) == 1
    assert planted("gcj02_as_wgs84")[0].replace("-", "") in issues["file"].iloc[0]


def test_the_ledger_suspects_no_log_of_the_demo_and_every_device_if_all_were_shifted(split, folder):
    """The one log that hides its datum is of a day without a noted place; the other days clear its device."""
    ledger = read_ledger(folder / "patrols/ledger.xlsx").table
    used = split.fixes[split.fixes["flag"].isna()]
    longitude, latitude = wgs84_to_gcj02(used["longitude"], used["latitude"])
    shifted = used.assign(longitude=longitude, latitude=latitude)
    places = ledger[ledger["longitude"].notna()]

    assert gcj02_ledger_check(split.fixes, ledger).empty
    assert len(places) > 3
    assert len(gcj02_ledger_check(shifted, ledger)) > 0


def test_exactly_the_planted_entries_do_not_agree(split, townships, folder, planted):
    ledger = read_ledger(folder / "patrols/ledger.xlsx").table
    found = reconcile(ledger, split.trips, townships)
    unlike = found[found["result"] != "matched"]

    assert unlike.groupby("result")["on"].agg(lambda on: sorted(on.dt.strftime("%Y-%m-%d"))).to_dict() == {
        "entry_without_track": planted("entry_without_track"),
        "track_without_entry": planted("track_without_entry"),
        "other_time": planted("ledger_other_time"),
        "other_area": planted("ledger_other_area"),
    }


def test_exactly_the_planted_note_without_a_violation_is_pointed_out(split, townships, folder, planted):
    ledger = read_ledger(folder / "patrols/ledger.xlsx").table
    violations = read_violations(folder / "violations/巡查发现.xlsx", crs="EPSG:4527").table
    found = reconcile(ledger, split.trips, townships, violations)
    noted = found[found["result"] == "violation_not_recorded"]
    unknown = found[found["result"] == "violation_unknown"]

    assert noted["on"].dt.strftime("%Y-%m-%d").to_list() == planted("noted_without_violation")
    # The patrol's sheet has a violation of the day whose track is a replay, and two of 11 May, of which one is noted.
    assert unknown["on"].dt.strftime("%Y-%m-%d").to_list() == ["2026-04-21", "2026-05-11"]


def test_the_county_has_been_seen_in_part_and_effort_exceeds_it(split, townships, folder):
    farmland = gpd.read_file(folder / "basic_farmland/YJJBNTTB_2025.gdb", layer="YJJBNTTB")
    layer = gpd.GeoDataFrame(geometry=farmland.geometry.to_numpy(), crs=farmland.crs)
    found = coverage(split.trips, {"basic_farmland": layer}, townships, [(date(2026, 3, 30), date(2026, 5, 13))])

    assert found["ground_m2"].sum() == pytest.approx(
        layer.union_all().intersection(townships.union_all().buffer(0)).area, rel=2e-3
    )
    assert found["seen_share"].between(0.0, 1.0).all()
    assert found["seen_m2"].sum() < 0.6 * found["effort_m2"].sum()
