"""Codes of an authenticator app, which change every half minute (RFC 6238)."""

import hmac

import pyotp

from idp import clock
from idp.authenticators.attempt import counted
from idp.authenticators.proof import InvalidCredentials
from idp.config import Config
from idp.storage.credentials import TOTP, Credential, find_credential, spend_totp_step
from idp.storage.users import User
from idp.users.sealing import unseal

# What every app can do. The clocks of phones are seldom wrong by more than one step.
DIGITS = 6
SECONDS = 30
STEPS_OFF = (-1, 0, 1)


def verify(config: Config, user: User, code: str, address: str) -> None:
    """Accept a code of the person's app, once (RFC 6238 §5.2).

    Raises InvalidCredentials and Throttled. It commits the transaction: call it before any write.
    """
    with counted(config.throttle, user, address, TOTP, is_guessable=True):
        if not _spend(config, user, code):
            raise InvalidCredentials


def secret_of(config: Config, credential: Credential) -> str:
    """Open the secret that a person's app has, too."""
    sealed = credential.data["secret"]
    return unseal(config.keys, sealed, purpose=TOTP, owner=credential.user_id).decode()


def matching_step(secret: str, code: str) -> int | None:
    """Find the time step whose code this is, if that is near enough."""
    typed = "".join(code.split())
    now = clock.timestamp(clock.now()) // SECONDS
    matches = [now + off for off in STEPS_OFF if _is_code_of(secret, now + off, typed)]
    return max(matches, default=None)


def _is_code_of(secret: str, step: int, typed: str) -> bool:
    code = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS).generate_otp(step)
    return hmac.compare_digest(code.encode(), typed.encode("utf-8", "surrogatepass"))


def _spend(config: Config, user: User, code: str) -> bool:
    credential = find_credential(TOTP, user.user_id)
    if credential is None:
        return False
    step = matching_step(secret_of(config, credential), code)
    return step is not None and spend_totp_step(credential, step)
