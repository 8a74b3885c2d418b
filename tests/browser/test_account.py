"""A person's account: made, looked at, disconnected from apps, and left."""

import re
import uuid
from pathlib import Path

from playwright.async_api import Page, expect

from idp.storage.users import User
from tests.browser.callback import Callback
from tests.browser.conftest import OpenPage, arrive, sign_in
from tests.conftest import PASSWORD
from tests.parties.relying_party import RelyingParty
from tests.parties.server import serving


async def fill_in_account(page: Page, password: str = PASSWORD) -> str:
    """Fill in what makes an account; give the user name."""
    username = f"carol.{uuid.uuid4().hex[:6]}"
    await page.fill("#username", username)
    await page.fill("#email", f"{username}@example.com")
    await page.fill("#name", "Carol Example")
    await page.fill("#password", password)
    return username


async def test_register_for_an_app(page: Page, notes: RelyingParty, callback: Callback) -> None:
    """Who has no account makes one on the way to the app, and arrives there signed in."""
    await page.goto(notes.authorization_url())
    await page.get_by_role("link", name="Create an account").click()
    username = await fill_in_account(page)
    await page.click("#register-submit")
    await page.click("#consent-allow")

    arrived = await arrive(page, callback)
    tokens = (await notes.exchange(arrived["code"])).json()
    userinfo = await notes.userinfo(tokens["access_token"])
    assert userinfo.json()["email"] == f"{username}@example.com"


async def test_weak_password(page: Page) -> None:
    """A weak password is said beside its field, which has the focus; the rest stays filled in."""
    await page.goto("/register")
    username = await fill_in_account(page, "password1")
    await page.click("#register-submit")

    await expect(page).to_have_title("Error: Create an account · idp")
    await expect(page.locator("#password-error")).to_be_visible()
    await expect(page.locator("#password")).to_be_focused()
    await expect(page.locator("#username")).to_have_value(username)
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#account-page")).to_contain_text(username)


async def test_set_up(page: Page, tmp_path: Path) -> None:
    """The link that a new server prints makes the first administrator, once."""
    async with serving(tmp_path) as server:
        printed = re.search(rf"{server.issuer}/setup/\S+", server.console.read_text())
        assert printed is not None
        await page.goto(printed[0])
        await fill_in_account(page)
        await page.click("#setup-submit")
        await expect(page.locator("#account-page")).to_contain_text("administrator")

        await page.goto(printed[0])

    await expect(page.locator("#error-page")).to_contain_text("not good any more")


async def test_disconnect(
    page: Page, notes: RelyingParty, person: User, callback: Callback
) -> None:
    """A disconnected app is gone from the page, its tokens are dead, and it has to ask again."""
    await page.goto(notes.authorization_url(scope="openid offline_access"))
    await sign_in(page, person)
    await page.click("#consent-allow")
    tokens = (await notes.exchange((await arrive(page, callback))["code"])).json()

    await page.goto("/account/connections")
    await page.get_by_role("button", name="Disconnect Notes").click()

    await expect(page.get_by_text("Nothing is connected yet.")).to_be_visible()
    assert (await notes.refresh(tokens["refresh_token"])).status_code == 400
    await page.goto(notes.authorization_url())
    await expect(page.locator("#consent-page")).to_be_visible()


async def test_sign_out_elsewhere(open_page: OpenPage, person: User) -> None:
    """Another browser is signed out from this one, which then is the only one on the page."""
    here, elsewhere = await open_page(), await open_page()
    for page in (elsewhere, here):
        await page.goto("/login")
        await sign_in(page, person)
        await expect(page.locator("#account-page")).to_be_visible()

    await here.goto("/account/devices")
    await here.get_by_role("button", name="Sign out Chrome on Linux, signed in").click()

    await expect(here.get_by_text("Chrome on Linux")).to_have_count(1)
    await expect(here.get_by_text("this browser")).to_be_visible()
    await elsewhere.goto("/account")
    await expect(elsewhere.locator("#login-page")).to_be_visible()


async def test_sign_out(page: Page, person: User) -> None:
    """Signing out on the account page asks nothing more, and the account is closed after it."""
    await page.goto("/login")
    await sign_in(page, person)
    await page.click("#logout")

    await expect(page.locator("#logged-out-page")).to_be_visible()
    await page.goto("/account")
    await expect(page.locator("#login-page")).to_be_visible()


async def test_sign_out_for_an_app(
    page: Page, notes: RelyingParty, person: User, callback: Callback
) -> None:
    """An app that shows its ID token signs its user out and gets them back, without a question."""
    await page.goto(notes.authorization_url())
    await sign_in(page, person)
    await page.click("#consent-allow")
    tokens = (await notes.exchange((await arrive(page, callback))["code"])).json()

    await page.goto(
        f"/logout?id_token_hint={tokens['id_token']}"
        f"&post_logout_redirect_uri={callback.signed_out_uri}&state=bye"
    )

    assert page.url.startswith(callback.signed_out_uri)
    assert callback.arrivals[-1] == {"state": "bye"}
    await page.goto("/account")
    await expect(page.locator("#login-page")).to_be_visible()


async def test_confirm_sign_out(
    page: Page, notes: RelyingParty, person: User, callback: Callback
) -> None:
    """An app that shows nothing has to wait for the person to confirm."""
    await page.goto("/login")
    await sign_in(page, person)
    await page.goto(
        f"/logout?client_id={notes.client_id}&post_logout_redirect_uri={callback.signed_out_uri}"
    )
    await expect(page.locator("#logout-confirm-page")).to_contain_text("Notes")
    await page.click("#logout-confirm")

    await page.wait_for_url(f"{callback.signed_out_uri}**")
    await page.goto("/account")
    await expect(page.locator("#login-page")).to_be_visible()
