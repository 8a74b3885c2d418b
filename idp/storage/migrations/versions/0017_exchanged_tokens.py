"""Access tokens that do not outlive those that they were exchanged for."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column: what was issued before came of no other token."""
    op.add_column("access_tokens", sa.Column("parents", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("access_tokens", "parents")
