"""Clients that register themselves, and the tokens that let them."""

import sqlalchemy as sa
from alembic import op

from idp.storage.schema import Digest, Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the others of the clients, which an operator registered, do not have."""
    op.add_column("clients", sa.Column("registration_token_digest", Digest))
    op.add_column("clients", sa.Column("used_at", Moment))
    op.create_index("ix_clients_used_at", "clients", ["used_at"])
    op.create_table(
        "initial_access_tokens",
        sa.Column("token_id", sa.String(64), primary_key=True),
        sa.Column("token_digest", Digest, nullable=False, unique=True),
        sa.Column("uses_left", sa.Integer, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False, index=True),
    )


def downgrade() -> None:
    """Forget who registered itself."""
    op.drop_table("initial_access_tokens")
    op.drop_index("ix_clients_used_at", "clients")
    op.drop_column("clients", "used_at")
    op.drop_column("clients", "registration_token_digest")
