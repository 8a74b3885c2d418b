"""What a key set accepts, and above all what it refuses (RFC 8725)."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from idp.signing import Algorithm, KeySet, KeyState
from idp.signing.algorithms import make_signature
from idp.signing.key import SigningKey

CLAIMS = {"iss": "https://idp.example", "aud": ["a", "b"], "n": 1}


def segment(value: object) -> str:
    """Encode a part of a JWT; bytes go in as they are."""
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(content).decode().rstrip("=")


def forge(key: SigningKey, header: object, claims: object = CLAIMS) -> str:
    """Sign any header and any claims with a key of the server itself."""
    message = f"{segment(header)}.{segment(claims)}"
    return f"{message}.{segment(make_signature(key.algorithm, key.private_key, message.encode()))}"


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt"])
def test_a_type_is_compared_without_case_and_prefix(
    key: SigningKey, key_set: KeySet, typ: str
) -> None:
    """Every spelling of a media type that RFC 7515 §4.1.9 allows is the same type."""
    token = forge(key, {"alg": "Ed25519", "typ": typ, "kid": key.kid})

    claims = key_set.verify(token, typ="at+jwt")

    assert claims == CLAIMS


@pytest.mark.parametrize(
    "changes",
    [
        {"typ": "JWT"},
        {"typ": None},
        {"typ": ["at+jwt"]},
        {"typ": "application/application/at+jwt"},
        {"alg": "none"},
        {"alg": "EdDSA"},
        {"alg": "HS256"},
        {"alg": None},
        {"alg": ["Ed25519"]},
        {"kid": "another"},
        {"kid": None},
        {"kid": 1},
        {"kid": ["a"]},
        {"kid": {"a": "b"}},
        {"kid": "../../etc/passwd"},
        {"crit": ["exp"]},
        {"crit": []},
        {"crit": None},
        {"b64": False, "crit": ["b64"]},
    ],
)
def test_a_header_that_asks_for_anything_else_is_refused(
    key: SigningKey, key_set: KeySet, changes: dict[str, Any]
) -> None:
    """However well it is signed: another type, algorithm or key, or an extension (RFC 8725 §3)."""
    token = forge(key, {"alg": "Ed25519", "typ": "at+jwt", "kid": key.kid, **changes})

    claims = key_set.verify(token, typ="at+jwt")

    assert claims is None


@pytest.mark.parametrize("missing", ["alg", "typ", "kid"])
def test_a_header_that_lacks_a_member_is_refused(
    key: SigningKey, key_set: KeySet, missing: str
) -> None:
    """Nothing is guessed."""
    header = {"alg": "Ed25519", "typ": "JWT", "kid": key.kid}
    del header[missing]

    claims = key_set.verify(forge(key, header), typ="JWT")

    assert claims is None


def test_a_key_in_the_header_is_not_used(key: SigningKey, key_set: KeySet) -> None:
    """A stranger who brings their own key by `jwk` is refused (RFC 8725 §3.10)."""
    strange = SigningKey.generate(Algorithm.Ed25519)
    header = {"alg": "Ed25519", "typ": "JWT", "kid": key.kid, "jwk": strange.jwk}

    claims = key_set.verify(forge(strange, header), typ="JWT")

    assert claims is None


HEADERS = [
    pytest.param(b"", id="empty"),
    pytest.param(b"{", id="cut"),
    pytest.param([], id="list"),
    pytest.param("text", id="text"),
    pytest.param(1, id="number"),
    pytest.param(None, id="null"),
    pytest.param(float("nan"), id="nan"),
    pytest.param(b"9" * 5000, id="long number"),
    pytest.param(b"[" * 5000, id="deep list"),
    pytest.param(b'{"a":' * 1500, id="deep object"),
    pytest.param(b"\xff\xfe{\x00}\x00", id="utf-16"),
    pytest.param(b"\xef\xbb\xbf{}", id="byte order mark"),
    pytest.param(b'{"kid":"\xff"}', id="not utf-8"),
    pytest.param(b'{"kid":"\\ud800"}', id="lone surrogate"),
]


@pytest.mark.parametrize("content", HEADERS)
def test_a_header_that_is_no_json_object_is_refused(
    key: SigningKey, key_set: KeySet, content: object
) -> None:
    """Whatever a header is made of, the answer is no, and not an error."""
    claims = key_set.verify(forge(key, content), typ="JWT")

    assert claims is None


@pytest.mark.parametrize("content", [each for each in HEADERS if each.id != "lone surrogate"])
def test_claims_that_are_no_json_object_are_refused(
    key: SigningKey, key_set: KeySet, content: object
) -> None:
    """Even if a key of the server has signed them."""
    header = {"alg": "Ed25519", "typ": "JWT", "kid": key.kid}

    claims = key_set.verify(forge(key, header, content), typ="JWT")

    assert claims is None


@pytest.mark.parametrize(
    ("algorithms", "expected"),
    [(("none", "Ed25519"), CLAIMS), (("Ed25519", "none"), None)],
)
def test_of_a_member_that_stands_twice_the_last_one_counts(
    key: SigningKey, key_set: KeySet, algorithms: tuple[str, str], expected: object
) -> None:
    """As RFC 7515 §4 allows; and a NaN beside them does no harm."""
    first, last = algorithms
    header = f'{{"alg":"{first}","alg":"{last}","typ":"JWT","kid":"{key.kid}","n":NaN}}'.encode()

    claims = key_set.verify(forge(key, header), typ="JWT")

    assert claims == expected


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: "",
        lambda token: ".",
        lambda token: "..",
        lambda token: "...",
        lambda token: token.rpartition(".")[0],
        lambda token: token.rpartition(".")[0] + ".",
        lambda token: token + ".",
        lambda token: token + ".e30",
        lambda token: token + "=",
        lambda token: token + "==",
        lambda token: token + "\n",
        lambda token: " " + token,
        lambda token: token.replace(".", ".\n"),
        lambda token: token.replace(".", ".*"),
        lambda token: token[:-1],
        lambda token: token[:-1] + "é",
        lambda token: token + "\ud800",
        lambda token: token + "\0",
        lambda token: "A" + token,
        lambda token: token + "A",
        lambda token: token + "A" * 20_000,
        lambda token: "." * 20_000,
    ],
)
def test_a_token_of_another_form_is_refused(key_set: KeySet, spoil: Any) -> None:
    """Segments too few or too many, and characters that are none of base64url, end in None."""
    token = key_set.sign(CLAIMS, typ="JWT", algorithm="Ed25519")

    claims = key_set.verify(spoil(token), typ="JWT")

    assert claims is None


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_token_has_one_spelling(key_set: KeySet, algorithm: Algorithm) -> None:
    """Changing any of the last characters, even bits that carry nothing, makes it invalid."""
    token = key_set.sign(CLAIMS, typ="JWT", algorithm=algorithm)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    others = [token[:-1] + letter for letter in alphabet if letter != token[-1]]

    assert not any(key_set.verify(other, typ="JWT") for other in others)


@pytest.mark.parametrize("index", [0, 1, 2])
def test_no_part_can_be_taken_from_another_token(key_set: KeySet, index: int) -> None:
    """Header, claims and signature belong together."""
    parts = key_set.sign({"sub": "a"}, typ="JWT", algorithm="Ed25519").split(".")
    others = key_set.sign({"sub": "b"}, typ="JWT", algorithm="ES256").split(".")

    parts[index] = others[index]

    assert key_set.verify(".".join(parts), typ="JWT") is None


def test_the_longest_token_is_sixteen_kibibytes(key_set: KeySet) -> None:
    """A token of that length is read, and one that is longer is not."""

    def sign(length: int) -> str:
        return key_set.sign({"a": "a" * length}, typ="JWT", algorithm="Ed25519")

    overhead = len(sign(0))
    short = sign((16384 - overhead) * 3 // 4)
    long = sign((16384 - overhead) * 3 // 4 + 3)

    assert len(short) <= 16384 < len(long)
    assert key_set.verify(short, typ="JWT") is not None
    assert key_set.verify(long, typ="JWT") is None


@pytest.mark.parametrize("state", [KeyState.NEXT, KeyState.ACTIVE, KeyState.RETIRED])
def test_every_published_key_is_believed(key: SigningKey, state: KeyState) -> None:
    """Active and retired keys, and next ones, with which another server may sign already."""
    token = key.sign(CLAIMS, typ="JWT")

    claims = KeySet([key.publish(state)], []).verify(token, typ="JWT")

    assert claims == CLAIMS
