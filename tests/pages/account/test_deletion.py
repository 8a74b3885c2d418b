"""The end of an account: typed, confirmed, and complete."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, text

from idp.storage.audit_events import audit_events
from idp.storage.database import db
from idp.storage.schema import metadata
from idp.storage.users import User, find_user
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddClient, AddUser, Clock, Tokens
from tests.pages.account_page import open_account, press
from tests.parties.browser import Browser, Page
from tests.parties.pictures import png
from tests.parties.relying_party import RelyingParty

NewBrowser = Callable[[], Browser]


async def delete(
    browser: Browser, typed: str = "alice", username: str = "alice"
) -> httpx2.Response:
    """Type the name, and press the button."""
    page = await open_account(browser, username, path="data")
    return await press(browser, page, "delete", confirmation=typed)


async def test_the_account_is_gone(
    browser: Browser, new_browser: NewBrowser, alice: User, rp: RelyingParty, tokens: Tokens
) -> None:
    """Nobody signs in by it, no browser is signed in any more, and apps lose their access."""
    elsewhere = new_browser()
    await open_account(elsewhere)
    theirs = await tokens(rp, scope="openid offline_access")

    response = await delete(browser)

    assert response.status_code == 200
    assert 'id="deleted-page"' in response.text
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "__Host-idp-session" not in browser.cookies
    assert (await elsewhere.http.get("/account")).status_code == 303
    assert (await rp.userinfo(theirs["access_token"])).status_code == 401
    assert (await rp.introspect(theirs["access_token"])).json() == {"active": False}
    assert (await rp.refresh(theirs["refresh_token"])).json()["error"] == "invalid_grant"
    login = await browser.open("/login")
    assert isinstance(login, Page)
    refused = await browser.sign_in(login, "alice", PASSWORD)
    assert isinstance(refused, Page)
    assert refused.status == 401


async def test_nothing_is_kept_of_the_person(
    browser: Browser,
    alice: User,
    rp: RelyingParty,
    tokens: Tokens,
    provider: Provider,
) -> None:
    """Their name and address stand in the mail that tells them, and in no table else for good."""
    await tokens(rp, scope="openid email offline_access")
    page = await open_account(browser, path="profile")
    form = {"csrf": page.forms[0].fields["csrf"]}
    files = {"picture": ("alice.png", png(), "image/png")}
    await browser.http.post("/account/picture", data=form, files=files)
    await browser.submit(page, "profile-submit", nickname="Alice L.")

    await delete(browser)

    kept = await provider.database.run(everything)
    named = [table for table, rows in kept.items() if "alice" in rows.lower()]
    about = [table for table, rows in kept.items() if alice.user_id in rows]
    assert named == ["deliveries"]  # for a week
    assert set(about) - {"deliveries", "interactions"} == {"audit_events"}  # by an id alone
    names = await provider.database.run(event_names)
    assert "user_removed" in names


def everything() -> dict[str, str]:
    """Read all tables."""
    return {
        table.name: str(db().execute(select(table)).fetchall()) for table in metadata.sorted_tables
    }


def event_names() -> list[str]:
    """List what happened."""
    return list(db().scalars(select(audit_events.c.name).order_by(audit_events.c.number)))


async def test_clients_are_told(
    browser: Browser, add_client: AddClient, alice: User, tokens: Tokens, provider: Provider
) -> None:
    """Each that wants to hear of a logout hears of this one (OIDC Back-Channel Logout)."""
    rp = await add_client(backchannel_logout_uri="https://rp.example/logout")
    await tokens(rp)

    await delete(browser)

    targets = text("SELECT target FROM deliveries WHERE kind = 'backchannel_logout'")
    assert await provider.database.run(lambda: list(db().scalars(targets))) == [rp.client_id]


@pytest.mark.parametrize("typed", ["ALICE", " alice ", "\uff41lice"])
async def test_the_name_may_be_typed_as_one_signs_in(
    browser: Browser, alice: User, typed: str, provider: Provider
) -> None:
    """Capitals and blanks do not matter, as they do not at the login page."""
    assert (await delete(browser, typed)).status_code == 200
    assert await provider.database.run(find_user, alice.user_id) is None


@pytest.mark.parametrize("typed", ["", "alic", "bob", "alice@example.com", "x" * 5000])
async def test_without_the_name_nothing_is_deleted(
    browser: Browser, alice: User, typed: str, provider: Provider
) -> None:
    """The page says so at the field."""
    response = await delete(browser, typed)

    assert response.status_code == 422
    assert 'id="confirmation-error"' in response.text
    assert await provider.database.run(find_user, alice.user_id) is not None
    assert (await browser.http.get("/account")).status_code == 200


async def test_a_browser_that_was_left_open_deletes_nothing(
    browser: Browser, alice: User, clock: Clock, provider: Provider
) -> None:
    """Whoever did not sign in just now has to do it again."""
    page = await open_account(browser, path="data")
    clock.move(301)

    response = await press(browser, page, "delete", confirmation="alice")

    assert response.headers["Location"] == "/confirm/data"
    assert await provider.database.run(find_user, alice.user_id) is not None


async def test_others_in_the_same_browser_stay_signed_in(
    browser: Browser, alice: User, add_user: AddUser
) -> None:
    """Their accounts are theirs; none of them is active by itself."""
    await add_user("bob")
    await open_account(browser, "bob")
    login = await browser.open("/account/add")
    assert isinstance(login, Page)
    await browser.sign_in(login, "alice", PASSWORD)

    await delete(browser)

    shown = await browser.open("/account")
    assert isinstance(shown, Page)
    shown = await browser.open("/login")  # type: ignore[assignment]  # a page
    assert "select-account-page" in shown
    assert "Bob" in shown.text
    assert "Alice" not in shown.text


async def test_the_last_administrator_stays(
    browser: Browser, add_user: AddUser, provider: Provider
) -> None:
    """Nobody could make another one; closed accounts do not count."""
    alice = await add_user("alice", is_admin=True)

    response = await delete(browser)

    assert response.status_code == 422
    assert "You are the last administrator." in response.text
    assert await provider.database.run(find_user, alice.user_id) is not None


async def test_of_two_administrators_who_leave_together_one_stays(
    new_browser: NewBrowser, add_user: AddUser, provider: Provider
) -> None:
    """Both see that there is another one; only one of them is right."""
    names = ("alice", "bob")
    people = [await add_user(name, is_admin=True) for name in names]
    pages: list[tuple[Browser, Page, str]] = []
    for name in names:
        browser = new_browser()
        pages.append((browser, await open_account(browser, name, path="data"), name))

    answers = await asyncio.gather(
        *(press(browser, page, "delete", confirmation=name) for browser, page, name in pages)
    )

    left: list[Any] = [await provider.database.run(find_user, person.user_id) for person in people]
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    assert len([each for each in left if each is not None]) == 1


async def test_pressing_twice_is_pressing_once(
    browser: Browser, alice: User, provider: Provider
) -> None:
    """The second press finds nobody signed in."""
    page = await open_account(browser, path="data")
    copied = dict(browser.cookies)

    first = await press(browser, page, "delete", confirmation="alice")
    cookies = "; ".join(f"{name}={value}" for name, value in copied.items())
    form = {"csrf": page.forms[0].fields["csrf"], "confirmation": "alice"}
    second = await browser.http.post("/account/delete", data=form, headers={"Cookie": cookies})

    names = await provider.database.run(event_names)
    assert first.status_code == 200
    assert second.headers["Location"] == "/login"
    assert names.count("user_removed") == 1
