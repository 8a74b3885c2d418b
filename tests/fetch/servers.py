"""Servers on loopback, name servers that say what they are told, and who fetches from them."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from idp.config import FetchConfig
from idp.fetch import Fetcher, Resolve, getaddrinfo

HELLO = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
LOOPBACK = FetchConfig(allowed_networks=("127.0.0.0/8",), max_bytes=1000)
TRUSTS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Server:
    """A server that answers every request with the same bytes, and keeps what it was asked."""

    def __init__(self, answer: bytes, *, hangs: bool) -> None:
        self.answer = answer
        self.hangs = hangs
        self.requests: list[str] = []
        self.port = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        try:
            self.requests.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(self.answer)
            if self.hangs:
                await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(
    answer: bytes, *, hangs: bool = False, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Server]:
    """Run a server on a port of its own."""
    server = Server(answer, hangs=hangs)
    listener = await asyncio.start_server(server.handle, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield server


@asynccontextmanager
async def fetching(
    config: FetchConfig = LOOPBACK,
    *,
    resolve: Resolve = getaddrinfo,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Fetcher]:
    """Fetch, by default also from loopback."""
    fetcher = Fetcher(config, resolve=resolve, tls=tls or TRUSTS_NOBODY)
    try:
        yield fetcher
    finally:
        await fetcher.aclose()


def resolving_to(*addresses: str) -> Resolve:
    """Give every name the same addresses."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve
