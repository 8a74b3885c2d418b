"""Registration where an account is made only after its address was proven."""

import re

import pytest

from idp.config import Config
from idp.storage.users import User, list_users
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddUser, Clock, Configure
from tests.pages.mailing import NewBrowser, open_page, sign_in, type_code
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.letters import Inbox
from tests.parties.relying_party import RelyingParty

CAROL = {"username": "carol", "email": "carol@example.com", "name": "Carol", "password": PASSWORD}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people register who prove their address."""
    return configure(registration={"mode": "open"})


async def register(browser: Browser, url: str = "/register", **changes: str) -> Page:
    """Fill in the registration page and send it."""
    page = await open_page(browser, url, "register-page")
    shown = await browser.submit(page, "register-submit", **CAROL | changes)
    assert isinstance(shown, Page)
    return shown


async def names(provider: Provider) -> list[str]:
    """List who has an account."""
    return [user.username for user in await provider.database.run(list_users)]


async def test_by_the_code(browser: Browser, letters: Inbox, provider: Provider) -> None:
    """The code makes the account, with an address that is proven, and signs its person in."""
    page = await register(browser)
    assert await names(provider) == []

    shown = await type_code(browser, page, (await letters.letter_to("carol@example.com")).code)

    assert "account-page" in shown
    (carol,) = await provider.database.run(list_users)
    assert (carol.username, carol.email, carol.email_verified) == ("carol", CAROL["email"], True)
    browser.cookies.clear()
    assert "account-page" in await sign_in(browser, PASSWORD, "carol@example.com")


async def test_by_the_link_in_the_same_browser(browser: Browser, letters: Inbox) -> None:
    """The link does the same; the page for the code then leads on as well."""
    waiting = await register(browser)
    link = (await letters.letter_to("carol@example.com")).link
    page = await open_page(browser, link, "mail-link-page")
    assert "carol" in page.text

    shown = await browser.submit(page, "mail-link-submit")

    assert "account-page" in shown
    assert "account-page" in await browser.open(waiting.url)


async def test_by_the_link_in_another_browser(
    browser: Browser, new_browser: NewBrowser, letters: Inbox, provider: Provider
) -> None:
    """Elsewhere the link makes the account and signs nobody in: the password is still asked for."""
    await register(browser)
    link, phone = (await letters.letter_to("carol@example.com")).link, new_browser()
    page = await open_page(phone, link, "mail-link-page")
    assert await names(provider) == [], "to open the link does nothing"

    shown = await phone.submit(page, "mail-link-submit")

    assert "done-page" in shown
    assert await names(provider) == ["carol"]
    assert "login-page" in await phone.open("/account")
    assert "account-page" in await sign_in(phone, PASSWORD, "carol")


async def test_the_client_gets_its_answer(
    browser: Browser, letters: Inbox, rp: RelyingParty
) -> None:
    """Who registers on the way to a client arrives there."""
    request = await open_page(browser, rp.authorization_url(prompt="create"), "register-page")
    shown = await browser.submit(request, "register-submit", **CAROL)
    assert isinstance(shown, Page)

    consent = await type_code(browser, shown, (await letters.letter_to("carol@example.com")).code)
    arrival = await browser.submit(consent, "consent-allow")

    assert isinstance(arrival, Arrival)
    tokens = (await rp.exchange(arrival.params["code"])).json()
    claims = (await rp.userinfo(tokens["access_token"])).json()
    assert claims["sub"]


async def test_a_mail_may_take_longer_than_a_client_waits(
    browser: Browser, letters: Inbox, rp: RelyingParty, clock: Clock
) -> None:
    """After the request of the client has expired, the account is made all the same."""
    request = await open_page(browser, rp.authorization_url(prompt="create"), "register-page")
    shown = await browser.submit(request, "register-submit", **CAROL)
    assert isinstance(shown, Page)
    code = (await letters.letter_to("carol@example.com")).code

    clock.move(1900)

    assert "account-page" in await type_code(browser, shown, code)


@pytest.mark.parametrize("email", ["alice@example.com", "ALICE@Example.com", "ａlice@example.com"])  # noqa: RUF001  # full width
async def test_whose_address_is_known_is_not_told(
    new_browser: NewBrowser, add_user: AddUser, letters: Inbox, provider: Provider, email: str
) -> None:
    """The page is the same; the owner is told, and no code makes a second account."""
    await add_user("alice")
    texts = set()

    for name, address in (("carol", "carol@example.com"), ("mallory", email)):
        browser = new_browser()
        page = await register(browser, username=name, email=address)
        wrong = await type_code(browser, page, "12345678")
        for shown in (page, wrong):
            texts.add((shown.status, re.sub(r'value="[^"]+"', "", shown.text)))

    assert len(texts) == 2
    letter = await letters.letter_to("alice@example.com")
    assert "account" in letter.subject
    assert "/mail/" not in letter.text
    assert await names(provider) == ["alice"]


async def test_a_taken_user_name_is_told(browser: Browser, add_user: AddUser) -> None:
    """A user name is nothing that could be kept from others."""
    await add_user("alice")

    shown = await register(browser, username="ALICE")

    assert shown.status == 422
    assert "username-error" in shown


async def test_who_is_faster_gets_the_name(
    new_browser: NewBrowser, letters: Inbox, provider: Provider
) -> None:
    """Of two who want the same user name, the first to prove an address has it."""
    first, second = new_browser(), new_browser()
    slow = await register(second, email="slow@example.com")
    fast = await register(first)
    await type_code(first, fast, (await letters.letter_to("carol@example.com")).code)

    shown = await type_code(second, slow, (await letters.letter_to("slow@example.com")).code)

    assert shown.status == 409
    assert await names(provider) == ["carol"]
    assert "login-page" in await second.open("/account")


async def test_an_address_that_got_an_account_meanwhile(
    browser: Browser, add_user: AddUser, letters: Inbox, provider: Provider
) -> None:
    """What an operator has added is not made again."""
    page = await register(browser)
    code = (await letters.letter_to("carol@example.com")).code
    await add_user("caroline", email="carol@example.com")

    shown = await type_code(browser, page, code)

    assert shown.status == 409
    assert await names(provider) == ["caroline"]


async def test_only_the_last_mail_counts(
    new_browser: NewBrowser, letters: Inbox, provider: Provider
) -> None:
    """Two tabs, two mails: the code of the first is not good any more."""
    first, second = new_browser(), new_browser()
    old = await register(first)
    old_code = (await letters.letter_to("carol@example.com")).code
    new = await register(second)

    assert (await type_code(first, old, old_code)).status == 401
    assert await names(provider) == []
    code = (await letters.letter_to("carol@example.com")).code
    assert "account-page" in await type_code(second, new, code)


async def test_pressed_twice(browser: Browser, letters: Inbox, provider: Provider) -> None:
    """The code that is sent a second time makes no second account, and leads on."""
    page = await register(browser)
    code = (await letters.letter_to("carol@example.com")).code
    await type_code(browser, page, code)

    shown = await type_code(browser, page, code)

    assert "account-page" in shown
    assert await names(provider) == ["carol"]


async def test_without_cookies(browser: Browser, letters: Inbox, provider: Provider) -> None:
    """A browser that keeps no cookies is told so, and no account is made."""
    page = await open_page(browser, "/register", "register-page")
    browser.cookies.clear()

    shown = await browser.submit(page, "register-submit", **CAROL)

    assert isinstance(shown, Page)
    assert shown.status == 403
    assert "accept cookies" in shown.text
    assert await names(provider) == []


async def test_an_hour_ends_it(
    browser: Browser, letters: Inbox, provider: Provider, clock: Clock
) -> None:
    """After an hour neither code nor link makes an account."""
    page = await register(browser)
    letter = await letters.letter_to("carol@example.com")

    clock.move(3601)

    assert (await type_code(browser, page, letter.code)).status == 410
    shown = await browser.open(letter.link)
    assert isinstance(shown, Page)
    assert shown.status == 410
    assert await names(provider) == []


async def test_nobody_is_flooded(browser: Browser, letters: Inbox) -> None:
    """Who asks for mails to one address again and again has to wait."""
    for number in range(5):
        assert "check-mail-page" in await register(browser, username=f"carol{number}")

    shown = await register(browser)

    assert shown.status == 429
    assert "retry-after" in shown.headers


async def test_beside_another_account(
    browser: Browser, letters: Inbox, provider: Provider, alice: User
) -> None:
    """A person who is signed in already may make another account beside it."""
    await sign_in(browser, PASSWORD)
    page = await register(browser)

    shown = await type_code(browser, page, (await letters.letter_to("carol@example.com")).code)

    assert "account-page" in shown
    assert "carol@example.com" in shown.text
