"""The set-up page, behind the link that the first start prints."""

import pytest

from idp.storage.users import list_users
from idp.users.setup import LIFETIME, make_setup_token
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddUser, Clock
from tests.parties.browser import Browser, Page

ROOT = {"username": "root", "email": "root@example.com", "name": "", "password": PASSWORD}


@pytest.fixture
async def link(provider: Provider) -> str:
    """Make a link."""
    token = await provider.database.run(make_setup_token)
    return f"/setup/{token.reveal()}"


async def open_page(browser: Browser, url: str) -> Page:
    """Open an address that leads to a page."""
    page = await browser.open(url)
    assert isinstance(page, Page)
    return page


async def test_the_link_makes_an_administrator_who_is_signed_in(
    browser: Browser, link: str, provider: Provider
) -> None:
    """The first person sees their account, and that they look after this server."""
    page = await open_page(browser, link)

    shown = await browser.submit(page, "setup-submit", **ROOT)

    assert isinstance(shown, Page)
    assert "account-page" in shown
    assert "administrator" in shown.text
    (user,) = await provider.database.run(list_users)
    assert user.is_admin


async def test_a_mistake_does_not_cost_the_link(browser: Browser, link: str) -> None:
    """A weak password is explained, and the same page works once it is a good one."""
    page = await open_page(browser, link)

    shown = await browser.submit(page, "setup-submit", **ROOT | {"password": "password"})

    assert isinstance(shown, Page)
    assert shown.status == 422
    assert "password-error" in shown
    assert "account-page" in await browser.submit(shown, "setup-submit", **ROOT)


async def test_pressing_the_button_twice_makes_one_administrator(
    browser: Browser, link: str, provider: Provider
) -> None:
    """The second form is told what to do, and makes nobody."""
    page = await open_page(browser, link)
    typed = page.forms[0].fields | ROOT
    first = await browser.http.post(link, data=typed)

    second = await browser.http.post(
        link, data=typed | {"username": "eve", "email": "e@example.com"}
    )

    assert (first.status_code, second.status_code) == (303, 410)
    assert "If you have made your account with it, sign in." in second.text
    assert len(await provider.database.run(list_users)) == 1


async def test_links_that_are_good_no_more(
    browser: Browser, link: str, provider: Provider, add_user: AddUser, clock: Clock
) -> None:
    """Invented, replaced, too old, or not needed any more: a page says so, and no form is there."""
    typed = (await open_page(browser, link)).forms[0].fields | ROOT

    async def statuses(url: str) -> tuple[int, int]:
        shown = await open_page(browser, url)
        assert not shown.forms
        sent = await browser.http.post(url, data=typed)
        return shown.status, sent.status_code

    assert await statuses("/setup/" + "A" * 43) == (410, 410)
    assert await statuses("/setup/%00%FF") == (410, 410)
    newer = "/setup/" + (await provider.database.run(make_setup_token)).reveal()
    assert await statuses(link) == (410, 410)
    await add_user("admin", is_admin=True)
    assert await statuses(newer) == (410, 410)
    clock.move(LIFETIME + 1)
    assert await statuses(newer) == (410, 410)
    assert len(await provider.database.run(list_users)) == 1


async def test_a_link_is_too_old_after_a_day(browser: Browser, link: str, clock: Clock) -> None:
    """Until then the page stays good, also while somebody fills it in."""
    clock.move(LIFETIME - 1)
    page = await open_page(browser, link)
    clock.move(2)

    shown = await browser.submit(page, "setup-submit", **ROOT)

    assert isinstance(shown, Page)
    assert shown.status == 410
