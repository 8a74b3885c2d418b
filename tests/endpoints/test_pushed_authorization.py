"""The pushed authorization request endpoint, and what becomes of a request that was pushed."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from idp.storage.clients import clients, find_client_row
from idp.storage.database import db
from idp.storage.pushed_requests import pushed_requests
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddClient, Clock, SignIn
from tests.flows.test_interactions import allow, is_error
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.pushing import pushed_url
from tests.parties.relying_party import RelyingParty, unverified_claims

NewBrowser = Callable[[], Browser]


async def to_consent(browser: Browser, url: str) -> Page:
    """Sign alice in, and stop where she is asked."""
    login = await browser.open(url)
    assert isinstance(login, Page)
    consent = await browser.sign_in(login, "alice", PASSWORD)
    assert isinstance(consent, Page)
    assert "consent-page" in consent
    return consent


async def test_person_is_walked_to_the_client(
    rp: RelyingParty, alice: User, browser: Browser
) -> None:
    """Sign-in, consent and answer are those of the request that was pushed."""
    url = await pushed_url(rp)

    consent = await to_consent(browser, url)
    arrival = await browser.submit(consent, "consent-allow")

    assert isinstance(arrival, Arrival)
    assert arrival.url.startswith(rp.redirect_uri)
    assert arrival.params["state"] == rp.state
    tokens = (await rp.exchange(arrival.params["code"])).json()
    assert unverified_claims(tokens["id_token"])["nonce"] == rp.nonce


async def test_public_client_may_push(
    public_rp: RelyingParty, alice: User, browser: Browser
) -> None:
    """It has nothing to authenticate with, but its parameters are checked and kept all the same."""
    consent = await to_consent(browser, await pushed_url(public_rp))

    arrival = await browser.submit(consent, "consent-allow")

    assert isinstance(arrival, Arrival)
    assert (await public_rp.exchange(arrival.params["code"])).status_code == 200


async def test_login_page_may_be_loaded_again(
    rp: RelyingParty, alice: User, browser: Browser
) -> None:
    """Neither that, nor coming by the same address once more, uses the request up."""
    url = await pushed_url(rp)
    login = await browser.open(url)

    again = await browser.open(login.url)
    consent = await to_consent(browser, url)

    assert isinstance(again, Page)
    assert "login-page" in again
    assert isinstance(await browser.submit(consent, "consent-allow"), Arrival)


async def test_pages_may_take_longer_than_the_request_uri_is_good(
    rp: RelyingParty, alice: User, browser: Browser, clock: Clock
) -> None:
    """Only coming with it has to be quick; people look for their password manager."""
    consent = await to_consent(browser, await pushed_url(rp))

    clock.move(600)
    arrival = await browser.submit(consent, "consent-allow")

    assert isinstance(arrival, Arrival)
    assert "code" in arrival.params


async def test_button_may_be_pressed_twice(rp: RelyingParty, alice: User, browser: Browser) -> None:
    """Of two answers the browser drops the first, so each has a good code."""
    consent = await to_consent(browser, await pushed_url(rp))

    arrivals = await asyncio.gather(*(browser.post(consent.url, allow(consent)) for _ in range(4)))

    codes = {each.params["code"] for each in arrivals if isinstance(each, Arrival)}
    assert len(codes) == 4
    assert [(await rp.exchange(code)).status_code for code in codes] == [200] * 4


@pytest.mark.parametrize("decision", ["consent-allow", "consent-deny"])
async def test_second_browser_is_refused_once_the_first_is_answered(
    rp: RelyingParty, alice: User, new_browser: NewBrowser, decision: str
) -> None:
    """Whoever opened the same address elsewhere, a program that looked at it too, is too late."""
    url = await pushed_url(rp)
    first, second, third = new_browser(), new_browser(), new_browser()
    late = await to_consent(second, url)
    consent = await to_consent(first, url)

    answered = await first.submit(consent, decision)

    assert isinstance(answered, Arrival)
    assert is_error(await second.submit(late, "consent-allow"))
    assert is_error(await first.open(url))
    assert is_error(await third.open(url))


async def test_looking_at_the_address_does_not_use_it_up(
    rp: RelyingParty, alice: User, new_browser: NewBrowser
) -> None:
    """A program that opens links before people do takes nothing from them (FAPI 2.0 §5.3.2.2)."""
    url = await pushed_url(rp)

    await new_browser().open(url)
    browser = new_browser()
    arrival = await browser.submit(await to_consent(browser, url), "consent-allow")

    assert isinstance(arrival, Arrival)
    assert "code" in arrival.params


async def test_one_of_many_that_race_is_answered(
    rp: RelyingParty, alice: User, browser: Browser, walk: SignIn
) -> None:
    """One statement decides which."""
    await walk(rp)
    url = await pushed_url(rp, prompt="none")

    shown = await asyncio.gather(*(browser.open(url) for _ in range(8)))

    assert len([each for each in shown if isinstance(each, Arrival)]) == 1
    assert len([each for each in shown if isinstance(each, Page) and is_error(each)]) == 7


async def test_one_of_two_browsers_that_race_on_the_last_page_is_answered(
    rp: RelyingParty, alice: User, new_browser: NewBrowser
) -> None:
    """Both have gone all the way, and press the button at once."""
    url = await pushed_url(rp)
    browsers = [new_browser() for _ in range(3)]
    pages = [await to_consent(browser, url) for browser in browsers]

    pressed = (b.submit(page, "consent-allow") for b, page in zip(browsers, pages, strict=True))
    shown = await asyncio.gather(*pressed)

    assert sorted(is_error(each) for each in shown) == [False, True, True]


async def test_prompt_none_needs_no_page(
    rp: RelyingParty, alice: User, browser: Browser, walk: SignIn
) -> None:
    """Who is signed in and has allowed it is answered at once; who is not, as well."""
    url, refused_url = await pushed_url(rp, prompt="none"), await pushed_url(rp, prompt="none")

    refused = await browser.open(refused_url)
    await walk(rp)
    granted = await browser.open(url)

    assert isinstance(refused, Arrival)
    assert refused.params["error"] == "login_required"
    assert isinstance(granted, Arrival)
    assert "code" in granted.params
    assert is_error(await browser.open(refused_url))
    assert is_error(await browser.open(url))


async def test_client_that_was_changed_meanwhile_is_told(
    rp: RelyingParty, browser: Browser, provider: Provider
) -> None:
    """What was right when it was pushed is checked once more when it is brought, and then over."""
    url = await pushed_url(rp)
    await provider.database.run(change_client, rp.client_id, {"scope": "notes.read"})

    told = await browser.open(url)

    assert isinstance(told, Arrival)
    assert told.params["error"] == "invalid_scope"
    assert is_error(await browser.open(url))


async def test_nothing_of_it_is_in_a_cookie(
    rp: RelyingParty, alice: User, browser: Browser
) -> None:
    """Neither its values nor its name (CVE-2024-4540)."""
    url = await pushed_url(rp)

    await browser.open(url)

    kept = " ".join(str(cookie.value) for cookie in browser.cookies.jar)
    request_uri = url.rpartition("%3A")[2]
    assert kept
    assert not [
        part for part in (rp.state, rp.nonce, rp.code_challenge, request_uri) if part in kept
    ]


async def test_secret_is_not_kept_with_the_request(
    add_client: AddClient, provider: Provider, alice: User, browser: Browser
) -> None:
    """What authenticates the client is no part of its request."""
    rp = await add_client(token_endpoint_auth_method="client_secret_post")
    secret = rp.client_secret or ""
    authenticated = RelyingParty(rp.http, rp.client_id)

    url = await pushed_url(authenticated, client_secret=secret)

    stored = await provider.database.run(all_pushed)
    assert len(stored) == 1
    assert secret not in str(stored)
    assert isinstance(await browser.open(url), Page)


def all_pushed() -> list[Any]:
    """Give what is kept of pushed requests."""
    return list(db().execute(select(pushed_requests)).mappings())


def change_client(client_id: str, change: dict[str, Any]) -> None:
    """Change the metadata of a client."""
    row = find_client_row(client_id)
    assert row is not None
    changed = update(clients).where(clients.c.client_id == client_id)
    db().execute(changed.values(metadata=row.metadata | change))
