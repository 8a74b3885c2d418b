"""Passkeys in Chromium, with a device that it simulates."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from idp.storage.users import User
from tests.browser.callback import Callback
from tests.browser.conftest import OpenPage, arrive, sign_in
from tests.browser.virtual_authenticator import VirtualAuthenticator, plug_in
from tests.parties.relying_party import RelyingParty, unverified_claims
from tests.parties.server import Server, serving

# As in a browser that has none: otherwise the device answers before anything is pressed.
WITHOUT_AUTOFILL = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """Run a server that has a name: an address has no passkeys."""
    async with serving(tmp_path_factory.mktemp("passkeys"), host="localhost") as server:
        yield server


@pytest.fixture
async def device(page: Page) -> VirtualAuthenticator:
    """Plug in a device."""
    return await plug_in(page)


@pytest.fixture
async def passkey(page: Page, person: User, device: VirtualAuthenticator) -> VirtualAuthenticator:
    """Add a passkey, and sign out; give the device, which waits for its owner."""
    await add_passkey(page, person)
    await device.touch_by_itself(False)
    await sign_out(page)
    return device


async def add_passkey(page: Page, person: User) -> None:
    """Sign in with the password, and add a passkey."""
    await page.goto("/login")
    await sign_in(page, person)
    await page.wait_for_selector("#account-page")
    await page.goto("/account/passkeys")
    await page.click("#passkey-add")
    await expect(page.locator("#rename-1")).to_have_count(1)


async def sign_out(page: Page) -> None:
    """Sign out."""
    await page.goto("/account")
    await page.click("#logout")
    await page.wait_for_selector("#logged-out-page")


async def test_a_passkey_is_added(page: Page, person: User, device: VirtualAuthenticator) -> None:
    """One press and a touch: the device keeps it, and the page lists it."""
    await add_passkey(page, person)

    (credential,) = await device.credentials()
    assert credential["rpId"] == "localhost"
    assert credential["isResidentCredential"]
    row = page.locator(".panel li").first
    await expect(row).to_contain_text("synced")
    await expect(row).to_contain_text("never used")


async def test_the_button_signs_in(
    page: Page,
    notes: RelyingParty,
    callback: Callback,
    person: User,
    passkey: VirtualAuthenticator,
) -> None:
    """For an app, without a name or a password; the app hears how."""
    await page.add_init_script(WITHOUT_AUTOFILL)
    await passkey.touch_by_itself(True)
    await page.goto(notes.authorization_url())
    await page.click("#login-passkey")
    await page.click("#consent-allow")
    arrived = await arrive(page, callback)

    tokens = (await notes.exchange(arrived["code"])).json()
    claims = unverified_claims(tokens["id_token"])
    assert claims["sub"] == person.user_id
    assert set(claims["amr"]) == {"pop", "user", "mfa"}


async def test_the_autofill_signs_in(
    page: Page, person: User, passkey: VirtualAuthenticator
) -> None:
    """The browser offers the passkey for the name field; nothing is pressed on the page."""
    await passkey.touch_by_itself(True)

    await page.goto("/login")

    await page.wait_for_selector("#account-page")


async def test_the_password_still_signs_in(
    page: Page, person: User, passkey: VirtualAuthenticator
) -> None:
    """Whoever does not touch the device types as before."""
    await page.goto("/login")

    await sign_in(page, person)

    await page.wait_for_selector("#account-page")


async def test_a_device_is_added_once(
    page: Page, person: User, device: VirtualAuthenticator
) -> None:
    """The browser says that there is a passkey of this person already; nothing is sent."""
    await add_passkey(page, person)

    await page.click("#passkey-add")

    await expect(page.locator("[data-passkey-problem=known]")).to_be_visible()
    await expect(page.locator("#rename-2")).to_have_count(0)
    assert len(await device.credentials()) == 1


async def test_who_is_not_recognised_adds_nothing(
    page: Page, person: User, device: VirtualAuthenticator
) -> None:
    """A device that does not know its owner makes no passkey, and the page says so."""
    await device.recognise(False)
    await page.goto("/login")
    await sign_in(page, person)
    await page.wait_for_selector("#account-page")
    await page.goto("/account/passkeys")

    await page.click("#passkey-add")

    await expect(page.locator("[data-passkey-problem=any]")).to_be_visible()
    assert await device.credentials() == []


async def test_who_is_not_recognised_is_not_signed_in(
    page: Page, person: User, passkey: VirtualAuthenticator
) -> None:
    """A finger that is not the owner's opens nothing, and the page says so."""
    await page.add_init_script(WITHOUT_AUTOFILL)
    await passkey.recognise(False)
    await passkey.touch_by_itself(True)
    await page.goto("/login")

    await page.click("#login-passkey")

    await expect(page.locator("[data-passkey-problem=any]")).to_be_visible()
    await expect(page.locator("#login-page")).to_be_visible()


async def test_a_passkey_is_renamed_and_removed(
    page: Page, person: User, device: VirtualAuthenticator
) -> None:
    """Its owner calls it what they like; removed, it leaves the device as well."""
    await add_passkey(page, person)

    await page.get_by_text("Rename", exact=True).click()
    await page.get_by_label("New name").fill("Work laptop")
    await page.click("#rename-1")
    await expect(page.locator(".panel li bdi")).to_have_text("Work laptop")
    await page.get_by_text("Remove", exact=True).click()
    await page.click("#remove-1")

    await expect(page.locator(".panel")).to_contain_text("You have none yet.")
    await expect(page.locator("#passkey-add")).to_be_visible()


async def test_without_scripts_the_page_says_what_is_missing(
    open_page: OpenPage, person: User
) -> None:
    """There is no button that does nothing, and all else works."""
    page = await open_page(scripts=False)
    await page.goto("/login")
    await expect(page.locator("#login-passkey")).to_be_hidden()
    await sign_in(page, person)
    await page.wait_for_selector("#account-page")

    await page.goto("/account/passkeys")

    await expect(page.locator("#passkey-add")).to_be_hidden()
    await expect(page.locator("[data-passkey-unable]")).to_be_visible()


async def test_a_copied_passkey_is_noticed(open_page: OpenPage, page: Page, person: User) -> None:
    """Who has copied a key that counts is refused once its owner has used theirs."""
    options = {"defaultBackupEligibility": False, "defaultBackupState": False}
    device = await plug_in(page, transport="usb", **options)
    await add_passkey(page, person)
    (credential,) = await device.credentials()
    await sign_out(page)
    await page.goto("/login")
    await page.click("#login-passkey")
    await page.wait_for_selector("#account-page")

    thief = await open_page()
    copy = await plug_in(thief, transport="usb", **options)
    await copy.add_credential(credential)
    await thief.goto("/login")
    await thief.click("#login-passkey")

    await expect(thief.locator("#login-error")).to_contain_text("That passkey did not work here.")
