"""Introspection answers in a signed JWT (RFC 9701)."""

import time
from functools import partial
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from idp import paths
from idp.clients.registration import register
from idp.config import Config
from idp.storage.users import User
from idp.vocabulary import CLIENT_ASSERTION_TYPE
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddClient, Clock, Tokens
from tests.endpoints.test_end_session import is_page, logout_url
from tests.parties.browser import Arrival, Browser
from tests.parties.clients import MACHINE
from tests.parties.fapi import MESSAGE_SIGNING, FAPIParty
from tests.parties.relying_party import RelyingParty, unverified_claims

MEDIA_TYPE = "application/token-introspection+jwt"
OFFLINE = "openid offline_access"

pytestmark = pytest.mark.usefixtures("alice")


@pytest.fixture
async def machine(add_client: AddClient) -> RelyingParty:
    """Add a resource server that is not registered for JWTs."""
    return await add_client(**MACHINE)


@pytest.fixture
async def signed(add_client: AddClient) -> RelyingParty:
    """Add one that is."""
    return await add_client(**MACHINE, introspection_signed_response_alg="RS256")


async def ask(client: RelyingParty, token: str, accept: str | None = MEDIA_TYPE) -> httpx2.Response:
    """Ask what a token is, and in which form."""
    assert client.client_secret is not None
    return await client.http.post(
        "/introspect",
        data={"token": token},
        auth=(client.client_id, client.client_secret),
        headers={} if accept is None else {"Accept": accept},
    )


async def verified(
    client: RelyingParty, response: httpx2.Response, algorithm: str = "RS256"
) -> Any:
    """Verify an answer as a resource server does, and give what it says of the token."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == MEDIA_TYPE
    keys = KeySet.import_key_set((await client.http.get(paths.JWKS)).json())
    decoded = jwt.decode(response.text, keys, algorithms=[algorithm])
    assert decoded.header["typ"] == "token-introspection+jwt"
    claims = dict(decoded.claims)
    described = claims.pop("token_introspection")
    assert abs(claims.pop("iat") - time.time()) < 60
    assert claims == {"iss": ISSUER, "aud": client.client_id}
    return described


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
async def test_4_jwt_is_asked_for(
    machine: RelyingParty, rp: RelyingParty, tokens: Tokens, kind: str
) -> None:
    """By Accept; it says what the answer in JSON says, in a member of its own (§5)."""
    token = (await tokens(rp, scope=OFFLINE))[kind]

    response = await ask(machine, token)

    described = await verified(machine, response)
    assert described["active"] is True
    assert described == (await ask(machine, token, "application/json")).json()
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", f"{MEDIA_TYPE};q=0"])
async def test_4_who_does_not_ask_gets_json(
    machine: RelyingParty, rp: RelyingParty, tokens: Tokens, accept: str | None
) -> None:
    """RFC 7662 has not changed."""
    token = (await tokens(rp))["access_token"]

    response = await ask(machine, token, accept)

    assert response.headers["content-type"] == "application/json"
    assert response.json()["active"] is True


@pytest.mark.parametrize("accept", [None, "*/*", "application/json"])
async def test_6_registered_client_need_not_ask(
    signed: RelyingParty, rp: RelyingParty, tokens: Tokens, accept: str | None
) -> None:
    """Its answers are signed whatever its library sends, so that none can be slipped in."""
    token = (await tokens(rp))["access_token"]

    described = await verified(signed, await ask(signed, token, accept))

    assert described["client_id"] == rp.client_id


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "Ed25519"])
async def test_6_signed_as_registered(
    rp: RelyingParty, add_client: AddClient, tokens: Tokens, algorithm: str
) -> None:
    """`introspection_signed_response_alg`; RS256 for who only asks."""
    client = await add_client(**MACHINE, introspection_signed_response_alg=algorithm)
    token = (await tokens(rp))["access_token"]

    described = await verified(client, await ask(client, token), algorithm)

    assert described["active"] is True


async def test_6_signed_for_a_client_of_fapi(add_client: AddClient, config: Config) -> None:
    """One that only asks is not answered by RS256 (FAPI 2.0 Security Profile §5.4.1)."""
    rp = await add_client(**MESSAGE_SIGNING)
    assertion = FAPIParty(rp, config.issuer).asserting.sign()
    authenticated = {"client_assertion_type": CLIENT_ASSERTION_TYPE, "client_assertion": assertion}

    response = await rp.http.post(
        "/introspect", data={"token": "x"} | authenticated, headers={"Accept": MEDIA_TYPE}
    )

    assert await verified(rp, response, "ES256") == {"active": False}


async def test_5_bad_tokens_are_told_nothing_about(
    signed: RelyingParty, rp: RelyingParty, tokens: Tokens, clock: Clock
) -> None:
    """Not even in a JWT: active is false, and nothing else."""
    issued = await tokens(rp, scope=OFFLINE)
    asked = ["x", "idp_at_x", issued["id_token"], issued["access_token"] + "A"]

    answers = [await verified(signed, await ask(signed, token)) for token in asked]
    await rp.revoke(issued["refresh_token"])
    answers += [await verified(signed, await ask(signed, issued["access_token"]))]

    assert answers == [{"active": False}] * len(answers)


async def test_5_tokens_for_others_are_told_nothing_about(
    add_client: AddClient, rp: RelyingParty, tokens: Tokens
) -> None:
    """A client that is not meant learns as little as it does in JSON."""
    stranger = await add_client(introspection_signed_response_alg="RS256")
    token = (await tokens(rp))["access_token"]

    assert await verified(stranger, await ask(stranger, token)) == {"active": False}
    assert (await verified(rp, await ask(rp, token)))["active"] is True


async def test_5_errors_stay_as_they_are(signed: RelyingParty) -> None:
    """Who did not authenticate, or names no token, is told so in JSON."""
    wrong = RelyingParty(signed.http, signed.client_id, "wrong")

    answers = [await ask(wrong, "x"), await ask(signed, "")]

    assert [each.headers["content-type"] for each in answers] == ["application/json"] * 2
    assert [each.json()["error"] for each in answers] == ["invalid_client", "invalid_request"]


async def test_8_1_answer_is_good_for_nothing_else(
    signed: RelyingParty, rp: RelyingParty, tokens: Tokens, browser: Browser
) -> None:
    """It is no token, no hint and no assertion (RFC 8725 §3.11)."""
    answer = (await ask(signed, (await tokens(rp))["access_token"])).text

    sign_in = await browser.open(rp.authorization_url(id_token_hint=answer, prompt="none"))
    sign_out = await browser.open(logout_url(id_token_hint=answer))
    assertion = {"client_assertion_type": CLIENT_ASSERTION_TYPE, "client_assertion": answer}
    machine = {"grant_type": "client_credentials"} | assertion

    assert {"sub", "exp"}.isdisjoint(unverified_claims(answer))
    assert (await rp.userinfo(answer)).status_code == 401
    assert await verified(signed, await ask(signed, answer)) == {"active": False}
    assert isinstance(sign_in, Arrival)
    assert sign_in.params["error"] == "invalid_request"
    assert is_page(sign_out, "error-page", 400)
    assert (await rp.http.post("/token", data=machine)).status_code == 401


async def test_6_algorithm_that_was_withdrawn(
    provider: Provider, http: httpx2.AsyncClient, alice: User
) -> None:
    """The client is told that it must register again; it is not answered in another way."""
    before = provider.config.keys.model_copy(update={"algorithms": ("RS256", "PS256")})
    config = provider.config.model_copy(update={"keys": before})
    metadata = MACHINE | {"introspection_signed_response_alg": "PS256"}
    registered = await provider.database.run(partial(register, metadata, config))
    secret = registered.client_secret
    assert secret is not None
    client = RelyingParty(http, registered.client.client_id, secret.reveal())

    response = await ask(client, "x")

    assert (response.status_code, response.json()["error"]) == (400, "unauthorized_client")
