"""A service that lists breached passwords by the first digits of their SHA-1."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

PADDING = f"{'0' * 35}:0"


def sha1_of(password: str) -> str:
    """Give the digest of a password as such services write it."""
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


@dataclass
class RangeService:
    """It knows passwords, each with how often it was found. While it is not `awake`, it waits."""

    port: int = 0
    known: dict[str, int] = field(default_factory=dict)
    status: int = 200
    body: str | None = None  # instead of a range
    requests: list[str] = field(default_factory=list)
    awake: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """Where its ranges are."""
        return f"http://127.0.0.1:{self.port}/range/"

    @property
    def told(self) -> list[str]:
        """List what it was asked for."""
        return [request.split()[1].rpartition("/")[2] for request in self.requests]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        try:
            self.requests.append((await reader.readuntil(b"\r\n\r\n")).decode())
            await self.awake.wait()
            body = self._range(self.told[-1]) if self.body is None else self.body
            head = f"HTTP/1.1 {self.status} X\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write((head + body).encode())
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _range(self, digits: str) -> str:
        digests = ((sha1_of(password), count) for password, count in self.known.items())
        lines = [f"{each[5:]}:{count}" for each, count in digests if each.startswith(digits)]
        return "\r\n".join([PADDING, *sorted(lines), PADDING])


@asynccontextmanager
async def range_service(port: int = 0, **known: int) -> AsyncIterator[RangeService]:
    """Run a service for as long as the context is open."""
    service = RangeService(known=known)
    service.awake.set()
    listener = await asyncio.start_server(service.handle, "127.0.0.1", port)
    service.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield service
        service.awake.set()  # or it would never end
