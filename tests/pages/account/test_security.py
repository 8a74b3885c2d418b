"""How a person signs in: each way in words, and the way to where it is changed."""

import re

import pytest

from idp import clock
from idp.secret import identifier
from idp.storage.credentials import Credential, add_credential_unless_exists
from idp.storage.users import User
from idp.web.provider import Provider
from tests.pages.account_page import open_account
from tests.parties.browser import Browser, Page

PAGES = ("password", "passkeys", "totp", "recovery-codes", "email")


async def test_what_there_is_and_what_there_could_be(browser: Browser, alice: User) -> None:
    """A password with the day on which it was set; all else can be set up."""
    page = await open_account(browser, path="security")

    assert f"set on {alice.created_at.day} {alice.created_at:%B %Y}" in page.text
    assert "Add a passkey" in page.text
    assert "Set up" in page.text
    assert "Make codes" in page.text


async def test_each_way_leads_to_its_page(browser: Browser, alice: User) -> None:
    """Which is there, leads back, and shares no window either."""
    page = await open_account(browser, path="security")
    links = re.findall(r'class="button quiet small" id="[^"]+" href="/account/([^"]+)"', page.text)

    assert sorted(links) == sorted(PAGES)
    for link in links:
        shown = await browser.open(f"/account/{link}")
        assert isinstance(shown, Page)
        assert shown.status == 200
        assert shown.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert 'href="/account/security"' in shown.text


@pytest.mark.parametrize(
    ("type_", "data", "words"),
    [
        ("passkey", {"name": "YubiKey 5C", "public_key": "k3y"}, "<bdi>YubiKey 5C</bdi>"),
        ("totp", {"secret": "k3y"}, "on since"),
        ("recovery_code", {"k3y": "k3y"}, "1 is left"),
    ],
)
async def test_a_way_is_told_in_words(
    browser: Browser,
    alice: User,
    provider: Provider,
    type_: str,
    data: dict[str, str],
    words: str,
) -> None:
    """By its name, its day, or how many there are; never by what it is made of."""
    now = clock.now()
    await open_account(browser)
    added = Credential(identifier(), alice.user_id, type_, "external", data, now, now)
    await provider.database.run(add_credential_unless_exists, added)

    page = await open_account(browser, path="security")

    assert words in page.text
    assert "k3y" not in page.text
    assert "$2b$" not in page.text
    assert "external" not in page.text
