"""A server that clients made by others reach over a port, and a person's browser."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import httpx2
import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page as ChromiumPage

from idp.storage.users import User
from tests.conftest import PASSWORD
from tests.interop.apps import installed_packages
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.chromium import launched
from tests.parties.server import Server, serving


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """Run a server, which may tell apps on this machine of logouts."""
    directory = tmp_path_factory.mktemp("interop")
    fetch = {"allowed_networks": ["127.0.0.0/8", "::1/128"]}
    async with serving(directory, fetch=fetch) as server:
        yield server


@pytest.fixture(scope="session")
def installed() -> Path:
    """Install the clients for Node.js."""
    return installed_packages()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Chromium]:
    """Start Chromium."""
    async with launched() as browser:
        yield browser


@pytest.fixture
async def page(chromium: Chromium) -> AsyncIterator[ChromiumPage]:
    """Open a window of Chromium, for a person without any cookie."""
    context = await chromium.new_context()
    context.set_default_timeout(20_000)
    yield await context.new_page()
    await context.close()


@pytest.fixture
async def metadata(server: Server) -> dict[str, str]:
    """Read the provider's metadata."""
    async with httpx2.AsyncClient(base_url=server.issuer) as http:
        document: dict[str, str] = (await http.get("/.well-known/openid-configuration")).json()
        return document


@pytest.fixture
async def person(server: Server) -> User:
    """Add a person; their password is PASSWORD."""
    return await server.add_user(f"person-{uuid.uuid4()}")


@pytest.fixture
async def browser(server: Server) -> AsyncIterator[Browser]:
    """Open a browser, which trusts the loopback interface like https, as all do today."""
    browser = Browser(httpx2.AsyncHTTPTransport(), server.issuer)
    secure = DefaultCookiePolicy(secure_protocols=("https", "http"))
    browser.cookies.jar.set_policy(secure)
    async with browser.http:
        yield browser


Authorize = Callable[[str], Awaitable[str]]


@pytest.fixture
def authorize(browser: Browser, person: User) -> Authorize:
    """Take a person from a client's authorization URL to its redirect URI; give that URL."""

    async def authorize(url: str) -> str:
        login_page = await browser.open(url)
        assert isinstance(login_page, Page)
        consent_page = await browser.sign_in(login_page, person.username, PASSWORD)
        assert isinstance(consent_page, Page)
        arrival = await browser.submit(consent_page, "consent-allow")
        assert isinstance(arrival, Arrival)
        return arrival.url

    return authorize
