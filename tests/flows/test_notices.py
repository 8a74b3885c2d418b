"""News of an account by mail: a new password, a browser that was never used before."""

from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from idp.authenticators import recovery_code, totp_enrolment
from idp.config import Config
from idp.outbox import notices
from idp.storage.deliveries import list_deliveries
from idp.storage.users import User
from idp.users.accounts import set_password
from idp.users.deletion import remove_account
from idp.users.known_browsers import LIFETIME
from idp.web.provider import Provider
from tests.authenticators.second_factors import enrol
from tests.conftest import PASSWORD, AddUser, Clock, Configure
from tests.pages.account_page import open_account
from tests.parties.browser import Browser, Page
from tests.parties.letters import Inbox
from tests.parties.operator import Operator

ALICE = "alice@example.com"
NEW_BROWSER = "Your account was used in a new browser"
NEW_PASSWORD = "Your password was changed"


@pytest.fixture
def config(configure: Configure, request: pytest.FixtureRequest) -> Config:
    """Configure the server, without notices if a test asks for it."""
    return configure(mail={"notices": getattr(request, "param", True)})


Count = Callable[[], Awaitable[int]]


@pytest.fixture
def count(provider: Provider) -> Count:
    """Count the mails that there were to send."""

    async def count() -> int:
        return len(await provider.database.run(list_deliveries))

    return count


async def test_password_that_the_person_changed(
    browser: Browser, alice: User, letters: Inbox
) -> None:
    """Who did not do it learns of it, with the account's name and a way to look at it."""
    await open_account(browser)
    page = await browser.open("/account/password")
    assert isinstance(page, Page)
    typed = {"current_password": PASSWORD, "new_password": "copper lantern under moss"}
    await browser.submit(page, "password-submit", **typed)

    letter = await letters.letter_to(ALICE, NEW_PASSWORD)
    assert "your account alice" in letter.text
    assert "From where: 203.0.113.7" in letter.text
    assert letter.link == "https://idp.example/account"


async def test_password_that_an_operator_set(
    provider: Provider, config: Config, alice: User, letters: Inbox
) -> None:
    """The person learns of that as well, and of no address, since there was no request."""
    await provider.database.run(set_password, provider.hasher, config, alice, "moss lantern")

    letter = await letters.letter_to(ALICE, NEW_PASSWORD)
    assert "From where:" not in letter.text


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def test_browser_in_words(
    browser: Browser, new_browser: Callable[[], Browser], alice: User, letters: Inbox
) -> None:
    """What the browser calls itself is told in few words, so that its owner knows it again."""
    other = new_browser()
    other.http.headers["User-Agent"] = FIREFOX
    await open_account(browser)

    await open_account(other)

    letter = await letters.letter_to(ALICE, NEW_BROWSER)
    assert "From where: 203.0.113.7, Firefox, Linux\n" in letter.text


async def test_second_factor(
    provider: Provider, config: Config, alice: User, letters: Inbox
) -> None:
    """Whoever sets up a second factor, or takes it away, does not do so unseen."""
    _, codes = await enrol(provider, alice)
    assert codes is not None
    use = partial(recovery_code.verify, config, alice, codes[0], "203.0.113.7")
    await provider.database.run(use)
    await provider.database.run(partial(totp_enrolment.remove, config, alice, current_sid=None))

    assert {(await letters.letter_to(ALICE)).subject for _ in range(3)} == {
        "Codes of an app were switched on for your account",
        "A recovery code was used to sign in to your account",
        "Codes of an app were switched off for your account",
    }


async def test_account_that_is_gone(
    provider: Provider, config: Config, alice: User, letters: Inbox
) -> None:
    """The last mail says which account it was."""
    await provider.database.run(remove_account, config, alice)

    letter = await letters.letter_to(ALICE, "Your account was deleted")
    assert "your account alice" in letter.text


async def test_first_browser_is_no_news(browser: Browser, alice: User, count: Count) -> None:
    """Nobody is told of the browser in which they have begun, nor when they come back in it."""
    await open_account(browser)
    await browser.submit(await open_account(browser), "logout")
    await open_account(browser)

    assert await count() == 0


async def test_browser_that_was_never_used(
    browser: Browser, new_browser: Callable[[], Browser], alice: User, letters: Inbox, count: Count
) -> None:
    """A sign-in with the right password from elsewhere is told, once for each browser."""
    other = new_browser()
    await open_account(browser)

    await open_account(other)
    await other.submit(await open_account(other), "logout")
    await open_account(other)

    letter = await letters.letter_to(ALICE, NEW_BROWSER)
    assert "From where: 203.0.113.7" in letter.text
    assert await count() == 1


async def test_browser_of_two_people(
    browser: Browser,
    new_browser: Callable[[], Browser],
    add_user: AddUser,
    alice: User,
    letters: Inbox,
) -> None:
    """A browser is known for each person: that somebody else uses it does not make it theirs."""
    await add_user("bob")
    other = new_browser()
    await open_account(browser)
    await open_account(other, "bob")
    other.cookies.delete("__Host-idp-session")

    await open_account(other)

    assert await letters.letter_to(ALICE, NEW_BROWSER)


async def test_browser_that_was_not_used_for_a_year(
    browser: Browser,
    new_browser: Callable[[], Browser],
    alice: User,
    count: Count,
    clock: Clock,
) -> None:
    """It is remembered as long as it keeps its name, and each sign-in makes that longer."""
    other = new_browser()
    await open_account(browser)
    await open_account(other)

    for _ in range(2):
        clock.move(0.9 * LIFETIME)
        await open_account(other)

    assert await count() == 1


async def test_not_too_many(
    provider: Provider,
    alice: User,
    count: Count,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody can bury a notice under a thousand others; an hour later there are more."""
    monkeypatch.setattr(notices, "MOST_IN_AN_HOUR", 2)
    operator = Operator(provider)
    for number in range(4):
        await operator.change_password(alice, f"copper lantern under moss {number}")
    told_at_first = await count()

    clock.move(notices.HOUR + 1)
    await operator.change_password(alice, "copper lantern above moss")

    assert (told_at_first, await count()) == (2, 3)


@pytest.mark.parametrize("config", [False], indirect=True)
async def test_switched_off(provider: Provider, alice: User, count: Count) -> None:
    """An operator may have other ways to tell people."""
    await Operator(provider).change_password(alice, "copper lantern under moss")

    assert await count() == 0


async def test_person_without_an_address(
    provider: Provider, add_user: AddUser, count: Count
) -> None:
    """Who has no address is not told, and nothing fails."""
    bob = await add_user("bob", email=None)

    await Operator(provider).change_password(bob, "copper lantern under moss")

    assert await count() == 0
