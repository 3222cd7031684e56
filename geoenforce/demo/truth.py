"""Write down what is true of the demo county: areas by the slab method, grades as planted."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import shapely

from geoenforce.core.space import m2_to_mu, polygons_to_plane
from geoenforce.demo.land import Land
from geoenforce.demo.violations import Violation

AREA_HEADERS = ("violation_id", "area_m2", "approved_m2", "basic_farmland_m2", "other_cultivated_m2", "other_m2")
CASE_HEADERS = (
    "case_id",
    "severity",
    "decided_by",
    "basic_farmland_mu",
    "other_cultivated_mu",
    "other_mu",
    "township_code",
    "status",
    "shows",
)


def write_truth(folder: Path, land: Land, violations: Sequence[Violation]) -> None:
    """
    Write ``areas.csv`` (one row per violation) and ``cases.csv`` (one row per case).

    Parameters
    ----------
    folder
        Where the two files go.
    land
        The layers, with the approvals.
    violations
        The patches.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_rows(folder / "areas.csv", AREA_HEADERS, [_areas(land, violation) for violation in violations])
    cases: dict[str, list[Violation]] = {}
    for violation in violations:
        if violation.plan.severity is not None:
            cases.setdefault(violation.case_id, []).append(violation)
    write_rows(folder / "cases.csv", CASE_HEADERS, [_case(land, patches) for patches in cases.values()])


def write_rows(path: Path, headers: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """
    Write a CSV in UTF-8.

    Parameters
    ----------
    path
        The file.
    headers, rows
        Its content.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headers)
        writer.writerows(rows)


def _areas(land: Land, violation: Violation) -> tuple[object, ...]:
    shape = _plane(violation)
    areas = land.measure([shape], violation.found_on)
    return violation.violation_id, *(round(area, 6) for area in (sum(areas.values()), *areas.values()))


def _case(land: Land, patches: list[Violation]) -> tuple[object, ...]:
    """Measure the union of the patches; they were all found on one day."""
    shapes, plan, on = [_plane(patch) for patch in patches], patches[0].plan, patches[0].found_on
    areas = land.measure(shapes, on)
    townships = land.measure_by_township(shapes, on)
    counted = [round(m2_to_mu(areas[name]), 7) for name in ("basic_farmland", "other_cultivated", "other")]
    largest = max(townships, key=lambda code: townships[code])
    return patches[0].case_id, plan.severity, plan.decided_by or "", *counted, largest, plan.status, plan.shows


def _plane(violation: Violation) -> shapely.Geometry:
    return polygons_to_plane(violation.geometry, violation.crs)
