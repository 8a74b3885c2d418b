"""Clients whose client_id and client_secret are settled already (RFC 7591 §2)."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from idp import audit, clock
from idp.audit import EventName
from idp.clients.errors import InvalidClientMetadata
from idp.clients.metadata import validate
from idp.clients.registration import CLIENT_ID, SECRET_METHODS, ClientIdTaken
from idp.clients.sector import SectorSource, check_sector, sector_key_of
from idp.config import Config
from idp.secret import Secret
from idp.storage import clients as storage
from idp.storage.clients import ClientRow
from idp.vocabulary import ADMIN_SCOPE

# Several client libraries put it into HTTP Basic without encoding it; and it must not be guessed.
CLIENT_SECRET = re.compile(r"[A-Za-z0-9_-]{32,255}")


def read_client(
    untrusted: object, config: Config, *, sectors: SectorSource | None = None
) -> ClientRow:
    """Read how an operator describes a client; nothing is written.

    Without `sectors` none may have a sector_identifier_uri; with them this may commit and wait.
    Raises InvalidRedirectURI and InvalidClientMetadata.
    """
    metadata = validate(untrusted, config, reserved_scopes=[ADMIN_SCOPE])
    assert isinstance(untrusted, Mapping)  # as validate has seen
    check_sector(metadata, sectors)
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


def import_client(described: ClientRow) -> str:
    """Add a client that read_client has read; give its client_id. Raises ClientIdTaken."""
    row = _with_sector(described)
    if storage.find_client_row(row.client_id) is not None:
        raise ClientIdTaken
    storage.add_client(row)
    audit.record(EventName.CLIENT_ADDED, client_id=row.client_id)
    return row.client_id


def replace_client(described: ClientRow) -> str:
    """Add a client, or let the one of that client_id be as it is described; give its client_id.

    What people have allowed it stays, and so does whether it is disabled.
    """
    row = _with_sector(described)
    if not storage.replace_client(row):
        return import_client(described)
    audit.record(EventName.CLIENT_CHANGED, client_id=row.client_id, state="replaced")
    return row.client_id


def _with_sector(row: ClientRow) -> ClientRow:
    return replace(row, sector_key=sector_key_of(row.metadata))


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
