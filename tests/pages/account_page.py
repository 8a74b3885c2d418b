"""A person's own pages, as the person they belong to uses them."""

import httpx2

from tests.conftest import PASSWORD
from tests.parties.browser import Browser, Page


async def open_account(browser: Browser, username: str = "alice", path: str = "") -> Page:
    """Open the account page, or one of those below it, signing in if that is needed."""
    page = await browser.open("/account")
    assert isinstance(page, Page)
    if "login-page" in page:
        shown = await browser.sign_in(page, username, PASSWORD)
        assert isinstance(shown, Page)
        page = shown
    assert "account-page" in page
    if not path:
        return page
    below = await browser.open(f"/account/{path}")
    assert isinstance(below, Page)
    return below


async def open_connections(browser: Browser) -> Page:
    """Open the page of connected apps."""
    return await open_account(browser, path="connections")


async def open_devices(browser: Browser) -> Page:
    """Open the page of browsers."""
    return await open_account(browser, path="devices")


async def press(browser: Browser, page: Page, path: str, **fields: str) -> httpx2.Response:
    """Press a button that does something."""
    token = page.forms[0].fields["csrf"]
    return await browser.http.post(f"/account/{path}", data={"csrf": token, **fields})


async def disconnect(browser: Browser, page: Page, client_id: str) -> httpx2.Response:
    """Press the button beside a connected app."""
    return await press(browser, page, "disconnect", client_id=client_id)


async def sign_out(browser: Browser, page: Page, sid: str) -> httpx2.Response:
    """Press the button beside another browser."""
    return await press(browser, page, "sign-out", sid=sid)


def other_browsers(page: Page) -> list[str]:
    """List the browsers beside which there is a button."""
    return [form.fields["sid"] for form in page.forms if form.action == "/account/sign-out"]
