"""CIBA by ping: the client is told that there is an answer, and fetches it (CIBA Core §10.2)."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import update

from idp.config import Config
from idp.outbox.queue import Kind
from idp.storage.clients import clients, find_client_row
from idp.storage.database import db
from idp.storage.deliveries import Delivery, list_deliveries
from idp.storage.polled_requests import polled_requests
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import AddClient, Clock, Configure
from tests.outbox.conftest import wait_until
from tests.parties.backchannel import BANK, ask, asked, opened
from tests.parties.browser import Browser, Page
from tests.parties.letters import Inbox
from tests.parties.process import until
from tests.parties.receiver import Receiver, receiving
from tests.parties.relying_party import RelyingParty

TOKEN = "8d67dc78-7faa-4d41-aabd-67707b374255"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let the server reach loopback."""
    return configure(fetch={"allowed_networks": ["127.0.0.0/8"]})


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Run a client's server."""
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def bank(add_client: AddClient, receiver: Receiver, provider: Provider) -> RelyingParty:
    """Add a client that is told at its server, which has no TLS here."""
    rp = await add_client(
        **BANK
        | {
            "backchannel_token_delivery_mode": "ping",
            "backchannel_client_notification_endpoint": "https://bank.example/ping",
        }
    )
    await provider.database.run(move_endpoint, rp.client_id, receiver.url("/ping"))
    return rp


Pings = Callable[[], Awaitable[list[Delivery]]]


@pytest.fixture
def pings(provider: Provider) -> Pings:
    """List what clients were told, or will be."""

    async def pings() -> list[Delivery]:
        deliveries = await provider.database.run(list_deliveries)
        return [each for each in deliveries if each.kind == Kind.PING]

    return pings


def move_endpoint(client_id: str, url: str) -> None:
    """Let a client be told elsewhere."""
    row = find_client_row(client_id)
    assert row is not None
    metadata = dict(row.metadata) | {"backchannel_client_notification_endpoint": url}
    match = clients.c.client_id == client_id
    db().execute(update(clients).where(match).values(metadata=metadata))


async def answer(browser: Browser, letters: Inbox, button: str) -> None:
    """Let the person answer."""
    letter = await letters.letter_to("alice@example.com", "asks you to confirm")
    page = await opened(browser, letter.link)
    assert isinstance(page, Page)
    await browser.submit(page, button)


@pytest.mark.parametrize(
    ("button", "outcome"), [("consent-allow", None), ("consent-deny", "access_denied")]
)
async def test_10_2_told_of_the_answer(
    bank: RelyingParty,
    receiver: Receiver,
    alice: User,
    browser: Browser,
    letters: Inbox,
    button: str,
    outcome: str | None,
) -> None:
    """By POST, with the token of the request, of a yes and of a no; then it asks."""
    waiting = await asked(bank, client_notification_token=TOKEN)

    await answer(browser, letters, button)
    await until(lambda: len(receiver.requests) == 1)

    head = receiver.requests[0].lower()
    assert head.startswith("post /ping http/1.1\r\n")
    assert f"authorization: bearer {TOKEN}\r\n" in head
    assert "content-type: application/json\r\n" in head
    assert json.loads(receiver.bodies[0]) == {"auth_req_id": waiting.auth_req_id}
    assert (await waiting.poll()).json().get("error") == outcome


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_10_2_told_again_if_it_did_not_arrive(
    bank: RelyingParty,
    receiver: Receiver,
    alice: User,
    browser: Browser,
    letters: Inbox,
    pings: Pings,
    provider: Provider,
    clock: Clock,
    status: int,
) -> None:
    """Whoever is busy or broken is tried again; polling works meanwhile."""
    receiver.statuses = [status]
    waiting = await asked(bank, client_notification_token=TOKEN)

    await answer(browser, letters, "consent-allow")
    await wait_until(pings, "pending")
    clock.move(60)
    provider.database.deliveries_added.set()
    await wait_until(pings, "delivered", 2)

    assert (await waiting.poll()).status_code == 200


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404])
async def test_10_2_not_told_again_if_it_was_refused(
    bank: RelyingParty,
    receiver: Receiver,
    alice: User,
    browser: Browser,
    letters: Inbox,
    pings: Pings,
    status: int,
) -> None:
    """Who does not want it is not asked twice, and no redirect is followed; polling works."""
    receiver.statuses = [status]
    waiting = await asked(bank, client_notification_token=TOKEN)

    await answer(browser, letters, "consent-allow")
    delivery = await wait_until(pings, "failed")

    assert delivery.next_attempt_at is None
    assert len(receiver.requests) == 1
    assert (await waiting.poll()).status_code == 200


@pytest.mark.parametrize("token", [None, "with space", "t" * 1025, "é"])
async def test_7_1_token_is_needed(bank: RelyingParty, alice: User, token: str | None) -> None:
    """Without one that can stand in a header, the client could not know who tells it."""
    response = await ask(bank, client_notification_token=token)

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_secrets_are_not_in_the_database(
    bank: RelyingParty, alice: User, provider: Provider
) -> None:
    """What has to be told later is kept encrypted."""
    waiting = await asked(bank, client_notification_token=TOKEN)

    kept = await provider.database.run(
        lambda: [str(row) for row in db().execute(polled_requests.select())]
    )

    assert TOKEN not in kept[0]
    assert waiting.auth_req_id not in kept[0]
