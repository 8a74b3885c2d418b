"""Proofs that somebody has read what was mailed to an address."""

import sqlalchemy as sa
from alembic import op

from idp.storage.schema import Digest, Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "mail_proofs",
        sa.Column("proof_id", sa.String(64), primary_key=True),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column(
            "user_id",
            sa.String(64),
            sa.ForeignKey("users.user_id", ondelete="CASCADE"),
            index=True,
        ),
        sa.Column("email", sa.String(320)),
        sa.Column("key_digest", Digest, nullable=False),
        sa.Column("flow_digest", Digest, nullable=False),
        sa.Column("browser_digest", Digest),
        sa.Column("code_digest", Digest),
        sa.Column("link_digest", Digest),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False, index=True),
        sa.Column("spent_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("data", sa.JSON, nullable=False),
        sa.UniqueConstraint("flow_digest"),
        sa.UniqueConstraint("link_digest"),
    )
    op.create_index("ix_mail_proofs_key_digest_purpose", "mail_proofs", ["key_digest", "purpose"])


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("mail_proofs")
