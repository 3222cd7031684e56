"""Patrols: what is planted is there, and honest tracks look like a vehicle's."""

import csv
import json
from collections import Counter
from datetime import UTC, date, timedelta
from functools import reduce
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pyproj
import pytest
import shapely

from geoenforce.demo import DEFAULT_SEED, patrol_plans
from geoenforce.demo.motion import generated, receiver_error
from geoenforce.demo.patrols import build_patrols

GPX = "{http://www.topografix.com/GPX/1/1}"


def rows(folder, name):
    with (folder / "truth" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts(folder, fact):
    return [row for row in rows(folder, "patrols.csv") if row["fact"] == fact]


def gpx_fixes(path):
    root = ElementTree.parse(path).getroot()
    return [
        (point.find(f"{GPX}time").text, float(point.get("lon")), float(point.get("lat")))
        for point in root.iter(f"{GPX}trkpt")
    ]


def patrols_on(county, on):
    return [patrol for patrol in county.patrols.patrols if patrol.outing.on == on]


def test_the_30_working_days_span_two_holidays_and_a_make_up_saturday(demo_folder):
    days = [date.fromisoformat(row["on"]) for row in rows(demo_folder, "patrol_days.csv")]

    assert len(days) == 30
    assert (days[0], days[-1]) == (date(2026, 3, 30), date(2026, 5, 13))
    assert date(2026, 4, 6) not in days  # 清明
    assert not {date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 5)} & set(days)  # 劳动节
    assert date(2026, 5, 9) in days


def test_three_days_are_missed_and_one_is_excused(demo_folder):
    missed = {row["on"]: row["reason"] for row in rows(demo_folder, "patrol_days.csv") if row["reason"] != "patrolled"}

    assert missed == {
        "2026-04-10": "too_short",
        "2026-04-22": "no_track",
        "2026-04-28": "excused",
        "2026-05-09": "no_track",
    }
    assert (
        (demo_folder / "patrols" / "excused.csv").read_text(encoding="utf-8").splitlines()[1].startswith("2026-04-28,")
    )


def test_every_patrolled_day_has_a_patrol_of_ten_minutes_and_a_kilometre(county, demo_folder):
    for row in rows(demo_folder, "patrol_days.csv"):
        tracks = [patrol.track for patrol in patrols_on(county, date.fromisoformat(row["on"]))]
        valid = [t for t in tracks if t.length_m >= 1000 and t.end_at - t.start_at >= timedelta(minutes=10)]
        assert bool(valid) == (row["reason"] == "patrolled")


def test_honest_tracks_move_like_a_vehicle_on_the_roads(county):
    roads = shapely.union_all(county.ground.roads.geometry.to_numpy())
    shapely.prepare(roads)
    for patrol in county.patrols.patrols:
        if patrol.outing.deed != "drive":
            continue
        track = patrol.track
        step_s = np.diff(track.seconds)
        speed = np.hypot(*np.diff(track.points, axis=0).T) / step_s
        assert step_s.min() >= 4
        assert step_s.max() < 120
        assert 5 <= np.median(step_s) <= 10
        assert speed.max() < 18
        assert speed.std() > 1.5
        assert shapely.dwithin(shapely.points(track.points[::20]), roads, 25).all()


def test_the_generated_track_goes_at_one_speed(county):
    (made_up,) = patrols_on(county, patrol_plans.GENERATED)
    step = np.hypot(*np.diff(made_up.track.points, axis=0).T)

    assert set(np.diff(made_up.track.seconds)) == {10.0}
    assert np.median(step) == pytest.approx(24, abs=2)


def test_a_receivers_error_keeps_for_a_while_and_made_up_noise_does_not():
    seconds, points = generated(np.random.default_rng(5), np.array([(0.0, 0.0), (20_000.0, 0.0)]), 10, 2.0)
    honest = receiver_error(np.random.default_rng(5), seconds)[:, 1]

    def memory(error):
        return np.corrcoef(error[:-1], error[1:])[0, 1]

    # exp(-10 s / 45 s) = 0.80, less what the small white part takes away.
    assert memory(honest) == pytest.approx(0.79, abs=0.06)
    assert abs(memory(points[:, 1])) < 0.1


def test_a_generated_track_passes_its_corners_at_one_speed():
    corners = np.array([(0.0, 0.0), (300.0, 0.0), (300.0, 300.0)])

    seconds, points = generated(np.random.default_rng(3), corners, 10, 2.0)

    assert len(seconds) == 31
    assert np.abs(points[15] - (300, 0)).max() < 5


def test_the_replayed_track_has_the_shape_and_the_rhythm_of_an_old_one(county):
    (old,) = patrols_on(county, patrol_plans.REPLAYED_OF)
    (new,) = patrols_on(county, patrol_plans.REPLAYED_ON)

    assert np.array_equal(old.track.seconds, new.track.seconds)
    assert 0.1 < np.hypot(*(old.track.points - new.track.points).T).mean() < 1.0


def test_one_device_logs_two_patrols_at_once_far_apart(county):
    first, second = patrols_on(county, patrol_plans.TWO_AT_ONCE)

    assert first.track.device == second.track.device
    assert first.track.unit != second.track.unit
    assert second.track.start_at < first.track.end_at
    assert np.hypot(*(first.track.points[-1] - second.track.points[0])) > 500


def test_one_trip_goes_over_midnight_and_one_starts_the_day_before_in_utc(county):
    (late,) = patrols_on(county, patrol_plans.OVER_MIDNIGHT)
    (early,) = patrols_on(county, patrol_plans.EARLY)

    assert late.track.end_at.date() == patrol_plans.OVER_MIDNIGHT + timedelta(days=1)
    assert early.track.start_at.strftime("%H:%M") == "07:30"
    assert early.track.start_at.astimezone(UTC).date() == patrol_plans.EARLY - timedelta(days=1)


def test_two_members_upload_the_same_fixes(demo_folder):
    twice = [demo_folder / row["file"] for row in facts(demo_folder, "uploaded_twice")]

    assert len(twice) == 2
    assert gpx_fixes(twice[0]) == gpx_fixes(twice[1])


def test_the_shifted_tracks_lie_half_a_kilometre_beside_the_roads(county, demo_folder):
    (wrong,) = facts(demo_folder, "gcj02_as_wgs84")
    (declared,) = facts(demo_folder, "gcj02_declared")
    to_zone = pyproj.Transformer.from_crs(4490, 4527, always_xy=True)
    (patrol,) = [p for p in patrols_on(county, patrol_plans.SHIFTED_AS_WGS84) if p.outing.datum == "GCJ-02"]

    _, longitude, latitude = zip(*gpx_fixes(demo_folder / wrong["file"]), strict=True)
    away = np.hypot(*(np.column_stack(to_zone.transform(longitude, latitude)) - patrol.track.points).T)

    assert 500 < away.min() < away.max() < 600
    first = (demo_folder / declared["file"]).read_text(encoding="gbk").splitlines()
    assert first[0].startswith("巡查单位,设备编号,定位时间,经度,纬度")
    assert first[1].split(",")[2].startswith("2026-04-15 08:")


def test_gpx_holds_every_fix_in_utc(demo_folder):
    by_file = {row["file"]: row for row in rows(demo_folder, "trips.csv")}
    (early,) = facts(demo_folder, "early")

    fixes = gpx_fixes(demo_folder / early["file"])

    assert len(fixes) == int(by_file[early["file"]]["fixes"])
    assert fixes[0][0].startswith("2026-04-08T23:30:")
    assert by_file[early["file"]]["started_at"].startswith("2026-04-09T07:30:")


def test_nmea_sentences_have_right_checksums_and_places(county, demo_folder):
    (path,) = (demo_folder / "patrols" / "tracks").glob("*.nmea")
    lines = path.read_text(encoding="ascii").splitlines()
    (patrol,) = patrols_on(county, patrol_plans.AS_NMEA)

    for line in lines:
        body, checksum = line[1:].split("*")
        assert reduce(lambda left, right: left ^ right, body.encode()) == int(checksum, 16)
    cells = lines[0].split(",")
    latitude, longitude = (int(text[:cut]) + float(text[cut:]) / 60 for text, cut in ((cells[3], 2), (cells[5], 3)))
    east, north = pyproj.Transformer.from_crs(4490, 4527, always_xy=True).transform(longitude, latitude)
    assert np.hypot(*(patrol.track.points[0] - (east, north))) < 0.05
    assert len(lines) == 2 * len(patrol.track.points)


def test_kml_has_as_many_times_as_places(county, demo_folder):
    (path,) = (demo_folder / "patrols" / "tracks").glob("*.kml")
    (patrol,) = patrols_on(county, patrol_plans.AS_KML)
    tags = Counter(element.tag.split("}")[1] for element in ElementTree.parse(path).iter())

    assert tags["when"] == tags["coord"] == len(patrol.track.points)


def test_the_ledger_has_its_planted_gaps(demo_folder):
    book = openpyxl.load_workbook(demo_folder / "patrols" / "ledger.xlsx")
    header, *lines = book.active.iter_rows(values_only=True)
    noted = [dict(zip(header, line, strict=True)) for line in lines if line[header.index("经度")] is not None]
    trips = rows(demo_folder, "trips.csv")
    without_entry = [row for row in trips if row["has_entry"] == "False"]

    assert len(without_entry) == len(facts(demo_folder, "track_without_entry")) == 2
    assert len(facts(demo_folder, "entry_without_track")) == 2
    assert len(lines) == len(trips) - 1 - 2 + 2  # one outing has two files
    assert len(noted) == len(facts(demo_folder, "noted_violation")) + len(facts(demo_folder, "noted_without_violation"))


def test_violations_noted_in_the_ledger_were_found_that_day_within_200_m_and_were_passed(county):
    violations = {one.violation_id: one for one in county.violations}
    noted = [entry for entry in county.patrols.ledger if entry.violation_id]

    assert len(noted) >= 3
    for entry in noted:
        violation = violations[entry.violation_id]
        (patrol,) = [
            p for p in county.patrols.patrols if p.found is not None and p.found.violation_id == entry.violation_id
        ]
        assert violation.found_on == entry.start_at.date() == patrol.outing.on
        assert violation.geometry.distance(shapely.Point(entry.spot)) < 200
        assert violation.geometry.distance(shapely.LineString(patrol.track.points)) < 200


def test_one_note_matches_no_violation(county):
    (entry,) = [entry for entry in county.patrols.ledger if entry.spot and not entry.violation_id]
    away = [one.geometry.distance(shapely.Point(entry.spot)) for one in county.violations if one.crs == "EPSG:4527"]

    assert min(away) > 300


def test_the_same_seed_gives_the_same_fixes(county):
    again = build_patrols(DEFAULT_SEED, county.ground, county.violations)

    for one, other in zip(again.patrols, county.patrols.patrols, strict=True):
        assert np.array_equal(one.track.points, other.track.points)
    assert again.ledger == county.patrols.ledger


def test_names_of_people_are_placeholders(demo_folder):
    book = openpyxl.load_workbook(demo_folder / "patrols" / "ledger.xlsx")
    header, *lines = book.active.iter_rows(values_only=True)
    people = {line[header.index("巡查人员")] for line in lines}

    assert people == {"巡查员甲、巡查员乙", "巡查员丙、巡查员丁"}
    assert "虚构" in json.dumps((demo_folder / "geoenforce.toml").read_text(encoding="utf-8"), ensure_ascii=False)
