"""Areas over prepared layers on many machines: patches travel, the land stays on the shared disk where it lies."""

import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geoenforce.core.errors import StoreError
from geoenforce.core.flat import Rings, indexed, rings_of
from geoenforce.pipeline.prepared import open_prepared
from geoenforce.scale.ground import Positions, blocks_of
from geoenforce.scale.workers import Workers
from geoenforce.store.flat_files import layout_of
from geoenforce.violations.kernel.areas import Layer, areas_over
from geoenforce.violations.layers import PreparedGround
from geoenforce.violations.measured import Booleans, Floats, in_this_process, measured_m2
from geoenforce.violations.overlay import areas_table, lay

_AT_MOST = 50_000  # patches in a part: some 20 MB


@dataclass(frozen=True)
class PreparedPlaces:
    """Folders of prepared layers, as all workers see them."""

    basic_farmland: Path
    cultivated: Path


def areas_in_parts(
    violations: gpd.GeoDataFrame, places: PreparedPlaces, approvals: gpd.GeoDataFrame | None, crew: Workers
) -> pd.DataFrame:
    """
    Measure violations part by part on workers, each of which maps the prepared layers itself.

    This process does all that needs GEOS; what travels are the corners of patches, and a few numbers for each back.

    Parameters
    ----------
    violations, approvals
        As for `areas_by_land_class`.
    places
        The prepared layers.
    crew
        Who works on parts; one part alone is measured here.

    Returns
    -------
    areas
        The table AREAS, the same to the last bit as `areas_by_land_class` returns.

    Raises
    ------
    StoreError
        If a worker does not see the layers, or sees others.

    Examples
    --------
    >>> areas_in_parts(violations, PreparedPlaces(jbnt, dltb), None, crew)  # doctest: +SKIP
    """
    layouts = layout_of(places.basic_farmland), layout_of(places.cultivated)
    basic_farmland = open_prepared(places.basic_farmland, kind="basic_farmland")
    cultivated = open_prepared(places.cultivated, kind="cultivated")
    laid = lay(violations, approvals, (basic_farmland, cultivated), "error")
    # One part each: the threads of those who are not done yet use the processors of those who are.
    blocks = blocks_of(violations, crew.count, rounds=1, at_most=_AT_MOST)

    def on_workers(patches: Any, _: tuple[Layer, Layer]) -> tuple[Floats, Booleans]:
        parts = (_Part(rings_of(patches[block]), places, layouts) for block in blocks)
        return _together(blocks, crew.results(_measured, parts, len(blocks)))

    measure = in_this_process if len(blocks) == 1 else on_workers
    return areas_table(violations, laid, measured_m2(laid.rest, laid.basic, laid.cultivated, measure))


@dataclass(frozen=True)
class _Part:
    patches: Rings
    places: PreparedPlaces
    layouts: tuple[bytes | None, ...]  # what the layers are, as this process sees them


def _measured(part: _Part) -> tuple[Floats, Booleans]:
    """Work on one part, in a worker."""
    places = part.places.basic_farmland, part.places.cultivated
    for place, layout in zip(places, part.layouts, strict=True):
        here = layout_of(place)
        if here != layout:
            wrong = "cannot see" if here is None else "has another layer than the run under"
            message = (
                f"{place}: the worker on {platform.node()} {wrong} this path. Prepared layers must lie where all "
                "machines see them under one path, such as a shared folder that is mounted alike everywhere."
            )
            raise StoreError(message)
    basic_farmland, cultivated = (PreparedGround(open_prepared(place).versions[0]).layer for place in places)
    shares = areas_over(indexed(part.patches, threads=None), basic_farmland, cultivated)
    return shares.classes_m2(), shares.unsettled


def _together(blocks: list[Positions], found: list[tuple[Floats, Booleans]]) -> tuple[Floats, Booleans]:
    """Put what was measured back where the patches stand."""
    order = np.argsort(np.concatenate(blocks))
    areas_m2, unsettled = zip(*found, strict=True)
    return np.concatenate(areas_m2)[order], np.concatenate(unsettled)[order]
