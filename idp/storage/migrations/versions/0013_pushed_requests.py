"""Authorization requests that clients push, and which of them a sign-in came by."""

import sqlalchemy as sa
from alembic import op

from idp.storage.schema import Digest, Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and the column: no sign-in that waits came by a pushed request."""
    op.create_table(
        "pushed_requests",
        sa.Column("id_digest", Digest, primary_key=True),
        sa.Column(
            "client_id",
            sa.String(255),
            sa.ForeignKey("clients.client_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("usable_until", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False, index=True),
    )
    op.add_column("interactions", sa.Column("pushed_digest", Digest))


def downgrade() -> None:
    """Remove both."""
    op.drop_column("interactions", "pushed_digest")
    op.drop_table("pushed_requests")
