"""The details of issues in Chinese, and how many cases of a warning can still be stopped; earlier runs have neither."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_WHOLE = sa.BigInteger().with_variant(sa.Integer, "geopackage", "sqlite")


def upgrade() -> None:
    """Add the columns; the hashes of rows without a value stay what they were."""
    op.add_column("issues", sa.Column("detail_zh", sa.Text))
    op.add_column("warnings", sa.Column("time_runs", _WHOLE))
