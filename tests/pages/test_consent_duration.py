"""How long a consent lasts: as long as the person said, for the page and for tokens alike."""

from datetime import timedelta

import pytest

from idp.storage.users import User
from tests.conftest import PASSWORD, AddClient, Clock
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty

SCOPE = "openid email offline_access"
DAY = timedelta(days=1)


@pytest.fixture
async def notes(add_client: AddClient) -> RelyingParty:
    """Add a client that may stay connected."""
    return await add_client(scope="openid profile email offline_access")


async def ask(browser: Browser, rp: RelyingParty, scope: str = SCOPE) -> Page | Arrival:
    """Ask for something, in the name of somebody who signs in if necessary."""
    shown = await browser.open(rp.authorization_url(scope=scope))
    if isinstance(shown, Page) and "login-page" in shown:
        shown = await browser.sign_in(shown, "alice", PASSWORD)
    return shown


async def allow(
    browser: Browser, rp: RelyingParty, scope: str = SCOPE, **typed: str
) -> dict[str, str]:
    """Allow it on the consent page; give the tokens."""
    shown = await ask(browser, rp, scope)
    assert isinstance(shown, Page)
    assert "consent-page" in shown
    arrival = await browser.submit(shown, "consent-allow", **typed)
    assert isinstance(arrival, Arrival)
    tokens: dict[str, str] = (await rp.exchange(arrival.params["code"])).json()
    return tokens


def is_asked(shown: Page | Arrival) -> bool:
    """Tell whether the consent page is shown."""
    return isinstance(shown, Page) and "consent-page" in shown


@pytest.mark.parametrize(
    ("duration", "days"), [("30_days", 30), ("90_days", 90), ("until_disconnected", None)]
)
async def test_consent_lasts_as_long_as_the_person_said(
    browser: Browser,
    notes: RelyingParty,
    alice: User,
    clock: Clock,
    duration: str,
    days: int | None,
) -> None:
    """Until then nobody is asked, and then for everything."""
    await allow(browser, notes, duration=duration)

    clock.ahead = ((days or 1000) - 1) * DAY
    before = await ask(browser, notes)
    clock.ahead += 2 * DAY
    after = await ask(browser, notes)

    assert not is_asked(before)
    assert is_asked(after) is (days is not None)
    if isinstance(after, Page):
        assert "consent-allowed" not in after


async def test_once_is_once(browser: Browser, notes: RelyingParty, alice: User) -> None:
    """The client is given its tokens; whatever it asks then is asked anew."""
    tokens = await allow(browser, notes, duration="once")

    assert (await notes.userinfo(tokens["access_token"])).status_code == 200
    assert is_asked(await ask(browser, notes))


@pytest.mark.parametrize("duration", ["forever", ""])
async def test_an_unknown_duration_is_just_once(
    browser: Browser, notes: RelyingParty, alice: User, duration: str
) -> None:
    """What the page does not offer lasts no longer than what it does."""
    await allow(browser, notes, duration=duration)

    assert is_asked(await ask(browser, notes))


@pytest.mark.parametrize(
    ("duration", "works"),
    [("30_days", False), ("90_days", True), ("until_disconnected", True), ("once", False)],
)
async def test_refresh_tokens_end_with_the_consent(
    browser: Browser,
    notes: RelyingParty,
    alice: User,
    clock: Clock,
    duration: str,
    works: bool,
) -> None:
    """A client that refreshes again and again has no longer access than was allowed."""
    tokens = await allow(browser, notes, duration=duration)

    for days in (10, 20, 29, 31):
        clock.ahead = days * DAY
        response = await notes.refresh(tokens["refresh_token"])
        if response.status_code == 200:
            tokens = response.json()
        if duration == "30_days":
            assert (response.status_code == 200) is (days < 30)

    assert (response.status_code == 200) is works
    assert response.json().get("error") == (None if works else "invalid_grant")


async def test_a_shorter_duration_is_that_of_all_that_was_allowed(
    browser: Browser, notes: RelyingParty, alice: User, clock: Clock
) -> None:
    """Who allows more, and for 30 days only, does not leave the older tokens without an end."""
    older = await allow(browser, notes, "openid offline_access")
    await allow(browser, notes, duration="30_days")

    clock.ahead = 20 * DAY
    older = (await notes.refresh(older["refresh_token"])).json()
    clock.ahead = 31 * DAY
    refused = await notes.refresh(older["refresh_token"])

    assert refused.json()["error"] == "invalid_grant"
    assert is_asked(await ask(browser, notes, "openid"))


async def test_what_has_ended_is_not_allowed_again_with_something_else(
    browser: Browser, notes: RelyingParty, alice: User, clock: Clock
) -> None:
    """A new consent is added to a living one only."""
    await allow(browser, notes, "openid email", duration="30_days")
    clock.ahead = 31 * DAY
    await allow(browser, notes, "openid profile", duration="until_disconnected")

    assert is_asked(await ask(browser, notes, "openid email"))


async def test_the_page_offers_what_was_chosen_before(
    browser: Browser, notes: RelyingParty, alice: User
) -> None:
    """Nobody makes a consent longer by overlooking something."""
    await allow(browser, notes, "openid", duration="30_days")

    shown = await ask(browser, notes)

    assert isinstance(shown, Page)
    assert '<option value="30_days" selected>' in shown.text


async def test_the_account_page_says_when_a_consent_ends(
    browser: Browser, notes: RelyingParty, alice: User
) -> None:
    """Beside the button that ends it earlier."""
    await allow(browser, notes, duration="90_days")

    shown = await browser.open("/account/connections")

    assert isinstance(shown, Page)
    assert "allowed until" in shown.text
