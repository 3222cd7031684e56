"""Write the patrol ledger and the excused days."""

from pathlib import Path

import openpyxl

from geoenforce.core.space import longlat_transform
from geoenforce.demo import patrol_plans as planned
from geoenforce.demo.ground import CRS, TOWNSHIP_NAMES, Ground
from geoenforce.demo.patrol_plans import MEMBERS, UNITS
from geoenforce.demo.patrols import Entry, Patrols
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
