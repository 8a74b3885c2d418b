"""Native apps that listen on this computer (RFC 8252 §7.3, §8.3)."""

import pytest

from idp.storage.users import User
from tests.conftest import AddClient, SignIn
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty

HOSTS = ("127.0.0.1", "[::1]", "localhost")


@pytest.fixture
async def native(add_client: AddClient) -> RelyingParty:
    """Add an app that can listen on each of these, on whatever port is free."""
    return await add_client(
        redirect_uris=[f"http://{host}/callback" for host in HOSTS],
        application_type="native",
        token_endpoint_auth_method="none",
    )


@pytest.mark.parametrize("host", HOSTS)
async def test_7_3_port_is_free(native: RelyingParty, alice: User, walk: SignIn, host: str) -> None:
    """The app learns it when it starts; the code goes there, and is for who names it again."""
    native.redirect_uri = f"http://{host}:49152/callback"

    code = (arrival := await walk(native)).params["code"]
    elsewhere = await native.exchange(code, redirect_uri=f"http://{host}:49153/callback")
    right = await native.exchange(code)

    assert arrival.url.startswith(f"{native.redirect_uri}?")
    assert (elsewhere.status_code, elsewhere.json()["error"]) == (400, "invalid_grant")
    assert right.status_code == 200


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:49152/",
        "http://127.0.0.2:49152/callback",
        "https://localhost:49152/callback",
        "http://localhost:49152/callback?x=1",
        "http://localhost.example:49152/callback",
    ],
)
async def test_7_3_nothing_else_is(native: RelyingParty, browser: Browser, uri: str) -> None:
    """Host, path and scheme are those that were registered; else nobody is sent there."""
    shown = await browser.open(native.authorization_url(redirect_uri=uri))

    assert isinstance(shown, Page)
    assert "error-page" in shown


async def test_7_3_web_app_knows_its_port(
    add_client: AddClient, alice: User, browser: Browser, walk: SignIn
) -> None:
    """The name `localhost` is not the loopback interface of everybody (§8.3)."""
    web = await add_client(redirect_uris=["http://localhost:3000/callback"])
    web.redirect_uri = "http://localhost:3000/callback"

    arrival = await walk(web)
    shown = await browser.open(web.authorization_url(redirect_uri="http://localhost:3001/callback"))

    assert "code" in arrival.params
    assert isinstance(shown, Page)
    assert "error-page" in shown
