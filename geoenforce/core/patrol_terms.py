"""The words of patrols, each with its code and its Chinese and English name."""

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
