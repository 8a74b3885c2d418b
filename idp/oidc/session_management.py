"""How a client watches in a frame whether a session goes on (OIDC Session Management §2, §3)."""

import base64
import hashlib
import secrets
from collections.abc import Iterable

from idp.clients.redirect_uri import origin_of
from idp.secret import Secret

PURPOSE = "idp browser state "
SALT_BYTES = 12


def browser_state(sessions: Iterable[Secret]) -> str:
    """Give what a page of ours can read: it changes whenever somebody signs in or out.

    It says nothing about the ids of the sessions, which no script may know.
    """
    ids = sorted(session.reveal() for session in sessions)
    return _hash(PURPOSE + " ".join(ids)) if ids else ""


def session_state(client_id: str, redirect_uri: str, sessions: Iterable[Secret]) -> str | None:
    """Give what a client compares later, by asking our frame; None for an app without an origin."""
    origin = origin_of(redirect_uri)
    if origin is None:
        return None
    salt = secrets.token_urlsafe(SALT_BYTES)
    return f"{_hash(f'{client_id} {origin} {browser_state(sessions)} {salt}')}.{salt}"


def _hash(text: str) -> str:
    hashed = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
