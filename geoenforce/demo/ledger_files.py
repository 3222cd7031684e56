"""Write the patrol ledger, the excused days, and what is true of the patrols."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl

from geoenforce.core.calendar import working_days
from geoenforce.core.space import longlat_transform
from geoenforce.demo import patrol_plans as planned
from geoenforce.demo.ground import CRS, TOWNSHIP_NAMES, Ground
from geoenforce.demo.patrol_plans import MEMBERS, UNITS
from geoenforce.demo.patrols import CHINA, Entry, Patrols
from geoenforce.demo.track_files import SECOND_UPLOADER, TrackFile, track_files
from geoenforce.demo.truth import write_rows

LEDGER_FILE = Path("patrols/ledger.xlsx")
EXCUSED_FILE = Path("patrols/excused.csv")

#: The fields of the ledger form (动态巡查信息记录表).
_HEADERS = (
    "巡查日期", "开始时间", "结束时间", "巡查单位", "巡查人员", "巡查区域及路线", "巡查基本情况",
    "对涉嫌违法行为的初步核查情况", "经度", "纬度", "制止措施及效果", "直接责任人意见", "主要责任人审核意见",
    "报告情况", "机构负责人审核意见", "后续处理", "备注",
)  # fmt: skip


def write_ledger(folder: Path, ground: Ground, patrols: Patrols) -> None:
    """
    Write ``ledger.xlsx`` and ``excused.csv``.

    Parameters
    ----------
    folder
        The project folder.
    ground
        For the names of the townships.
    patrols
        The ledger's entries.
    """
    (folder / LEDGER_FILE).parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = "巡查台账"
    sheet.append(_HEADERS)
    names = dict(zip(ground.townships.index, TOWNSHIP_NAMES, strict=True))
    for entry in patrols.ledger:
        sheet.append(_line(entry, names))
    book.save(folder / LEDGER_FILE)
    write_rows(folder / EXCUSED_FILE, ("date", "reason"), planned.EXCUSED.items())


def write_patrol_truth(folder: Path, patrols: Patrols) -> None:
    """
    Write ``trips.csv``, ``patrol_days.csv``, ``ledger.csv`` and ``patrols.csv`` (everything planted).

    Parameters
    ----------
    folder
        Where the files go.
    patrols
        The patrols.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = track_files(patrols)
    headers = ("file", "unit", "device", "on", "started_at", "ended_at", "fixes", "length_m", "townships", "has_entry")
    write_rows(folder / "trips.csv", headers, [_trip(file) for file in files])
    write_rows(folder / "patrol_days.csv", ("on", "tracks", "is_compliant", "reason"), list(_days(patrols)))
    headers = ("on", "unit", "started_at", "violation_id", "notes_a_violation")
    write_rows(folder / "ledger.csv", headers, [_entry_truth(entry) for entry in patrols.ledger])
    write_rows(folder / "patrols.csv", ("fact", "on", "unit", "device", "file", "detail"), list(_facts(files, patrols)))


def _line(entry: Entry, names: dict[str, str]) -> list[object]:
    longitude, latitude = longlat_transform(CRS)(*entry.spot) if entry.spot else (None, None)
    finding = ("发现疑似违法占地，已现场制止", "责令停止") if entry.spot else ("未发现违法用地", "")
    return [
        entry.start_at.date(),
        entry.start_at.time(),
        entry.end_at.time(),
        UNITS[entry.unit],
        "、".join(MEMBERS[entry.unit]),
        "、".join(names[code] for code in entry.township_codes),
        "沿村道、机耕路巡查",
        finding[0],
        None if longitude is None else round(float(longitude), 6),
        None if latitude is None else round(float(latitude), 6),
        finding[1],
        "同意",
        "同意",
        "已报告" if entry.spot else "",
        "",
        "",
        "示范数据",
    ]


def _trip(file: TrackFile) -> tuple[object, ...]:
    patrol, track = file.patrol, file.patrol.track
    return (
        file.path.as_posix(), track.unit, file.device, patrol.outing.on, track.start_at.isoformat(),
        track.end_at.isoformat(), len(track.points), round(track.length_m, 1), " ".join(patrol.township_codes),
        patrol.outing.has_entry,
    )  # fmt: skip


def _days(patrols: Patrols) -> Iterator[tuple[object, ...]]:
    for on in working_days(planned.FIRST_DAY, planned.LAST_DAY):
        tracks = sum(patrol.outing.on == on for patrol in patrols.patrols)
        if on in planned.EXCUSED:
            yield on, tracks, "", "excused"
        elif on in planned.MISSED:
            yield on, tracks, False, "too_short" if tracks else "no_track"
        else:
            yield on, tracks, True, "patrolled"


def _entry_truth(entry: Entry) -> tuple[object, ...]:
    on = entry.start_at.astimezone(CHINA).date()
    return on, UNITS[entry.unit], entry.start_at.isoformat(), entry.violation_id or "", entry.spot is not None


def _facts(files: list[TrackFile], patrols: Patrols) -> Iterator[tuple[object, ...]]:
    """List everything planted; a fact about the whole day has no file."""
    by_day = {
        planned.TOO_SHORT: ("missed_too_short", "a trip of six minutes only"),
        planned.EARLY: ("early", "07:30 in China is 23:30 UTC of the day before"),
        planned.OVER_MIDNIGHT: ("over_midnight", "one trip, belongs to the day it started"),
        planned.UPLOADED_TWICE: ("uploaded_twice", f"the same outing, also under {SECOND_UPLOADER}"),
        planned.TWO_AT_ONCE: ("device_on_two_patrols", "XJ-03 logs for both teams at the same time"),
        planned.REPLAYED_ON: ("replayed", f"the track of {planned.REPLAYED_OF}, each fix moved by 0.4 m"),
        planned.GENERATED: ("generated", "straight between parcel corners at 2.4 m/s, noise without memory"),
        planned.HOLIDAY_DUTY: ("on_holiday", "a patrol on a day off"),
        planned.AS_NMEA: ("format", "NMEA 0183"),
        planned.AS_KML: ("format", "KML gx:Track"),
        planned.WRONG_TIME: ("ledger_other_time", "the entry says four hours later"),
    }
    for file in files:
        outing, track = file.patrol.outing, file.patrol.track
        place = (outing.on, track.unit, file.device, file.path.as_posix())
        if outing.on in by_day:
            fact, detail = by_day[outing.on]
            yield fact, *place, detail
        if outing.datum == "GCJ-02":
            is_declared = outing.format == "csv"
            yield "gcj02_declared" if is_declared else "gcj02_as_wgs84", *place, "coordinates are in GCJ-02"
        if not outing.has_entry:
            yield "track_without_entry", *place, ""
        if outing.on == planned.WRONG_AREA and outing.unit == 0:
            yield "ledger_other_area", *place, "the entry names a township that was not crossed"
    yield "missed", planned.ENTRY_ONLY, "", "", "", "no track"
    yield "missed", planned.MAKE_UP_SATURDAY, "", "", "", "a Saturday worked in place of a holiday; no track"
    for on, reason in planned.EXCUSED.items():
        yield "excused", on, "", "", "", reason
    for on, unit in ((planned.ENTRY_ONLY, 0), (planned.SECOND_ENTRY_ONLY, 1)):
        yield "entry_without_track", on, UNITS[unit], "", "", ""
    for entry in patrols.ledger:
        if entry.spot is not None:
            fact = "noted_violation" if entry.violation_id else "noted_without_violation"
            yield fact, entry.start_at.date(), UNITS[entry.unit], "", "", entry.violation_id or ""
