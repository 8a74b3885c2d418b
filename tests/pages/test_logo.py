"""The logos of clients: from us, and never broken."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddClient, Configure
from tests.fetch.servers import Server, serving
from tests.parties.browser import Browser, Page
from tests.parties.operator import Operator
from tests.parties.relying_party import RelyingParty

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def answer(body: bytes, *, media_type: str = "text/html", status: str = "200 OK") -> bytes:
    """Make an answer of a client's server."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people register, and clients have their servers on this machine."""
    return configure(
        registration={"mode": "open", "verify_email": False},
        fetch={"allowed_networks": ["127.0.0.0/8"]},
    )


@pytest.fixture
async def site() -> AsyncIterator[Server]:
    """Run a client's server."""
    async with serving(answer(PNG)) as site:
        yield site


@pytest.fixture
async def notes(add_client: AddClient, site: Server) -> RelyingParty:
    """Add a client with all that pages show of one."""
    return await add_client(
        logo_uri=f"http://127.0.0.1:{site.port}/logo",
        policy_uri="https://rp.example/privacy",
        tos_uri="https://rp.example/terms",
    )


async def logo_of(browser: Browser, rp: RelyingParty) -> httpx2.Response:
    """Load the logo as the login page does."""
    page = await browser.open(rp.authorization_url())
    assert isinstance(page, Page)
    (src,) = re.findall(r'<img[^>]*id="client-logo"[^>]*src="([^"]+)"', page.text)
    return await browser.http.get(src)


async def test_every_page_of_a_sign_in_shows_who_asks(
    browser: Browser, notes: RelyingParty, alice: User
) -> None:
    """Logo, policy and terms, which open without telling where from."""
    login = await browser.open(notes.authorization_url())
    register = await browser.open(notes.authorization_url(prompt="create"))
    assert isinstance(login, Page)
    consent = await browser.sign_in(login, "alice", PASSWORD)
    chooser = await browser.open(notes.authorization_url(prompt="select_account"))

    for page in (login, register, consent, chooser):
        assert isinstance(page, Page)
        assert {"client-logo", "client-policy", "client-tos"} <= page.ids, page.url
        assert "img-src 'self'" in page.headers["content-security-policy"]
        for uri in ("https://rp.example/privacy", "https://rp.example/terms"):
            assert f'href="{uri}" rel="noreferrer"' in page.text


async def test_client_that_registered_nothing_shows_nothing(
    browser: Browser, rp: RelyingParty
) -> None:
    """No empty frame, no dead link."""
    page = await browser.open(rp.authorization_url())

    assert isinstance(page, Page)
    assert not {"client-logo", "client-policy", "client-tos"} & page.ids


async def test_logo_comes_from_us(browser: Browser, notes: RelyingParty, site: Server) -> None:
    """As what it is, to be kept by browsers, and harmless if it is opened by itself."""
    responses = [await logo_of(browser, notes) for _ in range(3)]

    for response in responses:
        assert (response.status_code, response.content) == (200, PNG)
        assert response.headers["content-type"] == "image/png"
        assert response.headers["cache-control"] == "public, max-age=3600"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-security-policy"].endswith("sandbox")
        assert "set-cookie" not in response.headers
    assert len(site.requests) == 1
    assert "cookie" not in site.requests[0].lower()
    assert "Accept: image/png" in site.requests[0]


@pytest.mark.parametrize(
    "unusable",
    [
        answer(SVG, media_type="image/svg+xml"),
        answer(SVG, media_type="image/png"),
        answer(b"<!doctype html>"),
        answer(PNG, status="404 Not Found"),
        answer(PNG, status="302 Found"),
        answer(PNG + b"\0" * 70_000),
        b"",
    ],
    ids=["svg", "disguised", "page", "missing", "elsewhere", "endless", "silence"],
)
async def test_logo_that_cannot_be_had_is_a_letter(
    browser: Browser, notes: RelyingParty, site: Server, unusable: bytes
) -> None:
    """Nothing looks broken, and the client's server is asked again a little later."""
    site.answer = unusable

    responses = [await logo_of(browser, notes) for _ in range(3)]

    for response in responses:
        assert response.status_code == 200
        assert response.headers["content-type"] == "image/svg+xml"
        assert response.headers["cache-control"] == "public, max-age=60"
        assert ">R</text>" in response.text
        assert "script" not in response.text
    assert len(site.requests) == 1


async def test_logo_at_a_forbidden_address_is_not_fetched(
    browser: Browser, add_client: AddClient, configure: Configure, site: Server
) -> None:
    """What the guard forbids is a letter, too."""
    rp = await add_client(logo_uri=f"https://10.0.0.1:{site.port}/logo")

    response = await logo_of(browser, rp)

    assert response.headers["content-type"] == "image/svg+xml"
    assert site.requests == []


async def test_new_address_is_a_new_logo(
    browser: Browser, notes: RelyingParty, site: Server, provider: Provider
) -> None:
    """The old one is not there any more, whatever a browser has kept."""
    before = await logo_of(browser, notes)
    await Operator(provider).change_client(notes, logo_uri=f"http://127.0.0.1:{site.port}/new")

    after = await logo_of(browser, notes)

    assert after.url != before.url
    assert (await browser.http.get(before.url)).status_code == 404


@pytest.mark.parametrize("path", ["/logos/unknown/0123456789abcdef", "/logos/{}/0123456789abcdef"])
async def test_nothing_else_is_fetched(
    browser: Browser, notes: RelyingParty, rp: RelyingParty, site: Server, path: str
) -> None:
    """Only what a client has registered has an address here."""
    clients: list[Any] = [notes.client_id, rp.client_id]

    responses = [await browser.http.get(path.format(client_id)) for client_id in clients]

    assert [response.status_code for response in responses] == [404, 404]
    assert site.requests == []
