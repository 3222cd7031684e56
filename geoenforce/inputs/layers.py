"""Files made into the tables of `core.tables`, one reader for each kind of layer."""

from datetime import date
from pathlib import Path
from typing import Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoenforce.core.errors import TableError, some
from geoenforce.core.sentences import say
from geoenforce.core.space import CGCS2000, longlat_transform
from geoenforce.core.tables import APPROVALS, TOWNSHIPS, VIOLATIONS
from geoenforce.core.terms import LeadSource, Status
from geoenforce.inputs.door import Door
from geoenforce.inputs.land import read_basic_farmland, read_parcels
from geoenforce.inputs.reading import Reading, ReadOptions
from geoenforce.inputs.values import as_codes, as_flags


def read_townships(path: str | Path, **options: Unpack[ReadOptions]) -> Reading:
    """
    Read the townships (XZQ), or the counties where a project goes by counties.

    Parameters
    ----------
    path, options
        As `read_layer`; needs the division code (XZQDM) and the name (XZQMC).

    Returns
    -------
    reading
        ``table`` is TOWNSHIPS in the equal-area plane, indexed by ``township_code``; several polygons of
        one township (飞地) are put together.

    Raises
    ------
    TableError
        If a column is missing, a code has not 9 digits (or 6), or one code has two names.

    Examples
    --------
    >>> read_townships("boundaries/xzq.shp").table["township_name"]  # doctest: +SKIP
    """
    door = Door.open(path, "townships", options, needed=("township_code", "township_name"))
    code = door.ids("township_code").str.replace(r"^(\d{9})000$", r"\1", regex=True)  # 12 digits, of the township
    wrong = ~code.str.fullmatch(r"\d{6}|\d{9}").astype(bool)
    if wrong.any():
        message = (
            f"{door.where}: {door.columns['township_code']} holds {some(code[wrong])} in the rows "
            f"{some(code.index[wrong])}, but a township has a code of 9 digits (a county 6). "
            "Deliver the layer of townships, not that of villages."
        )
        raise TableError(message)
    table = door.table({"township_code": code, "township_name": door.ids("township_name"), "county_code": code.str[:6]})
    return door.finish(_whole_townships(table, door).set_index("township_code"), TOWNSHIPS)


def read_approvals(path: str | Path, approved_on: date | None = None, **options: Unpack[ReadOptions]) -> Reading:
    """
    Read sites whose conversion was approved.

    Parameters
    ----------
    path, options
        As `read_layer`.
    approved_on
        For rows without a day of approval.

    Returns
    -------
    reading
        ``table`` is APPROVALS in the equal-area plane.

    Raises
    ------
    TableError
        If a row has no day of approval and none was given.

    Examples
    --------
    >>> read_approvals("approvals.gpkg", date(2025, 5, 1)).table["approved_on"]  # doctest: +SKIP
    """
    needed = () if approved_on else ("approved_on",)
    door = Door.open(path, "approvals", options, needed=needed)
    days = door.dates("approved_on", approved_on)
    if days.isna().any():
        message = (
            f"{door.where}: the rows {some(days.index[days.isna()])} have no {door.columns['approved_on']}. "
            "Fill it in, or give approved_on = … for the whole file in the configuration."
        )
        raise TableError(message)
    columns = {"approval_id": door.text("approval_id"), "approved_on": days}
    if "expires_on" in door.columns:
        columns["expires_on"] = door.dates("expires_on")
    return door.finish(door.table(columns), APPROVALS)


def read_violations(
    path: str | Path, found_on: date | None = None, status: str = "confirmed", **options: Unpack[ReadOptions]
) -> Reading:
    """
    Read violations (违法图斑: deliveries of satellite checks, WFDK, or plain columns).

    Parameters
    ----------
    path, options
        As `read_layer`; needs an id (JCBH, TBBH, …).
    found_on
        For rows without a day of finding.
    status
        For rows without a status.

    Returns
    -------
    reading
        ``table`` is VIOLATIONS in the equal-area plane, indexed by ``violation_id``; ``original`` has the
        delivered vertices in EPSG:4490.

    Raises
    ------
    TableError
        If the id is missing from the file or from a row, two different patches have one id, or a date,
        status or yes/no cannot be read.

    Examples
    --------
    >>> read_violations("wp_2026.shp", columns={"violation_id": "JCBH"}).counts  # doctest: +SKIP
    """
    door = Door.open(path, "violations", options, needed=("violation_id",))
    ids = door.ids("violation_id")
    door.refuse_repeated(ids)
    found = door.dates("found_on", found_on)
    if found.isna().any():
        door.note("found_on_missing", say("found_on_missing", count=int(found.isna().sum())))
    columns = {
        "violation_id": ids,
        "case_id": door.text("case_id").fillna(ids),
        "found_on": found,
        "status": _codes(door, status),
        "party": door.text("party"),
        "lead_source": _lead_sources(door),
    }
    if "is_dealt_with" in door.columns:
        columns["is_dealt_with"] = as_flags(door.values("is_dealt_with"), door.where, door.columns["is_dealt_with"])
    table = door.table(columns)
    move = longlat_transform(door.opened.crs, door.opened.shift)
    vertices = shapely.transform(
        door.shapes.loc[table["row"]].to_numpy(), lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1]))
    )
    table = table.set_index("violation_id")
    original = gpd.GeoSeries(vertices, index=table.index, crs=CGCS2000, name="geometry")
    return door.finish(table, VIOLATIONS, original)


def _codes(door: Door, status: str) -> "pd.Series[str]":
    default = as_codes(pd.Series([status]), Status, door.where, "status").iloc[0]
    if "status" not in door.columns:
        return pd.Series(default, index=door.index, dtype="str")
    return as_codes(door.values("status"), Status, door.where, door.columns["status"]).fillna(default)


def _lead_sources(door: Door) -> "pd.Series[str]":
    """Return the source's code where the word is known, else the word."""
    words = door.text("lead_source")
    known = {word: term.value for term in LeadSource for word in (term.value, term.zh, term.en)}
    return words.map(known).astype("str").fillna(words)


def _whole_townships(table: gpd.GeoDataFrame, door: Door) -> gpd.GeoDataFrame:
    """Put the polygons of each township together, on its first row."""
    code = table["township_code"]
    names = table.groupby("township_code")["township_name"].nunique()
    if (names > 1).any():
        message = (
            f"{door.where}: the codes {some(names.index[names > 1])} stand beside more than one name. "
            "Correct the code or the name."
        )
        raise TableError(message)
    parts = code.duplicated(keep=False)
    if not parts.any():
        return table
    door.note("township_in_parts", say("township_in_parts", townships=code[parts].unique()))
    whole = table.drop_duplicates("township_code").set_index("township_code")
    joined = table[parts].groupby("township_code")["geometry"].agg(lambda shapes: shapely.union_all(shapes.to_numpy()))
    shapes = whole.geometry.copy()
    shapes.loc[joined.index] = joined.to_numpy()
    return whole.set_geometry(shapes).reset_index()


__all__ = ["read_approvals", "read_basic_farmland", "read_parcels", "read_townships", "read_violations"]
