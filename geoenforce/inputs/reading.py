"""What reading a file gives: a table, the problems met, the rows left out, and counts that add up."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj

from geoenforce.core.errors import ConfigError, FormatError
from geoenforce.core.sentences import Sentence
from geoenforce.core.tables import issue
from geoenforce.core.terms import Action
from geoenforce.inputs.seen import Seen

#: An array of shapely geometries.
Geometries = npt.NDArray[np.object_]


class ReadOptions(TypedDict, total=False):
    """What may be said about a file; each key is also a key of the source in `geoenforce.toml`."""

    layer: str  # name of the layer, for files that hold several
    crs: str  # coordinate system, where the file does not say it or says it wrongly, e.g. "EPSG:4527"
    encoding: str  # encoding of the text, where the bytes do not decide, e.g. "GBK"
    columns: dict[str, str]  # our name of a column -> the file's, e.g. {"violation_id": "TBBH"}
    datum_shift: dict[str, float]  # dx, dy, dz, rx, ry, rz, ppm from an old datum to CGCS2000


@dataclass(frozen=True)
class Counts:
    """How many rows were read, and what became of them; the last three add up to the first."""

    read: int
    accepted: int
    repaired: int
    rejected: int

    def __post_init__(self) -> None:
        """Refuse counts that do not add up: a row would be lost in silence."""
        if self.accepted + self.repaired + self.rejected != self.read:
            message = f"counts do not add up: {self}"
            raise AssertionError(message)


@dataclass(frozen=True)
class Reading:
    """A file that was read: its usable rows, and a word on each of the others."""

    table: gpd.GeoDataFrame
    issues: pd.DataFrame
    rejects: gpd.GeoDataFrame
    counts: Counts
    original: gpd.GeoSeries | None = None  # of violations: the delivered vertices in EPSG:4490
    output_crs: str = "EPSG:4490"  # in which results go out: the file's own system if it is CGCS2000
    notes: "tuple[Problem, ...]" = ()  # the remarks on the file as a whole, which are among the issues too


@dataclass(frozen=True)
class Problem:
    """
    One thing that is wrong with one row, or with the file as a whole (then row is None).

    Where a remark on the file counts rows or lists values, `said` has {count} or {listed} in their place, so that
    the remarks on parts of a file can be put together.
    """

    code: str
    said: Sentence
    action: Action = Action.NOTED
    row: int | None = None
    count: int = 0
    listed: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """
        Return what is said about it, in English.

        Examples
        --------
        >>> from geoenforce.core.sentences import say
        >>> Problem("z_dropped", say("dropped_dimension", axis="Z", count="{count}"), count=2).text
        '2 shapes have Z values; they were dropped.'
        """
        return self.said.filled(self.count, self.listed).en

    def issue(self, **place: Any) -> dict[str, Any]:
        """
        Make a row of ISSUES of it, with the file and what else is known of the place.

        Examples
        --------
        >>> from geoenforce.core.sentences import say
        >>> Problem("empty_file", say("empty_file")).issue(file="a.csv")["file"]
        'a.csv'
        """
        return issue(self.code, self.said.filled(self.count, self.listed), self.action, row=self.row, **place)


@dataclass(frozen=True)
class Delivery:
    """
    A layer as its file holds it, before anything was checked.

    `frame` has one row per record, indexed by the record's number from 1, and no geometry;
    `geometry` is aligned with it and holds None where there is none.
    """

    file: str
    layer: str
    frame: pd.DataFrame
    geometry: Geometries
    crs: pyproj.CRS | None
    problems: tuple[Problem, ...] = field(default=())
    seen: Seen | None = None  # of a part: what the parts before it held

    @property
    def where(self) -> str:
        """Name the place for messages: the file, and the layer where its name says more."""
        return place(self.file, self.layer)


def place(file: str, layer: str) -> str:
    """
    Name a file and its layer for messages.

    Examples
    --------
    >>> place("data/county.gpkg", "dltb"), place("data/dltb.shp", "dltb")
    ('data/county.gpkg (layer dltb)', 'data/dltb.shp')
    """
    stem = file.rsplit("/", 1)[-1].split(".", 1)[0]
    return f"{file} (layer {layer})" if layer and layer != stem else file


def refuse_unknown(options: "ReadOptions | dict[str, Any]") -> None:
    """
    Refuse an option that no reader knows, so that a misspelt one is not passed over.

    Raises
    ------
    ConfigError
        With the options that there are.

    Examples
    --------
    >>> refuse_unknown({"crs": "EPSG:4490"})
    >>> refuse_unknown({"srs": "EPSG:4490"})
    Traceback (most recent call last):
    geoenforce.core.errors.ConfigError: ['srs'] are no options of a file; there are
    ['layer', 'crs', 'encoding', 'columns', 'datum_shift'].
    """
    known = list(ReadOptions.__annotations__)
    unknown = [name for name in options if name not in known]
    if unknown:
        message = f"{unknown} are no options of a file; there are {known}."
        raise ConfigError(message)


def refuse_cut_off(reading: Reading, path: str | Path) -> Reading:
    """
    Refuse a file of which a part is missing: what lay there would be measured as if it were not.

    Raises
    ------
    FormatError
        If the file is shorter than it says itself; else, `reading` is returned.

    Examples
    --------
    >>> refuse_cut_off(read_parcels("dltb.shp"), "dltb.shp")  # doctest: +SKIP
    """
    told = reading.issues.loc[reading.issues["problem"] == "file_cut_off", "detail"]
    if len(told):
        message = (
            f"{path}: {told.iloc[0]} Nothing is computed from a part of a file (文件不完整，不予计算): copy it again, "
            ".shp, .shx and .dbf together, or ask whoever delivered it."
        )
        raise FormatError(message)
    return reading
