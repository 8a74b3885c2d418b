"""Signing in with a passkey: what is asked, and what is accepted."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from idp.config import Config
from idp.storage.audit_events import audit_events
from idp.storage.database import db
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddUser, Clock, Configure
from tests.pages.passkeys.conftest import Reasons
from tests.pages.passkeys_page import (
    add,
    answer,
    login_page,
    open_passkeys,
    sign_in,
)
from tests.parties.authenticator import (
    EDDSA,
    ES256,
    RS256,
    UP,
    UV,
    Authenticator,
    asked_by,
)
from tests.parties.browser import Browser, Page
from tests.parties.databases import ISSUER
from tests.parties.letters import Inbox
from tests.parties.relying_party import RelyingParty, unverified_claims

NewBrowser = Callable[[], Browser]


async def test_the_browser_is_asked_for_any_passkey(browser: Browser) -> None:
    """The page names nobody, and asks for verification of whoever it is."""
    page = await login_page(browser)

    options = asked_by(page)
    assert options["rpId"] == "idp.example"
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "publickey-credentials-get=(self)" in page.headers["Permissions-Policy"]


async def test_each_page_has_a_challenge_of_its_own(browser: Browser) -> None:
    """Nothing that is asked is asked twice."""
    asked = {asked_by(await login_page(browser))["challenge"] for _ in range(10)}

    assert len(asked) == 10


@pytest.mark.parametrize("algorithm", [ES256, EDDSA, RS256])
async def test_a_passkey_signs_in(
    browser: Browser, new_browser: NewBrowser, alice: User, algorithm: int
) -> None:
    """Nothing is typed; the page of passkeys says when it was used."""
    device = Authenticator(ISSUER, algorithm=algorithm)
    await add(new_browser(), device)

    shown = await sign_in(browser, device)

    assert "account-page" in shown
    assert "never used" not in (await open_passkeys(browser)).text


async def test_a_client_hears_how(
    browser: Browser, rp: RelyingParty, passkey: str, device: Authenticator
) -> None:
    """A passkey proves possession, and verifies the user: two factors at once."""
    page = await browser.open(rp.authorization_url())
    assert isinstance(page, Page)
    credential = device.get(asked_by(page))

    consent = await answer(browser, page, credential)
    arrival = await browser.submit(consent, "consent-allow")
    tokens = (await rp.exchange(arrival.params["code"])).json()  # type: ignore[union-attr]  # it arrives

    assert set(unverified_claims(tokens["id_token"])["amr"]) == {"pop", "user", "mfa"}


async def test_a_name_and_a_password_beside_it_do_not_matter(
    browser: Browser, add_user: AddUser, passkey: str, device: Authenticator
) -> None:
    """A password manager may have filled them in for somebody else."""
    await add_user("bob")
    page = await login_page(browser)
    typed = {"username": "bob", "password": PASSWORD, "credential": device.get(asked_by(page))}

    shown = await browser.post("/login", page.forms[0].fields | typed)

    assert isinstance(shown, Page)
    assert "account-page" in shown
    assert "Alice" in shown.text


async def test_several_people_on_one_device(
    browser: Browser, new_browser: NewBrowser, add_user: AddUser, device: Authenticator
) -> None:
    """Each is signed in by their own passkey."""
    for name in ("alice", "bob"):
        await add_user(name)
        await add(new_browser(), device, name)

    shown = await sign_in(browser, device, credential=0)

    assert "Alice" in shown.text


class TestOfADeviceThatCounts:
    """Its signature counter tells of copies (WebAuthn L3 §6.1.1)."""

    @pytest.fixture
    def device(self) -> Authenticator:
        """Give a security key."""
        return Authenticator(ISSUER, flags=UP | UV, counts=True)

    async def test_it_signs_in_again_and_again(
        self, browser: Browser, passkey: str, device: Authenticator
    ) -> None:
        """A counter that rises is as it should be."""
        for _ in range(3):
            assert "account-page" in await sign_in(browser, device)
            browser.cookies.clear()

    @pytest.mark.parametrize("behind", [0, 1])
    async def test_a_copy_is_noticed(
        self,
        browser: Browser,
        provider: Provider,
        alice: User,
        passkey: str,
        device: Authenticator,
        reasons: Reasons,
        behind: int,
    ) -> None:
        """A counter that stands or goes back signs nobody in, and is an alarm."""
        await sign_in(browser, device)
        counted = device.credentials[0].sign_count
        browser.cookies.clear()

        shown = await sign_in(browser, device, sign_count=counted - behind)

        assert shown.status == 401
        assert await reasons() == ["sign_count"]
        match = audit_events.c.name == "passkey_cloned"
        find = select(audit_events.c.user_id).where(match)
        assert await provider.database.run(lambda: db().scalar(find)) == alice.user_id

    async def test_its_owner_is_told_once(
        self, browser: Browser, passkey: str, device: Authenticator, letters: Inbox
    ) -> None:
        """By one mail, however often it is tried, and on the page of passkeys."""
        await letters.letter_to("alice@example.com")  # of the passkey that was added
        await sign_in(browser, device)
        browser.cookies.clear()

        for _ in range(3):
            await sign_in(browser, device, sign_count=1)

        assert "maybe copied" in (await open_passkeys(browser)).text
        await add(browser, Authenticator(ISSUER))
        await letters.letter_to("alice@example.com", "may have been copied")
        await letters.letter_to("alice@example.com", "A passkey was added")
        assert [each.subject for each in letters.unread if "copied" in each.subject] == []

    async def test_it_does_not_stop_counting(
        self, browser: Browser, passkey: str, device: Authenticator
    ) -> None:
        """One that has counted cannot say that it does not."""
        await sign_in(browser, device)
        browser.cookies.clear()

        assert (await sign_in(browser, device, sign_count=0)).status == 401


class TestOfThrottling:
    """Failures are counted, for the address that they come from."""

    @pytest.fixture
    def config(self, configure: Configure) -> Config:
        """Be patient four times."""
        return configure(throttle={"address_failures": 4, "account_failures": 3, "window": 300})

    async def test_failures_come_to_an_end(
        self, browser: Browser, passkey: str, device: Authenticator, clock: Clock
    ) -> None:
        """After some, even a good passkey has to wait, and is told how long."""
        for _ in range(4):
            assert (await sign_in(browser, device, rp_id="example")).status == 401

        refused = await sign_in(browser, device)

        assert refused.status == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 300
        clock.move(301)
        assert "account-page" in await sign_in(browser, device)

    async def test_successes_do_not_count(
        self, browser: Browser, passkey: str, device: Authenticator
    ) -> None:
        """Who signs in often is never made to wait."""
        for _ in range(6):
            assert "account-page" in await sign_in(browser, device)
            browser.cookies.clear()


class TestOfGuessedPasswords:
    """They are counted for the account, which a passkey is not."""

    @pytest.fixture
    def config(self, configure: Configure) -> Config:
        """Be patient with an account once."""
        return configure(throttle={"account_failures": 1, "account_failures_everywhere": 1})

    async def test_they_put_nobody_out(
        self, browser: Browser, passkey: str, device: Authenticator
    ) -> None:
        """An account that has to wait for passwords is still open to its passkey."""
        for password in ("wrong", PASSWORD):
            shown = await browser.sign_in(await login_page(browser), "alice", password)
        assert isinstance(shown, Page)
        assert shown.status == 429

        assert "account-page" in await sign_in(browser, device)
