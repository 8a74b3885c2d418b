"""Credentials: one row for each authenticator of a person, whatever kind it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from idp import clock
from idp.secret import identifier
from idp.storage.operations import Query
from idp.storage.schema import Moment, metadata
from idp.storage.statements import (
    as_values,
    changed,
    fetch_all,
    find_one,
    insert_unless_exists,
    upsert,
)
from idp.storage.transaction import db
from idp.storage.users import User, users

credentials = Table(
    "credentials",
    metadata,
    Column("credential_id", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False),
    Column("type", String(32), nullable=False),
    # What is unique among credentials of a type; of a password, its user: there is one for each.
    Column("external_id", String(255), nullable=False),
    Column("data", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("type", "external_id"),
    Index(None, "user_id", "type"),
)

# A value of authenticators.proof.Method each
PASSWORD = "password"
TOTP = "totp"
RECOVERY_CODE = "recovery_code"
PASSKEY = "passkey"

_WITH_PASSWORD = (
    select(users, credentials.c.data)
    .outerjoin(
        credentials,
        and_(credentials.c.user_id == users.c.user_id, credentials.c.type == PASSWORD),
    )
    .where(or_(users.c.username_key == bindparam("key"), users.c.email_key == bindparam("key")))
)


@dataclass(frozen=True, slots=True)
class Credential:
    """An authenticator of a person; `data` is what there is to know of its type."""

    credential_id: str
    user_id: str
    type: str
    external_id: str
    data: Mapping[str, Any] = field(repr=False)  # it may hold the digest of a secret
    created_at: datetime
    updated_at: datetime


def _with_password(*row: Any) -> tuple[User, str | None]:
    *values, data = row
    return User(*values), data["hash"] if data else None


_FIND_WITH_PASSWORD = Query(_with_password, _WITH_PASSWORD)
_HOLD_WITH_PASSWORD = Query(
    _with_password, _WITH_PASSWORD.with_for_update(read=True, of=users), holds=True
)


def find_user_and_password(key: str) -> tuple[User, str | None] | None:
    """Find an account by a canonical name, with the hash of its password."""
    return _FIND_WITH_PASSWORD.one(key=key)


def hold_user_and_password(key: str) -> tuple[User, str | None] | None:
    """Find them, and let nobody change either before this transaction is over."""
    return _HOLD_WITH_PASSWORD.one(key=key)


def add_credential_unless_exists(credential: Credential) -> bool:
    """Add an authenticator; tell whether there was none of that type and external id."""
    return insert_unless_exists(credentials, as_values(credential))


def find_credential(type_: str, external_id: str) -> Credential | None:
    """Find an authenticator."""
    return find_one(Credential, credentials, type=type_, external_id=external_id)


def remove_credential(user_id: str, credential_id: str) -> bool:
    """Remove an authenticator of a person; tell whether they had it."""
    match = (credentials.c.user_id == user_id, credentials.c.credential_id == credential_id)
    return changed(delete(credentials).where(*match))


def list_credential_types(user_id: str) -> frozenset[str]:
    """List the kinds of credentials that an account has."""
    statement = select(credentials.c.type).where(credentials.c.user_id == user_id).distinct()
    return frozenset(db().scalars(statement))


def list_credentials(user_id: str) -> list[Credential]:
    """List all that a person can prove with who they are, the oldest first."""
    columns = credentials.c
    order = (columns.created_at, columns.credential_id)
    return fetch_all(
        Credential, select(credentials).where(columns.user_id == user_id).order_by(*order)
    )


def replace_credential(credential: Credential) -> None:
    """Add an authenticator, instead of the one of the same type and external id."""
    values = as_values(credential)
    db().execute(upsert(credentials, values, "type", "external_id", **values))


def spend_totp_step(credential: Credential, step: int) -> bool:
    """Use the code of a time step; tell whether neither it nor a later one was used before."""
    match = (
        credentials.c.credential_id == credential.credential_id,
        credentials.c.data["last_step"].as_integer() < step,
    )
    values = {"data": {**credential.data, "last_step": step}, "updated_at": clock.now()}
    return changed(update(credentials).where(*match).values(values))


def replace_totp_secret(credential: Credential, sealed: str) -> bool:
    """Keep the secret of an app in another form, unless something changed; tell whether not."""
    match = (
        credentials.c.credential_id == credential.credential_id,
        credentials.c.data["last_step"].as_integer() == credential.data["last_step"],
        credentials.c.data["secret"].as_string() == credential.data["secret"],
    )
    values = {"data": {**credential.data, "secret": sealed}}
    return changed(update(credentials).where(*match).values(values))


def list_credentials_of_type(type_: str) -> list[Credential]:
    """List all authenticators of a type, for what is done to all of them at once."""
    return fetch_all(Credential, select(credentials).where(credentials.c.type == type_))


def replace_recovery_codes(user_id: str, external_ids: Iterable[str]) -> None:
    """Give a person these recovery codes, instead of those that they have left."""
    remove_credentials(user_id, RECOVERY_CODE)
    now = clock.now()
    rows = [
        Credential(identifier(), user_id, RECOVERY_CODE, external_id, {}, now, now)
        for external_id in external_ids
    ]
    db().execute(insert(credentials), [as_values(row) for row in rows])


def spend_recovery_code(user_id: str, external_id: str) -> bool:
    """Use a recovery code of a person; tell whether they had it."""
    match = (
        credentials.c.type == RECOVERY_CODE,
        credentials.c.external_id == external_id,
        credentials.c.user_id == user_id,
    )
    return changed(delete(credentials).where(*match))


def remove_credentials(user_id: str, *types: str) -> int:
    """Remove all authenticators of some types that a person has; tell how many there were."""
    match = (credentials.c.user_id == user_id, credentials.c.type.in_(types))
    return db().execute(delete(credentials).where(*match)).rowcount


def is_anything_sealed() -> bool:
    """Tell whether there are secrets that only the sealing key opens (users/sealing.py)."""
    return bool(db().scalar(select(exists().where(credentials.c.type == TOTP))))


def set_password_hash(user_id: str, password_hash: str) -> None:
    """Give an account a password, instead of the one that it had."""
    now = clock.now()
    values = {
        "credential_id": identifier(),
        "user_id": user_id,
        "type": PASSWORD,
        "external_id": user_id,
        "data": {"hash": password_hash},
        "created_at": now,
        "updated_at": now,
    }
    changes = {"data": {"hash": password_hash}, "updated_at": now}
    db().execute(upsert(credentials, values, "type", "external_id", **changes))


def replace_password_hash(user_id: str, old_hash: str, new_hash: str) -> bool:
    """Keep a password in another form, unless it was changed meanwhile; tell whether it was not."""
    match = (
        credentials.c.type == PASSWORD,
        credentials.c.external_id == user_id,
        credentials.c.data["hash"].as_string() == old_hash,
    )
    values = {"data": {"hash": new_hash}, "updated_at": clock.now()}
    return changed(update(credentials).where(*match).values(values))
