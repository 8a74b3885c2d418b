"""Connections over a real port: what takes too long, or is too long, comes to its end."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from idp.cli import connection
from idp.cli.connection import BoundedConnection

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
REQUEST = b"POST / HTTP/1.1\r\nHost: idp\r\nContent-Length: 5\r\n\r\nhello"


async def echo(request: Request) -> PlainTextResponse:
    """Answer with the body."""
    return PlainTextResponse((await request.body()).decode())


@pytest.fixture
async def connected(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Connection]:
    """Connect to a server that waits for half a second."""
    monkeypatch.setattr(connection, "SECONDS_TO_ARRIVE", 0.5)
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    config = uvicorn.Config(app, port=0, http=BoundedConnection, log_config=None, lifespan="off")
    config.load()
    loop = asyncio.get_running_loop()
    state = uvicorn.Server(config).server_state
    server = await loop.create_server(lambda: BoundedConnection(config, state, {}), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    yield reader, writer
    writer.close()
    server.close()
    await server.wait_closed()


async def read_to_the_end(reader: asyncio.StreamReader) -> bytes:
    """Read until the server hangs up; a reset is an end as well."""
    async with asyncio.timeout(10):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: idp\r\n", REQUEST[:-1]],
    ids=["nothing", "half a line", "half a head", "half a body"],
)
async def test_a_request_that_does_not_arrive_is_hung_up_on(
    connected: Connection, sent: bytes
) -> None:
    """Silence and slowness take a place away from others for a short time only."""
    reader, writer = connected
    writer.write(sent)

    assert b"200 OK" not in await read_to_the_end(reader)


async def test_a_head_that_does_not_end_is_refused(connected: Connection) -> None:
    """Headers are kept in memory, so there may be only so many."""
    reader, writer = connected
    writer.write(b"GET / HTTP/1.1\r\nHost: idp\r\n" + b"X: " + b"x" * 66_000)

    assert b"400 Bad Request" in await read_to_the_end(reader)


async def test_a_request_in_pieces_is_answered(connected: Connection) -> None:
    """Several requests on one connection, however they are cut, are answered."""
    reader, writer = connected
    answers = []

    for _ in range(2):
        for start in range(0, len(REQUEST), 20):
            writer.write(REQUEST[start : start + 20])
            await writer.drain()
        answers.append(await reader.readuntil(b"hello"))

    assert all(answer.startswith(b"HTTP/1.1 200 OK") for answer in answers)
