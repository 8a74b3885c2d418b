"""Accounts: how they come to be, how they are closed, and how a password is changed."""

from typing import Any
from urllib.parse import urlsplit

from idp import audit, clock
from idp.audit import EventName
from idp.config import Config
from idp.outbox.notices import Notice, notify
from idp.secret import identifier
from idp.storage.credentials import set_password_hash
from idp.storage.grants import revoke_grants_of_user
from idp.storage.login_sessions import list_login_sessions
from idp.storage.pictures import remove_picture
from idp.storage.users import (
    User,
    add_user_unless_taken,
    find_user_by_key,
    set_user_claims,
    set_user_disabled,
    touch_user,
)
from idp.users import login_sessions, mail_proofs
from idp.users.claims import read_claims
from idp.users.look_alikes import look_alikes
from idp.users.names import NameTaken, Profile, ValidationFailed, check_profile
from idp.users.password_strength import check_strength
from idp.users.passwords import Hasher, UnusablePassword
from idp.words import N_

EMAIL_MISSING = N_("Enter your email address.")
PASSWORD_UNUSABLE = N_("This password is empty, too long, or has a character that cannot be used.")


class SignedOutMeanwhile(Exception):
    """The session in which something was to be changed was ended, while the password was hashed."""


def add_account(
    hasher: Hasher,
    *,
    username: str,
    email: str | None,
    name: str | None,
    password: str | None,
    is_admin: bool = False,
    email_verified: bool = False,
    claims: object = None,
) -> User:
    """Add an account for an operator, who may choose any password, or none.

    `claims` are untrusted JSON, in which email_verified may stand. Raises ValidationFailed, which
    NameTaken is one of, and HashingBusy.
    """
    profile = check_profile(username, email, name)
    known = {} if claims is None else read_claims(claims)
    refuse_taken(profile)
    email_verified = known.pop("email_verified", email_verified)
    password_hash = None if password is None else _hash_any(hasher, password)
    user = create_user(
        profile,
        password_hash,
        is_admin=is_admin,
        email_verified=email_verified,
        claims=known or None,
    )
    audit.record(EventName.USER_ADDED, user_id=user.user_id)
    return user


def check_account(
    config: Config, *, username: str, email: str, name: str, password: str
) -> Profile:
    """Accept what a person typed to get an account, or raise ValidationFailed with all errors."""
    errors: dict[str, str] = {}
    profile = None
    try:
        profile = check_profile(username, email, name)
    except ValidationFailed as failure:
        errors |= failure.errors
    if not email.strip():
        errors["email"] = EMAIL_MISSING
    context = (username, email, name, *_own_names(config))
    if weaknesses := check_strength(password, config=config.passwords, context=context):
        errors["password"] = weaknesses[0]
    if profile is None or errors:
        raise ValidationFailed(errors)
    return profile


def refuse_taken_username(profile: Profile) -> None:
    """Raise NameTaken if another account has this user name, or one that looks like it."""
    for key in (profile.username_key, *look_alikes(profile.username_key)):
        if find_user_by_key(key):
            raise NameTaken("username")


def refuse_taken(profile: Profile) -> None:
    """Raise NameTaken if another account has one of these names."""
    refuse_taken_username(profile)
    if profile.email_key and find_user_by_key(profile.email_key):
        raise NameTaken("email")


def create_user(
    profile: Profile,
    password_hash: str | None,
    *,
    is_admin: bool = False,
    email_verified: bool = False,
    claims: dict[str, Any] | None = None,
) -> User:
    """Write a new account. Raises NameTaken, also if another request was faster."""
    now = clock.now()
    user = User(
        user_id=identifier(),
        username=profile.username,
        username_key=profile.username_key,
        email=profile.email,
        email_key=profile.email_key,
        email_verified=email_verified and profile.email is not None,
        name=profile.name,
        is_admin=is_admin,
        created_at=now,
        updated_at=now,
        disabled_at=None,
        claims=claims,
    )
    if not add_user_unless_taken(user):
        refuse_taken(profile)
        raise NameTaken("username")  # ... by an account that was removed between the two queries
    if password_hash is not None:
        set_password_hash(user.user_id, password_hash)
    return user


def set_claims(user: User, claims: object) -> None:
    """Say of a person what untrusted JSON says, instead of what was said before.

    Whether the email address is verified is changed only if it is said. Raises ValidationFailed.
    """
    known = read_claims(claims)
    is_verified = known.pop("email_verified", None)
    set_user_claims(user.user_id, known, email_verified=is_verified and user.email is not None)
    remove_picture(user.user_id, unless=known.get("picture", "").rpartition("/")[2])
    audit.record(EventName.CLAIMS_CHANGED, user_id=user.user_id)


def disable_account(user_id: str) -> bool:
    """Close an account and all that it has open; tell whether there is such an account."""
    if not set_user_disabled(user_id, clock.now()):
        return False
    login_sessions.end_all(user_id)
    revoke_grants_of_user(user_id)
    audit.record(EventName.USER_DISABLED, user_id=user_id)
    return True


def enable_account(user_id: str) -> bool:
    """Open an account again; tell whether there is such an account."""
    if not set_user_disabled(user_id, None):
        return False
    audit.record(EventName.USER_ENABLED, user_id=user_id)
    return True


def change_password(
    hasher: Hasher, config: Config, user: User, password: str, *, current_sid: str | None = None
) -> None:
    """Give a person a new password, and end all that was opened with the old one.

    The login session in which the person changes it goes on. Raises ValidationFailed, HashingBusy,
    and SignedOutMeanwhile.
    """
    password_hash = hash_new_password(hasher, config, user, password)
    touch_user(user.user_id)  # from here on nobody else changes it
    if current_sid is not None and current_sid not in _live_sids(user):
        raise SignedOutMeanwhile
    replace_password(config, user, password_hash, current_sid=current_sid)


def hash_new_password(hasher: Hasher, config: Config, user: User, password: str) -> str:
    """Hash a password that a person has chosen. Raises ValidationFailed, HashingBusy."""
    context = (user.username, user.email or "", user.name or "", *_own_names(config))
    if weaknesses := check_strength(password, config=config.passwords, context=context):
        raise ValidationFailed({"password": weaknesses[0]})
    return hasher.hash(password)


def set_password(hasher: Hasher, config: Config, user: User, password: str) -> None:
    """Give a person a password for an operator, who may choose any; all that was opened ends.

    Raises ValidationFailed, HashingBusy.
    """
    password_hash = _hash_any(hasher, password)
    touch_user(user.user_id)
    replace_password(config, user, password_hash, current_sid=None)


def _live_sids(user: User) -> set[str]:
    return {each.sid for each in list_login_sessions(user.user_id)}


def replace_password(
    config: Config, user: User, password_hash: str, *, current_sid: str | None
) -> None:
    """Keep another password, and end what was opened, or begun, with the old one."""
    mail_proofs.end_with_password(user.user_id)
    set_password_hash(user.user_id, password_hash)
    login_sessions.end_all(user.user_id, except_sid=current_sid)
    revoke_grants_of_user(user.user_id)
    notify(config.mail, user, Notice.PASSWORD_CHANGED)
    audit.record(EventName.PASSWORD_CHANGED, user_id=user.user_id, sid=current_sid)


def _hash_any(hasher: Hasher, password: str) -> str:
    try:
        return hasher.hash_any(password)
    except UnusablePassword:
        raise ValidationFailed({"password": PASSWORD_UNUSABLE}) from None


def _own_names(config: Config) -> tuple[str, ...]:
    """What this service is called: a password must not be that."""
    return config.branding.name, urlsplit(config.issuer).hostname or ""
