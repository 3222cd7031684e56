"""The schedule of land classes (地类明细表): each violation's ground parcel by parcel."""

import geopandas as gpd
import pandas as pd

from geoenforce.core.errors import TableError
from geoenforce.core.space import m2_to_mu, to_plane
from geoenforce.core.tables import LAND, PIECES, TOWNSHIPS, check
from geoenforce.core.terms import LandClass
from geoenforce.violations.ground import split

_PARCEL_COLUMNS = ["parcel_id", "land_code", "land_name", "ridge_coefficient"]
_CULTIVATED = (LandClass.BASIC_FARMLAND.value, LandClass.OTHER_CULTIVATED.value)


def pieces_by_parcel(
    regions: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame, townships: gpd.GeoDataFrame | None = None
) -> gpd.GeoDataFrame:
    """
    List the ground of each violation by land class, parcel and township.

    Parameters
    ----------
    regions
        The regions of `cut_by_land_class`, in the plane.
    parcels
        All land parcels, table LAND with ``parcel_id``, ``land_code``, ``land_name`` and
        ``ridge_coefficient`` where they are known. Where parcels overlap, the earlier row has the ground.
    townships
        Table TOWNSHIPS.

    Returns
    -------
    pieces
        The table PIECES in the plane. The pieces of a violation add up to its areas, class by class;
        ground outside all parcels has a row without ``parcel_id``. ``net_area_m2`` is the area less the
        share of field ridges (田坎, KCXS) of the parcel; ridges are deducted from cultivated classes only.

    Raises
    ------
    TableError
        If a table is not in order.

    Notes
    -----
    Source: deduction of field ridges as in the third national land survey: deducted = area × KCXS.

    Examples
    --------
    >>> from shapely import box
    >>> from geoenforce.core.space import PLANE
    >>> regions = gpd.GeoDataFrame({"violation_id": ["A1"], "land_class": ["other_cultivated"]},
    ...                            geometry=[box(0, 0, 40, 50)], crs=PLANE)
    >>> parcels = gpd.GeoDataFrame({"parcel_id": ["7"], "land_code": ["0103"], "land_name": ["旱地"],
    ...                             "ridge_coefficient": [0.1]}, geometry=[box(0, 0, 30, 50)], crs=PLANE)
    >>> pieces_by_parcel(regions, parcels)[["parcel_id", "area_m2", "net_area_m2"]].fillna("").to_numpy().tolist()
    [['7', 1500.0, 1350.0], ['', 500.0, 500.0]]
    """
    check(parcels, LAND)
    parcels = to_plane(parcels)
    known = [column for column in _PARCEL_COLUMNS if column in parcels]
    pieces = split(regions[["violation_id", "land_class", "geometry"]], parcels, known)
    for column in _PARCEL_COLUMNS:
        if column not in known:
            kind = "float64" if column == "ridge_coefficient" else "str"
            pieces[column] = pd.Series(None, index=pieces.index, dtype=kind)
    if townships is None:
        pieces["township_code"] = pd.Series(None, index=pieces.index, dtype="str")
    else:
        check(townships, TOWNSHIPS)
        pieces = split(pieces, to_plane(townships).reset_index(), ["township_code"])
    pieces["area_m2"] = pieces.geometry.area
    pieces["area_mu"] = m2_to_mu(pieces["area_m2"])
    ridges = pieces["ridge_coefficient"].fillna(0.0).where(pieces["land_class"].isin(_CULTIVATED), 0.0)
    pieces["net_area_m2"] = pieces["area_m2"] * (1 - ridges)
    return pieces[[*PIECES.names, "geometry"]]


def ground_without_ridges(ground: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Deduct field ridges (田坎) from the ground that cases are graded by; they count as other land.

    Parameters
    ----------
    ground
        The result of `ground_of_cases`.
    parcels
        Table LAND with ``ridge_coefficient``.

    Returns
    -------
    ground
        The same table, split by parcel; ``area_m2`` is net, and each parcel's ridges stand in a row of
        their own as other land, over the same polygon.

    Examples
    --------
    >>> from shapely import box
    >>> from geoenforce.core.space import PLANE
    >>> ground = gpd.GeoDataFrame({"case_id": ["A"], "land_class": ["basic_farmland"]},
    ...                           geometry=[box(0, 0, 40, 50)], crs=PLANE)
    >>> parcels = gpd.GeoDataFrame({"ridge_coefficient": [0.1]}, geometry=[box(0, 0, 90, 90)], crs=PLANE)
    >>> ground_without_ridges(ground, parcels)[["land_class", "area_m2"]].to_numpy().tolist()
    [['basic_farmland', 1800.0], ['other', 200.0]]
    """
    parts = split(ground, to_plane(parcels), ["ridge_coefficient"])
    share = parts["ridge_coefficient"].fillna(0.0).where(parts["land_class"].isin(_CULTIVATED), 0.0)
    parts = parts.drop(columns="ridge_coefficient")
    whole_m2 = parts.geometry.area
    net = parts.assign(area_m2=whole_m2 * (1 - share))
    ridges = parts.assign(area_m2=whole_m2 * share, land_class=LandClass.OTHER.value)[share > 0]
    both = pd.concat([net, ridges], ignore_index=True)
    return gpd.GeoDataFrame(both, geometry="geometry", crs=ground.crs)


def areas_without_ridges(areas: pd.DataFrame, pieces: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Deduct field ridges (田坎) from the cultivated classes; what is deducted counts as other land.

    Parameters
    ----------
    areas
        The table AREAS, gross.
    pieces
        The table PIECES of the same violations.

    Returns
    -------
    areas
        The table AREAS, net; each row still adds up to the violation.

    Raises
    ------
    TableError
        If a violation of `areas` has cultivated ground but no pieces.

    Examples
    --------
    >>> areas = pd.DataFrame({"area_m2": [2000.0], "basic_farmland_m2": [0.0], "other_cultivated_m2": [2000.0],
    ...                       "other_m2": [0.0]}, index=pd.Index(["A1"], name="violation_id"))
    >>> pieces = pd.DataFrame({"violation_id": ["A1"], "land_class": ["other_cultivated"],
    ...                        "area_m2": [2000.0], "net_area_m2": [1800.0]})
    >>> areas_without_ridges(areas, pieces)[["other_cultivated_mu", "other_mu"]].round(4).to_numpy().tolist()
    [[2.7, 0.3]]
    """
    missing = areas.index.difference(pd.Index(pieces["violation_id"]))
    if len(missing):
        message = (
            f"The pieces lack the violations {missing.to_list()[:5]}: ridges can be deducted only with all pieces."
        )
        raise TableError(message)
    ridges = (pieces["area_m2"] - pieces["net_area_m2"]).groupby([pieces["violation_id"], pieces["land_class"]]).sum()
    net = areas.copy()
    for land_class in (LandClass.BASIC_FARMLAND, LandClass.OTHER_CULTIVATED):
        here = ridges[ridges.index.get_level_values("land_class") == land_class.value].droplevel("land_class")
        deducted = here.reindex(areas.index).fillna(0.0)
        net[f"{land_class}_m2"] = net[f"{land_class}_m2"] - deducted
        net["other_m2"] = net["other_m2"] + deducted
    for land_class in (LandClass.BASIC_FARMLAND, LandClass.OTHER_CULTIVATED, LandClass.OTHER):
        net[f"{land_class}_mu"] = m2_to_mu(net[f"{land_class}_m2"])
    return net
