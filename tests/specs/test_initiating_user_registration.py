"""`prompt=create` (Initiating User Registration via OpenID Connect 1.0)."""

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, Configure, SignIn, Tokens
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims

CAROL = {"username": "carol", "email": "carol@example.com", "password": PASSWORD}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people register."""
    return configure(registration={"mode": "open", "verify_email": False})


async def create(browser: Browser, rp: RelyingParty, **changes: str | None) -> Page:
    """Come from a client to make an account."""
    page = await browser.open(rp.authorization_url(prompt="create", **changes))
    assert isinstance(page, Page)
    assert "register-page" in page
    return page


async def sub_of(rp: RelyingParty, shown: Page | Arrival, browser: Browser) -> str:
    """Allow what the client asks, and tell who arrives."""
    if isinstance(shown, Page):
        shown = await browser.submit(shown, "consent-allow")
    assert isinstance(shown, Arrival)
    body = (await rp.exchange(shown.params["code"])).json()
    return str(unverified_claims(body["id_token"])["sub"])


async def test_new_account_is_made_although_somebody_is_signed_in(
    browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """It is who goes on; the account from before stays signed in beside it."""
    await tokens(rp)
    page = await create(browser, rp)

    sub = await sub_of(rp, await browser.submit(page, "register-submit", **CAROL), browser)

    chooser = await browser.open("/select-account")
    assert sub != alice.user_id
    assert isinstance(chooser, Page)
    assert chooser.text.index("carol@example.com") < chooser.text.index("alice@example.com")


async def test_who_has_an_account_after_all_signs_in(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """The page leads to the login page, and from there on to the client."""
    await walk(rp)
    page = await create(browser, rp)
    login = await browser.open(page.url.replace("/register/", "/login/"))
    assert isinstance(login, Page)

    sub = await sub_of(rp, await browser.sign_in(login, "alice", PASSWORD), browser)

    assert "login-page" in login
    assert sub == alice.user_id


@pytest.mark.parametrize(
    ("login_hint", "filled"),
    [
        ("carol@example.com", ("", "carol@example.com")),
        ("carol", ("carol", "")),
        ('"><script>', ('"><script>', "")),
        (None, ("", "")),
    ],
)
async def test_login_hint_is_filled_in(
    browser: Browser, rp: RelyingParty, login_hint: str | None, filled: tuple[str, str]
) -> None:
    """Into the field of its form, as what was typed, and no more than a proposal."""
    page = await create(browser, rp, login_hint=login_hint)

    fields = page.forms[0].fields
    again = await browser.submit(page, "register-submit", username="dora", email="", password="a")

    assert (fields["username"], fields["email"]) == filled
    assert isinstance(again, Page)
    assert again.forms[0].fields["username"] == "dora"
    assert again.forms[0].fields["email"] == ""
    assert "<script>" not in page.text + again.text
