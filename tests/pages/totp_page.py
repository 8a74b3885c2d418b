"""The pages of the authenticator app and of the recovery codes, as a person uses them."""

import re

from sqlalchemy import or_, select

from idp.authenticators import totp as authenticator
from idp.authenticators.proof import InvalidCredentials
from idp.storage.audit_events import audit_events
from idp.storage.credentials import find_credential
from idp.storage.database import db
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import PASSWORD
from tests.parties.authenticator_app import AuthenticatorApp
from tests.parties.browser import Browser, Page

TOTP = "/account/totp"


async def open_page(browser: Browser, path: str = TOTP) -> Page:
    """Open the page, as somebody who is signed in."""
    page = await browser.open(path)
    assert isinstance(page, Page)
    return page


async def press(browser: Browser, page: Page, button: str, **typed: str) -> Page:
    """Press a button of a page."""
    shown = await browser.submit(page, button, **typed)
    assert isinstance(shown, Page)
    return shown


async def set_up(browser: Browser) -> tuple[AuthenticatorApp, Page]:
    """Scan the code and type what the app shows; give the app, and the page that follows."""
    page = await open_page(browser)
    assert "totp-setup-page" in page
    app = AuthenticatorApp.set_up_on(page.text)
    return app, await press(browser, page, "totp-submit", code=app.code())


async def turn_off(browser: Browser) -> Page:
    """Turn it off."""
    return await press(browser, await open_page(browser), "totp-remove")


async def sign_in_with(browser: Browser, app: AuthenticatorApp) -> Page:
    """Sign in with the password and the app."""
    page = await open_page(browser, "/login")
    shown = await browser.sign_in(page, "alice", PASSWORD)
    assert isinstance(shown, Page)
    return await press(browser, shown, "verify-submit", code=app.code())


def codes_on(page: Page) -> list[str]:
    """Read the recovery codes that are shown."""
    return re.findall(r"<li>([0-9a-z]{5}-[0-9a-z]{5}-[0-9a-z]{5})</li>", page.text)


async def is_on(provider: Provider, user: User) -> bool:
    """Tell whether a person has an app."""
    return await provider.database.run(find_credential, "totp", user.user_id) is not None


async def is_accepted(provider: Provider, user: User, code: str) -> bool:
    """Tell whether a code would sign a person in."""
    verify = authenticator.verify
    try:
        await provider.database.run(verify, provider.config, user, code, "192.0.2.1")
    except InvalidCredentials:
        return False
    return True


async def recorded(provider: Provider) -> list[str]:
    """List the events about apps and codes."""
    name = audit_events.c.name
    wanted = or_(name.contains("_added"), name.contains("_removed"))
    names = select(name).where(wanted).order_by(audit_events.c.occurred_at)
    return list(await provider.database.run(lambda: db().scalars(names).all()))
