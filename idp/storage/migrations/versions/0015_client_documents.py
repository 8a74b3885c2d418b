"""Clients that are described by a document at their client_id."""

import sqlalchemy as sa
from alembic import op

from idp.storage.schema import Moment

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add until when such a document counts: no client has had one."""
    op.add_column("clients", sa.Column("document_expires_at", Moment))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("clients", "document_expires_at")
