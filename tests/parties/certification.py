"""What a certification suite looks at in everything that it is answered, as plain functions.

Each raises AssertionError on what would count as a failure there, and on what would be a warning.
They know nothing of our own code (OpenID Connect Core 1.0, RFC 6749, RFC 7517).
"""

import hashlib
import math
import re
import time
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

import httpx2
from joserfc import jws
from joserfc.jwk import KeySet

from tests.parties.relying_party import base64url, unverified_claims, unverified_header

SKEW = 300  # seconds by which clocks may differ
LEAST_ENTROPY = 96  # bits that a random value of 128 shows at least, when its letters are counted
EARLIEST = 631152000  # 1990-01-01: nothing about a person of the web is older
BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
TOKEN_TEXT = re.compile(r"[\x20-\x7e]+")  # RFC 6749 §A.12, §A.17
DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749 §4.1.2.1, §5.2
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
ERROR_PARAMETERS = frozenset(
    {"error", "error_description", "error_uri", "state", "session_state", "iss"}
)
# What an ID token may have that nobody asked for.
PROTOCOL_CLAIMS = (
    "iss sub aud exp iat auth_time nonce acr amr azp at_hash c_hash s_hash sid nbf jti"
)
OF_SCOPES = {
    "openid": "sub",
    "profile": "name given_name family_name middle_name nickname profile picture website gender"
    " birthdate zoneinfo locale updated_at preferred_username",
    "email": "email email_verified",
    "address": "address",
    "phone": "phone_number phone_number_verified",
}
# The types of standard claims that are no strings.
TYPES = {
    "email_verified": bool,
    "phone_number_verified": bool,
    "address": dict,
    "updated_at": int,
}
OF_AN_ADDRESS = "formatted street_address locality region postal_code country"


def claims_of_scope(scope: str) -> frozenset[str]:
    """List what a scope must give of a person of whom everything is known (OIDC Core §5.4)."""
    return frozenset(name for word in scope.split() for name in OF_SCOPES.get(word, "").split())


def check_jwks(response: httpx2.Response) -> dict[str, Any]:
    """Look at the keys of a server; give the JWK Set (RFC 7517, OIDC Core §10.1)."""
    jwks: dict[str, Any] = json_of(response)
    keys = jwks["keys"]
    kids = [key["kid"] for key in keys]
    assert len(set(kids)) == len(kids)
    for key in keys:
        assert PRIVATE_MEMBERS.isdisjoint(key)
        assert key["kty"] != "oct"
        needed = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}[key["kty"]]
        assert all(BASE64URL.fullmatch(key[name]) for name in needed)
    return jwks


def check_id_token(
    id_token: str,
    jwks: Mapping[str, Any],
    *,
    issuer: str,
    client_id: str,
    nonce: str | None = None,
    algorithm: str = "RS256",
    now: float | None = None,
) -> dict[str, Any]:
    """Look at an ID token as a client must; give its claims (OIDC Core §2, §3.1.3.7)."""
    header, claims = unverified_header(id_token), unverified_claims(id_token)
    now = time.time() if now is None else now
    assert header["alg"] == algorithm
    check_signature(id_token, jwks, header["kid"], algorithm)
    assert claims["iss"] == issuer
    assert claims["aud"] in (client_id, [client_id])
    assert claims["exp"] > now - SKEW
    assert claims["iat"] < now + SKEW
    assert claims.get("nonce") == nonce
    assert isinstance(claims["sub"], str)
    assert 0 < len(claims["sub"]) <= 255
    check_standard_claims(claims)
    return claims


def check_signature(token: str, jwks: Mapping[str, Any], kid: str, algorithm: str) -> None:
    """Look whether the key that is named has signed, and no key besides has this name."""
    (named,) = [key for key in jwks["keys"] if key["kid"] == kid]
    assert named.get("use", "sig") == "sig"
    jws.deserialize_compact(token, KeySet.import_key_set({"keys": [named]}), algorithms=[algorithm])


def check_hash(claims: Mapping[str, Any], name: str, value: str | None, *, needed: bool) -> None:
    """Look whether an ID token has the hash of what is beside it (OIDC Core §3.3.2.11)."""
    if needed or name in claims:
        assert value is not None
        assert claims[name] == base64url(hashlib.sha256(value.encode()).digest()[:16])


def check_not_asked_for(claims: Mapping[str, Any], asked: Collection[str] = ()) -> None:
    """Look that an ID token tells nothing of the person that was not asked to be in it."""
    assert set(claims) <= {*PROTOCOL_CLAIMS.split(), *asked}


def check_standard_claims(claims: Mapping[str, Any]) -> None:
    """Look at the types of claims about a person (OIDC Core §5.1)."""
    assert claims
    for name in claims.keys() & claims_of_scope(" ".join(OF_SCOPES)):
        assert type(claims[name]) is TYPES.get(name, str), name
    if "address" in claims:
        assert claims["address"]
        assert all(type(claims["address"][each]) is str for each in claims["address"])
        assert set(claims["address"]) <= set(OF_AN_ADDRESS.split())
    if "updated_at" in claims:
        assert EARLIEST < claims["updated_at"] < time.time() + SKEW
    assert set(claims.get("_claim_names", {}).values()) <= set(claims.get("_claim_sources", {}))


def check_userinfo(response: httpx2.Response, *, sub: str | None = None) -> dict[str, Any]:
    """Look at an answer of the UserInfo endpoint; give its claims (OIDC Core §5.3.2)."""
    claims: dict[str, Any] = json_of(response)
    check_standard_claims(claims)
    assert claims["sub"]
    assert sub is None or claims["sub"] == sub
    return claims


def check_token_response(
    response: httpx2.Response, *, token_type: str = "Bearer"
) -> dict[str, Any]:
    """Look at an answer of the token endpoint; give it (RFC 6749 §5.1)."""
    answer: dict[str, Any] = json_of(response)
    assert "no-store" in response.headers["cache-control"]
    assert response.headers["pragma"] == "no-cache"
    assert "error" not in answer
    assert answer["token_type"].lower() == token_type.lower()
    assert type(answer["expires_in"]) is int
    assert answer["expires_in"] > 0
    for name in {"access_token", "refresh_token"} & answer.keys():
        assert TOKEN_TEXT.fullmatch(answer[name])
        check_entropy(answer[name])
    return answer


def check_token_error(
    response: httpx2.Response, error: str, *, status: int = 400
) -> dict[str, Any]:
    """Look at a refusal of the token endpoint, or of one like it; give it (RFC 6749 §5.2)."""
    refusal: dict[str, Any] = json_of(response, status)
    assert refusal["error"] == error
    _check_description(refusal)
    return refusal


def check_error_answer(
    params: Mapping[str, str], errors: Collection[str], *, issuer: str, state: str | None
) -> None:
    """Look at a refusal that came by way of the browser (RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6)."""
    assert params["error"] in errors
    assert params.get("state") == state
    assert params.get("iss", issuer) == issuer
    assert set(params) <= ERROR_PARAMETERS
    _check_description(params)


def check_entropy(value: str) -> None:
    """Look whether something is long and random enough not to be guessed (RFC 6749 §10.10)."""
    counts = Counter(value).values()
    bits = -sum(count * math.log2(count / len(value)) for count in counts)
    assert bits > LEAST_ENTROPY


def json_of(response: httpx2.Response, status: int = 200) -> Any:
    """Give what an answer says, which must be JSON and say so."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"].partition(";")[0].strip() == "application/json"
    return response.json()


def _check_description(refusal: Mapping[str, Any]) -> None:
    if "error_description" in refusal:
        assert DESCRIPTION.fullmatch(refusal["error_description"])
    if "error_uri" in refusal:
        assert refusal["error_uri"].startswith("https://")
