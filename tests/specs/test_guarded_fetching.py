"""Whatever a client names to be fetched is asked through one guard (CWE-918, RFC 9101 §10.4)."""

import ast
import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from idp.config import Config
from tests.conftest import AddClient, Configure
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.clients import AssertingClient
from tests.parties.relying_party import RelyingParty
from tests.parties.request_objects import JWKS
from tests.parties.self_registered import send_registration

PACKAGE = Path(__file__).parents[2] / "idp"

# What could call others, and who may: the guard, and the playground, which asks its own server.
CALLS_OTHERS = {"httpx", "httpx2", "aiohttp", "requests", "urllib.request", "http.client"}
MAY_CALL = {"fetch", "pages/playground"}


@dataclass
class Inside:
    """A server that only this machine can reach, and how often somebody knocked."""

    port: int = 0
    knocks: int = 0

    def url(self, host: str = "127.0.0.1") -> str:
        """Give an address of it."""
        return f"https://{host}:{self.port}/secret"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Count who comes, before they say anything."""
        self.knocks += 1
        writer.close()


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let clients register themselves; no network is allowed, as by default."""
    return configure(client_registration={"mode": "open", "client_id_metadata_documents": True})


@pytest.fixture
async def inside() -> AsyncIterator[Inside]:
    """Run the server."""
    inside = Inside()
    listener = await asyncio.start_server(inside.handle, "127.0.0.1", 0)
    inside.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield inside


@dataclass(frozen=True)
class Scene:
    """Who there is to name an address."""

    http: httpx2.AsyncClient
    browser: Browser
    add_client: AddClient


async def jwks_uri(scene: Scene, url: str) -> str:
    """Authenticate by a key that is there."""
    by_reference = AssertingClient.metadata(jwks=None, jwks_uri=url)
    metadata = {name: value for name, value in by_reference.items() if value is not None}
    client_id = (await scene.add_client(**metadata)).client_id
    asserting = AssertingClient(scene.http, client_id, str(scene.http.base_url))
    error: str = (await asserting.token(asserting.sign())).json()["error"]
    return error


async def request_uri(scene: Scene, url: str) -> str:
    """Send a request that is there."""
    rp = await scene.add_client(jwks=JWKS, request_uris=[url])
    shown = await scene.browser.open(rp.authorization_url(request_uri=url))
    assert isinstance(shown, Arrival)
    return shown.params["error"]


async def sector_identifier_uri(scene: Scene, url: str) -> str:
    """Register for a sector that is there."""
    error: str = (await send_registration(scene.http, sector_identifier_uri=url)).json()["error"]
    return error


async def logo_uri(scene: Scene, url: str) -> str:
    """Show a logo that is there; instead there is the letter of the client."""
    rp = await scene.add_client(logo_uri=url)
    shown = await scene.browser.open(rp.authorization_url())
    assert isinstance(shown, Page)
    (src,) = re.findall(r'<img[^>]*id="client-logo"[^>]*src="([^"]+)"', shown.text)
    return (await scene.browser.http.get(src)).headers["content-type"]


async def client_id(scene: Scene, url: str) -> str:
    """Come as a client whose metadata is there."""
    error: str = (await RelyingParty(scene.http, url).exchange("code")).json()["error"]
    return error


FETCHES: dict[Callable[[Scene, str], Awaitable[str]], str] = {
    jwks_uri: "invalid_client",
    request_uri: "invalid_request_uri",
    sector_identifier_uri: "invalid_client_metadata",
    logo_uri: "image/svg+xml",
    client_id: "invalid_client",
}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
@pytest.mark.parametrize(
    ("name", "outcome"), FETCHES.items(), ids=lambda each: getattr(each, "__name__", each)
)
async def test_nobody_is_asked_who_is_not_public(
    inside: Inside,
    http: httpx2.AsyncClient,
    browser: Browser,
    add_client: AddClient,
    name: Callable[[Scene, str], Awaitable[str]],
    outcome: str,
    host: str,
) -> None:
    """The address is looked at before it is called; the client hears that it did not work."""
    told = await name(Scene(http, browser, add_client), inside.url(host))

    assert told == outcome
    assert inside.knocks == 0


def test_there_is_one_way_out() -> None:
    """No other part of the program can call anybody."""
    callers = {
        str(path.parent.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom) and imported(node) & CALLS_OTHERS
    }

    assert callers == MAY_CALL


def imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    """List the modules that an import names."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    module = node.module or ""
    return {module, *(f"{module}.{alias.name}" for alias in node.names)}
