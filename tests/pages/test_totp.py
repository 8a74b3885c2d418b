"""The page on which an authenticator app is set up."""

import re
from collections.abc import Callable

import anyio
import pytest

from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddUser, Clock
from tests.pages.account_page import open_account
from tests.pages.totp_page import (
    codes_on,
    is_accepted,
    is_on,
    open_page,
    press,
    recorded,
    set_up,
)
from tests.parties.authenticator_app import AuthenticatorApp
from tests.parties.browser import Browser, Page


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


async def test_a_code_that_comes_too_late_sets_up_nothing(
    browser: Browser, alice: User, provider: Provider, clock: Clock
) -> None:
    """A secret is good for ten minutes; then the person proves who they are, and begins anew."""
    await open_account(browser)
    page = await open_page(browser)
    app = AuthenticatorApp.set_up_on(page.text)
    clock.move(290)
    page = await press(browser, page, "totp-submit", code=app.wrong_code())
    clock.move(310)

    late = await press(browser, page, "totp-submit", code=app.code())

    assert "confirm-page" in late
    assert not await is_on(provider, alice)
    anew = await press(browser, late, "confirm-submit", password=PASSWORD)
    assert AuthenticatorApp.set_up_on(anew.text) != app


@pytest.mark.parametrize("change", [lambda p: "x", lambda p: p[:-8], lambda p: p[::-1], str.upper])
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


async def test_who_takes_six_minutes_to_scan_is_done(
    browser: Browser, alice: User, provider: Provider, clock: Clock
) -> None:
    """What was begun shortly after the sign-in can be finished without another one."""
    await open_account(browser)
    page = await open_page(browser)
    app = AuthenticatorApp.set_up_on(page.text)
    clock.move(360)

    shown = await press(browser, page, "totp-submit", code=app.code())

    assert len(codes_on(shown)) == 10
    assert await is_on(provider, alice)
