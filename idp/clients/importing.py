"""Clients whose client_id and client_secret are settled already (RFC 7591 §2)."""

import re
from collections.abc import Mapping
from typing import Any

from idp import audit, clock
from idp.audit import EventName
from idp.clients.errors import InvalidClientMetadata
from idp.clients.metadata import validate
from idp.clients.registration import CLIENT_ID, SECRET_METHODS, ClientIdTaken
from idp.config import Config
from idp.secret import Secret
from idp.storage import clients as storage
from idp.storage.clients import ClientRow
from idp.vocabulary import ADMIN_SCOPE

# Several client libraries put it into HTTP Basic without encoding it; and it must not be guessed.
CLIENT_SECRET = re.compile(r"[A-Za-z0-9_-]{32,255}")


def import_client(untrusted: object, config: Config) -> str:
    """Add a client of an operator as it is described; give its client_id.

    Raises InvalidRedirectURI, InvalidClientMetadata and ClientIdTaken.
    """
    row = _read(untrusted, config)
    if storage.find_client_row(row.client_id) is not None:
        raise ClientIdTaken
    storage.add_client(row)
    audit.record(EventName.CLIENT_ADDED, client_id=row.client_id)
    return row.client_id


def replace_client(untrusted: object, config: Config) -> str:
    """Add a client, or let the one of that client_id be as it is described; give its client_id.

    What people have allowed it stays, and so does whether it is disabled. Raises
    InvalidRedirectURI and InvalidClientMetadata.
    """
    row = _read(untrusted, config)
    if not storage.replace_client(row.client_id, row.metadata, row.secret_digest):
        return import_client(untrusted, config)
    audit.record(EventName.CLIENT_CHANGED, client_id=row.client_id, state="replaced")
    return row.client_id


def _read(untrusted: object, config: Config) -> ClientRow:
    metadata = validate(untrusted, config, reserved_scopes=[ADMIN_SCOPE])
    assert isinstance(untrusted, Mapping)  # as validate has seen
    now = clock.now()
    return ClientRow(
        client_id=_read_client_id(untrusted),
        metadata=metadata,
        secret_digest=_digest_secret(untrusted, metadata["token_endpoint_auth_method"]),
        old_secret_digest=None,
        old_secret_expires_at=None,
        created_at=now,
        updated_at=now,
        disabled_at=None,
    )


def _read_client_id(untrusted: Mapping[str, Any]) -> str:
    client_id = untrusted.get("client_id")
    if not isinstance(client_id, str) or not CLIENT_ID.fullmatch(client_id):
        raise InvalidClientMetadata("client_id must be 1 to 255 letters, digits, - or _.")
    return client_id


def _digest_secret(untrusted: Mapping[str, Any], method: str) -> bytes | None:
    secret = untrusted.get("client_secret")
    if method not in SECRET_METHODS:
        if secret is not None:
            raise InvalidClientMetadata(
                f"client_secret must be left out if token_endpoint_auth_method is {method}."
            )
        return None
    if not isinstance(secret, str) or not CLIENT_SECRET.fullmatch(secret):
        raise InvalidClientMetadata("client_secret must be 32 to 255 letters, digits, - or _.")
    return Secret(secret).digest
