"""What is sent as a form, and what counts of the answer."""

import pytest

from idp.fetch import FetchFailed, FetchRefused
from tests.fetch.servers import HELLO, fetching, serving


async def test_sends_a_form() -> None:
    """The server gets the fields, and nothing but what it must know."""
    async with serving(HELLO) as server, fetching() as fetcher:
        status = await fetcher.post(f"http://127.0.0.1:{server.port}/hook?x=1", {"a": "b c&d"})

    assert status == 200
    assert server.requests[0].split("\r\n")[:-2] == [
        "POST /hook?x=1 HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        "User-Agent: idp",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Length: 9",
        "Accept-Encoding: identity",
        "Connection: close",
    ]


@pytest.mark.parametrize("status", [204, 400, 404, 500])
async def test_gives_the_status_whatever_it_is(status: int) -> None:
    """Whoever sends knows what it means; the body is not read, however long."""
    answer = f"HTTP/1.1 {status} X\r\nContent-Length: 999999999\r\n\r\n".encode()

    async with serving(answer) as server, fetching() as fetcher:
        assert await fetcher.post(f"http://127.0.0.1:{server.port}/", {}) == status


async def test_follows_no_redirect() -> None:
    """A form goes where it was meant to go, or nowhere."""
    answer = b"HTTP/1.1 307 X\r\nLocation: http://127.0.0.1/\r\n\r\n"

    async with serving(answer) as server, fetching() as fetcher:
        with pytest.raises(FetchFailed, match="redirects"):
            await fetcher.post(f"http://127.0.0.1:{server.port}/", {})


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "http://192.0.2.1/", "ftp://a.example/"])
async def test_is_guarded_as_reading_is(url: str) -> None:
    """No address is asked that may not be asked for a document."""
    async with fetching() as fetcher:
        with pytest.raises(FetchRefused):
            await fetcher.post(url, {})
