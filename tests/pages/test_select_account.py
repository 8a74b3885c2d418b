"""The account chooser."""

import pytest

from idp.storage.users import User
from tests.conftest import PASSWORD, AddUser, SignIn, Tokens
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims


async def choose(browser: Browser, rp: RelyingParty) -> Page:
    """Open a request that wants the person to choose."""
    shown = await browser.open(rp.authorization_url(prompt="select_account"))
    assert isinstance(shown, Page)
    return shown


async def test_account_that_is_signed_in_goes_on(
    browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """One click, no password, and the same session."""
    before = unverified_claims((await tokens(rp))["id_token"])
    page = await choose(browser, rp)

    arrival = await browser.submit(page, "select-account-continue")
    assert isinstance(arrival, Arrival)
    after = unverified_claims((await rp.exchange(arrival.params["code"])).json()["id_token"])

    assert "select-account-page" in page
    assert "alice" in page.text
    assert (after["sid"], after["auth_time"]) == (before["sid"], before["auth_time"])


async def test_another_account_signs_in(
    browser: Browser, rp: RelyingParty, add_user: AddUser, walk: SignIn
) -> None:
    """Who signs in instead is not asked to choose once more."""
    await add_user("alice")
    bob = await add_user("bob")
    await walk(rp)
    page = await choose(browser, rp)

    login_page = await browser.submit(page, "select-account-other")
    assert isinstance(login_page, Page)
    consent_page = await browser.sign_in(login_page, "bob", PASSWORD)
    assert isinstance(consent_page, Page)
    arrival = await browser.submit(consent_page, "consent-allow")
    assert isinstance(arrival, Arrival)
    tokens = (await rp.exchange(arrival.params["code"])).json()

    assert unverified_claims(tokens["id_token"])["sub"] == bob.user_id


async def test_without_anybody_to_choose_the_login_page_comes(
    browser: Browser, rp: RelyingParty, alice: User
) -> None:
    """And signing in there is choosing."""
    page = await choose(browser, rp)

    shown = await browser.sign_in(page, "alice", PASSWORD)

    assert "login-page" in page
    assert isinstance(shown, Page)
    assert "consent-page" in shown


async def test_cancel_tells_the_client(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """A person who wants none of the accounts goes back to the app."""
    await walk(rp)
    page = await choose(browser, rp)

    arrival = await browser.submit(page, "select-account-cancel")

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "access_denied"


async def test_form_without_a_choice_chooses_nothing(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """The page comes again."""
    await walk(rp)
    page = await choose(browser, rp)

    shown = await browser.post(page.url, page.forms[0].fields)

    assert isinstance(shown, Page)
    assert "select-account-page" in shown


@pytest.mark.parametrize("decision", ["continue", "other", "cancel"])
async def test_choice_cannot_be_forged(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn, decision: str
) -> None:
    """Another site cannot choose for a person; the page still works for them."""
    await walk(rp)
    page = await choose(browser, rp)

    forged = await browser.post(page.url, {"decision": decision})

    assert isinstance(forged, Page)
    assert forged.status == 403
    assert isinstance(await browser.submit(page, "select-account-continue"), Arrival)
