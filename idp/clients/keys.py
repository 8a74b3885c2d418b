"""A client's public keys for private_key_jwt, by value or by jwks_uri (OIDC Core §10.1.1)."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from joserfc.jwk import KeySet

from idp import clock
from idp.clients.jwk import read_usable_keys
from idp.clients.model import Client
from idp.fetch import Fetched, Fetcher, FetchError
from idp.storage.database import wait_for

MAX_ENTRIES = 1000
LIFETIME = timedelta(hours=1)
# How soon a client's server is asked again: after a failure, or for a key that we do not know.
RETRY_INTERVAL = timedelta(minutes=1)


class ClientKeysUnavailable(Exception):
    """The client has no keys, or none that can be had at the moment."""


@dataclass(frozen=True, slots=True)
class _Entry:
    keys: KeySet | None
    expires_at: datetime
    asked_at: datetime

    def is_enough(self, kid: str | None) -> bool:
        now = clock.now()
        has_it = kid is None or any(key.kid == kid for key in self.keys or ())
        return (has_it and now < self.expires_at) or now < self.asked_at + RETRY_INTERVAL


class KeySource:
    """The keys of all clients; what was fetched is kept for an hour, a failure for a minute."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._entries: dict[str, _Entry] = {}
        self._fetching: dict[str, asyncio.Future[Fetched]] = {}

    def keys_of(self, client: Client, *, kid: str | None = None) -> KeySet:
        """Give a client's keys; ask its server again if they do not have this key id.

        May commit and wait, as wait_for does. Raises ClientKeysUnavailable.
        """
        if client.jwks_uri is not None:
            return self.keys_at(client.jwks_uri, kid=kid)
        keys = read_usable_keys(client.jwks)
        if keys is None:
            raise ClientKeysUnavailable
        return keys

    def keys_at(self, uri: str, *, kid: str | None = None) -> KeySet:
        """Give the keys that are published at a URL, as keys_of does."""
        entry = self._entries.get(uri)
        if entry is None or not entry.is_enough(kid):
            with suppress(FetchError):
                wait_for(asyncio.shield(self._fetch(uri)))
            entry = self._entries.get(uri)
        if entry is None or entry.keys is None:
            raise ClientKeysUnavailable
        return entry.keys

    def _fetch(self, uri: str) -> asyncio.Future[Fetched]:
        """Start to fetch, or join a fetch that is under way.

        The task belongs to nobody's request: one that is cancelled leaves it to the others.
        """
        if uri not in self._fetching:
            self._fetching[uri] = asyncio.ensure_future(self._fetcher.get(uri))
            self._fetching[uri].add_done_callback(partial(self._remember, uri))
        return self._fetching[uri]

    def _remember(self, uri: str, done: asyncio.Future[Fetched]) -> None:
        del self._fetching[uri]
        now, old = clock.now(), self._entries.pop(uri, None)
        has_answer = not done.cancelled() and done.exception() is None
        keys = _read(done.result().body) if has_answer else None
        if keys is not None:
            self._keep(uri, _Entry(keys, now + LIFETIME, now))
        elif old is not None and now < old.expires_at:
            self._keep(uri, replace(old, asked_at=now))
        else:
            self._keep(uri, _Entry(None, now + RETRY_INTERVAL, now))

    def _keep(self, uri: str, entry: _Entry) -> None:
        if len(self._entries) >= MAX_ENTRIES:
            del self._entries[next(iter(self._entries))]  # the one that was asked longest ago
        self._entries[uri] = entry


def _read(body: bytes) -> KeySet | None:
    try:
        return read_usable_keys(json.loads(body))
    except (ValueError, RecursionError):
        return None
