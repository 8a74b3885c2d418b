"""Consents that end by themselves."""

import sqlalchemy as sa
from alembic import op

from idp.storage.schema import Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the end: what was allowed before lasts until it is taken back."""
    op.add_column("consents", sa.Column("expires_at", Moment))
    op.create_index("ix_consents_expires_at", "consents", ["expires_at"])


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_consents_expires_at", "consents")
    op.drop_column("consents", "expires_at")
