"""A server that may reach the loopback interface, a client's server there, and the outbox."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from idp.config import Config
from idp.outbox.queue import Kind, put
from idp.storage.deliveries import Delivery, list_deliveries
from idp.web.provider import Provider
from tests.conftest import AddClient, Configure
from tests.parties.receiver import Receiver, receiving
from tests.parties.relying_party import RelyingParty

FACTS = {"user_id": "u1", "sid": "s1"}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let the server reach loopback, and have some patience there."""
    return configure(fetch={"allowed_networks": ["127.0.0.0/8"], "timeout": 4})


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Run a client's server."""
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def rp(add_client: AddClient, receiver: Receiver) -> RelyingParty:
    """Add a client that wants to be told at its server."""
    return await add_client(backchannel_logout_uri=receiver.url())


Send = Callable[..., Awaitable[None]]
Outbox = Callable[[], Awaitable[list[Delivery]]]


@pytest.fixture
def send(provider: Provider) -> Send:
    """Put something for a client into the outbox."""

    async def send(rp: RelyingParty, **facts: str) -> None:
        kind = Kind.BACKCHANNEL_LOGOUT
        await provider.database.run(put, kind, rp.client_id, FACTS | facts)

    return send


@pytest.fixture
def outbox(provider: Provider) -> Outbox:
    """List what is in the outbox."""
    return lambda: provider.database.run(list_deliveries)


async def wait_until(outbox: Outbox, state: str, attempts: int = 1) -> Delivery:
    """Wait until the newest delivery is in a state, after so many attempts; give it."""
    while True:
        delivery, *_ = await outbox()
        is_claimed = delivery.state == "pending" and delivery.last_error is None
        if (delivery.state, delivery.attempts) == (state, attempts) and not is_claimed:
            return delivery
