"""The register of recorded facts that cannot be computed (认定事实登记)."""

from collections.abc import Mapping
from pathlib import Path

from geoenforce.core.accountability_tables import DECLARATIONS
from geoenforce.core.accountability_terms import Level
from geoenforce.inputs.register_forms import Form, known_words, term_words
from geoenforce.inputs.register_tables import RegisterReading, read_table


def read_declarations(
    path: str | Path, *, columns: Mapping[str, str] | None = None, names: Mapping[str, str] | None = None
) -> RegisterReading:
    """
    Read the register of recorded facts.

    Parameters
    ----------
    path
        CSV in UTF-8 or GBK, or XLSX; needs the office, the fact, its day, who recorded it and when.
    columns
        Our name to the file's: the columns of DECLARATIONS.
    names
        Word → code of the facts that the regulations declare; another word is kept as it is written.

    Returns
    -------
    reading
        ``table`` is DECLARATIONS, indexed by ``declaration_id``; without one it is the file's name and the row.
        ``recorded_by`` is personal data.

    Raises
    ------
    FormatError
        If the file cannot be read.
    TableError
        If a column is missing.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "declarations.csv")
    ...     lines = ["责任单位代码,事实,日期,记录人,记录日期", "445299101,阻挠执法,2026-03-02,执法一科,2026-03-05"]
    ...     _ = path.write_text(chr(10).join(lines), encoding="utf-8")
    ...     table, issues, counts = read_declarations(path, names={"阻挠执法": "obstruction"})
    >>> table[["office", "fact"]].to_dict("index")
    {'declarations-2': {'office': '445299101', 'fact': 'obstruction'}}
    """
    words = {"fact": term_words((), {}, names), "level": term_words(Level, known_words()["level"])}
    needed = ("office", "fact", "on", "recorded_by", "recorded_on")
    return read_table(path, Form("declarations", DECLARATIONS, needed, words, open_words=("fact",)), columns)
