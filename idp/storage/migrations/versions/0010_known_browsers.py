"""The browsers in which people have signed in before."""

import sqlalchemy as sa
from alembic import op

from idp.storage.schema import Digest, Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table: nobody is told of the first browser that is noted."""
    op.create_table(
        "known_browsers",
        sa.Column("key_digest", Digest, primary_key=True),
        sa.Column(
            "user_id",
            sa.String(64),
            sa.ForeignKey("users.user_id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("expires_at", Moment, nullable=False, index=True),
    )


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("known_browsers")
