"""
Geospatial enforcement and patrol analysis for the people who guard China's farmland.

The public names are loaded when they are first used: importing geoenforce does nothing, and costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geoenforce.accountability.duties import duties
    from geoenforce.accountability.findings import findings
    from geoenforce.core.calendar import due_date, is_working_day, working_days
    from geoenforce.core.errors import (
        ConfigError,
        CrsError,
        FormatError,
        GeoenforceError,
        InputError,
        RegulationError,
        TableError,
    )
    from geoenforce.core.gcj02 import gcj02_to_wgs84, wgs84_to_gcj02
    from geoenforce.core.measures import area_m2, area_mu
    from geoenforce.core.terms import LandClass, LeadSource, Severity, Status
    from geoenforce.inputs.fixes import read_fixes
    from geoenforce.inputs.layers import (
        read_approvals,
        read_basic_farmland,
        read_parcels,
        read_townships,
        read_violations,
    )
    from geoenforce.inputs.read import read_layer
    from geoenforce.patrols.compliance import patrol_days
    from geoenforce.patrols.coverage import coverage
    from geoenforce.patrols.integrity import check_integrity
    from geoenforce.patrols.trips import split_trips
    from geoenforce.pipeline import run
    from geoenforce.rules.regulation import load_regulation
    from geoenforce.violations.cases import ground_of_cases, group_cases
    from geoenforce.violations.land_codes import areas_by_land_code
    from geoenforce.violations.overlay import areas_by_land_class, cut_by_land_class
    from geoenforce.violations.pieces import pieces_by_parcel
    from geoenforce.violations.severity import compare, grade

_HOMES = {
    "accountability.duties": ("duties",),
    "accountability.findings": ("findings",),
    "core.calendar": ("due_date", "is_working_day", "working_days"),
    "core.errors": (
        "ConfigError", "CrsError", "FormatError", "GeoenforceError", "InputError", "RegulationError", "TableError",
    ),
    "core.gcj02": ("gcj02_to_wgs84", "wgs84_to_gcj02"),
    "core.measures": ("area_m2", "area_mu"),
    "core.terms": ("LandClass", "LeadSource", "Severity", "Status"),
    "inputs.fixes": ("read_fixes",),
    "inputs.layers": ("read_approvals", "read_basic_farmland", "read_parcels", "read_townships", "read_violations"),
    "inputs.read": ("read_layer",),
    "patrols.compliance": ("patrol_days",),
    "patrols.coverage": ("coverage",),
    "patrols.integrity": ("check_integrity",),
    "patrols.trips": ("split_trips",),
    "pipeline": ("run",),
    "rules.regulation": ("load_regulation",),
    "violations.cases": ("ground_of_cases", "group_cases"),
    "violations.land_codes": ("areas_by_land_code",),
    "violations.overlay": ("areas_by_land_class", "cut_by_land_class"),
    "violations.pieces": ("pieces_by_parcel",),
    "violations.severity": ("compare", "grade"),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "ConfigError",
    "CrsError",
    "FormatError",
    "GeoenforceError",
    "InputError",
    "LandClass",
    "LeadSource",
    "RegulationError",
    "Severity",
    "Status",
    "TableError",
    "area_m2",
    "area_mu",
    "areas_by_land_class",
    "areas_by_land_code",
    "check_integrity",
    "compare",
    "coverage",
    "cut_by_land_class",
    "due_date",
    "duties",
    "findings",
    "gcj02_to_wgs84",
    "grade",
    "ground_of_cases",
    "group_cases",
    "is_working_day",
    "load_regulation",
    "patrol_days",
    "pieces_by_parcel",
    "read_approvals",
    "read_basic_farmland",
    "read_fixes",
    "read_layer",
    "read_parcels",
    "read_townships",
    "read_violations",
    "run",
    "split_trips",
    "wgs84_to_gcj02",
    "working_days",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        message = f"module 'geoenforce' has no attribute '{name}'"
        raise AttributeError(message)
    return getattr(import_module(f"geoenforce.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return __all__
