"""Codes without which nobody may be asked from elsewhere (CIBA Core §7.1)."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column: nobody has such a code yet."""
    op.add_column("users", sa.Column("user_code_hash", sa.String(255)))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("users", "user_code_hash")
