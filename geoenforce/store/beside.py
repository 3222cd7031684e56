"""What reading a land layer gave beside its rows, as it is kept in the layer's snapshot."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import geopandas as gpd
import pandas as pd

_MOST_ROWS = 10_000  # with more remarks than that, a layer is read anew


@dataclass(frozen=True)
class Beside:
    """All that a reading says of a land layer but its rows, and what its rows need to be as they were read."""

    columns: tuple[str, ...]  # of the rows, in order
    counts: Mapping[str, int]  # rows read, accepted, repaired, rejected
    issues: pd.DataFrame
    rejects: gpd.GeoDataFrame
    output_crs: str
    reader: str  # stands for the software that read it: with another, rows may be others


def packed(beside: Beside) -> dict[str, Any] | None:
    """
    Make of it what a snapshot's file can hold; nothing where it is too much, or would not come back as it is.

    Examples
    --------
    >>> issues, rejects = pd.DataFrame({"row": [1]}), gpd.GeoDataFrame({"row": [1]}, geometry=[None], crs=4490)
    >>> kept = packed(Beside(("row",), {"read": 1}, issues, rejects, "EPSG:4490", "1.0"))
    >>> kept["counts"], unpacked(kept).issues.equals(issues)
    ({'read': 1}, True)
    """
    if max(len(beside.issues), len(beside.rejects)) > _MOST_ROWS:
        return None
    written = {
        "columns": list(beside.columns),
        "counts": dict(beside.counts),
        "issues": _text(beside.issues),
        "rejects": _text(beside.rejects),
        "output_crs": beside.output_crs,
        "reader": beside.reader,
    }
    read = unpacked(written)
    pairs = ((read.issues, beside.issues), (read.rejects, beside.rejects))
    return written if all(_same(one, other) for one, other in pairs) else None


def unpacked(written: Mapping[str, Any]) -> Beside:
    """
    Read what `packed` made.

    Examples
    --------
    >>> unpacked(packed(beside)).counts  # doctest: +SKIP
    {'read': 200791, 'accepted': 200791, 'repaired': 0, 'rejected': 0}
    """
    return Beside(
        tuple(written["columns"]),
        written["counts"],
        pd.read_feather(BytesIO(base64.b64decode(written["issues"]))),
        gpd.read_feather(BytesIO(base64.b64decode(written["rejects"]))),
        written["output_crs"],
        written["reader"],
    )


def _text(frame: pd.DataFrame) -> str:
    file = BytesIO()
    frame.to_feather(file)
    return base64.b64encode(file.getvalue()).decode("ascii")


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    if isinstance(one, gpd.GeoDataFrame) and isinstance(other, gpd.GeoDataFrame):
        shapes = [frame.geometry.to_wkb(include_srid=False).to_list() for frame in (one, other)]
        if shapes[0] != shapes[1] or one.crs != other.crs:
            return False
        one, other = (pd.DataFrame(frame.drop(columns=frame.geometry.name)) for frame in (one, other))
    return bool(one.dtypes.equals(other.dtypes)) and one.index.equals(other.index) and one.equals(other)
