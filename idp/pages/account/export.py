"""A copy of all that is known of a person, for them to take along (GDPR Art. 15 and 20)."""

import json
from typing import Any

from starlette.responses import Response

from idp import audit, clock
from idp.audit import EventName
from idp.clients.registration import find_clients
from idp.oidc.claims import CLAIMS, claims_of
from idp.storage.audit_events import StoredEvent, list_events_of_user
from idp.storage.credentials import Credential, list_credentials
from idp.storage.login_sessions import LoginSession, list_login_sessions
from idp.storage.users import User
from idp.users import consents
from idp.users.consents import Connection
from idp.web.clients import view_of
from idp.web.provider import Provider
from idp.web.responses import PAGE_HEADERS

MAX_EVENTS = 10_000  # the newest; more would be no copy that anybody reads
EVERYTHING = frozenset(CLAIMS)


def export(provider: Provider, user: User) -> Response:
    """Send the copy, as a file."""
    content = json.dumps(copy_of(provider, user), indent=2, ensure_ascii=False)
    audit.record(EventName.USER_EXPORTED, user_id=user.user_id)
    headers = PAGE_HEADERS | {"Content-Disposition": 'attachment; filename="account.json"'}
    return Response(content, 200, headers, "application/json")


def copy_of(provider: Provider, user: User) -> dict[str, Any]:
    """Gather what is known of a person; nothing that opens anything is among it."""
    return {
        "issuer": provider.config.issuer,
        "exported_at": clock.now().isoformat(),
        "account": _account(user),
        "claims": claims_of(user, EVERYTHING),
        "authenticators": [_authenticator(each) for each in list_credentials(user.user_id)],
        "sessions": [_session(each) for each in list_login_sessions(user.user_id)],
        "connections": _connections(user),
        "activity": [_event(each) for each in list_events_of_user(user.user_id, limit=MAX_EVENTS)],
    }


def _account(user: User) -> dict[str, Any]:
    return {
        "user_id": user.user_id,
        "username": user.username,
        "email": user.email,
        "email_verified": user.email_verified,
        "is_admin": user.is_admin,
        "created_at": user.created_at.isoformat(),
        "updated_at": user.updated_at.isoformat(),
    }


def _authenticator(credential: Credential) -> dict[str, Any]:
    return {
        "type": credential.type,
        "name": credential.data.get("name"),
        "created_at": credential.created_at.isoformat(),
        "updated_at": credential.updated_at.isoformat(),
    }


def _session(login_session: LoginSession) -> dict[str, Any]:
    return {
        "sid": login_session.sid,
        "browser": login_session.browser,
        "system": login_session.system,
        "network": login_session.network,
        "amr": login_session.amr,
        "auth_time": login_session.auth_time.isoformat(),
        "last_seen_at": login_session.last_seen_at.isoformat(),
        "expires_at": login_session.expires_at.isoformat(),
    }


def _connections(user: User) -> list[dict[str, Any]]:
    connections = consents.list_connections(user.user_id)
    clients = find_clients([each.client_id for each in connections])
    return [
        _connection(each, view_of(clients[each.client_id]).host)
        for each in connections
        if each.client_id in clients
    ]


def _connection(connection: Connection, host: str) -> dict[str, Any]:
    return {
        "client_id": connection.client_id,
        "host": host,
        "scope": " ".join(sorted(connection.scope)),
        "claims": sorted(connection.claims),
        "resource": sorted(connection.resource),
        "authorization_details": list(connection.authorization_details),
        "since": connection.since.isoformat(),
        "used_at": connection.used_at.isoformat(),
        "until": connection.until.isoformat() if connection.until else None,
    }


def _event(event: StoredEvent) -> dict[str, Any]:
    return {
        "name": event.name,
        "occurred_at": event.occurred_at.isoformat(),
        "request_id": event.request_id,
        "address": event.address,
        "client_id": event.client_id,
        "sid": event.sid,
        "detail": event.detail,
    }
