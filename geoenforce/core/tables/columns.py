"""What a table is: its columns with meaning, unit and labels; and one without rows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import pandas as pd


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    NUMBER = "number"
    AMOUNT = "amount"  # a number that cannot be below zero
    INTEGER = "integer"
    FLAG = "flag"
    DATE = "date"  # a day in Asia/Shanghai, as datetime64 without a zone
    INSTANT = "instant"  # a moment, as datetime64 with a zone


@dataclass(frozen=True)
class Column:
    """One column: what it means, its unit, and what people see above it."""

    name: str
    kind: Kind
    meaning: str
    zh: str
    en: str
    unit: str = ""
    required: bool = True  # False: the column may be missing from the table
    filled: bool = True  # False: single values may be missing
    codes: tuple[str, ...] = ()  # the values allowed, where the column holds a code

    def label(self, lang: str) -> str:
        """
        Return the header for people, with the unit.

        Examples
        --------
        >>> from geoenforce.core.tables import AREAS
        >>> AREAS.column("basic_farmland_mu").label("zh")
        '基本农田（亩）'
        """
        unit = {"mu": "亩", "m²": "㎡", "d": "天"}.get(self.unit, self.unit) if lang == "zh" else self.unit
        text = self.en if lang == "en" else self.zh
        if not unit:
            return text
        return f"{text} ({unit})" if lang == "en" else f"{text}（{unit}）"


@dataclass(frozen=True)
class Table:
    """One kind of table: what a row is, its index, its columns, its geometry."""

    name: str
    row_is: str
    zh: str
    en: str
    index: Column | None
    columns: tuple[Column, ...]
    geometry: str = ""  # "", "polygon", "line" or "point"

    def column(self, name: str) -> Column:
        """
        Return one column of the table by its name.

        Examples
        --------
        >>> from geoenforce.core.tables import AREAS
        >>> AREAS.column("area_m2").unit
        'm²'
        """
        for column in self:
            if column.name == name:
                return column
        raise KeyError(name)

    def __iter__(self) -> Iterator[Column]:
        """Go through the index, if there is one, and the columns."""
        if self.index is not None:
            yield self.index
        yield from self.columns

    def only(self, *names: str) -> "Table":
        """
        Return the declaration with the index and some columns, for a door that needs no more; no geometry is asked for.

        Examples
        --------
        >>> from geoenforce.core.tables import TOWNSHIPS
        >>> TOWNSHIPS.only("county_code").names
        ['county_code']
        """
        return replace(self, columns=tuple(column for column in self.columns if column.name in names), geometry="")

    @property
    def names(self) -> list[str]:
        """Return the names of the columns, without the index."""
        return [column.name for column in self.columns]


def empty(table: Table) -> Any:
    """
    Build a table without rows, in order for every stage and output.

    Examples
    --------
    >>> from geoenforce.core.tables import PARTIES, TOWNSHIPS, check
    >>> check(empty(PARTIES), PARTIES)
    >>> check(empty(TOWNSHIPS), TOWNSHIPS)
    """
    columns = {column.name: pd.Series(dtype=_DTYPES[column.kind]) for column in table.columns}
    index = None if table.index is None else pd.Index([], dtype="str", name=table.index.name)
    frame = pd.DataFrame(columns, index=index)
    if not table.geometry:
        return frame
    import geopandas as gpd

    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], index=frame.index), crs=4490)


_DTYPES = {
    Kind.TEXT: "str",
    Kind.NUMBER: "float64",
    Kind.AMOUNT: "float64",
    Kind.INTEGER: "int64",
    Kind.FLAG: "bool",
    Kind.DATE: "datetime64[s]",
    Kind.INSTANT: "datetime64[s, Asia/Shanghai]",
}
