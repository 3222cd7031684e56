"""The bundle of tables that one run makes and every output is drawn from."""

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd

from geoenforce.core.accountability_results import AccountabilityResults
from geoenforce.core.patrol_results import PatrolResults


@dataclass(frozen=True)
class Results:
    """
    Everything that a run found out.

    All geometry is in the equal-area plane (`geoenforce.core.space.PLANE`), except `original`.
    """

    title: str  # the project's name, for headings
    townships: gpd.GeoDataFrame  # TOWNSHIPS
    violations: gpd.GeoDataFrame  # VIOLATIONS
    original: gpd.GeoSeries  # the delivered vertices of the violations, on their index, in EPSG:4490
    areas: pd.DataFrame  # AREAS
    cases: pd.DataFrame  # CASES
    comparisons: pd.DataFrame  # COMPARISONS, six rows per case
    parties: pd.DataFrame  # PARTIES
    pieces: gpd.GeoDataFrame | None  # PIECES, where they were asked for
    basic_farmland: gpd.GeoDataFrame  # LAND, only what lies near a violation
    issues: pd.DataFrame  # ISSUES
    rejects: gpd.GeoDataFrame
    crs: str  # the coordinate system of output files, such as "EPSG:4527"
    regulation_title: str
    regulation_number: str
    as_of: date
    patrols: PatrolResults | None = None  # where tracks were handed in
    accountability: AccountabilityResults | None = None  # where a regulation with rules, duties or indicators applies
    evidence: frozenset[str] = frozenset()  # cases whose evidence sheets stand beside the other files
