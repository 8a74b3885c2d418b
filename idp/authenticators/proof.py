"""What a person has proven so far, and how clients are told of it (RFC 8176 §2).

A proof is a method that succeeded. Several make more than each alone only if they are of different
kinds: something that a person knows, and something that they have.
"""

from collections.abc import Collection
from enum import StrEnum


class Method(StrEnum):
    """A way to prove who one is; also the name of its form."""

    PASSWORD = "password"
    PASSKEY = "passkey"
    TOTP = "totp"
    RECOVERY_CODE = "recovery_code"
    EMAIL_CODE = "email_code"


# Enough to begin with, on the login page.
FIRST_METHODS = (Method.PASSWORD, Method.PASSKEY, Method.EMAIL_CODE)
# Shown in this order where a person may choose.
SECOND_METHODS = (Method.PASSKEY, Method.TOTP, Method.RECOVERY_CODE)

_WORDS: dict[Method, frozenset[str]] = {
    Method.PASSWORD: frozenset({"pwd"}),
    # The key is held by a device that has asked for a finger, a face or a PIN: both kinds at once.
    Method.PASSKEY: frozenset({"pop", "user", "mfa"}),
    Method.TOTP: frozenset({"otp"}),
    Method.RECOVERY_CODE: frozenset({"otp"}),
    Method.EMAIL_CODE: frozenset({"otp"}),
}
# Had, beside a password that is known. Not a mailbox, which a password may open, too
# (NIST SP 800-63B-4 §3.1.3.1).
_POSSESSED = frozenset({Method.TOTP, Method.RECOVERY_CODE})


class InvalidCredentials(Exception):
    """What was given is no proof, or the account is disabled: nobody is told which."""


def amr_of(proofs: Collection[Method]) -> frozenset[str]:
    """Give the words for what was proven."""
    words = frozenset[str]().union(*(_WORDS[each] for each in proofs))
    is_of_both_kinds = Method.PASSWORD in proofs and not _POSSESSED.isdisjoint(proofs)
    return words | {"mfa"} if is_of_both_kinds else words


def proofs_in(amr: Collection[str]) -> frozenset[Method]:
    """Give what a login session with these words can stand for in a further sign-in."""
    proven = {Method.PASSWORD} if "pwd" in amr else set()
    return frozenset(proven | {Method.PASSKEY} if "pop" in amr else proven)
