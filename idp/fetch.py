"""The one guarded way out: https, checked and pinned addresses, limits on time and size."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx2

from idp.config import FetchConfig

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

USER_AGENT = "idp"

# IPv6 networks whose addresses lead to the IPv4 address in their last 32 bits (RFC 4291 §2.5.5,
# RFC 6052 §2.1); 6to4 keeps it elsewhere.
IPV4_CARRIERS = tuple(map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "64:ff9b::/96")))
# Special networks that not every version of Python knows as such: IETF protocol assignments with
# Teredo among them, the 6to4 relays, translation for local use (RFC 8215), documentation
# (RFC 9637), site-local addresses.
SPECIAL_NETWORKS = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",
            "192.88.99.0/24",
            "2001::/23",
            "64:ff9b:1::/48",
            "3fff::/20",
            "fec0::/10",
        ),
    )
)


class FetchError(Exception):
    """A document could not be had: FetchRefused or FetchFailed."""


class FetchRefused(FetchError):
    """We do not ask that URL."""


class FetchFailed(FetchError):
    """We asked, and got no usable answer."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A successful answer, with the names of its headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def getaddrinfo(host: str, port: int) -> Sequence[str]:
    """Ask the system for every address of a host."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


class Fetcher:
    """Reads documents whose URL somebody else chose.

    It speaks to httpx2's transport without a client around it, which would add what must not be:
    redirects, cookies, credentials and proxies from the environment.
    """

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
        self._resolve = resolve
        # A connection is pinned to an address, and the pool knows it by that address alone: kept
        # alive, it could serve another host there, whose certificate nobody checked.
        self._transport = httpx2.AsyncHTTPTransport(
            verify=tls or ssl.create_default_context(),
            trust_env=False,
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
        )

    async def get(self, url: str, *, accept: str = "application/json") -> Fetched:
        """Read a document, or raise FetchRefused or FetchFailed."""
        target = _parse(url)
        try:
            async with asyncio.timeout(self._timeout):
                addresses = await self._find_addresses(target)
                return await self._ask(target, addresses, accept)
        except TimeoutError:
            raise FetchFailed("the server took too long") from None
        except httpx2.TransportError as error:
            raise FetchFailed("the server could not be reached") from error

    async def aclose(self) -> None:
        """Close what is open."""
        await self._transport.aclose()

    async def _find_addresses(self, target: httpx2.URL) -> list[Address]:
        try:
            found = await self._resolve(_host(target), _port(target))
        except (OSError, UnicodeError) as error:  # the latter for a label that no DNS can hold
            raise FetchFailed("the host name could not be resolved") from error
        addresses = [ipaddress.ip_address(each) for each in dict.fromkeys(found)]
        if not addresses:
            raise FetchFailed("the host name could not be resolved")
        for address in addresses:
            check_address(address, self._allowed_networks, scheme=target.scheme)
        return addresses

    async def _ask(self, target: httpx2.URL, addresses: Sequence[Address], accept: str) -> Fetched:
        for address in addresses[:-1]:
            try:
                return await self._ask_at(address, target, accept)
            except httpx2.ConnectError:
                continue
        return await self._ask_at(addresses[-1], target, accept)

    async def _ask_at(self, address: Address, target: httpx2.URL, accept: str) -> Fetched:
        response = await self._transport.handle_async_request(_request(address, target, accept))
        try:
            _check_status(response)
            return Fetched(
                status=response.status_code,
                headers=dict(response.headers),
                body=await self._read(response),
            )
        finally:
            await response.aclose()

    async def _read(self, response: httpx2.Response) -> bytes:
        if "content-encoding" in response.headers:
            raise FetchFailed("the document is compressed")  # and nobody asked for that
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > self._max_bytes:
                raise FetchFailed("the document is too long")
        return bytes(body)


def _check_status(response: httpx2.Response) -> None:
    if 300 <= response.status_code < 400:
        raise FetchFailed("the server redirects elsewhere, which is not followed")
    if not response.is_success:
        raise FetchFailed("the server did not answer with a document")


def check_address(address: Address, allowed: Sequence[Network], *, scheme: str) -> None:
    """Refuse an address that is neither public nor in an allowed network."""
    address = _unwrap(address)
    is_allowed = any(address in network for network in allowed)
    if not is_allowed and not _is_public(address):
        raise FetchRefused("the host has an address that is not public")
    if scheme == "http" and not (is_allowed and address.is_loopback):
        raise FetchRefused("the URL must begin with https://")


def _unwrap(address: Address) -> Address:
    """Find the IPv4 address to which an IPv6 address leads."""
    if isinstance(address, ipaddress.IPv4Address) or int(address) <= 1:
        return address
    if address.sixtofour is not None:
        return address.sixtofour
    if any(address in network for network in IPV4_CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    if any(address in network for network in SPECIAL_NETWORKS):
        return False
    is_special = address.is_multicast or address.is_reserved or address.is_link_local
    return address.is_global and not is_special


def _parse(url: str) -> httpx2.URL:
    try:
        target = httpx2.URL(url)
    except (httpx2.InvalidURL, TypeError):
        raise FetchRefused("the URL is not valid") from None
    if target.scheme not in ("http", "https"):
        raise FetchRefused("the URL must begin with https://")
    if not target.host or target.userinfo:
        raise FetchRefused("the URL must have a host and no user name")
    return target


def _request(address: Address, target: httpx2.URL, accept: str) -> httpx2.Request:
    """Address the request to the checked address, and let TLS and Host keep the name."""
    return httpx2.Request(
        "GET",
        target.copy_with(host=str(address), fragment=None),
        headers={
            "Host": target.netloc.decode("ascii"),
            "User-Agent": USER_AGENT,
            "Accept": accept,
            "Accept-Encoding": "identity",
            "Connection": "close",
        },
        extensions={"sni_hostname": _host(target)},
    )


def _host(target: httpx2.URL) -> str:
    return target.raw_host.decode("ascii").strip("[]")


def _port(target: httpx2.URL) -> int:
    return target.port or (443 if target.scheme == "https" else 80)
