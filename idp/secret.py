"""Secrets: made at random, stored as digests, compared in constant time, printed as ***."""

import hashlib
import hmac
import secrets

RANDOM_BYTES = 32


class Secret:
    """A random value that only its holder may know: a code, a token, a session id.

    A digest needs no salt and no slow hash, because the value is 256 random bits; what people
    choose goes through users/passwords.py.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    @classmethod
    def generate(cls, prefix: str = "") -> "Secret":
        """Make a new one; a prefix lets secret scanners recognise it."""
        return cls(prefix + secrets.token_urlsafe(RANDOM_BYTES))

    @property
    def digest(self) -> bytes:
        """What may be stored: SHA-256."""
        return digest(self._value)

    def reveal(self) -> str:
        """Give the value itself, to send it to its holder."""
        return self._value

    def matches(self, expected_digest: bytes) -> bool:
        """Tell whether this is the secret with that digest."""
        return hmac.compare_digest(self.digest, expected_digest)

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__


def digest(value: str) -> bytes:
    """Hash what came from outside, whatever characters it is made of."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).digest()


def identifier() -> str:
    """Make a random identifier (128 bits, URL-safe), which is no secret.

    None begins as an option of a command does: people name what they mean by it.
    """
    made = secrets.token_urlsafe(16)
    return identifier() if made.startswith("-") else made
