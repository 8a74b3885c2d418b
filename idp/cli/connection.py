"""Connections that end: a request may take only so long to arrive, and its head only so much.

Uvicorn bounds neither with httptools, so that a few hundred silent connections, or one that sends
headers for ever, would keep everybody else out (CWE-400, CWE-770).
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 64 * 1024
SECONDS_TO_ARRIVE = 10  # from the connection, or the first byte, to the last


class BoundedConnection(HttpToolsProtocol):
    """One connection of HTTP/1.1."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._ends = 0  # of heads and of messages
        self._head_bytes = 0
        self._is_in_head = True
        self._is_arriving = True
        self._deadline: Any = None
        self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._drop_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, and refuse a head that is too long."""
        ends = self._ends
        super().data_received(data)
        if self._is_arriving and self._deadline is None:
            self._set_deadline()  # most requests are whole by now, and need none
        if not self._is_in_head or self._ends != ends:
            return  # what came belongs to a body, or to a request that is complete
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The request has too many headers.")

    def on_message_begin(self) -> None:
        """Give the request its time."""
        self._drop_deadline()
        self._is_arriving = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Leave the length of the body to the application, which bounds it."""
        self._is_in_head = False
        self._ends += 1
        self._head_bytes = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Stop waiting: what comes now is the answer, and then the keep-alive of uvicorn."""
        self._is_in_head = True
        self._ends += 1
        self._is_arriving = False
        self._drop_deadline()
        super().on_message_complete()

    def _set_deadline(self) -> None:
        self._deadline = self.loop.call_later(SECONDS_TO_ARRIVE, self._give_up)

    def _drop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
