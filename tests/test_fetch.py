"""The guarded way out, against real servers on loopback."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from idp.config import FetchConfig
from idp.fetch import Fetcher, FetchFailed, FetchRefused, Resolve, check_address, getaddrinfo

HELLO = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
LOOPBACK = FetchConfig(allowed_networks=("127.0.0.0/8",), max_bytes=1000)
TRUSTS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Server:
    """A server that answers every request with the same bytes, and keeps what it was asked."""

    def __init__(self, answer: bytes, *, hangs: bool) -> None:
        self.answer = answer
        self.hangs = hangs
        self.requests: list[str] = []
        self.port = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.requests.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(self.answer)
            if self.hangs:
                await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(
    answer: bytes, *, hangs: bool = False, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Server]:
    server = Server(answer, hangs=hangs)
    listener = await asyncio.start_server(server.handle, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield server


@asynccontextmanager
async def fetching(
    config: FetchConfig = LOOPBACK,
    *,
    resolve: Resolve = getaddrinfo,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(config, resolve=resolve, tls=tls or TRUSTS_NOBODY)
    try:
        yield fetcher
    finally:
        await fetcher.aclose()


def resolving_to(*addresses: str) -> Resolve:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


async def test_reads_a_document() -> None:
    """A document comes with its status, its headers and its body."""
    async with serving(HELLO) as server, fetching() as fetcher:
        fetched = await fetcher.get(f"http://127.0.0.1:{server.port}/keys?x=1")

    assert (fetched.status, fetched.body) == (200, b"{}")
    assert fetched.headers["content-type"] == "application/json"


async def test_says_no_more_than_it_must() -> None:
    """A request names the host, the kind of document and idp, and carries nothing else."""
    async with serving(HELLO) as server, fetching() as fetcher:
        await fetcher.get(f"http://127.0.0.1:{server.port}/keys?x=1#part", accept="text/plain")

    assert server.requests[0].split("\r\n")[:-2] == [
        "GET /keys?x=1 HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        "User-Agent: idp",
        "Accept: text/plain",
        "Accept-Encoding: identity",
        "Connection: close",
    ]


async def test_keeps_no_cookies() -> None:
    """A cookie that a server sets does not come back to it."""
    answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n"
    async with serving(answer) as server, fetching() as fetcher:
        await fetcher.get(f"http://127.0.0.1:{server.port}/")
        await fetcher.get(f"http://127.0.0.1:{server.port}/")

    assert len(server.requests) == 2
    assert "cookie" not in server.requests[1].lower()


async def test_ignores_proxies_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment cannot route requests through a proxy, past the checked address."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    async with serving(HELLO) as server, fetching() as fetcher:
        fetched = await fetcher.get(f"http://127.0.0.1:{server.port}/")

    assert fetched.status == 200


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n", "redirects"),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", "redirects"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "with a document"),
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "with a document"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + b"x" * 1001, "too long"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000, "too long"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b", "compressed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", "could not be reached"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "could not be reached"),
        (b"", "could not be reached"),
    ],
)
async def test_refuses_useless_answers(answer: bytes, text: str) -> None:
    """Whatever is not a whole document of a fair length from that very URL is a failure."""
    async with serving(answer) as server, fetching() as fetcher:
        with pytest.raises(FetchFailed, match=text):
            await fetcher.get(f"http://127.0.0.1:{server.port}/")


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"], ids=["silent", "stalled"]
)
async def test_gives_up_on_slow_servers(answer: bytes) -> None:
    """The time limit covers everything, the body too."""
    config = LOOPBACK.model_copy(update={"timeout": 0.05})

    async with serving(answer, hangs=True) as server, fetching(config) as fetcher:
        with pytest.raises(FetchFailed, match="took too long"):
            await fetcher.get(f"http://127.0.0.1:{server.port}/")


async def test_gives_up_on_slow_name_servers() -> None:
    """The time limit covers the name's resolution."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    async with fetching(LOOPBACK.model_copy(update={"timeout": 0.05}), resolve=resolve) as fetcher:
        with pytest.raises(FetchFailed, match="too long"):
            await fetcher.get("https://slow.example/")


async def test_nobody_there() -> None:
    """A port on which nobody listens is a failure."""
    async with serving(HELLO) as server:
        pass

    async with fetching() as fetcher:
        with pytest.raises(FetchFailed, match="could not be reached"):
            await fetcher.get(f"http://127.0.0.1:{server.port}/")


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


@pytest.fixture
def tls_of_one_host(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's TLS, with a certificate for good.example."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "good.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("good.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    private_pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    (tmp_path / "server.pem").write_text(private_pem + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "server.pem")
    return server, ssl.create_default_context(cadata=pem)


async def test_tls_is_checked_against_the_name(
    tls_of_one_host: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    """The connection goes to the address, and the certificate must be the name's."""
    server_tls, client_tls = tls_of_one_host
    pinned = resolving_to("127.0.0.1")

    async with (
        serving(HELLO, tls=server_tls) as server,
        fetching(resolve=pinned, tls=client_tls) as fetcher,
    ):
        fetched = await fetcher.get(f"https://good.example:{server.port}/")
        with pytest.raises(FetchFailed, match="could not be reached"):
            await fetcher.get(f"https://evil.example:{server.port}/")

    assert fetched.status == 200
    assert len(server.requests) == 1
