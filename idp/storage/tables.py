"""All tables, for the migrations: importing this module makes the metadata complete."""

from idp.storage import (
    access_tokens,
    attempts,
    audit_events,
    authorization_codes,
    clients,
    consents,
    deliveries,
    grants,
    initial_access_tokens,
    interactions,
    login_sessions,
    one_time_tokens,
    refresh_tokens,
    session_clients,
    signing_keys,
    used_jtis,
    users,
)
from idp.storage.schema import metadata

__all__ = [
    "access_tokens",
    "attempts",
    "audit_events",
    "authorization_codes",
    "clients",
    "consents",
    "deliveries",
    "grants",
    "initial_access_tokens",
    "interactions",
    "login_sessions",
    "metadata",
    "one_time_tokens",
    "refresh_tokens",
    "session_clients",
    "signing_keys",
    "used_jtis",
    "users",
]
