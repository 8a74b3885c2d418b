"""The signature algorithms, and keys (RFC 7518 §3.3-3.5, §4.3, §4.6; RFC 8037 §3.1; RFC 9864)."""

from enum import StrEnum
from typing import TypeGuard

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256

from idp.vocabulary import KeyManagementAlgorithm

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey | Ed25519PrivateKey
PublicKey = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey


class Algorithm(StrEnum):
    """A value of `alg`; EdDSA is the older name of what Ed25519 does."""

    RS256 = "RS256"
    PS256 = "PS256"
    ES256 = "ES256"
    Ed25519 = "Ed25519"
    EdDSA = "EdDSA"


# What a key of ours is for: to sign, or to decrypt.
Purpose = Algorithm | KeyManagementAlgorithm

MIN_RSA_BITS = 2048  # RFC 7518 §3.3, §4.3
P256_BYTES = 32

RSA_PADDINGS: dict[Algorithm, AsymmetricPadding] = {
    Algorithm.RS256: PKCS1v15(),
    Algorithm.PS256: PSS(mgf=MGF1(SHA256()), salt_length=SHA256.digest_size),
}


def read_purpose(alg: str) -> Purpose:
    """Tell what a key is for by its `alg`."""
    return Algorithm(alg) if alg in Algorithm.__members__ else KeyManagementAlgorithm(alg)


def make_private_key(algorithm: Purpose, *, rsa_bits: int) -> PrivateKey:
    """Make a key for an algorithm; an RSA key takes a tenth of a second or more."""
    match algorithm:
        case Algorithm.RS256 | Algorithm.PS256 | KeyManagementAlgorithm.RSA_OAEP_256:
            return rsa.generate_private_key(public_exponent=65537, key_size=rsa_bits)
        case Algorithm.Ed25519 | Algorithm.EdDSA:
            return Ed25519PrivateKey.generate()
        case _:
            return generate_private_key(SECP256R1())


def is_key_for(key: object, algorithm: Purpose) -> TypeGuard[PrivateKey]:
    """Tell whether a private key has the type and the size that an algorithm asks for."""
    match algorithm:
        case Algorithm.RS256 | Algorithm.PS256 | KeyManagementAlgorithm.RSA_OAEP_256:
            return isinstance(key, RSAPrivateKey) and key.key_size >= MIN_RSA_BITS
        case Algorithm.Ed25519 | Algorithm.EdDSA:
            return isinstance(key, Ed25519PrivateKey)
        case _:
            return isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1)


def make_signature(algorithm: Algorithm, key: PrivateKey, message: bytes) -> bytes:
    """Sign a message."""
    match key:
        case RSAPrivateKey():
            return key.sign(message, RSA_PADDINGS[algorithm], SHA256())
        case EllipticCurvePrivateKey():
            r, s = decode_dss_signature(key.sign(message, ECDSA(SHA256())))
            return r.to_bytes(P256_BYTES, "big") + s.to_bytes(P256_BYTES, "big")
        case Ed25519PrivateKey():
            return key.sign(message)


def is_signature(algorithm: Algorithm, key: PublicKey, message: bytes, signature: bytes) -> bool:
    """Tell whether the owner of a key signed a message."""
    try:
        _verify(algorithm, key, message, signature)
    except InvalidSignature:
        return False
    return True


def _verify(algorithm: Algorithm, key: PublicKey, message: bytes, signature: bytes) -> None:
    match key:
        case RSAPublicKey():
            key.verify(signature, message, RSA_PADDINGS[algorithm], SHA256())
        case EllipticCurvePublicKey():
            key.verify(_der(signature), message, ECDSA(SHA256()))
        case Ed25519PublicKey():
            key.verify(signature, message)


def _der(signature: bytes) -> bytes:
    if len(signature) != 2 * P256_BYTES:
        raise InvalidSignature
    r, s = signature[:P256_BYTES], signature[P256_BYTES:]
    return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
