"""
The store's tables, made from the declarations in `core`: what a column is, is said once.

Beside the declared columns each row carries what makes history readable: the revision that brought it (`since`)
and the one that ended it (`until`, empty while it holds). Rows are never changed in place.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from geoalchemy2 import Geometry

from geoenforce.core.accountability_tables import ACCOUNTABILITY_TABLES
from geoenforce.core.patrol_tables import (  # fmt: skip
    COVERAGE,
    INTEGRITY,
    LEDGER,
    PATROL_DAYS,
    PATROL_RATES,
    RECONCILIATION,
    TRIP_PARTS,
    TRIPS,
    UNSEEN,
)
from geoenforce.core.persons import PERSONAL_COLUMNS
from geoenforce.core.rejects import REJECTS
from geoenforce.core.tables import (
    APPROVALS,
    AREAS,
    CASES,
    COMPARISONS,
    ISSUES_IN_BOTH_LANGUAGES,
    PARTIES,
    PIECES,
    TOWNSHIPS,
    VIOLATIONS,
    Column,
    Kind,
    Table,
)  # fmt: skip

#: The store keeps geometry as CGCS2000 longitude and latitude.
SRID = 4490

#: What the store keeps; land layers and fixes are too large for it and lie beside it as snapshots.
STORED: tuple[Table, ...] = (
    TOWNSHIPS, APPROVALS, VIOLATIONS, AREAS, PIECES, CASES, COMPARISONS, PARTIES,
    TRIPS, TRIP_PARTS, PATROL_DAYS, PATROL_RATES, COVERAGE, UNSEEN, LEDGER, RECONCILIATION, INTEGRITY,
    *ACCOUNTABILITY_TABLES, ISSUES_IN_BOTH_LANGUAGES, REJECTS,
)  # fmt: skip

# SQLite counts up only an INTEGER key, and GeoPackage does not know BIGINT; its INTEGER has 64 bits as well.
_WHOLE = sa.BigInteger().with_variant(sa.Integer, "geopackage", "sqlite")

#: A layer has one type of geometry, so that GIS programs show it as one; `is_multipart` tells what a row was.
_SHAPES = MappingProxyType({"polygon": "MULTIPOLYGON", "line": "MULTILINESTRING", "point": "MULTIPOINT"})

_KINDS: Mapping[Kind, Any] = MappingProxyType(
    {
        Kind.TEXT: sa.Text,
        Kind.NUMBER: sa.Double,
        Kind.AMOUNT: sa.Double,
        Kind.INTEGER: _WHOLE,
        Kind.FLAG: sa.Boolean,
        Kind.DATE: sa.Date,
        # A moment is kept as text, in UTC: SQLite has no zones, and both databases must give the same back.
        Kind.INSTANT: sa.Text,
    }
)


def metadata() -> sa.MetaData:
    """
    Describe every table of the store.

    Examples
    --------
    >>> sorted(column.name for column in metadata().tables["comparisons"].columns)[:4]
    ['area_mu', 'case_id', 'citation', 'holds']
    """
    described = sa.MetaData()
    for table in STORED:
        _stored_table(table, described)
    _book_keeping(described)
    return described


def sql_name(table: Table) -> str:
    """
    Return a table's name in the database.

    Examples
    --------
    >>> from geoenforce.core.tables import CASE_AREAS
    >>> sql_name(CASE_AREAS)
    'case_areas'
    """
    return table.name.replace(" ", "_")


def stored_by_name() -> Mapping[str, Table]:
    """
    Return the declared tables by their names in the database.

    Examples
    --------
    >>> stored_by_name()["cases"].index.name
    'case_id'
    """
    return {sql_name(table): table for table in STORED}


def versioned_names() -> list[str]:
    """
    List the tables whose rows begin and end with revisions, by their names in the database.

    Examples
    --------
    >>> versioned_names()[-1]
    'personal'
    """
    return [*stored_by_name(), "deliveries", "layouts", "snapshots", "personal"]


def public_columns(table: Table) -> list[Column]:
    """
    List the declared columns that name no persons, the index first.

    Examples
    --------
    >>> [column.name for column in public_columns(PARTIES)][:2]
    ['year', 'cases']
    """
    return [column for column in table if column.name not in PERSONAL_COLUMNS]


def _stored_table(table: Table, described: sa.MetaData) -> sa.Table:
    name = sql_name(table)
    return sa.Table(
        name,
        described,
        sa.Column("row_id", _WHOLE, primary_key=True, autoincrement=True),
        sa.Column("row_key", sa.Text, nullable=False),
        sa.Column("position", sa.Double, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        *(sa.Column(column.name, _KINDS[column.kind]) for column in public_columns(table)),
        *_geometry_columns(table),
        *_life(),
        sa.Index(f"ix_{name}_until", "until"),
        sa.Index(f"ix_{name}_since", "since"),
    )


def _geometry_columns(table: Table) -> list[sa.Column[Any]]:
    if not table.geometry:
        return []
    shape = Geometry(_SHAPES[table.geometry], srid=SRID)
    return [sa.Column("geometry", shape), sa.Column("is_multipart", sa.Boolean, nullable=False)]


def _book_keeping(described: sa.MetaData) -> None:
    """Describe the tables about the store itself."""
    sa.Table(
        "revisions",
        described,
        sa.Column("revision", _WHOLE, primary_key=True, autoincrement=False),
        *_texts("recorded_at", "kind", "detail", "content_sha256", "previous_sha256", "sha256"),
    )
    run = sa.Column("run", _WHOLE, primary_key=True, autoincrement=False)  # its revision
    sa.Table("runs", described, run, *_texts("started_at", "finished_at", "manifest", "files"))
    _kept(described, "deliveries", "delivery_id", *_texts("source", "kind", "sha256", "options", "counts"))
    _kept(
        described,
        "snapshots",
        "snapshot_id",
        *_texts("kind"),
        sa.Column("effective_from", sa.Date),
        *_texts("source", "source_sha256", "path", "sha256"),
        sa.Column("row_count", _WHOLE, nullable=False),
        *_texts("bounds"),
    )
    # columns: JSON, name and type of each, in order
    _kept(described, "layouts", "layout_id", *_texts("table_name", "source", "columns"))
    personal = _kept(
        described, "personal", "personal_id", *_texts("table_name", "source", "row_key", "column_name", "value")
    )
    sa.Index("ix_personal_row", personal.c.table_name, personal.c.row_key)


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _kept(described: sa.MetaData, name: str, key: str, *columns: sa.Column[Any]) -> sa.Table:
    """Describe a table whose rows begin and end with revisions."""
    return sa.Table(
        name,
        described,
        sa.Column(key, _WHOLE, primary_key=True, autoincrement=True),
        *columns,
        *_life(),
    )


def _life() -> list[sa.Column[Any]]:
    """Return the columns that say what a row was, and from which revision until which."""
    return [
        sa.Column("row_sha256", sa.Text, nullable=False),
        sa.Column("since", _WHOLE, nullable=False),
        sa.Column("until", _WHOLE),
    ]
