"""A client's public keys for private_key_jwt, by value or by jwks_uri (OIDC Core §10.1.1)."""

import json

from joserfc.jwk import KeySet

from idp.clients.fetched import FetchedDocuments
from idp.clients.jwk import read_usable_keys
from idp.clients.model import Client
from idp.fetch import Fetcher

MAX_ENTRIES = 1000


class ClientKeysUnavailable(Exception):
    """The client has no keys, or none that can be had at the moment."""


class KeySource:
    """The keys of all clients."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._documents = FetchedDocuments(fetcher, _read, max_entries=MAX_ENTRIES)

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
        keys = self._documents.find(uri, has=lambda keys: _has(keys, kid))
        if keys is None:
            raise ClientKeysUnavailable
        return keys


def _has(keys: KeySet | None, kid: str | None) -> bool:
    return kid is None or any(key.kid == kid for key in keys or ())


def _read(body: bytes) -> KeySet | None:
    try:
        return read_usable_keys(json.loads(body))
    except (ValueError, RecursionError):
        return None
