"""A sign-in in two steps: nobody gets past the second, whichever way they go around it."""

from collections.abc import Callable
from functools import partial

import anyio
import pytest

from idp.config import Config
from idp.storage.login_sessions import list_login_sessions
from idp.storage.users import User
from idp.users.accounts import set_password
from idp.web.provider import Provider
from tests.conftest import PASSWORD, Clock, Configure
from tests.pages.account_page import open_account
from tests.pages.totp_page import codes_on, open_page, press, set_up
from tests.parties.authenticator_app import AuthenticatorApp
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims

WINDOW = 300
HALF_A_MINUTE = 30


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people mistype three times."""
    return configure(throttle={"account_failures": 3, "window": WINDOW})


@pytest.fixture
async def second(
    new_browser: Callable[[], Browser], alice: User, clock: Clock
) -> tuple[AuthenticatorApp, list[str]]:
    """Set up an app for Alice, elsewhere and a while ago; give it, and the recovery codes."""
    elsewhere = new_browser()
    await open_account(elsewhere)
    app, shown = await set_up(elsewhere)
    clock.move(HALF_A_MINUTE)
    return app, codes_on(shown)


@pytest.fixture
def phone(second: tuple[AuthenticatorApp, list[str]]) -> AuthenticatorApp:
    """The app."""
    return second[0]


async def type_password(browser: Browser, url: str = "/login") -> Page:
    """Do the first step."""
    login = await open_page(browser, url)
    step = await browser.sign_in(login, "alice", PASSWORD)
    assert isinstance(step, Page)
    assert "verify-page" in step
    return step


async def is_signed_in(browser: Browser) -> bool:
    """Tell whether this browser is anybody's."""
    return (await browser.http.get("/account")).status_code == 200


async def test_both_steps_lead_to_the_client(
    browser: Browser, rp: RelyingParty, phone: AuthenticatorApp
) -> None:
    """The client hears of both, and of what they amount to."""
    step = await type_password(browser, rp.authorization_url())

    consent = await press(browser, step, "verify-submit", code=phone.code())
    arrival = await browser.submit(consent, "consent-allow")

    assert isinstance(arrival, Arrival)
    tokens = (await rp.exchange(arrival.params["code"])).json()
    claims = unverified_claims(tokens["id_token"])
    assert set(claims["amr"]) == {"pwd", "otp", "mfa"}


async def test_a_recovery_code_is_as_good(
    browser: Browser, second: tuple[AuthenticatorApp, list[str]]
) -> None:
    """Once."""
    _, codes = second
    step = await type_password(browser)
    other = await open_page(browser, f"{step.url}?method=recovery_code")

    shown = await press(browser, other, "verify-submit", code=codes[0])

    assert "account-page" in shown
    browser.cookies.clear()
    step = await type_password(browser)
    other = await open_page(browser, f"{step.url}?method=recovery_code")
    again = await press(browser, other, "verify-submit", code=codes[0])
    assert again.status == 401
    assert not await is_signed_in(browser)


@pytest.mark.parametrize("path", ["/account", "/account/totp", "/account/password", "/login"])
async def test_nobody_is_signed_in_after_the_first_step(
    browser: Browser, phone: AuthenticatorApp, alice: User, provider: Provider, path: str
) -> None:
    """Whatever page is opened instead, it asks who one is."""
    await type_password(browser)

    shown = await open_page(browser, path)

    assert "login-page" in shown
    assert "__Host-idp-session" not in browser.cookies
    sessions = await provider.database.run(list_login_sessions, alice.user_id)
    assert len(sessions) == 1  # in which the app was set up


async def test_another_request_does_not_skip_the_second_step(
    browser: Browser, rp: RelyingParty, phone: AuthenticatorApp
) -> None:
    """Nor does the same request once more, or one that may show no page (CVE-2026-32246)."""
    await type_password(browser, rp.authorization_url())

    again = await browser.open(rp.authorization_url())
    silent = await browser.open(rp.authorization_url(prompt="none"))

    assert isinstance(again, Page)
    assert "login-page" in again
    assert isinstance(silent, Arrival)
    assert silent.params["error"] == "login_required"


async def test_the_second_step_is_for_the_browser_that_did_the_first(
    browser: Browser, new_browser: Callable[[], Browser], phone: AuthenticatorApp
) -> None:
    """Its address is of no use to others, even with a code."""
    step = await type_password(browser)
    thief = new_browser()
    form = (await open_page(thief, "/login")).forms[0].fields

    typed = {"csrf": form["csrf"], "method": "totp", "code": phone.code()}
    refused = await thief.http.post(step.url, data=typed)

    assert refused.status_code == 400
    assert not await is_signed_in(thief)


async def test_a_second_step_that_was_begun_long_ago_is_over(
    browser: Browser, phone: AuthenticatorApp, clock: Clock
) -> None:
    """A password that was typed does not wait for its code all day."""
    step = await type_password(browser)
    clock.move(601)

    over = await press(browser, step, "verify-submit", code=phone.code())

    assert over.status == 400
    assert not await is_signed_in(browser)


async def test_guesses_at_the_code_come_to_an_end(
    browser: Browser, new_browser: Callable[[], Browser], phone: AuthenticatorApp, clock: Clock
) -> None:
    """Beginning again with the right password, from any browser, gives no more of them."""
    for _ in range(3):
        clever = new_browser()
        step = await type_password(clever)
        refused = await press(clever, step, "verify-submit", code=phone.wrong_code())
        assert refused.status == 401

    step = await type_password(browser)
    throttled = await press(browser, step, "verify-submit", code=phone.code())

    assert throttled.status == 429
    assert 0 < int(throttled.headers["Retry-After"]) <= WINDOW
    assert not await is_signed_in(browser)
    clock.move(WINDOW)
    shown = await press(browser, throttled, "verify-submit", code=phone.code())
    assert "account-page" in shown


async def test_a_code_signs_in_one_of_two_browsers(
    browser: Browser, new_browser: Callable[[], Browser], phone: AuthenticatorApp
) -> None:
    """Who looks over the shoulder, and types as fast, comes to a wrong code or comes alone."""
    browsers = [browser, new_browser()]
    steps = [await type_password(each) for each in browsers]
    code = phone.code()

    async def submit(browser: Browser, step: Page) -> None:
        await press(browser, step, "verify-submit", code=code)

    async with anyio.create_task_group() as tasks:
        for each, step in zip(browsers, steps, strict=True):
            tasks.start_soon(submit, each, step)

    assert sorted([await is_signed_in(each) for each in browsers]) == [False, True]


async def test_who_turned_it_off_meanwhile_is_not_asked(
    browser: Browser, phone: AuthenticatorApp, clock: Clock
) -> None:
    """An old second step is over; the next sign-in has one step."""
    step = await type_password(browser)
    other = await type_password(browser)
    await press(browser, other, "verify-submit", code=phone.code())
    await press(browser, await open_page(browser, "/account/totp"), "totp-remove")
    browser.cookies.delete("__Host-idp-session")
    clock.move(HALF_A_MINUTE)

    over = await press(browser, step, "verify-submit", code=phone.code())

    assert over.status == 400
    assert not await is_signed_in(browser)
    await open_account(browser)


async def test_a_new_password_ends_what_the_old_one_began(
    browser: Browser, phone: AuthenticatorApp, alice: User, provider: Provider
) -> None:
    """Who has typed a password that is good no more does not get on with a code."""
    step = await type_password(browser)
    change = partial(
        set_password, provider.hasher, provider.config, alice, "another good long password"
    )
    await provider.database.run(change)

    over = await press(browser, step, "verify-submit", code=phone.code())

    assert over.status == 400
    assert not await is_signed_in(browser)
