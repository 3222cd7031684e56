"""Lay violations over the land layers and measure the ground of each class."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geoenforce.core.errors import GeoenforceError, TableError, some
from geoenforce.core.space import PLANE, m2_to_mu, to_plane
from geoenforce.core.tables import APPROVALS, LAND, VIOLATIONS, check, issues_table
from geoenforce.core.terms import LandClass
from geoenforce.violations.ground import CLOSURE_M2, differences, pairs, union_within

_CULTIVATED = "cultivated land"

BeforeFirst = Literal["error", "earliest"]


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
    basic_farmland: gpd.GeoDataFrame,
    cultivated: gpd.GeoDataFrame,
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
        ``is_cultivated``, only rows where it holds count.
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
    return cut_by_land_class(
        violations, basic_farmland, cultivated, approvals, before_first_layer=before_first_layer
    ).areas


def cut_by_land_class(
    violations: gpd.GeoDataFrame,
    basic_farmland: gpd.GeoDataFrame,
    cultivated: gpd.GeoDataFrame,
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
    check(violations, VIOLATIONS)
    check(basic_farmland, LAND)
    check(cultivated, LAND)
    patches = _valid(to_plane(violations), "violations").geometry.to_numpy()
    found = violations["found_on"]

    lawful, afterwards = _approved(patches, found, approvals)
    rest = differences(patches, lawful)
    basic, early_basic = _in_layer(rest, found, basic_farmland, "basic farmland", before_first_layer)
    after_basic = differences(rest, basic)
    other_cultivated, early_cultivated = _in_layer(
        after_basic, found, cultivated, "cultivated land", before_first_layer
    )
    other = differences(after_basic, other_cultivated)

    by_class = dict(zip(LandClass, (lawful, basic, other_cultivated, other), strict=True))
    afterwards = differences(afterwards, lawful)
    issues = issues_table([*_early_issues(violations, early_basic | early_cultivated)])
    areas = _areas(violations.index, patches, by_class, afterwards).join(violations[["case_id", "status", "found_on"]])
    return Cut(_regions(violations.index, by_class), areas, issues)


def _near(patches: Any, layer: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Bring to the plane, and keep, only what may touch a patch: nothing else can change a result."""
    layer = to_plane(layer)
    _, polygon = pairs(patches, layer.geometry.to_numpy())
    return _valid(layer.iloc[np.unique(polygon)], name)


def _valid(layer: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Refuse what the overlay could only get wrong in silence."""
    wrong = ~layer.geometry.is_valid
    if wrong.any():
        reasons = some(f"{row}: {reason}" for row, reason in layer.geometry[wrong].is_valid_reason().items())
        message = (
            f"The {name} have invalid geometry in {reasons}. Read the file with geoenforce's readers, which repair "
            "what can be repaired, or correct the polygons."
        )
        raise TableError(message)
    return layer


def _approved(patches: Any, found: "pd.Series[Any]", approvals: gpd.GeoDataFrame | None) -> tuple[Any, Any]:
    """Return the ground approved when the violation was found, and the ground approved only later."""
    if approvals is None or approvals.empty:
        nothing = np.full(len(patches), shapely.Polygon(), dtype=object)
        return nothing, nothing
    check(approvals, APPROVALS)
    _need_found_on(found, "approvals count only if they are not later than the violation")
    approvals = _near(patches, approvals, "approvals")
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


def _in_layer(
    patches: Any, found: "pd.Series[Any]", layer: gpd.GeoDataFrame, name: str, before_first: BeforeFirst
) -> tuple[Any, npt.NDArray[np.bool_]]:
    """Return each patch's ground in the layer in force on its day, and which patches are older than the layer."""
    # The dates are those of the whole layer: a version is in force even where nothing of it is left that counts.
    counts = layer["is_cultivated"] if name == _CULTIVATED and "is_cultivated" in layer else slice(None)
    near = _near(patches, layer[counts], name)
    polygons = near.geometry.to_numpy()
    if "effective_from" not in layer or layer["effective_from"].isna().all():
        return union_within(patches, polygons), np.zeros(len(patches), dtype=bool)
    undated = layer["effective_from"].isna()
    if undated.any():
        message = (
            f"The {name} layers are partly without effective_from: rows {some(layer.index[undated])}. Give every "
            "layer of a kind its effective_from in the configuration, or none."
        )
        raise TableError(message)
    dates = np.sort(layer["effective_from"].unique())
    _need_found_on(found, f"the {name} layers are dated {_days(dates)}")
    version = np.searchsorted(dates, found.to_numpy(), side="right") - 1
    early = version < 0
    if early.any() and before_first == "error":
        message = (
            f"No {name} layer is in force for the violations {some(found.index[early])}, found on "
            f"{_days(found[early])}: the layers at hand are in force from {_days(dates)}. Add an older layer, or set "
            'before_first_layer = "earliest" under [grading].'
        )
        raise TableError(message)
    version = np.maximum(version, 0)
    layer_version = np.searchsorted(dates, near["effective_from"].to_numpy())
    return union_within(patches, polygons, lambda patch, polygon: version[patch] == layer_version[polygon]), early


def _need_found_on(found: "pd.Series[Any]", reason: str) -> None:
    if found.isna().any():
        message = (
            f"The violations {some(found.index[found.isna()])} have no found_on, but {reason}. "
            "Give the column a name under columns, or set found_on for the whole file."
        )
        raise TableError(message)


def _days(dates: Any) -> str:
    return some([str(day.date()) for day in pd.to_datetime(np.asarray(dates))])


def _early_issues(violations: gpd.GeoDataFrame, early: npt.NDArray[np.bool_]) -> Iterator[dict[str, Any]]:
    for violation_id, found_on in violations["found_on"][early].items():
        detail = f"Found on {found_on.date()}, before the first land layer: the earliest layer was used."
        yield {"feature": violation_id, "problem": "before_first_layer", "detail": detail, "action": "noted"}


def _regions(index: "pd.Index[Any]", by_class: dict[LandClass, Any]) -> gpd.GeoDataFrame:
    ids = np.tile(index.to_numpy(dtype=object), len(by_class))
    classes = np.repeat([land_class.value for land_class in by_class], len(index))
    geometry = np.concatenate(list(by_class.values()))
    regions = gpd.GeoDataFrame({"violation_id": ids, "land_class": classes}, geometry=geometry, crs=PLANE)
    order = np.argsort(np.tile(np.arange(len(index)), len(by_class)), kind="stable")
    regions = regions.iloc[order]
    return regions[~regions.geometry.is_empty].reset_index(drop=True)


def _areas(index: "pd.Index[Any]", patches: Any, by_class: dict[LandClass, Any], afterwards: Any) -> pd.DataFrame:
    areas = pd.DataFrame({"area_m2": shapely.area(patches)}, index=index)
    for land_class, ground in by_class.items():
        areas[f"{land_class}_m2"] = shapely.area(ground)
    # What the overlay's arithmetic leaves over (far below 0.01 m²) goes to the class that is the rest by
    # definition, so that each row adds up exactly.
    counted = areas[[f"{land_class}_m2" for land_class in LandClass if land_class is not LandClass.OTHER]].sum(axis=1)
    rest = areas["area_m2"] - counted
    astray = (rest - areas["other_m2"]).abs() > CLOSURE_M2 + 1e-9 * areas["area_m2"]
    if astray.any():
        message = f"The overlay of the violations {some(index[astray])} does not add up. This is a fault of geoenforce."
        raise GeoenforceError(message)
    areas["other_m2"] = rest.clip(lower=0.0)
    for land_class in LandClass:
        areas[f"{land_class}_mu"] = m2_to_mu(areas[f"{land_class}_m2"])
    areas["approved_afterwards_mu"] = m2_to_mu(shapely.area(afterwards))
    return areas
