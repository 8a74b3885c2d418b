"""Finds clients whose client_id is where their metadata is (Client ID Metadata Documents §5).

It is looked up before anything else is done for a request, since it may have to be waited for. What
was found is in the row of the client, so nothing behind this knows how it came there.
"""

from datetime import timedelta

from idp import clock
from idp.clients.client_identifier_url import (
    is_at_host,
    is_client_identifier_url,
    looks_like_client_identifier_url,
)
from idp.clients.document_registration import has_room, register_by_document
from idp.clients.document_source import DocumentSource
from idp.clients.errors import RegistrationRefused
from idp.clients.metadata_document import kept_for, metadata_of, read_document
from idp.clients.sector import SectorSource, check_sector
from idp.clients.self_registration import TooManyClients
from idp.config import Config
from idp.fetch import Fetcher, FetchError
from idp.log import client_address, log
from idp.oauth2.errors import ClientDocumentRefused, ServerBusy
from idp.storage.clients import ClientRow, find_client_row
from idp.users import throttle
from idp.users.throttle import Throttled

# How long a client is taken as it was, where nobody is asked anything: its tokens are refreshed
# while the server with its document cannot be reached.
STALE_FOR = timedelta(days=7)
NOT_STALE = timedelta()

OFF = "client_id is not registered here"
NO_URL = (
    "client_id must be an https URL of at most 255 characters, with a path and without a query, "
    "a fragment, a user name or a dot segment"
)
OTHER_HOST = "client_id is at a host whose clients this server does not take"
TOO_OFTEN = "Too many new clients. Wait as Retry-After says."
FULL = "No more clients can come here by themselves; tell the operator."
FULL_RETRY_AFTER = 3600  # seconds; the operator has to make room, or time


class ClientDocuments:
    """The clients that come with a metadata document."""

    def __init__(self, config: Config, fetcher: Fetcher, sectors: SectorSource) -> None:
        self._config = config
        self._source = DocumentSource(fetcher)
        self._sectors = sectors

    def look_up(self, client_id: str | None, *, stale_for: timedelta = NOT_STALE) -> None:
        """See that such a client is there as its document says; leave all other clients alone.

        May commit and wait, as wait_for does. Raises ClientDocumentRefused and ServerBusy.
        """
        if client_id is None or not looks_like_client_identifier_url(client_id):
            return
        self._check(client_id)
        row = find_client_row(client_id)
        if row is None:
            self._take(client_id)
        elif row.disabled_at is not None or _is_good(row, NOT_STALE):
            return
        try:
            self._read(client_id)
        except ClientDocumentRefused:
            if row is None or not _is_good(row, stale_for):
                raise

    def _check(self, client_id: str) -> None:
        settings = self._config.client_registration
        if not settings.client_id_metadata_documents:
            raise ClientDocumentRefused(OFF)
        if not is_client_identifier_url(client_id):
            raise ClientDocumentRefused(NO_URL)
        hosts = settings.client_id_hosts
        if hosts and not is_at_host(client_id, hosts):
            raise ClientDocumentRefused(OTHER_HOST)

    def _take(self, client_id: str) -> None:
        """Count what anybody can make this server do: ask a server that they name.

        If there is no room for the answer, it need not be asked.
        """
        settings = self._config.client_registration
        try:
            if self._source.asks(client_id):
                throttle.take_client_document(client_address() or "", settings)
        except Throttled as throttled:
            raise ServerBusy(429, TOO_OFTEN, throttled.retry_after) from None
        if not has_room(self._config):
            raise _full()

    def _read(self, client_id: str) -> None:
        try:
            fetched = self._source.fetch(client_id)
            document = read_document(client_id, fetched)
            metadata = metadata_of(client_id, document, self._config)
            check_sector(metadata, self._sectors)
        except FetchError as error:
            text = f"the document at client_id cannot be had: {error}"
            raise ClientDocumentRefused(text) from None
        except RegistrationRefused as refusal:
            text = f"the document at client_id cannot be used: {refusal.description}"
            raise ClientDocumentRefused(text) from None
        expires_at = clock.now() + kept_for(fetched)
        try:
            register_by_document(client_id, metadata, expires_at, self._config)
        except TooManyClients:
            raise _full() from None


def _full() -> ServerBusy:
    log.warning("too_many_clients_with_documents")
    return ServerBusy(503, FULL, FULL_RETRY_AFTER)


def _is_good(row: ClientRow, stale_for: timedelta) -> bool:
    end = row.document_expires_at
    return end is None or clock.now() < end + stale_for
