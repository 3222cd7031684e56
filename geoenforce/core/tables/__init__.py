"""
Every table's columns: meaning, unit, Chinese and English label; and `check` for each door.

The stages of geoenforce meet only in these tables. A column is declared here once; the data
dictionary, the headers of spreadsheets and the store's schema are made from it. Patrols and
accountability have modules of their own: `core.patrol_tables`, `core.accountability_tables`.
"""

from geoenforce.core.tables.cases import CASE_AREAS, CASES, COMPARISONS, PARTIES
from geoenforce.core.tables.checking import check
from geoenforce.core.tables.columns import Column, Kind, Table, empty
from geoenforce.core.tables.issues import DETAIL_ZH, ISSUES, ISSUES_IN_BOTH_LANGUAGES, issue, issues_table
from geoenforce.core.tables.land import APPROVALS, LAND, TOWNSHIPS
from geoenforce.core.tables.violations import AREAS, LAND_CODE_AREAS, PIECES, VIOLATIONS

#: Every table of this folder but CASE_AREAS, in the order of the data dictionary.
TABLES = (
    TOWNSHIPS, LAND, APPROVALS, VIOLATIONS, AREAS, PIECES, LAND_CODE_AREAS, CASES, COMPARISONS, PARTIES, ISSUES,
)  # fmt: skip

__all__ = [
    "APPROVALS",
    "AREAS",
    "CASES",
    "CASE_AREAS",
    "COMPARISONS",
    "DETAIL_ZH",
    "ISSUES",
    "ISSUES_IN_BOTH_LANGUAGES",
    "LAND",
    "LAND_CODE_AREAS",
    "PARTIES",
    "PIECES",
    "TABLES",
    "TOWNSHIPS",
    "VIOLATIONS",
    "Column",
    "Kind",
    "Table",
    "check",
    "empty",
    "issue",
    "issues_table",
]
