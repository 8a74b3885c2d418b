"""What the account pages show: where somebody is signed in, when apps were used, a picture."""

import sqlalchemy as sa
from alembic import op

from idp.storage.schema import Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BY_TIME = "ix_audit_events_user_id_occurred_at"
BY_NUMBER = "ix_audit_events_user_id_number"


def upgrade() -> None:
    """Add the columns, of which nothing is known so far, and page through events by number."""
    op.add_column("login_sessions", sa.Column("browser", sa.String(32)))
    op.add_column("login_sessions", sa.Column("system", sa.String(32)))
    op.add_column("login_sessions", sa.Column("network", sa.String(64)))
    op.add_column("consents", sa.Column("used_at", Moment))
    op.add_column("grants", sa.Column("used_at", Moment))
    op.drop_index(BY_TIME, "audit_events")
    op.create_index(BY_NUMBER, "audit_events", ["user_id", "number"])
    op.create_table(
        "pictures",
        sa.Column(
            "user_id",
            sa.String(64),
            sa.ForeignKey("users.user_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("picture_id", sa.String(64), nullable=False, unique=True),
        sa.Column("media_type", sa.String(32), nullable=False),
        sa.Column("image", sa.LargeBinary, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
    )


def downgrade() -> None:
    """Forget all of it."""
    op.drop_table("pictures")
    op.drop_index(BY_NUMBER, "audit_events")
    op.create_index(BY_TIME, "audit_events", ["user_id", "occurred_at"])
    op.drop_column("grants", "used_at")
    op.drop_column("consents", "used_at")
    op.drop_column("login_sessions", "network")
    op.drop_column("login_sessions", "system")
    op.drop_column("login_sessions", "browser")
