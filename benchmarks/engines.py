"""The same question, answered by geoenforce and by geopandas: each violation's ground by land class."""

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geoenforce import areas_by_land_class

CLASSES = ["basic_farmland_m2", "other_cultivated_m2", "other_m2"]


@dataclass(frozen=True)
class Layers:
    """Layers already read, in the equal-area plane, so that `.area` is the ellipsoidal area for both programs."""

    violations: gpd.GeoDataFrame
    basic_farmland: gpd.GeoDataFrame
    parcels: gpd.GeoDataFrame


def by_geoenforce(layers: Layers) -> pd.DataFrame:
    """Measure with geoenforce; nothing is approved."""
    return areas_by_land_class(layers.violations, layers.basic_farmland, layers.parcels)[CLASSES]


def by_geopandas(layers: Layers) -> pd.DataFrame:
    """
    Measure with two overlays of geopandas, the cheapest correct way that we know.

    What is left of a violation outside basic farmland is laid over the cultivated parcels. Correct because no two
    parcels overlap: the intersection would count such ground twice.
    """
    patches = layers.violations[["geometry"]].reset_index()
    cultivated = layers.parcels.loc[layers.parcels["is_cultivated"], ["geometry"]]
    outside = gpd.overlay(patches, layers.basic_farmland[["geometry"]], how="difference", keep_geom_type=True)
    on_cultivated = gpd.overlay(outside, cultivated, how="intersection", keep_geom_type=True)
    whole = layers.violations.area
    rest = outside.area.groupby(outside["violation_id"]).sum().reindex(whole.index, fill_value=0.0)
    taken = on_cultivated.area.groupby(on_cultivated["violation_id"]).sum().reindex(whole.index, fill_value=0.0)
    return pd.DataFrame({CLASSES[0]: whole - rest, CLASSES[1]: taken, CLASSES[2]: rest - taken})


ENGINES: dict[str, Callable[[Layers], pd.DataFrame]] = {
    "geoenforce": by_geoenforce,
    "geopandas.overlay, twice": by_geopandas,
}
