"""Known browsers: those in which a person has signed in, for as long as these keep their name."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Table, select, update

from idp.storage.schema import Digest, Moment, metadata
from idp.storage.statements import changed, insert_unless_exists
from idp.storage.transaction import db

known_browsers = Table(
    "known_browsers",
    metadata,
    Column("key_digest", Digest, primary_key=True),  # of the person and the browser together
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", Moment, nullable=False, index=True),
)


def remember_browser_again(key_digest: bytes, expires_at: datetime) -> bool:
    """Remember a browser longer; tell whether it is known."""
    match = known_browsers.c.key_digest == key_digest
    return changed(update(known_browsers).where(match).values(expires_at=expires_at))


def remember_browser(user_id: str, key_digest: bytes, expires_at: datetime) -> bool:
    """Remember a browser; tell whether nobody did meanwhile."""
    values = {"key_digest": key_digest, "user_id": user_id, "expires_at": expires_at}
    return insert_unless_exists(known_browsers, values)


def knows_any_browser(user_id: str) -> bool:
    """Tell whether a person has signed in anywhere that is known."""
    known = select(known_browsers.c.user_id).where(known_browsers.c.user_id == user_id).limit(1)
    return db().scalar(known) is not None
