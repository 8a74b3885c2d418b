"""The page of the authenticator app, as the person whose app it is uses it."""

import re
from collections.abc import Callable

import anyio
import pytest
from sqlalchemy import select

from idp.authenticators import totp as authenticator
from idp.storage.audit_events import audit_events
from idp.storage.credentials import find_credential
from idp.storage.database import db
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddUser, Clock
from tests.pages.account_page import open_account
from tests.parties.authenticator_app import AuthenticatorApp
from tests.parties.browser import Browser, Page
from tests.parties.stopped_clock import clock

__all__ = ["clock"]

TOTP = "/account/totp"


async def open_page(browser: Browser, path: str = TOTP) -> Page:
    """Open the page, as somebody who is signed in."""
    page = await browser.open(path)
    assert isinstance(page, Page)
    return page


async def press(browser: Browser, page: Page, button: str, **typed: str) -> Page:
    """Press a button of a page."""
    shown = await browser.submit(page, button, **typed)
    assert isinstance(shown, Page)
    return shown


async def set_up(browser: Browser) -> tuple[AuthenticatorApp, Page]:
    """Scan the code and type what the app shows; give the app, and the page that follows."""
    page = await open_page(browser)
    assert "totp-setup-page" in page
    app = AuthenticatorApp.set_up_on(page.text)
    return app, await press(browser, page, "totp-submit", code=app.code())


async def turn_off(browser: Browser) -> Page:
    """Turn it off."""
    return await press(browser, await open_page(browser), "totp-remove")


async def sign_in_with(browser: Browser, app: AuthenticatorApp) -> Page:
    """Sign in with the password and the app."""
    page = await open_page(browser, "/login")
    shown = await browser.sign_in(page, "alice", PASSWORD)
    assert isinstance(shown, Page)
    return await press(browser, shown, "verify-submit", code=app.code())


def codes_on(page: Page) -> list[str]:
    """Read the recovery codes that are shown."""
    return re.findall(r"<li>([0-9a-z]{5}-[0-9a-z]{5}-[0-9a-z]{5})</li>", page.text)


async def is_on(provider: Provider, user: User) -> bool:
    """Tell whether a person has an app."""
    return await provider.database.run(find_credential, "totp", user.user_id) is not None


async def is_accepted(provider: Provider, user: User, code: str) -> bool:
    """Tell whether a code would sign a person in."""
    verify = authenticator.verify
    try:
        await provider.database.run(verify, provider.config, user, code, "192.0.2.1")
    except authenticator.InvalidCredentials:
        return False
    return True


async def recorded(provider: Provider) -> list[str]:
    """List the events about apps and codes."""
    names = select(audit_events.c.name).where(audit_events.c.name.contains("_added"))
    removed = select(audit_events.c.name).where(audit_events.c.name.contains("_removed"))
    return list(await provider.database.run(lambda: db().scalars(names.union_all(removed)).all()))


async def test_an_app_is_set_up_with_a_code_of_it(
    browser: Browser, alice: User, provider: Provider, clock: Clock
) -> None:
    """The app is told apart by the service and the person, and its next code is good."""
    await open_account(browser)

    app, shown = await set_up(browser)

    assert (app.issuer, app.label) == ("idp", "idp:alice")
    assert len(app.secret) * 8 == 160
    assert shown.status == 200
    assert len(codes_on(shown)) == 10
    clock.move(30)
    assert await is_accepted(provider, alice, app.code())


async def test_what_is_typed_is_what_is_scanned(browser: Browser, alice: User) -> None:
    """Who cannot scan the picture types the key in groups."""
    await open_account(browser)

    page = await open_page(browser)

    app = AuthenticatorApp.set_up_on(page.text)
    (key,) = re.findall(r'id="totp-secret"[^>]*>([A-Z2-7 ]+)<', page.text)
    assert AuthenticatorApp.scan(f"otpauth://totp/x?issuer=x&secret={key.replace(' ', '')}") == (
        AuthenticatorApp("x", "x", app.secret)
    )
    assert all(len(group) == 4 for group in key.split())


async def test_nothing_is_turned_on_by_looking(
    browser: Browser, alice: User, provider: Provider
) -> None:
    """Each look shows another secret, and none of them is kept."""
    await open_account(browser)

    pages = [await open_page(browser) for _ in range(2)]

    first, second = (AuthenticatorApp.set_up_on(page.text) for page in pages)
    assert first.secret != second.secret
    assert not await is_on(provider, alice)


async def test_a_wrong_code_can_be_corrected(
    browser: Browser, alice: User, provider: Provider
) -> None:
    """The same picture stays, the field says what is wrong, and nothing is turned on before."""
    await open_account(browser)
    page = await open_page(browser)
    app = AuthenticatorApp.set_up_on(page.text)

    refused = await press(browser, page, "totp-submit", code=app.wrong_code())

    assert refused.status == 422
    assert "code-error" in refused
    assert AuthenticatorApp.set_up_on(refused.text) == app
    assert not await is_on(provider, alice)
    shown = await press(browser, refused, "totp-submit", code=app.code())
    assert "recovery-codes-made-page" in shown


async def test_a_code_that_comes_too_late_begins_anew(
    browser: Browser, alice: User, provider: Provider, clock: Clock
) -> None:
    """A secret that was shown is good for ten minutes, wrong codes or not."""
    await open_account(browser)
    page = await open_page(browser)
    app = AuthenticatorApp.set_up_on(page.text)
    clock.move(290)
    page = await press(browser, page, "totp-submit", code=app.wrong_code())
    clock.move(310)

    late = await press(browser, page, "totp-submit", code=app.code())

    assert "This took too long. Scan the new code." in late.text
    assert late.status == 422
    assert AuthenticatorApp.set_up_on(late.text) != app
    assert not await is_on(provider, alice)


@pytest.mark.parametrize("change", [lambda p: "", lambda p: p[:-8], lambda p: p[::-1], str.upper])
async def test_a_secret_of_ones_own_making_is_refused(
    browser: Browser,
    alice: User,
    provider: Provider,
    change: Callable[[str], str],
) -> None:
    """What the form carries is sealed; changed, it is as good as too old."""
    await open_account(browser)
    page = await open_page(browser)
    app = AuthenticatorApp.set_up_on(page.text)
    pending = page.forms[0].fields["pending"]

    refused = await press(browser, page, "totp-submit", code=app.code(), pending=change(pending))

    assert refused.status == 422
    assert not await is_on(provider, alice)


async def test_the_form_of_somebody_else_sets_up_nothing(
    browser: Browser,
    new_browser: Callable[[], Browser],
    alice: User,
    add_user: AddUser,
    provider: Provider,
) -> None:
    """Nobody can have their own secret become that of another person."""
    bob = await add_user("bob")
    elsewhere = new_browser()
    await open_account(elsewhere, "bob")
    theirs = await open_page(elsewhere)
    app = AuthenticatorApp.set_up_on(theirs.text)
    await open_account(browser)
    page = await open_page(browser)

    pending = theirs.forms[0].fields["pending"]
    refused = await press(browser, page, "totp-submit", code=app.code(), pending=pending)

    assert refused.status == 422
    assert [await is_on(provider, each) for each in (alice, bob)] == [False, False]


async def test_who_presses_twice_sees_the_same_codes(
    browser: Browser, alice: User, provider: Provider
) -> None:
    """Of two answers the browser shows the second; its codes are those that are good."""
    await open_account(browser)
    page = await open_page(browser)
    code = AuthenticatorApp.set_up_on(page.text).code()
    shown: list[Page] = []

    async def submit() -> None:
        shown.append(await press(browser, page, "totp-submit", code=code))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(submit)
        tasks.start_soon(submit)

    assert len(codes_on(shown[0])) == 10
    assert codes_on(shown[0]) == codes_on(shown[1])
    assert await recorded(provider) == ["user_added", "totp_added"]


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


async def test_turned_off_it_is_asked_for_no_more(
    browser: Browser, alice: User, provider: Provider
) -> None:
    """The recovery codes, which would be good for nothing, go with it."""
    await open_account(browser)
    await set_up(browser)

    shown = await turn_off(browser)

    assert "account-page" in shown
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
