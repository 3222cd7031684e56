"""Areas over prepared layers on many machines: violations travel, the land stays on the shared disk where it lies."""

import platform
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geoenforce.core.errors import StoreError
from geoenforce.core.tables import VIOLATIONS, check
from geoenforce.pipeline.prepared import open_prepared
from geoenforce.scale.ground import blocks_of
from geoenforce.scale.workers import Workers
from geoenforce.store.flat_files import layout_of
from geoenforce.violations.overlay import areas_by_land_class


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
    check(violations, VIOLATIONS)
    blocks = blocks_of(violations, crew.count)
    if len(blocks) == 1:
        return _measured(violations, places, approvals)
    layouts = tuple(layout_of(place) for place in (places.basic_farmland, places.cultivated))
    parts = (_Part(violations.iloc[block], places, approvals, layouts) for block in blocks)
    return pd.concat(crew.results(_areas, parts, len(blocks))).iloc[np.argsort(np.concatenate(blocks))]


@dataclass(frozen=True)
class _Part:
    violations: gpd.GeoDataFrame
    places: PreparedPlaces
    approvals: gpd.GeoDataFrame | None
    layouts: tuple[bytes | None, ...]  # what the layers are, as this process sees them


def _areas(part: _Part) -> pd.DataFrame:
    """Work on one part, in a worker."""
    for place, layout in zip((part.places.basic_farmland, part.places.cultivated), part.layouts, strict=True):
        here = layout_of(place)
        if here != layout:
            wrong = "cannot see" if here is None else "has another layer than the run under"
            message = (
                f"{place}: the worker on {platform.node()} {wrong} this path. Prepared layers must lie where all "
                "machines see them under one path, such as a shared folder that is mounted alike everywhere."
            )
            raise StoreError(message)
    return _measured(part.violations, part.places, part.approvals)


def _measured(violations: gpd.GeoDataFrame, places: PreparedPlaces, approvals: gpd.GeoDataFrame | None) -> pd.DataFrame:
    basic_farmland = open_prepared(places.basic_farmland, kind="basic_farmland")
    cultivated = open_prepared(places.cultivated, kind="cultivated")
    return areas_by_land_class(violations, basic_farmland, cultivated, approvals)
