"""Hashes by bcrypt, whose cost doubles the work with each step."""

import re
from dataclasses import dataclass
from typing import ClassVar

import bcrypt

HASH = re.compile(r"\$2[aby]\$(?P<cost>\d\d)\$[./0-9A-Za-z]{53}")

# It reads that many and not one more.
SECRET_BYTES = 72
# Whoever imports hashes of cost 31 would have each sign-in take a day.
MAX_COST = 16
# The least that OWASP's Password Storage Cheat Sheet names for use in public.
LEAST_COST = 10


@dataclass(frozen=True, slots=True)
class Bcrypt:
    """The scheme, and the cost of new hashes."""

    name: ClassVar[str] = "bcrypt"
    cost: int

    @property
    def setting(self) -> tuple[str, int]:
        """Give the cost."""
        return "bcrypt_cost", self.cost

    @property
    def is_enough(self) -> bool:
        """Tell whether a stolen hash gives work to whoever guesses the password."""
        return self.cost >= LEAST_COST

    @property
    def beginning(self) -> str:
        """Give the version of new hashes, and their cost."""
        return f"$2b${self.cost:02}$"

    @property
    def nobodys_hash(self) -> str:
        """Give a hash of the same cost, whose salt and digest are zero."""
        return f"{self.beginning}{'.' * 53}"

    def hash(self, secret: bytes) -> str:
        """Hash a secret of at most 72 bytes."""
        return bcrypt.hashpw(secret, bcrypt.gensalt(self.cost)).decode()

    def reads(self, hashed: str) -> bool:
        """Tell whether a hash is bcrypt's."""
        found = HASH.fullmatch(hashed)
        return found is not None and int(found["cost"]) <= MAX_COST

    def matches(self, secret: bytes, hashed: str) -> bool:
        """Compare as much of a secret as others have hashed, whose passwords were longer."""
        try:
            return bcrypt.checkpw(secret[:SECRET_BYTES], hashed.encode())
        except ValueError:  # an imported hash with a salt that is none
            return False
