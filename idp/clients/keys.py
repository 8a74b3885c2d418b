"""A client's public keys, by value or by jwks_uri (OIDC Core §10.1.1, §10.2.1)."""

import json
from dataclasses import dataclass

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

    def keys_of(self, client: Client, *, kid: str | None = None) -> KeySet:
        """Give the keys that verify; ask the client's server again if it is not among them.

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
        if keys is None or keys.verifying is None:
            raise ClientKeysUnavailable
        return keys.verifying

    def encryption_key_of(self, client: Client, alg: str) -> Key:
        """Give the key by which a client is sent what only it can read, as keys_of does."""
        if client.jwks_uri is not None:
            keys = self._documents.find(client.jwks_uri, has=lambda keys: _encrypts(keys, alg))
        else:
            keys = public_keys(client.jwks)
        key = keys.find_to_encrypt(alg) if keys else None
        if key is None:
            raise ClientKeysUnavailable
        return key


def public_keys(document: object) -> PublicKeys | None:
    """Read a JWK Set; None if it has no key that we can use."""
    keys = PublicKeys(read_usable_keys(document), read_encryption_keys(document))
    return keys if keys.verifying or keys.encrypting else None


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
