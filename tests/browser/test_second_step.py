"""A second step of a sign-in: set up, asked for, and done without the phone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from idp.storage.users import User
from tests.browser.callback import Callback
from tests.browser.conftest import OpenPage, arrive, sign_in
from tests.parties.authenticator_app import AuthenticatorApp
from tests.parties.relying_party import RelyingParty, unverified_claims


async def set_up(page: Page, person: User) -> tuple[AuthenticatorApp, list[str]]:
    """Set up an app on the account page; give it, and the recovery codes."""
    await page.goto("/login")
    await sign_in(page, person)
    await page.wait_for_selector("#account-page")
    await page.goto("/account/totp")
    app = AuthenticatorApp.set_up_on(await page.content())
    await page.fill("#code", app.code())
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#recovery-codes-made-page")
    return app, await page.locator("#recovery-codes li").all_inner_texts()


async def claims_of(page: Page, notes: RelyingParty, callback: Callback) -> dict[str, Any]:
    """Allow the client what it wants; give what it learns of the sign-in."""
    await page.click("#consent-allow")
    arrived = await arrive(page, callback)
    tokens = (await notes.exchange(arrived["code"])).json()
    return unverified_claims(tokens["id_token"])


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_code_is_asked_for_after_the_password(
    open_page: OpenPage, person: User, notes: RelyingParty, callback: Callback, scripts: bool
) -> None:
    """With scripts and without, the way to the app has one more step, and the app hears of it."""
    app, _ = await set_up(await open_page(scripts=scripts), person)
    page = await open_page(scripts=scripts)

    await page.goto(notes.authorization_url())
    await sign_in(page, person)
    await expect(page.locator("#code")).to_be_focused()
    await page.fill("#code", app.code(steps_later=1))
    await page.keyboard.press("Enter")

    assert {"pwd", "otp", "mfa"} <= set((await claims_of(page, notes, callback))["amr"])


async def test_who_has_lost_the_phone_uses_a_recovery_code(
    open_page: OpenPage, person: User, notes: RelyingParty, callback: Callback
) -> None:
    """It is one click away, and good however it is typed."""
    _, codes = await set_up(await open_page(), person)
    page = await open_page()

    await page.goto(notes.authorization_url())
    await sign_in(page, person)
    await page.click("#use-recovery-code")
    await page.fill("#code", codes[0].upper())
    await page.click("#verify-submit")

    assert "mfa" in (await claims_of(page, notes, callback))["amr"]


async def test_a_wrong_code_is_said_where_it_was_typed(
    open_page: OpenPage, person: User, notes: RelyingParty
) -> None:
    """The field has the focus again, and nobody is signed in."""
    await set_up(await open_page(), person)
    page = await open_page()

    await page.goto(notes.authorization_url())
    await sign_in(page, person)
    await page.fill("#code", "12345")
    await page.click("#verify-submit")

    await expect(page.locator("#verify-error")).to_be_visible()
    await expect(page.locator("#code")).to_be_focused()
    await page.goto("/account")
    await expect(page.locator("#login-page")).to_be_visible()


async def test_recovery_codes_can_be_kept_as_a_file(
    open_page: OpenPage, person: User, tmp_path: Path
) -> None:
    """Without scripts the browser saves what is on the page."""
    page = await open_page(scripts=False)
    _, codes = await set_up(page, person)

    async with page.expect_download() as downloading:
        await page.click("#recovery-codes-download")
    download = await downloading.value
    await download.save_as(tmp_path / "codes.txt")

    assert download.suggested_filename == "recovery-codes.txt"
    assert set(codes) < set((tmp_path / "codes.txt").read_text().splitlines())
