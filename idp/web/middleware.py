"""What surrounds every request: its id, the client's address, a log line, the last handler."""

import ipaddress
import re
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from idp.config import Config
from idp.log import bind_request, clear_request, log
from idp.secret import identifier

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LAST_RESORT = b'{"error":"server_error","error_description":"Something went wrong here."}'
ONE_YEAR = 31_536_000

# Ids of interactions, set-up tokens and whatever else was put into a path: they open things.
SECRET_SEGMENT = re.compile(r"(?<=/)[A-Za-z0-9_-]{32,}(?=/|$)")


class RequestContext:
    """Pure ASGI: Starlette's BaseHTTPMiddleware would cost half an RSA signature."""

    def __init__(self, app: ASGIApp, config: Config) -> None:
        self.app = app
        self.trusted = [ipaddress.ip_network(each) for each in config.server.trusted_proxies]
        self.is_https = config.issuer.startswith("https:")
        self.has_warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whatever happens."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = identifier()
        bind_request(request_id, self._address(scope))
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                if self.is_https:
                    headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
            await send(message)

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
                path=SECRET_SEGMENT.sub("...", scope["path"]),
                status=status,
                milliseconds=round(elapsed, 1),
            )
            clear_request()

    def _address(self, scope: Scope) -> str | None:
        """Tell who asks: the peer, or whom the proxies that we trust say they ask for.

        Read from the right, since a client can put anything at the left (RFC 7239 §8.1).
        """
        address = _parse(scope["client"][0]) if scope.get("client") else None
        forwarded = Headers(scope=scope).getlist("x-forwarded-for")
        hops = [hop for line in forwarded for hop in line.split(",")]
        if hops and not self._is_trusted(address):
            self._warn_once(address)
        while hops and self._is_trusted(address):
            hop = _parse(hops.pop())
            if hop is None:
                break  # the proxy has to answer for what nobody can read
            address = hop
        return None if address is None else str(address)

    def _warn_once(self, address: Address | None) -> None:
        """Say that a proxy is not believed: all who come by it are throttled as one."""
        if not self.has_warned:
            self.has_warned = True
            hint = "is this a proxy of yours? then name it in server.trusted_proxies"
            log.warning("forwarded_for_not_believed", peer=str(address), hint=hint)

    def _is_trusted(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self.trusted)


def _parse(text: str) -> Address | None:
    """Read an address, without the zone of a link-local one, or IPv4 dressed up as IPv6."""
    try:
        address = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


async def _answer_500(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": LAST_RESORT})
