"""Documents of clients, kept for a while: how many, and of what they consist."""

import asyncio
from collections.abc import Callable
from typing import Any

from idp.clients.fetched import FetchedDocuments
from idp.fetch import Fetched, Fetcher
from idp.storage.database import Database
from tests.fetch.servers import LOOPBACK, serving

GREETING = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


def read_greeting(body: bytes) -> str | None:
    """Understand one word."""
    return "hi" if body == b"hi" else None


async def test_the_number_of_kept_documents_is_bounded(database: Database) -> None:
    """The one that was asked for longest ago goes first."""
    fetcher = Fetcher(LOOPBACK)
    documents = FetchedDocuments(fetcher, read_greeting, max_entries=2, accept="text/plain")
    async with serving(GREETING) as server:

        async def find(path: str) -> str | None:
            uri = f"http://127.0.0.1:{server.port}/{path}"
            return await database.run(lambda: documents.find(uri))

        found = [await find(path) for path in ("1", "2", "3", "2", "3", "1")]

    asked = [request.split()[1] for request in server.requests]
    assert found == ["hi"] * 6
    assert asked == ["/1", "/2", "/3", "/1"]
    assert "Accept: text/plain" in server.requests[0]
    await fetcher.aclose()


class Finishing(Fetcher):
    """Says when a fetch is at its end, before anybody else hears of it."""

    at_end: Callable[[], object]

    async def get(self, url: str, **how: Any) -> Fetched:
        """Fetch."""
        try:
            return await super().get(url, **how)
        finally:
            asyncio.get_running_loop().call_soon(self.at_end)


async def test_who_comes_at_the_end_of_a_fetch_finds_it(database: Database) -> None:
    """In the very turn of the event loop in which it ends, there is nothing to wait for."""
    fetcher = Finishing(LOOPBACK)
    documents = FetchedDocuments(fetcher, read_greeting, max_entries=2)
    found: list[str | None] = []
    async with serving(GREETING) as server:
        uri = f"http://127.0.0.1:{server.port}/"
        fetcher.at_end = lambda: found.append(documents.find(uri))

        found.append(await database.run(lambda: documents.find(uri)))

    assert found == ["hi", "hi"]
    assert len(server.requests) == 1
    await fetcher.aclose()
