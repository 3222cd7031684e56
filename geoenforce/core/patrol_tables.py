"""
The tables of patrols: fixes, ledger, trips, patrol days, coverage, and what was found about them.

Declared as in `geoenforce.core.tables`; the codes that their columns hold are terms of their own.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from geoenforce.core.tables import Column, Kind, Table
from geoenforce.core.terms import Term


class FixFlag(Term):
    """Why a fix is not used; a fix without one is used."""

    NO_TIME = "no_time", "无时间", "no time"
    NO_POSITION = "no_position", "无坐标", "no position"
    DUPLICATE = "duplicate", "重复定位点", "repeated fix"
    BACKWARD_TIME = "backward_time", "时间倒退", "time runs backward"
    BAD_CHECKSUM = "bad_checksum", "校验和错误", "wrong checksum"
    IMPOSSIBLE_SPEED = "impossible_speed", "速度不可能", "impossible speed"
    JUMP = "jump", "位置跳变", "jump"
    OUTSIDE_COUNTY = "outside_county", "在辖区以外", "outside the county"
    REPEATED_OUTING = "repeated_outing", "同一次巡查重复上传", "outing uploaded more than once"


class DayReason(Term):
    """What became of an office's working day."""

    PATROLLED = "patrolled", "已巡查", "patrolled"
    TOO_SHORT = "too_short", "巡查时长或里程不足", "too short"
    NO_TRIP = "no_trip", "未巡查", "no trip"
    EXCUSED = "excused", "免予巡查", "excused"


class OfficeLevel(Term):
    """Level of the office that a patrol day belongs to."""

    COUNTY = "county", "县级", "county"
    TOWNSHIP = "township", "乡镇级", "township"


class SeenLand(Term):
    """Land whose coverage is measured."""

    BASIC_FARMLAND = "basic_farmland", "永久基本农田", "basic farmland"
    CULTIVATED = "cultivated", "耕地", "cultivated land"


class Reconciled(Term):
    """How an entry of the ledger and a trip agree."""

    MATCHED = "matched", "台账与轨迹一致", "matched"
    ENTRY_WITHOUT_TRACK = "entry_without_track", "有台账无轨迹", "entry without track"
    TRACK_WITHOUT_ENTRY = "track_without_entry", "有轨迹无台账", "track without entry"
    OTHER_AREA = "other_area", "区域不一致", "other area"
    OTHER_TIME = "other_time", "时间不一致", "other time"
    VIOLATION_NOT_RECORDED = "violation_not_recorded", "台账所记违法未入库", "noted violation not in the table"
    VIOLATION_UNKNOWN = "violation_unknown", "巡查发现的违法台账未记", "violation that the ledger does not note"


class IntegrityFlag(Term):
    """What makes a track doubtful; a person decides."""

    REPLAYED_TRACK = "replayed_track", "轨迹疑似重放", "replayed track"
    ONE_DEVICE_TWO_PATROLS = "one_device_two_patrols", "同一设备同时两次巡查", "one device on two patrols"
    DEVICES_MOVING_AS_ONE = "devices_moving_as_one", "多台设备同行", "devices moving as one"
    TELEPORT = "teleport", "瞬间移动", "teleport"
    GENERATED_TRACK = "generated_track", "轨迹疑似生成", "generated track"
    EDITED_LATER = "edited_later", "事后修改", "edited later"
    WITHIN_ONE_BUILDING = "within_one_building", "未离开一处房屋范围", "within one building"


def _column(name: str, kind: Kind, zh: str, en: str, meaning: str, **more: Any) -> Column:
    return Column(name, kind, meaning, zh, en, **more)


def _codes(term: type[Term]) -> tuple[str, ...]:
    return tuple(member.value for member in term)


_MISSING = {"required": False, "filled": False}
_UNIT = _column("patrol_unit", Kind.TEXT, "巡查单位", "patrol unit", "who went out", filled=False)
_DEVICE = _column("device_id", Kind.TEXT, "设备编号", "device", "the receiver or phone", filled=False)
_ENTRY = _column("entry_id", Kind.TEXT, "台账编号", "entry", "id of the ledger's entry")
_TRIP = _column("trip_id", Kind.TEXT, "巡查编号", "trip", "id of the trip")
_ON = _column("on", Kind.DATE, "日期", "day", "day in Asia/Shanghai; a trip belongs to the day it started")
_START = _column("started_at", Kind.INSTANT, "开始时间", "start", "first fix used")
_END = _column("ended_at", Kind.INSTANT, "结束时间", "end", "last fix used")
_LENGTH = _column("length_m", Kind.AMOUNT, "里程", "length", "along geodesics of CGCS2000", unit="m")
_DURATION = _column("duration_min", Kind.AMOUNT, "时长", "duration", "from first to last fix", unit="min")
_TOWNSHIP = _column("township_code", Kind.TEXT, "乡镇代码", "township code", "division code, 9 digits", filled=False)
_FILE = _column("source_file", Kind.TEXT, "来源文件", "file", "the file the row came from", **_MISSING)
_ROW = _column("row", Kind.INTEGER, "行号", "row", "the row in that file, from 1", required=False)
_LONGITUDE = _column("longitude", Kind.NUMBER, "经度", "longitude", "CGCS2000", unit="°", filled=False)
_LATITUDE = _column("latitude", Kind.NUMBER, "纬度", "latitude", "CGCS2000", unit="°", filled=False)

FIXES = Table(
    "fixes",
    "position as logged",
    "定位点",
    "fixes",
    None,
    (
        _UNIT,
        _DEVICE,
        _column("recorded_at", Kind.INSTANT, "定位时间", "recorded at", "time of the fix", filled=False),
        _LONGITUDE,
        _LATITUDE,
        _column("accuracy_m", Kind.AMOUNT, "精度", "accuracy", "as the receiver states it", unit="m", **_MISSING),
        _column("saved_at", Kind.INSTANT, "保存时间", "saved at", "when the log was last written", **_MISSING),
        _column("segment", Kind.INTEGER, "轨迹段", "segment", "track segment in the file", **_MISSING),
        _FILE,
        _ROW,
        _column("flag", Kind.TEXT, "剔除原因", "flag", "why it is not used", filled=False, codes=_codes(FixFlag)),
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
        _column("started_at", Kind.INSTANT, "开始时间", "start", "as entered", filled=False),
        _column("ended_at", Kind.INSTANT, "结束时间", "end", "as entered", filled=False),
        _column("area", Kind.TEXT, "巡查区域及路线", "area and route", "township code or name, or route", filled=False),
        _column("violations_noted", Kind.INTEGER, "发现违法数", "violations noted", "as entered", filled=False),
        _column("longitude", Kind.NUMBER, "违法地点经度", "longitude", "of a noted violation", unit="°", **_MISSING),
        _column("latitude", Kind.NUMBER, "违法地点纬度", "latitude", "of a noted violation", unit="°", **_MISSING),
        _column("notes", Kind.TEXT, "备注", "notes", "free text", **_MISSING),
        _column("patrollers", Kind.TEXT, "巡查人员", "patrollers", "names; personal data", **_MISSING),
        _FILE,
        _ROW,
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
        _column("moving_min", Kind.AMOUNT, "移动时长", "moving", "time not spent at stops", unit="min"),
        _LENGTH,
        _column("stops", Kind.INTEGER, "停留次数", "stops", "stays at one place"),
        _column("fixes", Kind.INTEGER, "定位点数", "fixes", "fixes used"),
        _column("fixes_flagged", Kind.INTEGER, "剔除点数", "fixes flagged", "fixes of that outing not used"),
        _column(
            "median_interval_s",
            Kind.AMOUNT,
            "定位间隔（中位数）",
            "median interval",
            "between fixes used",
            unit="s",
        ),
        _column(
            "township_shares",
            Kind.TEXT,
            "途经乡镇及占比",
            "shares by township",
            "share of the length by township, largest first; (outside) stands for none",
            filled=False,
        ),
        _TOWNSHIP,
        _column("inside_m", Kind.AMOUNT, "辖区内里程", "length inside", "length inside the county", unit="m"),
        _column("inside_min", Kind.AMOUNT, "辖区内时长", "time inside", "time inside the county", unit="min"),
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
        _TOWNSHIP,
        _LENGTH,
        _column("duration_min", Kind.AMOUNT, "时长", "duration", "time spent in the township", unit="min"),
    ),
)

PATROL_DAYS = Table(
    "patrol_days",
    "office and working day",
    "巡查日",
    "patrol days",
    None,
    (
        _column("office", Kind.TEXT, "责任单位代码", "office", "division code of the office"),
        _column("level", Kind.TEXT, "层级", "level", "level of the office", codes=_codes(OfficeLevel)),
        _ON,
        _column("trips", Kind.INTEGER, "巡查次数", "trips", "trips that touched the office's area"),
        _column("first_start_at", Kind.INSTANT, "最早出发", "first start", "of these trips", filled=False),
        _column("last_end_at", Kind.INSTANT, "最晚结束", "last end", "of these trips", filled=False),
        _column("length_m", Kind.AMOUNT, "里程", "length", "inside the office's area, all trips", unit="m"),
        _column("duration_min", Kind.AMOUNT, "时长", "duration", "inside the office's area, all trips", unit="min"),
        _column("is_compliant", Kind.FLAG, "是否达标", "compliant", "whether one trip met the rule"),
        _column("is_excused", Kind.FLAG, "是否免巡", "excused", "whether no patrol was owed"),
        _column("reason", Kind.TEXT, "情况", "reason", "what became of the day", codes=_codes(DayReason)),
        _column("excuse", Kind.TEXT, "免巡原因", "excuse", "why no patrol was owed", **_MISSING),
    ),
)

PATROL_RATES = Table(
    "patrol_rates",
    "office and month or year",
    "巡查达标率",
    "patrol rates",
    None,
    (
        _column("office", Kind.TEXT, "责任单位代码", "office", "division code of the office"),
        _column("level", Kind.TEXT, "层级", "level", "level of the office", codes=_codes(OfficeLevel)),
        _column("period", Kind.TEXT, "期间", "period", "month as 2026-04, or year as 2026"),
        _column("working_days", Kind.INTEGER, "工作日", "working days", "in the period"),
        _column("excused_days", Kind.INTEGER, "免巡日", "excused days", "working days without duty to patrol"),
        _column("compliant_days", Kind.INTEGER, "达标日", "compliant days", "of the days on which a patrol was owed"),
        _column("rate", Kind.AMOUNT, "巡查达标率", "rate", "compliant ÷ owed; missing: none owed", filled=False),
        _column("longest_kept", Kind.INTEGER, "最长连续达标", "longest kept", "owed days in a row with a patrol"),
        _column("longest_missed", Kind.INTEGER, "最长连续未达标", "longest missed", "owed days in a row without"),
    ),
)

COVERAGE = Table(
    "coverage",
    "township × period × land",
    "巡查覆盖",
    "coverage",
    None,
    (
        _TOWNSHIP,
        _column("period_from", Kind.DATE, "起", "from", "first day"),
        _column("period_to", Kind.DATE, "止", "to", "last day"),
        _column("land", Kind.TEXT, "土地", "land", "which land", codes=_codes(SeenLand)),
        _column("ground_m2", Kind.AMOUNT, "面积", "ground", "land of that kind, ellipsoidal", unit="m²"),
        _column("seen_m2", Kind.AMOUNT, "已巡面积", "seen", "within sight of a trip, each spot once", unit="m²"),
        _column("seen_share", Kind.AMOUNT, "巡查覆盖率", "share seen", "seen ÷ ground", filled=False),
        _column("effort_m2", Kind.AMOUNT, "累计巡查面积", "effort", "sum over trips, with repetition", unit="m²"),
    ),
)

UNSEEN = Table(
    "unseen",
    "basic-farmland patch not seen lately",
    "未巡查基本农田",
    "unseen basic farmland",
    None,
    (
        _column("parcel_id", Kind.TEXT, "图斑编号", "parcel", "the layer's own number", **_MISSING),
        _TOWNSHIP,
        _column("last_seen_on", Kind.DATE, "最近巡查日", "last seen", "missing: never", filled=False),
        _column("days_unseen", Kind.INTEGER, "未巡天数", "days unseen", "missing: never seen", filled=False),
        _column("area_mu", Kind.AMOUNT, "面积", "area", "ellipsoidal", unit="mu"),
        _ROW,
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
        _column("entry_id", Kind.TEXT, "台账编号", "entry", "id of the ledger's entry", filled=False),
        _column("trip_id", Kind.TEXT, "巡查编号", "trip", "id of the trip", filled=False),
        _column("result", Kind.TEXT, "核对结果", "result", "how they agree", codes=_codes(Reconciled)),
        _column("detail", Kind.TEXT, "说明", "detail", "what was compared, in a sentence"),
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
        _column("flag", Kind.TEXT, "疑点", "doubt", "what makes it doubtful", codes=_codes(IntegrityFlag)),
        _column("measured", Kind.NUMBER, "测得值", "measured", "the value measured"),
        _column("limit", Kind.NUMBER, "限值", "limit", "the limit it was held against"),
        _column("unit", Kind.TEXT, "单位", "unit", "of measured and limit; empty for a share", filled=False),
        _column("detail", Kind.TEXT, "说明", "detail", "what was measured against which limit"),
        _column("other_trip_id", Kind.TEXT, "关联巡查", "other trip", "the other trip, where two", filled=False),
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


def flags_column(codes: Any) -> pd.Categorical:
    """
    Write flags of fixes from their positions in `FixFlag`, -1 for none.

    Only flags that there are become categories, so that counting them counts no other.

    Examples
    --------
    >>> list(flags_column(np.array([0, -1]))), list(flags_column(np.array([-1])).categories)
    (['no_time', nan], [])
    """
    values = _codes(FixFlag)
    used = [code for code in range(len(values)) if (codes == code).any()]
    narrow = np.full(len(values) + 1, -1, dtype=np.int8)
    narrow[used] = range(len(used))
    return pd.Categorical.from_codes(narrow[codes], pd.Index([values[code] for code in used], dtype="str"))


def one_below_the_other(columns: "Sequence[pd.Series[Any]]") -> "pd.Series[Any]":
    """
    Join columns of fixes; texts become categories, which take a tenth of the memory.

    Examples
    --------
    >>> one_below_the_other([pd.Series(["A", None]), pd.Series(["B"]).astype("category")]).cat.codes.to_list()
    [0, -1, 1]
    """
    if not any(_is_text(column) for column in columns):
        return pd.concat(columns, ignore_index=True)
    named = [
        pd.Categorical(column.array.astype("str")) if not _is_named(column) else column.array for column in columns
    ]
    return pd.Series(union_categoricals([one.rename_categories(one.categories.astype("str")) for one in named]))


def joined_fixes(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """
    Put tables of fixes one below the other, with the columns of FIXES that any of them has.

    Examples
    --------
    >>> tables = [pd.DataFrame({"device_id": ["A"], "longitude": 116.4}), pd.DataFrame({"device_id": ["B"]})]
    >>> joined_fixes(tables)[["device_id", "longitude"]].to_numpy().tolist()
    [['A', 116.4], ['B', nan]]
    """
    if len(tables) == 1:
        return tables[0]
    names = [name for name in FIXES.names if any(name in table for table in tables)]
    wide = [table.reindex(columns=names) if set(names) - set(table.columns) else table for table in tables]
    return pd.DataFrame({name: one_below_the_other([table[name] for table in wide]) for name in names}, copy=False)


def _is_named(column: "pd.Series[Any]") -> bool:
    return isinstance(column.dtype, pd.CategoricalDtype)


def _is_text(column: "pd.Series[Any]") -> bool:
    return _is_named(column) or pd.api.types.is_string_dtype(column.dtype) or column.dtype == object
