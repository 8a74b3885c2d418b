"""Two servers on one database, as behind a balancer, or one that was restarted between requests.

Nothing that a person or a client has begun is kept in a server's memory, so each request may go
to another one.
"""

from collections.abc import AsyncIterator
from itertools import cycle

import httpx2
import pytest
from starlette.applications import Starlette

from idp.app import create_app
from idp.config import Config
from idp.signing.rotation import rotate_immediately
from idp.storage.users import User
from idp.upkeep import reload_keys
from idp.web.provider import Provider
from tests.conftest import PASSWORD, Clock, Configure, SignIn, Tokens
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_header


class Balancer(httpx2.AsyncBaseTransport):
    """Sends each request to the next server."""

    def __init__(self, *apps: Starlette) -> None:
        transports = [httpx2.ASGITransport(app, client=("203.0.113.7", 4711)) for app in apps]
        self._next = cycle(transports)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass a request on."""
        return await next(self._next).handle_async_request(request)


@pytest.fixture
def config(configure: Configure) -> Config:
    """Be patient four times with an account from one address, five times from all."""
    return configure(throttle={"account_failures": 4, "account_failures_everywhere": 5})


@pytest.fixture
async def second_app(app: Starlette, config: Config) -> AsyncIterator[Starlette]:
    """Run another server beside the first."""
    second = create_app(config)
    async with second.router.lifespan_context(second):
        yield second


@pytest.fixture
def transport(app: Starlette, second_app: Starlette) -> Balancer:
    """Reach both servers in turn."""
    return Balancer(app, second_app)


async def test_a_sign_in_goes_on_at_the_other_server(
    browser: Browser, rp: RelyingParty, alice: User
) -> None:
    """Waiting request, form, session, code and tokens of one server are good at the other."""
    for state in ("first", "second"):  # an odd number of requests each time: both begin once
        shown = await browser.open(rp.authorization_url(state=state, scope="openid offline_access"))
        if isinstance(shown, Page) and "login-page" in shown:
            shown = await browser.sign_in(shown, "alice", PASSWORD)
        assert isinstance(shown, Page)
        arrival = await browser.submit(shown, "consent-allow")
        assert isinstance(arrival, Arrival)
        assert arrival.params["state"] == state

        tokens = (await rp.exchange(arrival.params["code"])).json()
        for _ in range(3):
            tokens = (await rp.refresh(tokens["refresh_token"])).json()
            assert (await rp.userinfo(tokens["access_token"])).status_code == 200
            assert (await rp.introspect(tokens["access_token"])).json()["active"] is True
        await browser.post("/account/disconnect", await _disconnect(browser, rp))


async def _disconnect(browser: Browser, rp: RelyingParty) -> dict[str, str]:
    page = await browser.open("/account")
    assert isinstance(page, Page)
    return {"csrf": page.forms[0].fields["csrf"], "client_id": rp.client_id}


async def test_session_and_consent_are_remembered_by_both(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """A person who has signed in and allowed an app is not asked by either server."""
    await walk(rp)

    for _ in range(2):
        arrival = await browser.open(rp.authorization_url(prompt="none"))
        assert isinstance(arrival, Arrival)
        assert (await rp.exchange(arrival.params["code"])).status_code == 200


async def test_what_has_ended_has_ended_at_both(
    rp: RelyingParty, alice: User, tokens: Tokens, clock: Clock
) -> None:
    """No server takes what the other has spent or revoked (CVE-2026-9802)."""
    first = await tokens(rp, scope="openid offline_access")
    second = (await rp.refresh(first["refresh_token"])).json()
    third = (await rp.refresh(second["refresh_token"])).json()
    clock.move(60)

    reused = [await rp.refresh(first["refresh_token"]) for _ in range(2)]
    successors = [await rp.refresh(third["refresh_token"]) for _ in range(2)]
    seen = [await rp.introspect(third["access_token"]) for _ in range(2)]

    assert [each.json().get("error") for each in reused] == ["invalid_grant"] * 2
    assert [each.json().get("error") for each in successors] == ["invalid_grant"] * 2
    assert [each.json() for each in seen] == [{"active": False}] * 2


async def test_signing_out_at_one_is_signing_out_at_both(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """The cookie of a session that has ended opens nothing anywhere."""
    await walk(rp)
    stolen = {"Cookie": f"__Host-idp-session={browser.cookies['__Host-idp-session']}"}
    account = await browser.open("/account")
    assert isinstance(account, Page)

    await browser.submit(account, "logout")

    answers = [await browser.http.get("/account", headers=stolen) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]


async def test_guesses_are_counted_together(browser: Browser, alice: User) -> None:
    """Two servers do not give twice as many tries."""
    page = await browser.open("/login")
    assert isinstance(page, Page)
    typed = page.forms[0].fields | {"username": "alice", "password": "wrong"}

    answers = [await browser.http.post("/login", data=typed) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 4 + [429] * 2


async def test_rotated_keys_are_taken_up(
    rp: RelyingParty, alice: User, tokens: Tokens, provider: Provider, second_app: Starlette
) -> None:
    """After a rotation by one server the other signs with the same keys at its next look."""
    second: Provider = second_app.state.provider
    before = await tokens(rp, scope="openid offline_access")
    await provider.database.run(rotate_immediately, provider.config)

    for each in (provider, second):
        await reload_keys(each)

    first = (await rp.refresh(before["refresh_token"])).json()
    other = (await rp.refresh(first["refresh_token"])).json()
    old, *new = [unverified_header(each["access_token"])["kid"] for each in (before, first, other)]
    assert len(set(new)) == 1
    assert old not in new
    assert provider.signer.key_set.jwks == second.signer.key_set.jwks
    for each in (before, first, other):
        answers = [await rp.userinfo(each["access_token"]) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]


async def test_a_new_key_is_believed_before_the_next_look(
    rp: RelyingParty, alice: User, tokens: Tokens, provider: Provider
) -> None:
    """A server verifies with the next key before it knows that another signs with it."""
    before = await tokens(rp, scope="openid offline_access")
    await provider.database.run(rotate_immediately, provider.config)
    await reload_keys(provider)
    refreshed = [await rp.refresh(before["refresh_token"]) for _ in range(2)]
    signed = {unverified_header(each.json()["access_token"])["kid"] for each in refreshed}

    answers = [
        await rp.userinfo(each.json()["access_token"]) for each in refreshed for _ in range(2)
    ]

    assert len(signed) == 2
    assert [each.status_code for each in answers] == [200] * 4
