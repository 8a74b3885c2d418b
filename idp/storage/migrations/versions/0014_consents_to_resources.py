"""Consents to APIs by name, and to what was asked in detail."""

import sqlalchemy as sa
from alembic import op

from idp.storage.schema import Words

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nobody was asked for either yet."""
    op.add_column("consents", sa.Column("resource", Words, nullable=False, server_default=""))
    op.add_column(
        "consents", sa.Column("authorization_details", sa.JSON, nullable=False, server_default="[]")
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_column("consents", "authorization_details")
    op.drop_column("consents", "resource")
