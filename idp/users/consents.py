"""Consents: what a person allows a client, until they disconnect it or as long as they said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

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
from idp.storage.grants import (
    list_client_grants,
    revoke_grants_of_client,
    shorten_grants_of_client,
)
from idp.storage.login_sessions import hold_login_sessions

NOTHING: frozenset[str] = frozenset()
MAX_DETAILS = 50  # of what was allowed in detail, the latest are remembered
NOTED_EVERY = timedelta(days=1)  # each time would make each sign-in a write


class Duration(StrEnum):
    """How long a person allows something."""

    UNTIL_DISCONNECTED = "until_disconnected"
    QUARTER = "90_days"
    MONTH = "30_days"
    ONCE = "once"


LENGTHS = {
    Duration.QUARTER: timedelta(days=90),
    Duration.MONTH: timedelta(days=30),
    Duration.ONCE: timedelta(),
}


@dataclass(frozen=True, slots=True)
class Connection:
    """A client that can use a person's account: by a consent, by live grants, or by both.

    `claims` are those beyond the scope; `used_at` is right to a day. `until` is when the consent
    ends by itself, None if it does not. `resource` names the APIs that its tokens are for, and
    `authorization_details` what it was allowed in detail.
    """

    client_id: str
    scope: frozenset[str]
    since: datetime
    used_at: datetime
    claims: frozenset[str] = NOTHING
    until: datetime | None = None
    resource: frozenset[str] = NOTHING
    authorization_details: Sequence[dict[str, Any]] = ()


def save(
    user_id: str,
    client_id: str,
    scope: frozenset[str],
    claims: frozenset[str] = NOTHING,
    *,
    resource: frozenset[str] = NOTHING,
    authorization_details: Sequence[dict[str, Any]] = (),
    asked_every_time: Sequence[dict[str, Any]] = (),
    duration: Duration = Duration.UNTIL_DISCONNECTED,
) -> None:
    """Remember what a person allows a client, beside what they still allow it.

    The duration is that of all of it; details that are asked every time are not remembered.
    """
    now = clock.now()
    lasting = [each for each in authorization_details if each not in asked_every_time]
    before = _live_consent(user_id, client_id, now)
    save_consent(
        Consent(
            user_id,
            client_id,
            scope | before.scope,
            granted_at=now,
            claims=claims | before.claims,
            used_at=now,
            expires_at=now + LENGTHS[duration] if duration in LENGTHS else None,
            resource=resource | before.resource,
            authorization_details=_together(before.authorization_details, lasting),
        )
    )
    types = {str(each["type"]) for each in authorization_details}
    more = {"resource": resource, "authorization_details_types": types}
    audit.record(
        EventName.CONSENT_GRANTED,
        user_id=user_id,
        client_id=client_id,
        scope=" ".join(sorted(scope)),
        duration=duration,
        **{name: " ".join(sorted(words)) for name, words in more.items() if words},
    )


def _live_consent(user_id: str, client_id: str, now: datetime) -> Consent:
    """Find what a person allows a client by now, which may be nothing."""
    consent = find_consent(user_id, client_id)
    is_live = consent is not None and consent.is_live_at(now)
    return consent if consent and is_live else Consent(user_id, client_id, NOTHING, granted_at=now)


def _together(
    before: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Add what is not the same letter for letter."""
    return [*(each for each in before if each not in now), *now][-MAX_DETAILS:]


def duration_of(consent: Consent) -> Duration:
    """Say which duration the person has chosen."""
    if consent.expires_at is None:
        return Duration.UNTIL_DISCONNECTED
    length = consent.expires_at - consent.granted_at
    return next(each for each, known in LENGTHS.items() if known <= length)


def shorten_grants(
    user_id: str, client_id: str, duration: Duration, *, shortest_end: datetime
) -> None:
    """Let what a client has had before end no later than what it gets now."""
    if duration in LENGTHS:
        end = max(clock.now() + LENGTHS[duration], shortest_end)
        shorten_grants_of_client(user_id, client_id, end)


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
            until=each.expires_at,
            resource=each.resource,
            authorization_details=tuple(each.authorization_details),
        )
        for each in list_consents(user_id)
    }
    for each in list_client_grants(user_id):
        granted = Connection(each.client_id, each.scope, each.since, each.used_at)
        known = connections.get(each.client_id, granted)
        connections[each.client_id] = replace(
            known,
            scope=each.scope | known.scope,
            resource=each.resource | known.resource,
            since=min(each.since, known.since),
            used_at=max(each.used_at, known.used_at),
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
