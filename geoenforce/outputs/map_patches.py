"""Patches and cases as the map's columns: what stands in popups, lists and filters, and the shapes."""

from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geoenforce.core.results import Results
from geoenforce.core.space import CGCS2000, m2_to_mu
from geoenforce.core.terms import COUNTED_CLASSES, LandClass, Severity, Status
from geoenforce.outputs.evidence_names import evidence_link
from geoenforce.outputs.map_columns import Column, areas, choices, hundredths, packed, steps, texts
from geoenforce.outputs.party_types import party_type
from geoenforce.outputs.wording import deciding_comparisons

Data: TypeAlias = dict[str, Any]

#: The land classes in the order of the popup's table.
ROWS = (*COUNTED_CLASSES, LandClass.APPROVED)

#: How patches are grouped, the least important first: it is drawn below the others.
GROUPS = ("uncounted", "suspected", *Severity.codes())

#: Statuses in the order of their codes.
STATUSES = Status.codes()

#: Parts of a degree in which coordinates are written: about a decimetre on the ground; more would only make the file
#: bigger. `map_store.js` divides by it.
PARTS_OF_A_DEGREE = 1_000_000


def patch_columns(results: Results, *, with_personal_data: bool) -> Data:
    """
    Return what the map knows of each patch, column by column.

    Parameters
    ----------
    results
        The tables of the run.
    with_personal_data
        Whether the party is named.

    Returns
    -------
    columns
        ``count`` and one entry per column, as `geoenforce.outputs.map_columns` writes them: areas by `ROWS` and in
        all, in hundredths of m² and in mu as `areas` writes them; places in parts of a degree
        (`PARTS_OF_A_DEGREE`), latitude first.
    """
    table = pd.DataFrame(results.violations).join(results.areas.drop(columns=["case_id", "status", "found_on"]))
    case = results.cases.index.get_indexer(table["case_id"])
    counted_as = table["case_id"].map(results.cases["status"])
    lonlat = results.original.to_crs(CGCS2000)
    points = shapely.get_coordinates(shapely.point_on_surface(lonlat.to_numpy()))
    afterwards = hundredths(table["approved_afterwards_mu"])
    columns = {
        "count": len(table),
        "id": texts(table.index.astype(str)),
        "case_id": texts(table["case_id"].fillna("").astype(str)),
        "case": packed(case),
        "status": packed(_codes(table["status"], STATUSES)),
        "group": packed(_groups(table["status"], table["case_id"].map(results.cases["severity"]))),
        "found_on": choices(_days(table["found_on"])),
        "m2": packed(hundredths(_with_total(table, "m2"))),
        "mu": packed(areas(_with_total(table, "mu"))),
        "afterwards": packed(afterwards),
        "counted": packed((counted_as == table["status"]).astype(int)),
        "at": steps(_in_parts(points)),
        **_rings(lonlat),
    }
    if "party" in table and table["party"].notna().any():
        columns["party_type"] = choices(party_type(name).value for name in table["party"])
        if with_personal_data:
            columns["party"] = choices(table["party"].fillna("").astype(str))
    return columns


def case_columns(results: Results, lang: str) -> Data:
    """Return what the map knows of each case, column by column; nothing in it is personal."""
    cases = results.cases
    sensitive = np.where(cases["may_change_grade"], hundredths(cases["boundary_error_mu"].fillna(0)), -1)
    citations = results.comparisons.drop_duplicates("case_id").set_index("case_id")["citation"]
    sheets = [evidence_link(str(case_id)) if case_id in results.evidence else "" for case_id in cases.index]
    return {
        **({"evidence": texts(sheets)} if any(sheets) else {}),
        "count": len(cases),
        "id": texts(cases.index.astype(str)),
        "grade": packed(_codes(cases["severity"], GROUPS)),
        "decided": texts(deciding_comparisons(cases, results.comparisons, lang)),
        "citation": choices(citations.reindex(cases.index).fillna("")),
        "near": packed(cases["near_threshold"].astype(int)),
        "sensitive": packed(sensitive),
        "township": choices(cases["township_name"].fillna("").astype(str)),
        "code": choices(cases["township_code"].fillna("").astype(str)),
        "patches": packed(cases["violations"]),
        "mu": packed(areas(_with_total(cases, "mu"))),
    }


def _groups(status: "pd.Series[str]", severity: "pd.Series[Any]") -> npt.NDArray[np.int64]:
    """Return the place in `GROUPS` of each patch: by the grade of its case where it is confirmed."""
    names = severity.where(status == Status.CONFIRMED.value).fillna("uncounted")
    return _codes(names.mask(status == Status.SUSPECTED.value, "suspected"), GROUPS)


def _codes(values: Any, known: tuple[str, ...]) -> npt.NDArray[np.int64]:
    return np.asarray(pd.Index(known).get_indexer(values), dtype=np.int64)


def _with_total(table: pd.DataFrame, unit: str) -> npt.NDArray[np.float64]:
    total = table["area_m2"] if unit == "m2" else m2_to_mu(table["area_m2"])
    return np.column_stack([*(table[f"{kind}_{unit}"] for kind in ROWS), total]).astype(np.float64)


def _days(days: "pd.Series[Any]") -> list[str]:
    return ["" if pd.isna(day) else day.date().isoformat() for day in days]


def _in_parts(longlat: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return positions in whole parts of a degree, latitude first."""
    return np.rint(longlat[:, ::-1] * PARTS_OF_A_DEGREE).astype(np.int64)


def _rings(shapes: gpd.GeoSeries) -> dict[str, Column | str]:
    """Write outlines and holes alike as rings without their last point, which is the first again."""
    parts, owner = shapely.get_parts(shapes.to_numpy(), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    last = np.append(ring[1:] != ring[:-1], True) if len(ring) else np.empty(0, dtype=bool)
    return {
        "rings": packed(np.bincount(owner[part], minlength=len(shapes))),
        "corners": packed(np.bincount(ring[~last], minlength=len(rings))),
        "outline": steps(_in_parts(coordinates[~last])),
    }
