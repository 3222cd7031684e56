"""Days on which no patrol is owed, and why: a typhoon, a duty elsewhere."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from geoenforce.core.errors import TableError, some
from geoenforce.inputs.registers import Register, read_register
from geoenforce.inputs.values import as_dates, as_text

_MOST_DAYS = 366


def read_excused(path: str | Path, *, columns: Mapping[str, str] | None = None) -> pd.DataFrame:
    """
    Read the list of excused days.

    Parameters
    ----------
    path
        CSV or XLSX with a day and a reason; a last day and the office's division code are optional.
    columns
        Our name to the file's: ``on``, ``until``, ``office``, ``reason``.

    Returns
    -------
    excused
        One row per day and office: ``on`` (day in Asia/Shanghai), ``office`` (missing: every office) and
        ``reason``.

    Raises
    ------
    FormatError
        If the file cannot be read.
    TableError
        If a row has no day, no reason, or a last day before the first; the message names the rows.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "excused.csv")
    ...     lines = ["日期,结束日期,原因", "2026-04-28,2026-04-29,台风红色预警"]
    ...     _ = path.write_text(chr(10).join(lines), encoding="utf-8")
    ...     read_excused(path)["on"].astype(str).to_list()
    ['2026-04-28', '2026-04-29']
    """
    whole = pd.concat([_days(sheet) for sheet in read_register(path, "excused", ["on", "reason"], columns)])
    return whole.drop_duplicates(ignore_index=True)


def _days(sheet: Register) -> pd.DataFrame:
    where = sheet.where
    first = as_dates(sheet.values("on"), where, sheet.columns["on"])
    last = as_dates(sheet.values("until"), where, sheet.columns.get("until", "until")).fillna(first)
    reason = as_text(sheet.values("reason")).astype("str")
    days = (last - first).dt.days
    for wrong, what in (
        (first.isna(), f"no {sheet.columns['on']}"),
        (reason.isna(), f"no {sheet.columns['reason']}: an excused day needs its reason"),
        (days < 0, "a last day before the first"),
        (days >= _MOST_DAYS, "more than a year between the first day and the last"),
    ):
        if wrong.any():
            message = f"{where}: the rows {some(wrong.index[wrong])} have {what}. Fill in or correct them."
            raise TableError(message)
    spans = [pd.date_range(start, end) for start, end in zip(first, last, strict=True)]
    office = as_text(sheet.values("office")).astype("str")
    table = pd.DataFrame({"on": spans, "office": office, "reason": reason}, index=first.index).explode("on")
    return table.astype({"on": "datetime64[s]"}).reset_index(drop=True)
