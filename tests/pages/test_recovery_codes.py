"""The page of the recovery codes, as the person whose codes they are uses it."""

import re
from collections.abc import Callable
from urllib.parse import unquote

import anyio
import pytest

from idp.authenticators import recovery_code
from idp.authenticators.proof import InvalidCredentials
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import Clock
from tests.pages.account_page import open_account
from tests.pages.totp_page import codes_on, open_page, press, set_up
from tests.parties.browser import Browser, Page
from tests.parties.letters import Inbox

CODES = "/account/recovery-codes"


async def is_accepted(provider: Provider, user: User, code: str) -> bool:
    """Use a code; tell whether it was good."""
    verify = recovery_code.verify
    try:
        await provider.database.run(verify, provider.config, user, code, "192.0.2.1")
    except InvalidCredentials:
        return False
    return True


@pytest.fixture
async def first(browser: Browser, alice: User) -> Page:
    """Set up an app; give the page with the codes that come with it."""
    await open_account(browser)
    _, shown = await set_up(browser)
    return shown


async def test_all_codes_that_are_shown_are_good(
    first: Page, alice: User, provider: Provider
) -> None:
    """Each of them, once."""
    codes = codes_on(first)

    assert [await is_accepted(provider, alice, code) for code in codes] == [True] * 10
    assert [await is_accepted(provider, alice, code) for code in codes] == [False] * 10


async def test_the_file_to_keep_has_what_is_shown(first: Page) -> None:
    """It comes without a script, and says what the codes are for."""
    (link,) = re.findall(r'download="recovery-codes.txt" href="([^"]+)"', first.text)

    kind, _, encoded = link.partition(",")
    lines = unquote(encoded).splitlines()
    assert kind == "data:text/plain;charset=utf-8"
    assert lines[0] == "idp alice"
    assert lines[2:] == codes_on(first)


async def test_the_page_says_how_many_are_left(
    browser: Browser, first: Page, alice: User, provider: Provider
) -> None:
    """But it shows none of them again."""
    await is_accepted(provider, alice, codes_on(first)[0])

    page = await open_page(browser, CODES)

    assert "You have 9 codes left." in page.text
    assert codes_on(page) == []


async def test_new_codes_end_the_old_ones(
    browser: Browser, first: Page, alice: User, provider: Provider
) -> None:
    """Those on the old sheet are good for nothing."""
    page = await open_page(browser, CODES)

    shown = await press(browser, page, "recovery-codes-make")

    new = codes_on(shown)
    assert len(new) == 10
    assert not await is_accepted(provider, alice, codes_on(first)[0])
    assert await is_accepted(provider, alice, new[0])


async def test_the_person_hears_of_new_codes_and_of_a_used_one(
    browser: Browser, first: Page, alice: User, letters: Inbox, provider: Provider
) -> None:
    """With that somebody could sign in who has stolen the sheet."""
    await letters.letter_to("alice@example.com")  # the app was set up
    made = await press(browser, await open_page(browser, CODES), "recovery-codes-make")
    about_new = await letters.letter_to("alice@example.com")
    await is_accepted(provider, alice, codes_on(made)[0])
    about_used = await letters.letter_to("alice@example.com")

    assert about_new.subject == "New recovery codes were made for your account"
    assert about_used.subject == "A recovery code was used to sign in to your account"
    assert not [code for code in codes_on(made) if code in about_new.text + about_used.text]


async def test_who_presses_twice_sees_the_same_codes(
    browser: Browser, first: Page, alice: User, provider: Provider
) -> None:
    """Of two answers the browser shows the second; its codes are those that are good."""
    page = await open_page(browser, CODES)
    shown: list[Page] = []

    async def submit() -> None:
        shown.append(await press(browser, page, "recovery-codes-make"))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(submit)
        tasks.start_soon(submit)

    assert len(codes_on(shown[0])) == 10
    assert codes_on(shown[0]) == codes_on(shown[1])
    assert await is_accepted(provider, alice, codes_on(shown[1])[0])


async def test_an_old_form_does_not_bring_old_codes_back(
    browser: Browser, first: Page, alice: User, provider: Provider
) -> None:
    """Back in the history there is a form that made codes before the last ones."""
    old = await open_page(browser, CODES)
    made = await press(browser, old, "recovery-codes-make")
    newest = await press(browser, await open_page(browser, CODES), "recovery-codes-make")

    refused = await press(browser, old, "recovery-codes-make")

    assert refused.status == 422
    assert "recovery-codes-error" in refused
    assert not await is_accepted(provider, alice, codes_on(made)[0])
    assert await is_accepted(provider, alice, codes_on(newest)[0])


async def test_a_browser_that_was_left_open_is_not_enough(
    browser: Browser, first: Page, alice: User, provider: Provider, clock: Clock
) -> None:
    """The person proves first that it is still them; until then the codes stay as they are."""
    page = await open_page(browser, CODES)
    clock.move(601)

    pressed = await press(browser, page, "recovery-codes-make")
    opened = await open_page(browser, CODES)

    assert "confirm-page" in pressed
    assert "confirm-page" in opened
    assert await is_accepted(provider, alice, codes_on(first)[0])


async def test_the_form_of_the_app_makes_no_codes(
    browser: Browser, first: Page, alice: User, provider: Provider
) -> None:
    """What one form carries is good for no other."""
    page = await open_page(browser, CODES)
    setup = await press(browser, await open_page(browser), "totp-replace")
    pending = setup.forms[0].fields["pending"]

    refused = await press(browser, page, "recovery-codes-make", pending=pending)

    assert refused.status == 422
    assert await is_accepted(provider, alice, codes_on(first)[0])


async def test_who_needs_no_codes_makes_none(
    browser: Browser, alice: User, provider: Provider
) -> None:
    """Without a second step the page leads to one."""
    await open_account(browser)
    page = await open_page(browser, CODES)
    csrf = (await open_page(browser)).forms[0].fields["csrf"]

    sent = await browser.http.post(CODES, data={"csrf": csrf})

    assert "set-up-totp" in page
    assert "recovery-codes-make" not in page
    assert (sent.status_code, sent.headers["Location"]) == (303, CODES)
    assert await provider.database.run(recovery_code.remaining, alice.user_id) == 0


async def test_who_is_signed_out_is_led_to_the_login_page(browser: Browser, first: Page) -> None:
    """The page opens for nobody, and its form changes nothing."""
    page = await open_page(browser, CODES)
    browser.cookies.delete("__Host-idp-session")

    shown = await browser.http.get(CODES)
    sent = await browser.http.post(CODES, data=page.forms[0].fields)

    assert [each.headers["Location"] for each in (shown, sent)] == ["/login", "/login"]


async def test_another_site_makes_none(
    browser: Browser,
    new_browser: Callable[[], Browser],
    first: Page,
    provider: Provider,
    alice: User,
) -> None:
    """A form without the token of this browser is refused."""
    page = await open_page(browser, CODES)

    refused = await browser.http.post(CODES, data=page.forms[0].fields | {"csrf": "forged"})

    assert refused.status_code == 403
    assert await is_accepted(provider, alice, codes_on(first)[0])
