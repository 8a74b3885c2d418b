"""The public key in the header of a DPoP proof, and its thumbprint (RFC 9449 §4.2, RFC 7638 §3).

A proof is verified with each request, so its key is read by what costs least: straight into what
verifies, and nothing is looked at but the members that make up the key.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from pydantic_core import to_json  # a third of what the standard library takes

from idp.clients.jwk import MAX_RSA_EXPONENT_BITS, PRIVATE
from idp.signing.algorithms import P256_BYTES, Algorithm, PublicKey, is_signature
from idp.signing.segments import decode_segment, encode_segment

RSA_BITS = range(2048, 4097)  # anybody may bring a key, and it is we who verify with it
ED25519_BYTES = 32
UNCOMPRESSED = b"\x04"  # what an elliptic curve point of two coordinates begins with (SEC 1 §2.3.3)

Members = Mapping[str, Any]


class UnusableKey(Exception):
    """Not a public key for one of our algorithms."""


@dataclass(frozen=True, slots=True)
class ProofKey:
    """A key, the algorithms that it is for, and the thumbprint by which tokens name it."""

    public_key: PublicKey
    algorithms: tuple[Algorithm, ...]
    thumbprint: str

    def signed(self, message: bytes, signature: bytes, alg: object) -> bool:
        """Tell whether its owner signed a message, by an algorithm that goes with the key."""
        if not isinstance(alg, str) or alg not in self.algorithms:
            return False
        return is_signature(Algorithm(alg), self.public_key, message, signature)


def read_key(jwk: object) -> ProofKey:
    """Read a key from untrusted JSON; raise UnusableKey if it is private, weak or none of ours."""
    if not isinstance(jwk, dict) or not PRIVATE.isdisjoint(jwk):
        raise UnusableKey
    kind = KINDS.get(str(jwk.get("kty")))
    if kind is None:
        raise UnusableKey
    try:
        public_key = kind.read(jwk)
    except (KeyError, AttributeError, ValueError):
        raise UnusableKey from None
    return ProofKey(public_key, kind.algorithms, _thumbprint(jwk, kind.members))


def is_thumbprint(text: str) -> bool:
    """Tell whether a text could be the SHA-256 thumbprint of any key."""
    try:
        return len(decode_segment(text.encode("ascii"))) == hashlib.sha256().digest_size
    except ValueError:
        return False


def _thumbprint(jwk: Members, members: tuple[str, ...]) -> str:
    """Hash the members that make up the key, in the order of their names."""
    text = to_json({name: jwk[name] for name in members})  # without spaces
    return encode_segment(hashlib.sha256(text).digest()).decode()


def _read_rsa(jwk: Members) -> PublicKey:
    n, e = (int.from_bytes(_read_number(jwk[name])) for name in ("n", "e"))
    if n.bit_length() not in RSA_BITS or e.bit_length() > MAX_RSA_EXPONENT_BITS:
        raise UnusableKey
    return RSAPublicNumbers(e, n).public_key()


def _read_p256(jwk: Members) -> PublicKey:
    x, y = (decode_segment(jwk[name].encode("ascii")) for name in ("x", "y"))
    if jwk["crv"] != "P-256" or len(x) != P256_BYTES or len(y) != P256_BYTES:
        raise UnusableKey
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), UNCOMPRESSED + x + y)


def _read_ed25519(jwk: Members) -> PublicKey:
    x = decode_segment(jwk["x"].encode("ascii"))
    if jwk["crv"] != "Ed25519" or len(x) != ED25519_BYTES:
        raise UnusableKey
    return Ed25519PublicKey.from_public_bytes(x)


def _read_number(base64url: str) -> bytes:
    """Decode a number; written with more bytes than it needs, a key would have two thumbprints."""
    number = decode_segment(base64url.encode("ascii"))
    if number.startswith(b"\x00"):  # RFC 7518 §6.3.1.1
        raise UnusableKey
    return number


@dataclass(frozen=True, slots=True)
class _Kind:
    """How keys of one `kty` are read, and which members make one up (RFC 7638 §3.2)."""

    read: Callable[[Members], PublicKey]
    members: tuple[str, ...]
    algorithms: tuple[Algorithm, ...]


KINDS = {
    "RSA": _Kind(_read_rsa, ("e", "kty", "n"), (Algorithm.RS256, Algorithm.PS256)),
    "EC": _Kind(_read_p256, ("crv", "kty", "x", "y"), (Algorithm.ES256,)),
    "OKP": _Kind(_read_ed25519, ("crv", "kty", "x"), (Algorithm.Ed25519, Algorithm.EdDSA)),
}
