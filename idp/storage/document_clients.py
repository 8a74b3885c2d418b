"""Clients whose client_id is the URL of their metadata document (Client ID Metadata Documents)."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select, update

from idp import clock
from idp.storage.clients import clients
from idp.storage.consents import consents
from idp.storage.grants import grants
from idp.storage.transaction import db

HAS_DOCUMENT = clients.c.document_expires_at.is_not(None)


def count_document_clients() -> int:
    """Count the clients that have a metadata document."""
    return db().scalar(select(func.count()).where(HAS_DOCUMENT)) or 0


def set_client_document(
    client_id: str, metadata: dict[str, Any], sector_key: bytes | None, expires_at: datetime
) -> None:
    """Put a document in place of the one that a client had."""
    values = {
        "metadata": metadata,
        "sector_key": sector_key,
        "document_expires_at": expires_at,
        "updated_at": clock.now(),
    }
    db().execute(update(clients).where(clients.c.client_id == client_id).values(values))


def keep_client_document(client_id: str, expires_at: datetime) -> None:
    """Note that the document of a client is still as it was."""
    statement = update(clients).where(clients.c.client_id == client_id)
    db().execute(statement.values(document_expires_at=expires_at))


def find_client_that_nobody_allowed() -> str | None:
    """Find the client with a document that nobody allows anything and that came first, by its id.

    One that is disabled must stay, or it would come back.
    """
    is_allowed = (
        exists().where(each.c.client_id == clients.c.client_id) for each in (consents, grants)
    )
    first = (
        select(clients.c.client_id)
        .where(
            HAS_DOCUMENT,
            clients.c.disabled_at.is_(None),
            *(~each for each in is_allowed),
        )
        .order_by(clients.c.created_at)
        .limit(1)
    )
    client_id: str | None = db().scalar(first)
    return client_id
