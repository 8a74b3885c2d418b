"""The page where a person types the code of a device, and what they are asked then (RFC 8628)."""

from collections.abc import Callable
from functools import partial

import httpx2
import pytest
from starlette.applications import Starlette

from idp.clients.metadata import validate
from idp.clients.registration import add
from idp.secret import Secret
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddClient, SignIn
from tests.parties.browser import Browser, Page
from tests.parties.devices import DEVICE, ask, decide, shown_code
from tests.parties.relying_party import RelyingParty

WRONG = "BBBB-BBBB"


@pytest.fixture
async def device(add_client: AddClient) -> RelyingParty:
    """Add a public client for devices."""
    return await add_client(**DEVICE)


async def test_3_3_page_says_who_asks(device: RelyingParty, alice: User, browser: Browser) -> None:
    """The person sees the code again, the client, from where it asks, and what it wants."""
    asked = await ask(device, "openid email")

    page = await shown_code(browser, asked.user_code)

    assert "consent-page" in page
    assert asked.user_code in page.text
    assert "Television" in page.text
    assert "203.0.113.0/24" in page.text
    assert "See your email address" in page.text
    assert "consent-warning" in page


async def test_3_3_name_of_a_device_is_the_operators_word(
    device: RelyingParty, alice: User, browser: Browser
) -> None:
    """It answers nowhere that could be verified, and an id would tell people nothing."""
    asked = await ask(device)

    page = await shown_code(browser, asked.user_code)

    assert '<strong class="host"><bdi>Television</bdi></strong>' in page.text
    assert device.client_id not in page.text
    assert "unverified" not in page.text


async def test_3_3_name_that_a_device_gives_itself_is_unverified(
    provider: Provider, http: httpx2.AsyncClient, alice: User, browser: Browser
) -> None:
    """One that has registered itself is known by its client_id before it is by its name."""
    metadata = validate(DEVICE, provider.config)
    token = Secret.generate()
    registered = await provider.database.run(
        partial(add, metadata, registration_access_token=token)
    )
    asked = await ask(RelyingParty(http, registered.client.client_id))

    page = await shown_code(browser, asked.user_code)

    assert f'<strong class="host"><bdi>{registered.client.client_id}</bdi></strong>' in page.text
    assert "unverified" in page.text


async def test_3_3_1_address_with_the_code_needs_a_button(
    device: RelyingParty, alice: User, browser: Browser, walk: SignIn, rp: RelyingParty
) -> None:
    """Who opens it, signed in, is shown the code, and then asked as anybody else."""
    await walk(rp)
    asked = await ask(device)

    opened = await browser.open(asked.verification_uri_complete)
    assert isinstance(opened, Page)
    still = await asked.poll()
    shown = await browser.submit(opened, "device-submit")

    assert "device-page" in opened
    assert f'value="{asked.user_code}"' in opened.text
    assert still.json()["error"] == "authorization_pending"
    assert isinstance(shown, Page)
    assert "consent-page" in shown


@pytest.mark.parametrize("first_party", [False, True])
async def test_5_4_person_is_asked_each_time(
    add_client: AddClient, alice: User, browser: Browser, first_party: bool
) -> None:
    """What was allowed before is asked again, and what is of the house is asked, too."""
    device = await add_client(**DEVICE, first_party=first_party)
    await decide(browser, (await ask(device)).user_code)

    page = await shown_code(browser, (await ask(device)).user_code)

    assert "consent-page" in page


@pytest.mark.parametrize(
    "write",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " - "),
        lambda code: " ".join(code),
    ],
)
async def test_6_1_code_as_people_type_it(
    device: RelyingParty, alice: User, browser: Browser, write: Callable[[str], str]
) -> None:
    """Neither case matters, nor blanks, nor the dash."""
    asked = await ask(device)

    assert "consent-page" in await shown_code(browser, write(asked.user_code))


async def test_6_1_letters_that_cannot_be_mistaken(device: RelyingParty) -> None:
    """Eight consonants in two groups, twenty of which there are."""
    codes = [(await ask(device)).user_code for _ in range(20)]

    assert all(code[4] == "-" and len(code) == 9 for code in codes)
    assert set("".join(codes)) <= set("BCDFGHJKLMNPQRSTVWXZ-")
    assert len(set(codes)) == 20


@pytest.mark.parametrize("typed", ["", WRONG, "WDJB", "wdjb-mjht-bbbb", "ÄÖÜß-ÄÖÜß", "A" * 5000])
async def test_3_3_wrong_code(alice: User, browser: Browser, typed: str) -> None:
    """What no device shows is said to be wrong, whatever it is."""
    page = await browser.open("/device")
    assert isinstance(page, Page)

    shown = await browser.submit(page, "device-submit", user_code=typed)

    assert isinstance(shown, Page)
    assert shown.status == 422
    assert {"device-page", "device-error"} <= shown.ids


async def test_5_1_guesses_are_counted_for_the_address(
    device: RelyingParty, alice: User, app: Starlette, provider: Provider
) -> None:
    """An address that guesses has soon had its share, in whatever browsers; others have theirs."""
    asked = await ask(device)

    def browser_at(address: str) -> Browser:
        return Browser(httpx2.ASGITransport(app=app, client=(address, 5000)), ISSUER)

    for _ in range(provider.config.throttle.address_failures):
        await shown_code(browser_at("198.51.100.1"), WRONG)
    throttled = await shown_code(browser_at("198.51.100.1"), asked.user_code)
    elsewhere = await shown_code(browser_at("198.51.100.2"), asked.user_code)

    assert throttled.status == 429
    assert int(throttled.headers["retry-after"]) > 0
    assert "consent-page" in elsewhere


async def test_5_1_guesses_are_counted_for_the_account(
    device: RelyingParty,
    alice: User,
    app: Starlette,
    provider: Provider,
    rp: RelyingParty,
    walk: SignIn,
) -> None:
    """Who is signed in has no more guesses by coming from many addresses."""
    asked = await ask(device)
    browsers = [
        Browser(httpx2.ASGITransport(app=app, client=(f"198.51.100.{number}", 5000)), ISSUER)
        for number in range(1, provider.config.throttle.account_failures + 2)
    ]
    for browser in browsers:
        await walk(rp, browser=browser)

    *guesses, last = [
        await shown_code(browser, WRONG if browser is not browsers[-1] else asked.user_code)
        for browser in browsers
    ]

    assert {guess.status for guess in guesses} == {422}
    assert last.status == 429


async def test_5_1_right_codes_are_not_counted(
    device: RelyingParty, alice: User, browser: Browser, provider: Provider
) -> None:
    """Who connects many devices is not taken for one who guesses."""
    for _ in range(provider.config.throttle.account_failures + 1):
        page = await shown_code(browser, (await ask(device)).user_code)

    assert "consent-page" in page


async def test_5_4_form_of_another_site(
    device: RelyingParty, alice: User, browser: Browser
) -> None:
    """No other site can send the code of its own device."""
    asked = await ask(device)
    await browser.open("/device")

    forged = await browser.post("/device", {"user_code": asked.user_code, "csrf": "forged"})

    assert isinstance(forged, Page)
    assert forged.status == 403


async def test_3_3_cancel_on_the_login_page(
    device: RelyingParty, alice: User, browser: Browser
) -> None:
    """Who does not sign in has not allowed it, and the device is told."""
    asked = await ask(device)
    page = await browser.open("/device")
    assert isinstance(page, Page)
    login_page = await browser.submit(page, "device-submit", user_code=asked.user_code)
    assert isinstance(login_page, Page)

    done = await browser.submit(login_page, "login-cancel")

    assert isinstance(done, Page)
    assert "device-done-page" in done
    assert (await asked.poll()).json()["error"] == "access_denied"


async def test_3_3_button_pressed_twice(
    device: RelyingParty, alice: User, browser: Browser
) -> None:
    """The second press shows what the first one has done."""
    asked = await ask(device)
    page = await shown_code(browser, asked.user_code)

    await browser.submit(page, "consent-allow")
    again = await browser.submit(page, "consent-allow")

    assert isinstance(again, Page)
    assert "device-done-page" in again
    assert (await asked.poll()).status_code == 200


async def test_3_3_other_browser(
    device: RelyingParty, alice: User, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    """The address of the page that asks is of no use in another browser."""
    page = await shown_code(browser, (await ask(device)).user_code)

    elsewhere = await new_browser().open(page.url)

    assert isinstance(elsewhere, Page)
    assert "error-page" in elsewhere


async def test_3_3_unknown_outcome(browser: Browser) -> None:
    """The page at the end says two things, and no third."""
    shown = await browser.open("/device/unknown")

    assert isinstance(shown, Page)
    assert shown.status == 404


async def test_people_find_it_in_what_happened(
    device: RelyingParty, alice: User, browser: Browser
) -> None:
    """What was connected, and what was mistyped while somebody was signed in."""
    await decide(browser, (await ask(device)).user_code)
    await shown_code(browser, WRONG)

    activity = await browser.open("/account/activity")

    assert isinstance(activity, Page)
    assert "You connected a device" in activity.text
    assert "A wrong code of a device was typed" in activity.text
