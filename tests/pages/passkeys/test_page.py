"""The page of a person's passkeys, with a device of software."""

import html
import json
import re
import secrets
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from idp.storage.credentials import list_credentials, remove_credentials
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import AddUser, Configure
from tests.pages.account_page import open_account
from tests.pages.passkeys_page import add, change, list_names, open_passkeys, passkey_ids
from tests.parties.authenticator import (
    EDDSA,
    ES256,
    RS256,
    Authenticator,
    asked_by,
)
from tests.parties.browser import Browser, Page
from tests.parties.databases import ISSUER
from tests.parties.letters import Inbox

YUBIKEY = bytes.fromhex("cb69481e8ff7403993ec0a2729a154a8")
HOUR = 3600
OPTIONS = {
    "rp": {"id": "127.0.0.1"},
    "user": {"id": "YWxpY2U"},
    "challenge": "AAAA",
    "excludeCredentials": [],
}


async def test_the_browser_is_asked_for_what_signs_in_alone(browser: Browser, alice: User) -> None:
    """It is found without a name, verifies its owner, and says nothing of its maker."""
    page = await open_passkeys(browser)

    options = asked_by(page)
    assert options["rp"] == {"id": "idp.example", "name": "idp"}
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    assert [each["alg"] for each in options["pubKeyCredParams"]] == [ES256, EDDSA, RS256]
    assert options["user"]["name"] == "alice"
    assert options["excludeCredentials"] == []
    assert len(options["challenge"]) > 43
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "publickey-credentials-create=(self)" in page.headers["Permissions-Policy"]
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("algorithm", [ES256, EDDSA, RS256])
async def test_a_passkey_is_added(browser: Browser, alice: User, algorithm: int) -> None:
    """The page shows it, and asks for another device next time."""
    device = Authenticator(ISSUER, algorithm=algorithm)

    response = await add(browser, device)

    assert (response.status_code, response.headers["Location"]) == (303, "/account/passkeys")
    page = await open_passkeys(browser)
    assert await list_names(browser) == ["Passkey"]
    assert "never used" in page.text
    assert "synced" in page.text
    (excluded,) = asked_by(page)["excludeCredentials"]
    assert excluded["transports"] == ["hybrid", "internal"]
    accepted = json.loads(_attribute(page, "data-passkey-accepted"))
    assert accepted["allAcceptedCredentialIds"] == [excluded["id"]]
    assert (accepted["name"], accepted["displayName"]) == ("alice", "Alice")


async def test_what_a_device_is_called(browser: Browser, alice: User) -> None:
    """By its maker if that is known, else by what it is, and with a number if there are two."""
    await add(browser, Authenticator(ISSUER, aaguid=YUBIKEY))
    await add(browser, Authenticator(ISSUER, aaguid=YUBIKEY))
    await add(browser, Authenticator(ISSUER, aaguid=secrets.token_bytes(16)), transports=["usb"])
    await add(browser, Authenticator(ISSUER, aaguid=secrets.token_bytes(16)), transports=["none"])

    assert await list_names(browser) == ["YubiKey 5", "YubiKey 5 2", "Security key", "Passkey"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Work laptop", "Work laptop"),
        ("  Work \t laptop\r\n ", "Work laptop"),
        ("a\u202eb\u0000c".replace("\0", "\x07"), "abc"),
        ("x" * 500, "x" * 60),
        ("<b>&", "<b>&"),
        ("", "Passkey"),
        (" \u200b ", "Passkey"),
    ],
)
async def test_a_passkey_is_renamed(
    browser: Browser, alice: User, device: Authenticator, typed: str, shown: str
) -> None:
    """It is called what the person typed, as one line of text; nothing changes nothing."""
    await add(browser, device)
    page, (passkey_id,) = await open_passkeys(browser), await passkey_ids(browser)

    response = await change(browser, page, "rename", passkey=passkey_id, name=typed)

    assert response.status_code == 303
    assert [html.unescape(each) for each in await list_names(browser)] == [shown]


async def test_whoever_adds_a_passkey_is_signed_out_elsewhere(
    browser: Browser, new_browser: Callable[[], Browser], alice: User, device: Authenticator
) -> None:
    """Somebody who was in before does not stay in; the person is told by mail."""
    elsewhere = new_browser()
    await open_account(elsewhere)

    await add(browser, device)

    assert (await elsewhere.http.get("/account")).status_code == 303
    assert "account-page" in await open_account(browser)


async def test_notices(
    browser: Browser, alice: User, device: Authenticator, letters: Inbox
) -> None:
    """The person is told by mail of each passkey that comes or goes."""
    await add(browser, device)
    added = await letters.letter_to("alice@example.com")
    page, (passkey_id,) = await open_passkeys(browser), await passkey_ids(browser)
    await change(browser, page, "remove", passkey=passkey_id)
    removed = await letters.letter_to("alice@example.com")

    assert added.subject == "A passkey was added to your account"
    assert removed.subject == "A passkey was removed from your account"


async def test_the_only_way_to_sign_in_stays(
    browser: Browser, provider: Provider, alice: User, device: Authenticator
) -> None:
    """Who has no password keeps their last passkey; the page says what to do first."""
    await add(browser, device)
    page, (passkey_id,) = await open_passkeys(browser), await passkey_ids(browser)
    await provider.database.run(remove_credentials, alice.user_id, "password")

    response = await change(browser, page, "remove", passkey=passkey_id)

    assert response.status_code == 422
    assert "This is the only way for you to sign in." in response.text
    assert await list_names(browser) == ["Passkey"]


async def test_who_has_two_may_remove_one(
    browser: Browser, provider: Provider, alice: User, device: Authenticator
) -> None:
    """Another passkey is another way."""
    await add(browser, device)
    await add(browser, Authenticator(ISSUER))
    page, (first, _) = await open_passkeys(browser), await passkey_ids(browser)
    await provider.database.run(remove_credentials, alice.user_id, "password")

    await change(browser, page, "remove", passkey=first)

    assert await list_names(browser) == ["Passkey 2"]


async def test_only_passkeys_are_removed_here(
    browser: Browser, provider: Provider, alice: User, device: Authenticator
) -> None:
    """Nobody removes a password by the form of a passkey."""
    found = await provider.database.run(list_credentials, alice.user_id)
    page = await open_passkeys(browser)

    await change(browser, page, "remove", passkey=found[0].credential_id)

    assert await provider.database.run(list_credentials, alice.user_id) == found


async def test_a_passkey_is_removed(
    browser: Browser, new_browser: Callable[[], Browser], alice: User, device: Authenticator
) -> None:
    """It is gone, and so are the person's other login sessions."""
    await add(browser, device)
    elsewhere = new_browser()
    await open_account(elsewhere)
    page, (passkey_id,) = await open_passkeys(browser), await passkey_ids(browser)

    response = await change(browser, page, "remove", passkey=passkey_id)

    assert (response.status_code, response.headers["Location"]) == (303, "/account/passkeys")
    assert await list_names(browser) == []
    assert (await elsewhere.http.get("/account")).status_code == 303


@pytest.mark.parametrize("decision", ["rename", "remove"])
async def test_a_passkey_of_somebody_else_stays_as_it_is(
    browser: Browser,
    new_browser: Callable[[], Browser],
    alice: User,
    add_user: AddUser,
    device: Authenticator,
    decision: str,
) -> None:
    """Who knows what the page calls it by can do nothing to it."""
    await add_user("bob")
    await add(browser, device)
    (passkey_id,) = await passkey_ids(browser)
    other = new_browser()
    page = await open_passkeys(other, "bob")

    response = await change(other, page, decision, passkey=passkey_id, name="Mine now")

    assert response.status_code == 303
    assert await list_names(browser) == ["Passkey"]


async def test_a_form_of_another_site_changes_nothing(
    browser: Browser, alice: User, device: Authenticator
) -> None:
    """A form needs the token of the page."""
    await add(browser, device)
    (passkey_id,) = await passkey_ids(browser)

    fields = {"csrf": "forged", "decision": "remove", "passkey": passkey_id}
    response = await browser.http.post("/account/passkeys", data=fields)

    assert response.status_code == 403
    assert await list_names(browser) == ["Passkey"]


async def test_who_is_not_signed_in_is_led_to_do_so(browser: Browser) -> None:
    """There is nothing to see before."""
    page = await browser.open("/account/passkeys")

    assert isinstance(page, Page)
    assert "login-page" in page


async def test_password_managers_find_the_page(http: httpx2.AsyncClient) -> None:
    """They ask at a well-known address where passkeys are made and kept."""
    response = await http.get("/.well-known/passkey-endpoints")

    address = f"{ISSUER}/account/passkeys"
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == {"enroll": address, "manage": address}


class TestOnAServerWithoutAName:
    """An IP address is no RP ID."""

    @pytest.fixture
    def config(self, configure: Configure) -> Any:
        """Make a server that is known by its address."""
        return configure(issuer="http://127.0.0.1:8000", server={"dev": True})

    async def test_the_page_says_why(self, browser: Browser, alice: User) -> None:
        """There is no button, and a sentence says why."""
        page = await open_passkeys(browser)

        assert "passkey-add" not in page
        assert "has no name, only an address" in page.text

    async def test_nothing_is_added(
        self, browser: Browser, alice: User, provider: Provider
    ) -> None:
        """Whoever sends one all the same is refused."""
        page = await open_account(browser)
        device = Authenticator(provider.config.issuer)

        credential = device.create(OPTIONS)
        response = await change(browser, page, "add", credential=credential)

        assert response.status_code == 422


def _attribute(page: Page, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', page.text)
    assert found
    return html.unescape(found[1])
