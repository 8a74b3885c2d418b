"""Sign-in with a password, for the login page and the password grant alike (RFC 6749 §4.3)."""

from idp import audit
from idp.audit import EventName
from idp.authenticators.proof import InvalidCredentials
from idp.config import ThrottleConfig
from idp.storage.credentials import (
    find_user_and_password,
    hold_user_and_password,
    replace_password_hash,
)
from idp.storage.database import commit
from idp.storage.users import User
from idp.users import throttle
from idp.users.names import login_key
from idp.users.passwords import Hasher, HashingBusy, WaitedInVain
from idp.users.throttle import Throttled

Found = tuple[User | None, str | None]
NOBODY: Found = (None, None)


def verify(
    hasher: Hasher,
    config: ThrottleConfig,
    username: str,
    password: str,
    address: str,
    *,
    client_id: str | None = None,
) -> User:
    """Find the user whose name and password these are.

    Raises InvalidCredentials, Throttled and HashingBusy, and works as long for a user who does not
    exist, is disabled or has no password. It commits the transaction: call it before any write.
    """
    hasher.refuse_if_full()
    key = login_key(username)
    user, password_hash = find_user_and_password(key) or NOBODY
    user_id = user.user_id if user else None
    account = throttle.account_key(user, key)
    try:
        throttle.take(account, address, config)
    except Throttled as throttled:
        if throttled.is_first:
            audit.record(EventName.LOGIN_THROTTLED, user_id=user_id, client_id=client_id)
        raise
    try:
        user = _verify(hasher, key, password, (user, password_hash))
    except WaitedInVain:  # nothing was compared, so nothing was guessed
        throttle.give_back(account, address)
        commit()
        raise
    if user is None:
        audit.record(EventName.LOGIN_FAILED, user_id=user_id, client_id=client_id)
        raise InvalidCredentials
    throttle.forgive(account, address)
    return user


def _verify(hasher: Hasher, key: str, password: str, found: Found) -> User | None:
    user, password_hash = found
    verdict = hasher.verify(password, password_hash)
    if user is None or password_hash is None or not user.is_active or not verdict.matches:
        return None
    if verdict.needs_rehash:
        password_hash = _rehash(hasher, user, password, password_hash)
    # Hashing took long enough for the account to be disabled or the password to be changed.
    again = hold_user_and_password(key) or NOBODY
    if again != (user, password_hash):
        return _verify(hasher, key, password, again)
    return user


def _rehash(hasher: Hasher, user: User, password: str, password_hash: str) -> str:
    """Keep the password in today's form, and give the form in which it is kept now."""
    try:
        new_hash = hasher.hash_any(password)
    except HashingBusy:  # the next sign-in will do
        return password_hash
    is_kept = replace_password_hash(user.user_id, password_hash, new_hash)
    return new_hash if is_kept else password_hash
