"""UserInfo answers, and ID tokens, in every algorithm (OIDC Core §5.3.2, §3.1.3.6)."""

import base64
import hashlib
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from idp import paths
from idp.clients.errors import InvalidClientMetadata
from idp.clients.metadata import validate
from idp.config import Config
from idp.storage.users import User
from tests.conftest import ISSUER, AddClient, Configure, Tokens
from tests.endpoints.test_end_session import is_page, is_signed_in, logout_url
from tests.parties.browser import Browser
from tests.parties.relying_party import REDIRECT_URI, unverified_claims, unverified_header

# Each with the hash that its signature has; Ed25519 is made with SHA-512.
HASHES = {
    "RS256": hashlib.sha256,
    "PS256": hashlib.sha256,
    "ES256": hashlib.sha256,
    "Ed25519": hashlib.sha512,
    "EdDSA": hashlib.sha512,
}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Offer every algorithm."""
    return configure(keys={"algorithms": list(HASHES)})


async def verify(http: httpx2.AsyncClient, token: str) -> dict[str, Any]:
    """Read a JWT as a client does, with the keys that are published."""
    keys = KeySet.import_key_set((await http.get(paths.JWKS)).json())
    claims: dict[str, Any] = jwt.decode(token, keys, algorithms=list(HASHES)).claims
    return claims


@pytest.mark.parametrize("algorithm", HASHES)
async def test_5_3_2_answer_is_a_jwt(
    alice: User, add_client: AddClient, tokens: Tokens, http: httpx2.AsyncClient, algorithm: str
) -> None:
    """application/jwt, with iss and aud, and what an answer in JSON would have."""
    rp = await add_client(userinfo_signed_response_alg=algorithm)
    token = (await tokens(rp, scope="openid email"))["access_token"]

    response = await rp.userinfo(token)

    assert response.headers["content-type"] == "application/jwt"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["access-control-allow-origin"] == "*"
    header = unverified_header(response.text)
    assert (header["alg"], header["typ"]) == (algorithm, "JWT")
    assert await verify(http, response.text) == {
        "sub": alice.user_id,
        "email": "alice@example.com",
        "email_verified": False,
        "iss": ISSUER,
        "aud": rp.client_id,
    }


@pytest.mark.parametrize("algorithm", HASHES)
async def test_3_1_3_6_id_token_and_its_at_hash(
    alice: User, add_client: AddClient, tokens: Tokens, http: httpx2.AsyncClient, algorithm: str
) -> None:
    """Signed as the client is registered, with the left half of the hash of that signature."""
    rp = await add_client(id_token_signed_response_alg=algorithm)

    issued = await tokens(rp)

    hashed = HASHES[algorithm](issued["access_token"].encode()).digest()
    left_half = base64.urlsafe_b64encode(hashed[: len(hashed) // 2]).rstrip(b"=").decode()
    assert unverified_header(issued["id_token"])["alg"] == algorithm
    assert (await verify(http, issued["id_token"]))["at_hash"] == left_half


async def test_errors_stay_as_they_are(alice: User, add_client: AddClient, tokens: Tokens) -> None:
    """In JSON and in WWW-Authenticate (RFC 6750 §3): the answer to a bad token is not signed."""
    rp = await add_client(userinfo_signed_response_alg="RS256")
    token = (await tokens(rp, scope="email"))["access_token"]

    answers = [await rp.userinfo("x"), await rp.userinfo(token)]

    assert [each.json()["error"] for each in answers] == ["invalid_token", "insufficient_scope"]
    assert [each.status_code for each in answers] == [401, 403]
    assert all("error=" in each.headers["www-authenticate"] for each in answers)


async def test_signed_answer_is_no_id_token(
    alice: User, add_client: AddClient, tokens: Tokens, browser: Browser
) -> None:
    """As a hint it ends nothing, though it is signed by us for this client (RFC 8725 §3.11)."""
    rp = await add_client(userinfo_signed_response_alg="RS256")
    answer = await rp.userinfo((await tokens(rp))["access_token"])

    shown = await browser.open(logout_url(id_token_hint=answer.text))

    assert "exp" not in unverified_claims(answer.text)
    assert is_page(shown, "error-page", 400)
    assert await is_signed_in(browser, rp)


async def test_pairwise_subject_is_in_it(
    alice: User, add_client: AddClient, tokens: Tokens
) -> None:
    """The same as in the ID token, which the client compares (OIDC Core §5.3.4)."""
    rp = await add_client(subject_type="pairwise", userinfo_signed_response_alg="RS256")
    issued = await tokens(rp)

    answer = await rp.userinfo(issued["access_token"])

    subject = unverified_claims(issued["id_token"])["sub"]
    assert unverified_claims(answer.text)["sub"] == subject != alice.user_id


@pytest.mark.parametrize("algorithm", ["none", "HS256", "PS256"])
def test_what_is_not_on_offer_cannot_be_registered(algorithm: str) -> None:
    """No answer goes out unsigned under the name of a signed one."""
    asked = {"redirect_uris": [REDIRECT_URI], "userinfo_signed_response_alg": algorithm}

    with pytest.raises(InvalidClientMetadata) as refusal:
        validate(asked, Config())

    assert refusal.value.description.startswith("userinfo_signed_response_alg must be")
