"""What happened to an account: told to its owner in sentences, a page at a time."""

import re
from collections.abc import Callable
from functools import partial

import pytest

from idp import audit
from idp.audit import EventName
from idp.clients.registration import remove
from idp.pages.account.activity import LEFT_OUT, PAGE, SENTENCES, sentence_of
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddClient, AddUser, Tokens
from tests.pages.account_page import open_account
from tests.parties.browser import Browser, Page
from tests.parties.clients import PASSWORD_CLIENT
from tests.parties.relying_party import RelyingParty


def told(page: Page) -> list[str]:
    """List the sentences of a page."""
    return re.findall(r"<div>([^<]+)", page.text)


async def test_what_happened_is_told_newest_first(
    browser: Browser,
    new_browser: Callable[[], Browser],
    alice: User,
    rp: RelyingParty,
    tokens: Tokens,
) -> None:
    """A failed sign-in, a good one, an app; from where, and the number of the request."""
    login = await new_browser().open("/login")
    assert isinstance(login, Page)
    failing = new_browser()
    shown = await failing.open("/login")
    assert isinstance(shown, Page)
    await failing.sign_in(shown, "alice", "wrong")
    await tokens(rp, scope="openid offline_access")

    page = await open_account(browser, path="activity")

    sentences = [each.strip(" ·") for each in told(page)]
    assert sentences == [
        "You signed in to an app",
        "You allowed an app to use your account",
        "You signed in",
        "A sign-in failed",
        "An administrator created this account",
    ]
    assert page.text.count("rp.example") == 3
    assert "from 203.0.113.7" in page.text
    assert re.search(r"request <code>[0-9a-f]{22}</code>", page.text)


async def test_what_apps_do_by_themselves_is_left_out(
    browser: Browser, alice: User, rp: RelyingParty, tokens: Tokens
) -> None:
    """An app refreshes every few minutes, which would hide all else."""
    theirs = await tokens(rp, scope="openid offline_access")
    before = told(await open_account(browser, path="activity"))
    await rp.refresh(theirs["refresh_token"])

    assert told(await open_account(browser, path="activity")) == before


async def test_only_ones_own_events_are_told(
    browser: Browser,
    new_browser: Callable[[], Browser],
    alice: User,
    add_user: AddUser,
    add_client: AddClient,
) -> None:
    """Neither what others did, nor the apps that they use."""
    await add_user("bob")
    mail = await add_client(client_name="Mail", **PASSWORD_CLIENT)
    await mail.token(grant_type="password", username="bob", password=PASSWORD)
    await open_account(new_browser(), "bob")

    page = await open_account(browser, path="activity")

    assert len(told(page)) == 2
    assert mail.client_id not in page.text


async def test_pages_follow_each_other_without_gaps(
    browser: Browser, alice: User, provider: Provider
) -> None:
    """Each event is told once, also if others come while somebody reads."""
    for number in range(2 * PAGE):
        await provider.database.run(record, alice, f"event_{number}")

    page = await open_account(browser, path="activity")
    seen = told(page)
    await provider.database.run(record, alice, "meanwhile")
    while older := re.search(r'id="older" href="([^"]+)"', page.text):
        page = await browser.open(older[1])  # type: ignore[assignment]  # a page
        seen += told(page)

    numbers = [int(each.split()[1]) for each in seen if each.startswith("Event ")]
    assert numbers == list(reversed(range(2 * PAGE)))
    assert seen[-1] == "An administrator created this account"


def record(user: User, name: str) -> None:
    """Let something happen that nobody has put in words."""
    audit.record(name, user_id=user.user_id)  # type: ignore[arg-type]  # of a future version


@pytest.mark.parametrize("before", ["", "x", "-1", "1e5", "9" * 30, "\u0661"])
async def test_nonsense_in_the_address_is_the_beginning(
    browser: Browser, alice: User, before: str
) -> None:
    """Whatever stands there, the newest are shown."""
    page = await open_account(browser, path="activity")

    shown = await browser.http.get("/account/activity", params={"before": before})

    assert shown.status_code == 200
    assert shown.text.count("<li") == page.text.count("<li")


async def test_an_app_that_is_gone_has_no_name(
    browser: Browser, alice: User, rp: RelyingParty, tokens: Tokens, provider: Provider
) -> None:
    """The page still opens when an administrator has removed it."""
    await tokens(rp)
    await provider.database.run(partial(remove, rp.client_id))

    page = await open_account(browser, path="activity")

    assert any(each.strip() == "You signed in to an app" for each in told(page))
    assert "rp.example" not in page.text


# What is about no person, or about one who is gone.
OF_OTHERS = {
    EventName.USER_REMOVED,
    EventName.CLIENT_AUTHENTICATION_FAILED,
    EventName.CLIENT_ADDED,
    EventName.CLIENT_CHANGED,
    EventName.CLIENT_REMOVED,
    EventName.CLIENT_SECRET_ADDED,
    EventName.INITIAL_ACCESS_TOKEN_ADDED,
    EventName.INITIAL_ACCESS_TOKEN_REMOVED,
    EventName.KEYS_ROTATED,
    EventName.DEVICE_AUTHORIZATION_ASKED,
}


def test_every_event_of_a_person_is_a_sentence() -> None:
    """None is called by its name, as one of a future version would be."""
    assert set(EventName) - OF_OTHERS - LEFT_OUT == set(SENTENCES)
    assert sentence_of("key_lost") == "Key lost"
