"""What the consent page says of an app that describes itself (Client ID Metadata Documents §8)."""

import html
import re
import ssl
from pathlib import Path
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, Configure
from tests.parties.browser import Browser, Page
from tests.parties.documented import (
    AT_LOOPBACK,
    HOST,
    Publisher,
    program,
    publisher,
    server_tls,
    taking_documents,
)

__all__ = ["publisher", "server_tls"]

BELOW = f"https://app.{HOST}/callback"


@pytest.fixture
def config(configure: Configure, server_tls: ssl.SSLContext, tmp_path: Path) -> Config:
    """Take clients with documents."""
    return taking_documents(configure, tmp_path)


@pytest.fixture
async def asking(
    browser: Browser, http: httpx2.AsyncClient, publisher: Publisher, alice: User
) -> Any:
    """Open the consent page of a client that says this of itself."""

    async def ask(redirect_uri: str = AT_LOOPBACK, **said: Any) -> Page:
        rp = program(http, publisher.publish(**said), redirect_uri=redirect_uri)
        login = await browser.open(rp.authorization_url())
        assert isinstance(login, Page)
        page = await browser.sign_in(login, "alice", PASSWORD)
        assert isinstance(page, Page)
        assert "consent-page" in page
        return page

    return ask


def words_of(page: Page) -> str:
    """Give what stands on a page, without its markup, in order."""
    main = page.text.partition("<main")[2]
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", main).split()))


@pytest.mark.parametrize(
    "name",
    [
        "idp.example",
        "Your bank",
        "Your bank (verified)",
        HOST.upper(),
        "accounts.example.com",
        "” unverified",
        "<strong class='host'>bank.example</strong>",
        "{{ user.email }}",
        "%(host)s",
        "B\u0430nk",
    ],
)
async def test_no_name_stands_before_the_host(asking: Any, name: str) -> None:
    """Nor without the quotation marks and the word that nobody has verified it."""
    page = await asking(client_name=name)

    words = words_of(page)
    host = words.index(HOST)
    assert host < words.index(f"calls itself “ {name} ” unverified")
    assert name not in words[:host]
    assert "<strong class='host'>" not in page.text


@pytest.mark.parametrize(
    ("redirect_uri", "destination"),
    [
        (AT_LOOPBACK, "this computer"),
        ("com.example.app:/callback", "an app on this device"),
        (BELOW, f"app.{HOST}"),
    ],
)
async def test_people_read_where_they_are_sent(
    asking: Any, redirect_uri: str, destination: str
) -> None:
    """Beside who asks: a program on the computer has the name of a site."""
    page = await asking(redirect_uri, redirect_uris=[redirect_uri.replace(":49152", "")])

    words = words_of(page)
    assert words.index(HOST) < words.index(f"You will be sent to {destination} .")


async def test_one_without_a_name_is_its_url(asking: Any) -> None:
    """There is nothing else to call it."""
    page = await asking(client_name=None)

    assert f"calls itself “ https://{HOST}:" in words_of(page)
