"""Pushed authorization requests, until the first browser is answered that came with their name."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, Column, ForeignKey, Table, bindparam, delete

from idp import clock
from idp.storage.operations import Change
from idp.storage.schema import Digest, Moment, metadata
from idp.storage.statements import add_row_later, find_one

pushed_requests = Table(
    "pushed_requests",
    metadata,
    Column("id_digest", Digest, primary_key=True),
    Column("client_id", ForeignKey("clients.client_id", ondelete="CASCADE"), nullable=False),
    # Pairs, since a parameter such as `resource` may repeat.
    Column("parameters", JSON, nullable=False),
    Column("usable_until", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

_SPEND = Change(delete(pushed_requests).where(pushed_requests.c.id_digest == bindparam("digest")))


@dataclass(frozen=True, slots=True)
class PushedRequest:
    """A request that a browser may bring until `usable_until`, and finish until `expires_at`."""

    id_digest: bytes
    client_id: str
    parameters: list[list[str]]
    usable_until: datetime
    expires_at: datetime


def add_pushed_request(pushed_request: PushedRequest) -> None:
    """Add a pushed request."""
    add_row_later(pushed_requests, pushed_request)


def find_pushed_request(id_digest: bytes) -> PushedRequest | None:
    """Find a pushed request that a browser may still bring."""
    found = find_one(PushedRequest, pushed_requests, id_digest=id_digest)
    return found if found is not None and found.usable_until > clock.now() else None


def spend_pushed_request(id_digest: bytes) -> bool:
    """Remove a request that is being answered; tell whether this answer is the first."""
    return _SPEND.now(digest=id_digest) == 1
