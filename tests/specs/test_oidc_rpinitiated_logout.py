"""OpenID Connect RP-Initiated Logout 1.0, clause by clause; more is in tests/endpoints."""

from collections.abc import Callable

import pytest

from idp.storage.users import User
from tests.conftest import AddClient, Tokens
from tests.endpoints.test_end_session import BYE, is_page, is_signed_in, logout_url
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims

NewBrowser = Callable[[], Browser]


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that knows where people go after they have signed out."""
    return await add_client(post_logout_redirect_uris=[BYE])


async def test_2_1_metadata_names_the_endpoint(rp: RelyingParty) -> None:
    """It is there, and takes GET and POST."""
    metadata = (await rp.http.get("/.well-known/openid-configuration")).json()

    answers = [await rp.http.request(m, metadata["end_session_endpoint"]) for m in ("GET", "POST")]

    assert [answer.status_code for answer in answers] == [200, 303]


@pytest.mark.parametrize(
    "more",
    [
        {"logout_hint": "alice"},
        {"logout_hint": "somebody else entirely"},
        {"ui_locales": "de-CH fr"},
        {"ui_locales": "x x x"},
        {"logout_hint": "", "ui_locales": ""},
        {"unheard-of": "1"},
    ],
    ids=str,
)
async def test_2_parameters_that_only_help_never_fail(
    rp: RelyingParty, browser: Browser, alice: User, tokens: Tokens, more: dict[str, str]
) -> None:
    """logout_hint and ui_locales are taken, whatever is in them, and what is unknown is ignored."""
    id_token = (await tokens(rp))["id_token"]

    shown = await browser.open(
        logout_url(id_token_hint=id_token, post_logout_redirect_uri=BYE, state="s", **more)
    )

    assert isinstance(shown, Arrival)
    assert shown.url == f"{BYE}?state=s"
    assert not await is_signed_in(browser, rp)


async def test_2_logout_hint_proves_nothing(
    rp: RelyingParty, browser: Browser, alice: User, tokens: Tokens
) -> None:
    """Anybody can know a name: the person is asked."""
    await tokens(rp)

    page = await browser.open(logout_url(client_id=rp.client_id, logout_hint="alice"))

    assert is_page(page, "logout-confirm-page")
    assert await is_signed_in(browser, rp)


async def test_2_hint_of_another_session_asks(
    rp: RelyingParty, browser: Browser, new_browser: NewBrowser, alice: User, tokens: Tokens
) -> None:
    """An ID token of the same person from another browser does not say that this one is meant."""
    elsewhere = (await tokens(rp, browser=new_browser()))["id_token"]
    here = (await tokens(rp))["id_token"]
    assert unverified_claims(elsewhere)["sid"] != unverified_claims(here)["sid"]

    page = await browser.open(logout_url(id_token_hint=elsewhere, post_logout_redirect_uri=BYE))
    assert isinstance(page, Page)
    assert is_page(page, "logout-confirm-page")
    assert await is_signed_in(browser, rp)
    shown = await browser.submit(page, "logout-confirm")

    assert isinstance(shown, Arrival)
    assert shown.url == BYE
    assert not await is_signed_in(browser, rp)


async def test_2_hint_stays_good_when_the_person_signs_in_again(
    rp: RelyingParty, browser: Browser, alice: User, tokens: Tokens
) -> None:
    """The session is the same, so an older ID token of it names it, too."""
    first = (await tokens(rp))["id_token"]
    await tokens(rp, prompt="login")

    shown = await browser.open(logout_url(id_token_hint=first, post_logout_redirect_uri=BYE))

    assert isinstance(shown, Arrival)
    assert not await is_signed_in(browser, rp)


async def test_2_hint_and_client_id_that_agree(
    rp: RelyingParty, browser: Browser, alice: User, tokens: Tokens
) -> None:
    """Both may be sent."""
    id_token = (await tokens(rp))["id_token"]

    shown = await browser.open(
        logout_url(id_token_hint=id_token, client_id=rp.client_id, post_logout_redirect_uri=BYE)
    )

    assert isinstance(shown, Arrival)


async def test_3_pages_have_the_ids_that_automation_relies_on(
    rp: RelyingParty, browser: Browser, alice: User, tokens: Tokens
) -> None:
    """The confirmation, its button, and the page at the end."""
    await tokens(rp)

    page = await browser.open("/logout")
    assert isinstance(page, Page)
    shown = await browser.submit(page, "logout-confirm")

    assert {"logout-confirm-page", "logout-confirm"} <= page.ids
    assert isinstance(shown, Page)
    assert "logged-out-page" in shown
