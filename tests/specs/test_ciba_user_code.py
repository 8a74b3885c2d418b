"""Codes without which nobody may ask a person from elsewhere (CIBA Core §7.1, §13)."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest

from idp.config import Config
from idp.storage.database import db
from idp.storage.users import User, users
from idp.web.provider import Provider
from tests.conftest import AddClient, AddUser, Clock, Configure, Logged
from tests.pages.account_page import open_account
from tests.parties.backchannel import BANK, SIGNING, WITH_CODES, ask, sign
from tests.parties.browser import Browser, Page
from tests.parties.letters import Inbox
from tests.parties.relying_party import RelyingParty

CODE = "my dog is 7"
DAY = 86_400


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let a client have few attempts."""
    return configure(throttle={"account_failures": 3, "mails_everywhere": 30})


@pytest.fixture
async def bank(add_client: AddClient) -> RelyingParty:
    """Add a client that has a place for people's codes."""
    return await add_client(**WITH_CODES)


Choose = Callable[..., Awaitable[Page]]


@pytest.fixture
def choose(browser: Browser) -> Choose:
    """Let alice choose a code on her page."""

    async def choose(code: str = CODE) -> Page:
        page = await open_account(browser, path="requests")
        shown = await browser.submit(page, "user-code-submit", user_code=code)
        assert isinstance(shown, Page)
        return shown

    return choose


def told(response: httpx2.Response) -> tuple[int, str]:
    """Read what a client is told."""
    return response.status_code, response.json().get("error", "")


async def test_nobody_asks_without_it(
    bank: RelyingParty, add_client: AddClient, alice: User, choose: Choose, letters: Inbox
) -> None:
    """Neither with another one, nor by a client that has no place for it; nobody is mailed."""
    plain = await add_client(**BANK)
    assert told(await ask(plain)) == (200, "")
    await letters.letter_to("alice@example.com")

    await choose()

    assert told(await ask(bank)) == (400, "missing_user_code")
    assert told(await ask(bank, user_code="my dog is 8")) == (400, "invalid_user_code")
    assert told(await ask(plain)) == (400, "missing_user_code")
    assert told(await ask(plain, user_code=CODE)) == (400, "invalid_request")
    assert letters.unread == []
    assert told(await ask(bank, user_code=CODE)) == (200, "")


async def test_it_may_be_signed(add_client: AddClient, alice: User, choose: Choose) -> None:
    """Then it is a claim like all else that is asked (§7.1.1)."""
    rp = await add_client(**SIGNING | {"backchannel_user_code_parameter": True})
    await choose()

    right = await rp.post("/bc-authorize", request=sign(rp, user_code=CODE))
    wrong = await rp.post("/bc-authorize", request=sign(rp, user_code="my cat is 7"))

    assert told(right) == (200, "")
    assert told(wrong) == (400, "invalid_user_code")


async def test_who_has_none_is_asked_without(bank: RelyingParty, alice: User) -> None:
    """A code that nobody can verify is none."""
    assert told(await ask(bank)) == (200, "")
    assert told(await ask(bank, user_code=CODE)) == (400, "invalid_user_code")


async def test_it_can_be_changed_and_removed(
    bank: RelyingParty, alice: User, choose: Choose, browser: Browser, logged: Logged
) -> None:
    """The last one counts, or none; the person finds both in their activity."""
    await choose("first one")
    await choose("second one")
    assert told(await ask(bank, user_code="first one")) == (400, "invalid_user_code")
    assert told(await ask(bank, user_code="second one")) == (200, "")

    page = await open_account(browser, path="requests")
    shown = await browser.submit(page, "user-code-remove")

    assert isinstance(shown, Page)
    assert "user-code-remove" not in shown
    assert told(await ask(bank)) == (200, "")
    names = [line["event"] for line in logged() if line["event"].startswith("user_code")]
    assert names == ["user_code_changed"] * 2 + ["user_code_refused", "user_code_removed"]
    activity = (await open_account(browser, path="activity")).text
    for sentence in ("was changed", "was removed"):
        assert f"The code for requests {sentence}" in activity


@pytest.mark.parametrize("code", ["", "12345", "c" * 65, "two\tlines"])
async def test_it_is_neither_short_nor_long(
    bank: RelyingParty, alice: User, choose: Choose, code: str
) -> None:
    """The page says so, and all is as it was."""
    shown = await choose(code)

    assert shown.status == 422
    assert "<title>Error: Requests" in shown.text
    assert "Choose a code of 6 to 64 characters." in shown.text
    assert told(await ask(bank)) == (200, "")


async def test_it_is_guessed_a_few_times(
    bank: RelyingParty,
    add_client: AddClient,
    add_user: AddUser,
    alice: User,
    choose: Choose,
    clock: Clock,
) -> None:
    """Then the client waits, also with the right one; others and other people do not."""
    other = await add_client(**WITH_CODES)
    await add_user("bob")
    await choose()
    for guess in range(3):
        assert told(await ask(bank, user_code=f"guess {guess}")) == (400, "invalid_user_code")

    response = await ask(bank, user_code=CODE)

    assert told(response) == (429, "temporarily_unavailable")
    assert int(response.headers["retry-after"]) > 0
    assert told(await ask(bank, login_hint="bob")) == (200, "")
    assert told(await ask(other, user_code=CODE)) == (200, "")
    clock.move(DAY)
    assert told(await ask(bank, user_code=CODE)) == (200, "")


async def test_it_is_not_in_the_database(alice: User, choose: Choose, provider: Provider) -> None:
    """It is kept as a password is."""
    await choose()

    (row,) = await provider.database.run(lambda: list(db().execute(users.select())))

    assert CODE not in str(row)
    assert row.user_code_hash.startswith("$idp-")
