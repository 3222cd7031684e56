"""Measure the ground of violations by land class and land code, without building any piece of it."""

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geoenforce.core.flat import flat_polygons
from geoenforce.core.land_codes import unpacked
from geoenforce.core.space import PLANE, m2_to_mu
from geoenforce.core.terms import LandClass
from geoenforce.violations.ground import CLOSURE_M2, split
from geoenforce.violations.kernel.areas import areas_over
from geoenforce.violations.layers import BeforeFirst, Geometries, InForce, TableGround
from geoenforce.violations.measured import built_ground, by_version, closure_m2
from geoenforce.violations.overlay import Laid, Land, lay

_CLASSES = tuple(LandClass)
_APPROVED, _BASIC, _CULTIVATED, _OTHER = range(len(_CLASSES))
_NO_CODE = 0


def areas_by_land_code(
    violations: gpd.GeoDataFrame,
    basic_farmland: Land,
    parcels: Land,
    approvals: gpd.GeoDataFrame | None = None,
    *,
    before_first_layer: BeforeFirst = "error",
) -> pd.DataFrame:
    """
    Measure how much of each violation lies in each class of land, land code by land code.

    Classes are those of `areas_by_land_class`: each spot counts once, for the first that applies.

    Parameters
    ----------
    violations, basic_farmland, approvals, before_first_layer
        As for `areas_by_land_class`.
    parcels
        All land parcels, table LAND with ``land_code``, cultivated or not; or `PreparedLand` made with all parcels.
        Where parcels overlap, cultivated land keeps the ground, and among equals the one that comes earlier by its box.

    Returns
    -------
    areas
        The table LAND_CODE_AREAS: one row for each violation, class and code with ground, in the order of the
        violations, the classes and the codes. Ground outside of all parcels, or in parcels without a code, has rows
        without one; codes of more than eight letters stand together as "?". The rows of a violation add up to it; what
        is below 0.001 m² is left out.

    Raises
    ------
    TableError
        If a table is not in order, or no layer is in force for a violation.
    CrsError
        If a layer has no usable coordinate system.

    Examples
    --------
    >>> from shapely import box
    >>> violations = gpd.GeoDataFrame(
    ...     {"case_id": ["A"], "found_on": pd.to_datetime(["2026-03-02"]), "status": ["confirmed"]},
    ...     index=pd.Index(["A1"], name="violation_id"), geometry=[box(0, 0, 40, 50)], crs=PLANE)
    >>> farmland = gpd.GeoDataFrame(geometry=[box(0, 0, 20, 50)], crs=PLANE)
    >>> parcels = gpd.GeoDataFrame({"land_code": ["0101", "1104"], "is_cultivated": [True, False]},
    ...                            geometry=[box(0, 0, 30, 50), box(30, 0, 40, 50)], crs=PLANE)
    >>> areas_by_land_code(violations, farmland, parcels)[["land_class", "land_code", "area_m2"]].to_numpy().tolist()
    [['basic_farmland', '0101', 1000.0], ['other_cultivated', '0101', 500.0], ['other', '1104', 500.0]]
    """
    laid = lay(violations, approvals, (basic_farmland, parcels), before_first_layer, of_all=True)
    nothing = np.empty(0, dtype=np.int64)
    parts = [(nothing, nothing, nothing, np.empty(0))]  # there may be no violations
    parts += [*_approved(laid), *_measured(laid.rest, laid.basic, laid.cultivated)]
    patch, land_class, code, area_m2 = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _table(violations.index, (patch, land_class, code), area_m2)


# Parts are arrays of equal length: which patch, which class, which code, and m².
_Part = tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.float64]]


def _approved(laid: Laid) -> Iterator[_Part]:
    """Measure what is approved, in the parcels in force; no basic farmland is looked for in it."""
    few = np.flatnonzero(~shapely.is_empty(laid.lawful))
    nothing = TableGround(gpd.GeoDataFrame(geometry=[], crs=PLANE))
    basic = InForce((nothing,), np.zeros(len(few), dtype=np.intp), np.zeros(len(few), dtype=np.bool_))
    parts = _measured(laid.lawful[few], basic, laid.cultivated.of(few))
    yield from ((few[patch], _all(_APPROVED, patch), code, m2) for patch, _, code, m2 in parts)


def _measured(patches: Geometries, basic: InForce, parcels: InForce) -> Iterator[_Part]:
    """Measure patches; where the kernel's parts exceed a patch, or overlaps remain, build the ground."""
    for few, (basic_land, land) in by_version(basic, parcels):
        whole_m2 = shapely.area(patches[few])
        shares = areas_over(flat_polygons(patches[few], threads=None), basic_land, land, of_all=True)
        patch, codes = shares.patch, land.flat.land_code[shares.parcel]
        within_m2, outside_m2 = (np.bincount(patch, m2, len(few)) for m2 in (shares.within_m2, shares.outside_m2))
        beyond_m2, left_m2 = shares.basic_m2 - within_m2, whole_m2 - shares.basic_m2 - outside_m2
        doubtful = shares.unsettled | (np.minimum(beyond_m2, left_m2) < -closure_m2(whole_m2))
        sure, sure_parts = ~doubtful, ~doubtful[patch]
        outside = np.where(land.flat.counts[shares.parcel], _CULTIVATED, _OTHER)
        for of_parts, m2 in ((_all(_BASIC, patch), shares.within_m2), (outside, shares.outside_m2)):
            yield few[patch[sure_parts]], of_parts[sure_parts], codes[sure_parts], m2[sure_parts]
        for land_class, m2 in ((_BASIC, beyond_m2), (_OTHER, left_m2)):
            yield few[sure], _all(land_class, few[sure]), _all(_NO_CODE, few[sure]), m2[sure]
        yield from _built(patches, basic, parcels, few[doubtful])


def _built(patches: Geometries, basic: InForce, parcels: InForce, few: npt.NDArray[np.intp]) -> Iterator[_Part]:
    """Build the ground with GEOS and cut it by parcel, for a few patches."""
    for one in few:
        at = np.array([one])
        ground = built_ground(patches[at], basic.of(at), parcels.of(at))[0]
        regions = gpd.GeoDataFrame({"land_class": [_BASIC, _CULTIVATED, _OTHER]}, geometry=ground, crs=PLANE)
        shapes, land_code = parcels.grounds[parcels.version[one]].parcels_near(patches[at])
        zones = gpd.GeoDataFrame({"land_code": land_code}, geometry=shapes, crs=PLANE)
        pieces = split(regions[~regions.geometry.is_empty], zones, ["land_code"])
        codes = pieces["land_code"].fillna(_NO_CODE).to_numpy(dtype=np.int64)
        yield _all(one, codes), pieces["land_class"].to_numpy(), codes, pieces.geometry.area.to_numpy()


def _all(value: int, like: Any) -> npt.NDArray[np.int64]:
    return np.full(len(like), value, dtype=np.int64)


def _table(index: "pd.Index[Any]", keys: tuple[Any, ...], area_m2: npt.NDArray[np.float64]) -> pd.DataFrame:
    """Add up the parts of each violation, class and code."""
    there = np.flatnonzero(area_m2)  # most parcels near a violation share nothing with it
    patch, land_class, code = (key[there] for key in keys)
    place, distinct = pd.factorize(code)
    names = pd.array(unpacked(distinct), dtype="str")
    order = np.argsort(names.fillna("~"))  # by their letters, without a code last
    rank = np.argsort(order)
    sums = pd.Series(area_m2[there]).groupby((patch * len(_CLASSES) + land_class) * len(names) + rank[place]).sum()
    sums = sums[sums >= CLOSURE_M2]
    rows, of_code = np.divmod(sums.index.to_numpy(), len(names))
    patch, land_class = np.divmod(rows, len(_CLASSES))
    classes = pd.array([one.value for one in _CLASSES], dtype="str")
    areas = pd.DataFrame({"violation_id": index.take(patch), "land_class": classes.take(land_class)})
    m2 = sums.to_numpy()
    return areas.assign(land_code=names.take(order).take(of_code), area_m2=m2, area_mu=m2_to_mu(m2))
