"""Claims about a person, how well they were authenticated, and which claims were asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nobody has any of it yet."""
    op.add_column("users", sa.Column("claims", sa.JSON))
    op.add_column("grants", sa.Column("acr", sa.String(255)))
    op.add_column("grants", sa.Column("claims", sa.JSON))


def downgrade() -> None:
    """Remove the columns."""
    op.drop_column("grants", "claims")
    op.drop_column("grants", "acr")
    op.drop_column("users", "claims")
