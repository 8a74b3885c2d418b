"""The password page, as the person whose password it is uses it."""

from collections.abc import Callable

import anyio
import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, Clock, Configure, Tokens
from tests.pages.account_page import open_account, open_devices, other_browsers
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty

NEW_PASSWORD = "copper lantern under moss"
WINDOW = 300


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people mistype twice."""
    return configure(throttle={"account_failures": 2, "window": WINDOW})


async def change(
    browser: Browser, current: str = PASSWORD, new: str = NEW_PASSWORD
) -> httpx2.Response:
    """Fill in the form, as somebody who is signed in."""
    page = await browser.open("/account/password")
    assert isinstance(page, Page)
    assert "password-page" in page
    typed = page.forms[0].fields | {"current_password": current, "new_password": new}
    return await browser.http.post("/account/password", data=typed)


async def sign_in(browser: Browser, password: str) -> Page:
    """Sign in on the login page."""
    login = await browser.open("/login")
    assert isinstance(login, Page)
    shown = await browser.sign_in(login, "alice", password)
    assert isinstance(shown, Page)
    return shown


async def test_the_new_password_is_the_only_one(
    browser: Browser, new_browser: Callable[[], Browser], alice: User
) -> None:
    """From then on the new password signs in, and the old one does not."""
    await open_account(browser)

    await change(browser)

    assert (await sign_in(new_browser(), PASSWORD)).status == 401
    assert "account-page" in await sign_in(new_browser(), NEW_PASSWORD)


async def test_this_browser_stays_signed_in_and_all_others_do_not(
    browser: Browser, new_browser: Callable[[], Browser], alice: User
) -> None:
    """The person goes on under a new id, and whoever else was in is out."""
    elsewhere = new_browser()
    await open_account(elsewhere)
    await open_account(browser)
    before = browser.cookies["__Host-idp-session"]

    response = await change(browser)

    assert (response.status_code, response.headers["Location"]) == (303, "/account")
    assert other_browsers(await open_devices(browser)) == []
    assert (await elsewhere.http.get("/account")).status_code == 303
    copied = {"Cookie": f"__Host-idp-session={before}"}
    assert (await new_browser().http.get("/account", headers=copied)).status_code == 303


async def test_apps_lose_what_they_had(
    browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """Whoever got tokens with the old password has them no more, in this browser too."""
    theirs = await tokens(rp, scope="openid offline_access")

    await change(browser)

    assert (await rp.refresh(theirs["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await rp.userinfo(theirs["access_token"])).status_code == 401
    assert "access_token" in await tokens(rp)


@pytest.mark.parametrize(
    ("current", "new", "status", "marked"),
    [
        ("wrong", NEW_PASSWORD, 401, "current-password-error"),
        ("", NEW_PASSWORD, 401, "current-password-error"),
        (NEW_PASSWORD, NEW_PASSWORD, 401, "current-password-error"),
        (PASSWORD, "", 422, "new-password-error"),
        (PASSWORD, "alice2026", 422, "new-password-error"),
        (PASSWORD, "a" * 5000, 422, "new-password-error"),
    ],
)
async def test_a_mistake_is_marked_and_changes_nothing(
    browser: Browser,
    new_browser: Callable[[], Browser],
    alice: User,
    current: str,
    new: str,
    status: int,
    marked: str,
) -> None:
    """The field that is wrong says so, other browsers stay, and the password is the old one."""
    elsewhere = new_browser()
    await open_account(elsewhere)
    await open_account(browser)

    refused = await change(browser, current, new)

    assert refused.status_code == status
    assert f'id="{marked}"' in refused.text
    assert "Set-Cookie" not in refused.headers
    assert (await elsewhere.http.get("/account")).status_code == 200
    assert "account-page" in await sign_in(new_browser(), PASSWORD)


async def test_guesses_at_the_current_password_are_counted_with_all_others(
    browser: Browser, new_browser: Callable[[], Browser], alice: User, clock: Clock
) -> None:
    """A browser that was left open is no place to guess; who waits as told may go on."""
    await open_account(browser)
    assert (await sign_in(new_browser(), "wrong")).status == 401
    assert (await change(browser, "wrong")).status_code == 401

    refused = await change(browser)

    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= WINDOW
    assert "Too many attempts. Wait 5 minutes" in refused.text
    clock.move(int(refused.headers["Retry-After"]))
    assert (await change(browser)).status_code == 303


async def test_who_is_signed_out_is_led_to_the_login_page(
    browser: Browser, new_browser: Callable[[], Browser], alice: User
) -> None:
    """The page opens for nobody, and its form changes nothing, whatever is typed."""
    page = await open_account(browser)
    browser.cookies.delete("__Host-idp-session")
    typed = page.forms[0].fields | {"current_password": PASSWORD, "new_password": NEW_PASSWORD}

    shown = await browser.http.get("/account/password")
    sent = await browser.http.post("/account/password", data=typed)

    assert [each.status_code for each in (shown, sent)] == [303, 303]
    assert [each.headers["Location"] for each in (shown, sent)] == ["/login", "/login"]
    assert "account-page" in await sign_in(new_browser(), PASSWORD)


async def test_another_site_changes_nothing(
    browser: Browser, new_browser: Callable[[], Browser], alice: User
) -> None:
    """A form without the token of this browser is refused before the password is looked at."""
    await open_account(browser)
    typed = {"csrf": "forged", "current_password": PASSWORD, "new_password": NEW_PASSWORD}

    refused = await browser.http.post("/account/password", data=typed)

    assert refused.status_code == 403
    assert "account-page" in await sign_in(new_browser(), PASSWORD)


async def test_password_managers_know_whose_password_it_is(browser: Browser, alice: User) -> None:
    """The form has the user name, and says which password is which."""
    await open_account(browser)

    page = await browser.open("/account/password")

    assert isinstance(page, Page)
    assert 'value="alice" autocomplete="username" readonly hidden' in page.text
    assert 'autocomplete="current-password"' in page.text
    assert 'autocomplete="new-password"' in page.text


async def test_of_two_changes_at_once_one_is_refused(
    browser: Browser, new_browser: Callable[[], Browser], alice: User
) -> None:
    """Whoever knows only the old password cannot override the person who has just changed it."""
    other = new_browser()
    await open_account(other)
    await open_account(browser)
    led_to: list[str | None] = []

    async def change_in(browser: Browser, new: str) -> None:
        led_to.append((await change(browser, new=new)).headers.get("Location"))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(change_in, browser, "copper lantern under moss")
        tasks.start_soon(change_in, other, "violet harbour quiet snow")

    assert led_to.count("/account") == 1
