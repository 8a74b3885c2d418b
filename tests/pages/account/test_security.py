"""How a person signs in: each way in words, and the way to where it is changed."""

from idp.storage.users import User
from tests.conftest import Clock
from tests.pages.account_page import open_account
from tests.parties.browser import Browser


async def test_the_password_is_listed(browser: Browser, alice: User, clock: Clock) -> None:
    """With the day on which it was set, and a link to its page."""
    page = await open_account(browser, path="security")

    assert f"set on {alice.created_at.day} {alice.created_at:%B %Y}" in page.text
    assert 'href="/account/password"' in page.text
    assert "change-password" in page


async def test_nothing_of_a_credential_is_shown(browser: Browser, alice: User) -> None:
    """Neither a hash nor an id of one."""
    page = await open_account(browser, path="security")

    assert "$2b$" not in page.text
