"""The bundle of patrol tables that one run makes and the outputs are drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class PatrolResults:
    """Everything that a run found out about patrols."""

    trips: "gpd.GeoDataFrame"  # TRIPS, lines in EPSG:4490
    trip_parts: pd.DataFrame  # TRIP_PARTS
    days: pd.DataFrame  # PATROL_DAYS
    rates: pd.DataFrame  # PATROL_RATES
    coverage: pd.DataFrame  # COVERAGE
    unseen: "gpd.GeoDataFrame"  # UNSEEN, polygons in the equal-area plane
    unseen_days: int  # a patch is unseen after more than so many days
    reconciliation: pd.DataFrame  # RECONCILIATION; empty without a ledger
    integrity: pd.DataFrame  # INTEGRITY
    status_at: datetime  # the moment of "today's status", zone-aware
    sight_m: float = 200.0  # how far a patrol sees, in metres
    sight_otherwise_m: Mapping[str, float] = field(default_factory=dict)  # by trip, where its source says otherwise
