"""What is sent so that only its client can read it (RFC 7516, OIDC Core §10.2).

A client is encrypted to as its registration says, with a key that must be there before anything
is spent: to get it, its server may have to be asked.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749.errors import UnauthorizedClientError
from joserfc import jwe
from joserfc.jwk import Key

from idp.clients.keys import ClientKeysUnavailable, KeySource
from idp.clients.model import Client
from idp.vocabulary import ContentEncryptionAlgorithm, KeyManagementAlgorithm

Claims = Mapping[str, Any]


class EncryptionKeyUnavailable(UnauthorizedClientError):
    """The client wants what it is sent encrypted, and has no key for that."""

    description = "The client has no key to encrypt to: check jwks or jwks_uri, and use and alg."


class NotEncrypted(Exception):
    """Something was about to be sent in plain to a client that is registered for encryption."""


@dataclass(frozen=True, slots=True)
class Encryption:
    """How something is encrypted to a client."""

    key: Key
    alg: KeyManagementAlgorithm
    enc: ContentEncryptionAlgorithm

    def encrypt(self, signed: str) -> str:
        """Put a signed JWT into an encrypted one (RFC 7519 §5.2)."""
        return self._encrypt({"cty": "JWT"}, signed)

    def encrypt_claims(self, claims: Claims) -> str:
        """Make an encrypted JWT of claims that nobody has signed."""
        return self._encrypt({"typ": "JWT"}, json.dumps(claims))

    def _encrypt(self, header: dict[str, str], plaintext: str) -> str:
        header |= {"alg": str(self.alg), "enc": str(self.enc)}
        kid = self.key.get("kid")
        if isinstance(kid, str):
            header["kid"] = kid
        return jwe.encrypt_compact(header, plaintext, self.key, [header["alg"], header["enc"]])


def find_id_token_encryption(key_source: KeySource, client: Client) -> Encryption | None:
    """Find how the ID tokens of a client are encrypted; None if they are not.

    May commit and wait, as wait_for does. Raises EncryptionKeyUnavailable.
    """
    alg, enc = client.id_token_encrypted_response_alg, client.id_token_encrypted_response_enc
    return _find(key_source, client, alg, enc)


def find_userinfo_encryption(key_source: KeySource, client: Client) -> Encryption | None:
    """Find how the UserInfo answers of a client are encrypted, as the other does."""
    alg, enc = client.userinfo_encrypted_response_alg, client.userinfo_encrypted_response_enc
    return _find(key_source, client, alg, enc)


def find_authorization_encryption(key_source: KeySource, client: Client) -> Encryption | None:
    """Find how the authorization responses of a client are encrypted, as the others do."""
    alg = client.authorization_encrypted_response_alg
    return _find(key_source, client, alg, client.authorization_encrypted_response_enc)


def find_introspection_encryption(key_source: KeySource, client: Client) -> Encryption | None:
    """Find how the introspection answers of a client are encrypted, as the others do."""
    alg = client.introspection_encrypted_response_alg
    return _find(key_source, client, alg, client.introspection_encrypted_response_enc)


def _find(
    key_source: KeySource,
    client: Client,
    alg: KeyManagementAlgorithm | None,
    enc: ContentEncryptionAlgorithm,
) -> Encryption | None:
    if alg is None:
        return None
    try:
        return Encryption(key_source.encryption_key_of(client, alg), alg, enc)
    except ClientKeysUnavailable:
        raise EncryptionKeyUnavailable() from None
