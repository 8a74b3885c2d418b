"""One person's account from its beginning: everything that the pages are for, in one browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.callback import Callback
from tests.browser.conftest import OpenPage, arrive
from tests.browser.virtual_authenticator import plug_in
from tests.parties.authenticator_app import AuthenticatorApp
from tests.parties.letters import Inbox, inbox_of
from tests.parties.relying_party import RelyingParty, unverified_claims
from tests.parties.server import Server, serving

ADDRESS = "carol@example.com"
FIRST_PASSWORD = "seven green lamps on a pier"
NEW_PASSWORD = "eleven quiet otters in may"


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name a directory for mail."""
    return tmp_path_factory.mktemp("mail")


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory, mail: Path) -> AsyncIterator[Server]:
    """Run a server with a name, where people register themselves and prove their address."""
    async with serving(
        tmp_path_factory.mktemp("life"),
        host="localhost",
        registration={"mode": "open", "verify_email": True},
        mail={"directory": str(mail)},
    ) as server:
        yield server


@pytest.fixture
def inbox(mail: Path) -> Inbox:
    """Open the inbox."""
    return inbox_of(mail)


async def register(page: Page, inbox: Inbox) -> None:
    """Make an account, and type the code of the mail."""
    await page.goto("/register")
    await page.fill("#username", "carol")
    await page.fill("#email", ADDRESS)
    await page.fill("#name", "Carol Example")
    await page.fill("#password", FIRST_PASSWORD)
    await page.click("#register-submit")
    await page.wait_for_selector("#check-mail-page")
    letter = await inbox.letter_to(ADDRESS)
    await page.fill("#code", letter.code)
    await page.click("#code-submit")
    await page.wait_for_selector("#account-page")


async def add_passkey(page: Page) -> None:
    """Add a passkey, right after signing in."""
    await page.goto("/account/passkeys")
    await page.click("#passkey-add")
    await expect(page.locator("#rename-1")).to_have_count(1)


async def add_app(page: Page) -> AuthenticatorApp:
    """Set up an authenticator app."""
    await page.goto("/account/totp")
    app = AuthenticatorApp.set_up_on(await page.content())
    await page.fill("#code", app.code())
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#recovery-codes-made-page")
    return app


async def type_password(page: Page, password: str) -> None:
    """Fill in the login page."""
    await page.fill("#username", "carol")
    await page.fill("#password", password)
    await page.click("#login-submit")


async def recover(page: Page, inbox: Inbox) -> None:
    """Forget the password, and choose another by a mail."""
    await page.goto("/login")
    await page.click("#login-recover")
    await page.fill("#username", "carol")
    await page.click("#recover-submit")
    await page.wait_for_selector("#check-mail-page")
    letter = await inbox.letter_to(ADDRESS, "password")
    await page.fill("#code", letter.code)
    await page.click("#code-submit")
    await page.fill("#new-password", NEW_PASSWORD)
    await page.click("#new-password-submit")
    await page.wait_for_selector("#done-page")


async def test_whole_life(
    open_page: OpenPage, inbox: Inbox, notes: RelyingParty, callback: Callback
) -> None:
    """Register, add a passkey and an app, sign in by each, recover, end sessions, disconnect."""
    laptop = await open_page()
    device = await plug_in(laptop)
    await register(laptop, inbox)
    await add_passkey(laptop)
    app = await add_app(laptop)

    # The passkey signs in to an app by itself: nothing is typed or pressed.
    await laptop.context.clear_cookies()
    await laptop.goto(notes.authorization_url(scope="openid profile email offline_access"))
    await laptop.click("#consent-allow")
    by_passkey = (await notes.exchange((await arrive(laptop, callback))["code"])).json()
    assert set(unverified_claims(by_passkey["id_token"])["amr"]) == {"pop", "user", "mfa"}
    await device.touch_by_itself(False)

    # The password signs in elsewhere, and the app on the phone has to agree.
    phone = await open_page()
    await phone.goto(notes.authorization_url())
    await type_password(phone, FIRST_PASSWORD)
    await phone.click("#use-totp")
    await phone.fill("#code", app.code(steps_later=1))
    await phone.keyboard.press("Enter")
    by_app = (await notes.exchange((await arrive(phone, callback))["code"])).json()
    claims = unverified_claims(by_app["id_token"])
    assert set(claims["amr"]) == {"pwd", "otp", "mfa"}
    assert claims["sub"] == unverified_claims(by_passkey["id_token"])["sub"]

    # The laptop sees the phone, and signs it out.
    await laptop.goto("/account/devices")
    await laptop.click("#sign-out-others")
    await phone.goto("/account")
    await phone.wait_for_selector("#login-page")

    # The app is connected until it is not.
    await laptop.goto("/account/connections")
    await laptop.get_by_role("button", name="Disconnect").click()
    assert (await notes.refresh(by_passkey["refresh_token"])).json()["error"] == "invalid_grant"

    # A forgotten password is replaced; that signs nobody in, and leaves the second step.
    await recover(phone, inbox)
    await laptop.goto("/account")
    await laptop.wait_for_selector("#login-page")
    await phone.goto("/login")
    await type_password(phone, FIRST_PASSWORD)
    await phone.wait_for_selector("#login-error")
    await type_password(phone, NEW_PASSWORD)
    await phone.wait_for_selector("#verify-page")
