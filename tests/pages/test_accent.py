"""Accent colours: of a client on the pages of its sign-ins, of the server on all others."""

import httpx2
import pytest

from idp.clients.errors import InvalidClientMetadata
from idp.config import Config, ConfigError
from tests.conftest import AddClient, Configure
from tests.parties.browser import Browser, Page


@pytest.fixture
def config(configure: Configure) -> Config:
    """Give the server a colour of its own."""
    return configure(branding={"accent_color": "#0B6E4F"})


async def test_pages_have_the_color_of_whom_they_are_for(
    browser: Browser, add_client: AddClient
) -> None:
    """A client's colour is on its sign-in; the operator's is on what is nobody's."""
    rp = await add_client(accent_color="#A4262C")
    plain = await add_client()

    pages = [
        await browser.open(url)
        for url in (rp.authorization_url(), plain.authorization_url(), "/login")
    ]

    assert all(isinstance(page, Page) for page in pages)
    found = ["/accents/a4262c.css" in page.text for page in pages if isinstance(page, Page)]
    assert found == [True, False, False]
    assert all("/accents/0b6e4f.css" in page.text for page in pages[1:] if isinstance(page, Page))


async def test_the_sheet(http: httpx2.AsyncClient) -> None:
    """It gives both schemes a colour, and may be kept for good."""
    sheet = await http.get("/accents/a4262c.css")

    assert sheet.status_code == 200
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "--accent: light-dark(#a4262c, #" in sheet.text


@pytest.mark.parametrize("name", ["ffee00.css", "red.css", "a4262c%0a.css", "..css", "a4262c}.css"])
async def test_what_is_no_readable_color_has_no_sheet(http: httpx2.AsyncClient, name: str) -> None:
    """Nobody puts anything of theirs into a sheet."""
    assert (await http.get(f"/accents/{name}")).status_code == 404


@pytest.mark.parametrize(
    ("color", "words"),
    [
        ("#ffee00", "must be darker, so that white text on it can be read: #"),
        ("red", "must be a colour such as #2456c8"),
        (7, "must be text"),
    ],
)
async def test_a_color_that_cannot_be_read_is_refused(
    add_client: AddClient, color: object, words: str
) -> None:
    """The nearest one that can is named."""
    with pytest.raises(InvalidClientMetadata, match=f"accent_color {words}"):
        await add_client(accent_color=color)


@pytest.mark.parametrize("color", ["#ffee00", "red", "#12345"])
def test_a_server_has_no_such_color_either(configure: Configure, color: str) -> None:
    """The setting is refused with what to write instead."""
    with pytest.raises((ConfigError, ValueError), match=r"must be (darker|a colour)"):
        configure(branding={"accent_color": color})
