"""What is known of keys: their public part and state. Private parts are in `keys/`.

Those that sign were here first; by its algorithm a key is one that decrypts.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, String, Table, delete, insert, select, update

from idp.storage.locks import Lock, hold
from idp.storage.schema import Moment, metadata
from idp.storage.statements import changed, fetch_all
from idp.storage.transaction import db

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("kid", String(64), primary_key=True),
    Column("algorithm", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("public_jwk", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("activated_at", Moment),
    Column("retired_at", Moment),
    # Until then the last token that it signed may live, and it is published.
    Column("expires_at", Moment),
)


@dataclass(frozen=True, slots=True)
class SigningKeyRow:
    """A key; `state` is a value of signing.KeyState."""

    kid: str
    algorithm: str
    state: str
    public_jwk: dict[str, Any]
    created_at: datetime
    activated_at: datetime | None = None
    retired_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SigningKeyState:
    """What a server looks at every few seconds: which keys there are, and in what state."""

    kid: str
    state: str
    expires_at: datetime | None


def lock_signing_keys() -> None:
    """Keep other processes from changing the keys until this transaction ends."""
    hold(Lock.SIGNING_KEYS)


def add_signing_key(row: SigningKeyRow) -> None:
    """Add a key."""
    db().execute(insert(signing_keys).values(**asdict(row)))


def list_signing_keys() -> list[SigningKeyRow]:
    """List all keys, oldest first."""
    return fetch_all(SigningKeyRow, select(signing_keys).order_by(signing_keys.c.created_at))


def list_signing_key_states() -> list[SigningKeyState]:
    """List the states of all keys, without the keys themselves."""
    columns = signing_keys.c
    return fetch_all(SigningKeyState, select(columns.kid, columns.state, columns.expires_at))


def change_key_state(kid: str, old_state: str, **changes: Any) -> bool:
    """Move a key to another state; tell whether it still was in the old one."""
    match = (signing_keys.c.kid == kid, signing_keys.c.state == old_state)
    return changed(update(signing_keys).where(*match).values(**changes))


def remove_signing_key(kid: str) -> None:
    """Forget a key."""
    db().execute(delete(signing_keys).where(signing_keys.c.kid == kid))
