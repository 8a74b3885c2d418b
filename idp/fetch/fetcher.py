"""Reads documents and sends forms, at addresses of a host that were found and checked."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from idp.config import FetchConfig
from idp.fetch.addresses import Address, check_address
from idp.fetch.authorities import believing
from idp.fetch.fetched import Fetched, FetchFailed

if TYPE_CHECKING:
    from idp.fetch.transport import Question, Target, Transport

NO_HEADERS: Mapping[str, str] = MappingProxyType({})

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def getaddrinfo(host: str, port: int) -> Sequence[str]:
    """Ask the system for every address of a host."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


class Fetcher:
    """Reads documents and sends forms, whose URL somebody else chose."""

    def __init__(
        self,
        config: FetchConfig,
        *,
        resolve: Resolve = getaddrinfo,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed_networks = tuple(map(ipaddress.ip_network, config.allowed_networks))
        self._timeout = config.timeout
        self._max_bytes = config.max_bytes
        self._ca_file = config.ca_file
        self._resolve = resolve
        self._tls = tls
        self._transport: Transport | None = None

    async def get(
        self,
        url: str,
        *,
        accept: str = "application/json",
        headers: Mapping[str, str] = NO_HEADERS,
        max_bytes: int | None = None,
    ) -> Fetched:
        """Read a document, or raise FetchRefused or FetchFailed."""
        transport = self._open()
        question = transport.reading(accept, headers, max_bytes or self._max_bytes)
        return await self._ask(transport, url, question)

    async def post(self, url: str, form: Mapping[str, str]) -> int:
        """Send a form and give the status of the answer, or raise FetchRefused or FetchFailed."""
        transport = self._open()
        return (await self._ask(transport, url, transport.sending(form))).status

    async def post_json(
        self, url: str, document: Mapping[str, str], headers: Mapping[str, str]
    ) -> int:
        """Send JSON and give the status of the answer, or raise FetchRefused or FetchFailed."""
        transport = self._open()
        question = transport.sending_json(document, headers)
        return (await self._ask(transport, url, question)).status

    async def aclose(self) -> None:
        """Close what is open."""
        if self._transport is not None:
            await self._transport.aclose()

    async def _ask(self, transport: "Transport", url: str, question: "Question") -> Fetched:
        target = transport.parse(url)
        try:
            async with asyncio.timeout(self._timeout):
                addresses = await self._find_addresses(target)
                return await transport.ask(addresses, target, question)
        except TimeoutError:
            raise FetchFailed("the server took too long") from None

    def _open(self) -> "Transport":
        if self._transport is None:
            self._transport = self._load()
        return self._transport

    def _load(self) -> "Transport":
        # Its HTTP client and the authorities that the system trusts take a tenth of a start and
        # 10 MB, and most servers never fetch anything. Whoever is the first to do it waits for
        # them, a tenth of a second, and so does everybody else in the event loop.
        from idp.fetch.transport import Transport

        return Transport(self._tls or believing(self._ca_file))

    async def _find_addresses(self, target: "Target") -> list[Address]:
        try:
            found = await self._resolve(target.host, target.port)
        except (OSError, UnicodeError) as error:  # the latter for a label that no DNS can hold
            raise FetchFailed("the host name could not be resolved") from error
        addresses = [ipaddress.ip_address(each) for each in dict.fromkeys(found)]
        if not addresses:
            raise FetchFailed("the host name could not be resolved")
        for address in addresses:
            check_address(address, self._allowed_networks, scheme=target.scheme)
        return addresses
