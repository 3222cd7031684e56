"""What a reader of the cases must know: shared ground, mixed cases, ground in no township."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geoenforce.core.sentences import say
from geoenforce.core.space import to_plane
from geoenforce.core.tables import issue, issues_table
from geoenforce.core.terms import LandClass
from geoenforce.rules.regulation import Regulation
from geoenforce.violations.cases import counted_patches
from geoenforce.violations.ground import intersections, pairs

_SHARED_M2 = 0.01  # ground that two patches share below this is a matter of drawing, not of counting


def case_issues(violations: gpd.GeoDataFrame, ground: gpd.GeoDataFrame, *, with_townships: bool = True) -> pd.DataFrame:
    """
    Report what a reader of the cases must know: shared ground, ground outside all townships, mixed cases.

    Returns
    -------
    issues
        The table ISSUES.

    Examples
    --------
    >>> from shapely import box
    >>> from geoenforce.core.space import PLANE
    >>> from geoenforce.violations.cases import ground_of_cases
    >>> violations = gpd.GeoDataFrame(
    ...     {"case_id": ["A", "B"], "found_on": pd.to_datetime(["2026-03-02", "2026-03-03"]), "status": "confirmed"},
    ...     index=pd.Index(["A1", "B1"], name="violation_id"),
    ...     geometry=[box(0, 0, 20, 10), box(10, 0, 30, 10)], crs=PLANE)
    >>> regions = violations.assign(land_class="other").reset_index()
    >>> issues = case_issues(violations, ground_of_cases(violations, regions), with_townships=False)
    >>> issues["detail"].to_list()
    ["The case 'B' shares 100.00 m² of ground with the case 'A' (patch 'A1'); both count it."]
    """
    rows = [*_shared_between_cases(violations), *_mixed_cases(violations)]
    if with_townships:
        rows.extend(_outside_townships(ground))
        rows.extend(_mostly_outside(ground))
    return issues_table(rows)


def force_issues(cases: pd.DataFrame, regulation: Regulation) -> pd.DataFrame:
    """
    Report the cases that were found while the regulation was not in force; their grade is a comparison only.

    Parameters
    ----------
    cases
        The table CASES; ``found_on`` is read.
    regulation
        The regulation the cases were graded by.

    Returns
    -------
    issues
        The table ISSUES.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> cases = pd.DataFrame({"found_on": pd.to_datetime(["2009-05-26", "2009-05-27"])}, index=["A", "B"])
    >>> force_issues(cases, load_regulation("jieyang-2009"))["feature"].to_list()
    ['A']
    """
    rows = []
    for case_id, found_on in cases["found_on"].dropna().items():
        if not regulation.is_in_force(found_on.date()):
            said = say("grade_not_in_force", day=found_on.date(), regulation=regulation.number)
            rows.append(issue("regulation_not_in_force", said, feature=case_id))
    return issues_table(rows)


def future_issues(cases: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """
    Report the cases that were found after the day of the results: most often a year that was mistyped.

    Returns
    -------
    issues
        The table ISSUES.

    Examples
    --------
    >>> cases = pd.DataFrame({"found_on": pd.to_datetime(["2026-06-30", "2036-03-02"])}, index=["A", "B"])
    >>> future_issues(cases, date(2026, 6, 30))["detail"].to_list()
    ['Found on 2036-03-02, after 2026-06-30, the day of the results. Is the date right? The case counts in that year.']
    """
    rows = []
    for case_id, found_on in cases.loc[cases["found_on"] > pd.Timestamp(as_of), "found_on"].items():
        said = say("found_in_future", day=found_on.date(), as_of=as_of)
        rows.append(issue("future_date", said, feature=case_id))
    return issues_table(rows)


def _shared_between_cases(violations: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    counted = to_plane(counted_patches(violations))
    geometry, cases = counted.geometry.to_numpy(), counted["case_id"].to_numpy()
    later, earlier = pairs(geometry, geometry)
    several = (earlier < later) & (cases[earlier] != cases[later])
    later, earlier = later[several], earlier[several]
    shared = shapely.area(intersections(geometry[later], geometry[earlier]))
    for one, other, area in zip(later, earlier, shared, strict=True):
        if area >= _SHARED_M2:
            both = {"case": cases[one], "other": cases[other], "patch": counted.index[other]}
            said = say("ground_shared_by_cases", **both, area=f"{area:.2f}")
            yield issue("ground_shared_by_cases", said, feature=counted.index[one])


def _mixed_cases(violations: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    left_out = violations.index.difference(counted_patches(violations).index)
    suspected = violations.loc[left_out].query("status == 'suspected'")
    for violation_id, case_id in suspected["case_id"].items():
        said = say("suspected_in_confirmed_case", case=case_id)
        yield issue("suspected_in_confirmed_case", said, feature=violation_id)


def _outside_townships(ground: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    outside = ground[ground["township_code"].isna()].groupby("violation_id")["area_m2"].sum()
    for violation_id, area in outside[outside >= _SHARED_M2].items():
        yield issue("outside_townships", say("outside_townships", area=f"{area:.2f}"), feature=violation_id)


def _mostly_outside(ground: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    """Name the cases with more counted ground in no township than in any one: a neighbour may hold most of them."""
    counted = ground[ground["land_class"] != LandClass.APPROVED.value]
    inside = counted.groupby(["case_id", "township_code"])["area_m2"].sum().groupby("case_id").max()
    outside = counted[counted["township_code"].isna()].groupby("case_id")["area_m2"].sum()
    whole = counted.groupby("case_id")["area_m2"].sum()
    for case_id in outside.index[outside > inside.reindex(outside.index)]:
        share = 100 * outside[case_id] / whole[case_id]
        yield issue("case_mostly_outside", say("case_mostly_outside", share=f"{share:.2f}"), feature=case_id)
