"""The first of a person's own pages: who it is, and the way to all others."""

import re
from collections.abc import Callable

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, AddUser, Configure, SignIn
from tests.pages.account_page import open_account
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty

PAGES = ("", "/profile", "/security", "/devices", "/connections", "/activity", "/data")


@pytest.mark.parametrize("path", PAGES)
async def test_who_is_not_signed_in_signs_in_first(
    browser: Browser, alice: User, path: str
) -> None:
    """Each page leads to the login page and from there to the account."""
    page = await browser.open(f"/account{path}")

    assert isinstance(page, Page)
    assert "login-page" in page
    assert "account-page" in await browser.sign_in(page, "alice", PASSWORD)


async def test_the_page_shows_who_it_is_and_what_there_is(
    browser: Browser,
    new_browser: Callable[[], Browser],
    alice: User,
    rp: RelyingParty,
    walk: SignIn,
) -> None:
    """Names, address, and in how many browsers and apps the account is in use."""
    await open_account(new_browser())
    await walk(rp)

    page = await open_account(browser)

    assert "alice@example.com" in page.text
    assert "2 browsers are signed in" in page.text
    assert "1 app may use your account" in page.text
    assert "administrator" not in page.text


async def test_an_administrator_is_told_so(browser: Browser, add_user: AddUser) -> None:
    """Who may do more can see it."""
    await add_user("alice", is_admin=True)

    assert "administrator" in (await open_account(browser)).text


async def test_every_page_leads_to_all_others(browser: Browser, alice: User) -> None:
    """The same links stand on each page, and the page itself is marked among them."""
    await open_account(browser)

    for path in PAGES:
        page = await browser.open(f"/account{path}")
        assert isinstance(page, Page)
        assert page.status == 200
        links = re.findall(r'<a href="/account([^"]*)"( aria-current="page")?', page.text)
        assert [link for link, _ in links] == list(PAGES)
        assert [link for link, is_here in links if is_here] == [path]
        assert {"logout", "switch-account"} <= page.ids


@pytest.mark.parametrize("path", PAGES)
async def test_the_pages_may_share_no_window(browser: Browser, alice: User, path: str) -> None:
    """A page that opens one gets no hold on it, as it may on the pages of a sign-in."""
    login_page = await browser.open("/login")
    assert isinstance(login_page, Page)

    page = await open_account(browser, path=path.removeprefix("/"))

    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert "Cross-Origin-Opener-Policy" not in login_page.headers


class TestBelowAPath:
    """An issuer with a path has all pages below it."""

    @pytest.fixture
    def config(self, configure: Configure) -> Config:
        """Put the issuer below a path."""
        return configure(issuer="https://idp.example/auth")

    async def test_links_stay_below_it(self, browser: Browser, alice: User) -> None:
        """No link and no form leads above it."""
        page = await browser.open("/login")
        assert isinstance(page, Page)
        page = await browser.sign_in(page, "alice", PASSWORD)  # type: ignore[assignment]  # a page
        targets = re.findall(r'(?:href|action|src)="(/[^"]*)"', page.text)

        assert "account-page" in page
        assert [each for each in targets if not each.startswith("/auth/")] == []
