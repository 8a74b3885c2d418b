"""What the tests of passkeys share: a device, a passkey on it, and why sign-ins were refused."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from idp.storage.audit_events import audit_events
from idp.storage.database import db
from idp.storage.users import User
from idp.web.provider import Provider
from tests.pages.passkeys_page import add, passkey_ids
from tests.parties.authenticator import Authenticator
from tests.parties.browser import Browser
from tests.parties.databases import ISSUER

Reasons = Callable[[], Awaitable[list[str]]]


@pytest.fixture
def device() -> Authenticator:
    """Give a device, in the browser of this server's pages."""
    return Authenticator(ISSUER)


@pytest.fixture
async def passkey(new_browser: Callable[[], Browser], alice: User, device: Authenticator) -> str:
    """Let Alice add a passkey; give what its page calls it by."""
    browser = new_browser()
    assert (await add(browser, device)).status_code == 303
    (passkey_id,) = await passkey_ids(browser)
    return passkey_id


@pytest.fixture
def reasons(provider: Provider) -> Reasons:
    """List why sign-ins were refused, as operators read it."""

    def find() -> list[str]:
        match = audit_events.c.name == "login_failed"
        found = db().scalars(select(audit_events.c.detail).where(match).order_by("number"))
        return [detail["reason"] for detail in found]

    return lambda: provider.database.run(find)
