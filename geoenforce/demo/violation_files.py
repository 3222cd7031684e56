"""Write the violations as four deliveries: satellite shapefile, boundary points, patrol sheet, imagery."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import shapely

from geoenforce.core.space import polygons_to_plane
from geoenforce.core.terms import LeadSource, Status
from geoenforce.demo.ground import COUNTY_CODE, COUNTY_NAME, CRS
from geoenforce.demo.layer_files import write_old_shapefile
from geoenforce.demo.patrol_plans import FIRST_DAY, LAST_DAY
from geoenforce.demo.violations import Violation

SATELLITE_FILE = Path("violations/卫片图斑.shp")
CORNERS_FILE = Path("violations/界址点_20260312.txt")
PATROL_FILE = Path("violations/巡查发现.xlsx")
IMAGERY_FILE = Path("violations/疑似图斑.geojson")

_HEADERS = ("图斑编号", "案件编号", "发现日期", "状态", "当事人", "线索来源", "是否已处理", "WKT")
_LEADS = (LeadSource.PATROL, LeadSource.PATROL, LeadSource.HOTLINE, LeadSource.PETITION)


def write_violations(folder: Path, violations: Sequence[Violation]) -> None:
    """
    Write all violations, each into the file its plan names.

    Parameters
    ----------
    folder
        The project folder.
    violations
        The patches.
    """
    (folder / SATELLITE_FILE).parent.mkdir(parents=True, exist_ok=True)
    by_delivery: dict[str, list[Violation]] = {}
    for violation in violations:
        by_delivery.setdefault(violation.plan.delivery, []).append(violation)
    _write_satellite(folder / SATELLITE_FILE, by_delivery["satellite"])
    _write_corners(folder / CORNERS_FILE, by_delivery["corners"])
    _write_patrol(folder / PATROL_FILE, by_delivery["patrol"])
    _write_imagery(folder / IMAGERY_FILE, by_delivery["imagery"])


def _write_satellite(path: Path, violations: list[Violation]) -> None:
    """Change patches (卫片图斑): GBK without .cpg; the day is the text HSX (后时相)."""
    rows = [
        {
            "XZQDM": COUNTY_CODE,
            "XMC": COUNTY_NAME,
            "JCBH": one.violation_id,
            "AJBH": "" if one.case_id == one.violation_id else one.case_id,
            "TBLX": "20",
            "JCMJ": round(_area_m2(one), 2),
            "QSX": "20250103",
            "HSX": f"{one.found_on:%Y%m%d}",
            "YDDW": one.plan.party or "",
            "BZ": "示范数据",
        }
        for one in violations
    ]
    write_old_shapefile(gpd.GeoDataFrame(rows, geometry=[one.geometry for one in violations], crs=CRS), path, "GBK")


def _write_corners(path: Path, violations: list[Violation]) -> None:
    """Boundary points (界址点): X is north, Y is east with the zone before it."""
    header = [
        "坐标系=2000国家大地坐标系",
        "几度分带=3",
        "投影类型=高斯克吕格",
        "计量单位=米",
        "带号=39",
        "精度=0.0001",
        "转换参数=,,,,,,",
    ]
    lines = ["[属性描述]", "格式版本号=", "数据产生单位=示范县", "数据产生日期=2026-03-12", *header, "[地块坐标]"]
    for one in violations:
        count = shapely.get_num_coordinates(one.geometry)
        hectares = _area_m2(one) / 10_000
        lines.append(f"{count},{hectares:.4f},{one.violation_id},{one.plan.party or '未知'},面,F50G000000,建设,,@")
        for number, ring in enumerate([one.geometry.exterior, *one.geometry.interiors], start=1):
            points = shapely.get_coordinates(ring)
            for order, (east, north) in enumerate(points, start=1):
                label = 1 if order == len(points) else order  # the last point is the first again
                lines.append(f"J{label},{number},{north:.4f},{east:.4f}")
    path.write_bytes("\r\n".join([*lines, ""]).encode("gbk"))


def _write_patrol(path: Path, violations: list[Violation]) -> None:
    """Write a sheet as the patrol office keeps it; corners as WKT in EPSG:4527."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = "巡查发现"
    sheet.append(_HEADERS)
    for number, one in enumerate(violations):
        dealt = "是" if one.plan.is_dealt_with else "否"
        status = Status[one.plan.status.upper()].zh
        is_in_ledger = FIRST_DAY <= one.found_on <= LAST_DAY
        lead = (LeadSource.PATROL if is_in_ledger else _LEADS[number % len(_LEADS)]).zh
        wkt = shapely.to_wkt(one.geometry, rounding_precision=4, trim=True)
        sheet.append([one.violation_id, one.case_id, one.found_on, status, one.plan.party, lead, dealt, wkt])
    book.save(path)


def _write_imagery(path: Path, violations: list[Violation]) -> None:
    """Suspected patches (疑似图斑) as GeoJSON, in degrees."""
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "properties": {
                "violation_id": one.violation_id,
                "found_on": one.found_on.isoformat(),
                "status": one.plan.status,
                "lead_source": LeadSource.SATELLITE.value,
                "party": one.plan.party,
            },
            "geometry": shapely.geometry.mapping(one.geometry),
        }
        for one in violations
    ]
    collection = {"type": "FeatureCollection", "name": "疑似图斑", "features": features}
    path.write_text(json.dumps(collection, ensure_ascii=False, indent=1), encoding="utf-8")


def _area_m2(violation: Violation) -> float:
    return float(shapely.area(polygons_to_plane(violation.geometry, violation.crs)))
