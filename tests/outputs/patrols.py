"""Three patrols of the little county, the last of them still out; some of their texts are hostile."""

import geopandas as gpd
import pandas as pd
import shapely

from geoenforce.core.patrol_results import PatrolResults

IMAGE_ATTACK = "<img src=x onerror=window.hacked=1>"
FORMULA_ATTACK = "=cmd|' /C calc'!A0"
EAST, WEST = "445299001", "445299002"
FIRST, SHORT, LAST = "20260626-073000-DEV-0001", "20260629-150000-DEV-0002", "20260630-083000-DEV-0001"
HOSTILE_UNIT = f"二队{IMAGE_ATTACK}"
DEVICES = ("DEV-0001", "DEV-0002")


def moments(*texts: str) -> pd.DatetimeIndex:
    """Read local times; kept in UTC, so that an output that forgets the zone shows the day before."""
    return pd.DatetimeIndex(texts).tz_localize("Asia/Shanghai").tz_convert("UTC")


def line(layer, *corners: tuple[float, float]) -> shapely.LineString:
    """Return a line through points given in metres from the county's corner, in longitude and latitude."""
    frame = layer({}, [shapely.LineString(corners)])
    moved = frame.geometry.translate(1_270_000.0, 2_528_000.0).to_crs(4490)
    return moved.iloc[0]


def trips(layer) -> gpd.GeoDataFrame:
    rows = {
        "patrol_unit": ["一队", HOSTILE_UNIT, "一队"],
        "device_id": ["DEV-0001", "DEV-0002", "DEV-0001"],
        "on": pd.to_datetime(["2026-06-26", "2026-06-29", "2026-06-30"]),
        "started_at": moments("2026-06-26 07:30:00", "2026-06-29 15:00:00", "2026-06-30 08:30:00"),
        "ended_at": moments("2026-06-26 08:00:00", "2026-06-29 15:05:30", "2026-06-30 09:45:00"),
        "duration_min": [30.0, 5.5, 75.0],
        "moving_min": [25.0, 5.0, 60.0],
        "length_m": [2996.4, 600.0, 5274.96],
        "stops": [1, 0, 2],
        "fixes": [180, 33, 450],
        "fixes_flagged": [0, 2, 5],
        "median_interval_s": [10.0, 10.0, 10.0],
        "township_shares": [f"{EAST} 0.6000; {WEST} 0.4000", f"{WEST} 1.0000", f"{EAST} 1.0000"],
        "township_code": [EAST, WEST, EAST],
        "inside_m": [2996.4, 600.0, 5274.96],
        "inside_min": [30.0, 5.5, 75.0],
    }
    shapes = [
        line(layer, (700, 1200), (1600, 1500), (2400, 1300), (3600, 1100)),
        line(layer, (400, 400), (900, 600)),
        shapely.MultiLineString(
            [line(layer, (2300, 400), (3000, 500), (3500, 1500)), line(layer, (3500, 1600), (2600, 2600), (2200, 2400))]
        ),
    ]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=4490, index=pd.Index([FIRST, SHORT, LAST], name="trip_id"))


def trip_parts() -> pd.DataFrame:
    rows = [(FIRST, EAST, 1797.84, 18.0), (FIRST, WEST, 1198.56, 12.0), (SHORT, WEST, 600.0, 5.5)]
    columns = ["trip_id", "township_code", "length_m", "duration_min"]
    return pd.DataFrame([*rows, (LAST, EAST, 5274.96, 75.0)], columns=columns)


def days() -> pd.DataFrame:
    # office, on, trips, first start, last end, metres, minutes, reason
    rows = [
        ("445299", "2026-06-26", 1, "2026-06-26 07:30", "2026-06-26 08:00", 2996.4, 30.0, "patrolled"),
        ("445299", "2026-06-29", 1, "2026-06-29 15:00", "2026-06-29 15:05:30", 600.0, 5.5, "too_short"),
        ("445299", "2026-06-30", 1, "2026-06-30 08:30", "2026-06-30 09:45", 5274.96, 75.0, "patrolled"),
        (EAST, "2026-06-26", 1, "2026-06-26 07:30", "2026-06-26 08:00", 1797.84, 18.0, "patrolled"),
        (EAST, "2026-06-29", 0, None, None, 0.0, 0.0, "no_trip"),
        (EAST, "2026-06-30", 1, "2026-06-30 08:30", "2026-06-30 09:45", 5274.96, 75.0, "patrolled"),
        (WEST, "2026-06-26", 1, "2026-06-26 07:30", "2026-06-26 08:00", 1198.56, 12.0, "patrolled"),
        (WEST, "2026-06-29", 1, "2026-06-29 15:00", "2026-06-29 15:05:30", 600.0, 5.5, "too_short"),
        (WEST, "2026-06-30", 0, None, None, 0.0, 0.0, "excused"),
    ]
    columns = ["office", "on", "trips", "first_start_at", "last_end_at", "length_m", "duration_min", "reason"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(
        on=pd.to_datetime(frame["on"]),
        level=["county"] * 3 + ["township"] * 6,
        first_start_at=moments(*frame["first_start_at"]),
        last_end_at=moments(*frame["last_end_at"]),
        is_compliant=frame["reason"] == "patrolled",
        is_excused=frame["reason"] == "excused",
        excuse=[None] * 8 + [f"台风{IMAGE_ATTACK}"],
    )


def rates() -> pd.DataFrame:
    rows = [("445299", "county", 3, 0, 2, 2 / 3, 1, 1), (EAST, "township", 3, 0, 2, 2 / 3, 1, 1)]
    columns = ["office", "level", "working_days", "excused_days", "compliant_days", "rate"]
    columns += ["longest_kept", "longest_missed"]
    frame = pd.DataFrame([*rows, (WEST, "township", 3, 1, 1, 0.5, 1, 1)], columns=columns)
    return frame.assign(period="2026-06")


def coverage() -> pd.DataFrame:
    rows = [
        (EAST, "basic_farmland", 2_000_000.0, 1_500_000.0, 0.75, 2_400_000.0),
        (EAST, "cultivated", 3_000_000.0, 1_800_000.0, 0.6, 2_700_000.0),
        (WEST, "basic_farmland", 1_000_000.0, 999_700.0, 0.9997, 1_100_000.0),
    ]
    columns = ["township_code", "land", "ground_m2", "seen_m2", "seen_share", "effort_m2"]
    dates = {"period_from": pd.Timestamp("2026-06-01"), "period_to": pd.Timestamp("2026-06-30")}
    return pd.DataFrame(rows, columns=columns).assign(**dates)


def unseen(layer, plot) -> gpd.GeoDataFrame:
    rows = {
        "parcel_id": [f"P7{IMAGE_ATTACK}", None],
        "township_code": [WEST, EAST],
        "last_seen_on": pd.to_datetime(["2026-05-16", None]),
        "days_unseen": pd.array([45, None], dtype="Int64"),
        "area_mu": [300.0, 60.0],
        "row": [7, 8],
    }
    return layer(rows, [plot(200, 1500, 500, 400), plot(2900, 2650, 200, 200)])


def reconciliation() -> pd.DataFrame:
    rows = [
        ("2026-06-26", "一队", "L1", FIRST, "matched", "同日同区域"),
        ("2026-06-29", HOSTILE_UNIT, None, SHORT, "track_without_entry", FORMULA_ATTACK),
    ]
    frame = pd.DataFrame(rows, columns=["on", "patrol_unit", "entry_id", "trip_id", "result", "detail"])
    return frame.assign(on=pd.to_datetime(frame["on"]))


def integrity() -> pd.DataFrame:
    row = {"trip_id": [LAST], "patrol_unit": ["一队"], "device_id": ["DEV-0001"], "flag": ["replayed_track"]}
    measured = {"measured": [4.2], "limit": [10.0], "unit": ["m"], "detail": [f"distance 4.2 m{IMAGE_ATTACK}"]}
    return pd.DataFrame(row | measured | {"other_trip_id": [FIRST]})


def patrol_results(county) -> PatrolResults:
    return PatrolResults(
        trips=trips(county.layer),
        trip_parts=trip_parts(),
        days=days(),
        rates=rates(),
        coverage=coverage(),
        unseen=unseen(county.layer, county.plot),
        unseen_days=30,
        reconciliation=reconciliation(),
        integrity=integrity(),
        status_at=pd.Timestamp("2026-06-30 10:00", tz="Asia/Shanghai").to_pydatetime(),
    )
