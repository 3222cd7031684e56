"""Areas over prepared layers on many machines: violations travel, the land stays on the shared disk where it lies."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geoenforce.core.tables import VIOLATIONS, check
from geoenforce.pipeline.prepared import open_prepared
from geoenforce.scale.ground import blocks_of
from geoenforce.scale.workers import Workers
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
        Who works on parts.

    Returns
    -------
    areas
        The table AREAS, the same to the last bit as `areas_by_land_class` returns.

    Examples
    --------
    >>> areas_in_parts(violations, PreparedPlaces(jbnt, dltb), None, crew)  # doctest: +SKIP
    """
    check(violations, VIOLATIONS)
    blocks = blocks_of(violations, crew.count)

    def parts() -> Iterator[_Part]:
        for block in blocks:
            yield _Part(violations.iloc[block], places, approvals)

    return pd.concat(crew.results(_areas, parts(), len(blocks))).loc[violations.index]


@dataclass(frozen=True)
class _Part:
    violations: gpd.GeoDataFrame
    places: PreparedPlaces
    approvals: gpd.GeoDataFrame | None


def _areas(part: _Part) -> pd.DataFrame:
    basic_farmland = open_prepared(part.places.basic_farmland, kind="basic_farmland")
    cultivated = open_prepared(part.places.cultivated, kind="cultivated")
    return areas_by_land_class(part.violations, basic_farmland, cultivated, part.approvals)
