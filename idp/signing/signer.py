"""The keys in use, in a place that stays the same when they are rotated."""

from collections.abc import Mapping
from typing import Any

from idp.signing.key_set import KeySet


class Signer:
    """Signs, verifies and decrypts for the whole process; a rotation replaces its key set."""

    def __init__(self, key_set: KeySet) -> None:
        self.key_set = key_set

    def sign(self, claims: Mapping[str, Any], *, typ: str, algorithm: str) -> str:
        """Sign a JWT with the active key of an algorithm."""
        return self.key_set.sign(claims, typ=typ, algorithm=algorithm)

    def verify(self, token: str, *, typ: str) -> dict[str, Any] | None:
        """Give the claims of a JWT of that typ that one of our keys signed, or None."""
        return self.key_set.verify(token, typ=typ)

    def recognize(self, token: str, *, typ: str) -> dict[str, Any] | None:
        """Do the same with a key that is published no more; nothing may open by it."""
        return self.key_set.recognize(token, typ=typ)

    def decrypt(self, message: str) -> str | None:
        """Give the JWT that somebody has encrypted to one of our keys, or None."""
        return self.key_set.decrypt(message)
