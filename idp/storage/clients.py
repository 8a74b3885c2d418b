"""Registered clients: their metadata (RFC 7591) and digests of up to two live secrets."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    LargeBinary,
    String,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    select,
    update,
)

from idp import clock
from idp.storage.locks import Lock, hold
from idp.storage.operations import Change, Query
from idp.storage.schema import Digest, Moment, metadata
from idp.storage.statements import add_row, changed, fetch_all
from idp.storage.transaction import db

clients = Table(
    "clients",
    metadata,
    Column("client_id", String(255), primary_key=True),
    Column("metadata", JSON, nullable=False),
    Column("secret_digest", Digest),
    Column("old_secret_digest", Digest),
    Column("old_secret_expires_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    Column("registration_token_digest", Digest),
    Column("used_at", Moment, index=True),
    Column("sector_key", LargeBinary(32)),
    Column("document_expires_at", Moment),
)


# How many clients of a process are kept as they were read, and parsed.
CLIENTS_KEPT = 1000


@dataclass(frozen=True, slots=True, eq=False)
class ClientRow:
    """A client as it is stored; clients/model.py makes a Client of it.

    A client that registered itself has the digest of its registration access token, and `used_at`,
    which says on which day it was used last; those of an operator have neither. One with pairwise
    subjects has the key of its sector. One whose client_id is the URL of its metadata document has
    `document_expires_at`, until when that counts as it was read, and `used_at` too.

    Rows are compared as objects: `find_client_row` gives the same one as long as nothing in it has
    changed, so what was made of it can be kept.
    """

    client_id: str
    metadata: dict[str, Any]
    secret_digest: bytes | None
    old_secret_digest: bytes | None
    old_secret_expires_at: datetime | None
    created_at: datetime
    updated_at: datetime
    disabled_at: datetime | None
    registration_token_digest: bytes | None = None
    used_at: datetime | None = None
    sector_key: bytes | None = None
    document_expires_at: datetime | None = None


@lru_cache(maxsize=CLIENTS_KEPT)
def _kept(client_id: str, metadata: str, *columns: Any) -> ClientRow:
    return ClientRow(client_id, json.loads(metadata), *columns)


_FIND = Query(
    _kept,
    select(clients.c.client_id, cast(clients.c.metadata, Text), *tuple(clients.c)[2:]).where(
        clients.c.client_id == bindparam("id")
    ),
)


_MARK_USED = Change(
    update(clients)
    .where(clients.c.client_id == bindparam("id"), clients.c.used_at < bindparam("now"))
    .values(used_at=bindparam("now"))
)


def add_client(row: ClientRow) -> None:
    """Add a client."""
    add_row(clients, row)


def find_client_row(client_id: str) -> ClientRow | None:
    """Find a client by its id.

    It is read each time, so that a change counts at once in every worker; only reading what is
    inside its metadata, which takes ten times as long, is not done again.
    """
    return _FIND.one(id=client_id)


def find_client_rows(client_ids: Collection[str]) -> list[ClientRow]:
    """Find several clients by their ids."""
    return fetch_all(ClientRow, select(clients).where(clients.c.client_id.in_(client_ids)))


def list_client_rows() -> list[ClientRow]:
    """List all clients, for the command line."""
    return fetch_all(ClientRow, select(clients).order_by(clients.c.created_at))


def remove_client(client_id: str) -> bool:
    """Remove a client; tell whether there was one."""
    return changed(delete(clients).where(clients.c.client_id == client_id))


def set_client_disabled(client_id: str, disabled_at: datetime | None) -> bool:
    """Disable a client, or enable it again with None; tell whether there is such a client."""
    values = {"disabled_at": disabled_at, "updated_at": clock.now()}
    return changed(update(clients).where(clients.c.client_id == client_id).values(values))


def replace_client(row: ClientRow) -> bool:
    """Give a client other metadata and one secret or none; tell whether there is such a client."""
    return changed(
        update(clients)
        .where(clients.c.client_id == row.client_id)
        .values(
            metadata=row.metadata,
            sector_key=row.sector_key,
            secret_digest=row.secret_digest,
            old_secret_digest=None,
            old_secret_expires_at=None,
            updated_at=clock.now(),
        )
    )


def set_client_secret(client_id: str, digest: bytes, old_secret_expires_at: datetime) -> bool:
    """Give a client a new secret; the one it had stays good until that moment."""
    return changed(
        update(clients)
        .where(clients.c.client_id == client_id)
        .values(
            secret_digest=digest,
            old_secret_digest=clients.c.secret_digest,
            old_secret_expires_at=old_secret_expires_at,
            updated_at=clock.now(),
        )
    )


def set_client_metadata(client_id: str, metadata: dict[str, Any], sector_key: bytes | None) -> bool:
    """Give a client other metadata; tell whether there is such a client."""
    values = {"metadata": metadata, "sector_key": sector_key, "updated_at": clock.now()}
    return changed(update(clients).where(clients.c.client_id == client_id).values(values))


def remove_client_secrets(client_id: str) -> None:
    """Let no secret of a client be good any more."""
    names = ("secret_digest", "old_secret_digest", "old_secret_expires_at")
    statement = update(clients).where(clients.c.client_id == client_id)
    db().execute(statement.values(dict.fromkeys(names)))


def mark_client_used(client_id: str, now: datetime) -> None:
    """Note, by the end of the transaction, when a client that registered itself was used."""
    _MARK_USED.later(id=client_id, now=now)


def lock_self_registration() -> None:
    """Keep others from registering themselves until this transaction ends."""
    hold(Lock.SELF_REGISTRATION)


def count_self_registered_clients() -> int:
    """Count the clients that registered themselves."""
    is_one = clients.c.used_at.is_not(None) & clients.c.document_expires_at.is_(None)
    return db().scalar(select(func.count()).where(is_one)) or 0


def remove_unused_clients(before: datetime, limit: int) -> list[str]:
    """Remove clients that no operator registered and were last used before; give their ids.

    One that has a metadata document would come back, so it stays disabled if it is.
    """
    comes_back = clients.c.document_expires_at.is_not(None)
    is_unused = (clients.c.used_at < before) & ~(comes_back & clients.c.disabled_at.is_not(None))
    some = select(clients.c.client_id).where(is_unused).limit(limit)
    # Said twice, so that PostgreSQL looks again at one that is used at this very moment.
    statement = delete(clients).where(clients.c.client_id.in_(some), is_unused)
    return list(db().scalars(statement.returning(clients.c.client_id)))
