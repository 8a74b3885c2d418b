"""Attempts to guess, counted by what they aim at or where they come from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer, Table, bindparam, case, delete, update

from idp import clock
from idp.storage.operations import Query
from idp.storage.schema import SHORT_ROWS, Digest, Moment, metadata
from idp.storage.transaction import db

attempts = Table(
    "attempts",
    metadata,
    Column("key_digest", Digest, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    **SHORT_ROWS,
)


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often it was tried in the window that ends at `expires_at`."""

    count: int
    expires_at: datetime


def _counting(insert: Callable[[Table], Any]) -> Any:
    is_over = attempts.c.expires_at <= bindparam("now", type_=Moment)
    end = bindparam("end", type_=Moment)
    statement = insert(attempts).values(key_digest=bindparam("key"), count=1, expires_at=end)
    return statement.on_conflict_do_update(
        index_elements=["key_digest"],
        set_={
            "count": case((is_over, 1), else_=attempts.c["count"] + 1),
            "expires_at": case((is_over, end), else_=attempts.c.expires_at),
        },
    ).returning(attempts.c["count"], attempts.c.expires_at)


_COUNT = Query(Attempts, _counting)


def count_attempt(key_digest: bytes, window_ends_at: datetime) -> Attempts:
    """Count one attempt more and tell how many there were: one statement, so that none slips by."""
    counted = _COUNT.one(key=key_digest, end=window_ends_at, now=clock.now())
    assert counted is not None  # it inserts a row or changes one
    return counted


def take_back_attempts(key_digest: bytes, number: int) -> None:
    """Uncount attempts that are not to be held against anybody."""
    count = attempts.c["count"]
    left = case((count > number, count - number), else_=0)
    db().execute(update(attempts).where(attempts.c.key_digest == key_digest).values(count=left))


def forget_attempts(key_digest: bytes) -> int:
    """Begin to count anew; tell how many attempts there were."""
    match = attempts.c.key_digest == key_digest
    return db().scalar(delete(attempts).where(match).returning(attempts.c["count"])) or 0
