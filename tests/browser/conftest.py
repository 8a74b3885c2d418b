"""Chromium before a real server; what it complains of, or asks of another site, is a failure."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import httpx2
import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
)

from idp.storage.users import User
from tests.browser.callback import Callback, listening
from tests.conftest import PASSWORD
from tests.parties.chromium import launched
from tests.parties.relying_party import RelyingParty
from tests.parties.server import Server, serving

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}

LOOPBACK = ("http://127.0.0.1:", "http://localhost:")

REPORT_VIOLATIONS = """
    addEventListener("securitypolicyviolation", event => console.error(
        `${event.violatedDirective} of the policy forbids ${event.blockedURI}`));
"""


@pytest.fixture(autouse=True)
def clock() -> None:
    """Leave the time as it is: the server is a process of its own, which nobody stops."""


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """Run a server with all response types, where people may register and seldom mistype."""
    directory = tmp_path_factory.mktemp("browser")
    async with serving(
        directory,
        protocol={"implicit": True},
        registration={"mode": "open", "verify_email": False},
        throttle={"account_failures": 3},
    ) as server:
        yield server


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium."""
    async with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def callback() -> Iterator[Callback]:
    """Run a client's site."""
    with listening() as callback:
        yield callback


OpenPage = Callable[..., Awaitable[Page]]


@pytest.fixture
async def open_page(chromium: Browser, server: Server) -> AsyncIterator[OpenPage]:
    """Open browser windows that share nothing; none may complain or ask another site."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def hear(message: ConsoleMessage) -> None:
        is_status = message.text.startswith("Failed to load resource")  # of an error page
        if message.type in ("error", "warning") and not is_status:
            complaints.append(message.text)

    def look(request: Request) -> None:
        if not request.url.startswith(LOOPBACK):
            complaints.append(f"request to {request.url}")

    async def open_page(*, scripts: bool = True, **options: Any) -> Page:
        context = await chromium.new_context(
            **{"base_url": server.issuer, "viewport": DESKTOP, "java_script_enabled": scripts}
            | options
        )
        context.set_default_timeout(10_000)
        context.on("console", hear)
        context.on("request", look)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        await context.add_init_script(REPORT_VIOLATIONS)
        contexts.append(context)
        return await context.new_page()

    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []


@pytest.fixture
async def page(open_page: OpenPage) -> Page:
    """Open a browser window."""
    return await open_page()


@pytest.fixture
async def person(server: Server) -> User:
    """Add a person; the password is PASSWORD."""
    return await server.add_user(f"alice.{uuid.uuid4().hex[:6]}", name="Alice Example")


@pytest.fixture
async def http(server: Server) -> AsyncIterator[httpx2.AsyncClient]:
    """Call the server as a program would."""
    async with httpx2.AsyncClient(base_url=server.issuer) as client:
        yield client


@pytest.fixture
async def notes(server: Server, callback: Callback, http: httpx2.AsyncClient) -> RelyingParty:
    """Add a client whose site is up."""
    registered = await server.add_client(
        client_name="Notes",
        redirect_uris=[callback.redirect_uri],
        post_logout_redirect_uris=[callback.signed_out_uri],
        grant_types=["authorization_code", "refresh_token"],
    )
    secret = registered.client_secret
    assert secret is not None
    return RelyingParty(
        http, registered.client.client_id, secret.reveal(), redirect_uri=callback.redirect_uri
    )


async def sign_in(page: Page, person: User, password: str = PASSWORD) -> None:
    """Fill in the login page and send it."""
    await page.fill("#username", person.username)
    await page.fill("#password", password)
    await page.click("#login-submit")


async def arrive(page: Page, callback: Callback) -> dict[str, str]:
    """Wait until the browser is at the client's; give what it brought along."""
    await page.wait_for_url(f"{callback.origin}/**")
    return callback.arrivals[-1]
