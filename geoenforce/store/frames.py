"""Rows of the store as tables again: the same columns, in the same order, of the same types."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geoenforce.core.tables import Kind, Table
from geoenforce.store.rows import columns_at_hand
from geoenforce.store.schema import SRID

#: A table's columns in order, with the type of each; the geometry's is empty.
Layout = Mapping[str, str]

_GEOMETRY = "geometry"

#: What a column becomes where its tables differ: the types that can be missing, and the finest moments.
_COMMON = {
    Kind.TEXT: "str",
    Kind.NUMBER: "float64",
    Kind.AMOUNT: "float64",
    Kind.INTEGER: "Int64",
    Kind.FLAG: "boolean",
    Kind.DATE: "datetime64[s]",
    Kind.INSTANT: "datetime64[us, Asia/Shanghai]",
}


def layout_of(table: Table, frame: pd.DataFrame) -> str:
    """
    Write down, as JSON, which declared columns a table has, in which order and of which types.

    Examples
    --------
    >>> from geoenforce.core.tables import CASE_AREAS, empty
    >>> layout_of(CASE_AREAS, empty(CASE_AREAS)[["other_mu"]])
    '{"case_id": "str", "other_mu": "float64"}'
    """
    kinds = {column.name: column.kind for column in columns_at_hand(table, frame)}
    names = [] if table.index is None else [table.index.name]
    names += [name for name in frame.columns if name in kinds and name not in names]
    layout = {name: _type_of(frame, name, kinds[name]) for name in names}
    if table.geometry:
        at = list(frame.columns).index(frame.geometry.name)
        before = [name for name in frame.columns[:at] if name in layout]
        place = len(before) + (table.index is not None)
        items = list(layout.items())
        layout = dict([*items[:place], (_GEOMETRY, ""), *items[place:]])
    return json.dumps(layout)


def common_layout(table: Table, written: Sequence[str]) -> Layout:
    """
    Join the layouts of a table's parts into one.

    Examples
    --------
    >>> from geoenforce.core.tables import ISSUES
    >>> common_layout(ISSUES, ['{"row": "int64"}', '{"row": "Int64", "file": "str"}'])
    {'row': 'Int64', 'file': 'str'}
    """
    layouts: list[dict[str, str]] = [json.loads(text) for text in written]
    names = dict.fromkeys(name for layout in layouts for name in layout)
    found = {name: {layout.get(name) for layout in layouts} for name in names}
    kinds = {column.name: column.kind for column in table}
    return {
        name: "" if name == _GEOMETRY else types.pop() or "" if len(types) == 1 else _COMMON[kinds[name]]
        for name, types in found.items()
        if name == _GEOMETRY or name in kinds
    }


def part_of(layout: Layout, table: Table, values: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """
    Turn some rows' values into columns of the right types; geometry stays an array of shapes.

    Examples
    --------
    >>> from geoenforce.core.tables import CASE_AREAS
    >>> part_of({"case_id": "str", "other_mu": "float64"}, CASE_AREAS, {"case_id": ["A"], "other_mu": [None]})
      case_id  other_mu
    0       A       NaN
    """
    kinds = {column.name: column.kind for column in table}
    columns = {
        name: pd.Series(values[name], dtype=object) if name == _GEOMETRY else _typed(values[name], kinds[name], kind)
        for name, kind in layout.items()
    }
    return pd.DataFrame(columns)


def frame_of(table: Table, parts: Sequence[pd.DataFrame]) -> Any:
    """
    Join parts into the table that was saved: with its index, and geometry in EPSG:4490.

    Examples
    --------
    >>> from geoenforce.core.tables import CASE_AREAS
    >>> part = part_of({"case_id": "str", "other_mu": "float64"}, CASE_AREAS, {"case_id": ["A"], "other_mu": [1.0]})
    >>> frame_of(CASE_AREAS, [part]).to_dict("index")
    {'A': {'other_mu': 1.0}}
    """
    frame = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    if table.index is not None:
        frame = frame.set_index(table.index.name)
    if not table.geometry:
        return frame
    shapes = gpd.GeoSeries(frame[_GEOMETRY].to_numpy(dtype=object), index=frame.index, crs=SRID)
    frame[_GEOMETRY] = shapes
    return gpd.GeoDataFrame(frame, geometry=_GEOMETRY, crs=SRID)


def _type_of(frame: pd.DataFrame, name: str, kind: Kind) -> str:
    if kind is Kind.TEXT or name not in frame:
        return "str"
    written = str(frame[name].dtype)
    try:
        is_known = pd.api.types.pandas_dtype(written) == frame[name].dtype
    except TypeError:
        is_known = False
    return written if is_known else _COMMON[kind]


def _typed(values: Sequence[Any], kind: Kind, wanted: str) -> "pd.Series[Any]":
    if kind is Kind.DATE:
        days = np.array(["NaT" if value is None else str(value) for value in values], dtype="datetime64[D]")
        return pd.Series(days.astype("datetime64[s]")).astype(wanted)
    if kind is Kind.INSTANT:
        texts = ["NaT" if value is None else value[:-1] for value in values]
        unit = wanted.removeprefix("datetime64[").split(",")[0]
        moments = pd.Series(np.array(texts, dtype=f"datetime64[{unit}]"))
        return moments.dt.tz_localize("UTC").astype(wanted)
    if kind is Kind.FLAG:
        return pd.Series([None if value is None else bool(value) for value in values], dtype="boolean").astype(wanted)
    if kind is Kind.INTEGER:
        return pd.Series(values, dtype="Int64").astype(wanted)
    return pd.Series(values, dtype="str" if kind is Kind.TEXT else "float64").astype(wanted)
