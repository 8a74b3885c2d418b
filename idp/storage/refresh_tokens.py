"""Refresh tokens: each has at most one successor (RFC 9700 §4.14)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, String, Table, bindparam, update

from idp import clock
from idp.storage.grants import Grant, grants
from idp.storage.operations import Change
from idp.storage.schema import SHORT_ROWS, Digest, Moment, metadata
from idp.storage.statements import add_row_later, find_one
from idp.storage.together import together
from idp.storage.users import User, users

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_digest", Digest, primary_key=True),
    Column("grant_id", String(64), nullable=False),
    Column("client_id", String(255), nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("rotated_at", Moment),
    Column("successor_digest", Digest),
    # The successor, encrypted under a key derived from this token: only who has this token
    # can read it, so the database alone gives no token away.
    Column("sealed_successor", LargeBinary),
    Column("cnf", JSON(none_as_null=True)),
    **SHORT_ROWS,
)

_ROTATE = Change(
    update(refresh_tokens)
    .where(
        refresh_tokens.c.token_digest == bindparam("digest"), refresh_tokens.c.rotated_at.is_(None)
    )
    .values(
        rotated_at=bindparam("now"),
        successor_digest=bindparam("successor"),
        sealed_successor=bindparam("sealed"),
    )
)
_KEEP = Change(
    update(refresh_tokens)
    .where(
        refresh_tokens.c.token_digest == bindparam("digest"), refresh_tokens.c.rotated_at.is_(None)
    )
    .values(expires_at=bindparam("end"))
)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token; `expires_at` moves on with each rotation, up to the end of its grant.

    `cnf` says what a public client must prove with it (RFC 9449 §5, RFC 8705 §4).
    """

    token_digest: bytes
    grant_id: str
    client_id: str
    issued_at: datetime
    expires_at: datetime
    rotated_at: datetime | None = None
    successor_digest: bytes | None = None
    sealed_successor: bytes | None = None
    cnf: dict[str, Any] | None = None


_FIND_WITH_GRANT = together(
    refresh_tokens.c.token_digest == bindparam("digest"),
    (RefreshToken, refresh_tokens),
    (Grant, grants),
    (User, users),
)


def add_refresh_token(token: RefreshToken) -> None:
    """Add a refresh token."""
    add_row_later(refresh_tokens, token)


def find_refresh_token_and_grant(
    token_digest: bytes,
) -> tuple[RefreshToken, Grant, User] | None:
    """Find a refresh token, rotated or not, with its grant and who gave that."""
    found: tuple[RefreshToken, Grant, User] | None = _FIND_WITH_GRANT.one(digest=token_digest)
    return found


def find_refresh_token(token_digest: bytes) -> RefreshToken | None:
    """Find a refresh token, rotated or not."""
    return find_one(RefreshToken, refresh_tokens, token_digest=token_digest)


def rotate_refresh_token(token_digest: bytes, successor: RefreshToken, sealed: bytes) -> bool:
    """Replace a token by its successor; tell whether this request was the first to do so."""
    won = _ROTATE.now(
        digest=token_digest,
        now=clock.now(),
        successor=successor.token_digest,
        sealed=sealed,
    )
    if won:
        add_refresh_token(successor)
    return won == 1


def keep_refresh_token(token_digest: bytes, end: datetime) -> bool:
    """Let a token live on until that moment; tell whether it was not replaced."""
    return _KEEP.now(digest=token_digest, end=end) == 1
