"""
Geospatial enforcement and patrol analysis for the people who guard China's farmland.

The public names are loaded when they are first used: importing geoenforce does nothing, and costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    from geoenforce.core.space import area_m2, area_mu
    from geoenforce.core.terms import LandClass, LeadSource, Severity, Status
    from geoenforce.inputs.layers import (
        read_approvals,
        read_basic_farmland,
        read_parcels,
        read_townships,
        read_violations,
    )
    from geoenforce.inputs.read import read_layer
    from geoenforce.pipeline import run
    from geoenforce.rules.regulation import load_regulation
    from geoenforce.violations.cases import ground_of_cases, group_cases
    from geoenforce.violations.overlay import areas_by_land_class, cut_by_land_class
    from geoenforce.violations.pieces import pieces_by_parcel
    from geoenforce.violations.severity import compare, grade

_HOMES = {
    "core.errors": (
        "ConfigError", "CrsError", "FormatError", "GeoenforceError", "InputError", "RegulationError", "TableError",
    ),
    "core.gcj02": ("gcj02_to_wgs84", "wgs84_to_gcj02"),
    "core.space": ("area_m2", "area_mu"),
    "core.terms": ("LandClass", "LeadSource", "Severity", "Status"),
    "inputs.layers": ("read_approvals", "read_basic_farmland", "read_parcels", "read_townships", "read_violations"),
    "inputs.read": ("read_layer",),
    "pipeline": ("run",),
    "rules.regulation": ("load_regulation",),
    "violations.cases": ("ground_of_cases", "group_cases"),
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
    "compare",
    "cut_by_land_class",
    "gcj02_to_wgs84",
    "grade",
    "ground_of_cases",
    "group_cases",
    "load_regulation",
    "pieces_by_parcel",
    "read_approvals",
    "read_basic_farmland",
    "read_layer",
    "read_parcels",
    "read_townships",
    "read_violations",
    "run",
    "wgs84_to_gcj02",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        message = f"module 'geoenforce' has no attribute '{name}'"
        raise AttributeError(message)
    return getattr(import_module(f"geoenforce.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return __all__
