"""One key: what is published of it, and how it signs a JWT (RFC 7515 §5.1, RFC 7519)."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from idp.signing.algorithms import (
    MIN_RSA_BITS,
    Algorithm,
    PrivateKey,
    PublicKey,
    is_signature,
    make_private_key,
    make_signature,
)
from idp.signing.jwk import JWK, make_jwk


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
    algorithm: Algorithm
    state: KeyState
    jwk: JWK
    public_key: PublicKey

    def is_signature(self, message: bytes, signature: bytes) -> bool:
        """Tell whether this key signed a message."""
        return is_signature(self.algorithm, self.public_key, message, signature)


class SigningKey:
    """A key with its private part."""

    def __init__(self, algorithm: Algorithm, private_key: PrivateKey) -> None:
        self.algorithm = algorithm
        self.jwk = make_jwk(private_key.public_key(), algorithm)
        self.kid: str = self.jwk["kid"]
        self.private_key = private_key
        self._headers: dict[str, bytes] = {}  # by typ, of which there are a handful

    @classmethod
    def generate(cls, algorithm: Algorithm, *, rsa_bits: int = MIN_RSA_BITS) -> "SigningKey":
        """Make a new key."""
        return cls(algorithm, make_private_key(algorithm, rsa_bits=rsa_bits))

    def publish(self, state: KeyState) -> PublishedKey:
        """Give what everybody may know of it."""
        public_key = self.private_key.public_key()
        return PublishedKey(self.kid, self.algorithm, state, self.jwk, public_key)

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

    def __repr__(self) -> str:
        return f"<SigningKey {self.algorithm} {self.kid}>"


def encode_segment(value: bytes) -> bytes:
    """Encode a part of a JWT: base64url without padding (RFC 7515 §2)."""
    return urlsafe_b64encode(value).rstrip(b"=")


_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def _encode_json(value: dict[str, Any]) -> bytes:
    return encode_segment(_ENCODER.encode(value).encode("ascii"))
