"""Rejected features: until now they were in the run's own rejects.gpkg and in no other place."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_WHOLE = sa.BigInteger().with_variant(sa.Integer, "geopackage", "sqlite")


def upgrade() -> None:
    """Make their table; runs of before have none."""
    op.create_table(
        "rejects",
        sa.Column("row_id", _WHOLE, primary_key=True, autoincrement=True),
        sa.Column("row_key", sa.Text, nullable=False),
        sa.Column("position", sa.Double, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("file", "layer")),
        sa.Column("row", _WHOLE),
        *(sa.Column(name, sa.Text) for name in ("feature", "problem", "detail", "shape")),
        sa.Column("row_sha256", sa.Text, nullable=False),
        sa.Column("since", _WHOLE, nullable=False),
        sa.Column("until", _WHOLE),
    )
    for column in ("since", "until"):
        op.create_index(f"ix_rejects_{column}", "rejects", [column])
