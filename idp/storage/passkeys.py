"""Passkeys: the credentials of type "passkey", each with the public key of an authenticator.

A credential record is what WebAuthn L3 §4 says it is; its credential ID is unique among all people.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from idp import clock
from idp.secret import digest
from idp.storage.credentials import (
    PASSKEY,
    Credential,
    add_credential_unless_exists,
    credentials,
    list_credentials,
)
from idp.storage.operations import Query
from idp.storage.statements import changed, fetch_one
from idp.storage.transaction import db
from idp.storage.users import User, users


@dataclass(frozen=True, slots=True)
class Passkey:
    """A credential record; `id` and `public_key` are base64url, as WebAuthn writes them in JSON.

    `passkey_id` is the id of the row. `backup_eligible` is the BE flag, which never changes;
    `backed_up` is the BS flag at the last use, and `suspected_at` when there was a sign of a copy.
    """

    passkey_id: str
    user_id: str
    id: str
    public_key: str
    sign_count: int
    transports: Sequence[str]
    aaguid: str
    name: str
    backup_eligible: bool
    backed_up: bool
    user_verified: bool
    created_at: datetime
    last_used_at: datetime | None
    suspected_at: datetime | None


MOMENTS = ("last_used_at", "suspected_at")


def _passkey(credential: Credential) -> Passkey:
    data = dict(credential.data)
    moments = {name: datetime.fromisoformat(data[name]) for name in MOMENTS if data[name]}
    return Passkey(
        passkey_id=credential.credential_id,
        user_id=credential.user_id,
        created_at=credential.created_at,
        **data | moments,
    )


def _data(passkey: Passkey) -> dict[str, Any]:
    moments = {name: getattr(passkey, name) for name in MOMENTS}
    return {
        "id": passkey.id,
        "public_key": passkey.public_key,
        "sign_count": passkey.sign_count,
        "transports": list(passkey.transports),
        "aaguid": passkey.aaguid,
        "name": passkey.name,
        "backup_eligible": passkey.backup_eligible,
        "backed_up": passkey.backed_up,
        "user_verified": passkey.user_verified,
    } | {name: moment and moment.isoformat() for name, moment in moments.items()}


def _with_user(*row: Any) -> tuple[Passkey, User]:
    length = len(credentials.c)
    return _passkey(Credential(*row[:length])), User(*row[length:])


# Both rows stay as they are until the transaction ends: neither is the account disabled meanwhile,
# nor does another sign-in see the same signature counter.
_HOLD: Query[tuple[Passkey, User]] = Query(
    _with_user,
    select(credentials, users)
    .join(users, users.c.user_id == credentials.c.user_id)
    .where(credentials.c.type == PASSKEY, credentials.c.external_id == bindparam("external_id"))
    .with_for_update(key_share=True),
    holds=True,
)


def hold_passkey(credential_id: str) -> tuple[Passkey, User] | None:
    """Find a passkey by its credential ID, and whose it is; hold both."""
    return _HOLD.one(external_id=_external_id(credential_id))


def list_passkeys(user_id: str) -> list[Passkey]:
    """List a person's passkeys, the oldest first."""
    return [_passkey(each) for each in list_credentials(user_id) if each.type == PASSKEY]


def add_passkey_unless_known(passkey: Passkey) -> bool:
    """Add a passkey; tell whether nobody had one with its credential ID."""
    return add_credential_unless_exists(
        Credential(
            credential_id=passkey.passkey_id,
            user_id=passkey.user_id,
            type=PASSKEY,
            external_id=_external_id(passkey.id),
            data=_data(passkey),
            created_at=passkey.created_at,
            updated_at=passkey.created_at,
        )
    )


def note_use(passkey: Passkey, *, sign_count: int, backed_up: bool) -> None:
    """Note a sign-in with a passkey that is held (WebAuthn L3 §7.2, step 26)."""
    _write(replace(passkey, sign_count=sign_count, backed_up=backed_up, last_used_at=clock.now()))


def note_suspicion(passkey: Passkey) -> bool:
    """Note a sign that a passkey that is held was copied; tell whether it was the first one."""
    if passkey.suspected_at is None:
        _write(replace(passkey, suspected_at=clock.now()))
    return passkey.suspected_at is None


def rename_passkey(user_id: str, passkey_id: str, name: str) -> None:
    """Call a passkey something else, if it is a person's; a sign-in with it is waited for."""
    match = _is(user_id, passkey_id)
    credential = fetch_one(Credential, select(credentials).where(*match).with_for_update())
    if credential is not None:
        _write(replace(_passkey(credential), name=name))


def remove_passkey(user_id: str, passkey_id: str) -> bool:
    """Remove a person's passkey; tell whether there was such a passkey."""
    return changed(delete(credentials).where(*_is(user_id, passkey_id)))


def _external_id(credential_id: str) -> str:
    """Give what a credential ID is unique by; it may be longer than an index takes."""
    return digest(credential_id).hex()


def _is(user_id: str, passkey_id: str) -> tuple[Any, ...]:
    columns = credentials.c
    return (
        columns.credential_id == passkey_id,
        columns.user_id == user_id,
        columns.type == PASSKEY,
    )


def _write(passkey: Passkey) -> None:
    values = {"data": _data(passkey), "updated_at": clock.now()}
    match = credentials.c.credential_id == passkey.passkey_id
    db().execute(update(credentials).where(match).values(values))
