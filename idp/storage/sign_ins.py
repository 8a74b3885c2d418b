"""Sign-ins under way: who has proven something in a browser, and must prove more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, Boolean, Column, ForeignKey, String, Table, select, update

from idp import clock
from idp.storage.schema import Digest, Moment, metadata
from idp.storage.statements import add_row, changed, fetch_one
from idp.storage.transaction import db

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id_digest", Digest, primary_key=True),
    Column("browser_digest", Digest, nullable=False),
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("proofs", JSON, nullable=False),
    # Where it leads: to a stored authorization request, to a page by its name, or to the account.
    Column("interaction_digest", Digest),
    Column("task", String(32)),
    Column("is_kept", Boolean, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("spent_at", Moment),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that is not complete. It gives no right to anything."""

    id_digest: bytes
    browser_digest: bytes
    user_id: str
    proofs: list[str]
    interaction_digest: bytes | None
    task: str | None
    is_kept: bool
    expires_at: datetime
    spent_at: datetime | None = None


def add_sign_in(sign_in: SignIn) -> None:
    """Add a sign-in."""
    add_row(sign_ins, sign_in)


def find_sign_in(id_digest: bytes) -> SignIn | None:
    """Find a sign-in that still waits."""
    return fetch_one(SignIn, select(sign_ins).where(*_waiting(id_digest)))


def spend_sign_in(id_digest: bytes) -> bool:
    """Complete a sign-in; tell whether this request was the first to do so."""
    now = clock.now()
    return changed(update(sign_ins).where(*_waiting(id_digest)).values(spent_at=now))


def end_sign_ins(user_id: str) -> None:
    """Let nobody go on with what a person, or somebody else as them, has begun."""
    match = (sign_ins.c.user_id == user_id, sign_ins.c.spent_at.is_(None))
    db().execute(update(sign_ins).where(*match).values(spent_at=clock.now()))


def _waiting(id_digest: bytes):  # type: ignore[no-untyped-def]  # SQL conditions
    return (
        sign_ins.c.id_digest == id_digest,
        sign_ins.c.spent_at.is_(None),
        sign_ins.c.expires_at > clock.now(),
    )
