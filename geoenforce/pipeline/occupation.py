"""Cut the ground that the ratio of illegal occupation is measured on: violations and new construction land."""

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd

from geoenforce.accountability.ratio import Ground, confirmed_ground
from geoenforce.core.terms import Status
from geoenforce.pipeline.registers import Registers
from geoenforce.violations.cases import ground_of_cases
from geoenforce.violations.overlay import cut_by_land_class


@dataclass(frozen=True)
class Land:
    """The layers that violations and new construction are cut by."""

    townships: gpd.GeoDataFrame
    basic_farmland: gpd.GeoDataFrame
    cultivated: gpd.GeoDataFrame


@dataclass(frozen=True)
class Known:
    """What the run has found out before, and accountability builds on."""

    violations: gpd.GeoDataFrame
    areas: pd.DataFrame
    ground: gpd.GeoDataFrame  # the cases' ground by class and township
    cases: pd.DataFrame
    patrol_days: pd.DataFrame | None = None
    ledger_days: frozenset[date] | None = None  # days with an entry; None: no ledger was handed in


def occupied_ground(registers: Registers, known: Known, land: Land) -> tuple[Ground, list[pd.DataFrame]]:
    """
    Cut what the ratio of illegal occupation is measured on.

    Returns
    -------
    ground, issues
        Violations without and with their approved ground, and new construction land. Approved ground is cut again
        as if it were not approved: it belongs to all new construction, and not to what is illegal.

    Examples
    --------
    >>> occupied_ground(registers, known, land)  # doctest: +SKIP
    """
    lawful = confirmed_ground(known.ground, known.violations)
    partly = known.areas.index[(known.areas["approved_m2"] > 0)]
    confirmed = known.violations["status"] == Status.CONFIRMED.value
    again = known.violations[confirmed & known.violations.index.isin(partly)]
    whole = lawful[~lawful["violation_id"].isin(again.index)]
    issues = []
    if len(again):
        recut = _cut(again, land)
        whole = gpd.GeoDataFrame(pd.concat([whole, confirmed_ground(recut, known.violations)], ignore_index=True))
    built = None
    if registers.new_construction:
        layers = pd.concat([reading.table for reading in registers.new_construction], ignore_index=True)
        built, early = _new_construction(gpd.GeoDataFrame(layers, crs=known.violations.crs), land)
        issues.append(early)
    return Ground(lawful, whole, built), issues


def _cut(violations: gpd.GeoDataFrame, land: Land) -> gpd.GeoDataFrame:
    cut = cut_by_land_class(violations, land.basic_farmland, land.cultivated, before_first_layer="earliest")
    return ground_of_cases(violations, cut.regions, land.townships)


def _new_construction(layer: gpd.GeoDataFrame, land: Land) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Cut new construction land by class and township; each polygon stands for itself, as a patch does."""
    ids = pd.Index([f"{file} {row}" for file, row in zip(layer["source_file"], layer["row"], strict=True)])
    patches = gpd.GeoDataFrame(
        {"case_id": ids, "found_on": layer["taken_on"].to_numpy(), "status": Status.CONFIRMED.value},
        index=ids.rename("violation_id"),
        geometry=layer.geometry.to_numpy(),
        crs=layer.crs,
    )
    cut = cut_by_land_class(patches, land.basic_farmland, land.cultivated, before_first_layer="earliest")
    ground = ground_of_cases(patches, cut.regions, land.townships)
    taken_on = patches["found_on"].reindex(ground["violation_id"]).to_numpy()
    return ground.assign(taken_on=taken_on), cut.issues
