"""Consents: what a person has allowed a client, remembered until they disconnect it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from idp import audit, clock
from idp.audit import EventName
from idp.storage.consents import (
    Consent,
    find_consent,
    list_consents,
    mark_consent_used,
    remove_consent,
    save_consent,
)
from idp.storage.grants import list_client_grants, revoke_grants_of_client
from idp.storage.login_sessions import hold_login_sessions

NOTHING: frozenset[str] = frozenset()
NOTED_EVERY = timedelta(days=1)  # each time would make each sign-in a write


@dataclass(frozen=True, slots=True)
class Connection:
    """A client that can use a person's account: by a consent, by live grants, or by both.

    `claims` are those beyond the scope; `used_at` is right to a day.
    """

    client_id: str
    scope: frozenset[str]
    since: datetime
    used_at: datetime
    claims: frozenset[str] = NOTHING


def save(
    user_id: str, client_id: str, scope: frozenset[str], claims: frozenset[str] = NOTHING
) -> None:
    """Remember what a person allows a client, beside what they allowed it before."""
    consent = find_consent(user_id, client_id)
    save_consent(
        user_id,
        client_id,
        scope | (consent.scope if consent else NOTHING),
        claims | (consent.claims if consent else NOTHING),
    )
    audit.record(
        EventName.CONSENT_GRANTED,
        user_id=user_id,
        client_id=client_id,
        scope=" ".join(sorted(scope)),
    )


def list_connections(user_id: str) -> list[Connection]:
    """List what can use a person's account, newest first.

    Nobody is asked for their consent to a client of the house or to one that took their password.
    """
    connections = {
        each.client_id: Connection(
            each.client_id,
            each.scope,
            since=each.granted_at,
            used_at=each.used_at or each.granted_at,
            claims=each.claims,
        )
        for each in list_consents(user_id)
    }
    for each in list_client_grants(user_id):
        granted = Connection(each.client_id, each.scope, each.since, each.used_at)
        known = connections.get(each.client_id, granted)
        connections[each.client_id] = Connection(
            each.client_id,
            each.scope | known.scope,
            since=min(each.since, known.since),
            used_at=max(each.used_at, known.used_at),
            claims=known.claims,
        )
    return sorted(connections.values(), key=lambda each: each.since, reverse=True)


def note_use(consent: Consent | None) -> None:
    """Note that a client got something by a consent, at most once a day."""
    now = clock.now()
    if consent is not None and (consent.used_at or consent.granted_at) < now - NOTED_EVERY:
        mark_consent_used(consent.user_id, consent.client_id, now)


def disconnect(user_id: str, client_id: str) -> None:
    """Forget what a person has allowed a client, and end all that it got from them."""
    hold_login_sessions(user_id)  # what is being granted in them now must be seen below
    had_consent = remove_consent(user_id, client_id)
    had_grants = revoke_grants_of_client(user_id, client_id)
    if had_consent or had_grants:
        audit.record(
            EventName.GRANT_REVOKED, user_id=user_id, client_id=client_id, reason="disconnected"
        )
