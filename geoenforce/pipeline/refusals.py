"""What a project cannot be run with, though each of its files can be read: told before anything is computed."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geoenforce.core.errors import ConfigError, TableError, some
from geoenforce.inputs.config import Config, place_in
from geoenforce.inputs.reading import Reading


def refuse_undated(violations: Sequence[Reading], config: Config) -> None:
    """
    Refuse cases without any day of finding: their year, and the layers in force then, are not known.

    Raises
    ------
    TableError
        With the file, its rows and the lines that would give a day.

    Examples
    --------
    >>> refuse_undated((), config)  # doctest: +SKIP
    """
    tables = [one.table[["case_id", "found_on", "source_file", "row"]] for one in violations]
    patches = pd.concat(tables) if tables else pd.DataFrame({"case_id": [], "found_on": [], "source_file": []})
    undated = patches[patches.groupby("case_id")["found_on"].transform("count") == 0]
    lines = [
        f"{place_in(config, Path(file))}: no day of finding (发现日期) in the rows {some(rows['row'])}; the year of a "
        "case and the layers in force depend on it. Under this [[violations]], name the column, "
        'columns = { found_on = "…" }, or give one day for the whole file, found_on = 2026-03-02.'
        for file, rows in undated.groupby("source_file", sort=False)
    ]
    if lines:
        raise TableError("\n".join(lines))


def refuse_foreign(townships: Reading, config: Config) -> None:
    """
    Refuse a division code that none of the townships lies in.

    Raises
    ------
    ConfigError
        With both codes, and the line to write.

    Examples
    --------
    >>> refuse_foreign(read_townships("xzq.shp"), load_config(Path("mycounty")))  # doctest: +SKIP
    """
    code, codes = config.project.county_code, townships.table.index
    if not len(codes) or codes.str.startswith(code).any():
        return
    theirs = sorted({one[:6] for one in codes})
    line = f'Write county_code = "{theirs[0]}"' if len(theirs) == 1 else "Write their common code as county_code"
    place = place_in(config, config.townships.path)
    message = (
        f'geoenforce.toml: project.county_code is "{code}", but the townships of {place} have codes that begin'
        f" with {some(theirs)} (行政区划代码不一致). {line}, or name the right townships."
    )
    raise ConfigError(message)
