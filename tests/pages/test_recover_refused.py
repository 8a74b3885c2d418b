"""What ends the way of who has forgotten the password, and what does not get onto it."""

import pytest

from idp.storage.users import User
from tests.conftest import PASSWORD, AddUser, Clock
from tests.pages.mailing import NEW, NewBrowser, ask, choose, open_page, sign_in, type_code
from tests.parties.browser import Browser, Page
from tests.parties.letters import Inbox


@pytest.fixture
async def alice(add_user: AddUser) -> User:
    """Add a person whose address is known to be hers."""
    return await add_user("alice", email_verified=True)


async def test_pressed_twice_and_gone_back(browser: Browser, alice: User, letters: Inbox) -> None:
    """A form that is sent again says what has become of it, and changes nothing."""
    page = await ask(browser)
    code = (await letters.letter_to("alice@example.com")).code
    form = await type_code(browser, page, code)
    again = await type_code(browser, page, code)
    await choose(browser, form)

    twice = await browser.submit(form, "new-password-submit", new_password="yet another horse")
    back = await browser.open(page.url)

    assert again.status == 401
    assert isinstance(twice, Page)
    assert twice.status == 410
    assert isinstance(back, Page)
    assert "check-mail-page" in back, "as if there were no such account"
    assert "account-page" in await sign_in(browser, NEW)


async def test_an_hour_ends_it(browser: Browser, alice: User, letters: Inbox, clock: Clock) -> None:
    """Code and link are good for an hour."""
    page = await ask(browser)
    letter = await letters.letter_to("alice@example.com")

    clock.move(3601)

    assert (await type_code(browser, page, letter.code)).status == 410
    shown = await browser.open(letter.link)
    assert isinstance(shown, Page)
    assert shown.status == 410


async def test_another_password_ends_it(
    browser: Browser, new_browser: NewBrowser, alice: User, letters: Inbox
) -> None:
    """A mail from before the password was changed is of no use after it."""
    thief, owner = new_browser(), browser
    await ask(thief)
    stolen = (await letters.letter_to("alice@example.com")).link
    await sign_in(owner, PASSWORD)
    page = await open_page(owner, "/account/password", "password-page")
    await owner.submit(page, "password-submit", current_password=PASSWORD, new_password=NEW)

    shown = await thief.open(stolen)

    assert isinstance(shown, Page)
    assert shown.status == 410


async def test_nobody_is_flooded(new_browser: NewBrowser, alice: User, letters: Inbox) -> None:
    """Mails about one account end after some, and who asks is told when to ask again."""
    browser = new_browser()
    for _ in range(5):
        assert "check-mail-page" in await ask(browser)
        await letters.letter_to("alice@example.com")

    refused = await ask(browser)

    assert refused.status == 429
    assert 3590 <= int(refused.headers["retry-after"]) <= 3600
    assert "check-mail-page" in await ask(browser, "somebody-else")
    assert letters.unread == []


async def test_a_name_is_wanted(browser: Browser) -> None:
    """An empty form is explained."""
    page = await ask(browser, " ")

    assert page.status == 422
    assert "username-error" in page


@pytest.mark.parametrize(
    "typed", ["a\r\nBcc: x@example.com", "alice@example.com,mallory@example.com", "x" * 60_000]
)
async def test_what_is_no_name_is_nobody(
    browser: Browser, alice: User, letters: Inbox, typed: str
) -> None:
    """Nothing that is typed becomes a part of a mail's head."""
    page = await ask(browser, typed)

    assert "check-mail-page" in page
    assert letters.unread == []


async def test_a_megabyte_is_refused(browser: Browser, alice: User, letters: Inbox) -> None:
    """A password of a megabyte is not read to its end."""
    await ask(browser)
    link = (await letters.letter_to("alice@example.com")).link
    page = await open_page(browser, link, "new-password-page")

    refused = await browser.submit(page, "new-password-submit", new_password="x" * 1_000_000)

    assert isinstance(refused, Page)
    assert refused.status == 413
    assert "done-page" in await choose(browser, page)
