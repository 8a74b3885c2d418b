"""Tokens by way of a real browser: in the fragment, which no server sees, and in a form."""

from urllib.parse import parse_qsl, urldefrag

import httpx2
import pytest
from playwright.async_api import Page

from idp.storage.users import User
from tests.browser.callback import Callback
from tests.browser.conftest import OpenPage, arrive, sign_in
from tests.parties.relying_party import RelyingParty, unverified_claims
from tests.parties.server import Server

ASKED = "code id_token token"


@pytest.fixture
async def hybrid(server: Server, callback: Callback, http: httpx2.AsyncClient) -> RelyingParty:
    """Add a client that gets tokens beside its code."""
    registered = await server.add_client(
        redirect_uris=[callback.redirect_uri],
        grant_types=["authorization_code", "implicit"],
        response_types=[ASKED],
    )
    secret = registered.client_secret
    assert secret is not None
    return RelyingParty(
        http, registered.client.client_id, secret.reveal(), redirect_uri=callback.redirect_uri
    )


async def test_fragment(page: Page, hybrid: RelyingParty, person: User, callback: Callback) -> None:
    """The browser keeps the fragment to itself: only the client's own scripts read it."""
    await page.goto(hybrid.authorization_url(response_type=ASKED))
    await sign_in(page, person)
    await page.click("#consent-allow")
    arrived = await arrive(page, callback)

    assert arrived == {}
    answer = dict(parse_qsl(urldefrag(page.url)[1]))
    assert answer["state"] == hybrid.state
    assert unverified_claims(answer["id_token"])["sub"] == person.user_id
    assert (await hybrid.userinfo(answer["access_token"])).json()["sub"] == person.user_id
    assert (await hybrid.exchange(answer["code"])).status_code == 200


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_form_post(
    open_page: OpenPage,
    hybrid: RelyingParty,
    person: User,
    callback: Callback,
    scripts: bool,
) -> None:
    """The form sends itself, or has a button where scripts do not run; no address has a token."""
    page = await open_page(scripts=scripts)

    url = hybrid.authorization_url(response_type=ASKED, response_mode="form_post")
    await page.goto(url)
    await sign_in(page, person)
    await page.click("#consent-allow")
    if not scripts:
        await page.click("#form-post-page button")
    arrived = await arrive(page, callback)

    assert page.url == callback.redirect_uri
    assert arrived["state"] == hybrid.state
    assert unverified_claims(arrived["id_token"])["sub"] == person.user_id
    assert (await hybrid.userinfo(arrived["access_token"])).json()["sub"] == person.user_id
