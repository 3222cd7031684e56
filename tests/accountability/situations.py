"""Small projects to hold the law against: a township or two, a few cases, and registers with a few rows."""

import json
from datetime import date
from functools import cache

import geopandas as gpd
import pandas as pd
import shapely

from geoenforce.accountability.ratio import Ground, occupied
from geoenforce.accountability.sources import Sources
from geoenforce.accountability.units import hierarchy
from geoenforce.core.accountability_tables import (
    CASE_EVENTS,
    CULTIVATED_TAKEN,
    DECLARATIONS,
    DEDUCTIONS,
    DEPARTMENTS,
    MEASURES,
)
from geoenforce.core.space import PLANE
from geoenforce.core.tables import CASES, empty

#: Two townships of one county, and one of its neighbour; a prefecture project has all three.
TOWNSHIPS = {"445299101": "445299", "445299102": "445299", "445281101": "445281"}
ONE = "445299101"
OTHER = "445299102"
COUNTY = "445299"
AS_OF = date(2026, 12, 31)
DAY = date(2026, 3, 2)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def townships():
    boxes = [shapely.box(place * 50_000, 0, place * 50_000 + 40_000, 1000) for place in range(len(TOWNSHIPS))]
    return gpd.GeoDataFrame(
        {"township_name": [f"乡镇{code}" for code in TOWNSHIPS], "county_code": list(TOWNSHIPS.values())},
        index=pd.Index(list(TOWNSHIPS), name="township_code"),
        geometry=boxes,
        crs=PLANE,
    )


@cache
def units(level_root=COUNTY):
    wide = townships()
    return hierarchy(wide[wide["county_code"].str.startswith(level_root)], level_root)


def sources(*, project=COUNTY, **tables):
    """All tables of a project; those not given have no rows."""
    wanted = {
        "cases": CASES,
        "events": CASE_EVENTS,
        "measures": MEASURES,
        "declarations": DECLARATIONS,
        "departments": DEPARTMENTS,
    }
    given = {name: table(tables.get(name, []), declared) for name, declared in wanted.items()}
    return Sources(units(project), **given, occupation=tables.get("occupation"))


def table(rows, declared):
    """A table of the kind declared; columns that a row leaves out are missing."""
    if isinstance(rows, pd.DataFrame):
        return rows
    made = nothing(declared)
    if not rows:
        return made
    names = [declared.index.name] if declared.index else []
    frame = pd.DataFrame(rows, columns=[*names, *made.columns])
    frame["row"] = range(2, len(frame) + 2)
    frame["source_file"] = f"{declared.name}.csv"
    if declared.index:
        frame = frame.set_index(declared.index.name)
    kept = {name: kind for name, kind in made.dtypes.to_dict().items() if name in frame}
    return frame.astype(kept)


@cache
def nothing(declared):
    return empty(declared)


def case(case_id, severity="serious", *, found_on=DAY, township=ONE, shares=None, status="confirmed", **areas):
    """A row of CASES."""
    nothing = dict.fromkeys(("approved_mu", "basic_farmland_mu", "other_cultivated_mu", "other_mu"), 0.0)
    return {
        "case_id": case_id, "township_code": township, "township_name": None, "year": found_on.year,
        "severity": severity, "status": status, "near_threshold": False, "may_change_grade": False,
        "boundary_error_mu": 0.0, "area_m2": 0.0, "violations": 1, "found_on": pd.Timestamp(found_on),
        "decided_by": None, "party": None, "township_shares": shares or f"{township} 1.0000", **nothing, **areas,
    }  # fmt: skip


def cases(*rows):
    return table(list(rows), CASES)


def many(number, severity="serious", **options):
    """So many cases alike: A, B, C …, or E1, E2 … for especially serious ones."""
    names = [f"E{n}" for n in range(1, number + 1)] if severity == "especially_serious" else _LETTERS[:number]
    return [case(name, severity, **options) for name in names]


def event(case_id, code, on, **more):
    return {"case_id": case_id, "event": code, "on": pd.Timestamp(on), **more}


def measure(measure_id, office, code, on, **more):
    days = {name: pd.Timestamp(value) for name, value in more.items() if name in ("correct_by", "corrected_on")}
    return {"measure_id": measure_id, "office": office, "measure": code, "on": pd.Timestamp(on), **more, **days}


def declaration(declaration_id, office, fact, on=DAY, **more):
    recorded_on = pd.Timestamp(more.pop("recorded_on", on))
    return {
        "declaration_id": declaration_id, "office": office, "fact": fact, "on": pd.Timestamp(on),
        "recorded_by": "somebody", "recorded_on": recorded_on, **more,
    }  # fmt: skip


def strip(from_mu, to_mu, **columns):
    """Cultivated land in the plane, measured off along a strip: 20 m × 100/3 m are 1 mu."""
    columns = {"land_class": "other_cultivated", "township_code": ONE, **columns}
    box = shapely.box(from_mu * 20, 0, to_mu * 20, 100 / 3)
    return gpd.GeoDataFrame({name: [value] for name, value in columns.items()}, geometry=[box], crs=PLANE)


def layer(*strips):
    return gpd.GeoDataFrame(pd.concat(strips, ignore_index=True), crs=PLANE)


def occupation(areas, *, project=COUNTY, as_of=AS_OF, cultivated_taken=(), deductions=()):
    """
    Measure areas such as ``{"office": …, "illegal_mu": 15, "taken_mu": 100}``: construction covers the violations.

    Without ``taken_mu`` there is no record of new construction.
    """
    violations, construction = [], []
    for number, area in enumerate(areas):
        day = pd.Timestamp(area.get("on", DAY))
        place = {"township_code": area["office"]}
        violations.append(strip(0, area["illegal_mu"], case_id=f"V{number}", found_on=day, **place))
        if "taken_mu" in area:
            construction.append(strip(0, area["taken_mu"], taken_on=day, **place))
    nothing = strip(0, 1, case_id="", found_on=pd.Timestamp(DAY)).iloc[:0]
    ground = Ground(
        layer(*violations) if violations else nothing,
        layer(*violations) if violations else nothing,
        layer(*construction) if construction else None,
    )
    return occupied(
        ground,
        units(project),
        as_of=as_of,
        cultivated_taken=table(list(cultivated_taken), CULTIVATED_TAKEN) if cultivated_taken else None,
        deductions=table(list(deductions), DEDUCTIONS) if deductions else None,
    )


def reasons(findings, finding_id):
    """The circumstances of one finding."""
    return json.loads(findings.loc[finding_id, "because"])
