"""Pairwise subjects: a key for each sector, and which one a client has."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the keys; the clients that there are see public subjects."""
    op.create_table(
        "sectors",
        sa.Column("sector_identifier", sa.String(255), primary_key=True),
        sa.Column("sector_key", sa.LargeBinary(32), nullable=False),
    )
    op.add_column("clients", sa.Column("sector_key", sa.LargeBinary(32)))


def downgrade() -> None:
    """Forget the keys: no pairwise subject can be found again."""
    op.drop_column("clients", "sector_key")
    op.drop_table("sectors")
