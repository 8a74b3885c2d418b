"""A client's public key, read from untrusted JSON (RFC 7517, RFC 7518 §6, RFC 8037)."""

import base64
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

MAX_KEYS = 50
MAX_KID_LENGTH = 255
RSA_BITS = range(2048, 8193)  # more would cost us, not the client: it is we who verify
MAX_RSA_EXPONENT_BITS = 32

PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
ALGORITHMS = {"RSA": ("RS256", "PS256"), "EC": ("ES256",), "OKP": ("Ed25519", "EdDSA")}
COORDINATES = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}
CURVES = {"EC": "P-256", "OKP": "Ed25519"}


class UnusableKey(Exception):
    """Not a public key that verifies one of our algorithms; the text completes "this key ..."."""


def read_key(jwk: object) -> Key:
    """Read a key, leaving out what we do not use; raise UnusableKey."""
    return _import(public_jwk(jwk))


def public_jwk(jwk: object) -> dict[str, str]:
    """Keep the members that identify and make up a public key; raise UnusableKey."""
    if not isinstance(jwk, dict):
        raise UnusableKey("must be a JSON object")
    if not PRIVATE.isdisjoint(jwk):
        raise UnusableKey("must not have private members")
    kty = jwk.get("kty")
    if not isinstance(kty, str) or kty not in COORDINATES:
        raise UnusableKey("must have the kty RSA, EC or OKP")
    _check_use(jwk, kty)
    kept = {name: _text(jwk.get(name)) for name in ("kty", *COORDINATES[kty])}
    kept |= {name: _text(jwk[name]) for name in ("kid", "alg") if jwk.get(name) is not None}
    return kept


def read_usable_keys(document: object) -> KeySet | None:
    """Read the keys of a JWK Set that we can use, since it may hold others; None if none."""
    jwks = document.get("keys") if isinstance(document, dict) else None
    usable = []
    for jwk in jwks[:MAX_KEYS] if isinstance(jwks, list) else []:
        try:
            usable.append(read_key(jwk))
        except UnusableKey:
            continue
    return KeySet(usable) if usable else None


def _check_use(jwk: dict[str, Any], kty: str) -> None:
    if jwk.get("use") not in (None, "sig"):
        raise UnusableKey("must have the use sig, or none")
    operations = jwk.get("key_ops")
    if operations is not None and operations != ["verify"]:
        raise UnusableKey("must have the key_ops verify, or none")
    if jwk.get("alg") not in (None, *ALGORITHMS[kty]):
        raise UnusableKey("must have the alg RS256, PS256, ES256, Ed25519 or EdDSA, or none")
    if kty in CURVES and jwk.get("crv") != CURVES[kty]:
        raise UnusableKey("must have the crv P-256 or Ed25519")
    kid = jwk.get("kid")
    if kid is not None and not (isinstance(kid, str) and 0 < len(kid) <= MAX_KID_LENGTH):
        raise UnusableKey(f"must have a kid of 1 to {MAX_KID_LENGTH} characters, or none")


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise UnusableKey("must have members of printable ASCII")
    return value


def _import(jwk: dict[str, str]) -> Key:
    try:
        if jwk["kty"] == "RSA":
            _check_rsa(_number(jwk["n"]), _number(jwk["e"]))
        key = JWKRegistry.import_key({**jwk})
    except (JoseError, ValueError, TypeError, OverflowError):
        raise UnusableKey("must be a valid public key") from None
    key.ensure_kid()
    return key


def _check_rsa(modulus: int, exponent: int) -> None:
    """Refuse before the key is made: that takes long if it is too large."""
    if modulus.bit_length() not in RSA_BITS:
        raise UnusableKey("must have at least 2048 bits if it is an RSA key, and at most 8192")
    if exponent.bit_length() > MAX_RSA_EXPONENT_BITS:
        raise UnusableKey("must have a common public exponent, such as 65537")


def _number(base64url: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(base64url + "=="))
