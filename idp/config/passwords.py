"""The settings of passwords: what one must be, and what it takes to hash it."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from idp.config.section import Section
from idp.config.values import Count, PasswordScheme, Pepper, Positive, RangeURL, Seconds


class PasswordsConfig(Section):
    """What a password must be, and how it is kept."""

    scheme: PasswordScheme = "bcrypt"
    """How new passwords are hashed; others are hashed anew when their people sign in."""

    bcrypt_cost: Annotated[Count, Field(ge=4, le=16)] = 12
    """The cost of a bcrypt hash, doubling the work with each step; below 10 is for tests only."""

    argon2_memory_kib: Annotated[Count, Field(ge=128, le=2**20)] = 19_456
    """The memory that an Argon2id hash takes, in KiB (RFC 9106 §3.1)."""

    argon2_passes: Annotated[Count, Field(ge=1, le=16)] = 2
    """How often an Argon2id hash passes over its memory (RFC 9106 §3.1)."""

    argon2_lanes: Annotated[Count, Field(ge=1, le=16)] = 1
    """Into how many lanes that memory is divided, a thread for each (RFC 9106 §3.1)."""

    min_length: Annotated[Count, Field(ge=8)] = 8
    """The fewest characters of a new password."""

    max_length: Annotated[Count, Field(ge=64, le=4096)] = 256
    """The most characters of a password; longer ones are refused unread."""

    min_score: Annotated[Count, Field(ge=0, le=4)] = 3
    """The least zxcvbn score of a new password, from 0 (anything) to 4 (very hard to guess)."""

    breached_file: str = ""
    """A sorted file of SHA-1 digests of passwords that nobody may choose; empty means none."""

    breached_url: RangeURL = ""
    """A service that lists such digests by their first five digits; empty means none."""

    pepper: Annotated[Pepper | None, Field(repr=False)] = None
    """A secret mixed into every hash; losing it makes every password invalid."""

    hashing_threads: Positive = 2
    """How many passwords each worker hashes at once."""

    hashing_queue: Positive = 64
    """How many sign-ins may wait for a hashing thread before more are answered with 503."""

    hashing_deadline: Seconds = 10
    """How long a sign-in may take to be hashed before it is answered with 503, in seconds."""

    @field_validator("max_length")
    @classmethod
    def _cover_min_length(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data.get("min_length", 0):
            raise ValueError("must be at least passwords.min_length")
        return value
