"""An empty patrol ledger to begin with, with the fields of the official form."""

from pathlib import Path

import xlsxwriter

from geoenforce.core.errors import InputError

#: Header, width in characters, and what is written below it.
_FIELDS = (
    ("巡查日期", 12, "如 2026-04-02"),
    ("开始时间", 10, "如 08:10"),
    ("结束时间", 10, "如 09:40；早于开始时间的，按次日计"),
    ("巡查单位", 14, "与轨迹的巡查单位一致，如 巡查一队"),
    ("巡查人员（有执法证需写执法证号）", 20, "仅在需要时读取"),
    ("巡查区域及路线", 28, "乡镇（街道）名称或代码，多个用、分隔"),
    ("巡查基本情况", 28, "地点、项目、主体、面积、用途、现状、进度、项目审批"),
    ("对涉嫌违法行为的初步核查情况", 28, "未发现的，写 未发现"),
    ("发现违法数", 10, "宗数；未发现写 0"),
    ("经度", 12, "违法地点，如 116.3721（CGCS2000）"),
    ("纬度", 12, "违法地点，如 23.5508（CGCS2000）"),
    ("巡查直接责任人意见", 16, ""),
    ("制止措施及效果", 18, ""),
    ("主要责任人审核意见", 16, ""),
    ("报告情况", 14, ""),
    ("机构负责人审核意见", 16, ""),
    ("后续处理", 14, ""),
    ("备注", 16, ""),
)


def write_ledger_template(path: str | Path) -> Path:
    """
    Write an empty patrol ledger, which `geoenforce.inputs.ledger.read_ledger` reads as it is filled in.

    Parameters
    ----------
    path
        The workbook to be made, ``….xlsx``.

    Returns
    -------
    path
        The same.

    Raises
    ------
    InputError
        If there is such a file already, or it cannot be made there: nothing is overwritten.

    Notes
    -----
    Source: the fields of the form 动态巡查信息记录表, with day and times apart and the place in degrees.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_ledger_template(Path(folder, "ledger.xlsx")).name
    'ledger.xlsx'
    """
    path = Path(path)
    if path.exists():
        message = f"{path} exists already and is left as it is. Choose another name, or move it away first."
        raise InputError(message)
    try:
        with xlsxwriter.Workbook(path) as book:
            _fill(book)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        message = f"{path}: the ledger cannot be made there: {error}. Choose another folder."
        raise InputError(message) from None
    return path


def _fill(book: xlsxwriter.Workbook) -> None:
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "vcenter"})
    formats = {"巡查日期": "yyyy-mm-dd", "开始时间": "hh:mm", "结束时间": "hh:mm"}
    sheet, hints = book.add_worksheet("巡查台账"), book.add_worksheet("填写说明")
    sheet.freeze_panes(1, 0)
    for number, (name, width, hint) in enumerate(_FIELDS):
        shown = book.add_format({"num_format": formats.get(name, "General"), "text_wrap": True, "valign": "top"})
        sheet.set_column(number, number, width, shown)
        sheet.write(0, number, name, head)
        hints.write(number, 0, f"{name}：{hint}" if hint else name + "：按实填写")  # no row that looks like a header
    hints.set_column(0, 0, 80)
