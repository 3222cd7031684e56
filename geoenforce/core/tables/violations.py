"""The tables of violations: as they come in, and the ground they lie on."""

from geoenforce.core.tables.columns import Column, Kind, Table
from geoenforce.core.tables.shared import (
    AREA_M2,
    CASE_ID,
    FOUND_ON,
    PARTY,
    ROW,
    SOURCE_FILE,
    TOWNSHIP,
    VIOLATION_ID,
    class_m2,
    class_mu,
)
from geoenforce.core.terms import LandClass, Status

VIOLATIONS = Table(
    "violations",
    "violation patch",
    "违法图斑",
    "violations",
    VIOLATION_ID,
    (
        CASE_ID,
        FOUND_ON,
        Column("status", Kind.TEXT, "what is known of it", "状态", "status", codes=Status.codes()),
        PARTY,
        Column(
            "lead_source",
            Kind.TEXT,
            "where the first word came from",
            "线索来源",
            "lead source",
            required=False,
            filled=False,
        ),
        Column(
            "is_dealt_with",
            Kind.FLAG,
            "whether it was penalised already (Art. 34 counts the others)",
            "是否已处理",
            "dealt with",
            required=False,
        ),
        SOURCE_FILE,
        ROW,
    ),
    "polygon",
)

AREAS = Table(
    "areas",
    "violation patch",
    "图斑面积",
    "areas",
    VIOLATION_ID,
    (
        AREA_M2,
        *(class_mu(land_class) for land_class in LandClass),
        *(class_m2(land_class) for land_class in LandClass),
        Column(
            "approved_afterwards_mu",
            Kind.AMOUNT,
            "ground covered only by approvals later than found_on; changes no grade",
            "事后补办批准",
            "approved afterwards",
            "mu",
        ),
        Column("case_id", Kind.TEXT, "id of the case", "案件编号", "case", required=False),
        Column("status", Kind.TEXT, "what is known of it", "状态", "status", required=False, codes=Status.codes()),
        Column(
            "found_on", Kind.DATE, "day the violation was found", "发现日期", "found on", required=False, filled=False
        ),
    ),
)

_GROUND_M2 = Column("area_m2", Kind.AMOUNT, "ellipsoidal area of this ground (CGCS2000)", "面积", "area", "m²")
_GROUND_MU = Column("area_mu", Kind.AMOUNT, "the same in mu", "面积", "area", "mu")

PIECES = Table(
    "pieces",
    "violation × parcel × class × township",
    "地类明细",
    "pieces",
    None,
    (
        VIOLATION_ID,
        Column("land_class", Kind.TEXT, "the class the piece counts in", "认定类别", "class", codes=LandClass.codes()),
        Column(
            "parcel_id",
            Kind.TEXT,
            "parcel the piece lies in; missing outside all parcels",
            "地类图斑编号",
            "parcel",
            filled=False,
        ),
        Column("land_code", Kind.TEXT, "land-use code DLBM", "地类编码", "land-use code", filled=False),
        Column("land_name", Kind.TEXT, "land-use name DLMC", "地类名称", "land use", filled=False),
        TOWNSHIP,
        _GROUND_M2,
        _GROUND_MU,
        Column("ridge_coefficient", Kind.AMOUNT, "KCXS of the parcel", "田坎系数", "ridge coefficient", filled=False),
        Column("net_area_m2", Kind.AMOUNT, "area without field ridges", "扣除田坎后面积", "net area", "m²"),
    ),
    "polygon",
)

LAND_CODE_AREAS = Table(
    "land code areas",
    "violation × class × land code",
    "地类面积",
    "areas by land code",
    None,
    (
        VIOLATION_ID,
        Column("land_class", Kind.TEXT, "the class the ground counts in", "认定类别", "class", codes=LandClass.codes()),
        Column(
            "land_code",
            Kind.TEXT,
            "land-use code DLBM; missing outside all parcels",
            "地类编码",
            "land-use code",
            filled=False,
        ),
        _GROUND_M2,
        _GROUND_MU,
    ),
)
