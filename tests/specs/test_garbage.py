"""Requests that make no sense are refused, by every endpoint, and never with 500."""

from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.routes import PAGES, PROTOCOL, QUESTIONS
from tests.conftest import Configure
from tests.parties.browser import Browser, Page
from tests.parties.pushing import parameters_of, push, url_of
from tests.parties.relying_party import RelyingParty

FORM = "application/x-www-form-urlencoded"
LONG = "a" * 1500
NASTY = (
    '"',
    "\\",
    "\u202e",
    "\r\nX-Injected: 1",
    "'",
    "%00",
    "é",
    "\U0001f600",
    LONG,
    "{}",
    "[",
    "//",
)
NAMES = (
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "login_hint",
    "id_token_hint",
    "code_challenge",
    "code_challenge_method",
    "resource",
    "authorization_details",
    "request",
    "request_uri",
    "grant_type",
    "code",
    "code_verifier",
    "refresh_token",
    "token",
    "token_type_hint",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "username",
    "password",
    "access_token",
    "post_logout_redirect_uri",
    "logout_hint",
    "csrf",
    "decision",
    "email",
    "name",
    "claims",
    "acr_values",
)


@pytest.fixture
def config(configure: Configure) -> Config:
    """Have every page there is."""
    return configure(registration={"mode": "open", "verify_email": False})


@dataclass(frozen=True)
class Garbage:
    """A body or a query or headers that make no sense, and what may be answered."""

    name: str
    statuses: set[int]
    body: bytes = b""
    query: str = ""
    headers: dict[str, Any] = field(default_factory=dict)


UNREADABLE = (
    Garbage("json", {400}, b"{}", headers={"Content-Type": "application/json"}),
    Garbage(
        "multipart", {400}, b"--x", headers={"Content-Type": "multipart/form-data; boundary=x"}
    ),
    Garbage("no type", {400}, b"a=1", headers={"Content-Type": ""}),
    Garbage("not UTF-8", {400}, b"a=%FF"),
    Garbage("raw bytes", {400}, b"a=\xff\xfe"),
    Garbage("NUL", {400}, b"client_id=%00"),
    Garbage("surrogate", {400}, b"client_id=%ED%A0%80"),
    Garbage("many parameters", {400}, b"&".join([b"a=1"] * 10_000)),
    Garbage("too long", {413}, b"a=" + b"x" * 70_000),
    Garbage("query not UTF-8", {400}, query="a=%FF"),
    Garbage("query with NUL", {400}, query="a=%00"),
    Garbage("query of many parameters", {400}, query="&".join(["a=1"] * 10_000)),
)
REFUSED = {200, 303, 400, 401, 403, 404, 410, 415, 422, 429}
READABLE = (
    Garbage("nothing", REFUSED),
    Garbage("separators", REFUSED, b"&&==&=&;"),
    Garbage("cookies", REFUSED, headers={"Cookie": b'__Host-idp-session="\\377' + b"\xff" * 99}),
    Garbage("many cookies", REFUSED, headers={"Cookie": "; ".join(["__Host-idp-session=a"] * 500)}),
    Garbage("Basic", REFUSED, headers={"Authorization": "Basic ////"}),
    Garbage("Bearer", REFUSED, headers={"Authorization": "Bearer " + LONG}),
    Garbage("two schemes", REFUSED, headers={"Authorization": b"\xff\xff Basic Bearer"}),
    Garbage("origin", REFUSED, headers={"Origin": "[", "Referer": "\\", "Sec-Fetch-Site": "x"}),
    *(Garbage(f"all {value[:9]!r}", REFUSED, query=value) for value in NASTY),
)


def endpoints() -> list[tuple[str, str]]:
    """List what can be asked, with ids that there are not."""
    rows = [*PROTOCOL, *QUESTIONS, *PAGES]
    return [
        (method, path.replace("{interaction}", "x").replace("{token}", "x"))
        for path, _, methods in rows
        for method in methods
    ]


async def test_what_cannot_be_read_is_refused_everywhere(http: httpx2.AsyncClient) -> None:
    """Each endpoint answers with the same 4xx, in its own form, before it does anything."""
    for method, path in endpoints():
        for garbage in UNREADABLE:
            response = await _send(http, method, path, garbage)

            where = (method, path, garbage.name, response.status_code)
            assert response.status_code in garbage.statuses, where
            if any(path.startswith(each) for each, _, _ in (*PROTOCOL, *QUESTIONS)):
                assert response.json()["error"] == "invalid_request", where
            else:
                assert 'id="error-page"' in response.text, where


async def test_nothing_readable_makes_an_endpoint_fail(
    http: httpx2.AsyncClient, rp: RelyingParty
) -> None:
    """Whatever stands in any parameter, cookie or header, there is never a 5xx."""
    for method, path in endpoints():
        for garbage in READABLE:
            response = await _send(http, method, path, garbage, nasty=garbage.query)

            where = (method, path, garbage.name, response.status_code)
            assert response.status_code in garbage.statuses, where
            assert "X-Injected" not in response.headers, where


async def test_an_authenticated_client_cannot_do_it_either(rp: RelyingParty) -> None:
    """With the right secret, each parameter in turn may be garbage."""
    for path in ("/token", "/introspect", "/revoke"):
        for grant_type in ("authorization_code", "refresh_token", "client_credentials", "password"):
            for value in NASTY:
                parameters = dict.fromkeys(
                    ("code", "refresh_token", "token", "scope", "username", "password", "resource"),
                    value,
                )
                response = await rp.post(path, grant_type=grant_type, **parameters)
                assert response.status_code in {200, 400}, (path, grant_type, value)


async def test_nothing_that_is_pushed_makes_it_fail(rp: RelyingParty, browser: Browser) -> None:
    """Each parameter of a request in turn may be garbage, and what is kept can be opened."""
    for name in parameters_of(rp).keys() - {"client_id"} | {"login_hint", "request", "dpop_jkt"}:
        for value in NASTY:
            response = await push(rp, **{name: value})

            assert response.status_code in {201, 400}, (name, value, response.text)
            if response.status_code == 201:
                shown = await browser.open(url_of(rp, response.json()["request_uri"]))
                assert isinstance(shown, Page), (name, value)
                assert shown.status == 200, (name, value)


async def _send(
    http: httpx2.AsyncClient, method: str, path: str, garbage: Garbage, *, nasty: str = ""
) -> httpx2.Response:
    body, query = garbage.body, garbage.query
    if nasty:
        filled = str(httpx2.QueryParams(dict.fromkeys(NAMES, nasty)))
        body, query = (filled.encode(), "") if method == "POST" else (b"", filled)
    elif body and method == "GET":
        query = ""
    headers = {"Content-Type": FORM, "Accept": "text/html"} | garbage.headers
    url = f"{path}?{query}" if query else path
    return await http.request(method, url, content=body, headers=headers)
