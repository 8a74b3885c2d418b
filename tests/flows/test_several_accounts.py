"""Several people in one browser: who is asked for, who goes on, and who leaves."""

from typing import Any

import pytest

from idp.storage.users import User
from tests.conftest import PASSWORD, AddUser, SignIn
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims

SESSION, OTHERS = "__Host-idp-session", "__Host-idp-others"
BYE = "https://rp.example/bye"


@pytest.fixture
async def hints(
    browser: Browser, rp: RelyingParty, add_user: AddUser, walk: SignIn
) -> dict[str, str]:
    """Sign in Alice and then Bob, who are known to the client; give their ID tokens."""
    hints = {}
    for name in ("alice", "bob"):
        await add_user(name)
        arrival = await walk(rp, name, prompt="login")
        hints[name] = (await rp.exchange(arrival.params["code"])).json()["id_token"]
    return hints


async def open_page(browser: Browser, url: str) -> Page:
    """Open what shows a page."""
    shown = await browser.open(url)
    assert isinstance(shown, Page)
    return shown


async def who_arrives(rp: RelyingParty, shown: Page | Arrival) -> dict[str, Any]:
    """Redeem the code, and give the claims of its ID token."""
    assert isinstance(shown, Arrival), shown.text
    assert "code" in shown.params, shown.params
    response = await rp.exchange(shown.params["code"])
    return unverified_claims(response.json()["id_token"])


async def active(browser: Browser) -> str:
    """Tell whose page the browser shows."""
    page = await open_page(browser, "/account")
    return next((name for name in ("alice", "bob") if f"{name}@example.com" in page.text), "nobody")


async def test_silent_request_is_about_the_active_account(
    browser: Browser, rp: RelyingParty, hints: dict[str, str]
) -> None:
    """Who signed in last is who goes on, if nothing else is said."""
    claims = await who_arrives(rp, await browser.open(rp.authorization_url(prompt="none")))

    assert claims["sub"] == unverified_claims(hints["bob"])["sub"]


@pytest.mark.parametrize("prompt", ["none", None])
@pytest.mark.parametrize("name", ["alice", "bob"])
async def test_hinted_account_goes_on(
    browser: Browser, rp: RelyingParty, hints: dict[str, str], name: str, prompt: str | None
) -> None:
    """In its own session, without a page; the browser's active account stays as it is."""
    cookies = dict(browser.cookies)
    url = rp.authorization_url(prompt=prompt, id_token_hint=hints[name])

    claims = await who_arrives(rp, await browser.open(url))

    hinted = unverified_claims(hints[name])
    assert (claims["sub"], claims["sid"]) == (hinted["sub"], hinted["sid"])
    assert dict(browser.cookies) == cookies


@pytest.mark.parametrize("login_hint", ["alice", "ALICE@example.com"])
async def test_account_that_the_login_hint_names_goes_on(
    browser: Browser, rp: RelyingParty, hints: dict[str, str], login_hint: str
) -> None:
    """It may be signed in already, by either of its names."""
    url = rp.authorization_url(login_hint=login_hint)

    claims = await who_arrives(rp, await browser.open(url))

    assert claims["sub"] == unverified_claims(hints["alice"])["sub"]


async def test_unknown_login_hint_changes_nothing(
    browser: Browser, rp: RelyingParty, hints: dict[str, str]
) -> None:
    """It is a hint; whoever is signed in goes on."""
    claims = await who_arrives(rp, await browser.open(rp.authorization_url(login_hint="carol")))

    assert claims["sub"] == unverified_claims(hints["bob"])["sub"]


async def test_chooser_offers_all_and_makes_one_active(
    browser: Browser, rp: RelyingParty, hints: dict[str, str]
) -> None:
    """For this request, and for the browser; no id changes that another tab may hold."""
    before = {browser.cookies[SESSION], browser.cookies[OTHERS]}
    page = await open_page(browser, rp.authorization_url(prompt="select_account"))
    alice = unverified_claims(hints["alice"])

    fields = page.forms[0].fields | {"account": alice["sub"]}
    claims = await who_arrives(rp, await browser.post(page.url, fields))

    assert page.text.index("bob@example.com") < page.text.index("alice@example.com")
    assert (claims["sub"], claims["sid"]) == (alice["sub"], alice["sid"])
    assert await active(browser) == "alice"
    assert {browser.cookies[SESSION], browser.cookies[OTHERS]} == before


async def test_chooser_puts_whom_the_login_hint_names_first(
    browser: Browser, rp: RelyingParty, hints: dict[str, str]
) -> None:
    """One press of the first button is enough."""
    url = rp.authorization_url(prompt="select_account", login_hint="alice@example.com")
    page = await open_page(browser, url)

    claims = await who_arrives(rp, await browser.submit(page, "select-account-continue"))

    assert claims["sub"] == unverified_claims(hints["alice"])["sub"]


async def test_nobody_can_choose_who_is_not_signed_in_here(
    browser: Browser, rp: RelyingParty, hints: dict[str, str], add_user: AddUser
) -> None:
    """The page comes again, and nothing has changed."""
    carol = await add_user("carol")
    page = await open_page(browser, rp.authorization_url(prompt="select_account"))

    shown = await browser.post(page.url, page.forms[0].fields | {"account": carol.user_id})

    assert isinstance(shown, Page)
    assert "select-account-page" in shown
    assert await active(browser) == "bob"


async def test_chosen_account_signs_in_again_if_that_is_asked(
    browser: Browser, rp: RelyingParty, hints: dict[str, str]
) -> None:
    """First whose sign-in it is, and then the password, for whom it is filled in."""
    url = rp.authorization_url(prompt="select_account login", login_hint="alice")
    page = await open_page(browser, url)
    login_page = await browser.submit(page, "select-account-continue")
    assert isinstance(login_page, Page)

    claims = await who_arrives(rp, await browser.sign_in(login_page, "alice", PASSWORD))

    assert login_page.forms[0].fields["username"] == "alice"
    assert claims["sid"] == unverified_claims(hints["alice"])["sid"]


async def test_consent_page_leads_to_the_other_accounts(
    browser: Browser, rp: RelyingParty, hints: dict[str, str]
) -> None:
    """Who is asked as Bob can answer as Alice, without a password."""
    page = await open_page(browser, rp.authorization_url(prompt="consent"))
    chooser = await open_page(browser, page.url.replace("/consent/", "/select-account/"))
    assert chooser.url in page.text.replace('href="/', f'href="{browser.issuer}/')
    alice = unverified_claims(hints["alice"])["sub"]

    shown = await browser.post(chooser.url, chooser.forms[0].fields | {"account": alice})
    assert isinstance(shown, Page)
    claims = await who_arrives(rp, await browser.submit(shown, "consent-allow"))

    assert "alice@example.com" in shown.text
    assert claims["sub"] == alice


async def test_account_page_leads_to_the_other_accounts(
    browser: Browser, hints: dict[str, str]
) -> None:
    """Switching needs no client and no password."""
    page = await open_page(browser, "/select-account")
    alice = unverified_claims(hints["alice"])["sub"]

    shown = await browser.post(page.url, page.forms[0].fields | {"account": alice})

    assert isinstance(shown, Page)
    assert "account-page" in shown
    assert await active(browser) == "alice"


@pytest.mark.parametrize("account", ["nobody", None])
async def test_switching_to_nobody_shows_the_chooser_again(
    browser: Browser, hints: dict[str, str], account: str | None
) -> None:
    """The account may have been signed out since the page was shown."""
    page = await open_page(browser, "/select-account")
    fields = page.forms[0].fields | ({"account": account} if account else {})

    shown = await browser.post(page.url, fields)

    assert isinstance(shown, Page)
    assert "select-account-page" in shown
    assert await active(browser) == "bob"


async def test_switching_cannot_be_forged(browser: Browser, hints: dict[str, str]) -> None:
    """Another site cannot change the account under somebody's hands."""
    alice = unverified_claims(hints["alice"])["sub"]

    shown = await browser.post("/select-account", {"account": alice})

    assert isinstance(shown, Page)
    assert shown.status == 403
    assert await active(browser) == "bob"


async def test_chooser_without_anybody_is_the_login_page(browser: Browser, alice: User) -> None:
    """There is nothing to choose."""
    assert "login-page" in await open_page(browser, "/select-account")


async def test_new_account_is_made_beside_those_that_are_signed_in(
    browser: Browser, hints: dict[str, str]
) -> None:
    """The login page for one more account shows although somebody is signed in."""
    page = await open_page(browser, "/account/add")
    wrong = await browser.sign_in(page, "bob", "wrong")

    assert "login-page" in page
    assert isinstance(wrong, Page)
    assert wrong.status == 401
    assert await active(browser) == "bob"
