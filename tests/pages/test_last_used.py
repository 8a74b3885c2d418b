"""What the login page knows of a browser: how somebody signed in last, and who is signed in."""

from collections.abc import Callable

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, AddUser, Configure
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty

COOKIE = "__Host-idp-last-method"
SESSION = "__Host-idp-session"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people register."""
    return configure(registration={"mode": "open", "verify_email": False})


async def page_at(browser: Browser, url: str) -> Page:
    """Open a page of ours."""
    page = await browser.open(url)
    assert isinstance(page, Page)
    return page


async def sign_in(browser: Browser) -> None:
    """Sign in with a password."""
    await browser.sign_in(await page_at(browser, "/login"), "alice", PASSWORD)


async def test_the_method_that_was_used_last_is_marked(browser: Browser, alice: User) -> None:
    """The cookie names the method, and stays when the session ends."""
    first = await page_at(browser, "/login")
    await sign_in(browser)
    kept = browser.cookies[COOKIE]
    browser.cookies.delete(SESSION)

    again = await page_at(browser, "/login")

    assert "last-used" not in first
    assert "last-used" in again
    assert kept == "password"
    assert "alice" not in again.text


async def test_a_sign_in_that_failed_is_not_remembered(browser: Browser, alice: User) -> None:
    """A guess says nothing of how the owner signs in."""
    await browser.sign_in(await page_at(browser, "/login"), "alice", "wrong")

    assert COOKIE not in browser.cookies


@pytest.mark.parametrize("value", ["", "totp", "<b>", "passwords", "x" * 5000])
async def test_a_cookie_that_is_none_of_ours_is_ignored(browser: Browser, value: str) -> None:
    """It marks nothing, and appears nowhere."""
    response = await browser.http.get("/login", headers={"Cookie": f"{COOKIE}={value}"})

    assert response.status_code == 200
    assert 'id="last-used"' not in response.text


async def test_who_registers_is_not_told(browser: Browser, rp: RelyingParty, alice: User) -> None:
    """Somebody new has not used anything."""
    await sign_in(browser)
    browser.cookies.delete(SESSION)

    page = await page_at(browser, rp.authorization_url(prompt="create"))

    assert "register-page" in page
    assert "last-used" not in page


async def test_who_is_signed_in_may_go_on(
    browser: Browser, rp: RelyingParty, add_user: AddUser
) -> None:
    """Whoever went to use another account, and thinks better of it, need not sign in again."""
    await add_user("alice", name="Alice Example")
    await sign_in(browser)
    consent_page = await page_at(browser, rp.authorization_url())
    login_page = await page_at(browser, consent_page.url.replace("/consent/", "/login/"))

    way_back = login_page.url.replace("/login/", "/authorize/")
    back = await browser.open(way_back)

    assert "login-continue" in login_page
    assert f'href="{way_back.removeprefix(browser.issuer)}"' in login_page.text
    assert "Continue as <bdi>Alice Example</bdi>" in login_page.text
    assert isinstance(back, Page)
    assert "consent-page" in back


async def test_beside_an_account_that_one_adds(browser: Browser, alice: User) -> None:
    """The page that adds an account leads back, too."""
    await sign_in(browser)

    page = await page_at(browser, "/account/add")

    assert "login-continue" in page


@pytest.mark.parametrize("wish", [{"prompt": "login"}, {"max_age": "0"}])
async def test_who_must_sign_in_again_is_not_offered_to_go_on(
    browser: Browser, rp: RelyingParty, alice: User, wish: dict[str, str]
) -> None:
    """There is no way around it."""
    await sign_in(browser)

    page = await page_at(browser, rp.authorization_url(**wish))

    assert "login-page" in page
    assert "login-continue" not in page


async def test_others_see_nobody(
    browser: Browser, new_browser: Callable[[], Browser], rp: RelyingParty, alice: User
) -> None:
    """A browser knows only who is signed in in it."""
    await sign_in(browser)

    page = await new_browser().open(rp.authorization_url())

    assert isinstance(page, Page)
    assert "login-continue" not in page
