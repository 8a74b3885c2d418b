"""The signature algorithms, by the vectors of their standards."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from idp.signing.algorithms import (
    Algorithm,
    is_key_for,
    is_signature,
    make_private_key,
    make_signature,
)
from idp.signing.jwk import make_jwk, read_jwk

# RFC 7515 appendix A.2
RS256_JWK = {
    "kty": "RSA",
    "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt"
    "0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSX"
    "ndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5"
    "IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    "e": "AQAB",
}
RS256_JWS = (
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
    "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO"
    "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
)
# RFC 7515 appendix A.3
ES256_JWK = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
ES256_JWS = (
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
# RFC 8037 appendix A
ED25519_PRIVATE = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
ED25519_JWK = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
EDDSA_JWS = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)
# RFC 7638 §3.1
THUMBPRINT_JWK = {
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_B"
    "JECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_F"
    "DW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4"
    "vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    "e": "AQAB",
}


def decode(segment: str) -> bytes:
    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


@pytest.mark.parametrize(
    ("algorithm", "jwk", "jws"),
    [
        (Algorithm.RS256, RS256_JWK, RS256_JWS),
        (Algorithm.ES256, ES256_JWK, ES256_JWS),
        (Algorithm.EdDSA, ED25519_JWK, EDDSA_JWS),
        (Algorithm.Ed25519, ED25519_JWK, EDDSA_JWS),
    ],
)
def test_the_signatures_of_the_standards_are_right(
    algorithm: Algorithm, jwk: dict[str, Any], jws: str
) -> None:
    """A signature that an RFC gives is accepted, and not for any other message."""
    key = read_jwk(jwk)
    message, _, signature = jws.rpartition(".")

    accepted = is_signature(algorithm, key, message.encode(), decode(signature))
    accepted_for_another = is_signature(algorithm, key, b"another", decode(signature))

    assert accepted
    assert not accepted_for_another


def test_ed25519_signs_as_its_standard_does() -> None:
    """The signature of RFC 8037 appendix A.4 is made to the letter."""
    key = Ed25519PrivateKey.from_private_bytes(decode(ED25519_PRIVATE))
    message, _, expected = EDDSA_JWS.rpartition(".")

    signature = make_signature(Algorithm.EdDSA, key, message.encode())

    assert urlsafe_b64encode(signature).decode().rstrip("=") == expected


@pytest.mark.parametrize(
    ("jwk", "thumbprint"),
    [
        (THUMBPRINT_JWK, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
        (ED25519_JWK, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
    ],
)
def test_a_key_is_named_by_its_thumbprint(jwk: dict[str, Any], thumbprint: str) -> None:
    """The kid is what RFC 7638 §3.1 and RFC 8037 appendix A.3 compute."""
    key = read_jwk(jwk)

    described = make_jwk(key, Algorithm.RS256)

    assert described == {**jwk, "kid": thumbprint, "use": "sig", "alg": "RS256"}


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_signature_is_good_for_its_own_message_only(algorithm: Algorithm) -> None:
    """A changed message, a cut, a lengthened and an empty signature are refused."""
    key = make_private_key(algorithm, rsa_bits=2048)

    signature = make_signature(algorithm, key, b"message")

    public_key = key.public_key()
    assert is_signature(algorithm, public_key, b"message", signature)
    assert not is_signature(algorithm, public_key, b"massage", signature)
    for wrong in (b"", signature[:-1], signature + b"\0", bytes(len(signature))):
        assert not is_signature(algorithm, public_key, b"message", wrong)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_new_key_fits_its_algorithm(algorithm: Algorithm) -> None:
    """What is made for an algorithm is accepted for it."""
    key = make_private_key(algorithm, rsa_bits=2048)

    fits = is_key_for(key, algorithm)

    assert fits


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_key_of_another_kind_does_not_fit(algorithm: Algorithm) -> None:
    """A short RSA key, another curve, and another type of key are refused."""
    others = [
        rsa.generate_private_key(public_exponent=65537, key_size=1024),  # noqa: S505 - to be refused
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP256K1()),
        ed448.Ed448PrivateKey.generate(),
        None,
    ]

    fits = [is_key_for(key, algorithm) for key in others]

    assert not any(fits)
