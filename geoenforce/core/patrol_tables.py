"""
The tables of patrols: fixes, ledger, trips, patrol days, coverage, and what was found about them.

Declared as in `geoenforce.core.tables`; the codes that their columns hold are in `core.patrol_terms`.
"""

from geoenforce.core.patrol_terms import DayReason, FixFlag, IntegrityFlag, OfficeLevel, Reconciled, SeenLand
from geoenforce.core.tables import Column, Kind, Table
from geoenforce.core.tables.shared import ROW, SOURCE_FILE, TOWNSHIP

_UNIT = Column("patrol_unit", Kind.TEXT, "who went out", "巡查单位", "patrol unit", filled=False)
_DEVICE = Column("device_id", Kind.TEXT, "the receiver or phone", "设备编号", "device", filled=False)
_ENTRY = Column("entry_id", Kind.TEXT, "id of the ledger's entry", "台账编号", "entry")
_TRIP = Column("trip_id", Kind.TEXT, "id of the trip", "巡查编号", "trip")
_ON = Column("on", Kind.DATE, "day in Asia/Shanghai; a trip belongs to the day it started", "日期", "day")
_START = Column("started_at", Kind.INSTANT, "first fix used", "开始时间", "start")
_END = Column("ended_at", Kind.INSTANT, "last fix used", "结束时间", "end")
_LENGTH = Column("length_m", Kind.AMOUNT, "along geodesics of CGCS2000", "里程", "length", unit="m")
_DURATION = Column("duration_min", Kind.AMOUNT, "from first to last fix", "时长", "duration", unit="min")
_LONGITUDE = Column("longitude", Kind.NUMBER, "CGCS2000", "经度", "longitude", unit="°", filled=False)
_LATITUDE = Column("latitude", Kind.NUMBER, "CGCS2000", "纬度", "latitude", unit="°", filled=False)

FIXES = Table(
    "fixes",
    "position as logged",
    "定位点",
    "fixes",
    None,
    (
        _UNIT,
        _DEVICE,
        Column("recorded_at", Kind.INSTANT, "time of the fix", "定位时间", "recorded at", filled=False),
        _LONGITUDE,
        _LATITUDE,
        Column(
            "accuracy_m",
            Kind.AMOUNT,
            "as the receiver states it",
            "精度",
            "accuracy",
            unit="m",
            required=False,
            filled=False,
        ),
        Column(
            "saved_at",
            Kind.INSTANT,
            "when the log was last written",
            "保存时间",
            "saved at",
            required=False,
            filled=False,
        ),
        Column("segment", Kind.INTEGER, "track segment in the file", "轨迹段", "segment", required=False, filled=False),
        SOURCE_FILE,
        ROW,
        Column("flag", Kind.TEXT, "why it is not used", "剔除原因", "flag", filled=False, codes=FixFlag.codes()),
    ),
)

LEDGER = Table(
    "ledger",
    "entry of the patrol ledger",
    "巡查台账",
    "patrol ledger",
    _ENTRY,
    (
        _ON,
        _UNIT,
        Column("started_at", Kind.INSTANT, "as entered", "开始时间", "start", filled=False),
        Column("ended_at", Kind.INSTANT, "as entered", "结束时间", "end", filled=False),
        Column("area", Kind.TEXT, "township code or name, or route", "巡查区域及路线", "area and route", filled=False),
        Column("violations_noted", Kind.INTEGER, "as entered", "发现违法数", "violations noted", filled=False),
        Column(
            "longitude",
            Kind.NUMBER,
            "of a noted violation",
            "违法地点经度",
            "longitude",
            unit="°",
            required=False,
            filled=False,
        ),
        Column(
            "latitude",
            Kind.NUMBER,
            "of a noted violation",
            "违法地点纬度",
            "latitude",
            unit="°",
            required=False,
            filled=False,
        ),
        Column("notes", Kind.TEXT, "free text", "备注", "notes", required=False, filled=False),
        Column("patrollers", Kind.TEXT, "names; personal data", "巡查人员", "patrollers", required=False, filled=False),
        SOURCE_FILE,
        ROW,
    ),
)

TRIPS = Table(
    "trips",
    "outing",
    "巡查轨迹",
    "trips",
    _TRIP,
    (
        _UNIT,
        _DEVICE,
        _ON,
        _START,
        _END,
        _DURATION,
        Column("moving_min", Kind.AMOUNT, "time not spent at stops", "移动时长", "moving", unit="min"),
        _LENGTH,
        Column("stops", Kind.INTEGER, "stays at one place", "停留次数", "stops"),
        Column("fixes", Kind.INTEGER, "fixes used", "定位点数", "fixes"),
        Column("fixes_flagged", Kind.INTEGER, "fixes of that outing not used", "剔除点数", "fixes flagged"),
        Column(
            "median_interval_s",
            Kind.AMOUNT,
            "between fixes used",
            "定位间隔（中位数）",
            "median interval",
            unit="s",
        ),
        Column(
            "township_shares",
            Kind.TEXT,
            "share of the length by township, largest first; (outside) stands for none",
            "途经乡镇及占比",
            "shares by township",
            filled=False,
        ),
        TOWNSHIP,
        Column("inside_m", Kind.AMOUNT, "length inside the county", "辖区内里程", "length inside", unit="m"),
        Column("inside_min", Kind.AMOUNT, "time inside the county", "辖区内时长", "time inside", unit="min"),
    ),
    "line",
)

TRIP_PARTS = Table(
    "trip parts",
    "trip × township",
    "分乡镇巡查",
    "trips by township",
    None,
    (
        _TRIP,
        TOWNSHIP,
        _LENGTH,
        Column("duration_min", Kind.AMOUNT, "time spent in the township", "时长", "duration", unit="min"),
    ),
)

PATROL_DAYS = Table(
    "patrol_days",
    "office and working day",
    "巡查日",
    "patrol days",
    None,
    (
        Column("office", Kind.TEXT, "division code of the office", "责任单位代码", "office"),
        Column("level", Kind.TEXT, "level of the office", "层级", "level", codes=OfficeLevel.codes()),
        _ON,
        Column("trips", Kind.INTEGER, "trips that touched the office's area", "巡查次数", "trips"),
        Column("first_start_at", Kind.INSTANT, "of these trips", "最早出发", "first start", filled=False),
        Column("last_end_at", Kind.INSTANT, "of these trips", "最晚结束", "last end", filled=False),
        Column("length_m", Kind.AMOUNT, "inside the office's area, all trips", "里程", "length", unit="m"),
        Column("duration_min", Kind.AMOUNT, "inside the office's area, all trips", "时长", "duration", unit="min"),
        Column("is_compliant", Kind.FLAG, "whether one trip met the rule", "是否达标", "compliant"),
        Column("is_excused", Kind.FLAG, "whether no patrol was owed", "是否免巡", "excused"),
        Column("reason", Kind.TEXT, "what became of the day", "情况", "reason", codes=DayReason.codes()),
        Column("excuse", Kind.TEXT, "why no patrol was owed", "免巡原因", "excuse", required=False, filled=False),
    ),
)

PATROL_RATES = Table(
    "patrol_rates",
    "office and month or year",
    "巡查达标率",
    "patrol rates",
    None,
    (
        Column("office", Kind.TEXT, "division code of the office", "责任单位代码", "office"),
        Column("level", Kind.TEXT, "level of the office", "层级", "level", codes=OfficeLevel.codes()),
        Column("period", Kind.TEXT, "month as 2026-04, or year as 2026", "期间", "period"),
        Column("working_days", Kind.INTEGER, "in the period", "工作日", "working days"),
        Column("excused_days", Kind.INTEGER, "working days without duty to patrol", "免巡日", "excused days"),
        Column("compliant_days", Kind.INTEGER, "of the days on which a patrol was owed", "达标日", "compliant days"),
        Column("rate", Kind.AMOUNT, "compliant ÷ owed; missing: none owed", "巡查达标率", "rate", filled=False),
        Column("longest_kept", Kind.INTEGER, "owed days in a row with a patrol", "最长连续达标", "longest kept"),
        Column("longest_missed", Kind.INTEGER, "owed days in a row without", "最长连续未达标", "longest missed"),
    ),
)

COVERAGE = Table(
    "coverage",
    "township × period × land",
    "巡查覆盖",
    "coverage",
    None,
    (
        TOWNSHIP,
        Column("period_from", Kind.DATE, "first day", "起", "from"),
        Column("period_to", Kind.DATE, "last day", "止", "to"),
        Column("land", Kind.TEXT, "which land", "土地", "land", codes=SeenLand.codes()),
        Column("ground_m2", Kind.AMOUNT, "land of that kind, ellipsoidal", "面积", "ground", unit="m²"),
        Column("seen_m2", Kind.AMOUNT, "within sight of a trip, each spot once", "已巡面积", "seen", unit="m²"),
        Column("seen_share", Kind.AMOUNT, "seen ÷ ground", "巡查覆盖率", "share seen", filled=False),
        Column("effort_m2", Kind.AMOUNT, "sum over trips, with repetition", "累计巡查面积", "effort", unit="m²"),
    ),
)

UNSEEN = Table(
    "unseen",
    "basic-farmland patch not seen lately",
    "未巡查基本农田",
    "unseen basic farmland",
    None,
    (
        Column("parcel_id", Kind.TEXT, "the layer's own number", "图斑编号", "parcel", required=False, filled=False),
        TOWNSHIP,
        Column("last_seen_on", Kind.DATE, "missing: never", "最近巡查日", "last seen", filled=False),
        Column("days_unseen", Kind.INTEGER, "missing: never seen", "未巡天数", "days unseen", filled=False),
        Column("area_mu", Kind.AMOUNT, "ellipsoidal", "面积", "area", unit="mu"),
        ROW,
    ),
    "polygon",
)

RECONCILIATION = Table(
    "reconciliation",
    "entry, trip or violation compared",
    "台账核对",
    "ledger reconciliation",
    None,
    (
        _ON,
        _UNIT,
        Column("entry_id", Kind.TEXT, "id of the ledger's entry", "台账编号", "entry", filled=False),
        Column("trip_id", Kind.TEXT, "id of the trip", "巡查编号", "trip", filled=False),
        Column("result", Kind.TEXT, "how they agree", "核对结果", "result", codes=Reconciled.codes()),
        Column("detail", Kind.TEXT, "what was compared, in a sentence", "说明", "detail"),
    ),
)

INTEGRITY = Table(
    "integrity",
    "doubt about a trip",
    "轨迹真实性疑点",
    "integrity",
    None,
    (
        _TRIP,
        _UNIT,
        _DEVICE,
        Column("flag", Kind.TEXT, "what makes it doubtful", "疑点", "doubt", codes=IntegrityFlag.codes()),
        Column("measured", Kind.NUMBER, "the value measured", "测得值", "measured"),
        Column("limit", Kind.NUMBER, "the limit it was held against", "限值", "limit"),
        Column("unit", Kind.TEXT, "of measured and limit; empty for a share", "单位", "unit", filled=False),
        Column("detail", Kind.TEXT, "what was measured against which limit", "说明", "detail"),
        Column("other_trip_id", Kind.TEXT, "the other trip, where two", "关联巡查", "other trip", filled=False),
    ),
)

#: Every table of patrols; the data dictionary lists them after those of `geoenforce.core.tables`.
PATROL_TABLES = (
    FIXES,
    LEDGER,
    TRIPS,
    TRIP_PARTS,
    PATROL_DAYS,
    PATROL_RATES,
    COVERAGE,
    UNSEEN,
    RECONCILIATION,
    INTEGRITY,
)
