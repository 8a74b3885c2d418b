"""A client's public keys, by value or by jwks_uri (OIDC Core §10.1.1, §10.2.1)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import Key, KeySet

from idp.clients.fetched import FetchedDocuments
from idp.clients.jwk import can_encrypt, read_encryption_keys, read_usable_keys
from idp.clients.model import Client
from idp.fetch import Fetcher

MAX_ENTRIES = 1000


class ClientKeysUnavailable(Exception):
    """The client has no keys for this, or none that can be had at the moment."""


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """Keys by what they are for: one to verify never encrypts, and one to encrypt never verifies.

    One that does not say what it is for is among both.
    """

    verifying: KeySet | None
    encrypting: tuple[Key, ...]

    def find_to_encrypt(self, alg: str) -> Key | None:
        """Find one that encrypts by this algorithm."""
        return next((key for key in self.encrypting if can_encrypt(key, alg)), None)


class KeySource:
    """The keys of all clients."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._documents = FetchedDocuments(fetcher, _read, max_entries=MAX_ENTRIES)
        self._registered: dict[str, tuple[Any, PublicKeys | None]] = {}

    def keys_of(self, client: Client, *, kid: str | None = None) -> KeySet:
        """Give the keys that verify; ask the client's server again if it is not among them.

        May commit and wait, as wait_for does. Raises ClientKeysUnavailable.
        """
        return _verifying(self._keys_of(client, lambda keys: _has(keys, kid)))

    def keys_at(self, uri: str, *, kid: str | None = None) -> KeySet:
        """Give the keys that are published at a URL, as keys_of does."""
        return _verifying(self._documents.find(uri, has=lambda keys: _has(keys, kid)))

    def has_key(self, client: Client, public_key: object) -> bool:
        """Tell whether a key of a certificate is among those that verify, asking as keys_of does.

        May commit and wait, as wait_for does.
        """

        def has(keys: PublicKeys | None) -> bool:
            verifying = keys.verifying if keys else None
            return any(key.public_key == public_key for key in verifying or ())

        return has(self._keys_of(client, has))

    def encryption_key_of(self, client: Client, alg: str) -> Key:
        """Give the key by which a client is sent what only it can read, as keys_of does."""
        keys = self._keys_of(client, lambda keys: _encrypts(keys, alg))
        key = keys.find_to_encrypt(alg) if keys else None
        if key is None:
            raise ClientKeysUnavailable
        return key

    def _keys_of(
        self, client: Client, has: Callable[[PublicKeys | None], bool]
    ) -> PublicKeys | None:
        """Find a client's keys; what its jwks_uri had before it was registered are another's."""
        if client.jwks_uri is None:
            return self._keys_in(client)
        return self._documents.find(client.jwks_uri, has=has, since=client.created_at)

    def _keys_in(self, client: Client) -> PublicKeys | None:
        """Read the keys in a client's metadata; that costs more than all else that they are for.

        They are kept for as long as the metadata is, of which the same object says that it is.
        """
        jwks, keys = self._registered.pop(client.client_id, (None, None))
        if jwks is not client.jwks:
            keys = public_keys(client.jwks)
        if len(self._registered) >= MAX_ENTRIES:
            del self._registered[next(iter(self._registered))]
        self._registered[client.client_id] = (client.jwks, keys)
        return keys


def public_keys(document: object) -> PublicKeys | None:
    """Read a JWK Set; None if it has no key that we can use."""
    keys = PublicKeys(read_usable_keys(document), read_encryption_keys(document))
    return keys if keys.verifying or keys.encrypting else None


def _verifying(keys: PublicKeys | None) -> KeySet:
    if keys is None or keys.verifying is None:
        raise ClientKeysUnavailable
    return keys.verifying


def _has(keys: PublicKeys | None, kid: str | None) -> bool:
    if kid is None:
        return True
    return keys is not None and any(key.kid == kid for key in keys.verifying or ())


def _encrypts(keys: PublicKeys | None, alg: str) -> bool:
    return keys is not None and keys.find_to_encrypt(alg) is not None


def _read(body: bytes) -> PublicKeys | None:
    try:
        return public_keys(json.loads(body))
    except (ValueError, RecursionError):
        return None
