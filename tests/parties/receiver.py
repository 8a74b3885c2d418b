"""A client's server: it is told of things by POST, and answers as it was set up to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tests.parties.relying_party import unverified_claims

OK = 200
NO_ANSWER = 0


@dataclass
class Receiver:
    """A server of HTTP on the loopback interface, and the forms that came to each of its paths.

    `statuses` are those of its next answers; with NO_ANSWER it waits until the other side leaves.
    `says` is what stands in each answer.
    """

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    forms: list[dict[str, list[str]]] = field(default_factory=list)
    says: bytes = b""

    def url(self, path: str = "/logout") -> str:
        """Give the address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def tokens(self) -> list[str]:
        """List the logout tokens that came."""
        return [form["logout_token"][0] for form in self.forms]

    @property
    def claims(self) -> list[dict[str, Any]]:
        """List the claims of the logout tokens that came."""
        return [unverified_claims(token) for token in self.tokens]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().partition("content-length: ")[2].split("\r\n")[0])
        body = (await reader.readexactly(length)).decode()
        self.requests.append(head)
        self.bodies.append(body)
        self.forms.append(parse_qs(body))
        status = self.statuses.pop(0) if self.statuses else OK
        if status == NO_ANSWER:
            await reader.read()
        else:
            location = "Location: /elsewhere\r\n" if 300 <= status < 400 else ""
            head = f"HTTP/1.1 {status} X\r\n{location}Content-Length: {len(self.says)}\r\n\r\n"
            writer.write(head.encode() + self.says)
        writer.close()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Run a client's server for as long as the context is open."""
    receiver = Receiver()
    listener = await asyncio.start_server(receiver.handle, "127.0.0.1", 0)
    receiver.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield receiver
