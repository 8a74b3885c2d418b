"""Sign-ins that take more than one step, and login sessions that a person wants to keep."""

import sqlalchemy as sa
from alembic import op

from idp.storage.schema import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; of the sessions that there are, none was asked to be kept."""
    op.create_table(
        "sign_ins",
        sa.Column("id_digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("browser_digest", sa.LargeBinary(32), nullable=False),
        sa.Column(
            "user_id",
            sa.String(64),
            sa.ForeignKey("users.user_id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("proofs", sa.JSON, nullable=False),
        sa.Column("interaction_digest", sa.LargeBinary(32)),
        sa.Column("task", sa.String(32)),
        sa.Column("is_kept", sa.Boolean, nullable=False),
        sa.Column("expires_at", Moment, nullable=False, index=True),
        sa.Column("spent_at", Moment),
    )
    op.add_column(
        "login_sessions",
        sa.Column("is_kept", sa.Boolean, nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Forget both."""
    op.drop_column("login_sessions", "is_kept")
    op.drop_table("sign_ins")
