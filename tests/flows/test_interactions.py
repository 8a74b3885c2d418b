"""Requests that wait for their user: whose they are, how long they last, and how they end."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from idp.clients import registration
from idp.config import Config
from idp.storage.clients import clients, find_client_row
from idp.storage.database import db
from idp.storage.users import User
from idp.users.accounts import disable_account
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddClient, AddUser, Clock, Configure, SignIn
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims

HALF_AN_HOUR = 1800
TEN_MINUTES = 600

NewBrowser = Callable[[], Browser]


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let login sessions end before requests do."""
    return configure(login_sessions={"idle_lifetime": TEN_MINUTES})


async def open_page(browser: Browser, rp: RelyingParty, **changes: str | None) -> Page:
    """Open a request that shows a page."""
    shown = await browser.open(rp.authorization_url(**changes))
    assert isinstance(shown, Page)
    return shown


async def sign_in_to_consent(browser: Browser, rp: RelyingParty, **changes: str | None) -> Page:
    """Walk as far as the consent page."""
    page = await open_page(browser, rp, **changes)
    if "login-page" in page:
        shown = await browser.sign_in(page, "alice", PASSWORD)
        assert isinstance(shown, Page)
        page = shown
    assert "consent-page" in page
    return page


def is_error(shown: Page | Arrival) -> bool:
    """Tell whether the person sees that this goes no further."""
    return isinstance(shown, Page) and "error-page" in shown and 400 <= shown.status < 500


def error(shown: Page | Arrival) -> str | None:
    """Give the error that the client is told."""
    assert isinstance(shown, Arrival)
    return shown.params.get("error")


def allow(page: Page) -> dict[str, str]:
    """Give what the form sends when Allow is pressed."""
    (form,) = page.forms
    return form.fields | {"decision": "allow"}


async def test_page_opens_only_in_the_browser_that_began(
    browser: Browser, new_browser: NewBrowser, rp: RelyingParty, add_user: AddUser
) -> None:
    """A link to somebody's own sign-in must not sign others in; the owner can still go on."""
    await add_user("alice")
    await add_user("mallory")
    page = await open_page(browser, rp)
    other = new_browser()
    own = await open_page(other, rp, scope="openid")

    stolen = [
        await other.open(page.url),
        await other.open(page.url.replace("/login/", "/authorize/")),
        await other.open(page.url.replace("/login/", "/consent/")),
        await other.post(page.url, own.forms[0].fields | {"username": "mallory"}),
        await new_browser().open(page.url),
    ]

    assert all(is_error(shown) for shown in stolen)
    assert isinstance(await browser.sign_in(page, "alice", PASSWORD), Page)


async def test_request_waits_half_an_hour(
    browser: Browser, rp: RelyingParty, alice: User, clock: Clock
) -> None:
    """After that the person is told to begin again, and beginning again works."""
    page = await open_page(browser, rp)

    clock.move(HALF_AN_HOUR - 60)
    in_time = await browser.open(page.url)
    clock.move(120)
    late = await browser.sign_in(page, "alice", PASSWORD)
    anew = await open_page(browser, rp)

    assert isinstance(in_time, Page)
    assert "login-page" in in_time
    assert is_error(late)
    assert "login-page" in anew


async def test_id_that_nobody_gave_out_opens_nothing(browser: Browser) -> None:
    """Whatever stands in the address, it is a page that says so."""
    opened = {}

    for path in ("authorize", "login", "consent", "select-account"):
        for interaction_id in ("unknown", "%00", "%ff", "caf%C3%A9", "x" * 5000):
            url = f"/{path}/{interaction_id}"
            opened[url] = await browser.open(url)

    assert [url for url, shown in opened.items() if not is_error(shown)] == []


async def test_cancel_at_the_login_page_tells_the_client(
    browser: Browser, rp: RelyingParty
) -> None:
    """The person goes back where they came from, with the client's own state."""
    page = await open_page(browser, rp)

    arrival = await browser.submit(page, "login-cancel")

    assert error(arrival) == "access_denied"
    assert isinstance(arrival, Arrival)
    assert arrival.params["state"] == rp.state


async def test_page_that_is_opened_after_logout_asks_to_sign_in(
    browser: Browser, rp: RelyingParty, alice: User
) -> None:
    """The request goes on, for whoever signs in now."""
    page = await sign_in_to_consent(browser, rp)
    logout_page = await browser.open("/logout")
    assert isinstance(logout_page, Page)
    await browser.submit(logout_page, "logout-confirm")

    login_page = await browser.submit(page, "consent-allow")
    assert isinstance(login_page, Page)
    consent_page = await browser.sign_in(login_page, "alice", PASSWORD)

    assert "login-page" in login_page
    assert isinstance(consent_page, Page)
    assert "consent-page" in consent_page


async def test_session_that_ends_before_consent_is_begun_anew(
    browser: Browser, rp: RelyingParty, alice: User, clock: Clock
) -> None:
    """The person signs in again, and the same request goes on to its end."""
    page = await sign_in_to_consent(browser, rp)
    clock.move(TEN_MINUTES)

    login_page = await browser.submit(page, "consent-allow")
    assert isinstance(login_page, Page)
    consent_page = await browser.sign_in(login_page, "alice", PASSWORD)
    assert isinstance(consent_page, Page)
    arrival = await browser.submit(consent_page, "consent-allow")

    assert "login-page" in login_page
    assert isinstance(arrival, Arrival)
    assert arrival.params["state"] == rp.state


async def test_two_requests_in_two_tabs_keep_their_own(
    browser: Browser, add_client: AddClient, alice: User
) -> None:
    """Both are open at once; signing in in one tab serves the other, and nothing is mixed up."""
    one, two = await add_client(), await add_client()
    first, second = await open_page(browser, one), await open_page(browser, two)

    second_consent = await browser.sign_in(second, "alice", PASSWORD)
    first_consent = await browser.sign_in(first, "alice", PASSWORD)
    assert isinstance(first_consent, Page)
    assert isinstance(second_consent, Page)
    arrivals = [
        await browser.submit(first_consent, "consent-allow"),
        await browser.submit(second_consent, "consent-allow"),
    ]

    for rp, arrival in zip((one, two), arrivals, strict=True):
        assert isinstance(arrival, Arrival)
        assert arrival.params["state"] == rp.state
        response = await rp.exchange(arrival.params["code"])
        assert unverified_claims(response.json()["id_token"])["nonce"] == rp.nonce


async def test_tab_that_waited_goes_on_after_sign_in_in_another(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """Reloading the request is enough, since the session is there now."""
    waiting = await open_page(browser, rp, state="first")

    await walk(rp, state="second")
    arrival = await browser.open(waiting.url.replace("/login/", "/authorize/"))

    assert isinstance(arrival, Arrival)
    assert arrival.params["state"] == "first"


async def test_person_whose_account_is_closed_meanwhile_gets_no_further(
    browser: Browser, rp: RelyingParty, alice: User, provider: Provider
) -> None:
    """Allow is worth nothing any more; the login page is what is left."""
    page = await sign_in_to_consent(browser, rp)
    await provider.database.run(disable_account, alice.user_id)

    shown = await browser.submit(page, "consent-allow")

    assert isinstance(shown, Page)
    assert "login-page" in shown


async def test_client_that_is_removed_meanwhile_gets_nothing(
    browser: Browser, rp: RelyingParty, alice: User, provider: Provider
) -> None:
    """Its request went with it, and nobody is sent to it any more."""
    page = await sign_in_to_consent(browser, rp)
    await provider.database.run(registration.remove, rp.client_id)

    assert is_error(await browser.submit(page, "consent-allow"))
    assert is_error(await browser.open(page.url.replace("/consent/", "/authorize/")))


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uris": ["https://rp.example/new"]},
        {"scope": "notes.read"},
        {"is_disabled": True},
    ],
    ids=["redirect_uri", "scope", "disabled"],
)
async def test_client_that_is_changed_meanwhile_is_checked_again(
    browser: Browser, rp: RelyingParty, alice: User, provider: Provider, change: dict[str, Any]
) -> None:
    """What was right at the beginning must be right at the end."""
    page = await sign_in_to_consent(browser, rp)
    await provider.database.run(_change_client, rp.client_id, change)

    assert is_error(await browser.submit(page, "consent-allow"))


def _change_client(client_id: str, change: dict[str, Any]) -> None:
    row = find_client_row(client_id)
    assert row is not None
    disabled_at = row.created_at if change.get("is_disabled") else None
    values = {"metadata": row.metadata | change, "disabled_at": disabled_at}
    db().execute(update(clients).where(clients.c.client_id == client_id).values(**values))
