"""The page of an authenticator app that was set up: moving it, and turning it off."""

from collections.abc import Callable

import pytest

from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import PASSWORD, Clock
from tests.pages.account_page import open_account
from tests.pages.totp_page import (
    TOTP,
    is_accepted,
    is_on,
    open_page,
    press,
    recorded,
    set_up,
    sign_in_with,
    turn_off,
)
from tests.parties.authenticator_app import AuthenticatorApp
from tests.parties.browser import Browser
from tests.parties.letters import Inbox


async def test_a_browser_that_was_left_open_is_not_enough(
    browser: Browser, alice: User, provider: Provider, clock: Clock
) -> None:
    """Five minutes after the sign-in the person proves first that it is still them."""
    await open_account(browser)
    app, _ = await set_up(browser)
    page = await open_page(browser)
    clock.move(301)

    pressed = [await press(browser, page, f"totp-{each}") for each in ("remove", "replace")]
    opened = await open_page(browser)

    assert all("confirm-page" in each for each in (*pressed, opened))
    assert await is_on(provider, alice)
    step = await press(browser, opened, "confirm-submit", password=PASSWORD)
    assert "verify-page" in step
    shown = await press(browser, step, "verify-submit", code=app.code())
    assert "totp-page" in shown


async def test_an_old_form_does_not_turn_on_what_was_turned_off(
    browser: Browser, alice: User, provider: Provider
) -> None:
    """Back in the history there is a form with a secret that was given up."""
    await open_account(browser)
    page = await open_page(browser)
    app = AuthenticatorApp.set_up_on(page.text)
    await press(browser, page, "totp-submit", code=app.code())
    await press(browser, await open_page(browser), "totp-remove")

    refused = await press(browser, page, "totp-submit", code=app.code())

    assert refused.status == 422
    assert not await is_on(provider, alice)


async def test_other_browsers_are_signed_out_when_it_is_turned_on(
    browser: Browser, new_browser: Callable[[], Browser], alice: User
) -> None:
    """Whoever has signed in with the password alone is out."""
    elsewhere = new_browser()
    await open_account(elsewhere)
    await open_account(browser)

    await set_up(browser)

    assert (await elsewhere.http.get("/account")).status_code == 303
    assert (await browser.http.get("/account")).status_code == 200


async def test_other_browsers_are_signed_out_when_it_is_turned_off(
    browser: Browser, new_browser: Callable[[], Browser], alice: User, clock: Clock
) -> None:
    """Nobody goes on who could not sign in as they did any more."""
    await open_account(browser)
    app, _ = await set_up(browser)
    clock.move(30)
    elsewhere = new_browser()
    await sign_in_with(elsewhere, app)

    await turn_off(browser)

    assert (await elsewhere.http.get("/account")).status_code == 303
    assert (await browser.http.get("/account")).status_code == 200


async def test_the_person_hears_of_each_change_by_mail(
    browser: Browser, alice: User, letters: Inbox, clock: Clock
) -> None:
    """Whoever did not do it can do something about it."""
    await open_account(browser)

    await set_up(browser)
    first = await letters.letter_to("alice@example.com")
    await turn_off(browser)
    second = await letters.letter_to("alice@example.com")

    assert first.subject == "Codes of an app were switched on for your account"
    assert second.subject == "Codes of an app were switched off for your account"


async def test_turned_off_it_is_asked_for_no_more(
    browser: Browser, alice: User, provider: Provider
) -> None:
    """The recovery codes, which would be good for nothing, go with it."""
    await open_account(browser)
    await set_up(browser)

    shown = await turn_off(browser)

    assert "security-page" in shown
    assert not await is_on(provider, alice)
    assert await recorded(provider) == ["user_added", "totp_added", "totp_removed"]


async def test_it_moves_to_another_phone(
    browser: Browser, alice: User, provider: Provider, clock: Clock
) -> None:
    """Until the new phone has shown a code, the old one is good; the recovery codes stay."""
    await open_account(browser)
    old, _ = await set_up(browser)
    clock.move(30)

    page = await press(browser, await open_page(browser), "totp-replace")

    new = AuthenticatorApp.set_up_on(page.text)
    assert await is_accepted(provider, alice, old.code())
    clock.move(30)
    shown = await press(browser, page, "totp-submit", code=new.code())
    assert "totp-page" in shown
    assert "You have 10 recovery codes left" in shown.text
    clock.move(30)
    assert not await is_accepted(provider, alice, old.code())
    assert await is_accepted(provider, alice, new.code())


async def test_who_is_signed_out_is_led_to_the_login_page(browser: Browser, alice: User) -> None:
    """The page opens for nobody, and its form changes nothing."""
    page = await open_account(browser)
    browser.cookies.delete("__Host-idp-session")
    typed = {"csrf": page.forms[0].fields["csrf"], "decision": "remove"}

    shown = await browser.http.get(TOTP)
    sent = await browser.http.post(TOTP, data=typed)

    assert [each.headers["Location"] for each in (shown, sent)] == ["/login", "/login"]


@pytest.mark.parametrize("decision", ["remove", "replace", "", "bogus"])
async def test_another_site_changes_nothing(
    browser: Browser, alice: User, provider: Provider, decision: str
) -> None:
    """A form without the token of this browser is refused."""
    await open_account(browser)
    await set_up(browser)

    refused = await browser.http.post(TOTP, data={"csrf": "forged", "decision": decision})

    assert refused.status_code == 403
    assert await is_on(provider, alice)
