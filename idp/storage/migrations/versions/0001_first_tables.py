"""The first tables."""

import sqlalchemy as sa
from alembic import op

from idp.storage.schema import SHORT_ROWS, Digest, Moment, Words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "attempts",
    "audit_events",
    "clients",
    "one_time_tokens",
    "revoked_jtis",
    "signing_keys",
    "used_jtis",
    "users",
    "consents",
    "credentials",
    "grants",
    "interactions",
    "login_sessions",
    "access_tokens",
    "authorization_codes",
    "refresh_tokens",
)


def upgrade() -> None:
    """Make all tables; constraints and indexes are named by the convention of schema.py."""
    op.create_table(
        "attempts",
        sa.Column("key_digest", Digest, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("expires_at", Moment, nullable=False, index=True),
        **SHORT_ROWS,
    )
    op.create_table(
        "audit_events",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("occurred_at", Moment, nullable=False, index=True),
        sa.Column("request_id", sa.String(64)),
        sa.Column("address", sa.String(64)),
        sa.Column("user_id", sa.String(64)),
        sa.Column("client_id", sa.String(255)),
        sa.Column("sid", sa.String(64)),
        sa.Column("grant_id", sa.String(64)),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Index(None, "user_id", "occurred_at"),
    )
    op.create_table(
        "clients",
        sa.Column("client_id", sa.String(255), primary_key=True),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.Column("secret_digest", Digest),
        sa.Column("old_secret_digest", Digest),
        sa.Column("old_secret_expires_at", Moment),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Column("disabled_at", Moment),
    )
    op.create_table(
        "one_time_tokens",
        sa.Column("token_digest", Digest, primary_key=True),
        sa.Column("purpose", sa.String(32), nullable=False, index=True),
        sa.Column("expires_at", Moment, nullable=False, index=True),
        sa.Column("spent_at", Moment),
    )
    op.create_table(
        "revoked_jtis",
        sa.Column("jti", sa.String(64), primary_key=True),
        sa.Column("expires_at", Moment, nullable=False, index=True),
        **SHORT_ROWS,
    )
    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.String(64), primary_key=True),
        sa.Column("algorithm", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("public_jwk", sa.JSON, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("activated_at", Moment),
        sa.Column("retired_at", Moment),
        sa.Column("expires_at", Moment),
    )
    op.create_table(
        "used_jtis",
        sa.Column("jti_digest", Digest, primary_key=True),
        sa.Column("expires_at", Moment, nullable=False, index=True),
        **SHORT_ROWS,
    )
    op.create_table(
        "users",
        sa.Column("user_id", sa.String(64), primary_key=True),
        sa.Column("username", sa.String(255), nullable=False),
        sa.Column("username_key", sa.String(255), nullable=False, unique=True),
        sa.Column("email", sa.String(320)),
        sa.Column("email_key", sa.String(320), unique=True),
        sa.Column("email_verified", sa.Boolean, nullable=False),
        sa.Column("name", sa.String(255)),
        sa.Column("is_admin", sa.Boolean, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Column("disabled_at", Moment),
    )
    op.create_table(
        "consents",
        sa.Column(
            "user_id",
            sa.String(64),
            sa.ForeignKey("users.user_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "client_id",
            sa.String(255),
            sa.ForeignKey("clients.client_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("scope", Words, nullable=False),
        sa.Column("granted_at", Moment, nullable=False),
    )
    op.create_table(
        "credentials",
        sa.Column("credential_id", sa.String(64), primary_key=True),
        sa.Column(
            "user_id",
            sa.String(64),
            sa.ForeignKey("users.user_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("external_id", sa.String(255), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.UniqueConstraint("type", "external_id"),
        sa.Index(None, "user_id", "type"),
    )
    op.create_table(
        "grants",
        sa.Column("grant_id", sa.String(64), primary_key=True),
        sa.Column(
            "client_id",
            sa.String(255),
            sa.ForeignKey("clients.client_id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column(
            "user_id",
            sa.String(64),
            sa.ForeignKey("users.user_id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("sid", sa.String(64)),
        sa.Column("scope", Words, nullable=False),
        sa.Column("auth_time", Moment, nullable=False),
        sa.Column("amr", sa.JSON, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False, index=True),
        sa.Column("revoked_at", Moment),
        **SHORT_ROWS,
    )
    op.create_table(
        "interactions",
        sa.Column("id_digest", Digest, primary_key=True),
        sa.Column(
            "client_id",
            sa.String(255),
            sa.ForeignKey("clients.client_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("browser_digest", Digest, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False, index=True),
        sa.Column("authenticated_sid", sa.String(64)),
        sa.Column("selected_sid", sa.String(64)),
        sa.Column("consented_user_id", sa.String(64)),
        sa.Column("is_denied", sa.Boolean, nullable=False),
    )
    op.create_table(
        "login_sessions",
        sa.Column("id_digest", Digest, primary_key=True),
        sa.Column("sid", sa.String(64), nullable=False, unique=True),
        sa.Column(
            "user_id",
            sa.String(64),
            sa.ForeignKey("users.user_id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("amr", sa.JSON, nullable=False),
        sa.Column("auth_time", Moment, nullable=False),
        sa.Column("last_seen_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False, index=True),
        sa.Column("ended_at", Moment),
        **SHORT_ROWS,
    )
    op.create_table(
        "access_tokens",
        sa.Column("token_digest", Digest, primary_key=True),
        sa.Column("grant_id", sa.String(64)),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("scope", Words, nullable=False),
        sa.Column("audience", Words, nullable=False),
        sa.Column("issued_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False, index=True),
        sa.Column("revoked_at", Moment),
        **SHORT_ROWS,
    )
    op.create_table(
        "authorization_codes",
        sa.Column("code_digest", Digest, primary_key=True),
        sa.Column("grant_id", sa.String(64), nullable=False),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("redirect_uri", sa.Text),
        sa.Column("code_challenge", sa.String(128)),
        sa.Column("nonce", sa.Text),
        sa.Column("expires_at", Moment, nullable=False, index=True),
        sa.Column("redeemed_at", Moment),
        sa.Column("failures", sa.Integer, nullable=False),
        **SHORT_ROWS,
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("token_digest", Digest, primary_key=True),
        sa.Column("grant_id", sa.String(64), nullable=False),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("issued_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False, index=True),
        sa.Column("rotated_at", Moment),
        sa.Column("successor_digest", Digest),
        sa.Column("sealed_successor", sa.LargeBinary),
        **SHORT_ROWS,
    )


def downgrade() -> None:
    """Remove all tables, those that refer to others first."""
    for table in reversed(TABLES):
        op.drop_table(table)
