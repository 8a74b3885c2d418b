"""Authorization codes: each is redeemed at most once, and remembered so that a replay is seen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, Text, bindparam, update

from idp import clock
from idp.storage.grants import Grant, grants
from idp.storage.operations import Change
from idp.storage.schema import SHORT_ROWS, Digest, Moment, metadata
from idp.storage.statements import add_row_later
from idp.storage.together import together
from idp.storage.transaction import db
from idp.storage.users import User, users

authorization_codes = Table(
    "authorization_codes",
    metadata,
    Column("code_digest", Digest, primary_key=True),
    Column("grant_id", String(64), nullable=False),
    Column("client_id", String(255), nullable=False),
    Column("redirect_uri", Text),
    Column("code_challenge", String(128)),
    Column("nonce", Text),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("redeemed_at", Moment),
    Column("failures", Integer, nullable=False),
    Column("dpop_jkt", String(64)),
    **SHORT_ROWS,
)

MAX_FAILURES = 5
_SPEND = Change(
    update(authorization_codes)
    .where(
        authorization_codes.c.code_digest == bindparam("digest"),
        authorization_codes.c.redeemed_at.is_(None),
    )
    .values(redeemed_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """A code and what it is bound to. `redirect_uri` is None if the request had none.

    `dpop_jkt` names the key of which its client must send a proof (RFC 9449 §10).
    """

    code_digest: bytes
    grant_id: str
    client_id: str
    redirect_uri: str | None
    code_challenge: str | None
    nonce: str | None
    expires_at: datetime
    redeemed_at: datetime | None = None
    failures: int = 0
    dpop_jkt: str | None = None

    @property
    def is_usable(self) -> bool:
        """Whether it has not expired, nor been tried too often with a wrong verifier."""
        return self.expires_at > clock.now() and self.failures < MAX_FAILURES

    def get_redirect_uri(self) -> str | None:
        """What the token request must repeat; Authlib's engine asks for it."""
        return self.redirect_uri


_FIND = together(
    authorization_codes.c.code_digest == bindparam("digest"),
    (AuthorizationCode, authorization_codes),
    (Grant, grants),
    (User, users),
)


def add_code(code: AuthorizationCode) -> None:
    """Add a code."""
    add_row_later(authorization_codes, code)


def find_code(code_digest: bytes) -> tuple[AuthorizationCode, Grant, User] | None:
    """Find a code, redeemed or not, with the grant that it stands for and who gave that."""
    found: tuple[AuthorizationCode, Grant, User] | None = _FIND.one(digest=code_digest)
    return found


def spend_code(code_digest: bytes) -> bool:
    """Redeem a code; tell whether this request was the first to do so."""
    return _SPEND.now(digest=code_digest, now=clock.now()) == 1


def count_failure(code_digest: bytes) -> None:
    """Count a wrong verifier; after MAX_FAILURES the code is usable no more."""
    match = authorization_codes.c.code_digest == code_digest
    more = authorization_codes.c.failures + 1
    db().execute(update(authorization_codes).where(match).values(failures=more))
