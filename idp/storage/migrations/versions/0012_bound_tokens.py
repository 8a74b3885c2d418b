"""Tokens that are bound to a key, for one resource, or for what was asked in detail."""

import sqlalchemy as sa
from alembic import op

from idp.storage.schema import Words

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ADDED = (
    ("authorization_codes", "dpop_jkt", sa.String(64)),
    ("refresh_tokens", "cnf", sa.JSON(none_as_null=True)),
    ("access_tokens", "cnf", sa.JSON(none_as_null=True)),
    ("access_tokens", "authorization_details", sa.JSON(none_as_null=True)),
    ("access_tokens", "act", sa.JSON(none_as_null=True)),
    ("grants", "resource", Words),
    ("grants", "authorization_details", sa.JSON(none_as_null=True)),
)


def upgrade() -> None:
    """Add the columns: what was issued before is not bound to anything."""
    for table, name, type_ in ADDED:
        op.add_column(table, sa.Column(name, type_))


def downgrade() -> None:
    """Remove them."""
    for table, name, _ in reversed(ADDED):
        op.drop_column(table, name)
