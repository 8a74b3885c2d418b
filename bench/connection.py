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
        """Give the value of a header field; empty if it is not there."""
        return _field(self.head, name)


class Connection:
    """One connection to the server, on which one request follows another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, host: str, port: int, *, source: str | None = None) -> "Connection":
        """Connect, from an address of this machine."""
        local = None if source is None else (source, 0)
        return cls(*await asyncio.open_connection(host, port, local_addr=local))

    async def ask(self, request: bytes) -> Answer:
        """Send a request and read the answer, whatever it is."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(_field(head, b"content-length") or 0)
        body = await self._reader.readexactly(length) if length else b""
        return Answer(int(head[9:12]), head, body)

    async def send(self, request: bytes, status: int, content: bytes = b"") -> Answer:
        """Ask; raise UnexpectedAnswer if the status is another or the body lacks the content."""
        answer = await self.ask(request)
        if answer.status != status or content not in answer.body:
            raise UnexpectedAnswer(f"{answer.status}: {answer.body.decode(errors='replace')[:500]}")
        return answer

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


def _field(head: bytes, name: bytes) -> bytes:
    """Find a field by its name in lower case; servers write it as they like."""
    start = head.lower().find(b"\r\n" + name + b":")
    return head[start:].split(b"\r\n", 2)[1].partition(b":")[2].strip() if start >= 0 else b""
