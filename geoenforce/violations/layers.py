"""Which polygons of a land layer count for which violation: the version in force on its day, near it, and valid."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geoenforce.core.errors import TableError, some
from geoenforce.core.shares import are_valid
from geoenforce.core.space import to_plane
from geoenforce.core.tables import LAND, check
from geoenforce.violations.prepared import PreparedLand, Version

if TYPE_CHECKING:  # the compiler takes its time to load, and is needed only where something is measured
    from geoenforce.violations.kernel.areas import Layer

BASIC_FARMLAND, CULTIVATED, PARCELS = "basic farmland", "cultivated land", "parcels"

BeforeFirst = Literal["error", "earliest"]
Geometries = npt.NDArray[np.object_]


class TableGround:
    """The polygons of one version of a table, valid and near some violation."""

    def __init__(self, land: gpd.GeoDataFrame) -> None:
        """Take rows of the table LAND, in the plane."""
        self._polygons = land.geometry.to_numpy()
        self._land = land

    def near(self, _: Geometries) -> Geometries:
        """Return all of them that count."""
        polygons: Geometries = self._polygons[self._counts]
        return polygons

    def parcels_near(self, _: Geometries) -> tuple[Geometries, Any]:
        """Return all of them with their codes; those that count come first."""
        order = np.argsort(~self._counts, kind="stable")
        return self._polygons[order], self.layer.flat.land_code[order]

    @cached_property
    def layer(self) -> "Layer":
        """Return them for the kernel; they may overlap."""
        from geoenforce.core.flat import flat_polygons
        from geoenforce.core.land_codes import packed
        from geoenforce.violations.kernel.areas import Layer

        flat = flat_polygons(self._polygons)._replace(counts=self._counts)
        if "land_code" in self._land:
            flat = flat._replace(land_code=packed(self._land["land_code"]))
        return Layer(flat, is_apart=False, shapes=self._polygons)

    @cached_property
    def _counts(self) -> npt.NDArray[np.bool_]:
        if "is_cultivated" not in self._land:
            return np.ones(len(self._land), dtype=np.bool_)
        # A copy: what pandas lends may not be written to, and all loops would be compiled once more for such an array.
        return np.array(self._land["is_cultivated"], dtype=np.bool_)


class PreparedGround:
    """The polygons of one version of prepared land."""

    def __init__(self, version: Version) -> None:
        """Take the polygons, flat."""
        self._version = version

    def near(self, patches: Geometries) -> Geometries:
        """Return those that count whose boxes touch a patch's, as shapes."""
        from geoenforce.core.flat import shapes_of

        near = self._places_near(patches)
        return shapes_of(self._version.polygons, near[self._version.polygons.counts[near]])

    def parcels_near(self, patches: Geometries) -> tuple[Geometries, Any]:
        """Return all of them, as shapes, with their codes; those that count come first."""
        from geoenforce.core.flat import shapes_of

        near = self._places_near(patches)
        near = near[np.argsort(~self._version.polygons.counts[near], kind="stable")]
        return shapes_of(self._version.polygons, near), self._version.polygons.land_code[near]

    @property
    def layer(self) -> "Layer":
        """Return them for the kernel."""
        from geoenforce.violations.kernel.areas import Layer

        return Layer(self._version.polygons, self._version.is_apart)

    def _places_near(self, patches: Geometries) -> npt.NDArray[np.int64]:
        from geoenforce.core.flat import flat_polygons
        from geoenforce.violations.kernel.search import search

        boxes = flat_polygons(patches).box
        _, near = search(boxes, self._version.polygons, (0, len(boxes)))
        return np.unique(near)


AnyGround = TableGround | PreparedGround


class InForce(NamedTuple):
    """The versions of a layer, which of them counts for each patch, and which patches are older than all of them."""

    grounds: tuple[AnyGround, ...]
    version: npt.NDArray[np.intp]
    early: npt.NDArray[np.bool_]

    def of(self, few: Any) -> "InForce":
        """Return the same for some of the patches."""
        return self._replace(version=self.version[few], early=self.early[few])


@dataclass(frozen=True)
class _Dated:
    """The versions of a layer by their days; without days, one that is always in force."""

    name: str
    dates: npt.NDArray[Any] | None

    def version_on(self, found: "pd.Series[Any]", before_first: BeforeFirst) -> Any:
        """Return which version is in force on each day, and which days are earlier than all."""
        if self.dates is None:
            return np.zeros(len(found), dtype=np.intp), np.zeros(len(found), dtype=bool)
        need_found_on(found, f"the {self.name} layers are dated {_days(self.dates)}")
        version = np.searchsorted(self.dates, found.to_numpy(), side="right") - 1
        early = version < 0
        if early.any() and before_first == "error":
            message = (
                f"No {self.name} layer is in force for the violations {some(found.index[early])}, found on "
                f"{_days(found[early])}: the layers at hand are in force from {_days(self.dates)}. Add an older layer, "
                'or set before_first_layer = "earliest" under [grading].'
            )
            raise TableError(message)
        return np.maximum(version, 0), early


def in_force(
    patches: Geometries,
    found: "pd.Series[Any]",
    layer: "gpd.GeoDataFrame | PreparedLand",
    name: str,
    before_first: BeforeFirst,
) -> InForce:
    """
    Find the ground of a layer that counts for each patch.

    Parameters
    ----------
    patches
        Polygons in the plane.
    found
        The day each was found.
    layer
        Table LAND, or what was prepared of it.
    name
        BASIC_FARMLAND, CULTIVATED or PARCELS: for messages; of cultivated land, only what is cultivated is taken.
    before_first
        Whether a patch older than every version may use the earliest.

    Raises
    ------
    TableError
        If a polygon is invalid, or no version is in force.

    Examples
    --------
    >>> from geoenforce.core.space import PLANE
    >>> patches, found = np.array([shapely.box(0, 0, 1, 1)]), pd.Series(pd.to_datetime(["2026-03-02"]))
    >>> land = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 9, 9), shapely.box(500, 0, 509, 9)], crs=PLANE)
    >>> [ground] = in_force(patches, found, land, BASIC_FARMLAND, "error").grounds
    >>> len(ground.near(patches))
    1
    """
    if isinstance(layer, PreparedLand):
        days = [version.effective_from for version in layer.versions]
        dates = None if days == [None] else np.array(days, dtype="datetime64[s]")
        grounds: tuple[TableGround | PreparedGround, ...] = tuple(PreparedGround(one) for one in layer.versions)
    else:
        # The dates are those of the whole layer: a version is in force even where nothing of it is left that counts.
        counts = layer["is_cultivated"] if name == CULTIVATED and "is_cultivated" in layer else slice(None)
        close = near(patches, layer[counts], name)
        dates = _dates(layer, name)
        if name == BASIC_FARMLAND:  # all of it is, whatever stands in a column
            close = close.drop(columns="is_cultivated", errors="ignore")
        if dates is None:
            grounds = (TableGround(close),)
        else:
            of = np.searchsorted(dates, close["effective_from"].to_numpy())
            grounds = tuple(TableGround(close[of == version]) for version in range(len(dates)))
    return InForce(grounds, *_Dated(name, dates).version_on(found, before_first))


def _dates(layer: gpd.GeoDataFrame, name: str) -> npt.NDArray[Any] | None:
    if "effective_from" not in layer or layer["effective_from"].isna().all():
        return None
    undated = layer["effective_from"].isna()
    if undated.any():
        message = (
            f"The {name} layers are partly without effective_from: rows {some(layer.index[undated])}. Give every "
            "layer of a kind its effective_from in the configuration, or none."
        )
        raise TableError(message)
    return np.sort(layer["effective_from"].unique())


def check_land(layer: "gpd.GeoDataFrame | PreparedLand") -> None:
    """
    Hold a layer against the table LAND; what was prepared is in order.

    Examples
    --------
    >>> check_land(PreparedLand(()))
    """
    if not isinstance(layer, PreparedLand):
        check(layer, LAND)


def near(patches: Geometries, layer: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Bring to the plane, and keep, only what may touch a patch: nothing else can change a result."""
    layer = to_plane(layer)
    polygon, _ = shapely.STRtree(patches).query(layer.geometry.to_numpy())
    return _valid(layer.iloc[np.unique(polygon)], name, patches)


def valid_shapes(layer: gpd.GeoDataFrame, name: str) -> Geometries:
    """
    Return the shapes of a layer; refuse what the overlay could only get wrong in silence.

    Raises
    ------
    TableError
        If a shape is invalid; the message names the rows and why.

    Examples
    --------
    >>> layer = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 2, 1)])
    >>> shapely.area(valid_shapes(layer, "violations")).tolist()
    [2.0]
    """
    geometry = layer.geometry  # looked up once: for a few rows that takes as long as to look at the shapes
    shapes: Geometries = geometry.to_numpy()
    is_valid = are_valid(shapes)
    if not is_valid.all():
        _refuse(geometry[~is_valid], name)
    return shapes


def _valid(layer: gpd.GeoDataFrame, name: str, patches: Geometries) -> gpd.GeoDataFrame:
    """Refuse what is invalid and touches a patch; what touches none is left out instead."""
    is_valid = are_valid(layer.geometry.to_numpy())
    if is_valid.all():
        return layer
    wrong = layer.geometry[~is_valid]
    _refuse(wrong.iloc[np.unique(shapely.STRtree(patches).query(wrong.to_numpy(), predicate="intersects")[0])], name)
    return layer[is_valid]


def _refuse(wrong: gpd.GeoSeries, name: str) -> None:
    if len(wrong):
        reasons = some(f"{row}: {reason}" for row, reason in wrong.is_valid_reason().items())
        message = (
            f"The {name} have invalid geometry in {reasons}. Read the file with geoenforce's readers, which repair "
            "what can be repaired, or correct the polygons."
        )
        raise TableError(message)


def need_found_on(found: "pd.Series[Any]", reason: str) -> None:
    """Refuse violations without a day where the day decides."""
    if found.isna().any():
        message = (
            f"The violations {some(found.index[found.isna()])} have no found_on, but {reason}. "
            "Give the column a name under columns, or set found_on for the whole file."
        )
        raise TableError(message)


def _days(dates: Any) -> str:
    return some([str(day.date()) for day in pd.to_datetime(np.asarray(dates))])
