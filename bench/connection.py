"""HTTP/1.1 over one kept connection, as cheap as it gets: the generator must not be the limit."""

import asyncio
from dataclasses import dataclass


class UnexpectedAnswer(Exception):
    """The server refused what it should have answered: nothing that was measured counts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, its header fields left unread."""

    status: int
    head: bytes
    body: bytes

    def field(self, name: bytes) -> bytes:
        """Give the value of a header field, which must be there."""
        _, _, rest = self.head.partition(b"\r\n" + name + b": ")
        return rest.partition(b"\r\n")[0]


class Connection:
    """One connection to the server, on which one request follows another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, host: str, port: int) -> "Connection":
        """Connect."""
        return cls(*await asyncio.open_connection(host, port))

    async def send(self, request: bytes, expected_status: int) -> Answer:
        """Send a request and read the answer; raise UnexpectedAnswer if its status is another."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        _, _, rest = head.partition(b"content-length: ")
        length = int(rest.partition(b"\r\n")[0] or 0)
        body = await self._reader.readexactly(length) if length else b""
        if status != expected_status:
            raise UnexpectedAnswer(f"{status}: {body.decode(errors='replace')[:500]}")
        return Answer(status, head, body)

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


def get(path: str, **fields: str) -> bytes:
    """Write a GET."""
    return _head("GET", path, fields)


def post(path: str, body: bytes, **fields: str) -> bytes:
    """Write a POST of a form."""
    fields |= {
        "content_type": "application/x-www-form-urlencoded",
        "content_length": str(len(body)),
    }
    return _head("POST", path, fields) + body


def _head(method: str, path: str, fields: dict[str, str]) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items()]
    return f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{''.join(lines)}\r\n".encode()
