"""Read a layer as it was delivered, with a word on every row that cannot be used."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geoenforce.core.sentences import Sentence
from geoenforce.core.space import CGCS2000, epsg_code, longlat_transform
from geoenforce.core.tables import DETAIL_ZH, issues_table
from geoenforce.core.terms import Action
from geoenforce.inputs.crs import settle_crs
from geoenforce.inputs.deliver import deliver
from geoenforce.inputs.geometry import check_shapes, refuse_other_kinds
from geoenforce.inputs.reading import (
    Counts,
    Delivery,
    Geometries,
    Problem,
    Reading,
    ReadOptions,
    refuse_unknown,
)


def read_layer(path: str | Path, **options: Unpack[ReadOptions]) -> Reading:
    """
    Read the polygons of a layer as they were delivered, and say what is wrong with each other row.

    Parameters
    ----------
    path
        Shapefile (also zipped), FileGDB (folder or zipped), GeoPackage, GeoJSON, KML, KMZ, GeoParquet,
        FlatGeobuf, 界址点 TXT, CSV or XLSX.
    options
        ``layer``, ``crs``, ``encoding``, ``columns`` and ``datum_shift``; see `ReadOptions`.

    Returns
    -------
    reading
        ``table`` has one row per usable polygon, indexed by the record's number in the file (``row``,
        from 1), with the columns of the file, in its own coordinate system.

    Raises
    ------
    FormatError
        If the file cannot be read as what it claims to be, or holds no polygons.
    CrsError
        If its coordinate system is missing, unclear, or contradicted by the coordinates.
    ConfigError
        If an option is unknown or of no use.

    Examples
    --------
    >>> import tempfile
    >>> parcels = gpd.GeoDataFrame(
    ...     {"DLBM": ["0101", "0103"]}, geometry=[shapely.box(116, 23, 116.001, 23.001), None], crs=4490)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     parcels.to_file(Path(folder, "parcels.gpkg"))
    ...     reading = read_layer(Path(folder, "parcels.gpkg"))
    >>> reading.counts
    Counts(read=2, accepted=1, repaired=0, rejected=1)
    >>> reading.issues[["row", "problem", "action"]].to_dict("records")
    [{'row': 2, 'problem': 'null_geometry', 'action': 'rejected'}]
    """
    opened = open_layer(path, options)
    return opened.reading(opened.kept())


@dataclass(frozen=True)
class Opened:
    """A layer whose shapes and coordinate system were checked; its table is still the file's."""

    delivery: Delivery
    geometry: Geometries  # None where the row is left out
    crs: pyproj.CRS
    problems: tuple[Problem, ...]
    shift: dict[str, float] | None = None

    def kept(self) -> gpd.GeoDataFrame:
        """Return the usable rows, with the columns of the file."""
        there = ~shapely.is_missing(self.geometry)
        frame = self.delivery.frame[there]
        name = "geometry" if "geometry" not in frame else "geometry_"
        return gpd.GeoDataFrame(frame.assign(**{name: self.geometry[there]}), geometry=name, crs=self.crs)

    def without(self, positions: Any, code: str, details: list[Sentence]) -> "Opened":
        """Leave out the rows at these positions, one sentence for each."""
        geometry = self.geometry.copy()
        geometry[positions] = None
        rows = self.delivery.frame.index[positions]
        faults = [Problem(code, detail, Action.REJECTED, int(row)) for row, detail in zip(rows, details, strict=True)]
        return replace(self, geometry=geometry, problems=(*self.problems, *faults))

    def reading(
        self,
        table: gpd.GeoDataFrame,
        more: "tuple[Problem, ...] | list[Problem]" = (),
        features: "pd.Series[str] | None" = None,
        original: gpd.GeoSeries | None = None,
    ) -> Reading:
        """
        Finish a reading: every row that was read is accounted for.

        Parameters
        ----------
        table
            The usable rows.
        more
            Problems found after the shapes were checked.
        features
            The id of every row of the delivery, for the issues.
        original
            The delivered vertices, where they are wanted.
        """
        found = (*self.delivery.problems, *self.problems, *more)
        problems = pd.DataFrame(
            [problem.issue() for problem in found], columns=["row", "problem", "detail", DETAIL_ZH, "action"]
        )
        problems = problems.astype({"row": "Int64", "problem": "str", "detail": "str", DETAIL_ZH: "str"})
        lost = problems.loc[problems["action"] == Action.REJECTED, "row"].dropna()
        is_superseded = (problems["action"] == Action.REPAIRED) & problems["row"].isin(lost)
        problems = problems.assign(
            action=problems["action"].mask(is_superseded, Action.NOTED.value),
            file=self.delivery.file,
            layer=self.delivery.layer,
            feature=None if features is None else problems["row"].map(features),
        )
        return Reading(
            table,
            issues_table(problems.to_dict("records")),
            self._rejects(problems[problems["action"] == Action.REJECTED]),
            _counts(len(self.delivery.frame), problems),
            original,
            output_crs_of(self.crs),
            tuple(problem for problem in found if problem.row is None),
        )

    def _rejects(self, problems: pd.DataFrame) -> gpd.GeoDataFrame:
        columns = ["file", "layer", "row", "feature", "problem", "detail"]
        shapes = pd.Series(self.delivery.geometry, index=self.delivery.frame.index, dtype=object)
        moved = _to_longlat(problems["row"].map(shapes).to_numpy(dtype=object), self.crs, self.shift)
        return gpd.GeoDataFrame(problems[columns].reset_index(drop=True), geometry=moved, crs=CGCS2000)


def output_crs_of(crs: pyproj.CRS) -> str:
    """
    Return the system in which results go out: the given one if it is CGCS2000 with an EPSG code.

    Examples
    --------
    >>> output_crs_of(pyproj.CRS(4527)), output_crs_of(pyproj.CRS(4326))
    ('EPSG:4527', 'EPSG:4490')
    """
    code = epsg_code(crs)
    return f"EPSG:{code}" if code and crs.geodetic_crs == CGCS2000 else "EPSG:4490"


def open_layer(path: str | Path | Delivery, options: ReadOptions) -> Opened:
    """
    Open a layer, settle its coordinate system and check its shapes.

    Same input and errors as `read_layer`; a delivery that is open already will do, too.
    """
    refuse_unknown(options)
    delivery = path if isinstance(path, Delivery) else deliver(Path(path), options)
    refuse_other_kinds(delivery)
    shift = options.get("datum_shift")
    crs, notes = settle_crs(delivery, options.get("crs"), shift)
    shapes = check_shapes(delivery, crs, shift)
    return Opened(delivery, shapes.geometry, crs, (*notes, *shapes.problems), shift)


def _counts(read: int, problems: pd.DataFrame) -> Counts:
    rejected = problems.loc[problems["action"] == Action.REJECTED, "row"].dropna()
    repaired = problems.loc[problems["action"] == Action.REPAIRED, "row"].dropna()
    lost, mended = set(rejected), set(repaired) - set(rejected)
    return Counts(read, read - len(lost) - len(mended), len(mended), len(lost))


def _to_longlat(shapes: Geometries, crs: pyproj.CRS, shift: dict[str, float] | None) -> Geometries:
    """Bring rejected shapes to CGCS2000 for a look at them; None where that is not possible."""
    move = longlat_transform(crs, shift)
    flat = shapely.force_2d(np.where(pd.isna(shapes), np.array(None, dtype=object), shapes))
    moved = shapely.transform(flat, lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1])))
    lost = ~np.isfinite(shapely.bounds(moved)).all(axis=1)
    moved[lost] = None
    return np.asarray(moved, dtype=object)
