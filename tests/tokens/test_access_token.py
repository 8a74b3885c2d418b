"""Access tokens: JWTs that any resource server can verify, or opaque ones that only we can."""

import time
from typing import Any

import httpx2
import jwt as pyjwt
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from idp.config import Config
from idp.oidc import acr
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddClient, Clock, Configure, Tokens
from tests.parties.clients import MACHINE
from tests.parties.operator import Operator
from tests.parties.relying_party import RelyingParty, unverified_claims, unverified_header

pytestmark = pytest.mark.usefixtures("alice")


@pytest.fixture
def config(configure: Configure) -> Config:
    """Offer the older name of Ed25519 too, which is the one that PyJWT knows."""
    return configure(keys={"algorithms": ["RS256", "ES256", "Ed25519", "EdDSA"]})


def verify_with_pyjwt(token: str, jwks: dict[str, Any], algorithm: str, audience: str) -> Any:
    """Verify as a resource server in Python often does."""
    key = pyjwt.PyJWKSet.from_dict(_without(jwks, "Ed25519"))[unverified_header(token)["kid"]]
    return pyjwt.decode(token, key, [algorithm], issuer=ISSUER, audience=audience)


def verify_with_joserfc(token: str, jwks: dict[str, Any], algorithm: str, _: str) -> Any:
    """Verify with the library beside Authlib."""
    return jwt.decode(token, KeySet.import_key_set(jwks), algorithms=[algorithm]).claims


def _without(jwks: dict[str, Any], algorithm: str) -> dict[str, Any]:
    return {"keys": [key for key in jwks["keys"] if key["alg"] != algorithm]}


VERIFIERS = {
    "RS256": (verify_with_pyjwt, verify_with_joserfc),
    "ES256": (verify_with_pyjwt, verify_with_joserfc),
    "Ed25519": (verify_with_joserfc,),
    "EdDSA": (verify_with_pyjwt,),
}


async def test_claims_are_those_of_the_profile(
    rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """Everything that RFC 9068 §2.2 wants, and the grant's id; never the client as audience."""
    body = await tokens(rp, scope="openid email")

    claims = unverified_claims(body["access_token"])
    assert unverified_header(body["access_token"]).keys() == {"alg", "typ", "kid"}
    assert unverified_header(body["access_token"])["typ"] == "at+jwt"
    assert abs(claims.pop("iat") - time.time()) < 60
    assert abs(claims.pop("auth_time") - time.time()) < 60
    assert abs(claims.pop("exp") - time.time() - 600) < 60
    assert len(claims.pop("jti")) >= 22
    assert len(claims.pop("gid")) >= 22
    assert claims == {
        "iss": ISSUER,
        "sub": alice.user_id,
        "aud": ISSUER,
        "client_id": rp.client_id,
        "scope": "email openid",
        "acr": acr.PASSWORD,
    }


async def test_both_tokens_are_signed_as_the_client_chose(
    add_client: AddClient, tokens: Tokens, http: httpx2.AsyncClient
) -> None:
    """The algorithm is the client's choice, and the published keys verify it."""
    jwks = (await http.get("/jwks.json")).json()
    for algorithm, verifiers in VERIFIERS.items():
        rp = await add_client(
            access_token_signed_response_alg=algorithm, id_token_signed_response_alg=algorithm
        )

        body = await tokens(rp)

        for token, audience in ((body["access_token"], ISSUER), (body["id_token"], rp.client_id)):
            assert unverified_header(token)["alg"] == algorithm
            for verify in verifiers:
                assert verify(token, jwks, algorithm, audience)["aud"] == audience


async def test_two_tokens_of_one_second_differ(add_client: AddClient) -> None:
    """Each token has a jti of its own."""
    machine = await add_client(**MACHINE)

    answers = [(await machine.token(grant_type="client_credentials")).json() for _ in range(5)]

    assert len({each["access_token"] for each in answers}) == 5


async def test_opaque_token_works_at_every_endpoint(
    add_client: AddClient, alice: User, tokens: Tokens
) -> None:
    """An opaque token says nothing by itself, and the same as a JWT to those who may ask."""
    rp, machine = await add_client(access_token_format="opaque"), await add_client(**MACHINE)
    token = (await tokens(rp))["access_token"]

    userinfo, described = await rp.userinfo(token), (await machine.introspect(token)).json()

    assert token.startswith("idp_at_")
    assert "." not in token
    assert userinfo.json()["sub"] == alice.user_id
    assert (described["active"], described["sub"]) == (True, alice.user_id)
    assert (described["client_id"], described["scope"]) == (rp.client_id, "email openid profile")


async def test_damaged_opaque_token_is_worthless(add_client: AddClient, tokens: Tokens) -> None:
    """A prefix of a token is no token, nor is anything else that is close to it."""
    rp = await add_client(access_token_format="opaque")
    token = (await tokens(rp))["access_token"]
    damaged = [
        token[:-1],
        token[: len(token) // 2],
        "idp_at_",
        token + "a",
        token.lower(),
        token[7:],
    ]

    answers = [await rp.userinfo(each) for each in damaged]

    assert [each.status_code for each in answers] == [401] * len(damaged)
    assert (await rp.userinfo(token)).status_code == 200


async def test_opaque_token_ends_with_its_time_and_its_consent(
    add_client: AddClient, alice: User, tokens: Tokens, provider: Provider, clock: Clock
) -> None:
    """An opaque token knows nothing that a JWT would not know."""
    rp = await add_client(access_token_format="opaque")
    disconnected = (await tokens(rp))["access_token"]
    await Operator(provider).disconnect(alice, rp)
    expired = (await tokens(rp))["access_token"]
    clock.move(601)

    answers = [await rp.userinfo(each) for each in (disconnected, expired)]

    assert [each.status_code for each in answers] == [401, 401]


async def test_opaque_token_of_a_client_itself(add_client: AddClient) -> None:
    """The format is free for tokens without a person as well."""
    machine = await add_client(**MACHINE, access_token_format="opaque")

    token = (await machine.token(grant_type="client_credentials")).json()["access_token"]

    assert (await machine.introspect(token)).json()["sub"] == machine.client_id
    assert (await machine.userinfo(token)).status_code == 403
