"""The way of who has forgotten the password (OWASP Forgot Password)."""

import re

import pytest

from idp.storage.users import User, set_user_disabled
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddUser, SignIn
from tests.pages.mailing import (
    NEW,
    NewBrowser,
    ask,
    choose,
    letter_with_link,
    sign_in,
    type_code,
)
from tests.pages.totp_page import press, set_up
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.letters import Inbox
from tests.parties.relying_party import RelyingParty


@pytest.fixture
async def alice(add_user: AddUser) -> User:
    """Add a person whose address is known to be hers."""
    return await add_user("alice", email_verified=True)


@pytest.mark.parametrize("typed", ["alice", " ALICE@example.com ", "ａlice"])  # noqa: RUF001  # full width
async def test_by_the_code(browser: Browser, alice: User, letters: Inbox, typed: str) -> None:
    """The code leads to a new password, which is then good, and the old one is not."""
    page = await ask(browser, typed)
    code = (await letters.letter_to("alice@example.com")).code

    done = await choose(browser, await type_code(browser, page, code))

    assert "done-page" in done
    assert "idp-session" not in str(dict(browser.cookies)), "nobody is signed in by a mail"
    assert (await sign_in(browser, PASSWORD)).status == 401
    assert "account-page" in await sign_in(browser, NEW)


async def test_by_the_link_in_another_browser(
    new_browser: NewBrowser, alice: User, letters: Inbox
) -> None:
    """The link does the same wherever it is opened, and once."""
    await ask(new_browser())
    link, phone = (await letters.letter_to("alice@example.com")).link, new_browser()
    page = await phone.open(link)
    assert isinstance(page, Page)

    assert "done-page" in await choose(phone, page)

    again = await phone.open(link)
    assert isinstance(again, Page)
    assert again.status == 410
    assert "account-page" in await sign_in(phone, NEW)


async def test_all_that_was_open_ends(
    browser: Browser,
    new_browser: NewBrowser,
    alice: User,
    letters: Inbox,
    rp: RelyingParty,
    walk: SignIn,
) -> None:
    """Sessions and tokens of before are good no more."""
    thief = new_browser()
    code = (await walk(rp, browser=thief, scope="openid offline_access")).params["code"]
    tokens = (await rp.exchange(code)).json()
    page = await ask(browser)
    code = (await letters.letter_to("alice@example.com")).code

    await choose(browser, await type_code(browser, page, code))

    account = await thief.open("/account")
    assert isinstance(account, Page)
    assert "login-page" in account
    assert (await rp.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await rp.userinfo(tokens["access_token"])).status_code == 401


async def test_the_client_goes_on_waiting(
    browser: Browser, alice: User, letters: Inbox, rp: RelyingParty
) -> None:
    """Who was on the way to a client arrives there, with the new password."""
    login_page = await browser.open(rp.authorization_url())
    assert isinstance(login_page, Page)
    found = re.search(r'id="login-recover" href="([^"]+)"', login_page.text)
    assert found
    page = await ask(browser, url=found[1])
    code = (await letters.letter_to("alice@example.com")).code
    done = await choose(browser, await type_code(browser, page, code))
    found = re.search(r'id="done-login" href="([^"]+)"', done.text)
    assert found
    login_page = await browser.open(found[1])
    assert isinstance(login_page, Page)

    shown = await browser.sign_in(login_page, "alice", NEW)
    if isinstance(shown, Page) and "consent-page" in shown:
        shown = await browser.submit(shown, "consent-allow")

    assert isinstance(shown, Arrival)
    assert shown.params["code"]


async def test_a_second_step_is_asked_for_as_before(
    browser: Browser, new_browser: NewBrowser, alice: User, letters: Inbox
) -> None:
    """Who reads somebody's mail gets past the password, and not past the authenticator app."""
    await sign_in(browser, PASSWORD)
    app, _ = await set_up(browser)
    thief = new_browser()
    page = await ask(thief)
    code = (await letter_with_link(letters, "alice@example.com")).code
    await choose(thief, await type_code(thief, page, code))

    step = await sign_in(thief, NEW)

    assert "verify-page" in step
    assert "login-page" in await thief.open("/account")
    assert (await press(thief, step, "verify-submit", code="000000")).status == 401
    assert "account-page" in await press(thief, step, "verify-submit", code=app.code(steps_later=1))


async def test_whether_there_is_an_account_is_not_told(
    new_browser: NewBrowser, add_user: AddUser, provider: Provider, alice: User, letters: Inbox
) -> None:
    """Page, status and headers are the same for everybody; a mail goes to one of them alone."""
    await add_user("unproven", email_verified=False)
    await add_user("mailless", email=None)
    closed = await add_user("closed", email_verified=True)
    await provider.database.run(lambda: set_user_disabled(closed.user_id, closed.created_at))
    seen = set()

    for typed in ("alice", "nobody", "nobody@example.com", "unproven", "mailless", "closed"):
        browser = new_browser()
        page = await ask(browser, typed)
        wrong = await type_code(browser, page, "12345678")
        for shown in (page, wrong):
            text = re.sub(r'value="[^"]+"', "", shown.text)
            names = tuple(name for name in shown.headers if name != "x-request-id")
            seen.add((shown.status, text, names))

    assert len(seen) == 2  # before and after a wrong code
    assert (await letters.letter_to("alice@example.com")).code
    assert letters.unread == []


async def test_two_names_of_an_account_are_not_told_to_be_of_one(
    browser: Browser, alice: User, letters: Inbox
) -> None:
    """Who asks by one name after the other sees of neither that the other has ended it."""
    seen = set()

    for names in (("alice", "alice@example.com"), ("nobody", "nobody@example.com")):
        first = await ask(browser, names[0])
        await ask(browser, names[1])
        again = await browser.open(first.url)
        assert isinstance(again, Page)
        wrong = await type_code(browser, first, "12345678")
        for shown in (again, wrong):
            seen.add((shown.status, re.sub(r'value="[^"]+"', "", shown.text)))

    assert len(seen) == 2  # before and after a wrong code


async def test_a_weak_password_does_not_cost_the_link(
    browser: Browser, alice: User, letters: Inbox
) -> None:
    """A password that is refused is explained, and the next one is taken."""
    await ask(browser)
    page = await browser.open((await letters.letter_to("alice@example.com")).link)
    assert isinstance(page, Page)

    for password in ("", "short", "password1234", "x" * 300, "alice@example.com"):
        page = await choose(browser, page, password)
        assert page.status == 422
        assert "new-password-error" in page

    assert "done-page" in await choose(browser, page)


async def test_five_wrong_codes_leave_the_link(
    browser: Browser, alice: User, letters: Inbox
) -> None:
    """The form for the code goes; the mail's link stays good."""
    page = await ask(browser)
    letter = await letters.letter_to("alice@example.com")
    for left in (4, 3, 2, 1):
        shown = await type_code(browser, page, "no code")
        assert shown.status == 401
        assert f"You have {left} more" in shown.text
    shown = await type_code(browser, page, "no code")

    assert "code-submit" not in shown
    assert (await type_code(browser, page, letter.code)).status == 401
    opened = await browser.open(letter.link)
    assert isinstance(opened, Page)
    assert "done-page" in await choose(browser, opened)


async def test_the_code_is_for_the_browser_that_asked(
    browser: Browser, new_browser: NewBrowser, alice: User, letters: Inbox
) -> None:
    """Neither the page nor the code is of use to another browser, or to one without cookies."""
    page = await ask(browser)
    code = (await letters.letter_to("alice@example.com")).code

    other = await new_browser().open(page.url)

    assert isinstance(other, Page)
    assert other.status == 410
    assert "accept cookies" in other.text
    assert "new-password-page" in await type_code(browser, page, code)
