"""Requests that their person decides on another device, while the client polls (RFC 8628, CIBA)."""

import sqlalchemy as sa
from alembic import op

from idp.storage.schema import Digest, Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and let an interaction be about one of its rows."""
    op.create_table(
        "polled_requests",
        sa.Column("code_digest", Digest, primary_key=True),
        sa.Column("grant_type", sa.String(64), nullable=False),
        sa.Column(
            "client_id",
            sa.String(255),
            sa.ForeignKey("clients.client_id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("user_code", sa.String(16), unique=True),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("browser", sa.String(32)),
        sa.Column("system", sa.String(32)),
        sa.Column("network", sa.String(64)),
        sa.Column("interval", sa.Integer, nullable=False),
        sa.Column("next_poll_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False, index=True),
        sa.Column(
            "user_id",
            sa.String(64),
            sa.ForeignKey("users.user_id", ondelete="CASCADE"),
            index=True,
        ),
        sa.Column("binding_message", sa.String(255)),
        sa.Column("sealed_notification", sa.Text),
        sa.Column("grant_id", sa.String(64)),
        sa.Column("denied_at", Moment),
        sa.Column("redeemed_at", Moment),
    )
    op.add_column("interactions", sa.Column("polled_digest", Digest))


def downgrade() -> None:
    """Remove both."""
    op.drop_column("interactions", "polled_digest")
    op.drop_table("polled_requests")
