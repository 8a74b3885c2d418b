"""What there is to a way of hashing passwords; the secret that it reads is bytes."""

from typing import Protocol


class Scheme(Protocol):
    """A function that is slow on purpose, with the settings that say how slow."""

    @property
    def name(self) -> str:
        """Name it as `passwords.scheme` does."""

    @property
    def setting(self) -> tuple[str, int]:
        """Give the name and the value of the setting that makes it slower."""

    @property
    def is_enough(self) -> bool:
        """Tell whether the settings are for use in public, and not only for tests."""

    @property
    def beginning(self) -> str:
        """Give what all its hashes begin with: what they are, and the settings."""

    @property
    def nobodys_hash(self) -> str:
        """Give a hash with these settings that no secret has, for a user who does not exist."""

    def hash(self, secret: bytes) -> str:
        """Hash a secret with these settings."""

    def reads(self, hashed: str) -> bool:
        """Tell whether a hash is of this scheme, with whatever settings that are affordable."""

    def matches(self, secret: bytes, hashed: str) -> bool:
        """Compare a secret with a hash that it reads."""
