"""The page of who was invited."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from idp.config import Config
from idp.storage.users import User, list_users
from idp.users.invitations import invite
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddUser, Clock, Configure
from tests.pages.mailing import NewBrowser, open_page
from tests.parties.browser import Browser, Page
from tests.parties.letters import Inbox

CAROL = {"username": "carol", "name": "Carol", "password": PASSWORD}

Invite = Callable[..., Awaitable[str]]


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people register who were invited."""
    return configure(registration={"mode": "invite"})


@pytest.fixture
def invited(provider: Provider) -> Invite:
    """Invite people; give the path of the link that is printed."""

    async def invited(email: str = "carol@example.com", **changes: Any) -> str:
        values = {"name": "Carol C.", "is_admin": False} | changes
        link = await provider.database.run(partial(invite, provider.config, email, **values))
        return f"/mail/{link.reveal()}"

    return invited


async def accept(browser: Browser, url: str, **changes: str) -> Page:
    """Fill in the page and send it."""
    page = await open_page(browser, url, "invitation-page")
    shown = await browser.submit(page, "invitation-submit", **CAROL | changes)
    assert isinstance(shown, Page)
    return shown


async def users(provider: Provider) -> list[User]:
    """List who has an account."""
    return await provider.database.run(list_users)


@pytest.mark.parametrize("by_mail", [True, False])
@pytest.mark.parametrize("is_admin", [True, False])
async def test_accepted(
    browser: Browser,
    provider: Provider,
    letters: Inbox,
    invited: Invite,
    by_mail: bool,
    is_admin: bool,
) -> None:
    """The mailed link and the printed one make the same account, and are both used up then."""
    printed = await invited(is_admin=is_admin)
    mailed = (await letters.letter_to("carol@example.com")).link
    link, other = (mailed, printed) if by_mail else (printed, mailed)
    page = await open_page(browser, link, "invitation-page")
    assert page.forms[0].fields["name"] == "Carol C."

    shown = await accept(browser, link)

    assert "account-page" in shown
    (carol,) = await users(provider)
    assert (carol.username, carol.email, carol.name) == ("carol", "carol@example.com", "Carol")
    assert (carol.email_verified, carol.is_admin) == (True, is_admin)
    for again in (link, other):
        refused = await browser.open(again)
        assert isinstance(refused, Page)
        assert refused.status == 410


async def test_a_mistake_does_not_cost_the_invitation(
    browser: Browser, provider: Provider, add_user: AddUser, invited: Invite
) -> None:
    """What cannot be taken is explained beside its field, and the link stays good."""
    await add_user("alice")
    link = await invited()

    for field, value in (("username", ""), ("username", "Alice"), ("password", "short")):
        refused = await accept(browser, link, **{field: value})
        assert refused.status == 422
        assert f"{field}-error" in refused

    assert "account-page" in await accept(browser, link)


async def test_the_address_is_the_one_that_was_invited(
    browser: Browser, provider: Provider, invited: Invite
) -> None:
    """Nobody chooses another by a field that the form does not have."""
    await accept(browser, await invited(), email="mallory@example.com", is_admin="true")

    (carol,) = await users(provider)
    assert (carol.email, carol.is_admin) == ("carol@example.com", False)


async def test_a_week_ends_it(browser: Browser, invited: Invite, clock: Clock) -> None:
    """An invitation is good for a week."""
    link = await invited()

    clock.move(7 * 86_400 - 60)
    await open_page(browser, link, "invitation-page")
    clock.move(61)

    refused = await browser.open(link)
    assert isinstance(refused, Page)
    assert refused.status == 410


async def test_a_second_invitation_ends_the_first(
    new_browser: NewBrowser, letters: Inbox, invited: Invite
) -> None:
    """Only the links of the last one are good."""
    first = [await invited(), (await letters.letter_to("carol@example.com")).link]
    second = [await invited(), (await letters.letter_to("carol@example.com")).link]

    for link in first:
        refused = await new_browser().open(link)
        assert isinstance(refused, Page)
        assert refused.status == 410
    for link in second:
        await open_page(new_browser(), link, "invitation-page")


async def test_an_account_that_is_made_otherwise_takes_the_address(
    browser: Browser, provider: Provider, add_user: AddUser, invited: Invite
) -> None:
    """Who has got an account meanwhile does not get a second one with the same address."""
    link = await invited()
    await add_user("caroline", email="carol@example.com")

    refused = await accept(browser, link)

    assert refused.status == 422
    assert "There is an account with this email address." in refused.text
    assert [user.username for user in await users(provider)] == ["caroline"]


async def test_others_cannot_register(browser: Browser) -> None:
    """Without an invitation there is no registration page."""
    refused = await browser.open("/register")

    assert isinstance(refused, Page)
    assert refused.status == 404
