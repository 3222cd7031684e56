"""New construction land (新增建设用地) as a layer: the base of the ratio of illegal occupation."""

from datetime import date
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from geoenforce.core.accountability_tables import NEW_CONSTRUCTION
from geoenforce.core.errors import TableError, some
from geoenforce.inputs.cells import is_empty, year_in
from geoenforce.inputs.door import Door
from geoenforce.inputs.reading import Reading, ReadOptions


def read_new_construction(path: str | Path, taken_on: date | None = None, **options: Unpack[ReadOptions]) -> Reading:
    """
    Read the polygons of new construction land, lawful and unlawful.

    Parameters
    ----------
    path, options
        As `read_layer`; a day (占用日期) or a year (年度) stands beside each polygon, or `taken_on` is given.
    taken_on
        For rows with neither a day nor a year.

    Returns
    -------
    reading
        ``table`` is NEW_CONSTRUCTION in the equal-area plane. A row with only a year counts as taken on its
        1 January, so that the land layer in force when the year began decides what was cultivated.

    Raises
    ------
    TableError
        If a row has neither day nor year and none was given, or one of them cannot be read; the message names
        the rows.

    Examples
    --------
    >>> read_new_construction("xzjsyd_2026.gpkg", date(2026, 1, 1)).table["taken_on"]  # doctest: +SKIP
    """
    door = Door.open(path, "new_construction", options)
    days = door.dates("taken_on").fillna(_first_days(door)).astype("datetime64[s]")
    if taken_on is not None:
        days = days.fillna(pd.Timestamp(taken_on)).astype("datetime64[s]")
    if days.isna().any():
        headers = [door.columns[name] for name in ("taken_on", "year") if name in door.columns]
        message = (
            f"{door.where}: the rows {some(days.index[days.isna()])} do not say when the land was taken "
            f"({f'{some(headers)} is empty' if headers else f'the file has {some(door.delivered, 40)}'}). Fill it in, "
            "or give taken_on = … for the whole file, or name a column: "
            'columns = { taken_on = "…" } or columns = { year = "…" }.'
        )
        raise TableError(message)
    table = door.table({"project_id": door.text("project_id"), "taken_on": days})
    return door.finish(table, NEW_CONSTRUCTION)


def _first_days(door: Door) -> "pd.Series[Any]":
    """Return the 1 January of each row's year, missing where it has none."""
    if "year" not in door.columns:
        return pd.Series(pd.NaT, index=door.index, dtype="datetime64[s]")
    cells = door.values("year")
    years = {row: None if is_empty(cell) else year_in(cell) for row, cell in cells.items()}
    wrong = [row for row, cell in cells.items() if not is_empty(cell) and years[row] is None]
    if wrong:
        message = (
            f"{door.where}: {door.columns['year']} is no year in the rows {some(wrong)}, but "
            f"{some(cells.loc[wrong].unique())}. A year is written 2026."
        )
        raise TableError(message)
    days = [pd.NaT if year is None else pd.Timestamp(year, 1, 1) for year in years.values()]
    return pd.Series(days, index=cells.index, dtype="datetime64[s]")
