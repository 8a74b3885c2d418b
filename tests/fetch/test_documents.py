"""What is asked for a document, and which answers are one."""

import asyncio
from collections.abc import Sequence

import pytest

from idp.fetch import FetchFailed
from tests.fetch.servers import HELLO, LOOPBACK, fetching, serving


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
    for exceptions in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(exceptions, raising=False)

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
