"""Registers of areas: cultivated land taken by new construction, and deductions granted."""

from collections.abc import Mapping
from pathlib import Path

from geoenforce.core.accountability_tables import CULTIVATED_TAKEN, DEDUCTIONS
from geoenforce.inputs.register_forms import Form
from geoenforce.inputs.register_tables import RegisterReading, read_table


def read_cultivated_taken(path: str | Path, *, columns: Mapping[str, str] | None = None) -> RegisterReading:
    """
    Read how much cultivated land all new construction of a year took, lawful and unlawful.

    Parameters
    ----------
    path
        CSV in UTF-8 or GBK, or XLSX; needs the office, the year and the area. The unit stands in the name of
        the column: 占用耕地面积（亩）, （公顷） or （平方米）; ``cultivated_mu`` is mu.
    columns
        Our name to the file's: ``office``, ``year``, ``cultivated_mu``.

    Returns
    -------
    reading
        ``table`` is CULTIVATED_TAKEN, areas in mu.

    Raises
    ------
    FormatError
        If the file cannot be read.
    TableError
        If a column is missing, the unit is not said, or a unit and year stand twice with different areas.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "taken.csv")
    ...     lines = ["行政区划代码,年度,占用耕地面积（公顷）", "445299101,2026年,2.5"]
    ...     _ = path.write_text(chr(10).join(lines), encoding="gbk")
    ...     read_cultivated_taken(path).table[["office", "year", "cultivated_mu"]].to_dict("records")
    [{'office': '445299101', 'year': 2026, 'cultivated_mu': 37.5}]
    """
    needed = ("office", "year", "cultivated_mu")
    return read_table(path, Form("cultivated_taken", CULTIVATED_TAKEN, needed, key=("office", "year")), columns)


def read_deductions(path: str | Path, *, columns: Mapping[str, str] | None = None) -> RegisterReading:
    """
    Read which areas may be taken off before the ratio of illegal occupation is formed.

    Parameters
    ----------
    path
        CSV in UTF-8 or GBK, or XLSX; needs the office, the year, both areas (0 where there is none), the day it
        was granted and the reason. Units as `read_cultivated_taken`.
    columns
        Our name to the file's: the columns of DEDUCTIONS.

    Returns
    -------
    reading
        ``table`` is DEDUCTIONS, indexed by ``deduction_id``, areas in mu.

    Raises
    ------
    FormatError
        If the file cannot be read.
    TableError
        If a column is missing or the unit is not said.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "deductions.csv")
    ...     lines = ["编号,行政区划代码,年度,扣减违法占用（亩）,扣减占用总量（亩）,日期,理由",
    ...              "K1,445299101,2026,3.2,0,2026-05-20,拆除复耕"]
    ...     _ = path.write_text(chr(10).join(lines), encoding="utf-8")
    ...     read_deductions(path).table[["illegal_mu", "taken_mu"]].to_dict("index")
    {'K1': {'illegal_mu': 3.2, 'taken_mu': 0.0}}
    """
    needed = ("office", "year", "illegal_mu", "taken_mu", "on", "reason")
    return read_table(path, Form("deductions", DEDUCTIONS, needed), columns)
