"""The tables of accountability: what is handed in (events, measures, declarations …) and what is found out."""

from geoenforce.core.accountability_tables.found_out import DUTIES, FACTS, FINDINGS, INDICATORS, WARNINGS, WOULD_FOLLOW
from geoenforce.core.accountability_tables.handed_in import (
    CASE_EVENTS,
    CULTIVATED_TAKEN,
    DECLARATIONS,
    DEDUCTIONS,
    DEPARTMENTS,
    MEASURES,
    NEW_CONSTRUCTION,
)

#: The tables of accountability, for the data dictionary.
ACCOUNTABILITY_TABLES = (
    CASE_EVENTS, MEASURES, DECLARATIONS, DEPARTMENTS, NEW_CONSTRUCTION, CULTIVATED_TAKEN, DEDUCTIONS,
    DUTIES, FACTS, FINDINGS, WARNINGS, INDICATORS,
)  # fmt: skip

__all__ = [
    "ACCOUNTABILITY_TABLES",
    "CASE_EVENTS",
    "CULTIVATED_TAKEN",
    "DECLARATIONS",
    "DEDUCTIONS",
    "DEPARTMENTS",
    "DUTIES",
    "FACTS",
    "FINDINGS",
    "INDICATORS",
    "MEASURES",
    "NEW_CONSTRUCTION",
    "WARNINGS",
    "WOULD_FOLLOW",
]
