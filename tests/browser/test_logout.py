"""Signing out where other sites take part: their frames are in our page."""

import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from playwright.async_api import Page, expect

from idp.storage.users import User
from tests.browser.callback import Callback
from tests.browser.conftest import OpenPage, sign_in
from tests.fetch.servers import serving as serving_bytes
from tests.parties.relying_party import RelyingParty, unverified_claims
from tests.parties.server import Server, serving

MOST_SECONDS = 10  # it takes less than two; machines that do much else take longer


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """Run a server whose sessions can be watched."""
    directory = tmp_path_factory.mktemp("logout")
    async with serving(directory, protocol={"session_management": True}) as server:
        yield server


async def add_client(
    server: Server, http: httpx2.AsyncClient, callback: Callback, **metadata: Any
) -> RelyingParty:
    """Add a client whose site is up."""
    metadata = {"redirect_uris": [callback.redirect_uri]} | metadata
    registered = await server.add_client(
        **metadata,
        post_logout_redirect_uris=[callback.signed_out_uri],
    )
    client_id, secret = registered.client.client_id, registered.client_secret
    assert secret is not None
    redirect_uri = metadata["redirect_uris"][0]
    return RelyingParty(http, client_id, secret.reveal(), redirect_uri=redirect_uri)


async def get_to(page: Page, rp: RelyingParty, person: User, callback: Callback) -> dict[str, str]:
    """Sign in at a client; give what the browser brought along."""
    await page.goto(rp.authorization_url())
    await sign_in(page, person)
    await page.click("#consent-allow")
    await page.wait_for_url(f"{rp.redirect_uri}?**")
    return callback.arrivals[-1]


async def get_id_token(page: Page, rp: RelyingParty, person: User, callback: Callback) -> str:
    """Sign in at a client; give its ID token."""
    arrived = await get_to(page, rp, person, callback)
    id_token: str = (await rp.exchange(arrived["code"])).json()["id_token"]
    return id_token


def logout_url(id_token: str, callback: Callback) -> str:
    """Make a logout request of a client."""
    sent = {"id_token_hint": id_token, "post_logout_redirect_uri": callback.signed_out_uri}
    return f"/logout?{urlencode(sent | {'state': 'bye'})}"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_frames_are_loaded_and_the_browser_goes_on(
    open_page: OpenPage,
    server: Server,
    http: httpx2.AsyncClient,
    person: User,
    callback: Callback,
    scripts: bool,
) -> None:
    """The client's page is told issuer and session, and nobody has to press anything."""
    uri = f"{callback.origin}/frame"
    rp = await add_client(server, http, callback, frontchannel_logout_uri=uri)
    page = await open_page(scripts=scripts)
    id_token = await get_id_token(page, rp, person, callback)

    await page.goto(logout_url(id_token, callback), wait_until="commit")
    await page.wait_for_url(f"{callback.signed_out_uri}?state=bye")

    told = {"iss": server.issuer, "sid": unverified_claims(id_token)["sid"]}
    assert callback.arrivals[-2:] == [told, {"state": "bye"}]
    left = {cookie["name"] for cookie in await page.context.cookies(server.issuer)}
    assert left == {"__Host-idp-browser", "__Host-idp-last-method"}


async def test_client_that_does_not_answer_keeps_nobody(
    page: Page, server: Server, http: httpx2.AsyncClient, person: User, callback: Callback
) -> None:
    """The browser goes on within two seconds, though a frame is never loaded."""
    async with serving_bytes(b"", hangs=True) as silent:
        origin = f"http://127.0.0.1:{silent.port}"
        rp = await add_client(
            server,
            http,
            callback,
            redirect_uris=[callback.redirect_uri, f"{origin}/callback"],
            frontchannel_logout_uri=f"{origin}/frame",
        )
        id_token = await get_id_token(page, rp, person, callback)

        begun = time.monotonic()
        await page.goto(logout_url(id_token, callback), wait_until="commit")
        await page.wait_for_url(f"{callback.signed_out_uri}?state=bye")

    assert time.monotonic() - begun < MOST_SECONDS
    assert any("/frame?iss=" in request for request in silent.requests)


async def test_page_with_frames_alone(
    page: Page, server: Server, http: httpx2.AsyncClient, person: User, callback: Callback
) -> None:
    """Who signs out by hand stays on our page, and the client is told all the same."""
    uri = f"{callback.origin}/frame"
    rp = await add_client(server, http, callback, frontchannel_logout_uri=uri)
    id_token = await get_id_token(page, rp, person, callback)

    await page.goto("/account")
    await page.click("#logout")
    await page.wait_for_load_state()

    await expect(page.locator("#logged-out-page")).to_be_visible()
    assert callback.arrivals[-1]["sid"] == unverified_claims(id_token)["sid"]
