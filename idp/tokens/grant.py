"""Grants: what a user allowed a client, how long that may last, and whether it still holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from idp import clock
from idp.clients.model import Client
from idp.clients.registration import find_client
from idp.config import TokensConfig
from idp.oauth2 import scope as scopes
from idp.secret import identifier
from idp.storage.grants import Grant, find_grant_and_user, mark_grant_used
from idp.storage.users import User

NOTED_EVERY = timedelta(days=1)  # each time would make each refresh a write more


@dataclass(frozen=True, slots=True)
class Parties:
    """Who stands behind a token; without a grant and its user, the client alone."""

    client: Client
    grant: Grant | None = None
    user: User | None = None


def new_grant(
    config: TokensConfig,
    client: Client,
    user: User,
    scope: frozenset[str],
    *,
    auth_time: datetime,
    amr: list[str],
    acr: str | None = None,
    sid: str | None = None,
    claims: dict[str, Any] | None = None,
    allowed_until: datetime | None = None,
    resource: frozenset[str] = frozenset(),
    authorization_details: Sequence[dict[str, Any]] = (),
) -> Grant:
    """Make a grant; the caller adds it.

    Without offline_access it lives just as long as its one access token can. With it, it ends
    when the person no longer allows it, but not before that.
    """
    expires_at = shortest_end(config)
    if scopes.OFFLINE_ACCESS in scope:
        longest = clock.in_seconds(config.refresh_token_lifetime)
        expires_at = max(expires_at, min(longest, allowed_until or longest))
    return Grant(
        grant_id=identifier(),
        client_id=client.client_id,
        user_id=user.user_id,
        sid=sid,
        scope=scope,
        auth_time=auth_time,
        amr=amr,
        created_at=clock.now(),
        expires_at=expires_at,
        acr=acr,
        claims=claims,
        resource=resource or None,
        authorization_details=list(authorization_details) or None,
    )


def shortest_end(config: TokensConfig) -> datetime:
    """Say until when an access token is good whose code is redeemed at the last moment."""
    return clock.in_seconds(config.authorization_code_lifetime + config.access_token_lifetime)


def note_use(grant: Grant) -> None:
    """Note that a client has refreshed its tokens, at most once a day."""
    now = clock.now()
    if (grant.used_at or grant.created_at) < now - NOTED_EVERY:
        mark_grant_used(grant.grant_id, now)


def _is_enabled(client_id: str) -> bool:
    client = find_client(client_id)
    return client is not None and not client.is_disabled


def find_parties(client_id: str, grant_id: str | None, issued_at: datetime) -> Parties | None:
    """Find who stands behind a token; None if one of them is not active any more."""
    client = find_client(client_id)
    if client is None or client.is_disabled:
        return None
    # The token is older than the client: it was for one of the same id, which was removed. A JWT
    # knows only the second in which it was issued.
    if issued_at < client.created_at.replace(microsecond=0):
        return None
    if grant_id is None:
        return Parties(client)
    found = find_grant_and_user(grant_id)
    if found is None:
        return None
    grant, user = found
    if grant.client_id != client_id and not _is_enabled(grant.client_id):
        return None  # the token was exchanged for one of a client that may do nothing any more
    return Parties(client, grant, user) if grant.is_live and user.is_active else None
