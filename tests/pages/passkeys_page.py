"""Passkeys, as the person whose they are makes and uses them."""

from typing import Any

import httpx2

from tests.pages.account_page import open_account
from tests.parties.authenticator import Authenticator, asked_by
from tests.parties.browser import Browser, Page


async def open_passkeys(browser: Browser, username: str = "alice") -> Page:
    """Open the page of the passkeys, signing in if that is needed."""
    await open_account(browser, username)
    page = await browser.open("/account/passkeys")
    assert isinstance(page, Page)
    assert "passkeys-page" in page
    return page


async def change(browser: Browser, page: Page, decision: str, **typed: str) -> httpx2.Response:
    """Send a form of the page."""
    fields = {"csrf": page.forms[0].fields["csrf"], "decision": decision}
    return await browser.http.post("/account/passkeys", data=fields | typed)


async def add(
    browser: Browser, device: Authenticator, username: str = "alice", **changes: Any
) -> httpx2.Response:
    """Add a passkey; keyword arguments change what the device answers."""
    page = await open_passkeys(browser, username)
    credential = device.create(asked_by(page), **changes)
    return await change(browser, page, "add", credential=credential)


async def list_names(browser: Browser, username: str = "alice") -> list[str]:
    """List the names that the page shows."""
    page = await open_passkeys(browser, username)
    return [form.fields["name"] for form in page.forms if "name" in form.fields]


async def passkey_ids(browser: Browser, username: str = "alice") -> list[str]:
    """List what the page calls the passkeys by."""
    page = await open_passkeys(browser, username)
    return [form.fields["passkey"] for form in page.forms if "name" in form.fields]


async def login_page(browser: Browser) -> Page:
    """Open the login page."""
    page = await browser.open("/login")
    assert isinstance(page, Page)
    return page


async def sign_in(
    browser: Browser, device: Authenticator, url: str = "/login", **changes: Any
) -> Page:
    """Sign in with a passkey on the login page, and follow where that leads."""
    page = await browser.open(url)
    assert isinstance(page, Page)
    assert "login-page" in page
    return await answer(browser, page, device.get(asked_by(page), **changes))


async def answer(browser: Browser, page: Page, credential: str) -> Page:
    """Send what the script of the login page sends."""
    shown = await browser.post(page.url, page.forms[0].fields | {"credential": credential})
    assert isinstance(shown, Page)
    return shown
