"""The list of departments that have duties of their own (部门清单)."""

from collections.abc import Mapping
from pathlib import Path

from geoenforce.core.accountability_tables import DEPARTMENTS
from geoenforce.core.accountability_terms import Actor
from geoenforce.inputs.register_forms import Form, known_words, term_words
from geoenforce.inputs.register_tables import RegisterReading, read_table

_GOVERNMENTS = (Actor.PREFECTURE, Actor.COUNTY, Actor.TOWNSHIP)


def read_departments(
    path: str | Path, *, columns: Mapping[str, str] | None = None, names: Mapping[str, str] | None = None
) -> RegisterReading:
    """
    Read the list of departments.

    Parameters
    ----------
    path
        CSV in UTF-8 or GBK, or XLSX; needs the id, the name, the kind and the government's division code.
    columns
        Our name to the file's: ``office``, ``office_name``, ``kind``, ``unit_code``.
    names
        Word → code of kinds that regulations add to the built-in ones.

    Returns
    -------
    reading
        ``table`` is DEPARTMENTS, indexed by ``office``.

    Raises
    ------
    FormatError
        If the file cannot be read.
    TableError
        If a column is missing, or one id stands for two departments; the message names the rows.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "departments.csv")
    ...     lines = ["单位编号,名称,类别,所属行政区划代码", "445299-P,示范县公安局,公安机关,445299000000"]
    ...     _ = path.write_text(chr(10).join(lines), encoding="utf-8")
    ...     read_departments(path).table[["kind", "unit_code"]].to_dict("index")
    {'445299-P': {'kind': 'police', 'unit_code': '445299'}}
    """
    kinds = [actor for actor in Actor if actor not in _GOVERNMENTS]
    words = {"kind": term_words(kinds, known_words()["actor"], names)}
    needed = ("office", "office_name", "kind", "unit_code")
    return read_table(path, Form("departments", DEPARTMENTS, needed, words, key=("office",)), columns)
