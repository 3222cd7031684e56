"""
The store's first tables.

Written out in full, and never changed once released: a store of this version must stay readable whatever the
declarations in `core` become.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0001"
down_revision = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer, "geopackage", "sqlite")
_TYPES: dict[str, Any] = {
    "text": sa.Text, "double": sa.Double, "integer": _WHOLE, "flag": sa.Boolean, "date": sa.Date,
}  # fmt: skip

_SHAPES = {
    "townships": "MULTIPOLYGON",
    "approvals": "MULTIPOLYGON",
    "violations": "MULTIPOLYGON",
    "pieces": "MULTIPOLYGON",
    "trips": "MULTILINESTRING",
    "unseen": "MULTIPOLYGON",
    "new_construction": "MULTIPOLYGON",
}

_TABLES = {
    "townships": "township_code:text township_name:text county_code:text source_file:text row:integer",
    "approvals": "approval_id:text approved_on:date expires_on:date source_file:text row:integer",
    "violations": (
        "violation_id:text case_id:text found_on:date status:text lead_source:text is_dealt_with:flag "
        "source_file:text row:integer"
    ),
    "areas": (
        "violation_id:text area_m2:double approved_mu:double basic_farmland_mu:double "
        "other_cultivated_mu:double other_mu:double approved_m2:double basic_farmland_m2:double "
        "other_cultivated_m2:double other_m2:double approved_afterwards_mu:double case_id:text status:text "
        "found_on:date"
    ),
    "pieces": (
        "violation_id:text land_class:text parcel_id:text land_code:text land_name:text township_code:text "
        "area_m2:double area_mu:double ridge_coefficient:double net_area_m2:double"
    ),
    "cases": (
        "case_id:text township_code:text township_name:text year:integer status:text severity:text "
        "decided_by:text near_threshold:flag may_change_grade:flag boundary_error_mu:double area_m2:double "
        "approved_mu:double basic_farmland_mu:double other_cultivated_mu:double other_mu:double "
        "violations:integer found_on:date township_shares:text"
    ),
    "comparisons": (
        "case_id:text land_class:text severity:text area_mu:double operator:text limit_mu:double "
        "margin_mu:double holds:flag citation:text"
    ),
    "parties": (
        "year:integer cases:integer case_ids:text basic_farmland_mu:double other_cultivated_mu:double "
        "other_mu:double severity:text"
    ),
    "trips": (
        "trip_id:text patrol_unit:text device_id:text on:date started_at:text ended_at:text "
        "duration_min:double moving_min:double length_m:double stops:integer fixes:integer "
        "fixes_flagged:integer median_interval_s:double township_shares:text township_code:text "
        "inside_m:double inside_min:double"
    ),
    "trip_parts": "trip_id:text township_code:text length_m:double duration_min:double",
    "patrol_days": (
        "office:text level:text on:date trips:integer first_start_at:text last_end_at:text length_m:double "
        "duration_min:double is_compliant:flag is_excused:flag reason:text excuse:text"
    ),
    "patrol_rates": (
        "office:text level:text period:text working_days:integer excused_days:integer compliant_days:integer "
        "rate:double longest_kept:integer longest_missed:integer"
    ),
    "coverage": (
        "township_code:text period_from:date period_to:date land:text ground_m2:double seen_m2:double "
        "seen_share:double effort_m2:double"
    ),
    "unseen": "parcel_id:text township_code:text last_seen_on:date days_unseen:integer area_mu:double row:integer",
    "ledger": (
        "entry_id:text on:date patrol_unit:text started_at:text ended_at:text area:text "
        "violations_noted:integer longitude:double latitude:double notes:text source_file:text row:integer"
    ),
    "reconciliation": "on:date patrol_unit:text entry_id:text trip_id:text result:text detail:text",
    "integrity": (
        "trip_id:text patrol_unit:text device_id:text flag:text measured:double limit:double unit:text "
        "detail:text other_trip_id:text"
    ),
    "case_events": (
        "case_id:text event:text on:date at:text office:text period:text note:text source_file:text row:integer"
    ),
    "measures": (
        "measure_id:text office:text level:text measure:text on:date regulation:text article:text "
        "correct_by:date corrected_on:date case_ids:text note:text source_file:text row:integer"
    ),
    "declarations": (
        "declaration_id:text office:text level:text fact:text on:date recorded_on:date case_id:text note:text "
        "source_file:text row:integer"
    ),
    "departments": "office:text office_name:text kind:text unit_code:text source_file:text row:integer",
    "new_construction": "project_id:text taken_on:date source_file:text row:integer",
    "cultivated_taken": "office:text year:integer cultivated_mu:double source_file:text row:integer",
    "deductions": (
        "deduction_id:text office:text year:integer illegal_mu:double taken_mu:double on:date reason:text "
        "document:text source_file:text row:integer"
    ),
    "duties": (
        "regulation:text duty:text citation:text case_id:text office:text office_name:text actor:text "
        "from_event:text from_on:date do_event:text due_on:date done_on:date status:text days_left:integer "
        "days_over:integer waited:text reason:text"
    ),
    "facts": (
        "regulation:text office:text office_name:text level:text year:integer fact:text value:double "
        "unit:text evidence:text detail:text"
    ),
    "findings": (
        "finding_id:text office:text office_name:text level:text year:integer regulation:text rule:text "
        "article:text item:text citation:text measure:text or_measures:text and_measures:text if_grave:text "
        "roles:text because:text"
    ),
    "warnings": (
        "office:text office_name:text level:text year:integer regulation:text rule:text citation:text "
        "measure:text fact:text value:double operator:text limit:double unit:text to_go:double "
        "to_go_unit:text is_close:flag"
    ),
    "indicators": (
        "regulation:text office:text office_name:text level:text year:integer month:integer indicator:text "
        "citation:text numerator:double denominator:double unit:text value:double rank:integer detail:text"
    ),
    "issues": "file:text layer:text row:integer feature:text problem:text detail:text action:text",
}


def upgrade() -> None:
    """Make the tables."""
    for name, columns in _TABLES.items():
        op.create_table(
            name,
            sa.Column("row_id", _WHOLE, primary_key=True, autoincrement=True),
            sa.Column("row_key", sa.Text, nullable=False),
            sa.Column("position", sa.Double, nullable=False),
            sa.Column("source", sa.Text, nullable=False),
            *_columns(columns),
            *_geometry(name),
            sa.Column("row_sha256", sa.Text, nullable=False),
            *_span(),
        )
        for column in ("since", "until"):
            op.create_index(f"ix_{name}_{column}", name, [column])
    _book_keeping()


def _columns(text: str) -> list[Any]:
    pairs = (part.split(":") for part in text.split())
    return [sa.Column(name, _TYPES[kind]) for name, kind in pairs]


def _geometry(name: str) -> list[Any]:
    if name not in _SHAPES:
        return []
    return [
        sa.Column("geometry", Geometry(_SHAPES[name], srid=4490)),
        sa.Column("is_multipart", sa.Boolean, nullable=False),
    ]


def _needed(*names: str) -> list[Any]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _span() -> list[Any]:
    return [sa.Column("since", _WHOLE, nullable=False), sa.Column("until", _WHOLE)]


def _counted(name: str) -> Any:
    return sa.Column(name, _WHOLE, primary_key=True, autoincrement=True)


def _book_keeping() -> None:
    revision_id = sa.Column("revision", _WHOLE, primary_key=True, autoincrement=False)
    link = ("recorded_at", "kind", "detail", "content_sha256", "previous_sha256", "sha256")
    op.create_table("revisions", revision_id, *_needed(*link))
    run = sa.Column("run", _WHOLE, primary_key=True, autoincrement=False)
    op.create_table("runs", run, *_needed("started_at", "finished_at", "manifest", "files"))
    texts = ("source", "kind", "sha256", "options", "counts", "row_sha256")
    op.create_table("deliveries", _counted("delivery_id"), *_needed(*texts), *_span())
    op.create_table(
        "snapshots",
        _counted("snapshot_id"),
        *_needed("kind"),
        sa.Column("effective_from", sa.Date),
        *_needed("source", "source_sha256", "path", "sha256"),
        sa.Column("row_count", _WHOLE, nullable=False),
        *_needed("bounds", "row_sha256"),
        *_span(),
    )
    op.create_table(
        "layouts", _counted("layout_id"), *_needed("table_name", "source", "columns", "row_sha256"), *_span()
    )
    persons = ("table_name", "source", "row_key", "column_name", "value", "row_sha256")
    op.create_table("personal", _counted("personal_id"), *_needed(*persons), *_span())
    op.create_index("ix_personal_row", "personal", ["table_name", "row_key"])
