"""The door between a file's own columns and the tables of geoenforce."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoenforce.core.errors import TableError, some
from geoenforce.core.sentences import Sentence, say
from geoenforce.core.shares import are_valid
from geoenforce.core.space import PLANE, polygons_to_plane
from geoenforce.core.tables import Table, check
from geoenforce.inputs.columns import find_columns, refuse_missing
from geoenforce.inputs.geometry import mend
from geoenforce.inputs.read import Opened, open_layer
from geoenforce.inputs.reading import Delivery, Geometries, Problem, Reading, ReadOptions
from geoenforce.inputs.seen import Seen
from geoenforce.inputs.values import as_dates, as_text

_ID = {
    "townships": "township_code",
    "violations": "violation_id",
    "approvals": "approval_id",
    "new_construction": "project_id",
}


@dataclass
class Door:
    """
    A layer on its way in: where each of our columns is, its usable rows, and the problems met.

    The values it hands out are on `index`, the numbers of the usable rows.
    """

    opened: Opened
    kind: str
    columns: Mapping[str, str]
    index: "pd.Index[int]"
    plane: Geometries  # the usable shapes in the equal-area plane
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def open(cls, path: str | Path | Delivery, kind: str, options: ReadOptions, needed: Collection[str] = ()) -> Self:
        """
        Open a layer and find its columns.

        Raises
        ------
        TableError
            If a needed column is missing; the message has the line that would name it.
        """
        opened = open_layer(path, options)
        delivery = opened.delivery
        columns = find_columns(delivery.frame.columns, kind, options.get("columns"), delivery.where)
        refuse_missing(needed, columns, delivery.frame.columns, kind, delivery.where)
        name = columns.get(_ID.get(kind, "parcel_id"))
        opened = _without_duplicates(opened, None if name is None else as_text(delivery.frame[name]))
        opened, plane = _in_plane(opened)
        index = delivery.frame.index[~shapely.is_missing(opened.geometry)]
        return cls(opened, kind, columns, index, plane)

    @property
    def where(self) -> str:
        """Name the file for messages."""
        return self.opened.delivery.where

    @property
    def delivered(self) -> list[str]:
        """Return the names of the file's columns."""
        return [str(name) for name in self.opened.delivery.frame.columns]

    @property
    def shapes(self) -> "pd.Series[Any]":
        """Return the shape of each row, in the file's system; None where the row is left out."""
        return pd.Series(self.opened.geometry, index=self.opened.delivery.frame.index, dtype=object)

    def note(self, code: str, said: Sentence, *, count: int = 0, listed: tuple[str, ...] = ()) -> None:
        """Keep a remark on the file for the issues; {count} and {listed} in it stand for these."""
        self.problems.append(Problem(code, said, count=count, listed=listed))

    def values(self, name: str) -> "pd.Series[Any]":
        """Return one of our columns as the file holds it, for the usable rows."""
        return self.opened.delivery.frame.loc[self.index, self.columns[name]]

    def different(self, name: str) -> "pd.Series[Any]":
        """Return the different values of one of our columns; of a part, with those of the parts before it."""
        seen = self.opened.delivery.seen or Seen()
        return seen.values(name, self.values(name))

    def text(self, name: str) -> "pd.Series[str]":
        """Return a column as text; missing throughout where the file lacks it."""
        if name not in self.columns:
            return pd.Series(np.nan, index=self.index, dtype="str")
        return as_text(self.values(name))

    def dates(self, name: str, default: date | None = None) -> "pd.Series[pd.Timestamp]":
        """Return a column as days, with a default for rows without."""
        if name in self.columns:
            days = as_dates(self.values(name), self.where, self.columns[name])
        else:
            days = pd.Series(pd.NaT, index=self.index, dtype="datetime64[s]")
        return days if default is None else days.fillna(pd.Timestamp(default)).astype("datetime64[s]")

    def ids(self, name: str) -> "pd.Series[str]":
        """
        Return a column as text, which every row must have.

        Raises
        ------
        TableError
            If a row has none.
        """
        ids = self.text(name)
        if ids.isna().any():
            message = (
                f"{self.where}: the rows {some(ids.index[ids.isna()])} have no {self.columns[name]}. "
                "Fill it in: every row needs one."
            )
            raise TableError(message)
        return ids

    def refuse_repeated(self, ids: "pd.Series[str]") -> None:
        """
        Refuse an id that stands for two different shapes.

        Raises
        ------
        TableError
            With the ids and their rows.
        """
        repeated = ids[ids.duplicated(keep=False)]
        if len(repeated):
            rows = {str(one): repeated.index[repeated == one].to_list() for one in repeated.unique()[:5]}
            listed = "; ".join(f"{one} in the rows {some(numbers)}" for one, numbers in rows.items())
            more = repeated.nunique() - len(rows)
            message = (
                f"{self.where}: the {self.columns['violation_id']} is not unique, and the shapes differ: {listed}"
                f"{f' and {more} more' if more else ''}. Give each patch an id of its own, or name a column that is "
                'unique: columns = { violation_id = "…" }.'
            )
            raise TableError(message)

    def features(self) -> "pd.Series[str] | None":
        """Return the id of every row of the file, the rejected ones too; None where there is no such column."""
        name = _ID.get(self.kind, "parcel_id")
        if name not in self.columns:
            return None
        return as_text(self.opened.delivery.frame[self.columns[name]])

    def table(self, columns: Mapping[str, Any]) -> gpd.GeoDataFrame:
        """Put the usable rows together, with their place of origin, in the equal-area plane."""
        whole = gpd.GeoDataFrame(dict(columns), index=self.index, geometry=self.plane, crs=PLANE)
        whole["source_file"] = pd.array([self.opened.delivery.file] * len(whole), dtype="str")
        whole["row"] = self.index.to_numpy(dtype="int64")
        names = [*columns, "source_file", "row", "geometry"]
        return whole[names].reset_index(drop=True)

    def finish(self, table: gpd.GeoDataFrame, declared: Table, original: gpd.GeoSeries | None = None) -> Reading:
        """Hold a table against its declaration and hand it over, with a word on every row left out."""
        check(table, declared)
        return self.opened.reading(table, self.problems, self.features(), original)


def _without_duplicates(opened: Opened, ids: "pd.Series[str] | None") -> Opened:
    """Leave out each row that has the id and the shape of an earlier one."""
    there = np.flatnonzero(~shapely.is_missing(opened.geometry))
    shapes = opened.geometry[there]
    frame = opened.delivery.frame if ids is None else ids.to_frame("id")  # without an id, all columns must agree
    what = frame.iloc[there].astype("str")
    key = pd.DataFrame(shapely.bounds(shapes)).assign(area=shapely.area(shapes))
    key = pd.concat([key, what.reset_index(drop=True)], axis=1)
    alike = key[key.duplicated(keep=False)]
    exact = alike.assign(shape=shapely.to_wkb(shapely.normalize(shapes[alike.index])))
    first = exact.groupby([*exact.columns], dropna=False, sort=False)["area"].transform(lambda one: one.index[0])
    later = first.index[first.to_numpy() != first.index]
    rows, earliest = opened.delivery.frame.index, first.loc[later].to_numpy(dtype=np.int64)
    repeats = np.zeros(len(there), dtype=np.int64)  # numbers of the rows that were there before
    if opened.delivery.seen is not None:
        new = np.setdiff1d(np.arange(len(there)), later)
        repeats[new] = opened.delivery.seen.earlier(shapes[new], what.iloc[new])
    repeats[later] = np.where(repeats[earliest], repeats[earliest], rows[there[earliest]])
    again = np.flatnonzero(repeats)
    details = [say("duplicate_shape", row=row) for row in repeats[again]]
    return opened.without(there[again], "duplicate", details)


def _in_plane(opened: Opened) -> tuple[Opened, Geometries]:
    """Bring the usable shapes to the plane; rounding may make one touch itself, and it is mended there."""
    there = np.flatnonzero(~shapely.is_missing(opened.geometry))
    if not len(there):  # an empty layer may lack even a coordinate system
        return opened, np.empty(0, dtype=object)
    plane = polygons_to_plane(opened.geometry[there], opened.crs, opened.shift)
    strayed = ~np.isfinite(shapely.bounds(plane)).all(axis=1)
    invalid = ~are_valid(plane) & ~strayed
    plane[invalid] = mend(plane[invalid], PLANE).kept()
    faulty = strayed | shapely.is_missing(plane)
    return opened.without(there[faulty], "outside_plane", [say("outside_plane")] * int(faulty.sum())), plane[~faulty]
