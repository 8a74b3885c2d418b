"""What surrounds a request: the client's address, the request's id, the log line, the last word."""

import json
from typing import Any

import httpx2
import pytest
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from idp.config import Config
from idp.log import client_address, request_id
from idp.web.middleware import RequestContext
from tests.conftest import Logged

PROXY, CLIENT = "10.0.0.1", "203.0.113.7"
BEHIND_PROXY = {"trusted_proxies": ["10.0.0.0/8", "192.0.2.1", "fd00::/8"]}


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with what is known about the request."""
    known = {"address": client_address(), "request_id": request_id()}
    await JSONResponse(known)(scope, receive, send)


async def crash(scope: Scope, receive: Receive, send: Send) -> None:
    """Fail before an answer."""
    raise RuntimeError("detail 4711")


async def crash_late(scope: Scope, receive: Receive, send: Send) -> None:
    """Fail in the middle of an answer."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise RuntimeError("detail 4711")


async def ask(
    app: ASGIApp,
    *,
    path: str = "/",
    peer: str | None = CLIENT,
    forwarded: list[str] | None = None,
    header: str = "X-Forwarded-For",
    issuer: str = "https://idp.example",
    server: dict[str, Any] | None = None,
) -> httpx2.Response:
    """Send a request by way of the middleware."""
    surrounded = RequestContext(app, Config(issuer=issuer, server=server or {}))
    client = (peer, 4711) if peer is not None else None
    transport = httpx2.ASGITransport(surrounded, client=client)  # type: ignore[arg-type]  # as on a Unix socket
    headers = [(header, value) for value in forwarded or []]
    async with httpx2.AsyncClient(transport=transport, base_url=issuer) as http:
        return await http.get(path, headers=headers)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        # Nobody's word is taken for it ...
        (CLIENT, [], CLIENT),
        (CLIENT, ["198.51.100.1"], CLIENT),
        (CLIENT, ["10.0.0.9, 198.51.100.1"], CLIENT),
        # ... but that of a proxy, for the one who asked it.
        (PROXY, [], PROXY),
        (PROXY, ["198.51.100.1"], "198.51.100.1"),
        ("192.0.2.1", ["198.51.100.1"], "198.51.100.1"),
        ("192.0.2.2", ["198.51.100.1"], "192.0.2.2"),
        # What a client wrote itself stands at the left.
        (PROXY, ["127.0.0.1, 10.0.0.5, 198.51.100.1"], "198.51.100.1"),
        (PROXY, ["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
        # A proxy behind a proxy.
        (PROXY, ["6.6.6.6, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        (PROXY, ["198.51.100.1", "192.0.2.1,10.0.0.2"], "198.51.100.1"),
        (PROXY, ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        # What cannot be read is as if the proxy had asked.
        (PROXY, ["unknown"], PROXY),
        (PROXY, [""], PROXY),
        (PROXY, [","], PROXY),
        (PROXY, ["198.51.100.1, _hidden"], PROXY),
        (PROXY, ["198.51.100.1, " + "9" * 5000], PROXY),
        (PROXY, ["198.51.100.1, evil\x00"], PROXY),
        (PROXY, ["garbage, 198.51.100.1"], "198.51.100.1"),
        # Some proxies write ports, too.
        (PROXY, ["198.51.100.1:5678"], "198.51.100.1"),
        (PROXY, ["198.51.100.1:5678, 10.0.0.2:80"], "198.51.100.1"),
        (PROXY, ["[2001:db8::1]:80"], "2001:db8::1"),
        # IPv6, and IPv4 as a socket for both shows it.
        ("fd00::1", ["2001:db8::1"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        (PROXY, ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("fe80::1%eth0", [], "fe80::1"),
        # No address at all.
        (None, ["198.51.100.1"], None),
        ("testclient", ["198.51.100.1"], None),
    ],
)
async def test_whose_word_is_taken_for_the_address(
    peer: str | None, forwarded: list[str], address: str | None
) -> None:
    """X-Forwarded-For is believed from the right, and only as far as trusted proxies wrote it."""
    response = await ask(echo, peer=peer, forwarded=forwarded, server=BEHIND_PROXY)

    assert response.json()["address"] == address


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (["for=198.51.100.1"], "198.51.100.1"),
        (["for=6.6.6.6, for=198.51.100.1;proto=https, for=10.0.0.2"], "198.51.100.1"),
        (['for="[2001:db8::1]:80"'], "2001:db8::1"),
        (["proto=https"], PROXY),
        (["for=unknown"], PROXY),
        (['for="198.51.100.1'], PROXY),
    ],
)
async def test_the_standard_header(forwarded: list[str], address: str) -> None:
    """Forwarded is believed in the same way, where it is what the proxies write (RFC 7239)."""
    server = {**BEHIND_PROXY, "forwarded_header": "Forwarded"}
    response = await ask(echo, peer=PROXY, forwarded=forwarded, header="Forwarded", server=server)

    assert response.json()["address"] == address


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("X-Forwarded-For", ("Forwarded", "for=6.6.6.6")),
        ("Forwarded", ("X-Forwarded-For", "6.6.6.6")),
    ],
)
async def test_the_other_header_says_nothing(written: str, sent: tuple[str, str]) -> None:
    """A proxy passes on what it does not write, so a client could have put anything into it."""
    name, value = sent
    server = {**BEHIND_PROXY, "forwarded_header": written}

    response = await ask(echo, peer=PROXY, forwarded=[value], header=name, server=server)

    assert response.json()["address"] == PROXY


async def test_without_trusted_proxies_the_header_says_nothing() -> None:
    """By default a client cannot choose where its failed sign-ins are counted."""
    response = await ask(echo, peer="127.0.0.1", forwarded=["198.51.100.1"])

    assert response.json()["address"] == "127.0.0.1"


async def test_the_id_of_a_request_is_known_inside_and_outside() -> None:
    """Code and caller see the same id, and each request has its own."""
    first = await ask(echo)
    second = await ask(echo)

    assert first.headers["X-Request-Id"] == first.json()["request_id"]
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert request_id() is None


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [("https://idp.example", "max-age=31536000"), ("http://127.0.0.1:8000", None)],
)
async def test_an_https_server_is_reached_by_https_only(issuer: str, expected: str | None) -> None:
    """HSTS is sent where there is HTTPS (RFC 6797 §7.2)."""
    response = await ask(echo, issuer=issuer)

    assert response.headers.get("Strict-Transport-Security") == expected


ID = "N" * 43  # as long as those of Secret


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/token", "/token"),
        ("/authorize?login_hint=secret", "/authorize"),
        (f"/authorize/{ID}", "/authorize/..."),
        (f"/setup/{ID}", "/setup/..."),
        (f"/setup/{ID}/more", "/setup/.../more"),
        (f"/Setup/{ID}", "/Setup/..."),
        (f"/elsewhere/idp_rt_{ID}", "/elsewhere/..."),
        ("/account/disconnect", "/account/disconnect"),
        ("/.well-known/openid-configuration", "/.well-known/openid-configuration"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/tenant"])
async def test_a_log_line_for_each_request(
    path: str, written: str, prefix: str, logged: Logged
) -> None:
    """A request leaves one line, without its query and without ids that open something."""
    issuer = "https://idp.example" + prefix
    response = await ask(echo, path=issuer + path, issuer=issuer)

    (line,) = logged()
    assert line["event"] == "request"
    assert (line["method"], line["path"], line["status"]) == ("GET", prefix + written, 200)
    assert line["request_id"] == response.headers["X-Request-Id"]
    assert line["address"] == CLIENT


async def test_the_last_word_when_everything_else_has_failed(logged: Logged) -> None:
    """Nobody outside sees what went wrong, and the log has it under the request's id."""
    response = await ask(crash)

    assert response.status_code == 500
    assert json.loads(response.text)["error"] == "server_error"
    assert "4711" not in response.text
    assert response.headers["Cache-Control"] == "no-store"
    lines = {line["event"]: line for line in logged()}
    assert "detail 4711" in lines["unhandled_exception"]["exception"]
    assert lines["unhandled_exception"]["request_id"] == response.headers["X-Request-Id"]


async def test_an_answer_that_breaks_off_is_logged(logged: Logged) -> None:
    """What has begun cannot be taken back, but it is not passed over in silence either."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    await RequestContext(crash_late, Config())(scope, None, send)  # type: ignore[arg-type]  # never used

    assert [message["type"] for message in sent] == ["http.response.start"]
    assert "unhandled_exception" in [line["event"] for line in logged()]


async def test_other_kinds_of_connections_pass() -> None:
    """The start and the stop of the application are not requests."""
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope["type"], request_id()))

    await RequestContext(app, Config())({"type": "lifespan"}, None, None)  # type: ignore[arg-type]  # never used

    assert seen == [("lifespan", None)]


async def test_a_proxy_that_is_not_believed_is_pointed_out_once(logged: Logged) -> None:
    """An operator who forgot to name the proxy learns of it, and is not flooded."""
    app = RequestContext(echo, Config(issuer="https://idp.example"))
    transport = httpx2.ASGITransport(app=app, client=(CLIENT, 1))

    async with httpx2.AsyncClient(transport=transport, base_url="https://idp.example") as client:
        for _ in range(3):
            await client.get("/", headers={"X-Forwarded-For": "198.51.100.1"})

    events = [line["event"] for line in logged()]
    assert events.count("forwarded_for_not_believed") == 1
