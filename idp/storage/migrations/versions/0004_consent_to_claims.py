"""Consents to claims that were asked for one by one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody was asked for a single claim yet."""
    op.add_column("consents", sa.Column("claims", sa.String, nullable=False, server_default=""))


def downgrade() -> None:
    """Remove the column."""
    op.drop_column("consents", "claims")
