"""Passkeys as a second step, and to confirm who it is."""

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from idp.storage.users import User
from tests.conftest import PASSWORD, AddUser, Clock
from tests.pages.account_page import open_account
from tests.pages.passkeys_page import add, answer, list_names
from tests.parties.authenticator import Authenticator, asked_by
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.databases import ISSUER
from tests.parties.relying_party import RelyingParty, unverified_claims

MFA = "https://refeds.org/profile/mfa"
SIX_MINUTES = 360
NewBrowser = Callable[[], Browser]


@pytest.fixture
async def device(new_browser: NewBrowser, alice: User) -> Authenticator:
    """Give the device on which Alice has a passkey."""
    device = Authenticator(ISSUER)
    assert (await add(new_browser(), device)).status_code == 303
    return device


@pytest.fixture
async def bobs_device(new_browser: NewBrowser, add_user: AddUser) -> Authenticator:
    """Give the device on which Bob has one."""
    await add_user("bob")
    device = Authenticator(ISSUER)
    assert (await add(new_browser(), device, "bob")).status_code == 303
    return device


@pytest.fixture
async def second_step(browser: Browser, rp: RelyingParty, device: Authenticator) -> Page:
    """Sign in with the password for a client that wants more, as far as to the next step."""
    page = await browser.open(rp.authorization_url(acr_values=MFA))
    assert isinstance(page, Page)
    shown = await browser.sign_in(page, "alice", PASSWORD)
    assert isinstance(shown, Page)
    assert "verify-page" in shown
    return shown


@pytest.fixture
async def confirmation(browser: Browser, device: Authenticator, clock: Clock) -> Page:
    """Come back to a browser that was left open, and want to change something."""
    await open_account(browser)
    clock.move(SIX_MINUTES)
    page = await browser.open("/account/passkeys")
    assert isinstance(page, Page)
    assert "confirm-page" in page
    return page


async def test_a_second_step(
    browser: Browser, rp: RelyingParty, second_step: Page, device: Authenticator
) -> None:
    """The page asks for a passkey of the person, and the client hears of both steps."""
    options = asked_by(second_step)
    (asked_for,) = options["allowCredentials"]

    consent = await answer(browser, second_step, device.get(options))
    arrival = await browser.submit(consent, "consent-allow")

    assert isinstance(arrival, Arrival)
    claims = unverified_claims((await rp.exchange(arrival.params["code"])).json()["id_token"])
    assert asked_for["transports"] == ["hybrid", "internal"]
    assert set(claims["amr"]) == {"pwd", "pop", "user", "mfa"}


async def test_a_second_step_with_somebody_elses_passkey(
    browser: Browser, second_step: Page, bobs_device: Authenticator
) -> None:
    """Who knows the password of one and has the passkey of another is neither."""
    shown = await answer(browser, second_step, bobs_device.get(asked_by(second_step)))

    assert shown.status == 401
    assert "That passkey did not work here." in shown.text
    assert "__Host-idp-session" not in browser.cookies


async def test_a_second_step_that_claims_to_be_somebodys(
    browser: Browser, second_step: Page, alice: User, bobs_device: Authenticator
) -> None:
    """Nor does it help to say that the passkey is hers."""
    credential = bobs_device.get(asked_by(second_step), user_handle=alice.user_id.encode())

    assert (await answer(browser, second_step, credential)).status == 401


async def test_an_answer_to_the_login_page_is_no_second_step(
    browser: Browser, new_browser: NewBrowser, second_step: Page, device: Authenticator
) -> None:
    """A challenge names the person if one is known."""
    login = await browser.open("/login")
    assert isinstance(login, Page)

    shown = await answer(browser, second_step, device.get(asked_by(login)))

    assert shown.status == 401


async def test_a_second_step_is_no_first_one(
    browser: Browser, second_step: Page, device: Authenticator
) -> None:
    """Nor is one for a person good where nobody is known."""
    login = await browser.open("/login")
    assert isinstance(login, Page)

    shown = await answer(browser, login, device.get(asked_by(second_step)))

    assert shown.status == 401


async def test_an_authenticator_may_leave_the_person_out(
    browser: Browser, second_step: Page, device: Authenticator
) -> None:
    """A user handle is needed only where nobody is known (WebAuthn L3 §7.2, step 6)."""
    credential = device.get(asked_by(second_step), user_handle=None)

    assert "consent-page" in await answer(browser, second_step, credential)


async def test_to_confirm(browser: Browser, confirmation: Page, device: Authenticator) -> None:
    """A passkey does it, and leads on to what was to be changed."""
    shown = await answer(browser, confirmation, device.get(asked_by(confirmation)))

    assert "passkeys-page" in shown
    assert urlsplit(shown.url).path == "/account/passkeys"


async def test_to_confirm_with_somebody_elses_passkey(
    browser: Browser, confirmation: Page, bobs_device: Authenticator
) -> None:
    """It confirms nobody, and signs in nobody else."""
    shown = await answer(browser, confirmation, bobs_device.get(asked_by(confirmation)))

    assert shown.status == 401
    assert "confirm-page" in shown


async def test_a_browser_that_was_left_open(
    browser: Browser, confirmation: Page, device: Authenticator, clock: Clock
) -> None:
    """Whoever sits down there adds nothing, even with a form from before."""
    fields = {"csrf": confirmation.forms[0].fields["csrf"], "decision": "add", "credential": "{}"}

    response = await browser.http.post("/account/passkeys", data=fields)

    assert response.status_code == 303
    assert response.headers["Location"] == "/confirm/passkeys"
    await answer(browser, confirmation, device.get(asked_by(confirmation)))
    assert await list_names(browser) == ["Passkey"]


async def test_who_has_no_passkey_yet_can_set_one_up(
    browser: Browser, rp: RelyingParty, alice: User
) -> None:
    """A client that takes nothing else waits meanwhile, and gets what it asked for."""
    claims = {"id_token": {"acr": {"essential": True, "value": "phr"}}}
    page = await browser.open(rp.authorization_url(claims=json.dumps(claims)))
    assert isinstance(page, Page)
    enrol = await browser.sign_in(page, "alice", PASSWORD)
    assert isinstance(enrol, Page)
    assert "enrol-passkey" in enrol

    device = Authenticator(ISSUER)
    assert (await add(browser, device)).status_code == 303
    verify = await browser.submit(enrol, "enrol-submit")
    assert isinstance(verify, Page)
    consent = await answer(browser, verify, device.get(asked_by(verify)))
    arrival = await browser.submit(consent, "consent-allow")

    assert isinstance(arrival, Arrival)
    id_token = (await rp.exchange(arrival.params["code"])).json()["id_token"]
    assert unverified_claims(id_token)["acr"] == "phr"
