"""What surrounds every request: its id, the client's address, a log line, the last handler."""

import os
import re
import time
from collections.abc import Awaitable, Iterator
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from idp.config import Config
from idp.log import bind_request, clear_request, log
from idp.web.forwarded import Address, ForwardedHeader, TrustedProxies, hops, read_address

LAST_RESORT = b'{"error":"server_error","error_description":"Something went wrong here."}'
HSTS = (b"strict-transport-security", b"max-age=31536000")  # a year (RFC 6797 §6.1.1)

# Ids of interactions, set-up tokens and whatever else was put into a path: they open things.
SHORTEST_ID = 32
SECRET_SEGMENT = re.compile(rf"(?<=/)[A-Za-z0-9_-]{{{SHORTEST_ID},}}(?=/|$)")

PEERS_REMEMBERED = 4096
ID_BYTES = 11
IDS_AT_ONCE = 256


class RequestContext:
    """Pure ASGI: Starlette's BaseHTTPMiddleware would cost half an RSA signature."""

    def __init__(self, app: ASGIApp, config: Config) -> None:
        self.app = app
        self.trusted = TrustedProxies(config.server.trusted_proxies)
        self.header = ForwardedHeader(config.server.forwarded_header)
        self.header_name = self.header.lower().encode()
        self.fields = [HSTS] if config.issuer.startswith("https:") else []
        self.has_warned = False
        self.ids = _random_ids()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whatever happens."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = next(self.ids)
        bind_request(request_id, self._address(scope))
        started = time.perf_counter()
        status = 0

        def send_with_headers(message: Message) -> Awaitable[None]:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                # A new list, since prepared answers send the same one each time.
                own = (b"x-request-id", request_id.encode())
                message["headers"] = [*message.get("headers", ()), own, *self.fields]
            return send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:  # nothing may reach the server: it would log what it has seen
            log.error("unhandled_exception", exc_info=error)
            if status == 0:
                await _answer_500(send_with_headers)
        finally:
            elapsed = (time.perf_counter() - started) * 1000
            log.info(
                "request",
                method=scope["method"],
                path=_without_ids(scope["path"]),
                status=status,
                milliseconds=round(elapsed, 1),
            )
            clear_request()

    def _address(self, scope: Scope) -> str | None:
        """Tell who asks: the peer, or whom the proxies that we trust say they ask for.

        Read from the right, since a client can put anything at the left (RFC 7239 §8.1).
        """
        peer = scope["client"][0] if scope.get("client") else ""
        forwarded = [value for name, value in scope["headers"] if name == self.header_name]
        if not forwarded:
            return _written(peer)
        address = read_address(peer)
        if not self.trusted.has(address):
            self._warn_once(address)
        for hop in reversed(hops(self.header, forwarded)):
            asked_by = read_address(hop) if self.trusted.has(address) else None
            if asked_by is None:
                break  # the last one that we know has to answer for what nobody can read
            address = asked_by
        return None if address is None else str(address)

    def _warn_once(self, address: Address | None) -> None:
        """Say that a proxy is not believed: all who come by it are throttled as one."""
        if not self.has_warned:
            self.has_warned = True
            hint = "is this a proxy of yours? then name it in server.trusted_proxies"
            log.warning("forwarded_for_not_believed", peer=str(address), hint=hint)


@lru_cache(PEERS_REMEMBERED)
def _written(peer: str) -> str | None:
    address = read_address(peer)
    return None if address is None else str(address)


def _random_ids() -> Iterator[str]:
    """Make ids that need not be secret; the system is asked for many at a time."""
    while True:
        digits = os.urandom(ID_BYTES * IDS_AT_ONCE).hex()
        for start in range(0, len(digits), 2 * ID_BYTES):
            yield digits[start : start + 2 * ID_BYTES]


def _without_ids(path: str) -> str:
    return SECRET_SEGMENT.sub("...", path) if len(path) > SHORTEST_ID else path


async def _answer_500(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": LAST_RESORT})
