"""One key: what is published of it, and what it does (RFC 7515 §5.1, RFC 7516 §5.2, RFC 7519)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Self, TypeVar

from joserfc import jwe

from idp.signing.algorithms import (
    MIN_RSA_BITS,
    Algorithm,
    PrivateKey,
    PublicKey,
    Purpose,
    is_signature,
    make_private_key,
    make_signature,
)
from idp.signing.jwk import JWK, make_jwk, to_joserfc
from idp.signing.segments import encode_segment
from idp.vocabulary import ContentEncryptionAlgorithm, KeyManagementAlgorithm


class KeyState(StrEnum):
    """Where a key is in its life."""

    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"
    FORMER = "former"  # published no more; no row says so, since it is a matter of time
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key as everybody may know it."""

    kid: str
    algorithm: Purpose
    state: KeyState
    jwk: JWK
    public_key: PublicKey

    @property
    def signs(self) -> bool:
        """Whether it is one of those that sign, now or before."""
        return isinstance(self.algorithm, Algorithm)

    @property
    def is_listed(self) -> bool:
        """Whether clients are to see it now.

        They choose the key that they encrypt to: so it is one of which all our processes have the
        private part already, and which does not come to its end (OIDC Core §10.2.1).
        """
        is_over = self.state is KeyState.FORMER
        return not is_over if self.signs else self.state is KeyState.ACTIVE

    def is_signature(self, message: bytes, signature: bytes) -> bool:
        """Tell whether this key signed a message."""
        assert isinstance(self.algorithm, Algorithm)  # the others are not asked
        return is_signature(self.algorithm, self.public_key, message, signature)


P = TypeVar("P", bound=Purpose)


class KeyPair(Generic[P]):
    """A key with its private part."""

    def __init__(self, algorithm: P, private_key: PrivateKey) -> None:
        self.algorithm = algorithm
        self.jwk = make_jwk(private_key.public_key(), algorithm)
        self.kid: str = self.jwk["kid"]
        self.private_key = private_key

    @classmethod
    def generate(cls, algorithm: P, *, rsa_bits: int = MIN_RSA_BITS) -> Self:
        """Make a new key."""
        return cls(algorithm, make_private_key(algorithm, rsa_bits=rsa_bits))

    def publish(self, state: KeyState) -> PublishedKey:
        """Give what everybody may know of it."""
        public_key = self.private_key.public_key()
        return PublishedKey(self.kid, self.algorithm, state, self.jwk, public_key)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.algorithm} {self.kid}>"


class SigningKey(KeyPair[Algorithm]):
    """A key that signs."""

    def __init__(self, algorithm: Algorithm, private_key: PrivateKey) -> None:
        super().__init__(algorithm, private_key)
        self._headers: dict[str, bytes] = {}  # by typ, of which there are a handful

    def sign(self, claims: Mapping[str, Any], *, typ: str) -> str:
        """Make a JWT in its compact form.

        Raises TypeError or ValueError if a claim is not a JSON value.
        """
        header = self._headers.get(typ) or self._prepare_header(typ)
        message = header + b"." + _encode_json(dict(claims))
        signature = make_signature(self.algorithm, self.private_key, message)
        return (message + b"." + encode_segment(signature)).decode("ascii")

    def _prepare_header(self, typ: str) -> bytes:
        header = _encode_json({"alg": self.algorithm, "typ": typ, "kid": self.kid})
        return self._headers.setdefault(typ, header)


class Registry(jwe.JWERegistry):
    """What is read of a JWE, and how much of it."""

    max_encrypted_key_length = 1366  # characters, by an RSA key of 8192 bits


class DecryptionKey(KeyPair[KeyManagementAlgorithm]):
    """A key that decrypts what others encrypt to this server."""

    def __init__(self, algorithm: KeyManagementAlgorithm, private_key: PrivateKey) -> None:
        super().__init__(algorithm, private_key)
        self._key = to_joserfc(private_key)
        algorithms = [str(each) for each in (algorithm, *ContentEncryptionAlgorithm)]
        self._registry = Registry(algorithms=algorithms, strict_check_header=False)

    def decrypt(self, message: str) -> bytes:
        """Give the plaintext of a JWE in its compact form.

        Raises JoseError, ValueError, TypeError, KeyError or AssertionError if that cannot be done.
        """
        plaintext = jwe.decrypt_compact(message, self._key, registry=self._registry).plaintext
        assert plaintext is not None
        return plaintext


OwnKey = SigningKey | DecryptionKey


def own_key(algorithm: Purpose, private_key: PrivateKey) -> OwnKey:
    """Make a key of its private part, for what its algorithm does."""
    if isinstance(algorithm, Algorithm):
        return SigningKey(algorithm, private_key)
    return DecryptionKey(algorithm, private_key)


_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def _encode_json(value: dict[str, Any]) -> bytes:
    return encode_segment(_ENCODER.encode(value).encode("ascii"))
