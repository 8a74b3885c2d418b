"""JWT ids that were presented: each is good for one use."""

from datetime import datetime

from sqlalchemy import Column, Table

from idp.secret import digest
from idp.storage.operations import inserting_unless_exists
from idp.storage.schema import SHORT_ROWS, Digest, Moment, metadata

used_jtis = Table(
    "used_jtis",
    metadata,
    Column("jti_digest", Digest, primary_key=True),
    Column("expires_at", Moment, nullable=False, index=True),
    **SHORT_ROWS,
)

_SPEND = inserting_unless_exists(used_jtis)


def spend_jti(issuer: str, jti: str, expires_at: datetime) -> bool:
    """Use an issuer's jti; tell whether this is its first use (RFC 7523 §3, item 7)."""
    # The length keeps ("a", "b c") apart from ("a b", "c").
    jti_digest = digest(f"{len(issuer)} {issuer} {jti}")
    return _SPEND.now(jti_digest=jti_digest, expires_at=expires_at) == 1
