"""A client's public key, read from untrusted JSON (RFC 7517, RFC 7518 §6, RFC 8037)."""

import base64
from collections.abc import Iterator
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from idp.vocabulary import KeyManagementAlgorithm, PublicKeyUse

MAX_KEYS = 50
MAX_KID_LENGTH = 255
RSA_BITS = range(2048, 8193)  # more would cost us, not the client: it is we who verify
MAX_RSA_EXPONENT_BITS = 32

PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
ECDH_ES = tuple(str(alg) for alg in KeyManagementAlgorithm if alg.startswith("ECDH-ES"))
# What a key can be for, by its kty and the alg that it may have.
ALGORITHMS = {
    PublicKeyUse.SIG: {"RSA": ("RS256", "PS256"), "EC": ("ES256",), "OKP": ("Ed25519", "EdDSA")},
    PublicKeyUse.ENC: {"RSA": ("RSA-OAEP-256",), "EC": ECDH_ES, "OKP": ()},
}
# ... and by its key_ops; a public key for ECDH has none (RFC 7517 §4.3).
OPERATIONS = {
    PublicKeyUse.SIG: (["verify"],),
    PublicKeyUse.ENC: (["encrypt"], ["wrapKey"], ["encrypt", "wrapKey"], []),
}
COORDINATES = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}
CURVES = {"EC": "P-256", "OKP": "Ed25519"}


class UnusableKey(Exception):
    """Not a public key for one of our algorithms; the text completes "this key ..."."""


def read_key(jwk: object) -> Key:
    """Read a key, leaving out what we do not use; raise UnusableKey."""
    key = _import(public_jwk(jwk))
    key.ensure_kid()
    return key


def public_jwk(jwk: object) -> dict[str, str]:
    """Keep the members that identify and make up a public key, and what it is for.

    Raises UnusableKey.
    """
    if not isinstance(jwk, dict):
        raise UnusableKey("must be a JSON object")
    if not PRIVATE.isdisjoint(jwk):
        raise UnusableKey("must not have private members")
    kty = jwk.get("kty")
    if not isinstance(kty, str) or kty not in COORDINATES:
        raise UnusableKey("must have the kty RSA, EC or OKP")
    _check_kind(jwk, kty)
    kept = {name: _text(jwk.get(name)) for name in ("kty", *COORDINATES[kty])}
    kept |= {name: _text(jwk[name]) for name in ("kid", "alg") if jwk.get(name) is not None}
    return kept | _said_use(jwk, kty)


def read_usable_keys(document: object) -> KeySet | None:
    """Read the keys of a JWK Set that verify, since it may hold others; None if none does."""
    usable = list(_usable(document, PublicKeyUse.SIG))
    return KeySet(usable) if usable else None


def read_encryption_keys(document: object) -> tuple[Key, ...]:
    """Read the keys of a JWK Set that encrypt, those that are for nothing else first.

    One without a kid is given none: its owner could not find it by another's name for it.
    """
    usable = _usable(document, PublicKeyUse.ENC)
    return tuple(sorted(usable, key=lambda key: key.get("use") is None))


def can_encrypt(key: Key, alg: str) -> bool:
    """Tell whether a key that encrypts does so by this algorithm."""
    return alg in ALGORITHMS[PublicKeyUse.ENC][key.key_type] and key.get("alg") in (None, alg)


def _usable(document: object, use: PublicKeyUse) -> Iterator[Key]:
    jwks = document.get("keys") if isinstance(document, dict) else None
    for jwk in jwks[:MAX_KEYS] if isinstance(jwks, list) else []:
        try:
            public = public_jwk(jwk)
            if use in _uses(public, public["kty"]):
                yield _import(public)
        except UnusableKey:
            continue


def _check_kind(jwk: dict[str, Any], kty: str) -> None:
    if jwk.get("use") not in (None, *PublicKeyUse):
        raise UnusableKey("must have the use sig or enc, or none")
    operations = jwk.get("key_ops")
    if operations is not None and not any(operations in each for each in OPERATIONS.values()):
        raise UnusableKey("must have key_ops to verify or to encrypt, or none")
    if jwk.get("alg") not in (None, *(alg for each in ALGORITHMS.values() for alg in each[kty])):
        raise UnusableKey("must have an alg of this server that goes with its kty, or none")
    if not _uses(jwk, kty):
        raise UnusableKey("must have a use, key_ops and an alg that go together")
    if kty in CURVES and jwk.get("crv") != CURVES[kty]:
        raise UnusableKey("must have the crv P-256 or Ed25519")
    kid = jwk.get("kid")
    if kid is not None and not (isinstance(kid, str) and 0 < len(kid) <= MAX_KID_LENGTH):
        raise UnusableKey(f"must have a kid of 1 to {MAX_KID_LENGTH} characters, or none")


def _uses(jwk: dict[str, Any], kty: str) -> list[PublicKeyUse]:
    """List what a key is good for, by all that it says of itself."""
    alg, operations = jwk.get("alg"), jwk.get("key_ops")
    return [
        use
        for use in PublicKeyUse
        if jwk.get("use") in (None, use)
        and (operations is None or operations in OPERATIONS[use])
        and (alg in ALGORITHMS[use][kty] if alg is not None else bool(ALGORITHMS[use][kty]))
    ]


def _said_use(jwk: dict[str, Any], kty: str) -> dict[str, str]:
    """Give the one use that a key says it has, be it by its key_ops."""
    says_so = jwk.get("use") is not None or jwk.get("key_ops") is not None
    return {"use": str(_uses(jwk, kty)[0])} if says_so else {}


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise UnusableKey("must have members of printable ASCII")
    return value


def _import(jwk: dict[str, str]) -> Key:
    try:
        if jwk["kty"] == "RSA":
            _check_rsa(_number(jwk["n"]), _number(jwk["e"]))
        return JWKRegistry.import_key({**jwk})
    except (JoseError, ValueError, TypeError, OverflowError):
        raise UnusableKey("must be a valid public key") from None


def _check_rsa(modulus: int, exponent: int) -> None:
    """Refuse before the key is made: that takes long if it is too large."""
    if modulus.bit_length() not in RSA_BITS:
        raise UnusableKey("must have at least 2048 bits if it is an RSA key, and at most 8192")
    if exponent.bit_length() > MAX_RSA_EXPONENT_BITS:
        raise UnusableKey("must have a common public exponent, such as 65537")


def _number(base64url: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(base64url + "=="))
