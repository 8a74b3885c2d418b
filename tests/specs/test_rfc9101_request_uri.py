"""Request objects by reference (RFC 9101 §5.2, OIDC Core §6.2)."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from idp.config import Config
from idp.storage.clients import ClientRow, add_client, find_client_row
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddClient, Configure
from tests.fetch.servers import Server, serving
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty
from tests.parties.request_objects import JWKS, request_object, url_with


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let the server fetch from this machine."""
    return configure(fetch={"allowed_networks": ["127.0.0.0/8"]})


@pytest.fixture
async def documents() -> AsyncIterator[Server]:
    """Run the server on which the client keeps its request objects."""
    async with serving(b"") as server:
        yield server


@pytest.fixture
async def rp(
    rp: RelyingParty, documents: Server, provider: Provider, add_client: AddClient
) -> RelyingParty:
    """Add a client whose request objects are on this machine, which nobody could register."""
    rp = await add_client_at(provider, await add_client(jwks=JWKS), uri(documents))
    publish(documents, request_object(rp))
    return rp


async def add_client_at(provider: Provider, rp: RelyingParty, request_uri: str) -> RelyingParty:
    """Add the same client once more, with a request_uri."""

    def add() -> ClientRow:
        row = find_client_row(rp.client_id)
        assert row is not None
        metadata = dict(row.metadata) | {"request_uris": [request_uri]}
        added = replace(row, client_id=f"{rp.client_id}_2", metadata=metadata)
        add_client(added)
        return added

    row = await provider.database.run(add)
    return RelyingParty(rp.http, row.client_id, rp.client_secret)


def uri(server: Server) -> str:
    """Give the address of the request object."""
    return f"http://127.0.0.1:{server.port}/request.jwt"


def publish(server: Server, document: str) -> None:
    """Put a request object there."""
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(document)}\r\n\r\n"
    server.answer = (head + document).encode()


def hash_of(document: str) -> str:
    """Make the fragment that names a document."""
    return base64.urlsafe_b64encode(hashlib.sha256(document.encode()).digest()).decode()[:43]


async def test_request_is_fetched_once(
    rp: RelyingParty, alice: User, browser: Browser, documents: Server
) -> None:
    """It is kept, for those who come next and for the pages of this one."""
    first = await browser.open(url_with(rp, request_uri=uri(documents)))
    assert isinstance(first, Page)
    pages = await asyncio.gather(
        *(browser.open(url_with(rp, request_uri=uri(documents))) for _ in range(3))
    )

    assert all(isinstance(page, Page) and "login-page" in page for page in (first, *pages))
    assert len(documents.requests) == 1
    assert "GET /request.jwt HTTP/1.1" in documents.requests[0]


async def test_several_who_come_at_once_share_one_fetch(
    rp: RelyingParty, browser: Browser, documents: Server
) -> None:
    """A client's server is not asked by each of them."""
    pages = await asyncio.gather(
        *(browser.open(url_with(rp, request_uri=uri(documents))) for _ in range(3))
    )

    assert all(isinstance(page, Page) and "login-page" in page for page in pages)
    assert len(documents.requests) == 1


async def test_fragment_names_the_document(
    rp: RelyingParty, browser: Browser, documents: Server
) -> None:
    """Each version has a hash of its own, and is fetched by it; another document is refused."""
    answers = []
    for nonce in ("one", "two"):
        document = request_object(rp, nonce=nonce, prompt="none")
        publish(documents, document)
        named = f"{uri(documents)}#{hash_of(document)}"
        answers.append(await browser.open(url_with(rp, request_uri=named)))
    wrong = f"{uri(documents)}#{hash_of('another')}"
    refused = await browser.open(rp.authorization_url(request_uri=wrong))

    errors = [each.params["error"] for each in answers if isinstance(each, Arrival)]
    assert errors == ["login_required", "login_required"]
    assert isinstance(refused, Arrival)
    assert refused.params["error"] == "invalid_request_uri"
    assert len(documents.requests) == 3


@pytest.mark.parametrize("other", ["https://rp.example/else", "urn:example:request", "gibberish"])
async def test_address_that_is_not_registered_is_not_asked(
    rp: RelyingParty, browser: Browser, documents: Server, other: str
) -> None:
    """Whoever can send a browser here could otherwise make this server ask anybody."""
    near = f"{uri(documents)}?x=1"
    for unregistered in (other, near):
        arrival = await browser.open(rp.authorization_url(request_uri=unregistered))

        assert isinstance(arrival, Arrival)
        assert arrival.params["error"] == "invalid_request_uri"
        assert (arrival.params["state"], arrival.params["iss"]) == (rp.state, ISSUER)
    assert documents.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: https://rp.example/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xff\xff",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000,
        b"",
    ],
)
async def test_document_that_cannot_be_had_is_told(
    rp: RelyingParty, browser: Browser, documents: Server, answer: bytes
) -> None:
    """Whatever is wrong with it."""
    documents.answer = answer

    arrival = await browser.open(rp.authorization_url(request_uri=uri(documents)))

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "invalid_request_uri"


async def test_document_that_is_no_request_object_is_told(
    rp: RelyingParty, browser: Browser, documents: Server
) -> None:
    """It is there, but says nothing."""
    publish(documents, "<html>")

    arrival = await browser.open(rp.authorization_url(request_uri=uri(documents)))

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "invalid_request_object"
