"""How a person gets codes from an app, and how they lose them (RFC 6238, Key URI Format)."""

from dataclasses import asdict, dataclass, field

import pyotp

from idp import clock
from idp.audit import EventName
from idp.authenticators import changing, pending, recovery_code
from idp.authenticators.pending import TookTooLong
from idp.authenticators.totp import DIGITS, SECONDS, matching_step, secret_of
from idp.config import Config
from idp.outbox.notices import Notice, notify
from idp.secret import Secret, identifier
from idp.storage.credentials import (
    RECOVERY_CODE,
    TOTP,
    Credential,
    find_credential,
    list_credentials_of_type,
    remove_credentials,
    replace_credential,
    replace_totp_secret,
)
from idp.storage.users import User
from idp.users.sealing import seal

PURPOSE = "totp enrolment"


class WrongCode(Exception):
    """The code is not one that the app shows now."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A secret that becomes a person's when they show that their app has it.

    With it come recovery codes, if they have none yet, out of `seed`.
    """

    credential_id: str
    secret: str = field(repr=False)
    seed: str = field(repr=False)


def begin() -> Enrolment:
    """Make a secret of 160 bits (RFC 4226 §4, R6)."""
    return Enrolment(identifier(), pyotp.random_base32(), Secret.generate().reveal())


def put_away(config: Config, user: User, enrolment: Enrolment) -> str:
    """Seal an enrolment for the form of the person, until they come back with a code."""
    return pending.put_away(config, user, PURPOSE, asdict(enrolment))


def take_up(config: Config, user: User, sealed: str) -> Enrolment:
    """Go on with an enrolment; raise TookTooLong."""
    return Enrolment(**pending.take_up(config, user, PURPOSE, sealed))


def uri_of(config: Config, user: User, enrolment: Enrolment) -> str:
    """Write the secret as apps read it."""
    totp = pyotp.TOTP(enrolment.secret, digits=DIGITS, interval=SECONDS)
    return totp.provisioning_uri(name=user.username, issuer_name=config.branding.name)


def complete(
    config: Config, user: User, enrolment: Enrolment, code: str, *, current_sid: str
) -> list[str] | None:
    """Let codes of this app be asked for from now on; give recovery codes to who had none.

    Done twice, it is done once, and gives the same. Raises WrongCode, SignedOutMeanwhile, and
    TookTooLong if it was undone since.
    """
    step = matching_step(enrolment.secret, code)
    if step is None:
        raise WrongCode
    changing.begin(user, current_sid)
    recovery_codes = recovery_code.codes_from(enrolment.seed)
    if not pending.finish(PURPOSE, enrolment.credential_id):
        if not _is_current(user, enrolment):
            raise TookTooLong
        return recovery_codes if recovery_code.are_current(user, recovery_codes) else None
    replace_credential(_credential(config, user, enrolment, step))
    changing.end(EventName.TOTP_ADDED, user, current_sid)
    notify(config.mail, user, Notice.TOTP_ON)
    if recovery_code.remaining(user.user_id):
        return None
    recovery_code.replace(user, recovery_codes)
    return recovery_codes


def remove(config: Config, user: User, *, current_sid: str | None) -> bool:
    """Ask for no codes of an app any more; tell whether they were asked for.

    Without another authenticator that needs them, recovery codes go, too.
    """
    if not remove_credentials(user.user_id, TOTP):
        return False
    if not recovery_code.is_needed(user.user_id):
        remove_credentials(user.user_id, RECOVERY_CODE)
    changing.end(EventName.TOTP_REMOVED, user, current_sid)
    notify(config.mail, user, Notice.TOTP_OFF)
    return True


def seal_anew(config: Config) -> int:
    """Seal every secret with the key that seals now; tell how many that were.

    One whose code is used at this moment stays as it is: the key before still opens it.
    """
    count = 0
    for credential in list_credentials_of_type(TOTP):
        secret = secret_of(config, credential)
        sealed = seal(config.keys, secret.encode(), purpose=TOTP, owner=credential.user_id)
        count += replace_totp_secret(credential, sealed)
    return count


def _is_current(user: User, enrolment: Enrolment) -> bool:
    credential = find_credential(TOTP, user.user_id)
    return credential is not None and credential.credential_id == enrolment.credential_id


def _credential(config: Config, user: User, enrolment: Enrolment, step: int) -> Credential:
    """Make the row. The code that was just typed is used by that."""
    sealed = seal(config.keys, enrolment.secret.encode(), purpose=TOTP, owner=user.user_id)
    now = clock.now()
    return Credential(
        credential_id=enrolment.credential_id,
        user_id=user.user_id,
        type=TOTP,
        external_id=user.user_id,
        data={"secret": sealed, "last_step": step},
        created_at=now,
        updated_at=now,
    )
