"""The tables of the ground: townships, land layers, approved sites."""

from geoenforce.core.tables.columns import Column, Kind, Table
from geoenforce.core.tables.shared import ROW, SOURCE_FILE

_EFFECTIVE = Column(
    "effective_from",
    Kind.DATE,
    "first day the layer is in force; missing: always",
    "生效日期",
    "in force from",
    required=False,
    filled=False,
)

TOWNSHIPS = Table(
    "townships",
    "township",
    "乡镇（街道）",
    "townships",
    Column("township_code", Kind.TEXT, "division code, 9 digits", "乡镇代码", "township code"),
    (
        Column("township_name", Kind.TEXT, "name", "乡镇（街道）", "township"),
        Column("county_code", Kind.TEXT, "division code of the county, 6 digits", "县级代码", "county code"),
        SOURCE_FILE,
        ROW,
    ),
    "polygon",
)

LAND = Table(
    "land",
    "polygon of a land layer",
    "土地图层",
    "land layer",
    None,
    (
        Column(
            "parcel_id",
            Kind.TEXT,
            "the layer's own number of the polygon",
            "地类图斑编号",
            "parcel",
            required=False,
            filled=False,
        ),
        Column("land_code", Kind.TEXT, "land-use code DLBM", "地类编码", "land-use code", required=False, filled=False),
        Column("land_name", Kind.TEXT, "land-use name DLMC", "地类名称", "land use", required=False, filled=False),
        Column(
            "is_cultivated",
            Kind.FLAG,
            "whether the code is cultivated land (01xx)",
            "是否耕地",
            "cultivated",
            required=False,
        ),
        Column(
            "ridge_coefficient",
            Kind.AMOUNT,
            "share of the parcel that is field ridge (KCXS), 0 to 1",
            "田坎系数",
            "ridge coefficient",
            required=False,
            filled=False,
        ),
        _EFFECTIVE,
        SOURCE_FILE,
        ROW,
    ),
    "polygon",
)

APPROVALS = Table(
    "approvals",
    "approved site",
    "批准用地",
    "approvals",
    None,
    (
        Column("approval_id", Kind.TEXT, "number of the approval document", "批准文号", "approval", filled=False),
        Column("approved_on", Kind.DATE, "day of the approval", "批准日期", "approved on"),
        Column(
            "expires_on",
            Kind.DATE,
            "last day of a temporary approval; missing: none",
            "到期日期",
            "expires on",
            required=False,
            filled=False,
        ),
        SOURCE_FILE,
        ROW,
    ),
    "polygon",
)
