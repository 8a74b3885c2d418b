"""Clients' metadata documents, fetched from where their client_id says (CIMD §5).

What is worth keeping is kept in the row of the client, for all processes. Here is only what came
of a question a moment ago: many people may ask for a client at once, and its server is asked once.
So nothing that failed is kept for longer than that.
"""

from asyncio import Future
from datetime import timedelta

from idp.clients.fetched import FetchedDocuments
from idp.fetch import Fetched, Fetcher, FetchError, FetchFailed

MAX_ENTRIES = 100
HELD = timedelta(seconds=10)
NO_ANSWER = FetchFailed("the server could not be asked")


class DocumentSource(FetchedDocuments[Fetched | FetchError]):
    """What the servers of clients have answered in the last seconds, or why they have not."""

    LIFETIME = HELD
    RETRY_INTERVAL = HELD

    def __init__(self, fetcher: Fetcher) -> None:
        super().__init__(fetcher, lambda body: None, max_entries=MAX_ENTRIES)

    def fetch(self, client_id: str) -> Fetched:
        """Give what is at a client_id. May commit and wait, as wait_for does. Raises FetchError."""
        answer = self.find(client_id) or NO_ANSWER
        if isinstance(answer, FetchError):
            raise FetchFailed(str(answer))  # this one is told to others, too
        return answer

    def asks(self, client_id: str) -> bool:
        """Tell whether its server would be asked: it is not being asked, nor was a moment ago."""
        entry = self._entries.get(client_id)
        has_answer = entry is not None and self._is_enough(entry, None)
        return client_id not in self._fetching and not has_answer

    def _make_of(self, done: Future[Fetched]) -> Fetched | FetchError:
        if done.cancelled():
            return NO_ANSWER
        error = done.exception()
        if error is None:
            return done.result()
        return error if isinstance(error, FetchError) else NO_ANSWER
