"""Group patches into cases, count each spot once, and say in whose township it lies."""

from decimal import Decimal
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoenforce.core.measures import length_m
from geoenforce.core.shares import unions
from geoenforce.core.space import m2_to_mu, to_plane
from geoenforce.core.tables import TOWNSHIPS, VIOLATIONS, check
from geoenforce.core.terms import LandClass, Status
from geoenforce.rules.regulation import Regulation
from geoenforce.violations.ground import EMPTY, differences, pairs, split, union_by
from geoenforce.violations.severity import NEAR_THRESHOLD, grade, may_change

#: How far off a surveyed boundary may be, in metres; the sensitivity figure is perimeter × sigma.
BOUNDARY_SIGMA_M = 0.5


def ground_of_cases(
    violations: gpd.GeoDataFrame, regions: gpd.GeoDataFrame, townships: gpd.GeoDataFrame | None = None
) -> gpd.GeoDataFrame:
    """
    List the ground that cases are graded by: each spot of a case once, split by township.

    Confirmed patches make up a case; suspected ones count only in cases without a confirmed patch, and
    lawful or dismissed ones never. Where patches of one case share ground, the patch found first has it;
    but ground that one of them found unlawful is not made lawful by an approval of another's day.

    Parameters
    ----------
    violations
        Table VIOLATIONS.
    regions
        The regions of `cut_by_land_class`, in the plane.
    townships
        Table TOWNSHIPS; without it the ground has no township.

    Returns
    -------
    ground
        One row per patch × land class × township, in the plane: ``violation_id``, ``case_id``,
        ``land_class``, ``township_code``, ``area_m2``.

    Raises
    ------
    TableError
        If a table is not in order.

    Examples
    --------
    Two patches of one case share half of their ground:

    >>> from shapely import box
    >>> from geoenforce.core.space import PLANE
    >>> violations = gpd.GeoDataFrame(
    ...     {"case_id": "A", "found_on": pd.to_datetime(["2026-03-02", "2026-03-03"]), "status": "confirmed"},
    ...     index=pd.Index(["A1", "A2"], name="violation_id"),
    ...     geometry=[box(0, 0, 20, 10), box(10, 0, 30, 10)], crs=PLANE)
    >>> regions = violations.assign(land_class="other").reset_index()[["violation_id", "land_class", "geometry"]]
    >>> ground_of_cases(violations, regions)["area_m2"].to_list()
    [200.0, 100.0]
    """
    check(violations, VIOLATIONS)
    counted = to_plane(counted_patches(violations))
    ground = regions[regions["violation_id"].isin(counted.index)].reset_index(drop=True)
    ground = ground.set_geometry(differences(ground.geometry.to_numpy(), _taken(ground, counted)), crs=ground.crs)
    if townships is None:
        ground["township_code"] = pd.array([None] * len(ground), dtype="str")
    else:
        check(townships, TOWNSHIPS)
        ground = split(ground, to_plane(townships).reset_index()[["township_code", "geometry"]], ["township_code"])
    ground["case_id"] = counted["case_id"].reindex(ground["violation_id"]).to_numpy()
    ground["area_m2"] = ground.geometry.area
    return ground[ground["area_m2"] > 0].reset_index(drop=True)


def group_cases(
    violations: gpd.GeoDataFrame,
    ground: gpd.GeoDataFrame,
    regulation: Regulation,
    *,
    near_threshold: Decimal | float = NEAR_THRESHOLD,
    boundary_sigma_m: float = BOUNDARY_SIGMA_M,
) -> pd.DataFrame:
    """
    Add the ground up by case and grade each case.

    Parameters
    ----------
    violations
        Table VIOLATIONS; a patch without a ``case_id`` of its own carries its ``violation_id`` there.
    ground
        The result of `ground_of_cases` for the same violations.
    regulation
        The regulation whose limits apply.
    near_threshold, boundary_sigma_m
        When an area is 临界, and how far off a boundary may be, in metres.

    Returns
    -------
    cases
        The table CASES without ``township_name``, ordered by ``case_id``. The township is the one with
        the largest counted area (approved ground is not counted); ``year`` is that of the first patch found.

    Raises
    ------
    TableError
        If a table is not in order.

    Notes
    -----
    Source: 揭府〔2009〕56号 第三十六条.

    Examples
    --------
    >>> from shapely import box
    >>> from geoenforce.core.space import PLANE
    >>> from geoenforce.rules.regulation import load_regulation
    >>> violations = gpd.GeoDataFrame(
    ...     {"case_id": "A", "found_on": pd.to_datetime(["2026-03-02", "2026-03-03"]), "status": "confirmed"},
    ...     index=pd.Index(["A1", "A2"], name="violation_id"),
    ...     geometry=[box(0, 0, 40, 50), box(40, 0, 80, 50)], crs=PLANE)
    >>> regions = violations.assign(land_class="basic_farmland").reset_index()
    >>> cases = group_cases(violations, ground_of_cases(violations, regions), load_regulation("jieyang-2009"))
    >>> cases[["basic_farmland_mu", "severity", "decided_by"]].to_numpy().tolist()
    [[6.0, 'serious', 'basic_farmland']]
    """
    check(violations, VIOLATIONS)
    counted = counted_patches(violations)
    cases = _areas_by_case(counted, ground)
    cases = cases.join(_townships_by_case(cases.index, ground))
    graded = grade(cases, regulation, near_threshold=near_threshold)
    cases = cases.join(graded)
    cases["boundary_error_mu"] = m2_to_mu(_perimeter_m(cases.index, ground) * boundary_sigma_m)
    cases["may_change_grade"] = may_change(cases, cases["boundary_error_mu"], regulation)
    return cases


def counted_patches(violations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Keep the confirmed patches, and the suspected ones of cases that have none confirmed.

    Examples
    --------
    >>> violations = gpd.GeoDataFrame({"case_id": ["A", "A", "B"], "status": ["confirmed", "suspected", "suspected"]},
    ...                               index=["A1", "A2", "B1"])
    >>> counted_patches(violations).index.to_list()
    ['A1', 'B1']
    """
    confirmed = violations["status"] == Status.CONFIRMED.value
    has_confirmed = violations["case_id"].isin(violations.loc[confirmed, "case_id"])
    suspected = (violations["status"] == Status.SUSPECTED.value) & ~has_confirmed
    return violations[confirmed | suspected]


def _taken(ground: gpd.GeoDataFrame, counted: gpd.GeoDataFrame) -> Any:
    """
    Return, for each row, the ground that other patches of its case have already.

    Ground that counts goes to the patch that was found first. Approved ground gives way to whatever counts: it may
    have been approved on one patch's day and no longer, or not yet, on that of another.
    """
    order = counted.assign(_id=counted.index).sort_values(["case_id", "found_on", "_id"])
    place = pd.Series(np.arange(len(order)), index=order.index).reindex(ground["violation_id"]).to_numpy()
    geometry, cases = order.geometry.to_numpy(), order["case_id"].to_numpy()
    one, other = pairs(geometry, geometry)
    same = (one != other) & (cases[one] == cases[other])
    one, other = one[same], other[same]
    if not len(one):
        return np.full(len(ground), EMPTY)
    is_approved = (ground["land_class"] == LandClass.APPROVED.value).to_numpy()
    lawful = np.full(len(order), EMPTY)
    lawful[place[is_approved]] = ground.geometry.to_numpy()[is_approved]
    counts = differences(geometry, lawful)
    is_earlier = other < one
    taken = union_by(one[is_earlier], counts[other[is_earlier]], len(order))[place]
    gives_way = ~shapely.is_empty(lawful)[one]
    before = np.where(is_earlier, geometry[other], counts[other])
    taken[is_approved] = union_by(one[gives_way], before[gives_way], len(order))[place[is_approved]]
    return taken


def areas_by(ground: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """
    Sum the ground by keys; one column in m² for the whole, one in mu for each class.

    Examples
    --------
    >>> ground = pd.DataFrame({"case_id": ["A", "A"], "land_class": ["other", "basic_farmland"],
    ...                        "area_m2": [2000.0, 4000.0]})
    >>> areas_by(ground, ["case_id"])[["area_m2", "basic_farmland_mu", "other_mu"]].to_numpy().tolist()
    [[6000.0, 6.0, 3.0]]
    """
    table = ground.pivot_table(index=keys, columns="land_class", values="area_m2", aggfunc="sum", fill_value=0.0)
    table = table.reindex(columns=[land_class.value for land_class in LandClass], fill_value=0.0)
    areas = pd.DataFrame({"area_m2": table.sum(axis=1)}, index=table.index)
    for land_class in LandClass:
        areas[f"{land_class}_mu"] = m2_to_mu(table[land_class.value])
    return areas


def _areas_by_case(counted: gpd.GeoDataFrame, ground: gpd.GeoDataFrame) -> pd.DataFrame:
    by_case = counted.groupby("case_id")
    cases = pd.DataFrame({"found_on": by_case["found_on"].min(), "violations": by_case.size().astype("int64")})
    cases["year"] = cases["found_on"].dt.year.astype("Int64")
    cases["status"] = by_case["status"].min()  # a case is either confirmed or suspected throughout
    if "party" in counted:
        named = counted[["case_id", "party"]].dropna().drop_duplicates().sort_values(["case_id", "party"])
        cases["party"] = named.groupby("case_id")["party"].agg("、".join).reindex(cases.index).astype("str")
    areas = areas_by(ground, ["case_id"]) if len(ground) else pd.DataFrame()
    names = ["area_m2", *(f"{land_class}_mu" for land_class in LandClass)]
    return cases.join(areas.reindex(index=cases.index, columns=names).fillna(0.0).astype(float))


def _townships_by_case(index: "pd.Index[Any]", ground: gpd.GeoDataFrame) -> pd.DataFrame:
    """Name the township with the largest counted area, and list the shares where there are several."""
    shares: dict[Any, str] = {}
    largest: dict[Any, str] = {}
    is_counted = ground["land_class"] != LandClass.APPROVED.value
    placed = ground[ground["township_code"].notna()]
    sizes = placed["area_m2"].where(is_counted.loc[placed.index], 0.0)
    by = pd.DataFrame({"counted": sizes, "area": placed["area_m2"]}).groupby(
        [placed["case_id"], placed["township_code"]]
    )
    table = (
        by.sum()
        .reset_index()
        .sort_values(["case_id", "counted", "area", "township_code"], ascending=[True, False, False, True])
    )
    whole = table.groupby("case_id")[["counted", "area"]].transform("sum")
    counts = whole["counted"] > 0
    share = np.where(counts, table["counted"], table["area"]) / np.where(counts, whole["counted"], whole["area"])
    for case_id, code, part in zip(table["case_id"], table["township_code"], share, strict=True):
        largest.setdefault(case_id, code)
        listed = f"{code} {part:.4f}"
        shares[case_id] = f"{shares[case_id]}; {listed}" if case_id in shares else listed
    columns = {"township_code": largest, "township_shares": shares}
    return pd.DataFrame(
        {name: pd.Series(index.map(values), index=index, dtype="str") for name, values in columns.items()}
    )


def _perimeter_m(index: "pd.Index[Any]", ground: gpd.GeoDataFrame) -> "pd.Series[float]":
    """Measure around each case, its patches' ground united."""
    if ground.empty:
        return pd.Series(0.0, index=index)
    shapes, rows = ground.geometry.to_numpy(), ground.groupby("case_id").indices
    outlines = gpd.GeoSeries(unions([shapes[at] for at in rows.values()]), index=list(rows), crs=ground.crs)
    return length_m(outlines).reindex(index).fillna(0.0)
