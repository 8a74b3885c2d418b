"""Opaque access tokens, and the JWT access tokens that were revoked before they expired."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, String, Table, bindparam, select, update

from idp import clock
from idp.storage.operations import Query, inserting_unless_exists
from idp.storage.schema import SHORT_ROWS, Digest, Moment, Words, metadata
from idp.storage.statements import add_row_later, changed, find_one
from idp.storage.transaction import db

# Neither a foreign key nor an index leads from a token to its grant: they would take a third of its
# insert. Without its grant a token is no good, and it goes when it expires.
access_tokens = Table(
    "access_tokens",
    metadata,
    Column("token_digest", Digest, primary_key=True),
    Column("grant_id", String(64)),
    Column("client_id", String(255), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("scope", Words, nullable=False),
    Column("audience", Words, nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("revoked_at", Moment),
    Column("cnf", JSON(none_as_null=True)),
    Column("authorization_details", JSON(none_as_null=True)),
    Column("act", JSON(none_as_null=True)),
    Column("parents", JSON(none_as_null=True)),
    **SHORT_ROWS,
)

revoked_jtis = Table(
    "revoked_jtis",
    metadata,
    Column("jti", String(64), primary_key=True),
    Column("expires_at", Moment, nullable=False, index=True),
    **SHORT_ROWS,
)

_FIND_REVOKED = Query(str, select(revoked_jtis.c.jti).where(revoked_jtis.c.jti == bindparam("jti")))
_REVOKE = inserting_unless_exists(revoked_jtis)


@dataclass(frozen=True, slots=True)
class OpaqueAccessToken:
    """What an opaque access token stands for; without a grant, it is the client's own."""

    token_digest: bytes
    grant_id: str | None
    client_id: str
    subject: str
    scope: frozenset[str]
    audience: frozenset[str]
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    cnf: dict[str, Any] | None = None
    authorization_details: list[dict[str, Any]] | None = None
    act: dict[str, Any] | None = None
    parents: list[str] | None = None


def add_access_token(token: OpaqueAccessToken) -> None:
    """Add an opaque access token."""
    add_row_later(access_tokens, token)


def find_access_token(token_digest: bytes) -> OpaqueAccessToken | None:
    """Find an opaque access token."""
    return find_one(OpaqueAccessToken, access_tokens, token_digest=token_digest)


def revoke_access_token(token_digest: bytes) -> bool:
    """Revoke an opaque access token; tell whether it was live."""
    match = (access_tokens.c.token_digest == token_digest, access_tokens.c.revoked_at.is_(None))
    return changed(update(access_tokens).where(*match).values(revoked_at=clock.now()))


def revoke_jti(jti: str, expires_at: datetime) -> bool:
    """List an access token as revoked until it would have expired; tell whether it was not.

    A JWT is listed by its jti, an opaque one by its digest in hexadecimal, for those that it was
    exchanged for.
    """
    return _REVOKE.now(jti=jti, expires_at=expires_at) == 1


def is_jti_revoked(jti: str) -> bool:
    """Tell whether an access token is listed as revoked."""
    return _FIND_REVOKED.one(jti=jti) is not None


def is_any_revoked(names: Collection[str]) -> bool:
    """Tell whether one of several access tokens is listed as revoked."""
    listed = select(revoked_jtis.c.jti).where(revoked_jtis.c.jti.in_(names)).limit(1)
    return db().scalar(listed) is not None
