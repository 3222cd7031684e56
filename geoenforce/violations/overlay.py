"""Lay violations over the land layers and measure the ground of each class."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geoenforce.core.errors import GeoenforceError, some
from geoenforce.core.sentences import say
from geoenforce.core.space import PLANE, m2_to_mu, to_plane
from geoenforce.core.tables import APPROVALS, VIOLATIONS, check, issue, issues_table
from geoenforce.core.terms import LandClass
from geoenforce.violations.ground import EMPTY, differences, union_within
from geoenforce.violations.layers import (
    BASIC_FARMLAND,
    CULTIVATED,
    PARCELS,
    BeforeFirst,
    Geometries,
    InForce,
    check_land,
    in_force,
    near,
    need_found_on,
    valid_shapes,
)
from geoenforce.violations.measured import Floats, built_ground, closure_m2, measured_m2
from geoenforce.violations.prepared import PreparedLand

__all__ = ["BeforeFirst", "Cut", "Land", "areas_by_land_class", "cut_by_land_class"]

Land: TypeAlias = gpd.GeoDataFrame | PreparedLand

_GRID_M = 1e-6


@dataclass(frozen=True)
class Cut:
    """
    Violations cut by land class.

    `regions` has one row per violation × land class with ground in it (``violation_id``,
    ``land_class``, polygons in the plane); the classes of a violation tile it. `areas` is the table
    AREAS. `issues` lists what the reader of the result must know.
    """

    regions: gpd.GeoDataFrame
    areas: pd.DataFrame
    issues: pd.DataFrame


def areas_by_land_class(
    violations: gpd.GeoDataFrame,
    basic_farmland: Land,
    cultivated: Land,
    approvals: gpd.GeoDataFrame | None = None,
    *,
    before_first_layer: BeforeFirst = "error",
) -> pd.DataFrame:
    """
    Measure how much of each violation lies in each class of land.

    Each spot counts once, for the first class that applies: ground approved on or before the day the
    violation was found, basic farmland, cultivated land outside basic farmland, other land.

    Parameters
    ----------
    violations
        One row per patch, table VIOLATIONS (index ``violation_id``); any coordinate system that
        `geoenforce.area_m2` accepts.
    basic_farmland, cultivated
        Land polygons, table LAND; they may overlap. Rows with ``effective_from`` belong to dated layers:
        a violation is laid over the layer in force on its ``found_on``. If `cultivated` has the column
        ``is_cultivated``, only rows where it holds count. Or `PreparedLand`.
    approvals
        Approved sites, table APPROVALS.
    before_first_layer
        What to do with a violation found before the first dated layer: refuse it, or take the
        earliest layer (the issues of `cut_by_land_class` then name it).

    Returns
    -------
    areas
        The table AREAS, on the index of `violations`: areas in m² and mu; the four classes add up to
        the violation.

    Raises
    ------
    TableError
        If a table is not in order, or no layer is in force for a violation.
    CrsError
        If a layer has no usable coordinate system.

    Notes
    -----
    Source: classes of 揭府〔2009〕56号 第三十六条; areas on the ellipsoid, 国土调查办发〔2008〕32号.

    Examples
    --------
    >>> from geoenforce.core.space import PLANE
    >>> from shapely import box
    >>> violations = gpd.GeoDataFrame(
    ...     {"case_id": ["A"], "found_on": pd.to_datetime(["2026-03-02"]), "status": ["confirmed"]},
    ...     index=pd.Index(["A1"], name="violation_id"), geometry=[box(0, 0, 100, 100)], crs=PLANE)
    >>> farmland = gpd.GeoDataFrame(geometry=[box(0, 0, 50, 100), box(0, 0, 50, 100)], crs=PLANE)
    >>> cultivated = gpd.GeoDataFrame(geometry=[box(0, 0, 80, 100)], crs=PLANE)
    >>> areas_by_land_class(violations, farmland, cultivated).filter(like="_mu").round(4).loc["A1"].to_dict()
    {'approved_mu': 0.0, 'basic_farmland_mu': 7.5, 'other_cultivated_mu': 4.5, 'other_mu': 3.0,
     'approved_afterwards_mu': 0.0}
    """
    laid = lay(violations, approvals, (basic_farmland, cultivated), before_first_layer)
    return areas_table(violations, laid, measured_m2(laid.rest, laid.basic, laid.cultivated))


def cut_by_land_class(
    violations: gpd.GeoDataFrame,
    basic_farmland: Land,
    cultivated: Land,
    approvals: gpd.GeoDataFrame | None = None,
    *,
    before_first_layer: BeforeFirst = "error",
) -> Cut:
    """
    Cut violations by land class and keep the pieces of ground.

    Same parameters, errors and source as `areas_by_land_class`; the result carries the regions too.

    Examples
    --------
    >>> from geoenforce.core.space import PLANE
    >>> from shapely import box
    >>> violations = gpd.GeoDataFrame(
    ...     {"case_id": ["A"], "found_on": pd.to_datetime(["2026-03-02"]), "status": ["confirmed"]},
    ...     index=pd.Index(["A1"], name="violation_id"), geometry=[box(0, 0, 100, 100)], crs=PLANE)
    >>> land = gpd.GeoDataFrame(geometry=[box(0, 0, 50, 100)], crs=PLANE)
    >>> cut_by_land_class(violations, land, land).regions[["violation_id", "land_class"]].to_numpy().tolist()
    [['A1', 'basic_farmland'], ['A1', 'other']]
    """
    laid = lay(violations, approvals, (basic_farmland, cultivated), before_first_layer)
    taken_m2 = measured_m2(laid.rest, laid.basic, laid.cultivated)
    built = _built_as_measured(laid, taken_m2, violations.index)
    by_class = dict(zip(LandClass, (laid.lawful, *built.T), strict=True))
    issues = issues_table([*_early_issues(violations, laid.basic.early | laid.cultivated.early)])
    return Cut(_regions(violations.index, by_class), areas_table(violations, laid, taken_m2), issues)


class Laid(NamedTuple):
    """Patches in the plane, what of them is approved, what is left, and the layers in force for them."""

    patches: Geometries
    lawful: Geometries
    afterwards: Geometries  # approved only later
    rest: Geometries
    basic: InForce
    cultivated: InForce


def lay(
    violations: gpd.GeoDataFrame,
    approvals: gpd.GeoDataFrame | None,
    layers: tuple[Land, Land],
    before_first: BeforeFirst,
    *,
    of_all: bool = False,
) -> Laid:
    """
    Take what is approved from violations, and find the layers in force under what is left.

    Parameters
    ----------
    violations, approvals, layers, before_first
        As for `areas_by_land_class`.
    of_all
        The second layer with all its parcels, not only cultivated ones, and those under approved ground too.

    Examples
    --------
    >>> lay(violations, None, (basic_farmland, parcels), "error").rest  # doctest: +SKIP
    """
    check(violations, VIOLATIONS)
    for layer in layers:
        check_land(layer)
    patches = valid_shapes(to_plane(violations), "violations")
    found = violations["found_on"]
    lawful, afterwards = _approved(patches, found, approvals)
    rest = differences(patches, lawful)
    basic, cultivated = (
        in_force(patches if of_all else rest, found, layer, name, before_first)
        for layer, name in zip(layers, (BASIC_FARMLAND, PARCELS if of_all else CULTIVATED), strict=True)
    )
    return Laid(patches, lawful, differences(afterwards, lawful), rest, basic, cultivated)


def areas_table(violations: gpd.GeoDataFrame, laid: Laid, taken_m2: Floats) -> pd.DataFrame:
    """
    Make the table AREAS; other land is the rest by definition, so that each row adds up exactly.

    Parameters
    ----------
    violations
        Table VIOLATIONS.
    laid
        What `lay` made of them.
    taken_m2
        What `measured_m2` made of that.

    Raises
    ------
    GeoenforceError
        If the parts of a violation exceed it.

    Examples
    --------
    >>> areas_table(violations, laid, measured_m2(laid.rest, laid.basic, laid.cultivated))  # doctest: +SKIP
    """
    area_m2, approved_m2 = shapely.area(laid.patches), shapely.area(laid.lawful)
    basic_m2, cultivated_m2 = taken_m2.T
    rest_m2 = area_m2 - (approved_m2 + basic_m2 + cultivated_m2)
    astray = rest_m2 < -closure_m2(area_m2)
    if astray.any():
        ids = some(violations.index[astray])
        message = f"The overlay of the violations {ids} does not add up. This is a fault of geoenforce."
        raise GeoenforceError(message)
    by_class = dict(zip(LandClass, (approved_m2, basic_m2, cultivated_m2, np.maximum(rest_m2, 0.0)), strict=True))
    columns = {
        "area_m2": area_m2,
        **{f"{land_class}_m2": ground_m2 for land_class, ground_m2 in by_class.items()},
        **{f"{land_class}_mu": m2_to_mu(ground_m2) for land_class, ground_m2 in by_class.items()},
        "approved_afterwards_mu": m2_to_mu(shapely.area(laid.afterwards)),
        **{name: violations[name].array.copy() for name in ("case_id", "status", "found_on")},
    }
    return pd.DataFrame(columns, index=violations.index, copy=False)  # all of them are its own


def _built_as_measured(laid: Laid, taken_m2: Floats, index: "pd.Index[Any]") -> Geometries:
    """
    Build the ground, and hold it against what was measured: GEOS makes mistakes where polygons touch in slivers.

    Where it does, corners are put on a grid, far finer than any survey.
    """
    built = built_ground(laid.rest, laid.basic, laid.cultivated)
    expected_m2 = np.column_stack([taken_m2, shapely.area(laid.rest) - taken_m2.sum(axis=1)])
    closure = closure_m2(shapely.area(laid.patches))[:, None]

    def astray() -> Any:
        return np.flatnonzero((np.abs(shapely.area(built) - expected_m2) > closure).any(axis=1))

    few = astray()
    if len(few):
        built[few] = built_ground(laid.rest[few], laid.basic.of(few), laid.cultivated.of(few), grid_m=_GRID_M)
        few = astray()
    if len(few):
        message = f"The overlay of the violations {some(index[few])} does not add up. This is a fault of geoenforce."
        raise GeoenforceError(message)
    return built


def _approved(patches: Any, found: "pd.Series[Any]", approvals: gpd.GeoDataFrame | None) -> tuple[Any, Any]:
    """Return the ground approved when the violation was found, and the ground approved only later."""
    if approvals is None or approvals.empty:
        nothing = np.full(len(patches), EMPTY, dtype=object)
        return nothing, nothing
    check(approvals, APPROVALS)
    need_found_on(found, "approvals count only if they are not later than the violation")
    approvals = near(patches, approvals, "approvals")
    polygons = approvals.geometry.to_numpy()
    day = found.to_numpy()
    approved = approvals["approved_on"].to_numpy()
    expires = (
        approvals["expires_on"].to_numpy() if "expires_on" in approvals else np.full(len(approvals), "NaT", "M8[s]")
    )

    def in_force(patch: Any, polygon: Any) -> Any:
        return (approved[polygon] <= day[patch]) & ~(expires[polygon] < day[patch])

    def later(patch: Any, polygon: Any) -> Any:
        return approved[polygon] > day[patch]

    return union_within(patches, polygons, in_force), union_within(patches, polygons, later)


def _early_issues(violations: gpd.GeoDataFrame, early: npt.NDArray[np.bool_]) -> Iterator[dict[str, Any]]:
    for violation_id, found_on in violations["found_on"][early].items():
        said = say("before_first_layer", day=found_on.date())
        yield issue("before_first_layer", said, feature=violation_id)


def _regions(index: "pd.Index[Any]", by_class: dict[LandClass, Any]) -> gpd.GeoDataFrame:
    ids = np.tile(index.to_numpy(dtype=object), len(by_class))
    classes = np.repeat([land_class.value for land_class in by_class], len(index))
    geometry = np.concatenate(list(by_class.values()))
    regions = gpd.GeoDataFrame({"violation_id": ids, "land_class": classes}, geometry=geometry, crs=PLANE)
    order = np.argsort(np.tile(np.arange(len(index)), len(by_class)), kind="stable")
    regions = regions.iloc[order]
    return regions[~regions.geometry.is_empty].reset_index(drop=True)
