"""Signing with a key set, and what it publishes."""

import json
from dataclasses import replace

import jwt as pyjwt
import pytest
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet as JoserfcKeySet

from idp.signing import Algorithm, KeySet, KeyState, NoActiveKey
from idp.signing.key import SigningKey

CLAIMS = {"iss": "https://idp.example", "sub": "Jörg \U0001f511", "aud": ["a", "b"], "n": 1}


@pytest.mark.parametrize("algorithm", Algorithm)
def test_what_is_signed_can_be_verified(key_set: KeySet, algorithm: Algorithm) -> None:
    """The claims come back as they were."""
    token = key_set.sign(CLAIMS, typ="at+jwt", algorithm=algorithm)

    claims = key_set.verify(token, typ="at+jwt")

    assert claims == CLAIMS


@pytest.mark.parametrize("algorithm", Algorithm)
def test_joserfc_verifies_what_is_signed(key_set: KeySet, algorithm: Algorithm) -> None:
    """A client that uses joserfc accepts the token by the published keys alone."""
    token = key_set.sign(CLAIMS, typ="JWT", algorithm=algorithm)
    published = JoserfcKeySet.import_key_set(json.loads(key_set.jwks))

    decoded = joserfc_jwt.decode(token, published, algorithms=[algorithm])

    assert decoded.claims == CLAIMS
    assert decoded.header["typ"] == "JWT"
    assert decoded.header["alg"] == algorithm


@pytest.mark.parametrize("algorithm", [each for each in Algorithm if each != "Ed25519"])
def test_pyjwt_verifies_what_is_signed(key_set: KeySet, algorithm: Algorithm) -> None:
    """A client that uses PyJWT, which knows Ed25519 by its older name, accepts the token."""
    token = key_set.sign(CLAIMS, typ="JWT", algorithm=algorithm)
    kid = pyjwt.get_unverified_header(token)["kid"]
    jwk = next(each for each in json.loads(key_set.jwks)["keys"] if each["kid"] == kid)

    claims = pyjwt.decode(token, pyjwt.PyJWK(jwk), algorithms=[algorithm], audience="a")

    assert claims == CLAIMS


def test_an_algorithm_without_an_active_key_does_not_sign(key: SigningKey) -> None:
    """Only what the server has keys for can be asked of it; `none` never."""
    key_set = KeySet([key.publish(KeyState.ACTIVE)], [key])

    for algorithm in ("RS256", "HS256", "none", ""):
        with pytest.raises(NoActiveKey):
            key_set.sign(CLAIMS, typ="JWT", algorithm=algorithm)


def test_claims_that_json_has_no_value_for_are_not_signed(key_set: KeySet) -> None:
    """NaN, which no client could read, is refused before a token exists."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        key_set.sign({"n": float("nan")}, typ="JWT", algorithm="Ed25519")


def test_one_key_signs_with_several_types(key_set: KeySet) -> None:
    """Each token carries the type that was asked for, however often and in whatever order."""
    tokens = [key_set.sign({}, typ=typ, algorithm="Ed25519") for typ in ("JWT", "at+jwt", "JWT")]

    types = [pyjwt.get_unverified_header(token)["typ"] for token in tokens]
    assert types == ["JWT", "at+jwt", "JWT"]


def test_the_document_shows_public_members_only(key_set: KeySet) -> None:
    """Each key has its kid, use and alg, and nothing of its private part (RFC 7517 §9.2)."""
    published = json.loads(key_set.jwks)["keys"]

    members = {key["alg"]: set(key) - {"kty", "kid", "use", "alg"} for key in published}

    assert members == {
        "RS256": {"n", "e"},
        "PS256": {"n", "e"},
        "ES256": {"crv", "x", "y"},
        "Ed25519": {"crv", "x"},
        "EdDSA": {"crv", "x"},
    }
    assert {key["use"] for key in published} == {"sig"}
    assert len({key["kid"] for key in published}) == len(Algorithm)


def test_the_document_begins_with_the_active_rs256_key(keys: list[SigningKey]) -> None:
    """Then come the other active keys, the next ones, and the retired ones."""
    rs256, ps256, es256, ed25519, eddsa = keys
    states = {
        eddsa: KeyState.RETIRED,
        es256: KeyState.NEXT,
        ps256: KeyState.ACTIVE,
        ed25519: KeyState.RETIRED,
        rs256: KeyState.ACTIVE,
    }

    key_set = KeySet([key.publish(state) for key, state in states.items()], [])

    kids = [key["kid"] for key in json.loads(key_set.jwks)["keys"]]
    assert kids == [key.kid for key in (rs256, ps256, es256, eddsa, ed25519)]


def test_the_fingerprint_changes_with_a_state_and_not_with_the_order(
    keys: list[SigningKey],
) -> None:
    """Servers compare it to see whether their keys are still the current ones."""
    first = keys[0].publish(KeyState.ACTIVE)
    second = keys[1].publish(KeyState.NEXT)

    fingerprint = KeySet([first, second], []).fingerprint

    assert fingerprint == KeySet([second, first], []).fingerprint
    assert fingerprint != KeySet([first], []).fingerprint
    assert fingerprint != KeySet([first, replace(second, state=KeyState.ACTIVE)], []).fingerprint


def test_a_key_does_not_show_its_private_part(key: SigningKey) -> None:
    """What a log would print of a key is its name."""

    text = repr(key)

    assert text == f"<SigningKey Ed25519 {key.kid}>"
