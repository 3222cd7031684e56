"""Two townships and six violations, small enough to draw on paper; some of their texts are hostile."""

from datetime import date

import geopandas as gpd
import pandas as pd
import shapely

from geoenforce.core.results import Results
from geoenforce.core.space import PLANE
from geoenforce.core.tables import issues_table

IMAGE_ATTACK = "<img src=x onerror=window.hacked=1>"
SCRIPT_ATTACK = "</script><script>window.hacked=1</script>"
FORMULA_ATTACK = "=cmd|' /C calc'!A0"
QUOTES = 'Wang "O\'Neil" & sons\nsecond line \u2028 `${window.hacked=1}`'

MU = 2000 / 3
#: south-west corner of the county in the plane, near 116.4° E, 23.5° N
WEST, SOUTH = 1_270_000.0, 2_528_000.0


def plot(east: float, north: float, width: float, height: float) -> shapely.Polygon:
    """Return a rectangle, in metres from the county's corner."""
    return shapely.box(WEST + east, SOUTH + north, WEST + east + width, SOUTH + north + height)


def layer(rows: dict[str, object], shapes: list[shapely.Polygon], **options: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=PLANE, **options)


def townships() -> gpd.GeoDataFrame:
    index = pd.Index(["445299001", "445299002"], name="township_code")
    rows = {"township_name": ["东岸镇", f"西坡镇{IMAGE_ATTACK}"], "county_code": ["445299", "445299"]}
    return layer(rows, [plot(2000, 0, 2000, 3000), plot(0, 0, 2000, 3000)], index=index)


# (id, case, status, place, width in m, height in m, basic mu, cultivated mu, other mu, approved mu)
# Widths times heights are the areas: 100 m x 66 2/3 m = 10 mu.
PATCHES = [
    ("V1", "C1", "confirmed", (2500, 500), 100, 200 / 3, 6.2, 3.8, 0.0, 0.0),
    ("V2", "C2", "confirmed", (2900, 1500), 200, 200 / 3, 12.0, 8.0, 0.0, 0.0),
    ("V3", "C2", "confirmed", (3300, 2200), 50, 200 / 3, 1.0, 0.0, 4.0, 0.0),
    ("V4", IMAGE_ATTACK, "confirmed", (700, 800), 100, 200 / 3, 0.0, 9.996, 0.004, 0.0),
    (SCRIPT_ATTACK, FORMULA_ATTACK, "suspected", (1200, 2000), 100, 200 / 3, 0.0, 0.0, 7.5, 2.5),
    ("V6", "C6", "lawful", (300, 2400), 100, 200 / 3, 0.0, 0.0, 0.0, 10.0),
]
_FIELDS = ("basic_farmland", "other_cultivated", "other", "approved")


def violations() -> gpd.GeoDataFrame:
    index = pd.Index([patch[0] for patch in PATCHES], name="violation_id")
    rows = {
        "case_id": [patch[1] for patch in PATCHES],
        "found_on": pd.to_datetime(["2026-03-02"] * 3 + ["2026-04-07", "2026-05-08", "2026-06-09"]),
        "status": [patch[2] for patch in PATCHES],
        "party": [QUOTES, "张某", "张某", None, None, None],
        "source_file": ["inputs/<b>图斑</b>.shp"] * 6,
        "row": range(1, 7),
    }
    return layer(rows, [plot(*patch[3], patch[4], patch[5]) for patch in PATCHES], index=index)


def areas() -> pd.DataFrame:
    index = pd.Index([patch[0] for patch in PATCHES], name="violation_id")
    frame = pd.DataFrame(index=index)
    frame["area_m2"] = [sum(patch[6:]) * MU for patch in PATCHES]
    for place, name in ((9, "approved"), (6, "basic_farmland"), (7, "other_cultivated"), (8, "other")):
        frame[f"{name}_mu"] = [patch[place] for patch in PATCHES]
        frame[f"{name}_m2"] = frame[f"{name}_mu"] * MU
    return frame.assign(approved_afterwards_mu=0.0).join(violations()[["case_id", "status", "found_on"]])


def cases() -> pd.DataFrame:
    index = pd.Index(["C1", "C2", IMAGE_ATTACK, FORMULA_ATTACK], name="case_id")
    rows = {
        "township_code": ["445299001", "445299001", "445299002", None],
        "township_name": ["东岸镇", "东岸镇", f"西坡镇{IMAGE_ATTACK}", None],
        "year": 2026,
        "status": ["confirmed", "confirmed", "confirmed", "suspected"],
        "severity": ["serious", "especially_serious", "ordinary", "ordinary"],
        "decided_by": ["basic_farmland", "basic_farmland", None, None],
        "near_threshold": [False, False, True, False],
        "may_change_grade": [False, False, True, False],
        "boundary_error_mu": [0.25, 0.575, 0.25, 0.25],
        "area_m2": [10 * MU, 25 * MU, 10 * MU, 10 * MU],
        "approved_mu": [0.0, 0.0, 0.0, 2.5],
        "basic_farmland_mu": [6.2, 13.0, 0.0, 0.0],
        "other_cultivated_mu": [3.8, 8.0, 9.996, 0.0],
        "other_mu": [0.0, 4.0, 0.004, 7.5],
        "violations": [1, 2, 1, 1],
        "found_on": pd.to_datetime(["2026-03-02", "2026-03-02", "2026-04-07", "2026-05-08"]),
        "party": [QUOTES, "张某", None, None],
        "township_shares": [None, "445299001 1.0000", None, None],
    }
    return pd.DataFrame(rows, index=index)


LIMITS = [
    ("basic_farmland", "serious", 5.0),
    ("basic_farmland", "especially_serious", 10.0),
    ("other_cultivated", "serious", 10.0),
    ("other_cultivated", "especially_serious", 20.0),
    ("other", "serious", 20.0),
    ("other", "especially_serious", 40.0),
]


def comparisons() -> pd.DataFrame:
    rows = [
        {
            "case_id": case_id,
            "land_class": land_class,
            "severity": severity,
            "area_mu": case[f"{land_class}_mu"],
            "operator": "at_least",
            "limit_mu": limit,
            "margin_mu": case[f"{land_class}_mu"] - limit,
            "holds": case[f"{land_class}_mu"] >= limit,
            "citation": "揭府〔2009〕56号 第三十六条",
        }
        for case_id, case in cases().iterrows()
        for land_class, severity, limit in LIMITS
    ]
    return pd.DataFrame(rows)


def pieces() -> gpd.GeoDataFrame:
    rows = {
        "violation_id": ["V1", "V1"],
        "land_class": ["basic_farmland", "other_cultivated"],
        "parcel_id": ["P1", None],
        "land_code": ["0101", "0103"],
        "land_name": ["水田", "旱地"],
        "township_code": "445299001",
        "area_m2": [6.2 * MU, 3.8 * MU],
        "area_mu": [6.2, 3.8],
        "ridge_coefficient": [0.1, 0.0],
        "net_area_m2": [5.58 * MU, 3.8 * MU],
    }
    return layer(rows, [plot(2500, 500, 62, 200 / 3), plot(2562, 500, 38, 200 / 3)])


def rejects() -> gpd.GeoDataFrame:
    columns = ["file", "layer", "row", "feature", "problem", "detail"]
    rows = [["a.shp", None, 7, "V9", "empty_geometry", FORMULA_ATTACK], ["a.shp", None, 8, "V10", "sliver", "0 m²"]]
    frame = pd.DataFrame(rows, columns=columns).astype({"layer": "str"})
    return gpd.GeoDataFrame(frame, geometry=[None, shapely.box(116.4, 23.5, 116.401, 23.5001)], crs=4490)


def results() -> Results:
    patches = violations()
    farmland = layer({"parcel_id": ["F1"]}, [plot(2400, 400, 162, 400)])
    parties = {"party": ["张某"], "year": [2026], "cases": [1], "case_ids": ["C2"], "basic_farmland_mu": [13.0]}
    parties |= {"other_cultivated_mu": [8.0], "other_mu": [4.0], "severity": ["especially_serious"]}
    issue = {"file": "a.shp", "row": 7, "feature": "V9", "problem": "empty_geometry", "detail": FORMULA_ATTACK}
    return Results(
        title=f"示范县{SCRIPT_ATTACK}",
        townships=townships(),
        violations=patches,
        original=patches.geometry.to_crs(4490),
        areas=areas(),
        cases=cases(),
        comparisons=comparisons(),
        parties=pd.DataFrame(parties),
        pieces=pieces(),
        basic_farmland=farmland,
        issues=issues_table([{**issue, "action": "rejected"}]),
        rejects=rejects(),
        crs="EPSG:4527",
        regulation_title="揭阳市土地管理共同责任制度实施办法",
        regulation_number="揭府〔2009〕56号",
        as_of=date(2026, 6, 30),
    )
