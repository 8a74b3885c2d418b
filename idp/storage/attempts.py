"""Attempts to guess, counted by what they aim at or where they come from."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Integer, Table, case, delete, update

from idp import clock
from idp.storage.database import db
from idp.storage.schema import Digest, Moment, metadata
from idp.storage.statements import upsert

attempts = Table(
    "attempts",
    metadata,
    Column("key_digest", Digest, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often it was tried in the window that ends at `expires_at`."""

    count: int
    expires_at: datetime


def count_attempt(key_digest: bytes, window_ends_at: datetime) -> Attempts:
    """Count one attempt more and tell how many there were: one statement, so that none slips by."""
    is_over = attempts.c.expires_at <= clock.now()
    values = {"key_digest": key_digest, "count": 1, "expires_at": window_ends_at}
    statement = upsert(
        attempts,
        values,
        "key_digest",
        count=case((is_over, 1), else_=attempts.c["count"] + 1),
        expires_at=case((is_over, window_ends_at), else_=attempts.c.expires_at),
    )
    counted = statement.returning(attempts.c["count"], attempts.c.expires_at)
    return Attempts(*db().execute(counted).one())


def take_back_attempts(key_digest: bytes, number: int) -> None:
    """Uncount attempts that are not to be held against anybody."""
    count = attempts.c["count"]
    left = case((count > number, count - number), else_=0)
    db().execute(update(attempts).where(attempts.c.key_digest == key_digest).values(count=left))


def forget_attempts(key_digest: bytes) -> int:
    """Begin to count anew; tell how many attempts there were."""
    match = attempts.c.key_digest == key_digest
    return db().scalar(delete(attempts).where(match).returning(attempts.c["count"])) or 0
