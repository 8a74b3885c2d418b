"""Recovery codes, for who has lost their app: ten, each good once (NIST SP 800-63B-4 §3.1.2).

A code has 75 random bits, so that its digest needs no salt. The codes of a set come out of one
seed, which nobody keeps: it is only there as long as they are shown.
"""

import hashlib

from idp import audit
from idp.audit import EventName
from idp.authenticators import changing, pending
from idp.authenticators.attempt import counted
from idp.authenticators.pending import TookTooLong
from idp.authenticators.proof import InvalidCredentials
from idp.config import Config
from idp.outbox.notices import Notice, notify
from idp.secret import Secret, digest
from idp.storage.credentials import (
    PASSKEY,
    RECOVERY_CODE,
    TOTP,
    list_credentials,
    replace_recovery_codes,
    spend_recovery_code,
)
from idp.storage.users import User

PURPOSE = "recovery codes"

COUNT = 10
LENGTH = 15
GROUP = 5

# No two of them look alike; what does is read as the one that it looks like.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LOOKALIKES = str.maketrans("oil", "011")


def verify(config: Config, user: User, code: str, address: str) -> None:
    """Spend one of the person's codes, however it is typed.

    Raises InvalidCredentials and Throttled. It commits the transaction: call it before any write.
    """
    with counted(config.throttle, user, address, RECOVERY_CODE, is_guessable=False):
        if not spend_recovery_code(user.user_id, _external_id(code)):
            raise InvalidCredentials
    audit.record(EventName.RECOVERY_CODE_SPENT, user_id=user.user_id)
    notify(config.mail, user, Notice.RECOVERY_CODE_USED)


def begin(config: Config, user: User) -> str:
    """Seal what a new set will be made of."""
    return pending.put_away(config, user, PURPOSE, {"seed": Secret.generate().reveal()})


def make(config: Config, user: User, sealed: str, *, current_sid: str) -> list[str]:
    """Make the set, instead of the codes that the person has left.

    Raises TookTooLong and SignedOutMeanwhile.
    """
    seed = pending.take_up(config, user, PURPOSE, sealed)["seed"]
    codes = codes_from(seed)
    changing.begin(user, current_sid)
    if pending.finish(PURPOSE, seed):
        replace(user, codes)
        audit.record(EventName.RECOVERY_CODES_MADE, user_id=user.user_id, sid=current_sid)
        notify(config.mail, user, Notice.RECOVERY_CODES_MADE)
    elif not are_current(user, codes):
        raise TookTooLong
    return codes


def codes_from(seed: str) -> list[str]:
    """Make the codes of a set, as people read them; the seed must be a secret."""
    stream = hashlib.shake_256(b"idp recovery codes " + seed.encode()).digest(COUNT * LENGTH)
    letters = "".join(ALPHABET[byte % len(ALPHABET)] for byte in stream)
    codes = [letters[start : start + LENGTH] for start in range(0, len(letters), LENGTH)]
    return ["-".join(_groups(code)) for code in codes]


def replace(user: User, codes: list[str]) -> None:
    """Let these be the person's codes, and no others."""
    replace_recovery_codes(user.user_id, [_external_id(code) for code in codes])


def is_needed(user_id: str) -> bool:
    """Tell whether a person has anything that a recovery code stands in for."""
    stood_in_for = {TOTP, PASSKEY}
    return any(each.type in stood_in_for for each in list_credentials(user_id))


def remaining(user_id: str) -> int:
    """Tell how many codes a person has left."""
    return len(_stored(user_id))


def are_current(user: User, codes: list[str]) -> bool:
    """Tell whether the codes that a person has are of this set."""
    stored = _stored(user.user_id)
    return bool(stored) and stored <= {_external_id(code) for code in codes}


def _stored(user_id: str) -> set[str]:
    return {each.external_id for each in list_credentials(user_id) if each.type == RECOVERY_CODE}


def _external_id(code: str) -> str:
    """Name a code by its digest, whatever its capitals and what stands between its letters."""
    letters = filter(str.isalnum, code.lower())
    return digest("".join(letters).translate(LOOKALIKES)).hex()


def _groups(code: str) -> list[str]:
    return [code[start : start + GROUP] for start in range(0, LENGTH, GROUP)]
