"""Locks for what takes more than one statement; each is held until its transaction ends.

On SQLite nobody needs one: whoever writes has the database for itself.
"""

from enum import IntEnum

from sqlalchemy import TextClause, text

from idp.storage.transaction import db

_TAKE = text("SELECT pg_advisory_xact_lock(:lock)")


class Lock(IntEnum):
    """What one at a time may change. Any numbers will do that nobody else has in the database."""

    SCHEMA = 0x1D9
    SIGNING_KEYS = 0x1DA
    SELF_REGISTRATION = 0x1DB


def hold(lock: Lock) -> None:
    """Let everybody else who wants this lock wait until this transaction ends."""
    if db().dialect.name == "postgresql":
        db().execute(taking(lock))


def taking(lock: Lock) -> TextClause:
    """Give the statement that takes a lock, for who has a connection of their own."""
    return _TAKE.bindparams(lock=int(lock))
