"""The account page begins a sign-in at a client (OIDC Core §4)."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from idp.storage.users import User
from tests.conftest import AddClient, SignIn
from tests.pages.account_page import open_connections
from tests.parties.browser import Browser, Page


def links_to_open(page: Page) -> list[str]:
    """List the addresses at which connected apps are opened."""
    return [url.replace("&amp;", "&") for url in re.findall(r'href="(https://rp[^"]+)"', page.text)]


@pytest.mark.parametrize(
    ("initiate_login_uri", "kept"),
    [("https://rp.example/login", []), ("https://rp.example/login?a=b", [("a", "b")])],
)
async def test_connected_app_is_opened_where_it_signs_people_in(
    browser: Browser,
    add_client: AddClient,
    alice: User,
    walk: SignIn,
    initiate_login_uri: str,
    kept: list[tuple[str, str]],
) -> None:
    """With `iss`, by which it knows who sends the person; a registered query is kept."""
    await walk(await add_client(initiate_login_uri=initiate_login_uri))

    (url,) = links_to_open(await open_connections(browser))

    assert url.startswith("https://rp.example/login?")
    assert parse_qsl(urlsplit(url).query) == [*kept, ("iss", browser.issuer)]


async def test_app_that_cannot_be_opened_has_no_link(
    browser: Browser, add_client: AddClient, alice: User, walk: SignIn
) -> None:
    """Not every client lets others begin a sign-in."""
    await walk(await add_client())

    assert links_to_open(await open_connections(browser)) == []
