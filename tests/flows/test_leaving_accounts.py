"""Signing out, where several people are signed in in one browser."""

import pytest

from tests.flows.test_several_accounts import (
    OTHERS,
    SESSION,
    active,
    hints,
    open_page,
    who_arrives,
)
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims

__all__ = ["hints"]


async def test_signing_out_makes_nobody_else_active(
    browser: Browser, rp: RelyingParty, hints: dict[str, str]
) -> None:
    """The others stay, but they have to be chosen; a client that may not ask is told so."""
    page = await open_page(browser, "/account")
    logged_out = await browser.submit(page, "logout")
    assert isinstance(logged_out, Page)

    silent = await browser.open(rp.authorization_url(prompt="none"))
    hinted = await browser.open(rp.authorization_url(prompt="none", id_token_hint=hints["bob"]))
    silent_alice = await browser.open(
        rp.authorization_url(prompt="none", id_token_hint=hints["alice"])
    )
    chooser = await open_page(browser, rp.authorization_url())
    claims = await who_arrives(rp, await browser.submit(chooser, "select-account-continue"))

    assert "still-signed-in" in logged_out
    assert "alice@example.com" in logged_out.text
    assert isinstance(silent, Arrival)
    assert isinstance(hinted, Arrival)
    assert silent.params["error"] == "account_selection_required"
    assert (silent.params["state"], silent.params["iss"]) == (rp.state, browser.issuer)
    assert hinted.params["error"] == "login_required"
    assert isinstance(silent_alice, Arrival)
    assert "code" in silent_alice.params
    assert "select-account-page" in chooser
    assert claims["sub"] == unverified_claims(hints["alice"])["sub"]
    assert await active(browser) == "alice"


async def test_login_page_without_an_active_account_offers_those_that_wait(
    browser: Browser, hints: dict[str, str]
) -> None:
    """Whoever comes back is not asked for a password that was given already."""
    await browser.submit(await open_page(browser, "/account"), "logout")

    shown = await open_page(browser, "/account")

    assert "select-account-page" in shown
    assert "alice@example.com" in shown.text


@pytest.mark.parametrize("path", ["/logout", "/select-account"])
async def test_all_can_sign_out_at_once(
    browser: Browser, rp: RelyingParty, hints: dict[str, str], path: str
) -> None:
    """Nobody is left in the browser, and no session in the database opens anything."""
    page = await open_page(browser, path)

    logged_out = await browser.submit(page, "logout-all")

    assert isinstance(logged_out, Page)
    assert "logged-out-page" in logged_out
    assert "still-signed-in" not in logged_out
    assert SESSION not in browser.cookies
    assert OTHERS not in browser.cookies
    silent = await browser.open(rp.authorization_url(prompt="none", id_token_hint=hints["alice"]))
    assert isinstance(silent, Arrival)
    assert silent.params["error"] == "login_required"


async def test_those_who_stayed_can_sign_out_from_the_page_that_says_so(
    browser: Browser, hints: dict[str, str]
) -> None:
    """One more press, on a shared computer."""
    logged_out = await browser.submit(await open_page(browser, "/account"), "logout")
    assert isinstance(logged_out, Page)

    await browser.submit(logged_out, "logout-all")

    assert OTHERS not in browser.cookies
    assert "login-page" in await open_page(browser, "/account")


async def test_client_signs_out_whom_its_hint_names(
    browser: Browser, rp: RelyingParty, hints: dict[str, str]
) -> None:
    """Alice's ID token ends Alice's session at once, and Bob stays the active one."""
    shown = await open_page(browser, f"/logout?id_token_hint={hints['alice']}")

    assert "logged-out-page" in shown
    assert await active(browser) == "bob"
    assert OTHERS not in browser.cookies
    silent = await browser.open(rp.authorization_url(prompt="none", id_token_hint=hints["alice"]))
    assert isinstance(silent, Arrival)
    assert silent.params["error"] == "login_required"
