"""The back button and reload, after each page of a sign-in: nothing is sent, or shown, again."""

from playwright.async_api import Page, expect

from idp.storage.users import User
from tests.browser.callback import Callback
from tests.browser.conftest import arrive, sign_in
from tests.parties.relying_party import RelyingParty


async def test_back_to_login(
    page: Page, notes: RelyingParty, person: User, callback: Callback
) -> None:
    """Back from the consent page is the login page, empty; forward goes on where it was."""
    await page.goto(notes.authorization_url())
    await sign_in(page, person)
    await expect(page.locator("#consent-page")).to_be_visible()

    await page.go_back()
    await expect(page.locator("#login-page")).to_be_visible()
    await expect(page.locator("#password")).to_have_value("")
    await page.go_forward()
    await page.click("#consent-allow")

    assert "code" in await arrive(page, callback)


async def test_reload_consent(
    page: Page, notes: RelyingParty, person: User, callback: Callback
) -> None:
    """The consent page can be loaded again: no password is sent with it."""
    await page.goto(notes.authorization_url())
    await sign_in(page, person)
    await expect(page.locator("#consent-page")).to_be_visible()

    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    await page.reload()
    await page.click("#consent-allow")

    assert "code" in await arrive(page, callback)
    assert sent[0] == "GET"


async def test_back_from_the_app(
    page: Page, notes: RelyingParty, person: User, callback: Callback
) -> None:
    """Back from the app says that this sign-in is finished; no second code comes of it."""
    await page.goto(notes.authorization_url())
    await sign_in(page, person)
    await page.click("#consent-allow")
    await arrive(page, callback)
    arrivals = len(callback.arrivals)

    await page.go_back()

    await expect(page.locator("#error-page")).to_contain_text("This sign-in is over")
    assert len(callback.arrivals) == arrivals


async def test_back_after_sign_out(page: Page, person: User) -> None:
    """Back after signing out does not show the account again."""
    await page.goto("/login")
    await sign_in(page, person)
    await page.click("#logout")
    await expect(page.locator("#logged-out-page")).to_be_visible()

    await page.go_back()

    await expect(page.locator("#login-page")).to_be_visible()
