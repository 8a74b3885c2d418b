"""A copy of all that is known of a person, without anything that opens anything."""

import json
from typing import Any

from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddClient, AddUser, Clock, Tokens
from tests.pages.account_page import open_account, press
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty


async def export(browser: Browser) -> dict[str, Any]:
    """Press the button, and read the file."""
    page = await open_account(browser, path="data")
    response = await press(browser, page, "export")
    assert response.status_code == 200
    copy: dict[str, Any] = response.json()
    return copy


async def test_everything_is_in_it(
    browser: Browser, add_user: AddUser, rp: RelyingParty, tokens: Tokens
) -> None:
    """Account, claims, authenticators, sessions, apps, and what happened."""
    alice = await add_user("alice", claims={"nickname": "Al", "address": {"locality": "Oslo"}})
    await tokens(rp, scope="openid email offline_access")

    copy = await export(browser)

    assert copy["issuer"] == browser.issuer
    assert copy["account"]["user_id"] == alice.user_id
    assert copy["account"]["email"] == "alice@example.com"
    assert copy["claims"]["nickname"] == "Al"
    assert copy["claims"]["address"] == {"locality": "Oslo"}
    assert [each["type"] for each in copy["authenticators"]] == ["password"]
    assert [each["amr"] for each in copy["sessions"]] == [["pwd"]]
    assert [(each["host"], each["scope"]) for each in copy["connections"]] == [
        ("rp.example", "email offline_access openid")
    ]
    assert [each["name"] for each in copy["activity"]][-2:] == ["login_succeeded", "user_added"]


async def test_it_is_a_file(browser: Browser, alice: User) -> None:
    """The browser keeps it, and nobody on the way does."""
    page = await open_account(browser, path="data")

    response = await press(browser, page, "export")

    assert response.headers["content-type"] == "application/json"
    assert response.headers["content-disposition"] == 'attachment; filename="account.json"'
    assert response.headers["cache-control"] == "no-store"


async def test_nothing_in_it_opens_anything(
    browser: Browser, alice: User, rp: RelyingParty, tokens: Tokens, provider: Provider
) -> None:
    """No password, cookie, token or code, nor a digest of one."""
    theirs = await tokens(rp, scope="openid offline_access")
    page = await open_account(browser, path="data")

    copy = (await press(browser, page, "export")).text

    cookies = [value for name, value in browser.cookies.items() if "last-method" not in name]
    secrets = [PASSWORD, "$2b$", *cookies, *map(str, theirs.values())]
    secrets = [each for each in secrets if each not in ("Bearer", "600", theirs["scope"])]
    assert [each for each in secrets if each in copy] == []
    assert "digest" not in copy


async def test_others_are_not_in_it(
    browser: Browser, alice: User, add_user: AddUser, add_client: AddClient, provider: Provider
) -> None:
    """Neither other people nor apps that they alone use."""
    bob = await add_user("bob")
    other = await add_client(redirect_uris=["https://other.example/callback"])

    copy = json.dumps(await export(browser))

    assert bob.user_id not in copy
    assert other.client_id not in copy


async def test_it_is_noted(browser: Browser, alice: User) -> None:
    """Who finds it on the activity page and was it not, knows what somebody has."""
    await export(browser)

    page = await open_account(browser, path="activity")

    assert "You downloaded a copy of your data" in page.text


async def test_a_browser_that_was_left_open_gives_nothing_away(
    browser: Browser, alice: User, clock: Clock
) -> None:
    """Whoever did not sign in just now has to do it again, and then gets the copy."""
    await open_account(browser)
    clock.move(301)

    page = await browser.open("/account/data")
    assert isinstance(page, Page)
    token = page.forms[-1].fields["csrf"]
    refused = await browser.http.post("/account/export", data={"csrf": token})
    confirmed = await browser.submit(page, "confirm-submit", password=PASSWORD)

    assert "confirm-page" in page
    assert refused.headers["Location"] == "/confirm/data"
    assert isinstance(confirmed, Page)
    assert "data-page" in confirmed
    assert (await press(browser, confirmed, "export")).status_code == 200
