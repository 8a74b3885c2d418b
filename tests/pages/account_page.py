"""The account page, as the person it belongs to uses it."""

import httpx2

from tests.conftest import PASSWORD
from tests.parties.browser import Browser, Page


async def open_account(browser: Browser, username: str = "alice") -> Page:
    """Open the account page, signing in if that is needed."""
    page = await browser.open("/account")
    assert isinstance(page, Page)
    if "login-page" in page:
        shown = await browser.sign_in(page, username, PASSWORD)
        assert isinstance(shown, Page)
        page = shown
    assert "account-page" in page
    return page


async def disconnect(browser: Browser, page: Page, client_id: str) -> httpx2.Response:
    """Press the button beside a connected app."""
    fields = {"csrf": page.forms[0].fields["csrf"], "client_id": client_id}
    return await browser.http.post("/account/disconnect", data=fields)


async def sign_out(browser: Browser, page: Page, sid: str) -> httpx2.Response:
    """Press the button beside another browser."""
    fields = {"csrf": page.forms[0].fields["csrf"], "sid": sid}
    return await browser.http.post("/account/sign-out", data=fields)


def other_browsers(page: Page) -> list[str]:
    """List the browsers beside which there is a button."""
    return [form.fields["sid"] for form in page.forms if form.action == "/account/sign-out"]
