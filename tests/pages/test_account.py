"""A person's own page: sessions, connected apps, signing out."""

from collections.abc import Callable

import httpx2

from idp.clients.registration import remove
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddClient, SignIn, Tokens
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty


async def open_account(browser: Browser) -> Page:
    """Open the account page, signing in if that is needed."""
    page = await browser.open("/account")
    assert isinstance(page, Page)
    if "login-page" in page:
        shown = await browser.sign_in(page, "alice", PASSWORD)
        assert isinstance(shown, Page)
        page = shown
    assert "account-page" in page
    return page


async def disconnect(browser: Browser, page: Page, client_id: str) -> httpx2.Response:
    """Press the button beside a connected app."""
    fields = {"csrf": page.forms[0].fields["csrf"], "client_id": client_id}
    return await browser.http.post("/account/disconnect", data=fields)


async def test_who_is_not_signed_in_signs_in_first(browser: Browser, alice: User) -> None:
    """The page leads to the login page and from there back."""
    page = await browser.open("/account")

    assert isinstance(page, Page)
    assert "login-page" in page
    assert "account-page" in await browser.sign_in(page, "alice", PASSWORD)


async def test_the_page_shows_who_it_is_and_where(
    browser: Browser, new_browser: Callable[[], Browser], alice: User
) -> None:
    """Names, address, and each browser that is signed in, this one marked."""
    await open_account(new_browser())

    page = await open_account(browser)

    assert "alice@example.com" in page.text
    assert page.text.count("This browser") == 1
    assert page.text.count("Another browser") == 1
    assert "administrator" not in page.text


async def test_the_page_may_share_no_window(browser: Browser, alice: User) -> None:
    """A page that opens it gets no hold on it, as it may on the pages of a sign-in."""
    login_page = await browser.open("/login")
    assert isinstance(login_page, Page)

    page = await open_account(browser)

    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Cross-Origin-Opener-Policy" not in login_page.headers


async def test_connected_apps_are_listed_in_words(
    browser: Browser, add_client: AddClient, alice: User, walk: SignIn
) -> None:
    """An app is named by its verified host, with what it may do."""
    rp = await add_client(scope="openid email notes.read notes.write")
    await walk(rp, scope="openid email notes.read")

    page = await open_account(browser)

    assert "<bdi>rp.example</bdi>" in page.text
    assert "See your email address" in page.text
    assert "Read your notes" in page.text
    assert "Change your notes" not in page.text


async def test_disconnecting_ends_what_an_app_had(
    browser: Browser,
    rp: RelyingParty,
    add_client: AddClient,
    alice: User,
    tokens: Tokens,
) -> None:
    """Its tokens are good no more, it has to ask again, and other apps notice nothing."""
    other = await add_client(client_name="Other")
    theirs = await tokens(rp, scope="openid offline_access")
    others = await tokens(other)
    page = await open_account(browser)

    response = await disconnect(browser, page, rp.client_id)

    assert response.status_code == 303
    assert (await rp.userinfo(theirs["access_token"])).status_code == 401
    assert (await other.userinfo(others["access_token"])).status_code == 200
    assert (await rp.introspect(theirs["access_token"])).json() == {"active": False}
    assert (await rp.refresh(theirs["refresh_token"])).json()["error"] == "invalid_grant"
    consent = await browser.open(rp.authorization_url())
    assert isinstance(consent, Page)
    assert "consent-page" in consent


async def test_disconnecting_what_is_not_connected_changes_nothing(
    browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """A double click, an unknown app or garbage leads back to the page."""
    theirs = await tokens(rp)
    page = await open_account(browser)

    for client_id in ("", "unknown", "x" * 5000, "\u202e", "'; DROP TABLE grants; --"):
        response = await disconnect(browser, page, client_id)
        assert response.status_code == 303, client_id
        assert response.headers["Location"] == "/account"

    assert (await rp.userinfo(theirs["access_token"])).status_code == 200


async def test_nobody_disconnects_for_somebody_else(
    browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """Without a session the form leads to the login page, and the app stays connected."""
    theirs = await tokens(rp)
    page = await open_account(browser)
    browser.cookies.delete("__Host-idp-session")

    response = await disconnect(browser, page, rp.client_id)

    assert response.status_code == 303
    shown = await browser.open(response.headers["Location"])
    assert isinstance(shown, Page)
    assert "login-page" in shown
    assert (await rp.userinfo(theirs["access_token"])).status_code == 200


async def test_a_removed_app_is_not_listed(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn, provider: Provider
) -> None:
    """The page still opens when an administrator has removed an app that was connected."""
    await walk(rp)
    await provider.database.run(remove, rp.client_id)

    page = await open_account(browser)

    assert "rp.example" not in page.text


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
