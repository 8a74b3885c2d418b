"""One question to an address that was checked, as the host whose name led there."""

import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx2

from idp.fetch.addresses import Address
from idp.fetch.fetched import Fetched, FetchFailed, FetchRedirected, FetchRefused

USER_AGENT = "idp"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be asked, if its host has the right addresses."""

    url: httpx2.URL
    host: str
    port: int
    scheme: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a URL; of the answer to a form only the status counts."""

    method: str
    headers: Mapping[str, str]
    body: bytes = b""
    max_bytes: int = 0  # of the document

    @property
    def wants_document(self) -> bool:
        """Whether the answer has to be a document."""
        return self.method == "GET"


class Transport:
    """Asks for documents, and sends forms.

    It speaks to httpx2's transport without a client around it, which would add what must not be:
    redirects, cookies, credentials and proxies from the environment.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        # A connection is pinned to an address, and the pool knows it by that address alone: kept
        # alive, it could serve another host there, whose certificate nobody checked.
        self._transport = httpx2.AsyncHTTPTransport(
            verify=tls,
            trust_env=False,
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
        )

    def parse(self, url: str) -> Target:
        """Take a URL apart, or raise FetchRefused."""
        try:
            target = httpx2.URL(url)
        except (httpx2.InvalidURL, TypeError):
            raise FetchRefused("the URL is not valid") from None
        if target.scheme not in ("http", "https"):
            raise FetchRefused("the URL must begin with https://")
        if not target.host or target.userinfo:
            raise FetchRefused("the URL must have a host and no user name")
        host = target.raw_host.decode("ascii").strip("[]")
        port = target.port or (443 if target.scheme == "https" else 80)
        return Target(target, host, port, target.scheme)

    @staticmethod
    def reading(accept: str, headers: Mapping[str, str], max_bytes: int) -> Question:
        """Ask for a document of so many bytes at most."""
        return Question("GET", {"Accept": accept, **headers}, max_bytes=max_bytes)

    @staticmethod
    def sending(form: Mapping[str, str]) -> Question:
        """Send a form."""
        return _sending(FORM, urlencode(form).encode(), {})

    @staticmethod
    def sending_json(document: Mapping[str, str], headers: Mapping[str, str]) -> Question:
        """Send JSON."""
        return _sending(JSON, json.dumps(document).encode(), headers)

    async def ask(
        self, addresses: Sequence[Address], target: Target, question: Question
    ) -> Fetched:
        """Ask the first address that can be reached, or raise FetchFailed."""
        try:
            for address in addresses[:-1]:
                try:
                    return await self._ask_at(address, target, question)
                except httpx2.ConnectError:
                    continue
            return await self._ask_at(addresses[-1], target, question)
        except httpx2.TransportError as error:
            raise FetchFailed("the server could not be reached") from error

    async def aclose(self) -> None:
        """Close what is open."""
        await self._transport.aclose()

    async def _ask_at(self, address: Address, target: Target, question: Question) -> Fetched:
        response = await self._transport.handle_async_request(_request(address, target, question))
        try:
            _check_status(response, question)
            return Fetched(
                status=response.status_code,
                headers=dict(response.headers),
                body=await _read(response, question.max_bytes) if question.wants_document else b"",
            )
        finally:
            await response.aclose()


def _sending(media_type: str, body: bytes, headers: Mapping[str, str]) -> Question:
    of_body = {"Content-Type": media_type, "Content-Length": str(len(body))}
    return Question("POST", of_body | dict(headers), body)


async def _read(response: httpx2.Response, max_bytes: int) -> bytes:
    if "content-encoding" in response.headers:
        raise FetchFailed("the document is compressed")  # and nobody asked for that
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > max_bytes:
            raise FetchFailed("the document is too long")
    return bytes(body)


def _check_status(response: httpx2.Response, question: Question) -> None:
    if 300 <= response.status_code < 400:
        raise FetchRedirected()
    if question.wants_document and not response.is_success:
        raise FetchFailed("the server did not answer with a document")


def _request(address: Address, target: Target, question: Question) -> httpx2.Request:
    """Address the request to the checked address, and let TLS and Host keep the name."""
    return httpx2.Request(
        question.method,
        target.url.copy_with(host=str(address), fragment=None),
        headers={
            "Host": target.url.netloc.decode("ascii"),
            "User-Agent": USER_AGENT,
            **question.headers,
            "Accept-Encoding": "identity",
            "Connection": "close",
        },
        content=question.body,
        extensions={"sni_hostname": target.host},
    )
