"""Public keys as JSON Web Keys (RFC 7517, RFC 8037), named by their thumbprints (RFC 7638)."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from joserfc.jwk import ECKey, OKPKey, RSAKey

from idp.signing.algorithms import Algorithm, PrivateKey, PublicKey, Purpose
from idp.vocabulary import PublicKeyUse

JWK = dict[str, Any]

KEY_TYPES: dict[str, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}


def make_jwk(public_key: PublicKey, algorithm: Purpose) -> JWK:
    """Describe a public key as the JWKS document shows it."""
    key = to_joserfc(public_key)
    members = key.as_dict(private=False)
    use = PublicKeyUse.SIG if isinstance(algorithm, Algorithm) else PublicKeyUse.ENC
    return {**members, "kid": key.thumbprint(), "use": str(use), "alg": str(algorithm)}


def read_jwk(jwk: JWK) -> PublicKey:
    """Read a public key that `make_jwk` described."""
    public_key = KEY_TYPES[jwk["kty"]].import_key(jwk).public_key
    assert isinstance(public_key, PublicKey)  # the only curve of an OKP key here is Ed25519
    return public_key


def to_joserfc(key: PublicKey | PrivateKey) -> RSAKey | ECKey | OKPKey:
    """Make of a key what joserfc works with."""
    match key:
        case RSAPublicKey() | RSAPrivateKey():
            return RSAKey.import_key(key)
        case EllipticCurvePublicKey() | EllipticCurvePrivateKey():
            return ECKey.import_key(key)
        case _:
            return OKPKey.import_key(key)
