"""Public keys as JSON Web Keys (RFC 7517, RFC 8037), named by their thumbprints (RFC 7638)."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc.jwk import ECKey, OKPKey, RSAKey

from idp.signing.algorithms import Algorithm, PublicKey

JWK = dict[str, Any]

KEY_TYPES: dict[str, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}


def make_jwk(public_key: PublicKey, algorithm: Algorithm) -> JWK:
    """Describe a public key as the JWKS document shows it."""
    key = _import(public_key)
    members = key.as_dict(private=False)
    return {**members, "kid": key.thumbprint(), "use": "sig", "alg": str(algorithm)}


def read_jwk(jwk: JWK) -> PublicKey:
    """Read a public key that `make_jwk` described."""
    public_key = KEY_TYPES[jwk["kty"]].import_key(jwk).public_key
    assert isinstance(public_key, PublicKey)  # the only curve of an OKP key here is Ed25519
    return public_key


def _import(public_key: PublicKey) -> RSAKey | ECKey | OKPKey:
    match public_key:
        case RSAPublicKey():
            return RSAKey.import_key(public_key)
        case EllipticCurvePublicKey():
            return ECKey.import_key(public_key)
        case _:
            return OKPKey.import_key(public_key)
