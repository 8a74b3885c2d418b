"""Where a person is signed in: this browser, others, and signing out of either."""

import re
from collections.abc import Callable

from idp.storage.login_sessions import list_login_sessions
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import AddUser, Clock, Tokens
from tests.pages.account_page import open_account, open_devices, other_browsers, press, sign_out
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty


async def test_signing_out_ends_this_session_only(
    browser: Browser, new_browser: Callable[[], Browser], alice: User
) -> None:
    """The button ends the session on the server: a copy of the cookie opens nothing."""
    elsewhere = new_browser()
    await open_account(elsewhere)
    page = await open_account(browser)
    stolen = browser.cookies["__Host-idp-session"]

    shown = await browser.submit(page, "logout")

    assert isinstance(shown, Page)
    assert "logged-out-page" in shown
    assert "__Host-idp-session" not in browser.cookies
    copied = {"Cookie": f"__Host-idp-session={stolen}"}
    assert (await browser.http.get("/account", headers=copied)).status_code == 303
    assert (await elsewhere.http.get("/account")).status_code == 200


async def test_another_browser_is_signed_out(
    browser: Browser,
    new_browser: Callable[[], Browser],
    rp: RelyingParty,
    alice: User,
    tokens: Tokens,
) -> None:
    """It opens the account no more, what an app got in it ends, and this browser goes on."""
    elsewhere = new_browser()
    theirs = await tokens(rp, browser=elsewhere)
    (sid,) = other_browsers(await open_devices(browser))

    response = await sign_out(browser, await open_devices(browser), sid)

    assert response.status_code == 303
    assert response.headers["Location"] == "/account/devices"
    assert (await elsewhere.http.get("/account")).status_code == 303
    assert (await rp.userinfo(theirs["access_token"])).status_code == 401
    assert other_browsers(await open_devices(browser)) == []


async def test_an_app_stays_connected_when_its_browser_is_signed_out(
    browser: Browser,
    new_browser: Callable[[], Browser],
    rp: RelyingParty,
    alice: User,
    tokens: Tokens,
) -> None:
    """What was allowed to go on without the person goes on (OIDC Core §11)."""
    theirs = await tokens(rp, browser=new_browser(), scope="openid offline_access")
    page = await open_devices(browser)

    await sign_out(browser, page, other_browsers(page)[0])

    assert (await rp.refresh(theirs["refresh_token"])).status_code == 200


async def test_only_another_browser_of_the_same_person_is_signed_out(
    browser: Browser,
    new_browser: Callable[[], Browser],
    alice: User,
    add_user: AddUser,
    provider: Provider,
) -> None:
    """The session in use, somebody else's, and what is none at all stay as they are."""
    bob = await add_user("bob")
    his = new_browser()
    await open_account(his, "bob")
    page = await open_account(browser)
    sessions = await provider.database.run(list_login_sessions, bob.user_id)
    sessions += await provider.database.run(list_login_sessions, alice.user_id)

    for sid in (*(each.sid for each in sessions), "", "unknown", "x" * 5000, "\u202e"):
        response = await sign_out(browser, page, sid)
        assert response.status_code == 303, sid
        assert response.headers["Location"] == "/account/devices"

    assert len(sessions) == 2
    assert (await his.http.get("/account")).status_code == 200
    assert (await browser.http.get("/account")).status_code == 200


async def test_who_is_signed_out_signs_nobody_out(
    browser: Browser, new_browser: Callable[[], Browser], alice: User
) -> None:
    """Without a session the form leads to the login page, and the other browser stays."""
    elsewhere = new_browser()
    await open_account(elsewhere)
    page = await open_devices(browser)
    browser.cookies.delete("__Host-idp-session")

    response = await sign_out(browser, page, other_browsers(page)[0])

    assert response.status_code == 303
    shown = await browser.open(response.headers["Location"])
    assert isinstance(shown, Page)
    assert "login-page" in shown
    assert (await elsewhere.http.get("/account")).status_code == 200


async def test_buttons_are_told_apart_by_their_names(
    browser: Browser, new_browser: Callable[[], Browser], alice: User, clock: Clock
) -> None:
    """Who hears the page hears which browser each button signs out."""
    for _ in range(2):
        await open_account(new_browser())
        clock.move(60)

    page = await open_devices(browser)

    names = re.findall(r'aria-label="(Sign out [^"]+, signed in [^"]+ UTC)"', page.text)
    assert len(set(names)) == len(names) == len(other_browsers(page)) == 2


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"


async def test_browsers_are_told_apart_in_words(
    browser: Browser, new_browser: Callable[[], Browser], alice: User
) -> None:
    """Browser, system, network, and how the person signed in; this one is marked, and first."""
    browser.http.headers["User-Agent"] = FIREFOX
    await open_account(browser)
    await open_account(new_browser())

    page = await open_devices(browser)

    here, elsewhere = re.findall(r"<li>.*?</li>", page.text, re.DOTALL)
    assert "Firefox on Windows" in here
    assert "network 203.0.113.0/24" in here
    assert "with a password" in here
    assert "this browser" in here
    assert "A browser" in elsewhere
    assert "this browser" not in elsewhere


async def test_what_a_browser_says_of_itself_is_not_kept(
    browser: Browser, alice: User, provider: Provider
) -> None:
    """Of the User-Agent and of the address so much is kept as the page shows."""
    browser.http.headers["User-Agent"] = f"{FIREFOX} serial/12345"
    await open_account(browser)

    (kept,) = await provider.database.run(list_login_sessions, alice.user_id)

    assert (kept.browser, kept.system, kept.network) == ("Firefox", "Windows", "203.0.113.0/24")


async def test_all_others_are_signed_out_at_once(
    browser: Browser,
    new_browser: Callable[[], Browser],
    alice: User,
    add_user: AddUser,
) -> None:
    """This browser goes on, and so do those of other people."""
    await add_user("bob")
    his = new_browser()
    await open_account(his, "bob")
    others = [new_browser() for _ in range(3)]
    for each in others:
        await open_account(each)
    page = await open_devices(browser)

    response = await press(browser, page, "sign-out-others")

    assert response.headers["Location"] == "/account/devices"
    assert [(await each.http.get("/account")).status_code for each in others] == [303] * 3
    assert (await his.http.get("/account")).status_code == 200
    assert "sign-out-others" not in await open_devices(browser)


async def test_a_browser_that_was_idle_for_too_long_is_not_listed(
    browser: Browser, new_browser: Callable[[], Browser], alice: User, clock: Clock
) -> None:
    """It is signed out, though nobody pressed anything."""
    await open_account(new_browser())
    clock.move(23 * 3600)
    await open_account(browser)
    clock.move(2 * 3600)

    page = await open_devices(browser)

    assert other_browsers(page) == []
