"""Signing in with a passkey: what is asked, what is accepted, and all that is not."""

from collections.abc import Callable
from typing import Any

import anyio
import pytest
from sqlalchemy import select

from idp.config import Config
from idp.storage.audit_events import audit_events
from idp.storage.database import db
from idp.storage.users import User
from idp.users.accounts import disable_account
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddUser, Clock, Configure
from tests.pages.passkeys_page import (
    add,
    answer,
    change,
    open_passkeys,
    passkey_ids,
    sign_in,
)
from tests.parties.authenticator import (
    BE,
    BS,
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

HOUR = 3600
NewBrowser = Callable[[], Browser]


@pytest.fixture
def device() -> Authenticator:
    """Give a device, in the browser of this server's pages."""
    return Authenticator(ISSUER)


@pytest.fixture
async def passkey(new_browser: NewBrowser, alice: User, device: Authenticator) -> str:
    """Let Alice add a passkey; give what its page calls it by."""
    browser = new_browser()
    assert (await add(browser, device)).status_code == 303
    (passkey_id,) = await passkey_ids(browser)
    return passkey_id


@pytest.fixture
def reasons(provider: Provider) -> Callable[[], Any]:
    """List why sign-ins were refused, as operators read it."""

    def find() -> list[str | None]:
        match = audit_events.c.name == "login_failed"
        found = db().scalars(select(audit_events.c.detail).where(match).order_by("number"))
        return [detail["reason"] for detail in found]

    return lambda: provider.database.run(find)


async def login_page(browser: Browser) -> Page:
    """Open the login page."""
    page = await browser.open("/login")
    assert isinstance(page, Page)
    return page


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


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "another origin": ({"origin": "https://idp.example.evil.example"}, "signature"),
    "another port": ({"origin": f"{ISSUER}:8443"}, "signature"),
    "another RP ID": ({"rp_id": "example"}, "signature"),
    "a frame of another site": ({"client_data": {"crossOrigin": True}}, "origin"),
    "a truth that is no boolean": ({"client_data": {"crossOrigin": "no"}}, "origin"),
    "below another site": ({"client_data": {"topOrigin": "https://evil.example"}}, "origin"),
    "a registration": ({"type": "webauthn.create"}, "signature"),
    "a challenge of one's own": ({"challenge": "A" * 75}, "challenge"),
    "no challenge": ({"challenge": ""}, "challenge"),
    "nobody present": ({"flags": UV | BE | BS}, "signature"),
    "nobody verified": ({"flags": UP | BE | BS}, "signature"),
    "another key": ({"key": Authenticator(ISSUER).new_key()}, "signature"),
    "an ID that nobody has": ({"credential_id": bytes(32)}, "unknown"),
    "no user handle": ({"user_handle": None}, "user_handle"),
    "an empty user handle": ({"user_handle": b""}, "user_handle"),
    "somebody else's user handle": ({"user_handle": b"bob"}, "user_handle"),
    "no more eligible for backup": ({"flags": UP | UV}, "backup_eligible"),
    "backed up and not eligible": ({"flags": UP | UV | BS}, "signature"),
}

NONSENSE = ["null", "[]", "{}", "nonsense", "[" * 20_000, '{"id": 1}']


async def test_what_is_no_proof_is_refused(
    browser: Browser, passkey: str, device: Authenticator, reasons: Callable[[], Any]
) -> None:
    """The page says one thing whatever is wrong; only operators learn what."""
    answers = {
        name: await sign_in(browser, device, **changes) for name, (changes, _) in WRONG.items()
    }

    said = {name for name, each in answers.items() if "That passkey did not work" in each.text}
    assert said == WRONG.keys()
    assert {each.status for each in answers.values()} == {401}
    assert "__Host-idp-session" not in browser.cookies
    assert await reasons() == [reason for _, reason in WRONG.values()]


async def test_what_no_browser_sends_is_refused(
    browser: Browser, passkey: str, reasons: Callable[[], Any]
) -> None:
    """What cannot be read is refused like the rest."""
    answers = [await answer(browser, await login_page(browser), each) for each in NONSENSE]

    assert [each.status for each in answers] == [401] * len(NONSENSE)
    assert await reasons() == ["malformed"] * len(NONSENSE)


async def test_an_answer_is_good_once(
    browser: Browser, passkey: str, device: Authenticator, reasons: Callable[[], Any]
) -> None:
    """Who has copied it signs in nobody with it, not even in the same browser."""
    page = await login_page(browser)
    credential = device.get(asked_by(page))
    assert "account-page" in await answer(browser, page, credential)
    browser.cookies.delete("__Host-idp-session")

    again = await answer(browser, page, credential)

    assert again.status == 401
    assert await reasons() == ["replayed"]


async def test_answers_at_the_same_time(
    browser: Browser, passkey: str, device: Authenticator
) -> None:
    """Of ten that answer one challenge in parallel one signs in."""
    page = await login_page(browser)
    fields = page.forms[0].fields | {"credential": device.get(asked_by(page))}
    statuses: list[int] = []

    async def send() -> None:
        statuses.append((await browser.http.post("/login", data=fields)).status_code)

    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(send)

    assert sorted(statuses) == [303] + [401] * 9


async def test_an_answer_comes_in_time(
    browser: Browser, passkey: str, device: Authenticator, clock: Clock
) -> None:
    """A challenge that is an hour old is good no more."""
    page = await login_page(browser)
    credential = device.get(asked_by(page))

    clock.move(HOUR)

    assert (await answer(browser, page, credential)).status == 401


async def test_an_answer_to_another_browser_is_none(
    browser: Browser, new_browser: NewBrowser, passkey: str, device: Authenticator
) -> None:
    """Nobody is signed in by what somebody else was asked (login CSRF)."""
    credential = device.get(asked_by(await login_page(new_browser())))

    shown = await answer(browser, await login_page(browser), credential)

    assert shown.status == 401


async def test_a_registration_signs_nobody_in(
    browser: Browser, passkey: str, device: Authenticator
) -> None:
    """A challenge is good for what it was made for."""
    creation = asked_by(await open_passkeys(browser))
    browser.cookies.delete("__Host-idp-session")
    page = await login_page(browser)

    credential = device.get(creation | {"rpId": "idp.example"})

    assert (await answer(browser, page, credential)).status == 401


async def test_a_removed_passkey_is_unknown(
    browser: Browser, new_browser: NewBrowser, passkey: str, device: Authenticator
) -> None:
    """It signs in nobody, and its holder is told to forget it."""
    await change(browser, await open_passkeys(browser), "remove", passkey=passkey)

    shown = await sign_in(new_browser(), device)

    assert shown.status == 401
    assert "data-passkey-unknown=" in shown.text


async def test_a_passkey_that_is_known_is_not_to_be_forgotten(
    browser: Browser, passkey: str, device: Authenticator
) -> None:
    """An answer that is wrong for another reason leaves it where it is."""
    shown = await sign_in(browser, device, rp_id="example")

    assert shown.status == 401
    assert "data-passkey-unknown=" not in shown.text


async def test_a_disabled_account_stays_closed(
    browser: Browser,
    provider: Provider,
    alice: User,
    passkey: str,
    device: Authenticator,
    reasons: Callable[[], Any],
) -> None:
    """Its passkey is as good as none."""
    await provider.database.run(disable_account, alice.user_id)

    shown = await sign_in(browser, device)

    assert shown.status == 401
    assert await reasons() == ["disabled"]


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
        reasons: Callable[[], Any],
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

        letter = await letters.letter_to("alice@example.com")
        assert letter.subject == "A passkey of your account may have been copied"
        assert "maybe copied" in (await open_passkeys(browser)).text
        assert await letters.none_to("alice@example.com")

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
