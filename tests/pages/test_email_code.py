"""Signing in with a code by mail."""

import re
from collections.abc import Callable

import pytest

from idp.authenticators.email_code import LIFETIME
from idp.config import Config
from idp.storage.deliveries import list_deliveries
from idp.storage.users import User, set_user_disabled, set_user_email
from idp.users.mail_proofs import MAX_TRIES
from idp.users.names import email_key
from idp.web.provider import Provider
from tests.authenticators.second_factors import enrol
from tests.conftest import AddUser, Clock, Configure
from tests.pages.mailing import NewBrowser, type_code
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.letters import Inbox
from tests.parties.relying_party import RelyingParty, unverified_claims

ALICE = "alice@example.com"


@pytest.fixture
def config(configure: Configure, request: pytest.FixtureRequest) -> Config:
    """Let people sign in with a code by mail, unless a test asks for another server."""
    return configure(sign_in={"email_code": getattr(request, "param", True)})


@pytest.fixture
async def alice(add_user: AddUser) -> User:
    """Add a person whose address is known to be hers, and who has no password."""
    return await add_user("alice", None, email_verified=True)


async def ask(
    browser: Browser, typed: str = "alice", login_url: str = "/login", **more: str
) -> Page:
    """Go from the login page to the one for a code, and ask for it."""
    login = await browser.open(login_url)
    assert isinstance(login, Page)
    found = re.search(r'id="login-email-code" href="([^"]+)"', login.text)
    assert found
    page = await browser.open(found[1])
    assert isinstance(page, Page)
    shown = await browser.submit(page, "email-code-submit", username=typed, **more)
    assert isinstance(shown, Page)
    assert "check-mail-page" in shown
    return shown


def wrong(code: str) -> str:
    """Give a code that is not the right one."""
    return str((int(code) + 1) % 10**8).zfill(8)


@pytest.mark.parametrize("typed", ["alice", " ALICE@example.com "])
async def test_code_signs_in(browser: Browser, alice: User, letters: Inbox, typed: str) -> None:
    """Who types the code where it was asked for is signed in."""
    page = await ask(browser, typed)
    letter = await letters.letter_to(ALICE)

    shown = await type_code(browser, page, letter.code)

    assert "account-page" in shown
    assert "/mail/" not in letter.text + letter.html  # a link would sign in whoever opens it


async def test_it_is_marked_as_the_way_that_was_used_last(
    browser: Browser, alice: User, letters: Inbox
) -> None:
    """Beside the link that leads to it, when the person comes back."""
    page = await ask(browser)
    await type_code(browser, page, (await letters.letter_to(ALICE)).code)
    browser.cookies.delete("__Host-idp-session")

    login = await browser.open("/login")

    assert isinstance(login, Page)
    assert re.search(
        r'id="login-email-code"[^<]*</a>\s*<span class="chip" id="last-used">', login.text
    )


async def test_client_that_waits(
    browser: Browser, alice: User, letters: Inbox, rp: RelyingParty
) -> None:
    """The client gets its answer, and learns how the person has signed in (RFC 8176)."""
    page = await ask(browser, login_url=rp.authorization_url())
    code = (await letters.letter_to(ALICE)).code

    shown = await type_code(browser, page, code)
    assert "consent-page" in shown
    arrival = await browser.submit(shown, "consent-allow")

    assert isinstance(arrival, Arrival)
    tokens = (await rp.exchange(arrival.params["code"])).json()
    assert unverified_claims(tokens["id_token"])["amr"] == ["otp"]


async def test_second_factor_is_asked_for_all_the_same(
    browser: Browser, alice: User, letters: Inbox, provider: Provider
) -> None:
    """Reading mail is not two things: whoever has an app for codes needs it."""
    app, _ = await enrol(provider, alice)
    page = await ask(browser)
    code = (await letters.letter_to(ALICE, "Your code")).code

    verify = await type_code(browser, page, code)
    account = await browser.open("/account")
    assert "verify-page" in verify
    assert isinstance(account, Page)
    assert "login-page" in account

    shown = await browser.submit(verify, "verify-submit", code=app.code())
    assert isinstance(shown, Page)
    assert "account-page" in shown


async def test_whether_there_is_an_account_is_not_told(
    new_browser: NewBrowser, add_user: AddUser, provider: Provider, alice: User, letters: Inbox
) -> None:
    """Page, status and headers are the same for everybody, and a mail goes to one of them alone."""
    await add_user("unproven", email_verified=False)
    await add_user("mailless", email=None)
    closed = await add_user("closed", email_verified=True)
    await provider.database.run(lambda: set_user_disabled(closed.user_id, closed.created_at))
    seen = set()

    for typed in ("alice", "nobody", "nobody@example.com", "unproven", "mailless", "closed"):
        browser = new_browser()
        page = await ask(browser, typed)
        for shown in (page, await type_code(browser, page, "no code")):
            text = re.sub(r'value="[^"]+"', "", shown.text)
            names = tuple(name for name in shown.headers if name != "x-request-id")
            seen.add((shown.status, text, names))

    assert len(seen) == 2  # before and after a wrong code
    assert [each.target for each in await provider.database.run(list_deliveries)] == [ALICE]


async def test_five_tries(browser: Browser, alice: User, letters: Inbox) -> None:
    """Whoever guesses has five tries, and then the right code is of no use either."""
    page = await ask(browser)
    code = (await letters.letter_to(ALICE)).code
    for _ in range(MAX_TRIES):
        refused = await type_code(browser, page, wrong(code))

    last = await browser.post(page.url, page.forms[0].fields | {"code": code})

    assert refused.status == 401
    assert isinstance(last, Page)
    assert last.status == 401
    assert "That was one wrong code too many. Go back" in last.text
    assert "idp-session" not in str(dict(browser.cookies))


async def test_another_browser(new_browser: NewBrowser, alice: User, letters: Inbox) -> None:
    """Who is told a code by somebody else, or has seen it, cannot use it."""
    page = await ask(new_browser())
    code, thief = (await letters.letter_to(ALICE)).code, new_browser()
    own = await thief.open("/login")
    assert isinstance(own, Page)

    shown = await thief.post(page.url, {"csrf": own.forms[0].fields["csrf"], "code": code})

    assert isinstance(shown, Page)
    assert shown.status == 410
    assert "idp-session" not in str(dict(thief.cookies))


async def test_code_that_is_too_old(
    browser: Browser, alice: User, letters: Inbox, clock: Clock
) -> None:
    """A code is good for ten minutes."""
    page = await ask(browser)
    code = (await letters.letter_to(ALICE)).code
    clock.move(LIFETIME + 1)

    shown = await type_code(browser, page, code)

    assert shown.status == 410


async def test_code_that_was_used(
    browser: Browser, new_browser: NewBrowser, alice: User, letters: Inbox
) -> None:
    """It signs in once; who has signed out needs another one."""
    page = await ask(browser)
    code = (await letters.letter_to(ALICE)).code
    account = await type_code(browser, page, code)
    await browser.submit(account, "logout")

    again = await browser.post(page.url, page.forms[0].fields | {"code": code})

    assert isinstance(again, Page)
    assert "login-page" in again
    assert "idp-session" not in str(dict(browser.cookies))


async def test_newer_code_ends_the_older(browser: Browser, alice: User, letters: Inbox) -> None:
    """Only the last mail counts."""
    first = await ask(browser)
    old = (await letters.letter_to(ALICE)).code
    second = await ask(browser)
    new = (await letters.letter_to(ALICE)).code

    refused = await type_code(browser, first, old)
    shown = await type_code(browser, second, new)

    assert refused.status == 401
    assert "account-page" in shown


Change = Callable[[User], object]


def close(user: User) -> object:
    """Close the account."""
    return set_user_disabled(user.user_id, user.created_at)


def move(user: User) -> object:
    """Give the account another address."""
    return set_user_email(user.user_id, "new@example.com", email_key("new@example.com"))


@pytest.mark.parametrize("change", [close, move])
async def test_account_that_has_changed(
    browser: Browser, alice: User, letters: Inbox, provider: Provider, change: Change
) -> None:
    """What was mailed to an address of before, or for an account that is closed, is no proof."""
    page = await ask(browser)
    code = (await letters.letter_to(ALICE)).code
    await provider.database.run(change, alice)

    shown = await type_code(browser, page, code)

    assert shown.status == 410
    assert "idp-session" not in str(dict(browser.cookies))


async def test_staying_signed_in(
    browser: Browser, alice: User, letters: Inbox, config: Config, clock: Clock
) -> None:
    """What was ticked when the code was asked for counts when it is typed."""
    page = await ask(browser, keep="yes")
    await type_code(browser, page, (await letters.letter_to(ALICE)).code)

    clock.move(config.login_sessions.idle_lifetime + 60)

    account = await browser.open("/account")
    assert isinstance(account, Page)
    assert "account-page" in account


async def test_too_many_mails(browser: Browser, alice: User, config: Config) -> None:
    """Nobody is flooded with codes."""
    for _ in range(config.throttle.mails):
        await ask(browser)
    page = await browser.open("/email-code")
    assert isinstance(page, Page)

    shown = await browser.submit(page, "email-code-submit", username="alice")

    assert isinstance(shown, Page)
    assert shown.status == 429
    assert int(shown.headers["retry-after"]) > 0


@pytest.mark.parametrize("config", [False], indirect=True)
async def test_switched_off(browser: Browser, alice: User) -> None:
    """Unless an operator wants it, there is no such page."""
    login = await browser.open("/login")
    page = await browser.open("/email-code")

    assert isinstance(login, Page)
    assert "login-email-code" not in login
    assert isinstance(page, Page)
    assert page.status == 404
