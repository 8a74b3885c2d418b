"""Requests that wait until their person decides on another device, while the client polls.

Those of the device grant (RFC 8628), and of backchannel authentication (CIBA Core 1.0).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    select,
    update,
)

from idp import clock
from idp.storage.schema import Digest, Moment, metadata
from idp.storage.statements import (
    as_values,
    changed,
    fetch_all,
    fetch_one,
    find_one,
    insert_unless_exists,
)
from idp.storage.transaction import db

polled_requests = Table(
    "polled_requests",
    metadata,
    Column("code_digest", Digest, primary_key=True),
    Column("grant_type", String(64), nullable=False),
    Column(
        "client_id",
        ForeignKey("clients.client_id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("parameters", JSON, nullable=False),
    Column("interval", Integer, nullable=False),
    Column("next_poll_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    # As it is: so short a code is found from its digest, and it gives nobody a token.
    Column("user_code", String(16), unique=True),
    Column("browser", String(32)),
    Column("system", String(32)),
    Column("network", String(64)),
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), index=True),
    Column("binding_message", String(255)),
    Column("sealed_notification", Text),
    Column("grant_id", String(64)),
    Column("denied_at", Moment),
    Column("redeemed_at", Moment),
)


@dataclass(frozen=True, slots=True)
class PolledRequest:
    """A request, named by the code that its client polls with, and what was decided.

    `user_code` is what a person types; `browser`, `system` and `network` say where the request
    came from. `interval` is how many seconds the client has to wait between two polls. `user_id`
    is whom the request is about, None while nobody knows; `binding_message` is shown to them.
    """

    code_digest: bytes
    grant_type: str
    client_id: str
    parameters: list[list[str]]
    interval: int
    next_poll_at: datetime
    expires_at: datetime
    user_code: str | None = None
    browser: str | None = None
    system: str | None = None
    network: str | None = None
    user_id: str | None = None
    binding_message: str | None = None
    sealed_notification: str | None = None
    grant_id: str | None = None
    denied_at: datetime | None = None
    redeemed_at: datetime | None = None

    @property
    def public_id(self) -> str:
        """What names it in addresses, and gives nobody what the client polls with."""
        return self.code_digest.hex()

    @property
    def is_decided(self) -> bool:
        """Whether its person has allowed or denied it."""
        return self.grant_id is not None or self.denied_at is not None

    @property
    def has_expired(self) -> bool:
        """Whether it is too old to be decided, and to be polled for."""
        return self.expires_at <= clock.now()


def add_polled_request(request: PolledRequest) -> bool:
    """Add a request, unless its user code is another's; tell whether it was added."""
    return insert_unless_exists(polled_requests, as_values(request))


def find_polled_request(code_digest: bytes) -> PolledRequest | None:
    """Find a request by the code that its client polls with."""
    return find_one(PolledRequest, polled_requests, code_digest=code_digest)


def find_by_user_code(user_code: str) -> PolledRequest | None:
    """Find a request that waits, by the code that its person has typed."""
    match = (polled_requests.c.user_code == user_code, *_waits())
    return fetch_one(PolledRequest, select(polled_requests).where(*match))


def list_waiting_for(user_id: str) -> list[PolledRequest]:
    """List what waits for a person, what expires last first, at most 50."""
    statement = select(polled_requests).where(polled_requests.c.user_id == user_id, *_waits())
    newest_first = statement.order_by(polled_requests.c.expires_at.desc()).limit(50)
    return fetch_all(PolledRequest, newest_first)


def postpone_poll(code_digest: bytes, interval: int, next_poll_at: datetime) -> None:
    """Note how long the client has to wait before it polls again."""
    match = polled_requests.c.code_digest == code_digest
    values = {"interval": interval, "next_poll_at": next_poll_at}
    db().execute(update(polled_requests).where(match).values(**values))


def allow_polled_request(code_digest: bytes, user_id: str, grant_id: str) -> bool:
    """Let a request have a grant; tell whether nobody had decided it, and it had not expired."""
    return _decide(code_digest, user_id=user_id, grant_id=grant_id)


def deny_polled_request(code_digest: bytes) -> bool:
    """Deny a request; tell whether nobody had decided it, and it had not expired."""
    return _decide(code_digest, denied_at=clock.now())


def spend_polled_request(code_digest: bytes) -> bool:
    """Redeem a request that was allowed; tell whether this poll was the first to do so."""
    match = (
        polled_requests.c.code_digest == code_digest,
        polled_requests.c.grant_id.is_not(None),
        polled_requests.c.redeemed_at.is_(None),
    )
    return changed(update(polled_requests).where(*match).values(redeemed_at=clock.now()))


def _decide(code_digest: bytes, **values: object) -> bool:
    match = (polled_requests.c.code_digest == code_digest, *_waits())
    return changed(update(polled_requests).where(*match).values(**values))


def _waits() -> tuple[ColumnElement[bool], ...]:
    return (
        polled_requests.c.grant_id.is_(None),
        polled_requests.c.denied_at.is_(None),
        polled_requests.c.expires_at > clock.now(),
    )
