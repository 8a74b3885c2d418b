"""Who the subject is, and which session it is: to all clients the same, or not (OIDC Core §8.1).

What a client of a sector sees is a MAC with the key of that sector: it says nothing to others, and
nobody can count back from it. Of a client that was removed it cannot be told any more.
"""

import base64
import hashlib
import hmac

from idp.clients.model import Client


def subject_of(client: Client | None, user_id: str) -> str:
    """Give the `sub` by which a client knows a user."""
    return _seen_by(client, "sub", user_id)


def session_of(client: Client | None, sid: str) -> str:
    """Give the `sid` by which a client knows a login session: one for all would tell who it is."""
    return _seen_by(client, "sid", sid)


def _seen_by(client: Client | None, claim: str, value: str) -> str:
    if client is None or client.sector_key is None:
        return value
    message = f"{claim} {value}".encode()
    mac = hmac.digest(client.sector_key, message, hashlib.sha256)
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
