"""The details of issues in Chinese; those of earlier runs stay English."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; the hashes of rows without a value stay what they were."""
    op.add_column("issues", sa.Column("detail_zh", sa.Text))
