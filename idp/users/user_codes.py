"""Codes of people without which nobody may ask them from elsewhere (CIBA Core §7.1).

A person chooses one, tells it to whom they like, and it comes with each request about them. It
opens nothing: what is asked still has to be allowed. So it may be short, and is kept as a password
is, since it may be one.
"""

from idp import audit
from idp.audit import EventName
from idp.config import ThrottleConfig
from idp.storage.database import commit
from idp.storage.users import User, set_user_code_hash
from idp.users import throttle
from idp.users.names import ValidationFailed
from idp.users.passwords import Hasher
from idp.words import N_

MIN_LENGTH, MAX_LENGTH = 6, 64
UNUSABLE = N_("Choose a code of 6 to 64 characters.")


class MissingUserCode(Exception):
    """The person has a code, and it did not come with the request."""


class WrongUserCode(Exception):
    """The code is not that of the person, who may have none."""


def change_user_code(hasher: Hasher, user: User, code: str) -> None:
    """Let a person be asked only with a code; raise ValidationFailed or HashingBusy. Commits."""
    if not (MIN_LENGTH <= len(code) <= MAX_LENGTH and code.isprintable()):
        raise ValidationFailed({"user_code": UNUSABLE})
    set_user_code_hash(user.user_id, hasher.hash_any(code))
    audit.record(EventName.USER_CODE_CHANGED, user_id=user.user_id)


def remove_user_code(user: User) -> None:
    """Let a person be asked without a code again."""
    if user.user_code_hash is not None:
        set_user_code_hash(user.user_id, None)
        audit.record(EventName.USER_CODE_REMOVED, user_id=user.user_id)


def check_user_code(
    hasher: Hasher, config: ThrottleConfig, client_id: str, user: User, code: str | None
) -> None:
    """Refuse a client without the code of the person; each guess is counted before it is made.

    Raises MissingUserCode, WrongUserCode, Throttled or HashingBusy; commits if there is a code.
    """
    if user.user_code_hash is None and code is None:
        return
    if code is None:
        raise MissingUserCode
    throttle.take_code_of_user(client_id, user, config)
    if user.user_code_hash is None or not hasher.verify(code, user.user_code_hash).matches:
        audit.record(EventName.USER_CODE_REFUSED, user_id=user.user_id, client_id=client_id)
        commit()
        raise WrongUserCode
    throttle.forgive_code_of_user(client_id, user)
