"""An attempt at a second factor, counted before it is made (OWASP ASVS 6.3.1)."""

from collections.abc import Iterator
from contextlib import contextmanager

from idp import audit
from idp.audit import EventName
from idp.config import ThrottleConfig
from idp.storage.database import commit
from idp.storage.users import User
from idp.users import throttle
from idp.users.throttle import Throttled


@contextmanager
def counted(
    config: ThrottleConfig, user: User, address: str, method: str, *, is_guessable: bool
) -> Iterator[None]:
    """Let an attempt be made, which raises an exception if it fails.

    Raises Throttled, and commits the transaction before the attempt. What can be guessed because it
    is short is counted once more, so that a password which is right does not win new guesses.
    """
    account = throttle.account_key(user, "")
    try:
        throttle.take(account, address, config)
        if is_guessable:
            throttle.take_guess(user, config)
    except Throttled as throttled:
        if throttled.is_first:
            audit.record(EventName.LOGIN_THROTTLED, user_id=user.user_id, method=method)
        raise
    commit()
    yield
    throttle.forgive(account, address)
    if is_guessable:
        throttle.forgive_guesses(user)
