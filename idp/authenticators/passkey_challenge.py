"""Challenges of passkeys, of which nothing is kept until they are answered (WebAuthn L3 §13.4.3).

A challenge says when it expires; its MAC, under the cookie of the browser that it is made for, says
that it is ours, what for, and whose. It is random and good once: answered, it is noted as used.
"""

import hashlib
import hmac
import secrets
import struct
from datetime import UTC, datetime
from enum import StrEnum

from idp import clock
from idp.secret import Secret
from idp.storage.used_jtis import spend_jti

LIFETIME = 3600  # seconds; somebody may look at the page for a while before they begin
NONCE_BYTES = 16
CONTEXT = "idp passkey challenge"
_EXPIRY = struct.Struct(">Q")
_PAYLOAD_BYTES = NONCE_BYTES + _EXPIRY.size


class Purpose(StrEnum):
    """What a challenge is for."""

    REGISTRATION = "registration"
    AUTHENTICATION = "authentication"


def make(browser: Secret, purpose: Purpose, user_id: str | None = None) -> bytes:
    """Make a challenge for a browser, and for a person if it is known who answers."""
    expires_at = clock.in_seconds(LIFETIME)
    payload = secrets.token_bytes(NONCE_BYTES) + _EXPIRY.pack(int(expires_at.timestamp()))
    return payload + _mac(browser, purpose, user_id, payload)


def is_good(
    challenge: bytes, browser: Secret, purpose: Purpose, user_id: str | None = None
) -> bool:
    """Tell whether a challenge was made here for just this, and is not too old."""
    payload, mac = challenge[:_PAYLOAD_BYTES], challenge[_PAYLOAD_BYTES:]
    if not hmac.compare_digest(mac, _mac(browser, purpose, user_id, payload)):
        return False
    return clock.now() < _expires_at(challenge)


def spend(challenge: bytes) -> bool:
    """Use a good challenge; tell whether this is its first use."""
    return spend_jti(CONTEXT, challenge.hex(), _expires_at(challenge))


def _expires_at(challenge: bytes) -> datetime:
    (seconds,) = _EXPIRY.unpack(challenge[NONCE_BYTES:_PAYLOAD_BYTES])
    return datetime.fromtimestamp(seconds, UTC)


def _mac(browser: Secret, purpose: Purpose, user_id: str | None, payload: bytes) -> bytes:
    # Neither a purpose nor an id has a space, so that no two of these texts are the same.
    text = f"{CONTEXT} {purpose} {user_id or ''} ".encode()
    return hmac.digest(browser.reveal().encode(), text + payload, hashlib.sha256)
