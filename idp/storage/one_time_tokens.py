"""One-time tokens that travel in links, such as the set-up link of the first start."""

from datetime import datetime

from sqlalchemy import Column, String, Table, delete, insert, select, update

from idp import clock
from idp.storage.schema import Digest, Moment, metadata
from idp.storage.statements import changed
from idp.storage.transaction import db

one_time_tokens = Table(
    "one_time_tokens",
    metadata,
    Column("token_digest", Digest, primary_key=True),
    Column("purpose", String(32), nullable=False, index=True),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("spent_at", Moment),
)

SETUP = "setup"


def replace_one_time_token(purpose: str, token_digest: bytes, expires_at: datetime) -> None:
    """Add a token; those of the same purpose that were made before are good no more."""
    db().execute(delete(one_time_tokens).where(one_time_tokens.c.purpose == purpose))
    values = {"token_digest": token_digest, "purpose": purpose, "expires_at": expires_at}
    db().execute(insert(one_time_tokens).values(**values))


def is_one_time_token_good(purpose: str, token_digest: bytes) -> bool:
    """Tell whether a token could be spent."""
    statement = select(one_time_tokens.c.purpose).where(*_good(purpose, token_digest))
    return db().scalar(statement) is not None


def spend_one_time_token(purpose: str, token_digest: bytes) -> bool:
    """Use a token; tell whether this request was the first to do so."""
    good = _good(purpose, token_digest)
    return changed(update(one_time_tokens).where(*good).values(spent_at=clock.now()))


def _good(purpose: str, token_digest: bytes):  # type: ignore[no-untyped-def]  # SQL conditions
    return (
        one_time_tokens.c.token_digest == token_digest,
        one_time_tokens.c.purpose == purpose,
        one_time_tokens.c.spent_at.is_(None),
        one_time_tokens.c.expires_at > clock.now(),
    )
