"""Pushed requests of clients without a secret, of which an address has a share (RFC 9126 §2.3)."""

from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from idp.config import Config
from idp.storage.users import User
from tests.conftest import AddClient, Clock, Configure, SignIn
from tests.parties.browser import Arrival, Browser
from tests.parties.pushing import push, pushed_url, url_of
from tests.parties.relying_party import RelyingParty

LIMIT = 3
WINDOW = 300


@pytest.fixture
def config(configure: Configure, request: pytest.FixtureRequest) -> Config:
    """Let an address have three requests that wait, unless a test says otherwise."""
    changes: dict[str, Any] = getattr(request, "param", {})
    return configure(throttle={"address_failures": LIMIT, "window": WINDOW} | changes)


async def statuses(rp: RelyingParty, number: int, **changes: str) -> list[int]:
    """Push some requests, and go nowhere with them."""
    return [(await push(rp, **changes)).status_code for _ in range(number)]


def elsewhere(app: Starlette, rp: RelyingParty, address: str) -> RelyingParty:
    """Give the same client at another address."""
    transport = httpx2.ASGITransport(app=app, client=(address, 5000))
    http = httpx2.AsyncClient(transport=transport, base_url=rp.http.base_url)
    return RelyingParty(http, rp.client_id)


async def test_whoever_has_too_many_is_told_to_wait(public_rp: RelyingParty) -> None:
    """429, for how long, and no name."""
    await statuses(public_rp, LIMIT)

    refused = await push(public_rp)

    assert (refused.status_code, refused.json()["error"]) == (429, "temporarily_unavailable")
    assert 0 < int(refused.headers["retry-after"]) <= WINDOW
    assert "request_uri" not in refused.json()


async def test_waiting_helps(public_rp: RelyingParty, clock: Clock) -> None:
    """After as long as was said, there may be more."""
    await statuses(public_rp, LIMIT)
    refused = await push(public_rp)

    clock.move(int(refused.headers["retry-after"]))

    assert (await push(public_rp)).status_code == 201


async def test_other_clients_of_the_address_have_no_share_of_their_own(
    public_rp: RelyingParty, add_client: AddClient
) -> None:
    """Anybody may speak for any of them, so they are counted together."""
    other = await add_client(token_endpoint_auth_method="none")

    first = await statuses(public_rp, LIMIT)

    assert first == [201] * LIMIT
    assert await statuses(other, 1) == [429]


@pytest.mark.parametrize("address", ["198.51.100.9", "2001:db8::9"])
async def test_other_addresses_are_not_held_up(
    app: Starlette, public_rp: RelyingParty, address: str
) -> None:
    """The same client goes on elsewhere."""
    await statuses(public_rp, LIMIT + 1)

    assert await statuses(elsewhere(app, public_rp, address), 1) == [201]


async def test_addresses_of_one_network_are_one(app: Starlette, public_rp: RelyingParty) -> None:
    """Whoever has a /64 has as much as others with one address."""
    await statuses(elsewhere(app, public_rp, "2001:db8::1"), LIMIT)

    assert await statuses(elsewhere(app, public_rp, "2001:db8::2"), 1) == [429]


async def test_clients_that_prove_who_they_are_are_not_counted(
    rp: RelyingParty, public_rp: RelyingParty
) -> None:
    """All people of a service may come by way of one address, and it answers for them."""
    await statuses(public_rp, LIMIT)

    assert await statuses(rp, LIMIT + 1) == [201] * (LIMIT + 1)


async def test_what_is_refused_is_not_kept_and_not_counted(public_rp: RelyingParty) -> None:
    """A client that gets something wrong can go on when it is mended."""
    wrong = await statuses(public_rp, LIMIT + 1, max_age="soon")

    assert wrong == [400] * (LIMIT + 1)
    assert (await push(public_rp)).status_code == 201


async def test_what_was_answered_makes_room(
    public_rp: RelyingParty, alice: User, browser: Browser, walk: SignIn
) -> None:
    """People who finish are never too many, whether they are let in or not."""
    await walk(public_rp)
    answers = []

    for sent in ({"prompt": "consent"}, {"prompt": "none", "max_age": "0"}) * LIMIT:
        page = await browser.open(await pushed_url(public_rp, **sent))
        answers.append(
            page if isinstance(page, Arrival) else await browser.submit(page, "consent-allow")
        )

    params = [each.params for each in answers if isinstance(each, Arrival)]
    assert len(params) == 2 * LIMIT
    assert ["code" in each for each in params] == [True, False] * LIMIT


async def test_an_answer_makes_room_once(
    public_rp: RelyingParty, alice: User, browser: Browser, walk: SignIn
) -> None:
    """Whoever opens what was answered, or what never was, gets nothing for it."""
    await walk(public_rp)
    url = await pushed_url(public_rp, prompt="none")
    await statuses(public_rp, LIMIT - 1)

    for each in (url, url, url_of(public_rp, "urn:ietf:params:oauth:request_uri:made-up")):
        await browser.open(each)

    assert await statuses(public_rp, 2) == [201, 429]


@pytest.mark.parametrize("config", [{"enabled": False}], indirect=True)
async def test_nobody_waits_where_nothing_is_counted(public_rp: RelyingParty) -> None:
    """Tests of others may push as they like."""
    assert set(await statuses(public_rp, 101)) == {201}
