from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from geoenforce.outputs.documents.model import (
    Column,
    Document,
    Facts,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Show,
    Table,
)

COLUMNS = (
    Column("乡镇"),
    Column("日期", Show.DAY),
    Column("面积（亩）", Show.MU, is_summed=True),
    Column("面积（㎡）", Show.M2, is_summed=True),
    Column("覆盖率", Show.SHARE),
    Column("说明", weight=3),
)


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (400, 200), "#0b7a75").save(file, "png", dpi=(150, 150))
    return file.getvalue()


@pytest.fixture(scope="session")
def paper():
    """A document with every kind of block; its table goes over several pages."""
    rows = tuple(
        (f"石塱垸镇{number}", date(2026, 3, 1 + number % 28), number * 1.5, number * 1000.0, number / 100, "=1+1")
        for number in range(60)
    )
    blocks = (
        Heading("总体情况"),
        Paragraph("本月应巡 21 天。<b>&\x00"),
        Facts((("工作日", "21 天"), ("达标率", "95.24%"))),
        Heading("未达标日", 2),
        Table("表1 未达标日", "未达标日", COLUMNS, rows, "没有。", "里程按椭球量算。"),
        Figure(picture(), "一张色块", "图1 色块"),
        Table("表2 台账", "未达标日", COLUMNS, (), "本期没有台账。"),
        PageBreak(),
        Heading("请核实"),
        Paragraph("+请说明原因", "warning"),
        Paragraph("注", "note"),
    )
    return Document("动态巡查情况通报", "2026年3月", "东岸县局", date(2026, 4, 1), "zh", blocks, "揭府〔2009〕56号")
