"""What a real browser makes of the cookies."""

from playwright.async_api import Cookie, Page, expect

from idp.storage.users import User
from tests.browser.conftest import OpenPage, sign_in
from tests.conftest import PASSWORD
from tests.parties.relying_party import RelyingParty

SESSION = "__Host-idp-session"
BROWSER = "__Host-idp-browser"
LAST_METHOD = "__Host-idp-last-method"


async def cookies_of(page: Page) -> dict[str, Cookie]:
    """Read the cookies that a browser keeps for the server."""
    return {cookie["name"]: cookie for cookie in await page.context.cookies()}


async def test_attributes(page: Page, person: User) -> None:
    """All cookies are for this host and for HTTP only, and end when they should."""
    await page.goto("/login")
    await sign_in(page, person)
    await expect(page.locator("#account-page")).to_be_visible()

    cookies = await cookies_of(page)
    assert cookies.keys() == {SESSION, BROWSER, LAST_METHOD}
    for cookie in cookies.values():
        assert (cookie["domain"], cookie["path"]) == ("127.0.0.1", "/")
        assert cookie["secure"]
        assert cookie["httpOnly"]
        assert cookie["sameSite"] == "Lax"
    assert await page.evaluate("document.cookie") == ""


async def test_new_session_for_each_sign_in(page: Page, notes: RelyingParty, person: User) -> None:
    """Signing in once more changes the session's id; the browser stays the same."""
    await page.goto("/login")
    await sign_in(page, person)
    await expect(page.locator("#account-page")).to_be_visible()
    before = await cookies_of(page)

    await page.goto(notes.authorization_url(prompt="login"))
    await page.fill("#password", PASSWORD)
    await page.click("#login-submit")
    await expect(page.locator("#consent-page")).to_be_visible()

    after = await cookies_of(page)
    assert after[SESSION]["value"] != before[SESSION]["value"]
    assert after[BROWSER]["value"] == before[BROWSER]["value"]


async def test_copied_cookie(page: Page, open_page: OpenPage, person: User) -> None:
    """Signing out removes the cookie, and a copy of it opens nothing any more."""
    await page.goto("/login")
    await sign_in(page, person)
    await expect(page.locator("#account-page")).to_be_visible()
    copied = (await cookies_of(page))[SESSION]
    await page.click("#logout")
    await expect(page.locator("#logged-out-page")).to_be_visible()

    thief = await open_page()
    await thief.context.add_cookies([{k: v for k, v in copied.items() if k != "partitionKey"}])
    await thief.goto("/account")

    assert SESSION not in await cookies_of(page)
    await expect(thief.locator("#login-page")).to_be_visible()


async def test_no_cookies(page: Page, notes: RelyingParty, person: User) -> None:
    """A browser that keeps no cookies is told so, and is not sent in a circle."""
    await page.goto(notes.authorization_url())
    await page.context.clear_cookies()
    await sign_in(page, person)

    await expect(page.locator("#error-page")).to_be_visible()
