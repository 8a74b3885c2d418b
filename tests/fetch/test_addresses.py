"""Which URLs and addresses are asked: none that lead inside."""

import ipaddress
from collections.abc import Sequence

import pytest

from idp.config import FetchConfig
from idp.fetch import FetchFailed, FetchRefused, check_address
from tests.fetch.servers import HELLO, fetching, resolving_to, serving


async def test_tries_the_next_address() -> None:
    """A host with several addresses is reached at the first that answers."""
    resolve = resolving_to("127.0.0.9", "127.0.0.1")

    async with serving(HELLO) as server, fetching(resolve=resolve) as fetcher:
        fetched = await fetcher.get(f"http://two.example:{server.port}/")

    assert fetched.status == 200


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "//example.com/keys",
        "/keys",
        "https://",
        "https:///keys",
        "https://user@example.com/",
        "https://user:password@example.com/",
        "https://example.com:port/",
        "https://exa mple.com/\n",
        "",
    ],
)
async def test_refuses_urls(url: str) -> None:
    """Only plain https URLs are asked, and others do not even reach the name server."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        raise AssertionError(host)

    async with fetching(resolve=resolve) as fetcher:
        with pytest.raises(FetchRefused):
            await fetcher.get(url)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.251",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "2001:0:808:808::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "3fff::1",
        "3fff:fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
async def test_refuses_addresses_that_are_not_public(address: str) -> None:
    """A host that resolves to a private, local or disguised address is refused."""
    async with fetching(FetchConfig(), resolve=resolving_to(address)) as fetcher:
        with pytest.raises(FetchRefused, match="not public"):
            await fetcher.get("https://innocent.example/")


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"],
)
def test_accepts_public_addresses(address: str) -> None:
    """Public addresses pass, in whatever form."""
    check_address(ipaddress.ip_address(address), (), scheme="https")


async def test_one_bad_address_spoils_a_host() -> None:
    """A host with a public and a private address is refused: we could not choose safely."""
    async with fetching(FetchConfig(), resolve=resolving_to("8.8.8.8", "10.0.0.1")) as fetcher:
        with pytest.raises(FetchRefused, match="not public"):
            await fetcher.get("https://mixed.example/")


@pytest.mark.parametrize(
    ("network", "address"), [("10.0.0.0/8", "10.0.0.1"), ("127.0.0.0/8", "8.8.8.8")]
)
async def test_http_is_for_loopback_only(network: str, address: str) -> None:
    """Plain http is refused wherever somebody could listen in, allowed network or not."""
    config = FetchConfig(allowed_networks=(network,))
    async with fetching(config, resolve=resolving_to(address)) as fetcher:
        with pytest.raises(FetchRefused, match="https://"):
            await fetcher.get("http://plain.example/")


@pytest.mark.parametrize(
    "unresolved", [OSError("no such host"), UnicodeError("label too long"), None]
)
async def test_hosts_without_address(unresolved: Exception | None) -> None:
    """A name that does not resolve is a failure."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        if unresolved:
            raise unresolved
        return []

    async with fetching(resolve=resolve) as fetcher:
        with pytest.raises(FetchFailed, match="could not be resolved"):
            await fetcher.get("https://nowhere.example/")


async def test_asks_the_name_server_once() -> None:
    """A name that changes its address after the check is reached at the checked one."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])

    async def rebind(host: str, port: int) -> Sequence[str]:
        return next(answers)

    async with serving(HELLO) as server, fetching(resolve=rebind) as fetcher:
        fetched = await fetcher.get(f"http://rebinding.example:{server.port}/")

    assert fetched.status == 200
    assert next(answers) == ["10.0.0.1"]
    assert f"Host: rebinding.example:{server.port}\r\n" in server.requests[0]
