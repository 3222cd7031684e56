"""The register of measures imposed (已采取措施登记)."""

from collections.abc import Mapping
from pathlib import Path

from geoenforce.core.accountability_tables import MEASURES
from geoenforce.core.accountability_terms import Level, Measure
from geoenforce.inputs.register_forms import Form, known_words, term_words
from geoenforce.inputs.register_tables import RegisterReading, read_table


def read_measures(
    path: str | Path, *, columns: Mapping[str, str] | None = None, names: Mapping[str, str] | None = None
) -> RegisterReading:
    """
    Read the register of measures imposed.

    Parameters
    ----------
    path
        CSV in UTF-8 or GBK, or XLSX; needs the office, the measure and its day.
    columns
        Our name to the file's: the columns of MEASURES.
    names
        Word → code of measures that regulations add to the built-in ones.

    Returns
    -------
    reading
        ``table`` is MEASURES, indexed by ``measure_id``; without one it is the file's name and the row.

    Raises
    ------
    FormatError
        If the file cannot be read.
    TableError
        If a column is missing.

    Notes
    -----
    A row without office, measure or day, or with an unknown measure, is rejected; an unreadable
    ``correct_by``, ``corrected_on`` or level is left out. Each is an issue with its row.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "measures.csv")
    ...     lines = ["编号,责任单位代码,措施,日期", "M1,445299101,诫勉谈话,2026-03-02", "M2,445299101,谈心,2026-03-02"]
    ...     _ = path.write_text(chr(10).join(lines), encoding="gbk")
    ...     table, issues, counts = read_measures(path)
    >>> table[["office", "measure"]].to_dict("index")
    {'M1': {'office': '445299101', 'measure': 'admonishment_talk'}}
    >>> issues[["row", "problem"]].to_dict("records"), counts.rejected
    ([{'row': 3, 'problem': 'unknown_measure'}], 1)
    """
    words = {
        "measure": term_words(Measure, known_words()["measure"], names),
        "level": term_words(Level, known_words()["level"]),
    }
    return read_table(path, Form("measures", MEASURES, ("office", "measure", "on"), words), columns)
