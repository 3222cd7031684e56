"""Add up what each party took within a year (揭府〔2009〕56号 第三十四条)."""

from collections.abc import Collection

import geopandas as gpd
import pandas as pd
import shapely

from geoenforce.core.tables import PARTIES, empty
from geoenforce.core.terms import COUNTED_CLASSES, Status
from geoenforce.rules.regulation import Regulation
from geoenforce.violations.cases import areas_by
from geoenforce.violations.ground import differences, pairs, union_by
from geoenforce.violations.severity import grade

_PARTY_YEAR = ["party", "year"]


def party_totals(
    violations: gpd.GeoDataFrame,
    ground: gpd.GeoDataFrame,
    regulation: Regulation,
    *,
    dealt_with: Collection[str] = (),
) -> pd.DataFrame:
    """
    Add up each party's undealt-with ground of a year, and grade the sum beside the cases' own grades.

    Parameters
    ----------
    violations
        Table VIOLATIONS with ``party``; patches without one, not confirmed, or already dealt with are
        left out. Without the column the result is empty.
    ground, regulation
        As in `group_cases`.
    dealt_with
        Cases known to be dealt with from elsewhere, such as the register of events; they are left out too.

    Returns
    -------
    parties
        The table PARTIES, ordered by party and year.

    Notes
    -----
    Source: 揭府〔2009〕56号 第三十四条. The cases themselves are never merged. Ground that several cases of a party
    share counts once in its year, for the patch found first.

    Examples
    --------
    >>> from shapely import box
    >>> from geoenforce.core.space import PLANE
    >>> from geoenforce.rules.regulation import load_regulation
    >>> from geoenforce.violations.cases import ground_of_cases
    >>> violations = gpd.GeoDataFrame(
    ...     {"case_id": ["A", "B"], "found_on": pd.to_datetime(["2026-03-02", "2026-05-03"]), "status": "confirmed",
    ...      "party": "P"}, index=pd.Index(["A1", "B1"], name="violation_id"),
    ...     geometry=[box(0, 0, 40, 50), box(40, 0, 80, 50)], crs=PLANE)
    >>> regions = violations.assign(land_class="basic_farmland").reset_index()
    >>> ground = ground_of_cases(violations, regions)
    >>> party_totals(violations, ground, load_regulation("jieyang-2009"))[["cases", "severity"]].to_numpy().tolist()
    [[2, 'serious']]
    """
    of_party = _undealt(violations, dealt_with)
    ground = ground[ground["violation_id"].isin(of_party.index)]
    if ground.empty:
        nothing: pd.DataFrame = empty(PARTIES)
        return nothing
    patch = of_party.loc[ground["violation_id"]]
    keyed = ground.assign(party=patch["party"].to_numpy(), year=patch["found_on"].dt.year.to_numpy())
    areas = areas_by(_once(keyed.assign(found_on=patch["found_on"].to_numpy())), _PARTY_YEAR)
    totals = areas[[f"{land_class}_mu" for land_class in COUNTED_CLASSES]].copy()
    cases = keyed.groupby(_PARTY_YEAR)["case_id"].unique()
    totals.insert(0, "cases", cases.map(len))
    totals.insert(1, "case_ids", cases.map(lambda ids: "; ".join(sorted(ids))))
    numbered = totals.reset_index().rename_axis("case_id")
    return numbered.assign(severity=grade(numbered, regulation)["severity"])[PARTIES.names].rename_axis(None)


def _once(ground: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Leave out the counted ground that an earlier patch of another case of the party's year has already."""
    is_counted = ground["land_class"].isin(COUNTED_CLASSES)
    counted = ground[is_counted].sort_values(["found_on", "violation_id"])
    geometry, cases = counted.geometry.to_numpy(), counted["case_id"].to_numpy()
    party = counted.groupby(_PARTY_YEAR).ngroup().to_numpy()
    later, earlier = pairs(geometry, geometry)
    again = (earlier < later) & (party[earlier] == party[later]) & (cases[earlier] != cases[later])
    if not again.any():
        return ground
    left = differences(geometry, union_by(later[again], geometry[earlier[again]], len(counted)))
    share = shapely.area(left) / shapely.area(geometry)
    once = counted.set_geometry(left, crs=counted.crs).assign(area_m2=counted["area_m2"] * share)
    return gpd.GeoDataFrame(pd.concat([once, ground[~is_counted]]), crs=ground.crs)


def _undealt(violations: gpd.GeoDataFrame, dealt_with: Collection[str]) -> gpd.GeoDataFrame:
    if "party" not in violations:
        return violations.iloc[:0]
    keep = (
        (violations["status"] == Status.CONFIRMED.value) & violations["party"].notna() & violations["found_on"].notna()
    )
    keep &= ~violations["case_id"].isin(list(dealt_with))
    if "is_dealt_with" in violations:
        keep &= ~violations["is_dealt_with"]
    return violations[keep]
