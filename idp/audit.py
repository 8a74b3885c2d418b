"""Security events, by name: who did what to whom, when, from where, in which request."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from idp import clock
from idp.log import client_address, log, request_id
from idp.redaction import redact
from idp.secret import identifier


class EventName(StrEnum):
    """Everything that is worth remembering."""

    # people
    LOGIN_SUCCEEDED = "login_succeeded"
    LOGIN_FAILED = "login_failed"
    LOGIN_THROTTLED = "login_throttled"
    LOGGED_OUT = "logged_out"
    USER_REGISTERED = "user_registered"
    USER_ADDED = "user_added"
    USER_DISABLED = "user_disabled"
    USER_ENABLED = "user_enabled"
    USER_REMOVED = "user_removed"
    USER_EXPORTED = "user_exported"
    PASSWORD_CHANGED = "password_changed"
    CLAIMS_CHANGED = "claims_changed"
    PICTURE_CHANGED = "picture_changed"
    TOTP_ADDED = "totp_added"
    TOTP_REMOVED = "totp_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_SPENT = "recovery_code_spent"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_CLONED = "passkey_cloned"

    # addresses, and what is mailed to them
    USER_INVITED = "user_invited"
    MAIL_CODE_WRONG = "mail_code_wrong"
    EMAIL_VERIFIED = "email_verified"
    EMAIL_CHANGE_ASKED = "email_change_asked"
    EMAIL_CHANGED = "email_changed"
    EMAIL_CHANGE_UNDONE = "email_change_undone"
    RECOVERY_ASKED = "recovery_asked"
    EMAIL_CODE_ASKED = "email_code_asked"
    ACCOUNT_RECOVERED = "account_recovered"

    # grants
    CONSENT_GRANTED = "consent_granted"
    CONSENT_DENIED = "consent_denied"
    CODE_ISSUED = "code_issued"
    DEVICE_AUTHORIZATION_ASKED = "device_authorization_asked"
    DEVICE_ALLOWED = "device_allowed"
    AUTHENTICATION_ASKED = "authentication_asked"
    AUTHENTICATION_ALLOWED = "authentication_allowed"
    USER_CODE_WRONG = "user_code_wrong"
    USER_CODE_CHANGED = "user_code_changed"
    USER_CODE_REMOVED = "user_code_removed"
    USER_CODE_REFUSED = "user_code_refused"
    CODE_REPLAYED = "code_replayed"
    GRANT_REVOKED = "grant_revoked"

    # tokens
    TOKENS_ISSUED = "tokens_issued"
    TOKENS_REFRESHED = "tokens_refreshed"
    TOKEN_EXCHANGED = "token_exchanged"
    ASSERTION_ACCEPTED = "assertion_accepted"
    TOKEN_REVOKED = "token_revoked"
    REFRESH_TOKEN_REUSED = "refresh_token_reused"
    KEY_NOT_PROVEN = "key_not_proven"

    # clients
    CLIENT_AUTHENTICATION_FAILED = "client_authentication_failed"
    CLIENT_ADDED = "client_added"
    CLIENT_CHANGED = "client_changed"
    CLIENT_REMOVED = "client_removed"
    CLIENT_SECRET_ADDED = "client_secret_added"
    INITIAL_ACCESS_TOKEN_ADDED = "initial_access_token_added"
    INITIAL_ACCESS_TOKEN_REMOVED = "initial_access_token_removed"

    # the server
    KEYS_ROTATED = "keys_rotated"
    SETUP_COMPLETED = "setup_completed"


# Signs of an attack, or of a broken client.
ALARMING = frozenset(
    {
        EventName.LOGIN_THROTTLED,
        EventName.PASSKEY_CLONED,
        EventName.CODE_REPLAYED,
        EventName.REFRESH_TOKEN_REUSED,
        EventName.KEY_NOT_PROVEN,
    }
)


# What the line of an event names, besides the request and what the log knows of that itself.
NAMED = ("event_id", "user_id", "client_id", "sid", "grant_id")


class AuditEvent(NamedTuple):
    """One security event; `sid` is the public `sid`, never the cookie's value."""

    event_id: str
    name: EventName
    occurred_at: datetime
    request_id: str | None
    address: str | None
    user_id: str | None
    client_id: str | None
    sid: str | None
    grant_id: str | None
    detail: Mapping[str, str]


_collector: ContextVar[list[AuditEvent] | None] = ContextVar("audit_events", default=None)


def record(
    name: EventName,
    /,
    *,
    user_id: str | None = None,
    client_id: str | None = None,
    sid: str | None = None,
    grant_id: str | None = None,
    **detail: str,
) -> AuditEvent:
    """Write an event to the log, and hand it to whoever collects."""
    event = AuditEvent(
        event_id=identifier(),
        name=name,
        occurred_at=clock.now(),
        request_id=request_id(),
        address=client_address(),
        user_id=user_id,
        client_id=client_id,
        sid=sid,
        grant_id=grant_id,
        detail=MappingProxyType(redact(detail)),
    )
    _write_line(event)
    events = _collector.get()
    if events is not None:
        events.append(event)
    return event


@contextmanager
def collecting() -> Iterator[list[AuditEvent]]:
    """Collect the events of a request, to store them whatever becomes of its transaction."""
    events: list[AuditEvent] = []
    token = _collector.set(events)
    try:
        yield events
    finally:
        _collector.reset(token)


def _write_line(event: AuditEvent) -> None:
    write = log.warning if event.name in ALARMING else log.info
    known = {name: value for name in NAMED if (value := getattr(event, name)) is not None}
    detail = {f"detail_{name}": value for name, value in event.detail.items()}
    write(event.name, **known, **detail)
