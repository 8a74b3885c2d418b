"""Clients that hear of the end of a login session, and what is sent to them."""

import sqlalchemy as sa
from alembic import op

from idp.storage.schema import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "session_clients",
        sa.Column(
            "sid",
            sa.String(64),
            sa.ForeignKey("login_sessions.sid", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "client_id",
            sa.String(255),
            sa.ForeignKey("clients.client_id", ondelete="CASCADE"),
            primary_key=True,
            index=True,
        ),
    )
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("target", sa.String(255), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", Moment, index=True),
        sa.Column("last_error", sa.Text),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("give_up_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False, index=True),
    )


def downgrade() -> None:
    """Remove both tables."""
    op.drop_table("deliveries")
    op.drop_table("session_clients")
