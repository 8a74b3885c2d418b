"""Documents at addresses that clients have named: fetched once, and kept for a while."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Generic, TypeVar

from idp import clock
from idp.fetch import Fetched, Fetcher, FetchError
from idp.storage.database import wait_for

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    document: T | None
    expires_at: datetime
    asked_at: datetime


class FetchedDocuments(Generic[T]):
    """Documents of one kind; what was fetched is kept for an hour, a failure for a minute.

    `read` makes of a body what it means, or None if it means nothing. Of more than `max_entries`,
    the one that was asked for longest ago goes.
    """

    LIFETIME = timedelta(hours=1)
    # How soon a client's server is asked again: after a failure, or for what its document lacked.
    RETRY_INTERVAL = timedelta(minutes=1)

    def __init__(
        self,
        fetcher: Fetcher,
        read: Callable[[bytes], T | None],
        *,
        max_entries: int,
        accept: str = "application/json",
    ) -> None:
        self._fetcher = fetcher
        self._read = read
        self._max_entries = max_entries
        self._accept = accept
        self._entries: dict[str, _Entry[T]] = {}
        self._fetching: dict[str, asyncio.Future[Fetched]] = {}

    def find(
        self,
        uri: str,
        *,
        has: Callable[[T | None], bool] | None = None,
        since: datetime | None = None,
    ) -> T | None:
        """Give a document; ask its server again if it does not have what is looked for.

        If it was last asked before `since`, it is asked again in any case. May commit and wait, as
        wait_for does.
        """
        self._catch_up(uri)
        entry = self._entries.get(uri)
        is_older = entry is not None and since is not None and entry.asked_at < since
        if entry is None or is_older or not self._is_enough(entry, has):
            fetching = asyncio.shield(self._fetch(uri))
            fetching.add_done_callback(_hear)
            with suppress(FetchError):
                wait_for(fetching)
            entry = self._entries.get(uri)
        return None if entry is None else entry.document

    def _fetch(self, uri: str) -> asyncio.Future[Fetched]:
        """Start to fetch, or join a fetch that is under way.

        The task belongs to nobody's request: one that is cancelled leaves it to the others.
        """
        if uri not in self._fetching:
            fetching = asyncio.ensure_future(self._fetcher.get(uri, accept=self._accept))
            self._fetching[uri] = fetching
            fetching.add_done_callback(partial(self._remember, uri))
        return self._fetching[uri]

    def _catch_up(self, uri: str) -> None:
        """Take note of a fetch that has come to its end in this turn of the event loop.

        Whoever comes before its callback has nothing to wait for, and would find nothing.
        """
        fetching = self._fetching.get(uri)
        if fetching is not None and fetching.done():
            self._remember(uri, fetching)

    def _remember(self, uri: str, done: asyncio.Future[Fetched]) -> None:
        if self._fetching.get(uri) is not done:
            return  # it was noted already
        del self._fetching[uri]
        now, old = clock.now(), self._entries.pop(uri, None)
        document = self._make_of(done)
        if document is not None:
            self._keep(uri, _Entry(document, now + self.LIFETIME, now))
        elif old is not None and now < old.expires_at:
            self._keep(uri, replace(old, asked_at=now))
        else:
            self._keep(uri, _Entry(None, now + self.RETRY_INTERVAL, now))

    def _make_of(self, done: asyncio.Future[Fetched]) -> T | None:
        has_answer = not done.cancelled() and done.exception() is None
        return self._read(done.result().body) if has_answer else None

    def _is_enough(self, entry: _Entry[T], has: Callable[[T | None], bool] | None) -> bool:
        now = clock.now()
        has_it = has is None or has(entry.document)
        is_new = now < entry.asked_at + self.RETRY_INTERVAL
        return (has_it and now < entry.expires_at) or is_new

    def _keep(self, uri: str, entry: _Entry[T]) -> None:
        if len(self._entries) >= self._max_entries:
            del self._entries[next(iter(self._entries))]
        self._entries[uri] = entry


def _hear(done: asyncio.Future[Fetched]) -> None:
    """Take note of an error that a reader, who is called again as a writer, has not waited for."""
    if not done.cancelled():
        done.exception()
