"""Interactions: authorization requests that wait for their user, and what the user did so far."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    String,
    Table,
    insert,
    select,
    update,
)

from idp import clock
from idp.storage.schema import Digest, Moment, metadata
from idp.storage.statements import changed, fetch_one
from idp.storage.transaction import db

interactions = Table(
    "interactions",
    metadata,
    Column("id_digest", Digest, primary_key=True),
    Column("client_id", ForeignKey("clients.client_id", ondelete="CASCADE"), nullable=False),
    # Pairs, since a parameter such as `resource` may repeat.
    Column("parameters", JSON, nullable=False),
    Column("browser_digest", Digest, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("authenticated_sid", String(64)),
    Column("selected_sid", String(64)),
    Column("consented_user_id", String(64)),
    Column("is_denied", Boolean, nullable=False),
    Column("pushed_digest", Digest),
    Column("polled_digest", Digest),
)


@dataclass(frozen=True, slots=True)
class Interaction:
    """An authorization request and the acts of its user, each bound to who did it.

    `authenticated_sid` names the login session that a sign-in *for this request* has made, so
    that `prompt=login` cannot be satisfied by an older one; `selected_sid` the account that was
    chosen for it; `consented_user_id` who pressed Allow. `pushed_digest` names the pushed request
    that the browser came with, if it came with one, and `polled_digest` the one that a client polls
    for, if it is one.
    """

    id_digest: bytes
    client_id: str
    parameters: list[list[str]]
    browser_digest: bytes
    created_at: datetime
    expires_at: datetime
    authenticated_sid: str | None = None
    selected_sid: str | None = None
    consented_user_id: str | None = None
    is_denied: bool = field(default=False)
    pushed_digest: bytes | None = None
    polled_digest: bytes | None = None


def add_interaction(interaction: Interaction) -> None:
    """Add an interaction."""
    db().execute(insert(interactions).values(**asdict(interaction)))


def find_interaction(id_digest: bytes, expired_since: datetime) -> Interaction | None:
    """Find an interaction that has not expired, or not before this moment."""
    match = (interactions.c.id_digest == id_digest, interactions.c.expires_at > expired_since)
    return fetch_one(Interaction, select(interactions).where(*match))


def note_act(id_digest: bytes, **act: Any) -> None:
    """Note what the user did: sign in, choose an account, allow, deny."""
    db().execute(update(interactions).where(interactions.c.id_digest == id_digest).values(**act))


def end_interaction(id_digest: bytes) -> bool:
    """Let an interaction that was answered expire; tell whether this answer is the first."""
    now = clock.now()
    match = (interactions.c.id_digest == id_digest, interactions.c.expires_at > now)
    return changed(update(interactions).where(*match).values(expires_at=now))
