"""Measure each patch's ground in basic farmland and in other cultivated land: the one place where areas are made."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from geoenforce.violations.ground import CLOSURE_M2, EMPTY, differences, union_within
from geoenforce.violations.layers import Geometries, InForce

if TYPE_CHECKING:  # the compiler takes its time to load
    from geoenforce.violations.kernel.areas import Layer

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
#: Measures patches over basic farmland and parcels: m² as `Shares.classes_m2`, and which patches are `unsettled`.
Measure: TypeAlias = "Callable[[Geometries, tuple[Layer, Layer]], tuple[Floats, Booleans]]"


def in_this_process(patches: Geometries, layers: "tuple[Layer, Layer]") -> tuple[Floats, Booleans]:
    """
    Measure patches with the threads of this process: a `Measure`.

    Examples
    --------
    >>> in_this_process(patches, (basic_farmland, parcels))  # doctest: +SKIP
    """
    from geoenforce.core.flat import flat_polygons
    from geoenforce.violations.kernel.areas import areas_over

    shares = areas_over(flat_polygons(patches, threads=None), *layers)
    return shares.classes_m2(), shares.unsettled


def measured_m2(patches: Geometries, basic: InForce, cultivated: InForce, measure: Measure = in_this_process) -> Floats:
    """
    Measure how much of each patch lies in basic farmland, and in cultivated land outside of it.

    The kernel measures, in this process or in others. Where its parts exceed the patch, or a layer could not be made
    free of overlaps, the ground is built with GEOS instead, for just these patches.

    Returns
    -------
    areas_m2
        Two columns, one row for each patch.

    Examples
    --------
    >>> measured_m2(patches, in_force(…), in_force(…))  # doctest: +SKIP
    """
    areas_m2, doubtful = np.zeros((len(patches), 2)), np.zeros(len(patches), dtype=bool)
    for few, layers in by_version(basic, cultivated):
        areas_m2[few], doubtful[few] = measure(patches[few], layers)
    patch_m2 = shapely.area(patches)
    doubtful |= areas_m2.sum(axis=1) > patch_m2 + closure_m2(patch_m2)
    if doubtful.any():
        few = np.flatnonzero(doubtful)
        built = built_ground(patches[few], basic.of(few), cultivated.of(few))
        areas_m2[few] = shapely.area(built[:, :2])
    return areas_m2


def built_ground(patches: Geometries, basic: InForce, cultivated: InForce, grid_m: float | None = None) -> Geometries:
    """
    Build each patch's ground with GEOS, in three columns: basic farmland, cultivated land outside of it, and the rest.

    Parameters
    ----------
    patches, basic, cultivated
        As `measured_m2`.
    grid_m
        Put corners on a grid; slower, but GEOS then makes no mistakes.

    Examples
    --------
    >>> built_ground(patches, in_force(…), in_force(…))  # doctest: +SKIP
    """
    in_basic = _within(patches, basic, grid_m)
    outside = differences(patches, in_basic, grid_m)
    in_cultivated = _within(outside, cultivated, grid_m)
    return np.column_stack([in_basic, in_cultivated, differences(outside, in_cultivated, grid_m)])


def closure_m2(patch_m2: Floats) -> Floats:
    """
    Say how well the parts of patches must add up, in m², by their areas.

    Examples
    --------
    >>> closure_m2(np.array([1e6])).tolist()
    [0.002]
    """
    return np.asarray(CLOSURE_M2 + 1e-9 * patch_m2, dtype=float)


def _within(patches: Geometries, layer: InForce, grid_m: float | None) -> Geometries:
    ground = np.full(len(patches), EMPTY, dtype=object)
    for version, of_version in enumerate(layer.grounds):
        few = np.flatnonzero(layer.version == version)
        if len(few):
            ground[few] = union_within(patches[few], of_version.near(patches[few]), grid_m=grid_m)
    return ground


def by_version(basic: InForce, cultivated: InForce) -> Any:
    """
    Go through the patches that are laid over the same two versions, with these.

    Examples
    --------
    >>> for few, layers in by_version(basic, cultivated):  # doctest: +SKIP
    ...     areas_over(flat_polygons(patches[few]), *layers)
    """
    if len(basic.grounds) == len(cultivated.grounds) == 1:
        if len(basic.version):
            yield np.arange(len(basic.version)), (basic.grounds[0].layer, cultivated.grounds[0].layer)
        return
    both = np.column_stack([basic.version, cultivated.version])
    for versions in np.unique(both, axis=0):
        few = np.flatnonzero((both == versions).all(axis=1))
        yield few, (basic.grounds[versions[0]].layer, cultivated.grounds[versions[1]].layer)
