"""People's accounts."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    String,
    Table,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from idp import clock
from idp.storage.operations import Query
from idp.storage.schema import Moment, metadata
from idp.storage.statements import changed, fetch_all, fetch_one, find_one, insert_unless_exists
from idp.storage.transaction import db

users = Table(
    "users",
    metadata,
    Column("user_id", String(64), primary_key=True),
    Column("username", String(255), nullable=False),
    Column("username_key", String(255), nullable=False, unique=True),
    Column("email", String(320)),
    Column("email_key", String(320), unique=True),
    Column("email_verified", Boolean, nullable=False),
    Column("name", String(255)),
    Column("is_admin", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    Column("claims", JSON),
    Column("user_code_hash", String(255)),
)


@dataclass(frozen=True, slots=True)
class User:
    """An account. The keys are what its names are compared by (users/accounts.py).

    `claims` are standard claims about the person that have no column (OIDC Core §5.1);
    `user_code_hash` is of the code without which nobody may ask them from elsewhere (CIBA §7.1).
    """

    user_id: str
    username: str
    username_key: str
    email: str | None
    email_key: str | None
    email_verified: bool
    name: str | None
    is_admin: bool
    created_at: datetime
    updated_at: datetime
    disabled_at: datetime | None
    claims: dict[str, Any] | None = None
    user_code_hash: str | None = field(default=None, repr=False)

    @property
    def is_active(self) -> bool:
        """Whether the person may sign in and tokens may speak for them."""
        return self.disabled_at is None

    @property
    def is_reachable(self) -> bool:
        """Whether what opens the account may be mailed: the address is proven to be theirs."""
        return self.is_active and self.email is not None and self.email_verified

    @property
    def display_name(self) -> str:
        """What to call the person."""
        return self.name or self.username


_HOLD = Query(
    User,
    select(users).where(users.c.user_id == bindparam("user_id")).with_for_update(key_share=True),
    holds=True,
)


def add_user_unless_taken(user: User) -> bool:
    """Add an account; tell whether its names were free."""
    return insert_unless_exists(users, asdict(user))


def find_user(user_id: str) -> User | None:
    """Find an account by its id."""
    return find_one(User, users, user_id=user_id)


def find_user_by_key(key: str) -> User | None:
    """Find an account by the canonical form of its user name or email address."""
    match = or_(users.c.username_key == key, users.c.email_key == key)
    return fetch_one(User, select(users).where(match))


def hold_user(user_id: str) -> User | None:
    """Find an account by its id, and let nobody change it before this transaction is over."""
    return _HOLD.one(user_id=user_id)


def list_users() -> list[User]:
    """List all accounts, for the command line."""
    return fetch_all(User, select(users).order_by(users.c.username_key))


def admin_exists() -> bool:
    """Tell whether there is an administrator."""
    return bool(
        db().scalar(select(exists().where(users.c.is_admin, users.c.disabled_at.is_(None))))
    )


def set_user_disabled(user_id: str, disabled_at: datetime | None) -> bool:
    """Disable an account, or enable it again with None; tell whether there is such an account."""
    values = {"disabled_at": disabled_at, "updated_at": clock.now()}
    return changed(update(users).where(users.c.user_id == user_id).values(values))


def set_user_claims(
    user_id: str, claims: dict[str, Any], *, email_verified: bool | None = None
) -> None:
    """Give an account other claims; whether its email address is verified only if that is said."""
    values: dict[str, Any] = {"claims": claims, "updated_at": clock.now()}
    if email_verified is not None:
        values["email_verified"] = email_verified
    db().execute(update(users).where(users.c.user_id == user_id).values(values))


def set_email_verified(user_id: str, email_key: str) -> bool:
    """Note that an address is its person's, if the account has it still; tell whether it has."""
    match = (users.c.user_id == user_id, users.c.email_key == email_key)
    values = {"email_verified": True, "updated_at": clock.now()}
    return changed(update(users).where(*match, users.c.disabled_at.is_(None)).values(values))


def set_user_email(user_id: str, email: str, email_key: str) -> bool:
    """Give an account an address that was proven; tell whether no other account has it.

    If one has, all that this request has written is undone.
    """
    values = {
        "email": email,
        "email_key": email_key,
        "email_verified": True,
        "updated_at": clock.now(),
    }
    try:
        return changed(update(users).where(users.c.user_id == user_id).values(values))
    except IntegrityError:
        db().rollback()
        return False


def set_user_profile(user_id: str, name: str | None, claims: dict[str, Any]) -> None:
    """Give an account another name and other claims."""
    values = {"name": name, "claims": claims, "updated_at": clock.now()}
    db().execute(update(users).where(users.c.user_id == user_id).values(values))


def set_user_code_hash(user_id: str, user_code_hash: str | None) -> None:
    """Give an account a user code, or none."""
    match = users.c.user_id == user_id
    db().execute(update(users).where(match).values(user_code_hash=user_code_hash))


def hold_admins() -> list[str]:
    """List the administrators who may sign in; nobody else changes them in this transaction."""
    match = (users.c.is_admin, users.c.disabled_at.is_(None))
    statement = select(users.c.user_id).where(*match).order_by(users.c.user_id)
    return list(db().hold(statement).scalars())


def remove_user(user_id: str) -> bool:
    """Remove an account with all that hangs on it; tell whether there was one."""
    return changed(delete(users).where(users.c.user_id == user_id))


def touch_user(user_id: str) -> None:
    """Note that an account changes; whoever holds it to grant something is waited for."""
    match = users.c.user_id == user_id
    db().execute(update(users).where(match).values(updated_at=clock.now()))
