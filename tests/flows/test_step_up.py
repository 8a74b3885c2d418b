"""A client asks for more than a password: who can, proves more; who cannot, is led to set it up."""

import json
from collections.abc import Callable

import pytest

from idp.oidc.acr import MULTI_FACTOR, PASSWORD, PHISHING_RESISTANT
from idp.storage.users import User
from tests.conftest import PASSWORD as TYPED
from tests.conftest import AddClient, Clock
from tests.pages.account_page import open_account
from tests.pages.totp_page import open_page, press, set_up
from tests.parties.authenticator_app import AuthenticatorApp
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims

DAY = 24 * 3600
ESSENTIAL = json.dumps({"id_token": {"acr": {"essential": True, "value": MULTI_FACTOR}}})


async def acr_of(rp: RelyingParty, arrival: Page | Arrival) -> str:
    """Say what the client learns of the sign-in."""
    assert isinstance(arrival, Arrival), getattr(arrival, "text", "")
    tokens = (await rp.exchange(arrival.params["code"])).json()
    acr: str = unverified_claims(tokens["id_token"])["acr"]
    return acr


@pytest.fixture
async def allowed(browser: Browser, rp: RelyingParty, alice: User) -> RelyingParty:
    """Let Alice sign in by her password, and allow the client everything."""
    consent = await browser.sign_in(
        await open_page(browser, rp.authorization_url()), "alice", TYPED
    )
    assert isinstance(consent, Page)
    assert await acr_of(rp, await browser.submit(consent, "consent-allow")) == PASSWORD
    return rp


@pytest.fixture
async def phone(
    allowed: RelyingParty, new_browser: Callable[[], Browser], browser: Browser, clock: Clock
) -> AuthenticatorApp:
    """Set up an app in the same browser, which stays signed in by the password alone."""
    app, _ = await set_up(browser)
    clock.move(30)
    return app


@pytest.mark.parametrize("asked", [{"acr_values": MULTI_FACTOR}, {"claims": ESSENTIAL}])
async def test_only_what_is_missing_is_asked_for(
    browser: Browser, allowed: RelyingParty, phone: AuthenticatorApp, asked: dict[str, str]
) -> None:
    """Who is signed in by a password types a code, and the client hears of both."""
    step = await open_page(browser, allowed.authorization_url(**asked))
    assert "verify-page" in step

    arrival = await browser.submit(step, "verify-submit", code=phone.code())

    assert await acr_of(allowed, arrival) == MULTI_FACTOR


async def test_a_session_that_proved_it_is_asked_nothing(
    browser: Browser, allowed: RelyingParty, phone: AuthenticatorApp
) -> None:
    """The next request that asks for as much is granted at once."""
    step = await open_page(browser, allowed.authorization_url(acr_values=MULTI_FACTOR))
    await browser.submit(step, "verify-submit", code=phone.code())

    again = await browser.open(allowed.authorization_url(claims=ESSENTIAL, prompt="none"))

    assert await acr_of(allowed, again) == MULTI_FACTOR


async def test_an_old_password_is_typed_again(
    browser: Browser, allowed: RelyingParty, phone: AuthenticatorApp, clock: Clock
) -> None:
    """What was proven more than a day ago is no half of anything (CVE-2023-3597)."""
    clock.move(DAY - 10)
    await open_page(browser, "/account")  # so that the session is in use
    clock.move(20)

    step = await open_page(browser, allowed.authorization_url(acr_values=MULTI_FACTOR))

    assert "login-page" in step


async def test_a_wish_that_cannot_be_met_is_no_obstacle(
    browser: Browser, allowed: RelyingParty
) -> None:
    """Who has a password alone is signed in by it, and the client is told so."""
    arrival = await browser.open(allowed.authorization_url(acr_values=PHISHING_RESISTANT))

    assert await acr_of(allowed, arrival) == PASSWORD


async def test_what_is_essential_is_set_up_first(
    browser: Browser, allowed: RelyingParty, clock: Clock
) -> None:
    """The request waits while a person sets up an app, then asks for its code."""
    enrol = await open_page(browser, allowed.authorization_url(claims=ESSENTIAL))
    assert "enrol-page" in enrol
    early = await browser.submit(enrol, "enrol-submit")
    assert isinstance(early, Page)
    assert "enrol-page" in early
    app, _ = await set_up(browser)
    clock.move(30)

    step = await press(browser, early, "enrol-submit")
    arrival = await browser.submit(step, "verify-submit", code=app.code())

    assert await acr_of(allowed, arrival) == MULTI_FACTOR


async def test_who_does_not_want_to_goes_back(browser: Browser, allowed: RelyingParty) -> None:
    """The client hears that it was not allowed."""
    enrol = await open_page(browser, allowed.authorization_url(claims=ESSENTIAL))

    arrival = await browser.submit(enrol, "enrol-cancel")

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "access_denied"


async def test_client_that_is_registered_for_it_need_not_ask(
    browser: Browser, alice: User, add_client: AddClient
) -> None:
    """With require_second_factor, nobody gets through by a password, whatever the request says."""
    rp = await add_client(require_second_factor=True)
    login = await open_page(browser, rp.authorization_url(acr_values=PASSWORD))

    enrol = await browser.sign_in(login, "alice", TYPED)

    assert isinstance(enrol, Page)
    assert "enrol-page" in enrol
    silent = await browser.open(rp.authorization_url(prompt="none"))
    assert isinstance(silent, Arrival)
    assert silent.params["error"] == "interaction_required"


async def test_a_recent_sign_in_is_wanted_before_a_change(
    browser: Browser, alice: User, clock: Clock
) -> None:
    """A browser that was left open asks who one is, and leads on to the page."""
    await open_account(browser)
    clock.move(301)
    page = await open_page(browser, "/account/totp")
    assert "confirm-page" in page

    wrong = await press(browser, page, "confirm-submit", password="wrong")
    assert wrong.status == 401
    right = await press(browser, wrong, "confirm-submit", password=TYPED)

    assert right.url.endswith("/account/totp")
    assert "confirm-page" not in right
