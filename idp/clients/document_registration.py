"""Clients whose client_id is the URL of their metadata: kept as others are (CIMD §5.2).

They are clients that registered themselves, and as little trusted. Nobody need have looked at such
a client for it to come here; so when there are too many, those go first whom no person has allowed
anything.
"""

from datetime import datetime
from typing import Any

from idp import audit
from idp.audit import EventName
from idp.clients.registration import add
from idp.clients.sector import sector_key_of
from idp.clients.self_registration import TooManyClients
from idp.config import Config
from idp.storage.clients import find_client_row, lock_self_registration, remove_client
from idp.storage.database import commit
from idp.storage.document_clients import (
    count_document_clients,
    find_client_that_nobody_allowed,
    keep_client_document,
    set_client_document,
)

BY = "its document"


def has_room(config: Config) -> bool:
    """Tell whether one more such client may come."""
    has_place = count_document_clients() < config.client_registration.max_clients
    return has_place or find_client_that_nobody_allowed() is not None


def register_by_document(
    client_id: str, metadata: dict[str, Any], expires_at: datetime, config: Config
) -> None:
    """Let a client be as its document says, in valid metadata, until it is to be read again.

    What was written is kept, whatever follows. Raises TooManyClients.
    """
    lock_self_registration()
    row = find_client_row(client_id)
    if row is None:
        _make_room(config.client_registration.max_clients)
        add(metadata, client_id=client_id, document_expires_at=expires_at, invited_by=BY)
    elif row.metadata == metadata:
        keep_client_document(client_id, expires_at)
    else:
        set_client_document(client_id, metadata, sector_key_of(metadata), expires_at)
        audit.record(EventName.CLIENT_CHANGED, client_id=client_id, by=BY)
    commit()


def _make_room(max_clients: int) -> None:
    if count_document_clients() < max_clients:
        return
    removed = find_client_that_nobody_allowed()
    if removed is None or not remove_client(removed):
        raise TooManyClients
    audit.record(EventName.CLIENT_REMOVED, client_id=removed, reason="room for another")
