"""Hashes by Argon2id, which need as much memory as time (RFC 9106)."""

import re
import secrets
from dataclasses import dataclass
from typing import ClassVar

try:
    from argon2.exceptions import VerificationError
    from argon2.low_level import Type, error_to_str, hash_secret, verify_secret
except ImportError:
    IS_INSTALLED = False
else:
    IS_INSTALLED = True
    # ARGON2_MEMORY_ALLOCATION_ERROR, ARGON2_THREAD_FAIL
    IMPOSSIBLE = frozenset(map(error_to_str, (-22, -33)))

HASH = re.compile(
    r"\$argon2id\$v=19\$m=(?P<memory>\d{1,9}),t=(?P<passes>\d{1,9}),p=(?P<lanes>\d{1,9})"
    r"\$[+/0-9A-Za-z]{11,86}\$[+/0-9A-Za-z]{22,86}"
)

SALT_BYTES = 16
TAG_BYTES = 32
# Whoever imports hashes that are costlier would have a few sign-ins use up the machine.
MAX_MEMORY_KIB = 2**20
MAX_PASSES = 16
MAX_LANES = 16
# KiB and passes: the least that OWASP's Password Storage Cheat Sheet names for use in public.
LEAST = ((47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5))


@dataclass(frozen=True, slots=True)
class Argon2id:
    """The scheme, and the settings of new hashes."""

    name: ClassVar[str] = "argon2id"
    memory_kib: int
    passes: int
    lanes: int

    @property
    def setting(self) -> tuple[str, int]:
        """Give the memory."""
        return "argon2_memory_kib", self.memory_kib

    @property
    def is_enough(self) -> bool:
        """Tell whether a stolen hash gives work to whoever guesses the password."""
        return any(self.memory_kib >= memory and self.passes >= n for memory, n in LEAST)

    @property
    def beginning(self) -> str:
        """Give the version of new hashes, and their settings."""
        return f"$argon2id$v=19$m={self.memory_kib},t={self.passes},p={self.lanes}$"

    @property
    def nobodys_hash(self) -> str:
        """Give a hash with the same settings, whose salt and tag are zero."""
        return f"{self.beginning}{'A' * 22}${'A' * 43}"

    def hash(self, secret: bytes) -> str:
        """Hash a secret."""
        salt = secrets.token_bytes(SALT_BYTES)
        settings = (self.passes, self.memory_kib, self.lanes)
        return hash_secret(secret, salt, *settings, TAG_BYTES, Type.ID).decode()

    def reads(self, hashed: str) -> bool:
        """Tell whether a hash is Argon2id's, in its PHC string format."""
        found = HASH.fullmatch(hashed)
        return (
            found is not None
            and int(found["memory"]) <= MAX_MEMORY_KIB
            and int(found["passes"]) <= MAX_PASSES
            and int(found["lanes"]) <= MAX_LANES
        )

    def matches(self, secret: bytes, hashed: str) -> bool:
        """Compare a secret with a hash; an imported one that is broken matches none.

        Raises VerificationError if there is not the memory for it.
        """
        try:
            return verify_secret(hashed.encode(), secret, Type.ID)
        except VerificationError as error:
            if str(error) in IMPOSSIBLE:
                raise
            return False
