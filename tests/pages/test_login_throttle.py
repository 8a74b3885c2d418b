"""Guessing passwords: counted for the account and for the address, whichever way it is tried."""

import re
from collections.abc import Callable

import anyio
import httpx2
import pytest
from starlette.applications import Starlette

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, AddClient, Clock, Configure
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty

WINDOW = 300


@pytest.fixture
def config(configure: Configure) -> Config:
    """Be patient: three times with an account from one address, eight times from all."""
    limits = {"account_failures": 3, "account_failures_everywhere": 8, "address_failures": 6}
    return configure(throttle=limits | {"window": WINDOW})


@pytest.fixture
async def password_rp(add_client: AddClient) -> RelyingParty:
    """Add a client that may use the password grant."""
    return await add_client(
        grant_types=["password"], redirect_uris=[], response_types=[], scope="profile"
    )


Elsewhere = Callable[[str], Browser]


@pytest.fixture
def at_address(app: Starlette, config: Config) -> Elsewhere:
    """Open browsers at other addresses."""

    def open_there(address: str) -> Browser:
        return Browser(httpx2.ASGITransport(app, client=(address, 4711)), config.issuer)

    return open_there


async def guess(browser: Browser, username: str, password: str = "wrong") -> Page:
    """Try a password on the login page."""
    page = await browser.open("/login")
    assert isinstance(page, Page)
    shown = await browser.sign_in(page, username, password)
    assert isinstance(shown, Page)
    return shown


async def by_grant(rp: RelyingParty, username: str, password: str) -> httpx2.Response:
    """Try a password at the token endpoint."""
    return await rp.token(grant_type="password", username=username, password=password)


async def test_one_counter_for_all_ways_to_an_account(
    browser: Browser, alice: User, password_rp: RelyingParty, clock: Clock
) -> None:
    """User name, email address and password grant share it (CVE-2025-24806, CVE-2026-9798)."""
    assert (await guess(browser, "alice")).status == 401
    assert (await guess(browser, "Alice@Example.com")).status == 401
    assert (await by_grant(password_rp, "ALICE", "wrong")).status_code == 400

    on_page = await guess(browser, "alice", PASSWORD)
    by_mail = await guess(browser, "alice@example.com", PASSWORD)
    granted = await by_grant(password_rp, "alice", PASSWORD)

    assert (on_page.status, by_mail.status, granted.status_code) == (429, 429, 429)
    assert 0 < int(on_page.headers["Retry-After"]) <= WINDOW
    assert 0 < int(granted.headers["Retry-After"]) <= WINDOW
    assert "Too many attempts. Wait 5 minutes" in on_page.text
    clock.move(WINDOW + 1)
    assert "account-page" in await guess(browser, "alice", PASSWORD)


async def test_waiting_as_long_as_told_is_enough(
    browser: Browser, alice: User, clock: Clock
) -> None:
    """After Retry-After the right password is accepted: nothing is locked for good."""
    for _ in range(3):
        await guess(browser, "alice")
    refused = await guess(browser, "alice", PASSWORD)

    clock.move(int(refused.headers["Retry-After"]))

    assert "account-page" in await guess(browser, "alice", PASSWORD)


async def test_an_account_that_does_not_exist_is_throttled_alike(
    browser: Browser, alice: User, at_address: Elsewhere
) -> None:
    """The limit does not tell which accounts there are."""
    known = [await guess(browser, "alice") for _ in range(4)]
    unknown = [await guess(at_address("198.51.100.1"), "nobod") for _ in range(4)]

    assert [page.status for page in known] == [401, 401, 401, 429]
    assert [page.status for page in unknown] == [401, 401, 401, 429]
    texts = [
        re.sub('data-passkey-request="[^"]*"', "", pages[-1].text).split("csrf")[0]
        for pages in (known, unknown)
    ]
    assert texts[0].replace("alice", "nobod") == texts[1]


async def test_who_is_signed_in_stays_so(
    browser: Browser, alice: User, at_address: Elsewhere
) -> None:
    """Whoever guesses at an account cannot put its owner out."""
    await guess(browser, "alice", PASSWORD)

    for _ in range(5):
        await guess(at_address("198.51.100.1"), "alice")

    assert "account-page" in await _open(browser, "/account")


async def test_nobody_is_locked_out_from_elsewhere(
    browser: Browser, alice: User, at_address: Elsewhere
) -> None:
    """Whoever guesses until they have to wait leaves the account to its owner."""
    guesses = [await guess(at_address("198.51.100.1"), "alice") for _ in range(12)]

    assert [page.status for page in guesses] == [401] * 3 + [429] * 9
    assert "account-page" in await guess(browser, "alice", PASSWORD)


async def test_guesses_from_many_addresses_come_to_an_end(
    browser: Browser, alice: User, at_address: Elsewhere, clock: Clock
) -> None:
    """An account that is tried from everywhere has to wait, and is not locked for good."""
    guesses = [await guess(at_address(f"198.51.100.{n}"), "alice") for n in range(12)]

    refused = await guess(browser, "alice", PASSWORD)

    assert [page.status for page in guesses] == [401] * 8 + [429] * 4
    assert refused.status == 429
    clock.move(int(refused.headers["Retry-After"]))
    assert "account-page" in await guess(browser, "alice", PASSWORD)


async def test_an_address_that_guesses_at_many_accounts_has_to_wait(
    browser: Browser, alice: User, at_address: Elsewhere
) -> None:
    """A seventh account is not tried from there, and people elsewhere notice nothing."""
    for number in range(6):
        assert (await guess(browser, f"user{number}")).status == 401

    refused = await guess(browser, "alice", PASSWORD)

    assert refused.status == 429
    assert "account-page" in await guess(at_address("198.51.100.1"), "alice", PASSWORD)


async def test_an_address_cannot_be_made_up(browser: Browser, alice: User) -> None:
    """X-Forwarded-For does not help who is no proxy of ours (CVE-2026-20896)."""
    page = await _open(browser, "/login")

    statuses = []
    for number in range(7):
        typed = page.forms[0].fields | {"username": f"user{number}", "password": "wrong"}
        shown = await browser.post("/login", typed, **{"X-Forwarded-For": f"198.51.100.{number}"})
        assert isinstance(shown, Page)
        statuses.append(shown.status)

    assert statuses == [401] * 6 + [429]


async def test_a_sign_in_forgives_what_came_before(browser: Browser, alice: User) -> None:
    """Somebody who mistypes now and then is never made to wait."""
    for _ in range(4):
        await guess(browser, "alice")
        browser.cookies.clear()
        assert "account-page" in await guess(browser, "alice", PASSWORD)
        browser.cookies.clear()


async def test_guesses_at_the_same_time_are_all_counted(browser: Browser, alice: User) -> None:
    """Twenty at once have no more tries than twenty in turn (CVE-2024-4629)."""
    page = await _open(browser, "/login")
    typed = page.forms[0].fields | {"username": "alice", "password": "wrong"}
    statuses: list[int] = []

    async def send() -> None:
        statuses.append((await browser.http.post("/login", data=typed)).status_code)

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(send)

    assert sorted(statuses) == [401] * 3 + [429] * 17


async def _open(browser: Browser, url: str) -> Page:
    page = await browser.open(url)
    assert isinstance(page, Page)
    return page
