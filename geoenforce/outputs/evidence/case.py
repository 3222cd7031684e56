"""What a run found out about one case, picked out of its tables."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import geopandas as gpd
import pandas as pd

from geoenforce.core.errors import InputError, some
from geoenforce.core.nearby import near
from geoenforce.core.results import Results
from geoenforce.core.zones import Zone, zone_of
from geoenforce.outputs.run_tables import plain_records

Record = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One case of a run."""

    case_id: str
    row: Record  # of CASES
    comparisons: list[Record]  # COMPARISONS
    patches: pd.DataFrame  # AREAS of all its patches, with `is_counted`, `found_on`, `source_file`, `lead_source`
    shapes: gpd.GeoSeries  # of the counted ones: the vertices as delivered, in EPSG:4490
    pieces: gpd.GeoDataFrame | None  # PIECES of the counted ones, where the run has pieces
    farmland: gpd.GeoDataFrame  # basic farmland near it, in the version in force on the day it was found
    zone: Zone  # the project's, for coordinates and maps

    @property
    def counted(self) -> pd.DataFrame:
        """Return its counted patches."""
        return self.patches[self.patches["is_counted"]]

    @property
    def found_on(self) -> pd.Timestamp | None:
        """Return the day on which the first patch was found; None where no day is known."""
        found: Any = self.row["found_on"]
        return None if found is None else pd.Timestamp(found)


def case_of(results: Results, what: str) -> Case:
    """
    Pick a case out of the results of a run.

    Parameters
    ----------
    results
        What the run found.
    what
        A ``case_id``, or the ``violation_id`` of one of its patches.

    Raises
    ------
    InputError
        If the run has no such case; the message names cases whose ids are alike.

    Examples
    --------
    >>> case_of(results, "445299-2025-015").row["severity"]  # doctest: +SKIP
    'especially_serious'
    """
    case_id = _case_id(results, what)
    row: Record = plain_records(results.cases.loc[[case_id]])[0]
    counted = _is_counted(results.violations, case_id, row["status"])
    patches = results.areas.loc[results.areas["case_id"] == case_id]
    told = results.violations.reindex(patches.index)
    nothing = pd.Series(None, index=patches.index, dtype="str")
    patches = patches.assign(
        is_counted=counted.reindex(patches.index).to_numpy(dtype=bool),
        found_on=told["found_on"],
        **{name: told.get(name, nothing) for name in ("source_file", "lead_source")},
    )
    shapes = results.original.loc[counted.index[counted]].to_crs(4490)
    pieces = results.pieces
    return Case(
        case_id=case_id,
        row=row,
        comparisons=plain_records(results.comparisons[results.comparisons["case_id"] == case_id]),
        patches=patches,
        shapes=shapes,
        pieces=None if pieces is None else pieces[pieces["violation_id"].isin(shapes.index)],
        farmland=near(_in_force(results.basic_farmland, row["found_on"]), results.violations.loc[shapes.index]),
        zone=zone_of(results.crs, float(shapes.total_bounds[[0, 2]].mean())),
    )


def _case_id(results: Results, what: str) -> str:
    if what in results.cases.index:
        return what
    if what in results.violations.index:
        case_id = str(results.violations.loc[what, "case_id"])
        if case_id in results.cases.index:
            return case_id
        message = f"The patch '{what}' is not counted in any case: it is lawful or was dismissed."
        raise InputError(message)
    alike = get_close_matches(what, list(results.cases.index), cutoff=0.7)
    known = f"Is it one of {alike}?" if alike else f"Cases are {some(results.cases.index)}."
    message = f"There is no case or patch '{what}'. {known}"
    raise InputError(message)


def _is_counted(violations: gpd.GeoDataFrame, case_id: str, status: str) -> "pd.Series[bool]":
    """Say of each patch of the case whether it is counted: those of the case's own status are."""
    own = violations.loc[violations["case_id"] == case_id, "status"]
    return own == status


def _in_force(layer: gpd.GeoDataFrame, found_on: Any) -> gpd.GeoDataFrame:
    """Keep the version of a dated layer that is in force on a day; the first one, where none is yet."""
    if "effective_from" not in layer or layer["effective_from"].isna().any():
        return layer
    dates = layer["effective_from"]
    before = dates[dates <= found_on] if found_on is not None else dates
    return layer[dates == (before.max() if len(before) else dates.min())]
