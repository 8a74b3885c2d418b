"""Passwords that nobody types: endless ones, with control characters, of letters in two forms."""

from collections.abc import Callable

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User, list_users
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddUser, Configure
from tests.pages.account_page import open_account
from tests.parties.browser import Browser, Page

PATHS = {"/login": "password", "/register": "password", "/account/password": "new_password"}
MEGABYTE = "x" * 1_000_000
COMPOSED, DECOMPOSED = "caf\u00e9 copper lantern", "cafe\u0301 copper lantern"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people register."""
    return configure(registration={"mode": "open", "verify_email": False})


async def send(browser: Browser, path: str, password: str) -> httpx2.Response:
    """Send the form of a page with a password."""
    page = await browser.open(path)
    assert isinstance(page, Page)
    form = next(each for each in page.forms if PATHS[path] in each.fields)
    typed = {"username": "carol", "email": "carol@example.com", "current_password": PASSWORD}
    known = {name: value for name, value in typed.items() if name in form.fields}
    return await browser.http.post(path, data=form.fields | known | {PATHS[path]: password})


@pytest.mark.parametrize(
    ("password", "statuses"),
    [
        (MEGABYTE, {413}),
        ("x" * 60_000, {401, 422}),
        ("copper lantern\0under moss", {400}),
    ],
    ids=["1 MB", "60 kB", "NUL"],
)
@pytest.mark.parametrize("path", PATHS)
async def test_refused_on_a_page_and_nothing_is_done(
    browser: Browser,
    new_browser: Callable[[], Browser],
    alice: User,
    provider: Provider,
    path: str,
    password: str,
    statuses: set[int],
) -> None:
    """No work is done for it; the person who comes next is served, and signs in as before."""
    if path == "/account/password":
        await open_account(browser)

    refused = await send(browser, path, password)

    assert refused.status_code in statuses
    assert refused.headers["content-type"].startswith("text/html")
    assert await provider.database.run(list_users) == [alice]
    await open_account(new_browser())


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)],
    ids=["typed apart", "typed together"],
)
async def test_keyboards_that_compose_letters_and_those_that_do_not(
    browser: Browser, add_user: AddUser, chosen: str, typed: str
) -> None:
    """It is the same password, by either."""
    await add_user("carol", chosen)

    response = await send(browser, "/login", typed)

    assert (response.status_code, response.headers["location"]) == (303, "/account")


@pytest.mark.parametrize("typed", [PASSWORD.upper(), PASSWORD[:-1], f"{PASSWORD} ", f" {PASSWORD}"])
async def test_password_is_compared_as_it_was_typed(
    browser: Browser, add_user: AddUser, typed: str
) -> None:
    """No capital is folded, no space is cut off, and every character counts."""
    await add_user("carol")

    assert (await send(browser, "/login", typed)).status_code == 401
