"""Two servers on one database: a race between them has one winner, as on one of them."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.applications import Starlette

from idp.app import create_app
from idp.config import Config
from tests.conftest import AddClient, SignIn, Tokens
from tests.parties.clients import KEY, MACHINE, AssertingClient
from tests.parties.relying_party import RelyingParty

OFFLINE = "openid offline_access"

pytestmark = pytest.mark.usefixtures("alice")


@pytest.fixture
async def other_http(app: Starlette, config: Config) -> AsyncIterator[httpx2.AsyncClient]:
    """Run a second server beside the first, and call it."""
    other = create_app(config)
    async with (
        other.router.lifespan_context(other),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=other), base_url=config.issuer
        ) as client,
    ):
        yield client


def on(http: httpx2.AsyncClient, rp: RelyingParty) -> RelyingParty:
    """Let a client talk to the other server."""
    twin = RelyingParty(http, rp.client_id, rp.client_secret)
    twin.code_verifier = rp.code_verifier
    return twin


async def test_one_code(
    rp: RelyingParty, walk: SignIn, add_client: AddClient, other_http: httpx2.AsyncClient
) -> None:
    """One exchange succeeds; then the grant is over, on both."""
    code = (await walk(rp, scope=OFFLINE)).params["code"]
    nodes = [rp, on(other_http, rp)]

    answers = await asyncio.gather(*(node.exchange(code) for node in nodes * 5))

    won = [each.json() for each in answers if each.status_code == 200]
    assert len(won) == 1
    machine = await add_client(**MACHINE)
    for node in (machine, on(other_http, machine)):
        assert (await node.introspect(won[0]["access_token"])).json() == {"active": False}


async def test_one_refresh_token(
    rp: RelyingParty, tokens: Tokens, other_http: httpx2.AsyncClient
) -> None:
    """Every refresh gets the same successor, whichever server it asks."""
    token = (await tokens(rp, scope=OFFLINE))["refresh_token"]
    nodes = [rp, on(other_http, rp)]

    answers = await asyncio.gather(*(node.refresh(token) for node in nodes * 5))

    assert {each.status_code for each in answers} == {200}
    successors = {each.json()["refresh_token"] for each in answers}
    assert len(successors) == 1
    assert (await nodes[1].refresh(successors.pop())).status_code == 200


async def test_one_assertion(
    add_client: AddClient, config: Config, http: httpx2.AsyncClient, other_http: httpx2.AsyncClient
) -> None:
    """A jti is spent for both."""
    registered = await add_client(**AssertingClient.metadata(KEY))
    nodes = [
        AssertingClient(each, registered.client_id, config.issuer) for each in (http, other_http)
    ]
    assertion = nodes[0].sign()

    answers = await asyncio.gather(*(node.token(assertion) for node in nodes * 5))

    assert sorted(each.status_code for each in answers) == [200] + [401] * 9
