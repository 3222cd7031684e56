"""The demo's 30 working days, against everything that was planted in them; and nothing else is found."""

import json
from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import rasterio
from rasterio.transform import from_origin
from typer.testing import CliRunner

from geoenforce.cli import app
from geoenforce.core.gcj02 import wgs84_to_gcj02
from geoenforce.core.patrol_tables import COVERAGE, INTEGRITY, PATROL_DAYS, PATROL_RATES, RECONCILIATION, TRIPS, UNSEEN
from geoenforce.core.tables import check
from geoenforce.inputs.config import load_config
from geoenforce.pipeline import Ground, assess_patrols, read_inputs
from geoenforce.pipeline.patrol_reading import read_patrols, read_working_days


@pytest.fixture(scope="module")
def patrols(demo_run):
    return demo_run.results.patrols


@pytest.fixture(scope="module")
def inputs(demo_folder):
    """What the demo's files hold; read once, for it takes seconds."""
    return read_inputs(load_config(demo_folder))


@pytest.fixture(scope="module")
def planted(demo_folder):
    facts = pd.read_csv(demo_folder / "truth" / "patrols.csv", dtype=str, keep_default_na=False)
    return lambda *names: facts[facts["fact"].isin(names)]


def days(found):
    return sorted(str(day.date()) for day in found)


def test_all_tables_are_in_order(patrols):
    for frame, table in (
        (patrols.trips, TRIPS), (patrols.days, PATROL_DAYS), (patrols.rates, PATROL_RATES), (patrols.coverage, COVERAGE),
        (patrols.unseen, UNSEEN), (patrols.reconciliation, RECONCILIATION), (patrols.integrity, INTEGRITY),
    ):  # fmt: skip
        check(frame, table)


def test_every_working_day_is_judged_as_planted(demo_folder, patrols):
    truth = pd.read_csv(demo_folder / "truth" / "patrol_days.csv", keep_default_na=False)
    county = patrols.days[patrols.days["level"] == "county"].set_index("on")

    expected = truth["reason"].replace("no_track", "no_trip").to_list()
    assert days(county.index) == truth["on"].to_list()
    assert county["reason"].to_list() == expected
    assert county["is_compliant"].to_list() == [reason == "patrolled" for reason in expected]


def test_misses_are_exactly_the_planted_ones(patrols, planted):
    county = patrols.days[patrols.days["level"] == "county"]

    missed = county.loc[county["reason"].isin(["no_trip", "too_short"]), "on"]
    assert days(missed) == sorted(planted("missed", "missed_too_short")["on"])
    assert days(county.loc[county["reason"] == "excused", "on"]) == sorted(planted("excused")["on"])


def test_each_outing_is_one_trip_of_its_day_and_the_double_upload_counts_once(demo_folder, patrols):
    truth = pd.read_csv(demo_folder / "truth" / "trips.csv", keep_default_na=False)
    once = truth.drop_duplicates(["unit", "on", "started_at"])

    found = patrols.trips.sort_values("started_at")

    assert len(truth) == len(once) + 1
    expected = once.assign(started_at=pd.to_datetime(once["started_at"])).sort_values("started_at")
    assert days(found["on"]) == sorted(expected["on"])
    assert (found["started_at"].to_numpy() == expected["started_at"].to_numpy()).all()
    # The truth's lengths are measured in the plane of zone 39; a log in GCJ-02 is stretched by some per mille.
    assert found["length_m"].to_list() == pytest.approx(expected["length_m"].to_list(), rel=2e-3)


def test_a_trip_at_half_past_seven_and_one_over_midnight_belong_to_the_day_they_started(patrols, planted):
    early, late = planted("early").iloc[0]["on"], planted("over_midnight").iloc[0]["on"]
    started = patrols.trips.set_index(patrols.trips["on"].dt.strftime("%Y-%m-%d"))

    assert "07:30" in [f"{start:%H:%M}" for start in started.loc[[early], "started_at"]]
    overnight = started.loc[[late]]
    assert (overnight["ended_at"].dt.date > overnight["started_at"].dt.date).any()


def test_the_ledger_differs_exactly_as_planted(patrols, planted):
    names = {
        "entry_without_track": ["entry_without_track"],
        "track_without_entry": ["track_without_entry"],
        "other_time": ["ledger_other_time"],
        "other_area": ["ledger_other_area"],
        "violation_not_recorded": ["noted_without_violation"],
        "violation_unknown": ["violation_without_note"],
    }
    found = patrols.reconciliation

    for result, facts in names.items():
        assert days(found.loc[found["result"] == result, "on"]) == sorted(planted(*facts)["on"]), result
    assert set(found["result"]) == {"matched", *names}


def test_doubts_are_exactly_the_planted_fakes(patrols, planted):
    trips = patrols.trips
    found = {(row.flag, str(trips.loc[row.trip_id, "on"].date())) for row in patrols.integrity.itertuples()}

    assert found == {
        ("replayed_track", planted("replayed").iloc[0]["on"]),
        ("generated_track", planted("generated").iloc[0]["on"]),
        ("one_device_two_patrols", planted("device_on_two_patrols").iloc[0]["on"]),
    }


def test_the_log_in_gcj02_that_is_not_declared_is_found_and_no_other(demo_run, planted):
    issues = demo_run.results.issues

    suspected = issues[issues["problem"] == "datum_gcj02_suspected"]

    assert suspected["file"].to_list() == planted("gcj02_as_wgs84")["file"].to_list()


def test_the_declared_log_in_gcj02_lies_on_its_roads(patrols, planted):
    on = planted("gcj02_declared").iloc[0]["on"]

    trip = patrols.trips[patrols.trips["on"] == on]

    assert trip["inside_m"].sum() == pytest.approx(trip["length_m"].sum(), rel=0.05)


def test_merged_ground_is_never_more_than_effort_or_the_ground(patrols):
    found = patrols.coverage

    assert (found["seen_m2"] <= found["effort_m2"] + 1e-6).all()
    assert (found["seen_m2"] <= found["ground_m2"] + 1e-6).all()
    assert found["seen_share"].between(0, 1).all()


def test_coverage_is_measured_for_the_whole_time_and_each_month_and_quarter_of_it(patrols):
    spans = patrols.coverage[["period_from", "period_to"]].drop_duplicates().astype(str).to_numpy().tolist()

    assert sorted(spans) == [
        ["2026-03-30", "2026-03-31"],  # March, and the first quarter as far as it is known
        ["2026-03-30", "2026-05-13"],  # the whole, and the year
        ["2026-04-01", "2026-04-30"],
        ["2026-04-01", "2026-05-13"],  # the second quarter
        ["2026-05-01", "2026-05-13"],
    ]


def test_the_ground_of_the_coverage_is_the_basic_farmland_in_force(inputs, patrols):
    """The ground comes from another measure (rows of the coverage) than the polygons' own areas."""
    whole = patrols.coverage.query("land == 'basic_farmland'").drop_duplicates("township_code")["ground_m2"].sum()

    in_force = max(
        (reading.table for reading in inputs.basic_farmland), key=lambda table: table["effective_from"].max()
    )
    assert whole == pytest.approx(in_force.union_all().area, rel=0.005)


def test_outputs_of_patrols_are_written_and_agree(demo_run, patrols):
    for name in ("patrol_days", "trips", "coverage", "unseen", "ledger_reconciliation", "integrity", "patrol_rates"):
        assert f"{name}.csv" in demo_run.files
    csv = pd.read_csv(demo_run.files["patrol_days.csv"], encoding="utf-8-sig", dtype={"office": str})
    assert {"office", "on", "trips", "length_m", "duration_min", "is_compliant", "reason"} <= set(csv.columns)
    assert len(csv) == len(patrols.days)
    book = openpyxl.load_workbook(demo_run.files["patrols.xlsx"], read_only=True)
    assert "巡查日" in book.sheetnames


def test_run_json_names_the_logs_with_one_hash(demo_run):
    record = json.loads(demo_run.files["run.json"].read_text(encoding="utf-8"))

    logs = [source for source in record["inputs"] if source["path"] == "patrols/tracks"]
    assert logs[0]["files"] == 38
    assert len(logs[0]["sha256"]) == 64


def test_patrols_needs_tracks_alone(demo_folder, tmp_path):
    tracks = str(demo_folder / "patrols" / "tracks")

    done = CliRunner().invoke(app, ["patrols", tracks, "--json", "-o", str(tmp_path / "out")], catch_exceptions=False)

    summary = json.loads(done.stdout)
    assert summary["trips"] == 37
    assert summary["offices"] == []
    assert (tmp_path / "out" / "trips.csv").exists()


def test_patrols_judges_days_with_townships_ledger_and_excuses(demo_folder):
    folder = demo_folder / "patrols"
    arguments = [
        "patrols", folder / "tracks", "--townships", demo_folder / "boundaries" / "townships.shp",
        "--ledger", folder / "ledger.xlsx", "--excused", folder / "excused.csv", "--first", "2026-03-30", "--last", "2026-05-13",
    ]  # fmt: skip

    printed = CliRunner().invoke(app, [*map(str, arguments), "--lang", "zh"], catch_exceptions=False).stdout

    assert "县级未达标日：2026-04-10、2026-04-22、2026-05-09" in printed
    assert "445299 " in printed


@pytest.mark.parametrize(("options", "suspected"), [([], 0), (["--ledger-datum", "GCJ-02"], 1)])
def test_places_that_a_ledger_took_off_the_same_map_as_the_logs_show_the_datum_when_it_is_declared(
    tmp_path, options, suspected
):
    """Logs and ledger are both in GCJ-02, and the logs claim WGS 84: each place lies on its track as delivered."""
    east, north = wgs84_to_gcj02(np.full(201, 116.40), 23.50 + np.arange(201) * 1e-4)
    (tmp_path / "tracks").mkdir()
    for day in (2, 3):
        times = pd.date_range(f"2026-04-0{day} 08:00", periods=201, freq="10s")
        log = pd.DataFrame({"时间": times.strftime("%Y-%m-%d %H:%M:%S"), "经度": east, "纬度": north})
        log.to_csv(tmp_path / "tracks" / f"2026040{day}_巡查一队_XJ-01.csv", index=False)
    entries = [f"2026-04-0{day},巡查一队,东村,1,{east[50 * day]:.6f},{north[50 * day]:.6f}" for day in (2, 3)]
    head = "巡查日期,巡查单位,巡查区域,发现违法数,经度,纬度"
    (tmp_path / "台账.csv").write_text("\n".join([head, *entries]), encoding="utf-8")
    arguments = ["patrols", tmp_path / "tracks", "--ledger", tmp_path / "台账.csv", *options, "-o", tmp_path / "out"]

    CliRunner().invoke(app, [*map(str, arguments)], catch_exceptions=False)

    issues = pd.read_csv(tmp_path / "out" / "issues.csv")
    assert (issues["problem"] == "datum_gcj02_suspected").sum() == suspected


def test_what_terrain_hides_is_not_seen(demo_copy, inputs):
    """One trip over trenches of 300 m: from the bottom little is seen, from the ridges more."""
    config = load_config(demo_copy)
    heights = np.zeros((500, 500), dtype="float32")
    heights[::3] = 300.0
    west, south, east, north = gpd.read_file(demo_copy / "boundaries" / "townships.shp", encoding="GBK").total_bounds
    step = max(east - west, north - south) / 490
    options = {"driver": "GTiff", "height": 500, "width": 500, "count": 1, "dtype": "float32", "crs": "EPSG:4527"}
    with rasterio.open(demo_copy / "dem.tif", "w", transform=from_origin(west, north, step, step), **options) as raster:
        raster.write(heights, 1)
    one_log = config.model_copy(update={"tracks": config.tracks[1:]})
    hills = config.patrols.model_copy(update={"elevation": demo_copy / "dem.tif"})
    logs = read_patrols(one_log.model_copy(update={"patrols": hills}), str)
    ground = Ground(inputs.townships.table, inputs.basic_farmland[1].table)

    hilly = assess_patrols(logs, ground, hills, str).results.coverage
    flat = assess_patrols(replace(logs, elevation=None), ground, config.patrols, str).results.coverage

    assert 0 < hilly["seen_m2"].sum() < 0.9 * flat["seen_m2"].sum()
    assert (hilly["seen_m2"].to_numpy() <= flat["seen_m2"].to_numpy() + 1e-6).all()


def test_an_unpublished_year_is_reported_and_settled_by_a_file(demo_copy, inputs):
    config = load_config(demo_copy)
    config = config.model_copy(update={"tracks": config.tracks[1:]})  # one log: the days are named, whoever patrolled
    far = {"first": date(2027, 2, 1), "last": date(2027, 2, 28)}
    options = config.patrols.model_copy(update=far)
    logs = read_patrols(config, str)
    ground = Ground(inputs.townships.table)

    loud = assess_patrols(logs, ground, options, str)
    days = pd.date_range("2027-01-01", "2027-12-31")
    lines = [f"{day.date()},{int(day.day_of_week < 5 and day.month != 2)}" for day in days]
    (demo_copy / "days.csv").write_text("\n".join(["date,is_working_day", *lines]), encoding="utf-8")
    settled_options = options.model_copy(update={"working_days": demo_copy / "days.csv"})
    settled_inputs = replace(logs, working_days=read_working_days(settled_options))
    settled = assess_patrols(settled_inputs, ground, settled_options, str)

    assert "2027" in " ".join(loud.issues["detail"])
    assert len(loud.results.days.query("level == 'county'")) == 20  # Monday to Friday
    assert settled.results.days.empty  # the file says that February has no working day
    assert "calendar_not_published" in set(loud.issues["problem"])
    assert "calendar_not_published" not in set(settled.issues["problem"])
