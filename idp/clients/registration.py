"""Registration: clients come, get secrets, and go (RFC 7591 §3)."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from idp import audit, clock
from idp.audit import EventName
from idp.clients.client_identifier_url import is_client_identifier_url
from idp.clients.errors import InvalidClientMetadata
from idp.clients.metadata import validate
from idp.clients.model import Client
from idp.clients.sector import SectorSource, check_sector, sector_key_of
from idp.clients.stored import client_from
from idp.config import Config
from idp.secret import Secret, identifier
from idp.storage import clients as storage
from idp.storage.clients import ClientRow
from idp.vocabulary import TokenEndpointAuthMethod

SECRET_PREFIX = "idp_cs_"
# Several client libraries put it into HTTP Basic without encoding it.
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
SECRET_METHODS = frozenset(
    {TokenEndpointAuthMethod.CLIENT_SECRET_BASIC, TokenEndpointAuthMethod.CLIENT_SECRET_POST}
)


class ClientIdTaken(Exception):
    """There is a client with this client_id."""


class NoSuchClient(Exception):
    """There is no client with this client_id."""


class ClientUsesNoSecret(Exception):
    """The client authenticates by a key, or not at all."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A client, and its secrets while anybody knows them."""

    client: Client
    client_secret: Secret | None = None
    registration_access_token: Secret | None = None


def register(
    metadata: Mapping[str, Any],
    config: Config,
    *,
    sectors: SectorSource | None = None,
    client_id: str | None = None,
    reserved_scopes: Iterable[str] = (),
) -> Registered:
    """Add a client; only one of an operator may have words of reserved_scopes.

    Without `sectors` none may have a sector_identifier_uri; with them this may commit and wait.
    Raises InvalidRedirectURI or InvalidClientMetadata, and ClientIdTaken.
    """
    if client_id is not None and not CLIENT_ID.fullmatch(client_id):
        raise InvalidClientMetadata("client_id must be 1 to 255 letters, digits, - or _.")
    valid = validate(metadata, config, reserved_scopes=reserved_scopes)
    check_sector(valid, sectors)
    return add(valid, client_id=client_id)


def add(
    metadata: dict[str, Any],
    *,
    client_id: str | None = None,
    registration_access_token: Secret | None = None,
    document_expires_at: datetime | None = None,
    **detail: str,
) -> Registered:
    """Add a client with valid metadata; `detail` is for the audit log. Raises ClientIdTaken."""
    secret = generate_secret() if uses_secret(metadata["token_endpoint_auth_method"]) else None
    row = _new_row(
        client_id or f"client_{identifier()}", metadata, secret, registration_access_token
    )
    if document_expires_at is not None:
        row = replace(row, document_expires_at=document_expires_at, used_at=row.created_at)
    _add(row)
    audit.record(EventName.CLIENT_ADDED, client_id=row.client_id, **detail)
    return Registered(client_from(row), secret, registration_access_token)


def registration_response(registered: Registered) -> dict[str, Any]:
    """Say what was registered (RFC 7591 §3.2.1)."""
    client, secret = registered.client, registered.client_secret
    response = {
        "client_id": client.client_id,
        "client_id_issued_at": clock.timestamp(client.created_at),
    }
    if secret is not None:
        response |= {"client_secret": secret.reveal(), "client_secret_expires_at": 0}
    return response | dict(client.metadata)


def add_secret(client_id: str, overlap_seconds: int) -> Secret:
    """Give a client a new secret, and let the one it has stay good for a while.

    Raises NoSuchClient or ClientUsesNoSecret.
    """
    client = find_client(client_id)
    if client is None:
        raise NoSuchClient
    if not uses_secret(client.token_endpoint_auth_method):
        raise ClientUsesNoSecret
    secret = generate_secret()
    storage.set_client_secret(client_id, secret.digest, clock.in_seconds(overlap_seconds))
    audit.record(EventName.CLIENT_SECRET_ADDED, client_id=client_id)
    return secret


def find_client(client_id: str) -> Client | None:
    """Find a client, disabled or not, by whatever was sent as its client_id."""
    if not _can_be_there(client_id):
        return None
    row = storage.find_client_row(client_id)
    return None if row is None else client_from(row)


def find_clients(client_ids: Collection[str]) -> dict[str, Client]:
    """Find several clients, disabled or not, each under its id."""
    return {row.client_id: client_from(row) for row in storage.find_client_rows(client_ids)}


def list_clients() -> list[Client]:
    """List all clients, the oldest first."""
    return [client_from(row) for row in storage.list_client_rows()]


def remove(client_id: str, **detail: str) -> bool:
    """Remove a client with all that it was granted; tell whether there was one.

    `detail` is for the audit log.
    """
    is_removed = _can_be_there(client_id) and storage.remove_client(client_id)
    if is_removed:
        audit.record(EventName.CLIENT_REMOVED, client_id=client_id, **detail)
    return is_removed


def disable(client_id: str) -> bool:
    """Refuse a client until it is enabled again; tell whether there is such a client."""
    return _set_disabled(client_id, clock.now(), state="disabled")


def enable(client_id: str) -> bool:
    """Accept a client again, with what it was granted; tell whether there is such a client."""
    return _set_disabled(client_id, None, state="enabled")


def _can_be_there(client_id: str) -> bool:
    return bool(CLIENT_ID.fullmatch(client_id)) or is_client_identifier_url(client_id)


def _set_disabled(client_id: str, disabled_at: datetime | None, *, state: str) -> bool:
    is_there = storage.set_client_disabled(client_id, disabled_at)
    if is_there:
        audit.record(EventName.CLIENT_CHANGED, client_id=client_id, state=state)
    return is_there


def generate_secret() -> Secret:
    """Make a secret for a client."""
    return Secret.generate(SECRET_PREFIX)


def uses_secret(method: str) -> bool:
    """Tell whether a client that authenticates so needs a secret."""
    return method in SECRET_METHODS


def _new_row(
    client_id: str,
    metadata: dict[str, Any],
    secret: Secret | None,
    registration_access_token: Secret | None,
) -> ClientRow:
    token = registration_access_token
    now = clock.now()
    return ClientRow(
        client_id=client_id,
        metadata=metadata,
        secret_digest=None if secret is None else secret.digest,
        old_secret_digest=None,
        old_secret_expires_at=None,
        created_at=now,
        updated_at=now,
        disabled_at=None,
        registration_token_digest=None if token is None else token.digest,
        used_at=None if token is None else now,
        sector_key=sector_key_of(metadata),
    )


def _add(row: ClientRow) -> None:
    if storage.find_client_row(row.client_id) is not None:
        raise ClientIdTaken
    try:
        storage.add_client(row)
    except IntegrityError:  # somebody was faster
        raise ClientIdTaken from None
