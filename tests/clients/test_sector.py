"""Sectors: whose they are, which clients may have them, and the keys that stay."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from idp.clients.errors import InvalidClientMetadata, InvalidRedirectURI
from idp.clients.metadata import validate
from idp.clients.registration import register, remove
from idp.clients.sector import SectorSource, check_sector, sector_identifier_of, sector_key_of
from idp.config import Config
from idp.storage.database import Database
from tests.fetch.servers import Server, fetching, serving

URIS = ["https://rp.example/a", "https://rp.example:444/b"]
ELSEWHERE = "https://else.example/c"
SECTOR = "https://sector.example/uris.json"
PAIRWISE = {"subject_type": "pairwise"}


@pytest.mark.parametrize(
    ("metadata", "sector"),
    [
        ({"redirect_uris": URIS}, "rp.example"),
        ({"redirect_uris": ["https://RP.example/"]}, "rp.example"),
        ({"redirect_uris": [*URIS, ELSEWHERE]}, None),
        ({"redirect_uris": [*URIS, ELSEWHERE], "sector_identifier_uri": SECTOR}, "sector.example"),
        ({"redirect_uris": ["http://localhost/a"]}, None),
        ({"redirect_uris": [URIS[0], "com.example.app:/cb"]}, None),
        ({}, None),
    ],
)
def test_the_sector_is_a_host(metadata: dict[str, Any], sector: str | None) -> None:
    """That of the document, or the one that all redirect URIs have (OIDC Core §8.1)."""
    assert sector_identifier_of(metadata) == sector


@pytest.mark.parametrize(
    "more",
    [
        {"redirect_uris": [*URIS, ELSEWHERE]},
        {"redirect_uris": ["http://localhost/a"], "application_type": "native"},
        {"grant_types": ["password"], "response_types": []},
        {"redirect_uris": URIS, "sector_identifier_uri": "http://sector.example/"},
    ],
)
def test_pairwise_needs_one_host(more: dict[str, Any]) -> None:
    """Else nobody could say whose clients belong together."""
    with pytest.raises(InvalidClientMetadata) as refusal:
        validate({**PAIRWISE, **more}, Config())

    assert refusal.value.description.startswith("sector_identifier_uri must b")


@pytest.mark.parametrize("grant_type", ["password", "client_credentials"])
def test_nobody_is_of_a_sector_without_a_redirect_uri(grant_type: str) -> None:
    """A list would have all of none, whoever's it is."""
    metadata = {"grant_types": [grant_type], "redirect_uris": [], "sector_identifier_uri": SECTOR}

    with pytest.raises(InvalidRedirectURI) as refusal:
        validate({**PAIRWISE, **metadata}, Config())

    assert refusal.value.description == (
        "redirect_uris must not be empty with a sector_identifier_uri."
    )


async def test_a_sector_keeps_its_key(database: Database) -> None:
    """One for all its clients, which is there when the last of them goes and another comes."""

    def key_of(*uris: str, **more: str) -> bytes | None:
        return sector_key_of({"redirect_uris": uris, **PAIRWISE, **more})

    def register_and_remove() -> bytes | None:
        client = register({"redirect_uris": URIS, **PAIRWISE}, Config()).client
        remove(client.client_id)
        return client.sector_key

    first = await database.run(register_and_remove)
    again, other = await database.run(lambda: (key_of(*URIS), key_of(ELSEWHERE)))
    public = await database.run(lambda: key_of(*URIS, subject_type="public"))

    assert first is not None
    assert len(first) == 32
    assert first == again
    assert first != other
    assert public is None


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """Run a sector's server."""
    async with serving(b"") as server:
        yield server


@pytest.fixture
async def sectors() -> AsyncIterator[SectorSource]:
    """Read the documents of sectors, also on this machine."""
    async with fetching() as fetcher:
        yield SectorSource(fetcher)


def publish(server: Server, body: str) -> dict[str, Any]:
    """Put a document there; give the metadata that names it."""
    server.answer = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    uri = f"http://127.0.0.1:{server.port}/uris.json"
    return {"redirect_uris": URIS, "sector_identifier_uri": uri}


async def test_a_sector_that_knows_the_client(
    database: Database, server: Server, sectors: SectorSource
) -> None:
    """Its document lists all redirect URIs of the client, and may have more."""
    metadata = publish(server, json.dumps([*URIS, ELSEWHERE]))

    await database.run(check_sector, metadata, sectors)

    assert len(server.requests) == 1


@pytest.mark.parametrize("now_listed", [[URIS[0]], None])
async def test_a_sector_is_asked_each_time(
    database: Database,
    server: Server,
    sectors: SectorSource,
    now_listed: list[str] | None,
) -> None:
    """What it said a moment ago of another client, or of this one, is nothing to go by."""
    metadata = publish(server, json.dumps(URIS))
    await database.run(check_sector, metadata, sectors)
    if now_listed is None:
        server.answer = b"HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n"
    else:
        publish(server, json.dumps(now_listed))

    with pytest.raises(InvalidClientMetadata):
        await database.run(check_sector, metadata, sectors)

    publish(server, json.dumps(URIS))
    await database.run(check_sector, metadata, sectors)


@pytest.mark.parametrize(
    "body", [json.dumps(URIS[:1]), "[]", json.dumps([*URIS, 1]), json.dumps({"a": URIS}), "[", ""]
)
async def test_a_sector_that_does_not(
    database: Database, server: Server, sectors: SectorSource, body: str
) -> None:
    """A document that lacks one, or is no array of texts, is refused."""
    metadata = publish(server, body)

    with pytest.raises(InvalidClientMetadata) as refusal:
        await database.run(check_sector, metadata, sectors)

    assert refusal.value.description == (
        "sector_identifier_uri must lead to a JSON array that has all redirect_uris."
    )


async def test_a_sector_that_cannot_be_asked(database: Database, sectors: SectorSource) -> None:
    """Neither a server that is not there nor the lack of who would ask it is a yes."""
    metadata = {"redirect_uris": URIS, "sector_identifier_uri": "http://127.0.0.1:1/"}

    for source in (sectors, None):
        with pytest.raises(InvalidClientMetadata):
            await database.run(check_sector, metadata, source)
