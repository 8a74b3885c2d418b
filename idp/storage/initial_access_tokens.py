"""Initial access tokens: each lets so many clients register themselves (RFC 7591 §3)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, delete, select, update

from idp import clock
from idp.storage.schema import Digest, Moment, metadata
from idp.storage.statements import add_row, changed, fetch_all, find_one

initial_access_tokens = Table(
    "initial_access_tokens",
    metadata,
    Column("token_id", String(64), primary_key=True),
    Column("token_digest", Digest, nullable=False, unique=True),
    Column("uses_left", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class InitialAccessToken:
    """A token as it is kept; `token_id` is no secret, and names it."""

    token_id: str
    token_digest: bytes
    uses_left: int
    created_at: datetime
    expires_at: datetime

    @property
    def is_good(self) -> bool:
        """Whether another client may register with it."""
        return self.uses_left > 0 and self.expires_at > clock.now()


def add_initial_access_token(token: InitialAccessToken) -> None:
    """Add a token."""
    add_row(initial_access_tokens, token)


def find_initial_access_token(token_digest: bytes) -> InitialAccessToken | None:
    """Find a token, good or not."""
    return find_one(InitialAccessToken, initial_access_tokens, token_digest=token_digest)


def list_initial_access_tokens() -> list[InitialAccessToken]:
    """List all tokens, the oldest first."""
    created_at = initial_access_tokens.c.created_at
    return fetch_all(InitialAccessToken, select(initial_access_tokens).order_by(created_at))


def spend_initial_access_token(token_id: str) -> bool:
    """Use a token once: one statement, so that nobody has more uses than there are."""
    columns = initial_access_tokens.c
    good = (columns.token_id == token_id, columns.uses_left > 0, columns.expires_at > clock.now())
    return changed(
        update(initial_access_tokens).where(*good).values(uses_left=columns.uses_left - 1)
    )


def remove_initial_access_token(token_id: str) -> bool:
    """Remove a token; tell whether there was one."""
    token = initial_access_tokens.c.token_id == token_id
    return changed(delete(initial_access_tokens).where(token))
