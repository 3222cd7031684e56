"""Features that were rejected: as a layer for people to look at, and as a table that any store can keep."""

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoenforce.core.tables import ISSUES, Column, Kind, Table

_TOLD = tuple(ISSUES.column(name) for name in ("file", "layer", "row", "feature", "problem", "detail"))
_LONGLAT = 4490

#: The shape may be anything, which is why it was rejected: databases refuse some as geometry, but no text.
REJECTS = Table(
    "rejects",
    "feature that was rejected",
    "未采用的要素",
    "rejects",
    None,
    (
        *_TOLD,
        Column(
            "shape",
            Kind.TEXT,
            "its shape, broken as it may be, as ISO WKB in hexadecimal, EPSG:4490; missing where it has none",
            "图形（WKB）",
            "shape (WKB)",
            filled=False,
        ),
    ),
)


def as_rows(rejects: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Turn the layer of rejected features into rows of REJECTS.

    Examples
    --------
    >>> as_layer(as_rows(as_layer(pd.DataFrame(columns=REJECTS.names)))).empty
    True
    """
    shapes = shapely.to_wkb(rejects.geometry.to_numpy(), hex=True, byte_order=1, flavor="iso")
    rows = pd.DataFrame({column.name: rejects[column.name].array for column in _TOLD})
    return rows.assign(shape=pd.array(shapes, dtype="str"))


def as_layer(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    """
    Turn rows of REJECTS into the layer again.

    Parameters
    ----------
    rows
        REJECTS.

    Returns
    -------
    rejects
        ``file``, ``layer``, ``row``, ``feature``, ``problem``, ``detail``, and geometry of any kind or none, EPSG:4490.

    Examples
    --------
    >>> told = {"file": "a.shp", "layer": None, "row": 3, "feature": "V9", "problem": "x", "detail": "y."}
    >>> point = "0101000000000000000000f03f0000000000000040"
    >>> as_layer(pd.DataFrame([{**told, "shape": None}, {**told, "shape": point}])).geometry.to_list()
    [None, <POINT (1 2)>]
    """
    columns = {column.name: rows[column.name].astype(_type(column)).array for column in _TOLD}
    return gpd.GeoDataFrame(columns, geometry=_shapes(rows["shape"].to_list()), crs=_LONGLAT)


def _shapes(texts: Sequence[Any]) -> Any:
    return shapely.from_wkb(np.array([None if pd.isna(text) else text for text in texts], dtype=object))


def _type(column: Column) -> str:
    return "Int64" if column.kind is Kind.INTEGER else "str"
