"""What a person has allowed a client, to be remembered the next time it asks."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Table, bindparam, delete, or_, select, update

from idp import clock
from idp.storage.operations import Change
from idp.storage.schema import Moment, Words, metadata
from idp.storage.statements import as_values, changed, fetch_all, find_one, upsert
from idp.storage.transaction import db

consents = Table(
    "consents",
    metadata,
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    Column("client_id", ForeignKey("clients.client_id", ondelete="CASCADE"), primary_key=True),
    Column("scope", Words, nullable=False),
    Column("granted_at", Moment, nullable=False),
    Column("claims", Words, nullable=False, server_default=""),
    Column("used_at", Moment),
    Column("expires_at", Moment, index=True),
    Column("resource", Words, nullable=False, server_default=""),
    Column("authorization_details", JSON, nullable=False, server_default="[]"),
)


@dataclass(frozen=True, slots=True)
class Consent:
    """One person's consent to one client; `claims` are those beyond the scope.

    `resource` names the APIs for which it may have tokens (RFC 8707), and `authorization_details`
    is what was allowed in detail (RFC 9396).

    `used_at` is the day on which the client last got something by it, None if nobody noted that.
    Without `expires_at` it lasts until the person disconnects the client; one that has ended when
    it was given is for the request that it was given for.
    """

    user_id: str
    client_id: str
    scope: frozenset[str]
    granted_at: datetime
    claims: frozenset[str] = frozenset()
    used_at: datetime | None = None
    expires_at: datetime | None = None
    resource: frozenset[str] = frozenset()
    authorization_details: list[dict[str, Any]] = field(default_factory=list)

    def is_live_at(self, now: datetime) -> bool:
        """Whether it counts for requests that come at this moment."""
        return self.expires_at is None or self.expires_at > now


_MARK_USED = Change(
    update(consents)
    .where(
        consents.c.user_id == bindparam("user"),
        consents.c.client_id == bindparam("client"),
    )
    .values(used_at=bindparam("now"))
)


def find_consent(user_id: str, client_id: str) -> Consent | None:
    """Find what a person has allowed a client."""
    return find_one(Consent, consents, user_id=user_id, client_id=client_id)


def list_consents(user_id: str) -> list[Consent]:
    """List what a person allows by now, newest first, at most 200."""
    is_live = or_(consents.c.expires_at.is_(None), consents.c.expires_at > clock.now())
    statement = select(consents).where(consents.c.user_id == user_id, is_live)
    return fetch_all(Consent, statement.order_by(consents.c.granted_at.desc()).limit(200))


def save_consent(consent: Consent) -> None:
    """Remember what a person allows a client, instead of what they allowed it before."""
    values = as_values(consent)
    keys = ("user_id", "client_id")
    changes = {name: value for name, value in values.items() if name not in keys}
    db().execute(upsert(consents, values, *keys, **changes))


def mark_consent_used(user_id: str, client_id: str, now: datetime) -> None:
    """Note, by the end of the transaction, when a client got something by a consent."""
    _MARK_USED.later(user=user_id, client=client_id, now=now)


def remove_consent(user_id: str, client_id: str) -> bool:
    """Forget what a person has allowed a client; tell whether there was anything."""
    match = (consents.c.user_id == user_id, consents.c.client_id == client_id)
    return changed(delete(consents).where(*match))
