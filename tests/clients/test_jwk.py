"""A client's public keys as JSON."""

import base64

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from idp.clients.jwk import (
    UnusableKey,
    can_encrypt,
    public_jwk,
    read_encryption_keys,
    read_key,
    read_usable_keys,
)

RSA = RSAKey.generate_key(2048)
EC = ECKey.generate_key("P-256")
OKP = OKPKey.generate_key("Ed25519")
PUBLIC = {
    "RSA": RSA.as_dict(private=False),
    "EC": EC.as_dict(private=False),
    "OKP": OKP.as_dict(private=False),
}
# RFC 7515 §A.3.1
VECTOR = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}


def base64url(number: int) -> str:
    """Write a number as RFC 7518 §2 has it."""
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8)).decode()


@pytest.mark.parametrize("jwk", [*PUBLIC.values(), VECTOR])
@pytest.mark.parametrize(
    "more", [{}, {"use": "sig"}, {"key_ops": ["verify"]}, {"kid": "k1"}, {"x5c": [None]}]
)
def test_a_public_key_is_read(jwk: dict, more: dict):
    """RSA, P-256 and Ed25519 keys are good, whatever else is said about them."""
    key = read_key({**jwk, **more})

    assert not key.is_private
    assert key.kid == more.get("kid", key.thumbprint())


def test_only_what_makes_up_a_key_is_kept():
    """Unknown members may hold anything, so they go."""
    kept = public_jwk({**VECTOR, "kid": "k1", "alg": "ES256", "x5u": float("nan"), "e": 5})

    assert kept == {**VECTOR, "kid": "k1", "alg": "ES256"}


@pytest.mark.parametrize(
    "jwk",
    [
        None,
        [],
        "{}",
        {},
        {"kty": None},
        {"kty": ["EC"]},
        {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"},
        OctKey.generate_key(256).as_dict(private=True),
        RSA.as_dict(private=True),
        EC.as_dict(private=True),
        OKP.as_dict(private=True),
        {**VECTOR, "d": None},
        {**VECTOR, "k": "AA"},
        {**VECTOR, "use": "tls"},
        {**VECTOR, "use": []},
        {**VECTOR, "use": "enc", "alg": "ES256"},
        {**VECTOR, "use": "sig", "alg": "ECDH-ES"},
        {**VECTOR, "use": "sig", "key_ops": ["encrypt"]},
        {**VECTOR, "alg": "ES256", "key_ops": []},
        {**VECTOR, "alg": "RSA-OAEP-256"},
        {**PUBLIC["OKP"], "use": "enc"},
        {**PUBLIC["RSA"], "alg": "RSA-OAEP"},
        {**PUBLIC["RSA"], "alg": "RSA1_5"},
        {**PUBLIC["RSA"], "key_ops": ["decrypt"]},
        {**PUBLIC["RSA"], "key_ops": ["verify", "encrypt"]},
        {**VECTOR, "key_ops": ["sign"]},
        {**VECTOR, "key_ops": "verify"},
        {**VECTOR, "alg": "RS256"},
        {**VECTOR, "alg": "none"},
        {**VECTOR, "alg": ["ES256"]},
        {**VECTOR, "kid": ""},
        {**VECTOR, "kid": 1},
        {**VECTOR, "kid": "x" * 256},
        {**VECTOR, "kid": "a\u0000b"},
        {**VECTOR, "crv": "P-384"},
        {**VECTOR, "crv": None},
        {**VECTOR, "x": "AA"},
        {**VECTOR, "x": ""},
        {**VECTOR, "x": "!"},
        {**VECTOR, "x": "\u00e9"},
        {**VECTOR, "x": None},
        {**VECTOR, "y": VECTOR["x"]},
        {**PUBLIC["OKP"], "x": "AA"},
        {**PUBLIC["OKP"], "crv": "X25519"},
        {**PUBLIC["RSA"], "n": "AQAB"},
        {**PUBLIC["RSA"], "n": base64url(2**1023 + 1)},
        {**PUBLIC["RSA"], "n": base64url(2**9000 + 1)},
        {**PUBLIC["RSA"], "e": ""},
        {**PUBLIC["RSA"], "e": "AQ"},
        {**PUBLIC["RSA"], "e": "AQA"},
        {**PUBLIC["RSA"], "e": base64url(2**64 + 1)},
    ],
)
def test_anything_else_is_refused(jwk: object):
    """A private, weak, broken or foreign key verifies nothing."""
    with pytest.raises(UnusableKey, match="must"):
        read_key(jwk)


def test_the_usable_keys_of_a_set_are_found():
    """A published set may hold keys for other purposes."""
    document = {"keys": [{"kty": "AKP"}, None, {**PUBLIC["RSA"], "use": "enc"}, PUBLIC["EC"]]}

    keys = read_usable_keys(document)

    assert keys is not None
    assert [key.key_type for key in keys] == ["EC"]


@pytest.mark.parametrize(
    ("more", "verifies", "encrypts"),
    [
        ({}, True, True),
        ({"use": "sig"}, True, False),
        ({"use": "enc"}, False, True),
        ({"key_ops": ["verify"]}, True, False),
        ({"key_ops": ["encrypt", "wrapKey"]}, False, True),
        ({"key_ops": []}, False, True),
        ({"alg": "ES256"}, True, False),
        ({"alg": "ECDH-ES"}, False, True),
    ],
)
def test_a_key_is_for_what_it_says(more: dict, verifies: bool, encrypts: bool):
    """It never does the other thing, neither at once nor after it was stored."""
    jwk = {**VECTOR, **more}

    for document in ({"keys": [jwk]}, {"keys": [public_jwk(jwk)]}):
        assert bool(read_usable_keys(document)) is verifies
        assert bool(read_encryption_keys(document)) is encrypts


@pytest.mark.parametrize(
    ("jwk", "alg", "can"),
    [
        (VECTOR, "ECDH-ES", True),
        (VECTOR, "ECDH-ES+A256KW", True),
        (VECTOR, "RSA-OAEP-256", False),
        ({**VECTOR, "alg": "ECDH-ES"}, "ECDH-ES+A256KW", False),
        (PUBLIC["RSA"], "RSA-OAEP-256", True),
        (PUBLIC["RSA"], "ECDH-ES", False),
    ],
)
def test_a_key_encrypts_by_the_algorithms_of_its_kind(jwk: dict, alg: str, can: bool):
    """Of those, by the one that it names."""
    [key] = read_encryption_keys({"keys": [jwk]})

    assert can_encrypt(key, alg) is can


def test_a_key_without_a_kid_encrypts_without_one():
    """It verifies with its thumbprint for a kid, which nobody else hears of."""
    [key] = read_encryption_keys({"keys": [VECTOR]})

    assert key.get("kid") is None


@pytest.mark.parametrize(
    "document", [None, [], {}, {"keys": None}, {"keys": {}}, {"keys": []}, {"keys": [{}]}]
)
def test_a_set_may_be_of_no_use(document: object):
    """Nothing to be read is no key."""
    assert read_usable_keys(document) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first text of a fresh machine is
@given(
    st.sampled_from([*PUBLIC.values(), VECTOR]),
    st.dictionaries(
        st.sampled_from(["kty", "crv", "x", "y", "n", "e", "kid", "alg", "use", "key_ops"]),
        json_values | st.from_regex(r"[A-Za-z0-9_=-]{1,50}", fullmatch=True),
    ),
)
def test_a_damaged_key_is_refused_or_read(jwk: dict, damage: dict):
    """Whatever is in the members, nothing else is raised."""
    try:
        read_key({**jwk, **damage})
    except UnusableKey:
        return
