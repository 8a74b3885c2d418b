"""What a person must have signed in just now for, and where each of it is done."""

from enum import StrEnum

from idp import paths


class Task(StrEnum):
    """A change to an account that a browser left open must not be enough for."""

    PASSWORD = "password"
    TOTP = "totp"
    RECOVERY_CODES = "recovery-codes"
    DATA = "data"
    PASSKEYS = "passkeys"
    EMAIL = "email"


PATHS = {
    Task.PASSWORD: paths.PASSWORD,
    Task.TOTP: paths.TOTP,
    Task.RECOVERY_CODES: paths.RECOVERY_CODES,
    Task.DATA: paths.ACCOUNT_DATA,
    Task.PASSKEYS: paths.PASSKEYS,
    Task.EMAIL: paths.EMAIL,
}
