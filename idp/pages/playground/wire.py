"""Requests to the server's own endpoints, in-process, and how a request looks as text."""

import asyncio
import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import httpx2
from starlette.types import ASGIApp

# What a client library adds on its own says nothing about the protocol.
NOISE = frozenset({"accept-encoding", "connection", "user-agent"})
FORM = "application/x-www-form-urlencoded"

Decoded = tuple[str, Mapping[str, Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Check:
    """Something that a client has to look at before it believes an answer."""

    text: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response, as texts, and what they say."""

    title: str
    request: str
    response: str | None = None
    curl: str | None = None
    decoded: tuple[Decoded, ...] = ()
    checks: tuple[Check, ...] = ()


class Wire:
    """Calls the application that it is part of, without a network."""

    def __init__(self, app: ASGIApp) -> None:
        self._transport = httpx2.ASGITransport(app=app)

    async def get(self, url: str, *, token: str | None = None) -> httpx2.Response:
        """Read something, with an access token if there is one."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self._send(httpx2.Request("GET", url, headers=headers))

    async def post(self, url: str, form: Mapping[str, str]) -> httpx2.Response:
        """Send a form."""
        return await self._send(httpx2.Request("POST", url, data=form))

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        async with httpx2.AsyncClient(transport=self._transport) as client:
            # A task of its own has its own context: its log lines are not this request's.
            return await asyncio.create_task(client.send(request))


def exchange_of(title: str, response: httpx2.Response) -> Exchange:
    """Show a response, and the request that it answers."""
    request = response.request
    return Exchange(title, request_text(request), response_text(response), curl(request))


def request_text(request: httpx2.Request) -> str:
    """Write a request as it goes over the wire, with a line for each parameter."""
    path, _, query = request.url.raw_path.decode().partition("?")
    target = path + ("?" + query.replace("&", "\n  &") if query else "")
    lines = [f"{request.method} {target} HTTP/1.1", *_header_lines(request.headers)]
    body = request.content.decode().replace("&", "\n&")
    return "\n".join([*lines, "", body]).rstrip()


def response_text(response: httpx2.Response) -> str:
    """Write a response as it comes over the wire, but with its JSON indented."""
    status = f"HTTP/1.1 {response.status_code} {response.reason_phrase}"
    return "\n".join([status, *_header_lines(response.headers), "", _body(response)]).rstrip()


def curl(request: httpx2.Request, *, user: str | None = None) -> str:
    """Write a request as a command."""
    words = [f"curl -i {shlex.quote(str(request.url))}"]
    if user is not None:
        words.append(f"-u {shlex.quote(user)}")
    if "authorization" in request.headers:
        words.append("-H " + shlex.quote(f"Authorization: {request.headers['authorization']}"))
    pairs = parse_qsl(request.content.decode(), keep_blank_values=True)
    words += [f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in pairs]
    return " \\\n  ".join(words)


def arrived(title: str, method: str, url: str, parameters: Mapping[str, str]) -> Exchange:
    """Show a request that a browser has brought."""
    is_form = method == "POST"
    request = httpx2.Request(
        method,
        url,
        params=None if is_form else parameters,
        data=parameters if is_form else None,
    )
    return Exchange(title, request_text(request))


def error_of(answer: Mapping[str, Any]) -> str | None:
    """Read an error response of any endpoint."""
    error = answer.get("error")
    return f"{error}: {answer.get('error_description', '')}" if error else None


def _header_lines(headers: httpx2.Headers) -> list[str]:
    return [
        f"{name.title()}: {value}" for name, value in headers.items() if name.lower() not in NOISE
    ]


def _body(response: httpx2.Response) -> str:
    try:
        return json.dumps(response.json(), indent=2, ensure_ascii=False)
    except ValueError:
        return response.text
