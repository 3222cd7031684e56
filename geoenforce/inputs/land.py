"""The land layers: basic farmland, and the parcels of the land survey."""

from datetime import date
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from geoenforce.core.errors import TableError, some
from geoenforce.core.sentences import naming, say
from geoenforce.core.tables import LAND
from geoenforce.inputs.columns import personal_columns
from geoenforce.inputs.door import Door
from geoenforce.inputs.land_classes import class_names, class_of, is_cultivated, refuse_lost_zeros
from geoenforce.inputs.reading import Delivery, Reading, ReadOptions
from geoenforce.inputs.values import as_numbers

#: Codes of the third survey for shops, industry, dwellings, public and special land, and of the second for settlements.
_BUILT_UP = r"0[5-9]|20"


def read_basic_farmland(
    path: str | Path | Delivery, effective_from: date | None = None, **options: Unpack[ReadOptions]
) -> Reading:
    """
    Read permanent basic farmland (永久基本农田: YJJBNTTB, YJJBNTBHTB, and the older JBNTTB, JBNTBHTB).

    Parameters
    ----------
    path, options
        As `read_layer`; no column is needed.
    effective_from
        The first day the layer is in force; without it, always.

    Returns
    -------
    reading
        ``table`` is LAND in the equal-area plane. Personal columns are dropped, and an issue names them.

    Examples
    --------
    >>> read_basic_farmland("YJJBNTTB.gdb", date(2021, 1, 1)).counts  # doctest: +SKIP
    """
    door = Door.open(path, "basic_farmland", options)
    personal = personal_columns(door.delivered, "basic_farmland")
    if personal:
        door.note("personal_columns_dropped", say("personal_columns_dropped", columns=naming(personal, len(personal))))
    columns = _land_columns(door, effective_from)
    if "land_code" in columns:
        _note_built_up(columns["land_code"], door)
    return door.finish(door.table(columns), LAND)


def read_parcels(
    path: str | Path | Delivery,
    effective_from: date | None = None,
    all_cultivated: bool = False,  # noqa: FBT001, FBT002 - the pipeline gives it in its place
    **options: Unpack[ReadOptions],
) -> Reading:
    """
    Read land parcels (DLTB), whose code DLBM says which are cultivated.

    Parameters
    ----------
    path, options
        As `read_layer`; needs DLBM, except where all is cultivated.
    effective_from
        The first day the layer is in force; without it, always.
    all_cultivated
        If the layer has no DLBM, all of its polygons are cultivated land. Where it has one, DLBM decides.

    Returns
    -------
    reading
        ``table`` is LAND in the equal-area plane, with ``land_code`` and ``is_cultivated``.

    Raises
    ------
    TableError
        If DLBM is missing or lost its leading zeros.

    Examples
    --------
    >>> read_parcels("DLTB.gdb", date(2021, 1, 1)).table["is_cultivated"].sum()  # doctest: +SKIP
    """
    door = Door.open(path, "parcels", options, needed=() if all_cultivated else ("land_code",))
    columns = _land_columns(door, effective_from)
    if "land_code" in columns:
        refuse_lost_zeros(door.different("land_code"), door.where, door.columns["land_code"])
        _note_odd_codes(columns["land_code"], door)
        columns["land_name"] = columns["land_name"].fillna(_names_of(columns["land_code"]))
    columns["is_cultivated"] = (
        is_cultivated(columns["land_code"]) if "land_code" in columns else pd.Series(data=True, index=door.index)
    )
    return door.finish(door.table(columns), LAND)


def _land_columns(door: Door, effective_from: date | None) -> dict[str, Any]:
    columns: dict[str, Any] = {"parcel_id": door.text("parcel_id")}
    if "land_code" in door.columns:
        columns |= {"land_code": door.text("land_code"), "land_name": door.text("land_name")}
    if "ridge_coefficient" in door.columns:
        columns["ridge_coefficient"] = _ridge_coefficient(door)
    if effective_from is not None:
        columns["effective_from"] = pd.Series(pd.Timestamp(effective_from), index=door.index).astype("datetime64[s]")
    return columns


def _ridge_coefficient(door: Door) -> "pd.Series[float]":
    """Return the share of field ridge; a number above 1 is per cent."""
    theirs = door.columns["ridge_coefficient"]
    share = as_numbers(door.values("ridge_coefficient"), door.where, theirs)
    wrong = (share < 0) | (share > 100)
    if wrong.any():
        message = (
            f"{door.where}: {theirs} is {some(share[wrong].unique())} in the rows {some(share.index[wrong])}, "
            "but a share from 0 to 1 (or per cent, to 100) is needed."
        )
        raise TableError(message)
    per_cent = share > 1
    if per_cent.any():
        said = say("ridge_coefficient_in_per_cent", column=theirs, count="{count}")
        door.note("ridge_coefficient_in_per_cent", said, count=int(per_cent.sum()))
    return share.where(~per_cent, share / 100)


def _names_of(codes: "pd.Series[str]") -> "pd.Series[str]":
    names = {code: class_names().get(class_of(code)) for code in codes.dropna().unique()}
    return codes.map(names).astype("str")


def _note_built_up(codes: "pd.Series[str]", door: Door) -> None:
    """Ask whether the layer is the right one, where basic farmland is said to be houses or workshops."""
    built_up = codes[codes.str.match(_BUILT_UP).fillna(value=False).astype(bool)]
    if len(built_up):
        said = say("built_up_basic_farmland", count="{count}", listed="{listed}")
        door.note("built_up_basic_farmland", said, count=len(built_up), listed=tuple(built_up.unique()))


def _note_odd_codes(codes: "pd.Series[str]", door: Door) -> None:
    empty = codes.isna()
    if empty.any():
        door.note("land_code_missing", say("land_code_missing", count="{count}"), count=int(empty.sum()))
    classes = pd.Series(codes.dropna().unique(), dtype="str")
    unknown = classes[~classes.map(class_of).isin(list(class_names()))]
    if len(unknown):
        door.note("land_code_unknown", say("land_code_unknown", listed="{listed}"), listed=tuple(unknown))
