"""What a client asks of a sign-in for which it polls (OIDC Core §3.1.2.1, §5.5, by RFC 8628)."""

import json
from typing import Any

import pytest

from idp.oidc.acr import MULTI_FACTOR, PASSWORD
from idp.storage.users import User
from tests.conftest import PASSWORD as TYPED
from tests.conftest import AddClient, Clock
from tests.pages.account_page import open_account
from tests.pages.totp_page import press, set_up
from tests.parties import backchannel
from tests.parties.authenticator_app import AuthenticatorApp
from tests.parties.backchannel import BANK
from tests.parties.browser import Browser, Page
from tests.parties.devices import DEVICE, Asked, ask
from tests.parties.letters import Inbox
from tests.parties.relying_party import RelyingParty, unverified_claims

HOUR = 3600
EMAIL = json.dumps({"userinfo": {"email": None}, "id_token": {"name": None}})
ESSENTIAL = json.dumps({"id_token": {"acr": {"essential": True, "value": MULTI_FACTOR}}})
UNREACHABLE = json.dumps({"id_token": {"acr": {"essential": True, "value": "urn:a:gold"}}})


@pytest.fixture
async def device(add_client: AddClient) -> RelyingParty:
    """Add a public client for devices."""
    return await add_client(**DEVICE)


@pytest.fixture
async def signed_in(browser: Browser, alice: User) -> Browser:
    """Let Alice sign in."""
    await open_account(browser)
    return browser


@pytest.fixture
async def phone(signed_in: Browser, clock: Clock) -> AuthenticatorApp:
    """Set up an app in a browser that stays signed in by the password alone."""
    app, _ = await set_up(signed_in)
    clock.move(30)
    return app


async def typed(browser: Browser, asked: Asked) -> Page:
    """Type the code of a device, as somebody who is signed in."""
    page = await browser.open("/device")
    assert isinstance(page, Page)
    return await press(browser, page, "device-submit", user_code=asked.user_code)


async def id_token_of(asked: Asked) -> dict[str, Any]:
    """Fetch what a device was allowed, and read the ID token."""
    return unverified_claims((await asked.poll()).json()["id_token"])


async def test_5_5_claims(device: RelyingParty, alice: User, signed_in: Browser) -> None:
    """Single claims are shown to the person, and given where they were asked for."""
    asked = await ask(device, "openid offline_access", claims=EMAIL)

    page = await typed(signed_in, asked)
    await press(signed_in, page, "consent-allow")
    body = (await asked.poll()).json()
    refreshed = (await device.refresh(body["refresh_token"])).json()

    assert "See your email address" in page.text
    assert "See your name" in page.text
    for each in (body, refreshed):
        userinfo = (await device.userinfo(each["access_token"])).json()
        assert userinfo == {"sub": alice.user_id, "email": alice.email}
        assert unverified_claims(each["id_token"])["name"] == alice.name


async def test_5_5_claims_that_the_client_is_not_registered_for(
    add_client: AddClient, alice: User, signed_in: Browser
) -> None:
    """They are neither shown nor given, as their scope would not be."""
    rp = await add_client(**DEVICE | {"scope": "openid"})
    asked = await ask(rp, claims=EMAIL)

    page = await typed(signed_in, asked)
    await press(signed_in, page, "consent-allow")
    body = (await asked.poll()).json()

    assert "See your email address" not in page.text
    assert (await rp.userinfo(body["access_token"])).json() == {"sub": alice.user_id}
    assert "name" not in unverified_claims(body["id_token"])


async def test_5_5_1_claims_about_another_person(
    device: RelyingParty, alice: User, signed_in: Browser
) -> None:
    """Who is not the person that is asked for cannot allow it."""
    claims = json.dumps({"id_token": {"sub": {"value": "another"}}})
    asked = await ask(device, claims=claims)

    page = await typed(signed_in, asked)

    assert "login-page" in page


@pytest.mark.parametrize("sent", [{"max_age": "600"}, {"max_age": "0"}, {"prompt": "login"}])
async def test_person_signs_in_afresh(
    device: RelyingParty, signed_in: Browser, clock: Clock, sent: dict[str, str]
) -> None:
    """Who signed in longer ago, or before at all, signs in again, and `auth_time` says so."""
    clock.move(HOUR)
    asked = await ask(device, **sent)

    login = await typed(signed_in, asked)
    assert "login-page" in login
    consent = await signed_in.sign_in(login, "alice", TYPED)
    assert isinstance(consent, Page)
    await press(signed_in, consent, "consent-allow")

    claims = await id_token_of(asked)
    assert claims["iat"] - claims["auth_time"] < HOUR


async def test_max_age_that_is_kept(device: RelyingParty, signed_in: Browser, clock: Clock) -> None:
    """Who signed in since then need not do it again, and `auth_time` is when that was."""
    clock.move(HOUR)
    asked = await ask(device, max_age="7200")

    consent = await typed(signed_in, asked)
    assert "consent-page" in consent
    await press(signed_in, consent, "consent-allow")

    claims = await id_token_of(asked)
    assert claims["iat"] - claims["auth_time"] >= HOUR


async def test_prompt_select_account(device: RelyingParty, signed_in: Browser) -> None:
    """The person chooses for whom the device is, before they are asked whether it may."""
    asked = await ask(device, prompt="select_account consent")

    chooser = await typed(signed_in, asked)
    consent = await press(signed_in, chooser, "select-account-continue")

    assert "select-account-page" in chooser
    assert "consent-page" in consent


@pytest.mark.parametrize("sent", [{"acr_values": MULTI_FACTOR}, {"claims": ESSENTIAL}])
async def test_5_5_1_1_person_proves_more(
    device: RelyingParty, signed_in: Browser, phone: AuthenticatorApp, sent: dict[str, str]
) -> None:
    """Who can prove more is asked to before they decide, and the device learns of it."""
    asked = await ask(device, **sent)

    step = await typed(signed_in, asked)
    assert "verify-page" in step
    consent = await press(signed_in, step, "verify-submit", code=phone.code())
    await press(signed_in, consent, "consent-allow")

    assert (await id_token_of(asked))["acr"] == MULTI_FACTOR


async def test_5_5_1_1_a_wish_is_no_obstacle(device: RelyingParty, signed_in: Browser) -> None:
    """Who has nothing but a password decides all the same, and the device is told so."""
    asked = await ask(device, acr_values=MULTI_FACTOR)

    await press(signed_in, await typed(signed_in, asked), "consent-allow")

    assert (await id_token_of(asked))["acr"] == PASSWORD


async def test_5_5_1_1_what_is_essential_is_set_up_first(
    device: RelyingParty, signed_in: Browser
) -> None:
    """Who could not prove as much is led to what they need, and cannot decide before."""
    asked = await ask(device, claims=ESSENTIAL)

    page = await typed(signed_in, asked)

    assert "enrol-page" in page
    assert "consent-page" not in page


async def test_2_nonce(device: RelyingParty, signed_in: Browser) -> None:
    """The ID token carries what the device has sent to know it by; a refreshed one need not."""
    asked = await ask(device, "openid offline_access", nonce="n-0S6_WzA2Mj")

    await press(signed_in, await typed(signed_in, asked), "consent-allow")
    body = (await asked.poll()).json()
    refreshed = (await device.refresh(body["refresh_token"])).json()

    assert unverified_claims(body["id_token"])["nonce"] == "n-0S6_WzA2Mj"
    assert "nonce" not in unverified_claims(refreshed["id_token"])


async def test_a_client_that_asks_elsewhere_is_understood_alike(
    add_client: AddClient, alice: User, signed_in: Browser, letters: Inbox, clock: Clock
) -> None:
    """Backchannel authentication asks for the same things (CIBA Core §7.1)."""
    bank = await add_client(**BANK)
    clock.move(HOUR)
    waiting = await backchannel.asked(bank, claims=EMAIL, max_age="600", nonce="n-1")

    link = (await letters.letter_to("alice@example.com", "asks you to confirm")).link
    login = await signed_in.open(link)
    assert isinstance(login, Page)
    assert "login-page" in login
    consent = await signed_in.sign_in(login, "alice", TYPED)
    assert isinstance(consent, Page)
    await press(signed_in, consent, "consent-allow")
    body = (await waiting.poll()).json()

    claims = unverified_claims(body["id_token"])
    assert claims["iat"] - claims["auth_time"] < HOUR
    assert (claims["name"], claims["nonce"]) == (alice.name, "n-1")
    assert (await bank.userinfo(body["access_token"])).json()["email"] == alice.email


REFUSED = [
    ({"max_age": "soon"}, "invalid_request"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"claims": "[]"}, "invalid_request"),
    ({"claims": UNREACHABLE}, "unmet_authentication_requirements"),
    ({"prompt": "none"}, "invalid_request"),
    ({"prompt": "create"}, "invalid_request"),
    ({"prompt": "login none"}, "invalid_request"),
    ({"prompt": "sing"}, "invalid_request"),
    ({"nonce": "n" * 2001}, "invalid_request"),
]


@pytest.mark.parametrize(("sent", "error"), REFUSED)
async def test_what_cannot_be_is_refused_at_once(
    device: RelyingParty, add_client: AddClient, alice: User, sent: dict[str, str], error: str
) -> None:
    """The client is told before anybody is asked, in either way of asking."""
    bank = await add_client(**BANK)

    by_device = await device.post("/device_authorization", scope="openid", **sent)
    by_bank = await backchannel.ask(bank, **sent)

    for response in (by_device, by_bank):
        assert (response.status_code, response.json()["error"]) == (400, error)
