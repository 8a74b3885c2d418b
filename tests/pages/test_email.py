"""The page of a person's email address."""

import pytest

from idp.storage.users import User, find_user, set_user_disabled
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddUser, Clock
from tests.pages.mailing import NEW, NewBrowser, ask, choose, open_page, sign_in, type_code
from tests.parties.browser import Browser, Page
from tests.parties.letters import Inbox

OLD_EMAIL, NEW_EMAIL = "alice@example.com", "alice@new.example"


@pytest.fixture
async def signed_in(browser: Browser, alice: User) -> Browser:
    """Sign Alice in."""
    await sign_in(browser, PASSWORD)
    return browser


async def press(browser: Browser, button: str, **typed: str) -> Page:
    """Press a button of the page."""
    page = await open_page(browser, "/account/email", "email-page")
    shown = await browser.submit(page, button, **typed)
    assert isinstance(shown, Page)
    return shown


async def open_and_press(browser: Browser, link: str) -> Page:
    """Open a link of a mail, and press its button."""
    page = await open_page(browser, link, "mail-link-page")
    shown = await browser.submit(page, "mail-link-submit")
    assert isinstance(shown, Page)
    return shown


async def email_of(provider: Provider, user: User) -> tuple[str | None, bool]:
    """Tell the address that an account has, and whether it is known to be its person's."""
    found = await provider.database.run(find_user, user.user_id)
    assert found is not None
    return found.email, found.email_verified


async def test_confirmed_by_the_code(signed_in: Browser, letters: Inbox) -> None:
    """After the code, the page says that the address is confirmed."""
    assert "email-unverified" in await open_page(signed_in, "/account/email", "email-page")
    page = await press(signed_in, "email-verify")

    shown = await type_code(signed_in, page, (await letters.letter_to(OLD_EMAIL)).code)

    assert "email-verified" in shown
    assert "email-verify" not in shown


async def test_confirmed_by_the_link_elsewhere(
    signed_in: Browser, new_browser: NewBrowser, alice: User, letters: Inbox, provider: Provider
) -> None:
    """The link confirms it in a browser where nobody is signed in, and signs nobody in there."""
    await press(signed_in, "email-verify")
    link, phone = (await letters.letter_to(OLD_EMAIL)).link, new_browser()

    shown = await open_and_press(phone, link)

    assert "done-page" in shown
    assert await email_of(provider, alice) == (OLD_EMAIL, True)
    assert "login-page" in await phone.open("/account")


async def test_changed_by_the_code(
    signed_in: Browser, alice: User, letters: Inbox, provider: Provider
) -> None:
    """The new address is the person's once it is proven, and not before; the old one is told."""
    page = await press(signed_in, "email-change", email=NEW_EMAIL)
    notice, letter = await letters.letter_to(OLD_EMAIL), await letters.letter_to(NEW_EMAIL)
    assert NEW_EMAIL in notice.text
    assert await email_of(provider, alice) == (OLD_EMAIL, False)

    shown = await type_code(signed_in, page, letter.code)

    assert "email-verified" in shown
    assert await email_of(provider, alice) == (NEW_EMAIL, True)
    assert "was changed" in (await letters.letter_to(OLD_EMAIL)).subject


async def test_changed_by_the_link(
    signed_in: Browser, new_browser: NewBrowser, alice: User, letters: Inbox, provider: Provider
) -> None:
    """The link is for the browser in which its person is signed in."""
    await press(signed_in, "email-change", email=NEW_EMAIL)
    link = (await letters.letter_to(NEW_EMAIL)).link

    refused = await open_and_press(new_browser(), link)
    assert refused.status == 403
    assert await email_of(provider, alice) == (OLD_EMAIL, False)

    assert "email-verified" in await open_and_press(signed_in, link)
    assert await email_of(provider, alice) == (NEW_EMAIL, True)


@pytest.mark.parametrize("is_done", [True, False])
async def test_undone(
    signed_in: Browser,
    new_browser: NewBrowser,
    alice: User,
    letters: Inbox,
    provider: Provider,
    is_done: bool,
) -> None:
    """The old address stops a change or takes it back, ends all sessions and sets a password."""
    page = await press(signed_in, "email-change", email=NEW_EMAIL)
    undo = (await letters.letter_to(OLD_EMAIL)).link
    code = (await letters.letter_to(NEW_EMAIL)).code
    if is_done:
        await type_code(signed_in, page, code)
    owner = new_browser()

    form = await open_and_press(owner, undo)

    assert "login-page" in await signed_in.open("/account")
    assert "done-page" not in await type_code(signed_in, page, code)
    assert await email_of(provider, alice) == (OLD_EMAIL, True)
    assert "done-page" in await choose(owner, form)
    assert (await sign_in(signed_in, PASSWORD)).status == 401
    assert "account-page" in await sign_in(owner, NEW)


async def test_undone_after_two_changes(
    signed_in: Browser, new_browser: NewBrowser, alice: User, letters: Inbox, provider: Provider
) -> None:
    """Who changes the address twice does not take from the first one the way back."""
    page = await press(signed_in, "email-change", email=NEW_EMAIL)
    undo = (await letters.letter_to(OLD_EMAIL)).link
    await type_code(signed_in, page, (await letters.letter_to(NEW_EMAIL)).code)
    page = await press(signed_in, "email-change", email="third@new.example")
    await type_code(signed_in, page, (await letters.letter_to("third@new.example")).code)

    await open_and_press(new_browser(), undo)

    assert await email_of(provider, alice) == (OLD_EMAIL, True)


async def test_an_address_of_another_is_not_told(
    signed_in: Browser, alice: User, add_user: AddUser, letters: Inbox, provider: Provider
) -> None:
    """The page is the same, nobody is mailed there, and no code makes it one's own."""
    bob = await add_user("bob")

    page = await press(signed_in, "email-change", email="BOB@example.com")
    free = await press(signed_in, "email-change", email=NEW_EMAIL)

    assert page.ids == free.ids
    assert (await type_code(signed_in, page, "12345678")).status == 401
    await letters.letter_to(OLD_EMAIL)
    await letters.letter_to(OLD_EMAIL)
    await letters.letter_to(NEW_EMAIL)
    assert letters.unread == []
    assert await email_of(provider, bob) == ("bob@example.com", False)


async def test_an_address_that_became_another_s_meanwhile(
    signed_in: Browser, alice: User, add_user: AddUser, letters: Inbox, provider: Provider
) -> None:
    """When it comes to be written, the address is looked for once more."""
    page = await press(signed_in, "email-change", email=NEW_EMAIL)
    code = (await letters.letter_to(NEW_EMAIL)).code
    await add_user("bob", email=NEW_EMAIL)

    shown = await type_code(signed_in, page, code)

    assert shown.status == 409
    assert await email_of(provider, alice) == (OLD_EMAIL, False)


@pytest.mark.parametrize(
    "email", ["", "alice", OLD_EMAIL, "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example"]
)
async def test_what_is_no_new_address_is_explained(
    signed_in: Browser, alice: User, letters: Inbox, email: str
) -> None:
    """Nothing is mailed, neither to the old address nor to what stands in the field."""
    shown = await press(signed_in, "email-change", email=email)

    assert shown.status == 422
    assert "email-error" in shown
    assert letters.unread == []


async def test_an_older_sign_in_is_not_enough(
    signed_in: Browser, letters: Inbox, clock: Clock
) -> None:
    """Who signed in some time ago confirms that it is still them, with the password."""
    clock.move(301)

    confirm = await open_page(signed_in, "/account/email", "confirm-page")
    shown = await signed_in.submit(confirm, "confirm-submit", password=PASSWORD)

    assert "email-page" in shown


async def test_nobody_is_signed_in(browser: Browser) -> None:
    """Without a session the page leads to the login page."""
    assert "login-page" in await browser.open("/account/email")


async def test_a_mail_of_before_the_change_is_of_no_use(
    signed_in: Browser, new_browser: NewBrowser, add_user: AddUser, letters: Inbox, alice: User
) -> None:
    """Who reads the old mailbox does not recover an account that has left it."""
    page = await press(signed_in, "email-verify")
    await type_code(signed_in, page, (await letters.letter_to(OLD_EMAIL)).code)
    thief = new_browser()
    await ask(thief)
    stolen = (await letters.letter_to(OLD_EMAIL)).link
    page = await press(signed_in, "email-change", email=NEW_EMAIL)
    await type_code(signed_in, page, (await letters.letter_to(NEW_EMAIL)).code)

    refused = await thief.open(stolen)

    assert isinstance(refused, Page)
    assert refused.status == 410


async def test_an_account_that_was_closed_meanwhile(
    signed_in: Browser, alice: User, letters: Inbox, provider: Provider
) -> None:
    """A closed account is not changed by what was mailed before."""
    await press(signed_in, "email-verify")
    link = (await letters.letter_to(OLD_EMAIL)).link
    await provider.database.run(lambda: set_user_disabled(alice.user_id, alice.created_at))

    shown = await open_and_press(signed_in, link)

    assert shown.status == 410
    assert await email_of(provider, alice) == (OLD_EMAIL, False)


async def test_nobody_is_flooded(signed_in: Browser, letters: Inbox) -> None:
    """After five mails a person has to wait."""
    for _ in range(5):
        assert "check-mail-page" in await press(signed_in, "email-verify")

    shown = await press(signed_in, "email-verify")

    assert shown.status == 429
    assert "retry-after" in shown.headers
