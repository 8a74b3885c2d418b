"""The keys of clients: from a real server on the loopback interface, and kept for a while."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from joserfc.jwk import ECKey

from idp import clock
from idp.clients.keys import ClientKeysUnavailable, KeySource
from idp.clients.model import Client
from idp.config import FetchConfig
from idp.fetch import Fetcher
from idp.storage.database import Database

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def jwk(kid: str) -> dict[str, object]:
    """Make a public key."""
    return ECKey.generate_key("P-256", {"kid": kid}).as_dict(private=False)


class ClientServer:
    """A client's server, which counts how often it is asked and can be told what to answer."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self.body = b""
        self.is_asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.publish("k1")

    def publish(self, *kids: str) -> None:
        """Change the keys."""
        self.body = json.dumps({"keys": [jwk(kid) for kid in kids]}).encode()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one request."""
        self.asked += 1
        self.is_asked.set()
        await reader.readuntil(b"\r\n\r\n")
        await self.may_answer.wait()
        head = f"HTTP/1.1 {self.status} X\r\nContent-Length: {len(self.body)}\r\n\r\n"
        writer.write(head.encode() + self.body)
        await writer.drain()
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[ClientServer]:
    """A server on a port of its own."""
    server = ClientServer()
    async with await asyncio.start_server(server.answer, "127.0.0.1", 0) as listener:
        server.port = listener.sockets[0].getsockname()[1]
        yield server


@pytest.fixture
async def source() -> AsyncIterator[KeySource]:
    """The keys of all clients, also of those on this machine."""
    fetcher = Fetcher(FetchConfig(allowed_networks=("127.0.0.0/8",)))
    yield KeySource(fetcher)
    await fetcher.aclose()


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Move the clock forward."""

    def move(**duration: int) -> None:
        later = clock.now() + timedelta(**duration)
        monkeypatch.setattr(clock, "now", lambda: later)

    return move


def client(*, created_at: datetime = LONG_AGO, **members: object) -> Client:
    """Make a client, which no registration has checked."""
    return Client(client_id="c1", created_at=created_at, metadata={}, **members)


def client_at(server: ClientServer, path: str = "/jwks", **members: Any) -> Client:
    """Make a client whose keys are on a server."""
    return client(jwks_uri=f"http://127.0.0.1:{server.port}{path}", **members)


async def kids_of(
    source: KeySource, database: Database, client: Client, kid: str | None = None
) -> list[str | None]:
    """Read the ids of a client's keys as a request would."""
    found = await database.run(lambda: source.keys_of(client, kid=kid))
    return [key.kid for key in found]


async def test_keys_may_come_by_value(source: KeySource, database: Database):
    """A client that registered its keys is asked for nothing."""
    by_value = client(jwks={"keys": [jwk("k1"), jwk("k2")]})

    assert await kids_of(source, database, by_value) == ["k1", "k2"]


async def test_a_client_may_have_no_keys(source: KeySource, database: Database):
    """Then it cannot be authenticated by one."""
    with pytest.raises(ClientKeysUnavailable):
        await kids_of(source, database, client())


@pytest.mark.parametrize("kid", [None, "k2"])
async def test_keys_of_a_client_that_came_later_are_fetched(
    source: KeySource, database: Database, server: ClientServer, kid: str | None
):
    """It may have the address of another; whose keys were there before are not its own."""
    assert await kids_of(source, database, client_at(server)) == ["k1"]
    server.publish("k2")
    newer = client_at(server, created_at=clock.now())

    assert await kids_of(source, database, newer, kid) == ["k2"]

    assert await kids_of(source, database, newer, "unknown") == ["k2"]
    assert server.asked == 2


async def test_fetched_keys_are_kept_for_an_hour(
    source: KeySource, database: Database, server: ClientServer, pass_time: Callable[..., None]
):
    """One request serves all that follow, and then they are read anew."""
    assert await kids_of(source, database, client_at(server)) == ["k1"]
    server.publish("k2")

    pass_time(minutes=59)
    assert await kids_of(source, database, client_at(server), "k1") == ["k1"]
    assert server.asked == 1

    pass_time(minutes=2)
    assert await kids_of(source, database, client_at(server)) == ["k2"]
    assert server.asked == 2


async def test_a_new_key_is_found_soon(
    source: KeySource, database: Database, server: ClientServer, pass_time: Callable[..., None]
):
    """An unknown key id makes us ask again, once a minute at most."""
    await kids_of(source, database, client_at(server))
    server.publish("k1", "k2")

    assert await kids_of(source, database, client_at(server), "k2") == ["k1"]
    assert server.asked == 1

    pass_time(minutes=1)
    assert await kids_of(source, database, client_at(server), "k2") == ["k1", "k2"]
    assert await kids_of(source, database, client_at(server), "k3") == ["k1", "k2"]
    assert server.asked == 2


async def test_keys_survive_a_failure_to_ask_again(
    source: KeySource, database: Database, server: ClientServer, pass_time: Callable[..., None]
):
    """An unknown key id cannot take away the keys that are still good."""
    await kids_of(source, database, client_at(server))
    server.status = 500

    pass_time(minutes=1)
    assert await kids_of(source, database, client_at(server), "k2") == ["k1"]
    assert await kids_of(source, database, client_at(server), "k2") == ["k1"]
    assert server.asked == 2

    pass_time(hours=1)
    with pytest.raises(ClientKeysUnavailable):
        await kids_of(source, database, client_at(server), "k1")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b"{}"),
        (302, b""),
        (200, b""),
        (200, b"<html>"),
        (200, b"\xff"),
        (200, b"null"),
        (200, b"[" * 60_000),
        (200, b'{"keys": []}'),
        (200, b'{"keys": [{"kty": "oct", "k": "AA"}]}'),
        (200, b'{"keys": [' + b" " * 70_000 + b"]}"),
    ],
)
async def test_a_failure_is_remembered_for_a_minute(
    source: KeySource,
    database: Database,
    server: ClientServer,
    pass_time: Callable[..., None],
    status: int,
    body: bytes,
):
    """A broken server is not asked by every request, and its recovery is noticed."""
    server.status, server.body = status, body
    for _ in range(3):
        with pytest.raises(ClientKeysUnavailable):
            await kids_of(source, database, client_at(server))
    assert server.asked == 1

    server.status = 200
    server.publish("k1")
    pass_time(minutes=1)

    assert await kids_of(source, database, client_at(server)) == ["k1"]


async def test_a_refused_address_has_no_keys(database: Database, server: ClientServer):
    """Without permission, nothing on this machine is asked."""
    fetcher = Fetcher(FetchConfig())

    with pytest.raises(ClientKeysUnavailable):
        await kids_of(KeySource(fetcher), database, client_at(server))

    assert server.asked == 0
    await fetcher.aclose()


async def test_many_requests_fetch_once(
    source: KeySource, database: Database, server: ClientServer
):
    """They wait for the same answer, and the database is free meanwhile."""
    server.may_answer.clear()
    requests = [
        asyncio.ensure_future(kids_of(source, database, client_at(server))) for _ in range(20)
    ]
    await server.is_asked.wait()

    await database.run(lambda: None)
    server.may_answer.set()

    assert await asyncio.gather(*requests) == [["k1"]] * 20
    assert server.asked == 1


async def test_a_cancelled_request_leaves_the_others_their_answer(
    source: KeySource, database: Database, server: ClientServer
):
    """Whoever began to ask may hang up."""
    server.may_answer.clear()
    first = asyncio.ensure_future(kids_of(source, database, client_at(server)))
    await server.is_asked.wait()
    second = asyncio.ensure_future(kids_of(source, database, client_at(server)))

    first.cancel()
    server.may_answer.set()

    assert await second == ["k1"]
    assert first.cancelled()
    assert server.asked == 1


async def test_a_new_key_of_a_certificate_is_found_soon(
    source: KeySource, database: Database, server: ClientServer, pass_time: Callable[..., None]
):
    """A key has no name there, so it is looked for itself: once more, if it is not in the list."""
    first, second = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")

    async def has(key: ECKey) -> bool:
        found = partial(source.has_key, client_at(server), key.public_key)
        return await database.run(found)

    server.body = json.dumps({"keys": [first.as_dict(private=False)]}).encode()
    assert await has(first)
    assert not await has(second)
    server.body = json.dumps({"keys": [second.as_dict(private=False)]}).encode()
    pass_time(minutes=2)

    assert await has(second)
    assert not await has(first)
    assert server.asked == 2


async def test_keys_by_value_are_those_of_today(source: KeySource, database: Database):
    """What is kept of a client is kept for as long as it has the same metadata."""
    old, new = ({"keys": [jwk(kid)]} for kid in ("k1", "k2"))

    assert await kids_of(source, database, client(jwks=old)) == ["k1"]
    assert await kids_of(source, database, client(jwks=old)) == ["k1"]
    assert await kids_of(source, database, client(jwks=new)) == ["k2"]
